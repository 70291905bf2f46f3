/*
 * target_key: one function a key, which checks the value whole and says what would have been right.
 * Numbers, times and words have their limits in keys.c.
 */
#include "conf/target_key.h"
#include "base/hex.h"
#include "base/nearest.h"
#include "conf/show.h"
#include "base/utf8.h"
#include "row/schema.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MODULES_MAX = 64, NAME_MAX_BYTES = 255, COMMUNITY_MAX = 255 };

struct read {
    struct target_keys *keys;
    struct target_draft *draft;
    enum target_key key;
    struct target_fault *fault;
};

__attribute__((format(printf, 2, 3)))
static bool fault_key(struct target_fault *fault, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fault->what, sizeof(fault->what), format, args);
    va_end(args);
    fault->in_value = false;
    fault->offset = 0;
    return false;
}

__attribute__((format(printf, 3, 4)))
static bool fault_value(struct target_fault *fault, size_t offset, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)vsnprintf(fault->what, sizeof(fault->what), format, args);
    va_end(args);
    fault->in_value = true;
    fault->offset = offset;
    return false;
}

static bool fault_expected(const struct read *r, const char *value, const char *expected) {
    char shown[SHOW_MAX + 4];
    return fault_value(r->fault, 0, "%s='%s': expected %s", target_key_text(r->key),
                       show_text(value, shown), expected);
}

/* A number, a time or a word, by the rule of the key. */
static bool read_by_rule(struct read *r, const char *value, uint64_t *ret_number) {
    const struct rule *rule = &target_keys[r->key].rule;
    char expected[RULE_TEXT_MAX];
    enum rule_fault fault = rule_read(rule, value, ret_number);
    return fault == RULE_GOOD || fault_expected(r, value, rule_expected(rule, fault, expected));
}

static bool read_count(struct read *r, const char *value, uint32_t *ret_number) {
    uint64_t number;
    if (!read_by_rule(r, value, &number)) return false;
    *ret_number = (uint32_t)number;
    return true;
}

static const char *name_fault(const char *name) {
    size_t length = strlen(name);
    if (length == 0) return "is empty";
    if (length > NAME_MAX_BYTES) return "has more than 255 bytes";
    return utf8_is_valid((const uint8_t *)name, length) ? NULL : "is not valid UTF-8";
}

static bool key_name(struct read *r, char *value) {
    const char *fault = name_fault(value);
    if (fault != NULL) return fault_value(r->fault, 0, "the name %s", fault);
    r->draft->options.name = value;
    return true;
}

static bool key_auth(struct read *r, char *value) {
    const struct targets_auth *auth =
        targets_auths_find(r->keys->auths, r->keys->auth_count, value);
    if (auth == NULL) {
        char shown[SHOW_MAX + 4], near[SHOW_MAX + 4];
        struct nearest nearest = NEAREST_INIT(value);
        for (size_t i = 0; i < r->keys->auth_count; i++)
            nearest_try(&nearest, r->keys->auths[i].name);
        if (nearest.best == NULL)
            return fault_value(r->fault, 0, "unknown auth '%s'", show_text(value, shown));
        return fault_value(r->fault, 0, "unknown auth '%s' (did you mean '%s'?)",
                           show_text(value, shown), show_text(nearest.best, near));
    }
    r->draft->auth = auth;
    r->draft->options.auth = auth->number;
    return true;
}

static bool key_context(struct read *r, char *value) {
    if (strlen(value) > FLEET_CONTEXT_MAX)
        return fault_value(r->fault, 0, "a context has at most %d bytes", FLEET_CONTEXT_MAX);
    r->draft->options.context = value;
    return true;
}

static bool key_engine_id(struct read *r, char *value) {
    uint8_t bytes[FLEET_ENGINE_ID_MAX];
    size_t length;
    if (!hex_parse(value, bytes, sizeof(bytes), &length) || length < FLEET_ENGINE_ID_MIN)
        return fault_expected(r, value,
                              "5 to 32 octets in hexadecimal, such as 0x8000000001020304");
    uint8_t *kept = arena_copy(r->keys->arena, span_of(bytes, length));
    if (kept == NULL) {
        r->keys->error = -ENOMEM;
        return false;
    }
    r->draft->options.engine_id = kept;
    r->draft->options.engine_id_length = length;
    return true;
}

static bool key_version(struct read *r, char *value) {
    static const enum fleet_version versions[] = { FLEET_V1, FLEET_V2C, FLEET_V3 };
    uint64_t word;
    if (!read_by_rule(r, value, &word)) return false;
    r->draft->options.version = versions[word];
    return true;
}

static bool key_community(struct read *r, char *value) {
    size_t length = strlen(value);
    if (length > COMMUNITY_MAX)
        return fault_value(r->fault, 0, "a community has at most %d bytes", COMMUNITY_MAX);
    if (length == 0) return fault_value(r->fault, 0, "the community is empty");
    r->draft->options.community = value;
    return true;
}

static bool key_reply_from(struct read *r, char *value) {
    uint64_t word;
    if (!read_by_rule(r, value, &word)) return false;
    r->draft->options.reply_from = word == KEY_ANY ? FLEET_REPLY_ANY : FLEET_REPLY_STRICT;
    return true;
}

static bool key_reply_community(struct read *r, char *value) {
    uint64_t word;
    if (!read_by_rule(r, value, &word)) return false;
    r->draft->options.reply_community =
        word == KEY_ANY ? FLEET_REPLY_COMMUNITY_ANY : FLEET_REPLY_COMMUNITY_STRICT;
    return true;
}

static bool key_family(struct read *r, char *value) {
    uint64_t word;
    if (!read_by_rule(r, value, &word)) return false;
    r->draft->options.family = word == 0 ? FLEET_IP4 : FLEET_IP6;
    return true;
}

static bool key_interval(struct read *r, char *value) {
    return read_by_rule(r, value, &r->draft->options.interval_ns);
}

static bool key_timeout(struct read *r, char *value) {
    return read_by_rule(r, value, &r->draft->options.timeout_ns);
}

static bool key_deadline(struct read *r, char *value) {
    return read_by_rule(r, value, &r->draft->options.deadline_ns);
}

static bool key_gap(struct read *r, char *value) {
    return read_by_rule(r, value, &r->draft->options.gap_ns);
}

static bool key_retries(struct read *r, char *value) {
    uint32_t n = 0;
    if (!read_count(r, value, &n)) return false;
    r->draft->options.retries = n == 0 ? -1 : (int32_t)n;
    return true;
}

static bool key_window(struct read *r, char *value) {
    return read_count(r, value, &r->draft->options.window);
}

static bool key_rate(struct read *r, char *value) {
    return read_count(r, value, &r->draft->options.rate);
}

static bool key_max_repetitions(struct read *r, char *value) {
    return read_count(r, value, &r->draft->options.max_repetitions);
}

static bool key_varbinds_max(struct read *r, char *value) {
    return read_count(r, value, &r->draft->options.varbinds_max);
}

static bool find_module(const struct target_keys *k, const char *name, uint32_t *ret_module) {
    for (size_t i = 0; i < k->planned_count; i++) {
        if (strcmp(k->planned[i], name) != 0) continue;
        *ret_module = TARGET_MODULE_PLANNED + (uint32_t)i;
        return true;
    }
    return fleet_module_find(k->fleet, name, ret_module) == 0;
}

/* One more name of the list, if there is room for it. */
static void add_known(char *known, size_t size, size_t *length, const char *name) {
    if (*length + strlen(name) + 2 >= size) return;
    *length += (size_t)snprintf(known + *length, size - *length, "%s%s", *length > 0 ? ", " : "",
                                name);
}

static bool fault_module(struct read *r, const char *name, size_t offset) {
    char known[TARGET_WHAT_MAX / 2] = "", shown[SHOW_MAX + 4];
    size_t length = 0;
    for (size_t i = 0; i < r->keys->planned_count; i++)
        add_known(known, sizeof(known), &length, r->keys->planned[i]);
    for (uint32_t i = 0; i < fleet_module_bound(r->keys->fleet); i++) {
        struct fleet_module module;
        if (fleet_module_get(r->keys->fleet, i, &module) == 0)
            add_known(known, sizeof(known), &length, module.name);
    }
    return fault_value(r->fault, offset, "unknown module '%s'%s%s%s", show_text(name, shown),
                       length > 0 ? " (known: " : "", known, length > 0 ? ")" : "");
}

/* Numbers of the modules in @value, which is cut up. */
static bool read_modules(struct read *r, char *value, uint32_t numbers[static MODULES_MAX],
                         size_t *ret_count) {
    size_t count = 0;
    for (char *name = value, *next; name != NULL; name = next) {
        next = strchr(name, ',');
        if (next != NULL) *next++ = '\0';
        size_t offset = (size_t)(name - value);
        if (*name == '\0')
            return fault_value(r->fault, offset, "the name of a module is empty");
        if (count == MODULES_MAX)
            return fault_value(r->fault, offset, "more than %d modules", MODULES_MAX);
        if (!find_module(r->keys, name, &numbers[count])) return fault_module(r, name, offset);
        for (size_t i = 0; i < count; i++) {
            if (numbers[i] != numbers[count]) continue;
            return fault_value(r->fault, offset, "module '%s' is given twice", name);
        }
        count++;
    }
    *ret_count = count;
    return true;
}

static bool key_modules(struct read *r, char *value) {
    struct target_keys *k = r->keys;
    if (k->modules_text == NULL || strcmp(k->modules_text, value) != 0) {
        uint32_t numbers[MODULES_MAX];
        size_t count = 0;
        const char *text = arena_text(k->arena, value);
        if (text != NULL && !read_modules(r, value, numbers, &count)) return false;
        uint32_t *modules = text != NULL ? arena_get(k->arena, count * sizeof(*modules)) : NULL;
        if (modules == NULL) {
            k->error = -ENOMEM;
            return false;
        }
        memcpy(modules, numbers, count * sizeof(*modules));
        k->modules_text = text;
        k->modules = modules;
        k->module_count = count;
    }
    r->draft->options.modules = k->modules;
    r->draft->options.module_count = k->module_count;
    return true;
}

static bool (*const readers[TARGET_KEYS])(struct read *read, char *value) = {
    [TARGET_NAME] = key_name,
    [TARGET_AUTH] = key_auth,
    [TARGET_MODULES] = key_modules,
    [TARGET_INTERVAL] = key_interval,
    [TARGET_TIMEOUT] = key_timeout,
    [TARGET_RETRIES] = key_retries,
    [TARGET_WINDOW] = key_window,
    [TARGET_RATE] = key_rate,
    [TARGET_GAP] = key_gap,
    [TARGET_MAX_REPETITIONS] = key_max_repetitions,
    [TARGET_VARBINDS_MAX] = key_varbinds_max,
    [TARGET_DEADLINE] = key_deadline,
    [TARGET_VERSION] = key_version,
    [TARGET_COMMUNITY] = key_community,
    [TARGET_CONTEXT] = key_context,
    [TARGET_ENGINE_ID] = key_engine_id,
    [TARGET_REPLY_FROM] = key_reply_from,
    [TARGET_REPLY_COMMUNITY] = key_reply_community,
    [TARGET_FAMILY] = key_family,
};

bool target_key_read(struct target_keys *keys, struct target_draft *draft, enum target_key key,
                     char *value, struct target_fault *ret_fault) {
    struct read r = { .keys = keys, .draft = draft, .key = key, .fault = ret_fault };
    ret_fault->key = key;
    draft->seen |= 1u << key;
    return readers[key](&r, value);
}

bool target_tag_check(const char *name, const char *value, struct target_fault *ret_fault) {
    const char *fault = name_fault(name);
    if (fault != NULL) return fault_key(ret_fault, "the name of a tag %s", fault);
    if (schema_is_own_name(name))
        return fault_key(ret_fault, "'%s' is a name that rows or reports have already: the tag "
                                    "needs another name", name);
    if (!utf8_is_valid((const uint8_t *)value, strlen(value)))
        return fault_value(ret_fault, 0, "the tag is not valid UTF-8");
    return true;
}

static bool has(const struct target_draft *draft, enum target_key key) {
    return (draft->seen & 1u << key) != 0;
}

void target_draft_merge(const struct target_draft *said, struct fleet_target_options *options) {
    const struct fleet_target_options *s = &said->options;
    if (has(said, TARGET_INTERVAL)) options->interval_ns = s->interval_ns;
    if (has(said, TARGET_TIMEOUT)) options->timeout_ns = s->timeout_ns;
    if (has(said, TARGET_RETRIES)) options->retries = s->retries;
    if (has(said, TARGET_WINDOW)) options->window = s->window;
    if (has(said, TARGET_RATE)) options->rate = s->rate;
    if (has(said, TARGET_GAP)) options->gap_ns = s->gap_ns;
    if (has(said, TARGET_MAX_REPETITIONS)) options->max_repetitions = s->max_repetitions;
    if (has(said, TARGET_VARBINDS_MAX)) options->varbinds_max = s->varbinds_max;
    if (has(said, TARGET_DEADLINE)) options->deadline_ns = s->deadline_ns;
    if (has(said, TARGET_REPLY_FROM)) options->reply_from = s->reply_from;
    if (has(said, TARGET_REPLY_COMMUNITY)) options->reply_community = s->reply_community;
    if (has(said, TARGET_FAMILY)) options->family = s->family;
}

static bool fault_settled(struct target_fault *fault, enum target_key key, const char *what) {
    fault->key = key;
    return fault_key(fault, "%s %s", target_key_text(key), what);
}

bool target_draft_settle(struct target_draft *draft, struct target_fault *ret_fault) {
    struct fleet_target_options *o = &draft->options;
    bool is_community = has(draft, TARGET_VERSION) || has(draft, TARGET_COMMUNITY);
    if (has(draft, TARGET_AUTH)) {
        if (is_community) {
            enum target_key key = has(draft, TARGET_VERSION) ? TARGET_VERSION : TARGET_COMMUNITY;
            return fault_settled(ret_fault, key, "is not taken beside auth: the auth says it");
        }
        o->version = FLEET_VERSION_DEFAULT;
        o->community = NULL;
    }
    bool is_v3 = draft->auth != NULL && draft->auth->version == FLEET_V3;
    if (o->version == FLEET_V3) {
        if (!is_v3) {
            ret_fault->key = TARGET_VERSION;
            return fault_value(ret_fault, 0, "version 3 needs auth=NAME or -u on the command line");
        }
        if (has(draft, TARGET_COMMUNITY))
            return fault_settled(ret_fault, TARGET_COMMUNITY, "needs version 1 or 2c");
        o->version = FLEET_VERSION_DEFAULT;
    } else if (is_community) {
        draft->auth = NULL;
        o->auth = 0;
        is_v3 = false;
    }
    for (unsigned key = TARGET_CONTEXT; !is_v3 && key <= TARGET_ENGINE_ID; key++) {
        if (has(draft, key)) return fault_settled(ret_fault, key, "needs an SNMPv3 auth");
    }
    if (!is_v3) {
        o->context = NULL;
        o->engine_id = NULL;
        o->engine_id_length = 0;
    }
    return true;
}

/*
 * targets_line: ADDRESS[:PORT] [key=value ...] [# comment]
 *
 * A line is read once from left to right: a token is found, ended with a NUL where it stands, and
 * handed to the function of its key, which checks it whole and says what would have been right. The
 * first fault of a line ends it; what has been read of a line with a fault is dropped. Values that
 * may be secret are never part of a message, and neither is text without a key, which could be a
 * community in the wrong place.
 */
#include "conf/targets_line.h"
#include "conf/duration.h"
#include "conf/targets_address.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 64 << 10, TAGS_MAX = 64, MODULES_MAX = 64, NAME_MAX_BYTES = 255,
       SHOWN_MAX = 60 };

struct line {
    struct targets_reader *reader;
    char *start, *at, *end;
    struct fleet_target_options options;
    struct fleet_tag tags[TAGS_MAX];
    size_t tag_count;
    uint32_t seen;       /* keys, as bits of their number in the table */
    const char *key;     /* of the current value */
    size_t key_column, value_column;
    size_t name_column;  /* of name=, otherwise of the address */
};

struct key {
    const char *name;
    bool (*read)(struct line *line, char *value);
};

bool targets_reader_fault(struct targets_reader *reader, size_t column, const char *format, ...) {
    char what[TARGETS_WHAT_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    if (reader->faults++ < TARGETS_FAULTS_MAX && reader->context->fault != NULL) {
        reader->context->fault(reader->context->fault_context, reader->file, reader->line, column,
                               what);
    }
    return false;
}

static size_t column_of(const struct line *line, const char *at) {
    return (size_t)(at - line->start) + 1;
}

/* Text from the file as a message may show it: short, and in one line of valid UTF-8. */
static const char *show(const char *text, char shown[static SHOWN_MAX + 4]) {
    size_t length = strlen(text), n = 0;
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t i = 0; i < length;) {
        size_t sequence = utf8_sequence(bytes + i, length - i);
        if (n + (sequence > 0 ? sequence : 1) > SHOWN_MAX) {
            memcpy(shown + n, "...", 4);
            return shown;
        }
        if (sequence == 0 || bytes[i] < 0x20 || bytes[i] == 0x7f) {
            shown[n++] = '?';
            i++;
            continue;
        }
        memcpy(shown + n, bytes + i, sequence);
        n += sequence;
        i += sequence;
    }
    shown[n] = '\0';
    return shown;
}

static bool fault_value(struct line *line, const char *value, const char *expected) {
    char shown[SHOWN_MAX + 4];
    return targets_reader_fault(line->reader, line->value_column, "%s='%s': expected %s", line->key,
                                show(value, shown), expected);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool read_duration(struct line *line, const char *value, uint64_t min_ns, uint64_t *ret_ns) {
    uint64_t ns;
    if (!duration_parse(value, &ns)) {
        return fault_value(line, value,
                           "a time such as 500ms, 30s, 5m or 1h, above 0 and at most 366d");
    }
    if (ns < min_ns) {
        return fault_value(line, value, min_ns > 1000000 ? "at least 100ms" : "at least 1ms");
    }
    *ret_ns = ns;
    return true;
}

static bool read_number(struct line *line, const char *value, uint32_t min, uint32_t max,
                        uint32_t *ret_number) {
    uint64_t n;
    if (!number_parse(value, min, max, &n)) {
        char expected[64];
        (void)snprintf(expected, sizeof(expected), "a number from %u to %u", min, max);
        return fault_value(line, value, expected);
    }
    *ret_number = (uint32_t)n;
    return true;
}

static bool check_name(struct line *line, const char *value, size_t column, const char *what) {
    size_t length = strlen(value);
    if (length == 0) return targets_reader_fault(line->reader, column, "%s is empty", what);
    if (length > NAME_MAX_BYTES) {
        return targets_reader_fault(line->reader, column, "%s has more than %d bytes", what,
                                    NAME_MAX_BYTES);
    }
    if (!utf8_is_valid((const uint8_t *)value, length)) {
        return targets_reader_fault(line->reader, column, "%s is not valid UTF-8", what);
    }
    return true;
}

static bool key_name(struct line *line, char *value) {
    if (!check_name(line, value, line->value_column, "the name")) return false;
    line->options.name = value;
    line->name_column = line->value_column;
    return true;
}

static bool key_auth(struct line *line, char *value) {
    char shown[SHOWN_MAX + 4];
    return targets_reader_fault(line->reader, line->value_column, "unknown auth '%s'",
                                show(value, shown));
}

static bool key_needs_auth(struct line *line, char *value) {
    (void)value;
    return targets_reader_fault(line->reader, line->key_column, "%s= needs an SNMPv3 auth",
                                line->key);
}

static bool key_version(struct line *line, char *value) {
    if (strcmp(value, "1") == 0) line->options.version = FLEET_V1;
    else if (strcmp(value, "2c") == 0) line->options.version = FLEET_V2C;
    else if (strcmp(value, "3") == 0) {
        return targets_reader_fault(line->reader, line->value_column,
                                    "version 3 needs an auth from the configuration file");
    } else return fault_value(line, value, "1 or 2c");
    return true;
}

static bool key_community(struct line *line, char *value) {
    size_t length = strlen(value);
    if (length > 255) {
        return targets_reader_fault(line->reader, line->value_column,
                                    "a community has at most 255 bytes");
    }
    if (length == 0) {
        return targets_reader_fault(line->reader, line->value_column, "the community is empty");
    }
    line->options.community = value;
    return true;
}

static bool key_reply_from(struct line *line, char *value) {
    if (strcmp(value, "strict") == 0) line->options.reply_from = FLEET_REPLY_STRICT;
    else if (strcmp(value, "any") == 0) line->options.reply_from = FLEET_REPLY_ANY;
    else return fault_value(line, value, "strict or any");
    return true;
}

static bool key_interval(struct line *line, char *value) {
    return read_duration(line, value, 100000000, &line->options.interval_ns);
}

static bool key_timeout(struct line *line, char *value) {
    return read_duration(line, value, 1000000, &line->options.timeout_ns);
}

static bool key_deadline(struct line *line, char *value) {
    return read_duration(line, value, 1000000, &line->options.deadline_ns);
}

static bool key_gap(struct line *line, char *value) {
    return read_duration(line, value, 0, &line->options.gap_ns);
}

static bool key_retries(struct line *line, char *value) {
    uint32_t n = 0;
    if (!read_number(line, value, 0, 100, &n)) return false;
    line->options.retries = n == 0 ? -1 : (int32_t)n;
    return true;
}

static bool key_window(struct line *line, char *value) {
    return read_number(line, value, 1, 65535, &line->options.window);
}

static bool key_rate(struct line *line, char *value) {
    return read_number(line, value, 1, 10000000, &line->options.rate);
}

static bool key_max_repetitions(struct line *line, char *value) {
    return read_number(line, value, 1, 65535, &line->options.max_repetitions);
}

static bool fault_module(struct line *line, const char *name, size_t column) {
    char known[TARGETS_WHAT_MAX / 2] = "", shown[SHOWN_MAX + 4];
    size_t length = 0;
    const char *builtin;
    for (size_t i = 0; (builtin = fleet_module_builtin_name(i)) != NULL; i++) {
        uint32_t module;
        if (fleet_module_find(line->reader->context->fleet, builtin, &module) != 0) continue;
        size_t need = strlen(builtin) + 2;
        if (length + need >= sizeof(known)) break;
        length += (size_t)snprintf(known + length, sizeof(known) - length, "%s%s",
                                   length > 0 ? ", " : "", builtin);
    }
    return targets_reader_fault(line->reader, column, "unknown module '%s'%s%s%s",
                                show(name, shown),
                                length > 0 ? " (known: " : "", known, length > 0 ? ")" : "");
}

/* Numbers of the modules in @value, which is cut up; false with a fault. */
static bool read_modules(struct line *line, char *value, uint32_t numbers[static MODULES_MAX],
                         size_t *ret_count) {
    struct targets_reader *reader = line->reader;
    size_t count = 0;
    for (char *name = value, *next; name != NULL; name = next) {
        next = strchr(name, ',');
        if (next != NULL) *next++ = '\0';
        size_t column = line->value_column + (size_t)(name - value);
        if (*name == '\0') {
            return targets_reader_fault(reader, column, "the name of a module is empty");
        }
        if (count == MODULES_MAX) {
            return targets_reader_fault(reader, column, "more than %d modules", MODULES_MAX);
        }
        if (fleet_module_find(reader->context->fleet, name, &numbers[count]) != 0) {
            return fault_module(line, name, column);
        }
        for (size_t i = 0; i < count; i++) {
            if (numbers[i] != numbers[count]) continue;
            return targets_reader_fault(reader, column, "module '%s' stands there twice", name);
        }
        count++;
    }
    *ret_count = count;
    return true;
}

static bool key_modules(struct line *line, char *value) {
    struct targets_reader *reader = line->reader;
    if (reader->modules_text == NULL || strcmp(reader->modules_text, value) != 0) {
        uint32_t numbers[MODULES_MAX];
        size_t count = 0;
        const char *text = arena_text(&reader->targets->arena, value);
        if (text != NULL && !read_modules(line, value, numbers, &count)) return false;
        struct arena *arena = &reader->targets->arena;
        uint32_t *modules = text != NULL ? arena_get(arena, count * sizeof(*modules)) : NULL;
        if (modules == NULL) {
            reader->error = -ENOMEM;
            return false;
        }
        memcpy(modules, numbers, count * sizeof(*modules));
        reader->modules_text = text;
        reader->modules = modules;
        reader->module_count = count;
    }
    line->options.modules = reader->modules;
    line->options.module_count = reader->module_count;
    return true;
}

static bool key_tag(struct line *line, char *value) {
    const char *name = line->key + 4;
    if (!check_name(line, name, line->key_column + 4, "the name of a tag")) return false;
    if (!utf8_is_valid((const uint8_t *)value, strlen(value))) {
        return targets_reader_fault(line->reader, line->value_column, "the tag is not valid UTF-8");
    }
    for (size_t i = 0; i < line->tag_count; i++) {
        if (strcmp(line->tags[i].name, name) != 0) continue;
        char shown[SHOWN_MAX + 4];
        return targets_reader_fault(line->reader, line->key_column,
                                    "key 'tag.%s' stands there twice",
                                    show(name, shown));
    }
    if (line->tag_count == TAGS_MAX) {
        return targets_reader_fault(line->reader, line->key_column, "more than %d tags", TAGS_MAX);
    }
    line->tags[line->tag_count++] = (struct fleet_tag){ .name = name, .value = value };
    return true;
}

static const struct key keys[] = {
    { "name", key_name },
    { "auth", key_auth },
    { "modules", key_modules },
    { "interval", key_interval },
    { "timeout", key_timeout },
    { "retries", key_retries },
    { "window", key_window },
    { "rate", key_rate },
    { "gap", key_gap },
    { "max_repetitions", key_max_repetitions },
    { "deadline", key_deadline },
    { "version", key_version },
    { "community", key_community },
    { "context", key_needs_auth },
    { "engine_id", key_needs_auth },
    { "reply_from", key_reply_from },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]), KEY_LENGTH_MAX = 20 };

/* Levenshtein's distance of two short words. */
static size_t distance(const char *a, const char *b) {
    size_t rows[2][KEY_LENGTH_MAX + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++) rows[0][j] = j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        const size_t *above = rows[i & 1];
        size_t *row = rows[(i + 1) & 1];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = above[j] + (a[i] != b[j] ? 1 : 0);
            if (above[j + 1] + 1 < best) best = above[j + 1] + 1;
            if (row[j] + 1 < best) best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return rows[strlen(a) & 1][n];
}

static bool fault_key(struct line *line) {
    char shown[SHOWN_MAX + 4];
    const char *nearest = NULL;
    size_t length = strlen(line->key), best = 3;
    for (size_t i = 0; length <= KEY_LENGTH_MAX && i < KEYS; i++) {
        size_t d = distance(line->key, keys[i].name);
        if (d >= best || d >= length) continue;
        best = d;
        nearest = keys[i].name;
    }
    if (strncmp(line->key, "tag", 3) == 0) nearest = "tag.NAME";
    if (nearest == NULL) {
        return targets_reader_fault(line->reader, line->key_column, "unknown key '%s'",
                                    show(line->key, shown));
    }
    return targets_reader_fault(line->reader, line->key_column,
                                "unknown key '%s' (did you mean '%s'?)",
                                show(line->key, shown), nearest);
}

/* End the bare token at line->at with a NUL; false with a fault when it holds what it cannot. */
static bool end_token(struct line *line, const char *what) {
    for (; line->at < line->end && !is_blank(*line->at); line->at++) {
        if (is_control(*line->at)) {
            return targets_reader_fault(line->reader, column_of(line, line->at),
                                        "a control character");
        }
        if (*line->at == '"') {
            return targets_reader_fault(line->reader, column_of(line, line->at),
                                        "a quote within %s: put all of the value in quotes", what);
        }
    }
    if (line->at < line->end) *line->at++ = '\0';
    else *line->at = '\0';
    return true;
}

/* The quoted value at line->at, unescaped in place. */
static char *end_quoted(struct line *line) {
    const char *open = line->at;
    char *value = ++line->at, *to = value;
    for (; line->at < line->end && *line->at != '"'; line->at++) {
        if (is_control(*line->at)) {
            targets_reader_fault(line->reader, column_of(line, line->at), "a control character");
            return NULL;
        }
        if (*line->at == '\\') {
            line->at++;
            if (line->at == line->end) break;
            if (*line->at != '"' && *line->at != '\\') {
                targets_reader_fault(line->reader, column_of(line, line->at - 1),
                                     "in quotes a backslash is written \\\\ and a quote \\\"");
                return NULL;
            }
        }
        *to++ = *line->at;
    }
    if (line->at >= line->end) {
        targets_reader_fault(line->reader, column_of(line, open), "the quote is not closed");
        return NULL;
    }
    line->at++;
    if (line->at < line->end && !is_blank(*line->at)) {
        targets_reader_fault(line->reader, column_of(line, line->at),
                             "a blank must follow the closing quote");
        return NULL;
    }
    *to = '\0';
    return value;
}

static bool read_value(struct line *line, char *value) {
    if (strstr(value, "${") != NULL) {
        return targets_reader_fault(line->reader, line->value_column,
                                    "%s: a variable was not expanded", line->key);
    }
    if (strncmp(line->key, "tag.", 4) == 0) return key_tag(line, value);
    for (unsigned i = 0; i < KEYS; i++) {
        if (keys[i].name[0] != line->key[0] || strcmp(keys[i].name, line->key) != 0) continue;
        if ((line->seen & 1u << i) != 0) {
            return targets_reader_fault(line->reader, line->key_column,
                                        "key '%s' stands there twice", line->key);
        }
        line->seen |= 1u << i;
        return keys[i].read(line, value);
    }
    return fault_key(line);
}

static bool read_pair(struct line *line) {
    char *key = line->at;
    while (line->at < line->end && *line->at != '=' && !is_blank(*line->at) &&
           !is_control(*line->at)) {
        line->at++;
    }
    if (line->at < line->end && is_control(*line->at) && !is_blank(*line->at)) {
        return targets_reader_fault(line->reader, column_of(line, line->at), "a control character");
    }
    if (line->at == line->end || *line->at != '=' || line->at == key) {
        return targets_reader_fault(line->reader, column_of(line, key), "expected key=value");
    }
    *line->at++ = '\0';
    line->key = key;
    line->key_column = column_of(line, key);
    line->value_column = column_of(line, line->at);
    if (line->at < line->end && *line->at == '"') {
        char *quoted = end_quoted(line);
        if (quoted == NULL) return false;
        line->value_column++;
        return read_value(line, quoted);
    }
    char *value = line->at;
    if (!end_token(line, "a value")) return false;
    if (*value == '\0') {
        char shown[SHOWN_MAX + 4];
        return targets_reader_fault(line->reader, line->value_column, "%s= has no value",
                                    show(key, shown));
    }
    return read_value(line, value);
}

/* The tags of the line, then those of the defaults that it does not name. */
static bool keep_tags(struct line *line) {
    const struct fleet_target_options *defaults = line->reader->context->defaults;
    size_t default_count = defaults != NULL ? defaults->tag_count : 0;
    if (line->tag_count == 0) return true;
    struct fleet_tag *tags = arena_get(&line->reader->targets->arena,
                                       (line->tag_count + default_count) * sizeof(*tags));
    if (tags == NULL) {
        line->reader->error = -ENOMEM;
        return false;
    }
    size_t count = line->tag_count;
    memcpy(tags, line->tags, count * sizeof(*tags));
    for (size_t i = 0; i < default_count; i++) {
        bool is_named = false;
        for (size_t k = 0; k < line->tag_count; k++) {
            if (strcmp(tags[k].name, defaults->tags[i].name) == 0) is_named = true;
        }
        if (!is_named) tags[count++] = defaults->tags[i];
    }
    line->options.tags = tags;
    line->options.tag_count = count;
    return true;
}

static bool add_target(struct line *line) {
    struct targets_reader *reader = line->reader;
    struct targets_place place = { .file = reader->file, .line = reader->line }, other;
    int r = targets_list_add(reader->targets, &line->options, place, &other);
    if (r < 0) reader->error = r;
    if (r <= 0) return r == 0;
    char shown[SHOWN_MAX + 4];
    const char *name = show(line->options.name, shown);
    if (other.line == reader->line && other.file == reader->file) {
        return targets_reader_fault(reader, line->name_column, "name '%s' stands there twice",
                                    name);
    }
    return targets_reader_fault(reader, line->name_column, "name '%s' is also at %s:%zu", name,
                                other.file, other.line);
}

/* One target for each address of a block or range. */
static bool add_targets(struct line *line, const struct targets_address *address) {
    struct arena *arena = &line->reader->targets->arena;
    for (uint32_t i = 0; i < address->count; i++) {
        struct address a = targets_address_at(address, i);
        char text[ADDRESS_TEXT_MAX];
        address_format_host(&a, text);
        line->options.host = line->options.name = arena_text(arena, text);
        if (address->port != 0) {
            a.port = address->port;
            address_format(&a, text);
            line->options.name = arena_text(arena, text);
        }
        if (line->options.host == NULL || line->options.name == NULL) {
            line->reader->error = -ENOMEM;
            return false;
        }
        if (!add_target(line)) return false;
    }
    return true;
}

/* @text is the address as written. */
static bool line_keep(struct line *line, const char *text, const struct targets_address *address) {
    struct targets_reader *reader = line->reader;
    size_t column = column_of(line, text);
    if (line->options.module_count == 0) {
        return targets_reader_fault(reader, column,
                                    "no modules: the target needs modules=NAME[,NAME...]");
    }
    if (!keep_tags(line)) return false;
    if (address->port != 0) line->options.port = address->port;
    if (address->is_many) {
        if (line->options.name == NULL) return add_targets(line, address);
        return targets_reader_fault(reader, column,
                                    "a block or range of addresses cannot have one name");
    }
    line->options.host = text;
    if (line->options.name == NULL) line->options.name = text;
    if (address->host_length != strlen(text)) {
        char *host = (char *)arena_get_bytes(&reader->targets->arena, address->host_length + 1);
        if (host == NULL) {
            reader->error = -ENOMEM;
            return false;
        }
        memcpy(host, text + address->host_offset, address->host_length);
        host[address->host_length] = '\0';
        line->options.host = host;
    }
    return add_target(line);
}

bool targets_line_read(struct targets_reader *reader, char *text, char *end) {
    struct line line = { .reader = reader, .start = text, .at = text, .end = end };
    if ((size_t)(end - text) > LINE_MAX_BYTES) {
        return targets_reader_fault(reader, 1, "the line has more than %d bytes", LINE_MAX_BYTES);
    }
    while (line.at < end && is_blank(*line.at)) line.at++;
    if (line.at == end || *line.at == '#') return true;
    if (reader->context->defaults != NULL) line.options = *reader->context->defaults;
    line.options.name = line.options.host = NULL;

    char *address_text = line.at, what[TARGETS_WHAT_MAX];
    struct targets_address address;
    if (!end_token(&line, "an address")) return false;
    if (!targets_address_parse(address_text, &address, what)) {
        return targets_reader_fault(reader, column_of(&line, address_text), "%s", what);
    }
    line.name_column = column_of(&line, address_text);
    for (;;) {
        while (line.at < end && is_blank(*line.at)) line.at++;
        if (line.at >= end || *line.at == '#') break;
        if (!read_pair(&line)) return false;
    }
    return line_keep(&line, address_text, &address);
}

/* target: see target.h. */
#include "core/poll/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/name.h"
#include "base/prng.h"
#include "snmpfleet/error.h"

enum { HOST_BYTES_MAX = 253, TAGS_MAX = 64 };

static bool host_is_name(const char *host) {
    if (!name_is_good(host, HOST_BYTES_MAX)) return false;
    for (const char *c = host; *c != '\0'; c++) {
        bool good = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                    (*c >= '0' && *c <= '9') || *c == '-' || *c == '_' || *c == '.';
        if (!good) return false;
    }
    return true;
}

static uint64_t target_identity(const struct fleet_target_options *o) {
    uint64_t h = prng_hash_text(1, o->host);
    h = prng_hash_text(h, o->community);
    h = prng_hash_text(h, o->context);
    if (o->engine_id_length > 0) h = prng_mix(h ^ prng_hash(o->engine_id, o->engine_id_length));
    h = prng_mix(h ^ o->auth);
    uint64_t choices = (uint64_t)o->detect_version << 56 | (uint64_t)o->family << 48 |
                       (uint64_t)o->port << 32 |
                       (uint64_t)o->version << 8 | (uint64_t)o->reply_community << 1 |
                       (uint64_t)o->reply_from;
    return prng_mix(h ^ choices);
}

static uint64_t target_fingerprint(const struct fleet_target_options *o) {
    uint64_t numbers[] = { (uint64_t)(uint32_t)o->retries,
                           o->timeout_ns,
                           o->interval_ns,
                           o->deadline_ns,
                           o->gap_ns,
                           o->rate,
                           o->window,
                           o->max_repetitions,
                           o->varbinds_max };
    uint64_t h = target_identity(o) ^ prng_hash(numbers, sizeof(numbers));
    for (size_t i = 0; i < o->tag_count; i++)
        h = prng_hash_text(prng_hash_text(h, o->tags[i].name), o->tags[i].value);
    for (size_t i = 0; i < o->module_count; i++) h = prng_mix(h + o->modules[i] + 1);
    return h;
}

static int compare_tags(const void *a, const void *b) {
    return strcmp(((const struct fleet_tag *)a)->name, ((const struct fleet_tag *)b)->name);
}

static char *put_text(char **at, const char *text) {
    size_t length = strlen(text) + 1;
    char *copy = memcpy(*at, text, length);
    *at += length;
    return copy;
}

/* Names, address and tags into one block. */
static int target_copy_text(struct target *t, const struct fleet_target_options *o,
                            const char *name) {
    size_t tags = o->tag_count * sizeof(struct fleet_tag);
    size_t bytes = tags + strlen(name) + 1 + strlen(o->host) + 1 + ADDRESS_TEXT_MAX;
    for (size_t i = 0; i < o->tag_count; i++)
        bytes += strlen(o->tags[i].name) + strlen(o->tags[i].value) + 2;
    char address[ADDRESS_TEXT_MAX];
    size_t address_length =
        t->name_state == TARGET_LITERAL ? address_format_host(&t->peer.address, address) : 0;
    bool name_is_address = t->name_state == TARGET_LITERAL && strcmp(address, name) == 0;
    if (t->name_state == TARGET_LITERAL)
        bytes -=
            strlen(o->host) + 1 + ADDRESS_TEXT_MAX - (name_is_address ? 0 : address_length + 1);
    t->text = malloc(bytes);
    if (t->text == NULL) return -ENOMEM;

    struct fleet_tag *copied = (struct fleet_tag *)(void *)t->text;
    char *at = t->text + tags;
    for (size_t i = 0; i < o->tag_count; i++) {
        copied[i].name = put_text(&at, o->tags[i].name);
        copied[i].value = put_text(&at, o->tags[i].value);
    }
    if (o->tag_count > 1) qsort(copied, o->tag_count, sizeof(*copied), compare_tags);
    t->described.name = put_text(&at, name);
    if (t->name_state == TARGET_LITERAL) {
        t->described.address = name_is_address ? t->described.name : put_text(&at, address);
    } else {
        t->host = put_text(&at, o->host);
        t->described.address = at; /* room for the address to come; the name until then */
        snprintf(at, ADDRESS_TEXT_MAX, "%s", o->host);
    }
    t->described.tags = copied;
    t->described.tag_count = o->tag_count;
    return 0;
}

static int target_subscribe(struct target *t, const struct fleet_target_options *o,
                            struct plan *const *plans, size_t count) {
    size_t learnt = 0;
    if (count == 0) return 0;
    for (size_t i = 0; i < count; i++) learnt += plans[i]->group_count;
    t->subscriptions = calloc(1, count * sizeof(*t->subscriptions) + learnt);
    if (t->subscriptions == NULL) return -ENOMEM;
    uint8_t *at = (uint8_t *)(t->subscriptions + count);
    for (size_t i = 0; i < count; i++) {
        struct subscription *s = &t->subscriptions[i];
        s->target = t;
        s->plan = plans[i];
        s->plan->users++;
        s->interval_ns = o->interval_ns != 0 ? o->interval_ns : plans[i]->interval_ns;
        s->learnt = at;
        at += plans[i]->group_count;
        list_init(&s->link);
        wheel_timer_init(&s->timer, TIMER_SUBSCRIPTION);
        if (t->interval_ns == 0 || s->interval_ns < t->interval_ns) t->interval_ns = s->interval_ns;
    }
    t->subscription_count = (uint32_t)count;
    return 0;
}

static int target_check(const struct fleet_target_options *o, const char *name) {
    if (!name_is_good(name, NAME_BYTES_MAX)) return FLEET_E_NAME;
    if (o->family != FLEET_FAMILY_ANY && o->family != FLEET_IP4 && o->family != FLEET_IP6)
        return FLEET_E_INVALID;
    if (o->tag_count > TAGS_MAX || o->retries < -1 || o->retries > 100)
        return FLEET_E_INVALID;
    if (o->community != NULL && strlen(o->community) > MESSAGE_COMMUNITY_MAX)
        return FLEET_E_INVALID;
    if (o->auth == 0 && (o->context != NULL || o->engine_id_length > 0)) return FLEET_E_INVALID;
    if (o->context != NULL && strlen(o->context) > FLEET_CONTEXT_MAX) return FLEET_E_INVALID;
    if (o->engine_id_length > 0 && !usm_is_engine_id(span_of(o->engine_id, o->engine_id_length)))
        return FLEET_E_INVALID;
    for (size_t i = 0; i < o->tag_count; i++) {
        if (!name_is_good(o->tags[i].name, NAME_BYTES_MAX) || o->tags[i].value == NULL)
            return FLEET_E_NAME;
    }
    return 0;
}

int target_new(const struct fleet_target_options *o, struct plan *const *plans, size_t plan_count,
               struct target **ret_target) {
    if (o->host == NULL) return FLEET_E_ADDRESS;
    const char *name = o->name != NULL ? o->name : o->host;
    int error = target_check(o, name);
    if (error != 0) return error;

    struct target *t = calloc(1, sizeof(*t));
    if (t == NULL) return -ENOMEM;
    list_init(&t->link);
    uint16_t port = o->port != 0 ? o->port : TARGET_PORT;
    if (!address_parse_host(o->host, port, &t->peer.address)) {
        t->name_state = TARGET_UNRESOLVED;
        t->peer.address = (struct address){ .port = port };
        t->names = calloc(1, sizeof(*t->names));
        if (!host_is_name(o->host)) error = FLEET_E_ADDRESS;
        else if (t->names == NULL) error = -ENOMEM;
        else t->names->family = (uint8_t)o->family;
    }
    t->peer.timeout_ns =
        o->timeout_ns != 0 ? o->timeout_ns : (uint64_t)TARGET_TIMEOUT_MS * CLOCK_NS_PER_MS;
    t->deadline_ns = o->deadline_ns;
    t->peer.gap_ns = o->gap_ns;
    if (o->rate != 0 && CLOCK_NS_PER_S / o->rate > t->peer.gap_ns)
        t->peer.gap_ns = CLOCK_NS_PER_S / o->rate;
    t->peer.retries = o->retries == 0 ? TARGET_RETRIES : o->retries < 0 ? 0 : (uint8_t)o->retries;
    t->peer.window = o->window != 0 ? o->window : TARGET_WINDOW;
    t->repetitions_max = o->max_repetitions;
    t->varbinds_max = o->varbinds_max != 0 ? o->varbinds_max : TARGET_VARBINDS;
    t->peer.reply_from_any = o->reply_from == FLEET_REPLY_ANY;
    t->peer.reply_community_any = o->reply_community == FLEET_REPLY_COMMUNITY_ANY;
    t->fingerprint = target_fingerprint(o);
    t->identity = target_identity(o);
    if (error == 0) error = target_copy_text(t, o, name);
    if (error == 0) error = target_subscribe(t, o, plans, plan_count);
    if (error != 0) {
        target_free(t);
        return error;
    }
    *ret_target = t;
    return 0;
}

void target_free(struct target *t) {
    if (t == NULL) return;
    for (uint32_t i = 0; i < t->subscription_count; i++) t->subscriptions[i].plan->users--;
    free(t->subscriptions);
    free(t->names);
    free(t->text);
    free(t);
}

void target_set_address(struct target *t, const struct address *address) {
    uint16_t port = t->peer.address.port;
    t->peer.address = *address;
    t->peer.address.port = port;
    t->name_state = TARGET_RESOLVED;
    /* target_copy_text left room for it. */
    address_format_host(address, (char *)(uintptr_t)t->described.address);
}

uint64_t subscription_next(const struct subscription *s, uint64_t now) {
    uint64_t hash = prng_hash_text(prng_hash_text(7, s->target->described.name), s->plan->label);
    uint64_t phase = hash % s->interval_ns;
    uint64_t turn = clock_after(now - now % s->interval_ns, phase);
    return turn >= now ? turn : clock_after(turn, s->interval_ns);
}

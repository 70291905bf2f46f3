/*
 * roster: the targets of the engine, by number, by name and by address; and whose name is to be
 * looked up.
 *
 * The two hash tables have as many buckets as there is room for targets and grow with it. Numbers
 * are reused last.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/state.h"

static uint32_t bucket_of_name(const struct engine *e, const char *name) {
    return (uint32_t)prng_hash(name, strlen(name)) & e->bucket_mask;
}

static uint32_t bucket_of_address(const struct engine *e, const struct address *address) {
    return (uint32_t)address_hash(address) & e->bucket_mask;
}

struct target *roster_first_at(const struct engine *e, const struct address *address) {
    return e->target_count == 0 ? NULL : e->by_address[bucket_of_address(e, address)];
}

void roster_place_address(struct engine *e, struct target *t) {
    if (t->address.family == ADDRESS_NONE) return;
    struct target **head = &e->by_address[bucket_of_address(e, &t->address)];
    t->next_by_address = *head;
    *head = t;
}

void roster_unplace_address(struct engine *e, struct target *t) {
    if (t->address.family == ADDRESS_NONE) return;
    struct target **link = &e->by_address[bucket_of_address(e, &t->address)];
    while (*link != t) link = &(*link)->next_by_address;
    *link = t->next_by_address;
}

static void roster_place_name(struct engine *e, struct target *t) {
    struct target **head = &e->by_name[bucket_of_name(e, t->described.name)];
    t->next_by_name = *head;
    *head = t;
}

static void roster_unplace_name(struct engine *e, struct target *t) {
    struct target **link = &e->by_name[bucket_of_name(e, t->described.name)];
    while (*link != t) link = &(*link)->next_by_name;
    *link = t->next_by_name;
}

static int roster_grow(struct engine *e) {
    if (e->target_room >= ENGINE_TARGETS_MAX) return FLEET_E_FULL;
    uint32_t room = e->target_room == 0 ? 64 : e->target_room * 2;
    struct target **targets = realloc(e->targets, room * sizeof(struct target *));
    if (targets == NULL) return -ENOMEM;
    e->targets = targets;
    uint32_t *numbers = realloc(e->free_numbers, room * sizeof(*numbers));
    if (numbers == NULL) return -ENOMEM;
    e->free_numbers = numbers;
    struct target **names = calloc(room, sizeof(struct target *)),
                  **addresses = calloc(room, sizeof(struct target *));
    if (names == NULL || addresses == NULL || discover_grow(e, room) != 0) {
        free(names);
        free(addresses);
        return -ENOMEM;
    }
    free(e->by_name);
    free(e->by_address);
    e->by_name = names;
    e->by_address = addresses;
    e->bucket_mask = room - 1;
    e->target_room = room;
    for (uint32_t i = 0; i < e->target_bound; i++) {
        if (e->targets[i] == NULL) continue;
        roster_place_name(e, e->targets[i]);
        roster_place_address(e, e->targets[i]);
    }
    return 0;
}

void roster_want_lookup(struct engine *e, struct target *t) {
    if (t->name_state != TARGET_UNRESOLVED || !list_is_empty(&t->link)) return;
    list_push(&e->lookups, &t->link);
}

/* Every running poll of @t ends as cancelled. */
static void roster_cancel_polls(struct engine *e, struct target *t, struct moment at) {
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        if (t->subscriptions[i].poll != NULL) {
            poll_end(e, t->subscriptions[i].poll, FLEET_REASON_CANCELLED,
                     "the target was removed or changed", at);
        }
    }
}

/* Give back a target that is in no table. */
static void roster_discard(struct engine *e, struct target *t) {
    security_free(e, t->security);
    auth_put(e, t->auth);
    target_free(t);
}

static void roster_take_out(struct engine *e, struct target *t) {
    for (uint32_t i = 0; i < t->subscription_count; i++)
        schedule_unsubscribe(e, &t->subscriptions[i]);
    list_remove(&t->link);
    roster_unplace_name(e, t);
    roster_unplace_address(e, t);
    if (target_is_dead(e, t)) e->dead_count--;
    if (t->host != NULL && t->address.family == ADDRESS_NONE) e->unresolved_count--;
}

static void roster_put_in(struct engine *e, struct target *t, uint32_t number, uint64_t now) {
    t->described.number = number;
    e->targets[number] = t;
    roster_place_name(e, t);
    roster_place_address(e, t);
    if (t->host != NULL && t->address.family == ADDRESS_NONE) {
        e->unresolved_count++;
        roster_want_lookup(e, t);
    }
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct subscription *s = &t->subscriptions[i];
        if (s->poll == NULL) schedule_subscribe(e, s, now);
    }
}

/*
 * What @fresh keeps of @old, whose name it has: all that was learnt, when it is still the same
 * agent; of modules that stay, also the turn they wait for. Running polls have ended before.
 */
static void roster_inherit(struct engine *e, struct target *fresh, struct target *old) {
    if (fresh->identity != old->identity) return;
    struct security *unused = fresh->security;
    fresh->security = old->security;
    old->security = unused;
    if (fresh->security != NULL) fresh->security->target = fresh;
    if (unused != NULL) unused->target = old;
    fresh->srtt_us = old->srtt_us;
    fresh->rttvar_us = old->rttvar_us;
    fresh->silent_polls = old->silent_polls;
    fresh->next_probe_ns = old->next_probe_ns;
    if (target_is_dead(e, fresh)) e->dead_count++;
    if (fresh->host != NULL && old->address.family != ADDRESS_NONE)
        target_set_address(fresh, &old->address);
    for (uint32_t i = 0; i < fresh->subscription_count; i++) {
        for (uint32_t k = 0; k < old->subscription_count; k++) {
            const struct plan *plan = fresh->subscriptions[i].plan;
            if (old->subscriptions[k].plan != plan) continue;
            memcpy(fresh->subscriptions[i].learnt, old->subscriptions[k].learnt, plan->group_count);
        }
    }
}

int engine_target_find(const struct engine *e, const char *name, uint32_t *ret_target) {
    if (e->target_count == 0) return FLEET_E_UNKNOWN;
    for (struct target *t = e->by_name[bucket_of_name(e, name)]; t != NULL; t = t->next_by_name) {
        if (strcmp(t->described.name, name) != 0) continue;
        *ret_target = t->described.number;
        return 0;
    }
    return FLEET_E_UNKNOWN;
}

/* What a target of v3 needs beside its auth, and no other may have. */
static int roster_secure(struct target *t, const struct fleet_target_options *o) {
    if (t->auth->version != MESSAGE_V3)
        return o->context != NULL || o->engine_id_length > 0 ? FLEET_E_INVALID : 0;
    t->security = security_new(t, o->context, span_of(o->engine_id, o->engine_id_length));
    return t->security == NULL ? -ENOMEM : 0;
}

/* Communities with their suffixes must not be too long. */
static int roster_check_contexts(const struct target *t) {
    if (t->security != NULL) return 0;
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        size_t length = auth_community(t->auth).length + t->subscriptions[i].plan->suffix.length;
        if (length > MESSAGE_COMMUNITY_MAX) return FLEET_E_INVALID;
    }
    return 0;
}

static int roster_new_target(struct engine *e, const struct fleet_target_options *o,
                             struct target **ret_target) {
    struct plan *plans[TARGET_SUBSCRIPTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < o->module_count; i++) {
        uint32_t number = o->modules[i];
        if (number >= e->module_bound || !e->modules[number].has_name) return FLEET_E_UNKNOWN;
        for (size_t k = 0; k < i; k++) {
            if (o->modules[k] == number) return FLEET_E_INVALID;
        }
        if (e->modules[number].plan_count > TARGET_SUBSCRIPTIONS_MAX - count) return FLEET_E_FULL;
        for (struct plan *p = e->modules[number].plans; p != NULL; p = p->next) plans[count++] = p;
    }
    bool is_plain = o->version == FLEET_V1 || o->version == FLEET_V2C;
    if (o->version != FLEET_VERSION_DEFAULT && !is_plain) return FLEET_E_INVALID;
    if (o->auth != 0 && (is_plain || o->community != NULL)) return FLEET_E_INVALID;
    struct target *t;
    int error = target_new(o, plans, count, &t);
    if (error != 0) return error;
    error = auth_get(e, o->auth, o->version == FLEET_V1 ? MESSAGE_V1 : MESSAGE_V2C, o->community,
                     &t->auth);
    if (error == 0) error = roster_secure(t, o);
    if (error == 0) error = roster_check_contexts(t);
    if (error != 0) roster_discard(e, t);
    else *ret_target = t;
    return error;
}

int engine_target_set(struct engine *e, const struct fleet_target_options *o, uint32_t *ret_target,
                      enum fleet_change *ret_change, int64_t unix_ns, uint64_t now) {
    struct target *fresh;
    int error = roster_new_target(e, o, &fresh);
    if (error != 0) return error;
    uint32_t number;
    enum fleet_change change = FLEET_ADDED;
    if (engine_target_find(e, fresh->described.name, &number) == 0) {
        struct target *old = e->targets[number];
        change = old->fingerprint == fresh->fingerprint ? FLEET_UNCHANGED : FLEET_CHANGED;
        if (change == FLEET_UNCHANGED) {
            roster_discard(e, fresh);
        } else {
            roster_cancel_polls(e, old, (struct moment){ now, unix_ns });
            roster_inherit(e, fresh, old);
            roster_take_out(e, old);
            roster_put_in(e, fresh, number, now);
            roster_discard(e, old);
        }
    } else {
        if (e->free_count == 0 && e->target_bound == e->target_room) error = roster_grow(e);
        if (error != 0) {
            roster_discard(e, fresh);
            return error;
        }
        number = e->free_count > 0 ? e->free_numbers[--e->free_count] : e->target_bound++;
        e->target_count++;
        roster_put_in(e, fresh, number, now);
    }
    if (ret_target != NULL) *ret_target = number;
    if (ret_change != NULL) *ret_change = change;
    return 0;
}

int engine_target_remove(struct engine *e, uint32_t target, int64_t unix_ns, uint64_t now) {
    if (target >= e->target_bound || e->targets[target] == NULL) return FLEET_E_UNKNOWN;
    struct target *t = e->targets[target];
    roster_cancel_polls(e, t, (struct moment){ now, unix_ns });
    roster_take_out(e, t);
    roster_discard(e, t);
    e->targets[target] = NULL;
    e->free_numbers[e->free_count++] = target;
    e->target_count--;
    return 0;
}

const struct fleet_target *engine_target_get(const struct engine *e, uint32_t target) {
    return target < e->target_bound && e->targets[target] != NULL ? &e->targets[target]->described
                                                                  : NULL;
}

uint32_t engine_target_bound(const struct engine *e) {
    return e->target_bound;
}

void roster_deinit(struct engine *e) {
    for (uint32_t i = 0; i < e->target_bound; i++) {
        if (e->targets[i] == NULL) continue;
        roster_discard(e, e->targets[i]);
    }
    free(e->targets);
    free(e->free_numbers);
    free(e->by_name);
    free(e->by_address);
    free(e->by_engine);
}

const char *engine_next_lookup(struct engine *e, uint32_t *ret_target) {
    struct list *link = list_pop(&e->lookups);
    if (link == NULL) return NULL;
    struct target *t = container_of(link, struct target, link);
    t->name_state = TARGET_RESOLVING;
    *ret_target = t->described.number;
    return t->host;
}

void engine_resolved(struct engine *e, uint32_t target, const char *host,
                     const struct address *address, const char *why, int64_t unix_ns,
                     uint64_t now) {
    struct moment at = { now, unix_ns };
    struct target *t = target < e->target_bound ? e->targets[target] : NULL;
    /* The target may have gone meanwhile, and its number been given to another. */
    if (t == NULL || t->name_state != TARGET_RESOLVING || strcmp(t->host, host) != 0) return;
    if (address != NULL) {
        e->stats.resolved++;
        if (t->address.family == ADDRESS_NONE) e->unresolved_count--;
        roster_unplace_address(e, t);
        target_set_address(t, address);
        roster_place_address(e, t);
    } else {
        e->stats.resolve_failed++;
        /* A known address goes on serving. */
        t->name_state = t->address.family == ADDRESS_NONE ? TARGET_UNRESOLVED : TARGET_RESOLVED;
    }
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct poll *p = t->subscriptions[i].poll;
        if (p == NULL || p->state != POLL_RESOLVING) continue;
        if (t->address.family == ADDRESS_NONE) poll_end(e, p, FLEET_REASON_UNREACHABLE, why, at);
        else poll_run(e, p, at);
    }
}

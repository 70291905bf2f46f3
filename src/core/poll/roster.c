/* roster: see roster.h. */
#include "core/poll/roster.h"

#include <errno.h>
#include <stdlib.h>

#include "base/prng.h"
#include "core/exchange/security.h"
#include "core/exchange/versions.h"
#include "snmpfleet/error.h"

enum {
    TARGETS_MAX = 1 << 24,
    SUBSCRIPTIONS_MAX = 4096, /* modules of a target, each context counted */
};

void roster_init(struct roster *r, struct modules *modules, struct schedule *schedule) {
    *r = (struct roster){ .modules = modules, .schedule = schedule, .polls = schedule->polls };
}

struct target *roster_at(const struct roster *r, uint32_t target) {
    return target < r->bound ? r->targets[target] : NULL;
}

static uint32_t bucket_of_name(const struct roster *r, const char *name) {
    return (uint32_t)prng_hash(name, strlen(name)) & (r->room - 1);
}

static void roster_place_name(struct roster *r, struct target *t) {
    struct target **head = &r->by_name[bucket_of_name(r, t->described.name)];
    t->next_by_name = *head;
    *head = t;
}

static void roster_unplace_name(struct roster *r, struct target *t) {
    struct target **link = &r->by_name[bucket_of_name(r, t->described.name)];
    while (*link != t) link = &(*link)->next_by_name;
    *link = t->next_by_name;
}

static int roster_grow(struct roster *r) {
    if (r->room >= TARGETS_MAX) return FLEET_E_FULL;
    uint32_t room = r->room == 0 ? 64 : r->room * 2;
    struct target **targets = realloc(r->targets, room * sizeof(struct target *));
    if (targets == NULL) return -ENOMEM;
    r->targets = targets;
    uint32_t *numbers = realloc(r->free_numbers, room * sizeof(*numbers));
    if (numbers == NULL) return -ENOMEM;
    r->free_numbers = numbers;
    struct target **names = calloc(room, sizeof(struct target *));
    if (names == NULL || exchange_grow(r->polls->exchange, room) != 0) {
        free(names);
        return -ENOMEM;
    }
    free(r->by_name);
    r->by_name = names;
    r->room = room;
    for (uint32_t i = 0; i < r->bound; i++) {
        if (r->targets[i] != NULL) roster_place_name(r, r->targets[i]);
    }
    return 0;
}

/* Every running poll of @t ends as cancelled. */
static void roster_cancel_polls(struct target *t, struct moment at) {
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        if (t->subscriptions[i].poll != NULL) {
            poll_end(t->subscriptions[i].poll, FLEET_REASON_CANCELLED,
                     "the target was removed or changed", at);
        }
    }
}

/* Give back a target that is in no table. */
static void roster_discard(struct roster *r, struct target *t) {
    versions_free(r->polls->exchange, &t->peer, t->versions);
    exchange_release(r->polls->exchange, &t->peer);
    target_free(t);
}

static void roster_take_out(struct roster *r, struct target *t) {
    for (uint32_t i = 0; i < t->subscription_count; i++)
        schedule_unsubscribe(r->schedule, &t->subscriptions[i]);
    list_remove(&t->link);
    roster_unplace_name(r, t);
    peers_take(&r->polls->exchange->peers, &t->peer);
    health_remove(r->polls->health, t);
    if (t->host != NULL && t->peer.address.family == ADDRESS_NONE) r->polls->lookups->unresolved--;
}

static void roster_put_in(struct roster *r, struct target *t, uint32_t number, uint64_t now) {
    t->described.number = number;
    r->targets[number] = t;
    roster_place_name(r, t);
    peers_put(&r->polls->exchange->peers, &t->peer);
    if (t->host != NULL && t->peer.address.family == ADDRESS_NONE) r->polls->lookups->unresolved++;
    lookups_want(r->polls->lookups, t);
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct subscription *s = &t->subscriptions[i];
        if (s->poll == NULL) schedule_subscribe(r->schedule, s, now);
    }
}

/*
 * What @fresh keeps of @old, whose name it has: all that was learnt, when it is still the same
 * agent; of modules that stay, also the turn they wait for. Running polls have ended before.
 */
static void roster_inherit(struct roster *r, struct target *fresh, struct target *old) {
    if (fresh->identity != old->identity) return;
    if (fresh->versions != NULL) {
        versions_swap(&fresh->versions, &fresh->peer, &old->versions, &old->peer);
    } else {
        struct security *unused = fresh->peer.security;
        fresh->peer.security = old->peer.security;
        old->peer.security = unused;
        if (fresh->peer.security != NULL) fresh->peer.security->peer = &fresh->peer;
        if (unused != NULL) unused->peer = &old->peer;
    }
    fresh->peer.srtt_us = old->peer.srtt_us;
    fresh->peer.rttvar_us = old->peer.rttvar_us;
    fresh->silent_polls = old->silent_polls;
    fresh->next_probe_ns = old->next_probe_ns;
    health_add(r->polls->health, fresh);
    if (fresh->names != NULL && old->peer.address.family != ADDRESS_NONE) {
        *fresh->names = *old->names;
        target_set_address(fresh, &old->peer.address);
        fresh->name_state = TARGET_UNRESOLVED;  /* whoever sets it anew may know that it moved */
    }
    for (uint32_t i = 0; i < fresh->subscription_count; i++) {
        for (uint32_t k = 0; k < old->subscription_count; k++) {
            const struct plan *plan = fresh->subscriptions[i].plan;
            if (old->subscriptions[k].plan != plan) continue;
            memcpy(fresh->subscriptions[i].learnt, old->subscriptions[k].learnt, plan->group_count);
        }
    }
}

int roster_find(const struct roster *r, const char *name, uint32_t *ret_target) {
    if (r->count == 0) return FLEET_E_UNKNOWN;
    for (struct target *t = r->by_name[bucket_of_name(r, name)]; t != NULL; t = t->next_by_name) {
        if (strcmp(t->described.name, name) != 0) continue;
        *ret_target = t->described.number;
        return 0;
    }
    return FLEET_E_UNKNOWN;
}

/* Communities with their suffixes must not be too long. */
static int roster_check_contexts(const struct target *t) {
    const struct auth *plain = t->versions != NULL ? t->versions->auths[t->versions->count - 1]
                                                   : t->peer.auth;
    if (plain->version == MESSAGE_V3) return 0;
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        size_t length =
            auth_community(plain).length + t->subscriptions[i].plan->scope.suffix.length;
        if (length > MESSAGE_COMMUNITY_MAX) return FLEET_E_INVALID;
    }
    return 0;
}

static int roster_new_target(struct roster *r, const struct fleet_target_options *o,
                             struct target **ret_target) {
    struct plan *plans[SUBSCRIPTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < o->module_count; i++) {
        uint32_t number = o->modules[i];
        const struct module *m = modules_at(r->modules, number);
        if (m == NULL) return FLEET_E_UNKNOWN;
        for (size_t k = 0; k < i; k++) {
            if (o->modules[k] == number) return FLEET_E_INVALID;
        }
        if (m->plan_count > SUBSCRIPTIONS_MAX - count) return FLEET_E_FULL;
        for (struct plan *p = m->plans; p != NULL; p = p->next) plans[count++] = p;
    }
    bool is_plain = o->version == FLEET_V1 || o->version == FLEET_V2C;
    if (o->version != FLEET_VERSION_DEFAULT && !is_plain) return FLEET_E_INVALID;
    bool has_community = o->community != NULL && !o->detect_version;
    if (o->auth != 0 && (is_plain || has_community)) return FLEET_E_INVALID;
    if (o->detect_version && is_plain) return FLEET_E_INVALID;
    struct target *t;
    int error = target_new(o, plans, count, &t);
    if (error != 0) return error;
    error =
        auths_get(&r->polls->exchange->vault.auths, o->auth,
                  o->version == FLEET_V1 ? MESSAGE_V1 : MESSAGE_V2C, o->community, &t->peer.auth);
    /* An auth of v1 or v2c says which version it is. */
    if (error == 0 && o->detect_version && o->auth != 0 && t->peer.auth->version != MESSAGE_V3)
        error = FLEET_E_INVALID;
    if (error == 0)
        error = exchange_secure(&t->peer, o->context, span_of(o->engine_id, o->engine_id_length));
    if (error == 0 && o->detect_version)
        error = versions_new(r->polls->exchange, &t->peer, o->community, &t->versions);
    if (error == 0) error = roster_check_contexts(t);
    if (error != 0) roster_discard(r, t);
    else *ret_target = t;
    return error;
}

/* A target of a name that nobody has. */
static int roster_add(struct roster *r, struct target *fresh, uint32_t *ret_number, uint64_t now) {
    int error = r->free_count == 0 && r->bound == r->room ? roster_grow(r) : 0;
    if (error != 0) return error;
    *ret_number = r->free_count > 0 ? r->free_numbers[--r->free_count] : r->bound++;
    r->count++;
    roster_put_in(r, fresh, *ret_number, now);
    return 0;
}

/*
 * Make the change at @index. Ending polls calls the host, who may put off another change of this
 * very target: that is then the one that is made.
 */
static void roster_apply(struct roster *r, uint32_t index, struct moment at) {
    uint32_t number = r->changes[index].number;
    struct target *old = r->targets[number];
    r->leaving(r->context, old, at);
    roster_cancel_polls(old, at);
    struct target *fresh = r->changes[index].fresh;
    if (fresh != NULL) roster_inherit(r, fresh, old);
    roster_take_out(r, old);
    if (fresh != NULL) {
        roster_put_in(r, fresh, number, at.now);
    } else {
        r->targets[number] = NULL;
        r->free_numbers[r->free_count++] = number;
        r->count--;
    }
    roster_discard(r, old);
}

/* The change that is put off for a target that is pending. */
static struct roster_change *roster_change_of(const struct roster *r, uint32_t number) {
    for (uint32_t i = r->change_count; i > 0; i--) {
        if (r->changes[i - 1].number == number) return &r->changes[i - 1];
    }
    return NULL;
}

/* Put off: what was put off for this target before is forgotten. */
static int roster_put_off(struct roster *r, uint32_t number, struct target *fresh) {
    struct target *t = r->targets[number];
    if (t->is_pending) {
        struct roster_change *change = roster_change_of(r, number);
        if (change->fresh != NULL) roster_discard(r, change->fresh);
        change->fresh = fresh;
        return 0;
    }
    if (r->change_count == r->change_room) {
        uint32_t room = r->change_room == 0 ? 16 : 2 * r->change_room;
        struct roster_change *changes = realloc(r->changes, room * sizeof(*changes));
        if (changes == NULL) return -ENOMEM;
        r->changes = changes;
        r->change_room = room;
    }
    r->changes[r->change_count++] = (struct roster_change){ number, fresh };
    t->is_pending = true;
    return 0;
}

void roster_begin(struct roster *r) {
    r->turns++;
}

/* While changes are made others may be put off: they come behind. */
void roster_end(struct roster *r, struct moment at) {
    if (r->turns == 1) {
        for (uint32_t i = 0; i < r->change_count; i++) roster_apply(r, i, at);
        r->change_count = 0;
    }
    r->turns--;
}

/* @fresh for target @number, or NULL: at once, or within a turn at its end. */
static int roster_change(struct roster *r, uint32_t number, struct target *fresh,
                         struct moment at) {
    roster_begin(r);
    int error = roster_put_off(r, number, fresh);
    roster_end(r, at);
    return error;
}

/* What a target is, or will be at the end of the turn; NULL: it is to be removed. */
static const struct target *roster_to_be(const struct roster *r, uint32_t number) {
    const struct target *t = r->targets[number];
    return t->is_pending ? roster_change_of(r, number)->fresh : t;
}

int roster_set(struct roster *r, const struct fleet_target_options *o, uint32_t *ret_target,
               enum fleet_change *ret_change, struct moment at) {
    struct target *fresh;
    int error = roster_new_target(r, o, &fresh);
    if (error != 0) return error;
    uint32_t number;
    enum fleet_change change = FLEET_ADDED;
    if (roster_find(r, fresh->described.name, &number) != 0) {
        error = roster_add(r, fresh, &number, at.now);
    } else {
        const struct target *known = roster_to_be(r, number);
        bool is_same = known != NULL && known->fingerprint == fresh->fingerprint;
        change = is_same ? FLEET_UNCHANGED : FLEET_CHANGED;
        if (is_same) roster_discard(r, fresh);
        else error = roster_change(r, number, fresh, at);
    }
    if (error != 0) {
        roster_discard(r, fresh);
        return error;
    }
    if (ret_target != NULL) *ret_target = number;
    if (ret_change != NULL) *ret_change = change;
    return 0;
}

int roster_remove(struct roster *r, uint32_t target, struct moment at) {
    if (roster_at(r, target) == NULL || roster_to_be(r, target) == NULL) return FLEET_E_UNKNOWN;
    return roster_change(r, target, NULL, at);
}

void roster_deinit(struct roster *r) {
    for (uint32_t i = 0; i < r->bound; i++) {
        if (r->targets[i] == NULL) continue;
        roster_discard(r, r->targets[i]);
    }
    for (uint32_t i = 0; i < r->change_count; i++) {
        if (r->changes[i].fresh != NULL) roster_discard(r, r->changes[i].fresh);
    }
    free(r->changes);
    free(r->targets);
    free(r->free_numbers);
    free(r->by_name);
}

void roster_resolved(struct roster *r, uint32_t target, const char *host,
                     const struct lookup *lookup, struct moment at) {
    struct polls *polls = r->polls;
    struct target *t = roster_at(r, target);
    /* The target may have gone meanwhile, and its number been given to another. */
    if (t == NULL || t->name_state != TARGET_RESOLVING || strcmp(t->host, host) != 0) return;
    bool had_none = t->peer.address.family == ADDRESS_NONE;
    names_take(t->names, lookup, target, at.now);
    const struct address *address = names_address(t->names);
    bool is_new = address != NULL && !address_same_host(address, &t->peer.address);
    if (lookup->count > 0) polls->stats->resolved++;
    else polls->stats->resolve_failed++;
    t->name_state = had_none && lookup->count == 0 ? TARGET_UNRESOLVED : TARGET_RESOLVED;
    t->is_moving = is_new;
    if (had_none && is_new) {
        polls->lookups->unresolved--;
        polls_move_target(polls, t);
    }
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct poll *p = t->subscriptions[i].poll;
        if (p == NULL || p->state != POLL_RESOLVING) continue;
        if (t->peer.address.family != ADDRESS_NONE) poll_run(p, at);
        else poll_end(p, FLEET_REASON_UNREACHABLE, lookup->why, at);
    }
    r->resolved(r->context, t, lookup->why, at);
}

bool roster_check(const struct roster *r) {
    uint32_t count = 0, dead = 0, unresolved = 0, found;
    for (uint32_t i = 0; i < r->bound; i++) {
        const struct target *t = r->targets[i];
        if (t == NULL) continue;
        count++;
        dead += health_is_dead(r->polls->health, t);
        unresolved += t->host != NULL && t->peer.address.family == ADDRESS_NONE;
        if (roster_find(r, t->described.name, &found) != 0 || found != i) return false;
    }
    return count == r->count && dead == r->polls->health->dead_count &&
           unresolved == r->polls->lookups->unresolved && r->bound <= r->room;
}

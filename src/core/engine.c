/* engine: see engine.h. The parts, the turn, and what ties them together. */
#include "core/engine.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/exchange/discover.h"
#include "core/exchange/receive.h"
#include "core/exchange/transmit.h"
#include "core/exchange/versions.h"
#include "core/poll/learnt.h"
#include "core/poll/roster.h"

enum { LATE_MS = 250 };  /* a turn that is so late did not come for want of anything to do */

struct engine {
    struct engine_options options;
    uint64_t turn_ns;       /* when the present turn began */
    struct fleet_stats stats;
    struct wheel wheel;
    struct list expired;    /* timers that ran out and are not done with yet */
    struct exchange exchange;
    struct health health;
    struct lookups lookups;
    struct polls polls;
    struct schedule schedule;
    struct modules modules;
    struct roster roster;
    struct learnt learnt;
    struct operations operations;
};

static const struct target *target_of(const struct peer *p) {
    return container_of(p, struct target, peer);
}

/* Two targets have one engine ID. */
static void engine_tell_same(void *context, const struct peer *peer, const struct peer *other) {
    const struct engine *e = context;
    if (e->options.sink.notice == NULL) return;
    char hex[DISCOVER_HEX_BYTES], text[320];
    discover_format_engine_id(security_engine_id(peer->security), hex);
    snprintf(text, sizeof(text),
             "engine ID %s is that of %.160s as well (both are polled; RFC 3411 wants it unique)",
             hex, target_of(other)->described.name);
    e->options.sink.notice(e->options.sink.context, &target_of(peer)->described, text);
}

/* An operation left a place in its peer's window. */
static void engine_freed(void *context, struct peer *peer) {
    (void)context;
    polls_pump(container_of(peer, struct target, peer));
}

static uint64_t engine_police(void *context, const struct peer *peer, uint64_t now) {
    const struct engine *e = context;
    return e->options.policer(e->options.sink.context, &target_of(peer)->described, now);
}

/* What is asked of a target that goes ends before it. */
static void engine_end_operations(struct target *t, const char *why, struct moment at) {
    if (t->operations == NULL) return;
    t->operations->is_closed = true;
    operation_queue_end(t->operations, FLEET_REASON_CANCELLED, why, at);
    free(t->operations);
    t->operations = NULL;
}

static void engine_target_leaves(void *context, struct target *t, struct moment at) {
    (void)context;
    engine_end_operations(t, "the target was removed or changed", at);
}

/* What waited for the address of a host name goes on, or ends. */
static void engine_target_resolved(void *context, struct target *t, const char *why,
                                   struct moment at) {
    struct engine *e = context;
    if (t->operations == NULL) return;
    if (t->peer.address.family != ADDRESS_NONE)
        request_offer_place(&e->exchange.requests, &t->peer);
    else operation_queue_end(t->operations, FLEET_REASON_UNREACHABLE, why, at);
}

/*
 * The next version that the target may speak; behind the last one, the next of its host name's
 * addresses, where nothing else is in flight to the present one.
 */
static bool engine_try_elsewhere(void *context, struct peer *peer, const struct auth *asked_as,
                                 uint8_t *tried) {
    struct engine *e = context;
    struct target *t = container_of(peer, struct target, peer);
    bool is_open = t->versions != NULL && !versions_is_found(peer);
    uint32_t versions = is_open ? t->versions->count : 1;
    uint32_t addresses = t->names != NULL ? t->names->count : 1;
    if (is_open) versions_next(t->versions, peer, asked_as);
    if (*tried + 1u >= versions * addresses) return false;
    ++*tried;
    if (*tried % versions == 0 && t->names != NULL && peer->in_flight == 0 && names_next(t->names))
        polls_move_target(&e->polls, t);
    return true;
}

int engine_new(struct engine **ret_engine, const struct engine_options *options, uint64_t now) {
    struct engine *e = calloc(1, sizeof(*e));
    if (e == NULL) return -ENOMEM;
    e->options = *options;
    e->options.secrets = (struct secrets){ .salt = 0 };
    wheel_init(&e->wheel, now);
    list_init(&e->expired);
    e->health.dead_after = options->dead_after;
    lookups_init(&e->lookups, options->lookup_rate, now);
    e->polls = (struct polls){
        .exchange = &e->exchange,
        .health = &e->health,
        .lookups = &e->lookups,
        .wheel = &e->wheel,
        .stats = &e->stats,
        .sink = options->sink,
        .once = options->once,
        .memory = options->memory != 0 ? options->memory : ENGINE_MEMORY,
    };
    int error = polls_init(&e->polls);
    schedule_init(&e->schedule, &e->polls);
    modules_init(&e->modules);
    roster_init(&e->roster, &e->modules, &e->schedule);
    e->roster.leaving = engine_target_leaves;
    e->roster.resolved = engine_target_resolved;
    e->roster.context = e;
    e->operations = (struct operations){
        .exchange = &e->exchange, .wheel = &e->wheel, .timer_kind = TIMER_OPERATION,
        .freed = engine_freed, .silent = engine_try_elsewhere, .context = e,
        .table_number = &e->modules.table_number, .memory = e->polls.memory,
    };
    if (error == 0) error = operations_init(&e->operations);
    const struct exchange_options exchange = {
        .window = options->window,
        .rate = options->rate,
        .rto_floor_ns = options->rto_floor_ns,
        .secrets = options->secrets,
        .same_engine = engine_tell_same,
        .policer = options->policer != NULL ? engine_police : NULL,
        .context = e,
    };
    if (error == 0) error = exchange_init(&e->exchange, &exchange, &e->wheel, &e->stats, now);
    if (error != 0) {
        engine_free(e, (struct moment){ now, 0 });
        return error;
    }
    *ret_engine = e;
    return 0;
}

void engine_free(struct engine *e, struct moment at) {
    if (e == NULL) return;
    assert(e->roster.turns == 0);  /* a callback must not free its fleet */
    e->schedule.is_draining = true;
    roster_begin(&e->roster);
    polls_cancel(&e->polls, "shut down", at);
    for (uint32_t i = 0; i < e->roster.bound; i++) {
        struct target *t = roster_at(&e->roster, i);
        if (t != NULL) engine_end_operations(t, "shut down", at);
    }
    operations_deinit(&e->operations);
    roster_deinit(&e->roster);
    exchange_deinit(&e->exchange);
    polls_deinit(&e->polls);
    modules_deinit(&e->modules);
    learnt_deinit(&e->learnt);
    free(e);
}

bool engine_check(const struct engine *e) {
    return wheel_check(&e->wheel) && exchange_check(&e->exchange) && polls_check(&e->polls) &&
           roster_check(&e->roster);
}

/*
 * Was the process stopped, or the machine? Timers that are long over tell: while a request is out
 * there is always one.
 */
static void engine_look_at_clock(struct engine *e, uint64_t now) {
    if (now == e->turn_ns) return;
    e->turn_ns = now;
    uint64_t due = wheel_next(&e->wheel);
    e->exchange.is_late = clock_after(due, (uint64_t)LATE_MS * CLOCK_NS_PER_MS) < now;
}

void engine_datagram(struct engine *e, const struct address *peer, struct span datagram,
                     uint64_t arrived_ns, struct moment at) {
    engine_look_at_clock(e, at.now);
    roster_begin(&e->roster);
    receive_datagram(&e->exchange, peer, datagram, arrived_ns, at);
    roster_end(&e->roster, at);
}

const void *engine_prefetch_request(const struct engine *e, struct span datagram) {
    return receive_prefetch_request(&e->exchange, datagram);
}

void engine_prefetch_poll(const void *request) {
    receive_prefetch_owner(request);
}

void engine_prefetch_target(const void *request) {
    receive_prefetch_peer(request);
}

void engine_unreachable(struct engine *e, const struct address *peer, struct span quoted, int error,
                        struct moment at) {
    roster_begin(&e->roster);
    receive_unreachable(&e->exchange, peer, quoted, error, at);
    roster_end(&e->roster, at);
}

void engine_send_failed(struct engine *e, uint32_t cookie, int error, struct moment at) {
    roster_begin(&e->roster);
    transmit_failed(&e->exchange, cookie, error, at);
    roster_end(&e->roster, at);
}

/* Those that another's handler disarms leave the list. */
bool engine_expire(struct engine *e, struct moment at, uint32_t max) {
    struct list *link;
    roster_begin(&e->roster);
    if (list_is_empty(&e->expired)) wheel_advance(&e->wheel, at.now, &e->expired);
    for (uint32_t i = 0; i < max && (link = list_pop(&e->expired)) != NULL; i++) {
        struct wheel_timer *timer = container_of(link, struct wheel_timer, link);
        switch (timer->kind) {
        case TIMER_REQUEST: exchange_expired(&e->exchange, timer, at); break;
        case TIMER_SUBSCRIPTION:
            schedule_turn(&e->schedule, container_of(timer, struct subscription, timer), at.now);
            break;
        case TIMER_OPERATION: operation_expired(timer, at); break;
        case TIMER_POLL:
            poll_end(container_of(timer, struct poll, timer), FLEET_REASON_DEADLINE,
                     e->exchange.is_held ? "while polling paused" : NULL, at);
            break;
        }
    }
    roster_end(&e->roster, at);
    return !list_is_empty(&e->expired);
}

bool engine_admit(struct engine *e, struct moment at, uint32_t max) {
    roster_begin(&e->roster);
    /* In turns: neither a burst of operations nor a crowd of polls takes the window for itself. */
    bool more = true;
    for (uint32_t i = 0; i < max && more; i++) {
        more = schedule_admit_one(&e->schedule, at);
        more |= operations_admit_one(&e->operations);
    }
    roster_end(&e->roster, at);
    return more;
}

uint32_t engine_transmit(struct engine *e, struct slot *slots, uint32_t max, uint64_t now) {
    return transmit_fill(&e->exchange, slots, max, now);
}

void engine_sent(struct engine *e, const struct slot *slots, uint32_t waiting, uint32_t count,
                 uint64_t now) {
    transmit_done(&e->exchange, slots, waiting, count, now);
}

void engine_sent_between(struct engine *e, const struct slot *slots, uint32_t count,
                         uint64_t begin_ns, uint64_t end_ns) {
    transmit_sent_between(&e->exchange, slots, count, begin_ns, end_ns);
}

uint64_t engine_deadline_ns(const struct engine *e, uint64_t now) {
    if (!list_is_empty(&e->expired) || schedule_may_admit(&e->schedule) ||
        operations_may_admit(&e->operations)) return 0;
    uint64_t next = wheel_next(&e->wheel), send = exchange_deadline_ns(&e->exchange, now);
    return send < next ? send : next;
}

const char *engine_next_lookup(struct engine *e, uint32_t *ret_target, int *ret_family,
                               uint64_t now) {
    const struct target *t = lookups_next(&e->lookups, now);
    if (t == NULL) return NULL;
    *ret_target = t->described.number;
    *ret_family = t->names->family;
    return t->host;
}

uint64_t engine_lookup_deadline_ns(const struct engine *e, uint64_t now) {
    return lookups_deadline_ns(&e->lookups, now);
}

void engine_resolved(struct engine *e, uint32_t target, const char *host,
                     const struct lookup *lookup, struct moment at) {
    roster_begin(&e->roster);
    roster_resolved(&e->roster, target, host, lookup, at);
    roster_end(&e->roster, at);
}

bool engine_is_done(const struct engine *e) {
    bool is_draining = e->schedule.is_draining;
    if (e->operations.slab.used > 0) return false;
    if (!e->options.once && !is_draining) return false;
    return list_is_empty(&e->polls.running) && (is_draining || e->schedule.due_count == 0);
}

void engine_drain(struct engine *e) {
    e->schedule.is_draining = true;
}

void engine_hold(struct engine *e, bool hold) {
    e->exchange.is_held = hold;
}

struct fleet_stats *engine_stats(struct engine *e) {
    return &e->stats;
}

void engine_get_stats(const struct engine *e, struct fleet_stats *ret_stats) {
    *ret_stats = e->stats;
    ret_stats->targets = e->roster.count;
    ret_stats->targets_dead = e->health.dead_count;
    ret_stats->targets_unresolved = e->lookups.unresolved;
    ret_stats->same_engine = e->exchange.engines.duplicates;
    ret_stats->polls_running = e->polls.slab.used;
    ret_stats->polls_waiting = e->schedule.due_count;
    ret_stats->requests_in_flight = exchange_in_flight(&e->exchange);
    ret_stats->window = e->exchange.options.window;
}

void engine_limits_set(struct engine *e, const struct fleet_limits *limits, uint64_t now) {
    pace_set_rate(&e->exchange.pace, limits->rate, now);
    pace_set_rate(&e->lookups.pace, limits->dns_rate, now);
    exchange_set_window(&e->exchange, limits->window);
    polls_set_memory(&e->polls, (size_t)limits->memory);
    e->operations.memory = (size_t)limits->memory;
}

void engine_limits_get(const struct engine *e, struct fleet_limits *ret_limits) {
    *ret_limits = (struct fleet_limits){ .rate = e->exchange.pace.rate,
                                         .window = e->exchange.options.window,
                                         .dns_rate = e->lookups.pace.rate,
                                         .memory = e->polls.memory };
}

int engine_module_add(struct engine *e, const struct fleet_module_options *options,
                      uint32_t *ret_module) {
    return modules_add(&e->modules, options, ret_module);
}

int engine_module_set(struct engine *e, const struct fleet_module_options *options,
                      uint32_t *ret_module) {
    return modules_set(&e->modules, options, ret_module);
}

int engine_module_remove(struct engine *e, uint32_t module) {
    return modules_remove(&e->modules, module);
}

uint32_t engine_module_bound(const struct engine *e) {
    return e->modules.bound;
}

int engine_module_get(const struct engine *e, uint32_t module, struct fleet_module *ret_module) {
    return modules_get(&e->modules, module, ret_module);
}

int engine_module_part(const struct engine *e, uint32_t module, uint32_t part,
                       struct fleet_module_part *ret_part) {
    return modules_part(&e->modules, module, part, ret_part);
}

int engine_module_find(const struct engine *e, const char *name, uint32_t *ret_module) {
    return modules_find(&e->modules, name, ret_module);
}

int engine_auth_set(struct engine *e, const struct fleet_auth_options *options, uint32_t *ret_auth,
                    const char **ret_why) {
    return auths_set(&e->exchange.vault.auths, options, ret_auth, ret_why);
}

int engine_auth_remove(struct engine *e, uint32_t auth) {
    return auths_remove(&e->exchange.vault.auths, auth);
}

const char *engine_auth_name(const struct engine *e, uint32_t auth) {
    return auths_name(&e->exchange.vault.auths, auth);
}

uint32_t engine_auth_bound(const struct engine *e) {
    return e->exchange.vault.auths.bound;
}

int engine_auth_find(const struct engine *e, const char *name, uint32_t *ret_auth) {
    return auths_find(&e->exchange.vault.auths, name, ret_auth);
}

int engine_learnt_get(struct engine *e, uint32_t target, struct fleet_learnt *ret_learnt,
                      struct moment at) {
    const struct target *t = roster_at(&e->roster, target);
    return t == NULL ? FLEET_E_UNKNOWN : learnt_get(&e->learnt, t, ret_learnt, at);
}

int engine_learnt_set(struct engine *e, const struct fleet_learnt *learnt, struct moment at) {
    uint32_t number;
    int error = roster_find(&e->roster, learnt->name, &number);
    if (error == 0) learnt_set(roster_at(&e->roster, number), learnt, at);
    return error;
}

int engine_target_set(struct engine *e, const struct fleet_target_options *options,
                      uint32_t *ret_target, enum fleet_change *ret_change, struct moment at) {
    return roster_set(&e->roster, options, ret_target, ret_change, at);
}

int engine_target_find(const struct engine *e, const char *name, uint32_t *ret_target) {
    return roster_find(&e->roster, name, ret_target);
}

int engine_target_remove(struct engine *e, uint32_t target, struct moment at) {
    return roster_remove(&e->roster, target, at);
}

/* The queue of a target's operations. */
static int engine_queue_of(struct engine *e, uint32_t target, struct target **ret_target) {
    struct target *t = roster_at(&e->roster, target);
    if (t == NULL) return FLEET_E_UNKNOWN;
    if (t->operations == NULL) {
        t->operations = malloc(sizeof(*t->operations));
        if (t->operations == NULL) return -ENOMEM;
        operation_queue_init(t->operations, &t->peer, &t->described);
        t->operations->takes_any_version = t->versions != NULL;
    }
    *ret_target = t;
    return 0;
}

/* An operation was taken: its target's host name is looked up where it must be. */
static void engine_look_at_name(struct engine *e, struct target *t, uint64_t now) {
    if (t->names == NULL) return;
    polls_look_at_name(&e->polls, t, now);
    if (t->peer.address.family == ADDRESS_NONE) lookups_want(&e->lookups, t);
}

int engine_request(struct engine *e, uint32_t target, const struct operation_question *ask,
                   const struct fleet_request_options *options, uint32_t *ret_operation,
                   struct moment at) {
    struct target *t;
    int error = engine_queue_of(e, target, &t);
    if (error != 0) return error;
    error = operation_ask(&e->operations, t->operations, ask, options, ret_operation, at);
    if (error == 0) engine_look_at_name(e, t, at.now);
    return error;
}

int engine_walk(struct engine *e, uint32_t target, const char *oid,
                const struct fleet_walk_options *walk,
                const struct fleet_request_options *options, uint32_t *ret_operation,
                struct moment at) {
    struct target *t;
    int error = engine_queue_of(e, target, &t);
    if (error != 0) return error;
    error = operation_walk(&e->operations, t->operations, oid, walk, t->repetitions_max, options,
                           ret_operation, at);
    if (error == 0) engine_look_at_name(e, t, at.now);
    return error;
}

int engine_table(struct engine *e, uint32_t target, const struct fleet_table *table,
                 void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                 const struct fleet_request_options *options, uint32_t *ret_operation,
                 struct moment at) {
    struct target *t;
    int error = engine_queue_of(e, target, &t);
    if (error != 0) return error;
    error = operation_table(&e->operations, t->operations, table, t->repetitions_max, rows,
                            options, ret_operation, at);
    if (error == 0) engine_look_at_name(e, t, at.now);
    return error;
}

int engine_refresh(struct engine *e, uint32_t target, const struct fleet_request_options *options,
                   uint32_t *ret_operation, struct moment at) {
    static const uint8_t up_time[] = { 0x2b, 6, 1, 2, 1, 1, 3, 0 };
    const struct fleet_varbind varbind = { .oid = up_time, .oid_length = sizeof(up_time) };
    const struct operation_question ask = { .pdu = FLEET_PDU_GET, .varbinds = &varbind,
                                            .count = 1 };
    int error = engine_request(e, target, &ask, options, ret_operation, at);
    if (error != 0) return error;
    struct security *s = roster_at(&e->roster, target)->peer.security;
    if (s != NULL && !s->is_pinned && s->engine_id_length > 0) security_doubt(s);
    return 0;
}

int engine_version_of(const struct engine *e, uint32_t target, enum fleet_version *ret_version) {
    const struct target *t = roster_at(&e->roster, target);
    if (t == NULL) return FLEET_E_UNKNOWN;
    int32_t version = t->peer.auth->version;
    *ret_version = version == MESSAGE_V1    ? FLEET_V1
                   : version == MESSAGE_V2C ? FLEET_V2C
                                            : FLEET_V3;
    return t->versions == NULL || versions_is_found(&t->peer) ? 0 : FLEET_E_UNKNOWN;
}

int engine_engine_of(const struct engine *e, uint32_t target, struct fleet_engine *ret_engine,
                     uint64_t now) {
    const struct target *t = roster_at(&e->roster, target);
    const struct security *s = t != NULL ? t->peer.security : NULL;
    if (s == NULL || s->engine_id_length == 0) return FLEET_E_UNKNOWN;
    *ret_engine = (struct fleet_engine){ .id_length = s->engine_id_length,
                                         .is_confirmed = security_is_confirmed(s),
                                         .has_time = s->clock.state == USM_CLOCK_AUTHENTIC };
    memcpy(ret_engine->id, s->engine_id, s->engine_id_length);
    if (!ret_engine->has_time) return 0;
    ret_engine->boots = s->clock.boots;
    ret_engine->time_s = usm_clock_time(&s->clock, now);
    return 0;
}

int engine_walk_take(struct engine *e, uint32_t operation, uint32_t count) {
    return operation_walk_take(&e->operations, operation, count);
}

int engine_cancel(struct engine *e, uint32_t operation, struct moment at) {
    roster_begin(&e->roster);
    int error = operation_cancel(&e->operations, operation, at);
    roster_end(&e->roster, at);
    return error;
}

int engine_target_cancel(struct engine *e, uint32_t target, struct moment at) {
    struct target *t = roster_at(&e->roster, target);
    if (t == NULL) return FLEET_E_UNKNOWN;
    if (t->operations == NULL) return 0;
    roster_begin(&e->roster);
    operation_queue_end(t->operations, FLEET_REASON_CANCELLED, "cancelled by its owner", at);
    roster_end(&e->roster, at);
    return 0;
}

const struct fleet_target *engine_target_get(const struct engine *e, uint32_t target) {
    const struct target *t = roster_at(&e->roster, target);
    return t == NULL ? NULL : &t->described;
}

const struct fleet_target *engine_target_at(const struct engine *e,
                                            const struct address *address) {
    const struct peer *p = peers_first(&e->exchange.peers, address);
    return p == NULL ? NULL : &target_of(p)->described;
}

uint32_t engine_target_bound(const struct engine *e) {
    return e->roster.bound;
}

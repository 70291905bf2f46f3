/*
 * fleet: the engine, a network, a resolver and the clock put together. The loop's only reading of
 * the clock is here.
 *
 * The descriptor a host waits on is an epoll set of three: the network's, the resolver's and an
 * alarm (alarm.h) that tells of all that no socket tells: time-outs and polls that are due, what is
 * ready to be sent, and that the last turn left something behind.
 */
#include "snmpfleet/fleet.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "api/fleet_state.h"
#include "base/clock.h"
#include "base/entropy.h"

enum {
    WINDOW_MAX = 2048,           /* by default: on a short path more only spreads over more
                                    memory */
    WINDOW_MIN = 16,
    REPLY_TRUESIZE = 4096,       /* what a reply of a frame's size takes of the receive buffer, in
                                    the kernel's accounting */
    DEAD_AFTER = 3,
    LOOKUPS_A_SECOND = 500,
    RTO_FLOOR_MS = 200,
    AHEAD_OF_REQUEST = 8,        /* events by which memory is fetched ahead of its use */
    AHEAD_OF_POLL = 4,
    AHEAD_OF_TARGET = 2,
};

static struct moment moment_now(void) {
    return (struct moment){ clock_monotonic_ns(), clock_realtime_ns() };
}

static int fleet_open_loop(struct fleet *f, const struct fleet_options *o) {
    static const enum net_backend backends[] = {
        [FLEET_IO_AUTO] = NET_AUTO, [FLEET_IO_URING] = NET_URING, [FLEET_IO_MMSG] = NET_MMSG
    };
    int error =
        net_new(&f->net, &(struct net_options){ .backend = backends[o->io], .shared_port = true });
    if (error != 0) {
        bool refused =
            o->io == FLEET_IO_URING && error != -EMFILE && error != -ENFILE && error != -ENOMEM;
        return refused ? FLEET_E_UNSUPPORTED : error;
    }
    error = resolver_new(&f->resolver, o->dns);
    if (error != 0) return error == -EINVAL ? FLEET_E_ADDRESS : error;
    f->fd = epoll_create1(EPOLL_CLOEXEC);
    if (f->fd < 0) return -errno;
    struct epoll_event interest = { .events = EPOLLIN };
    if (epoll_ctl(f->fd, EPOLL_CTL_ADD, net_fd(f->net), &interest) != 0) return -errno;
    if (epoll_ctl(f->fd, EPOLL_CTL_ADD, resolver_fd(f->resolver), &interest) != 0) return -errno;
    return alarm_open(&f->alarm, f->fd);
}

static uint32_t fleet_default_window(const struct fleet *f) {
    uint64_t fits = net_receive_buffer_bytes(f->net) / REPLY_TRUESIZE;
    return fits > WINDOW_MAX ? WINDOW_MAX : fits < WINDOW_MIN ? WINDOW_MIN : (uint32_t)fits;
}

static struct fleet_limits fleet_fill_limits(const struct fleet *f, const struct fleet_limits *l) {
    return (struct fleet_limits){
        .rate = l->rate,
        .window = l->window != 0 ? l->window : fleet_default_window(f),
        .dns_rate = l->dns_rate != 0 ? l->dns_rate : LOOKUPS_A_SECOND,
        .memory = l->memory != 0 ? l->memory : ENGINE_MEMORY,
    };
}

static bool fleet_check_limits(const struct fleet_limits *l) {
    return l->rate <= FLEET_RATE_MAX && l->window <= FLEET_WINDOW_MAX &&
           l->dns_rate <= FLEET_DNS_RATE_MAX &&
           (l->memory == 0 || (l->memory >= FLEET_MEMORY_MIN && l->memory <= FLEET_MEMORY_MAX));
}

/* Each by itself: what one shows says nothing of another. */
static int fleet_draw_secrets(struct secrets *s) {
    int error = entropy_draw(&s->ids, sizeof(s->ids));
    if (error == 0) error = entropy_draw(&s->engines, sizeof(s->engines));
    if (error == 0) error = entropy_draw(&s->auths, sizeof(s->auths));
    if (error == 0) error = entropy_draw(&s->salt, sizeof(s->salt));
    return error;
}

int fleet_new(struct fleet **ret_fleet, const struct fleet_options *o) {
    const struct fleet_limits given = { o->rate, o->window, o->dns_rate, o->memory };
    if (o->sink.rows == NULL || o->sink.report == NULL || o->io > FLEET_IO_MMSG ||
        !fleet_check_limits(&given))
        return FLEET_E_INVALID;
    struct fleet *f = calloc(1, sizeof(*f));
    if (f == NULL) return -ENOMEM;
    f->fd = -1;
    f->alarm = ALARM_NONE;
    int error = fleet_open_loop(f, o);
    if (error == 0) {
        const struct fleet_limits limits = fleet_fill_limits(f, &given);
        struct engine_options engine = {
            .sink = o->sink,
            .once = o->once,
            .rate = limits.rate,
            .window = limits.window,
            .lookup_rate = limits.dns_rate,
            .dead_after = o->dead_after != 0 ? o->dead_after : DEAD_AFTER,
            .rto_floor_ns =
                o->rto_floor_ns != 0 ? o->rto_floor_ns : (uint64_t)RTO_FLOOR_MS * CLOCK_NS_PER_MS,
            .memory = (size_t)limits.memory,
        };
        error = fleet_draw_secrets(&engine.secrets);
        f->now = clock_monotonic_ns();
        if (error == 0) error = engine_new(&f->engine, &engine, f->now);
        explicit_bzero(&engine.secrets, sizeof(engine.secrets));
    }
    if (error != 0) {
        fleet_free(f);
        return error;
    }
    fleet_look_ahead(f);
    *ret_fleet = f;
    return 0;
}

void fleet_free(struct fleet *f) {
    if (f == NULL) return;
    engine_free(f->engine, moment_now());
    resolver_free(f->resolver);
    net_free(f->net);
    alarm_close(&f->alarm);
    if (f->fd >= 0) close(f->fd);
    free(f);
}

const char *fleet_io_name(const struct fleet *f) {
    return net_backend_of(f->net) == NET_URING ? "uring" : "mmsg";
}

const char *fleet_io_why(const struct fleet *f) {
    return net_why(f->net);
}

int fleet_module_add(struct fleet *f, const struct fleet_module_options *options,
                     uint32_t *ret_module) {
    return engine_module_add(f->engine, options, ret_module);
}

int fleet_module_set(struct fleet *f, const struct fleet_module_options *options,
                     uint32_t *ret_module) {
    return engine_module_set(f->engine, options, ret_module);
}

int fleet_module_remove(struct fleet *f, uint32_t module) {
    return engine_module_remove(f->engine, module);
}

uint32_t fleet_module_bound(const struct fleet *f) {
    return engine_module_bound(f->engine);
}

int fleet_module_get(const struct fleet *f, uint32_t module, struct fleet_module *ret_module) {
    return engine_module_get(f->engine, module, ret_module);
}

int fleet_module_part(const struct fleet *f, uint32_t module, uint32_t part,
                      struct fleet_module_part *ret_part) {
    return engine_module_part(f->engine, module, part, ret_part);
}

int fleet_module_find(const struct fleet *f, const char *name, uint32_t *ret_module) {
    return engine_module_find(f->engine, name, ret_module);
}

int fleet_auth_set(struct fleet *f, const struct fleet_auth_options *options, uint32_t *ret_auth,
                   const char **ret_why) {
    return engine_auth_set(f->engine, options, ret_auth, ret_why);
}

int fleet_auth_find(const struct fleet *f, const char *name, uint32_t *ret_auth) {
    return engine_auth_find(f->engine, name, ret_auth);
}

int fleet_target_set(struct fleet *f, const struct fleet_target_options *options,
                     uint32_t *ret_target, enum fleet_change *ret_change) {
    int error = engine_target_set(f->engine, options, ret_target, ret_change, moment_now());
    fleet_look_ahead(f);
    return error;
}

int fleet_target_find(const struct fleet *f, const char *name, uint32_t *ret_target) {
    return engine_target_find(f->engine, name, ret_target);
}

int fleet_target_remove(struct fleet *f, uint32_t target) {
    int error = engine_target_remove(f->engine, target, moment_now());
    fleet_look_ahead(f);
    return error;
}

const struct fleet_target *fleet_target_get(const struct fleet *f, uint32_t target) {
    return engine_target_get(f->engine, target);
}

uint32_t fleet_target_bound(const struct fleet *f) {
    return engine_target_bound(f->engine);
}

int fleet_auth_remove(struct fleet *f, uint32_t auth) {
    return engine_auth_remove(f->engine, auth);
}

const char *fleet_auth_name(const struct fleet *f, uint32_t auth) {
    return engine_auth_name(f->engine, auth);
}

uint32_t fleet_auth_bound(const struct fleet *f) {
    return engine_auth_bound(f->engine);
}

int fleet_learnt_get(struct fleet *f, uint32_t target, struct fleet_learnt *ret_learnt) {
    return engine_learnt_get(f->engine, target, ret_learnt, moment_now());
}

int fleet_learnt_set(struct fleet *f, const struct fleet_learnt *learnt) {
    return engine_learnt_set(f->engine, learnt, moment_now());
}

int fleet_fd(const struct fleet *f) {
    return f->fd;
}

uint64_t fleet_deadline_ns(const struct fleet *f) {
    if (!net_is_idle(f->net)) return 0;
    uint64_t next = engine_deadline_ns(f->engine, f->now);
    uint64_t wait = resolver_wait_ns(f->resolver);
    if (wait == 0) return 0;
    if (wait != UINT64_MAX && f->now + wait < next) next = f->now + wait;
    uint64_t lookup =
        resolver_has_room(f->resolver) ? engine_lookup_deadline_ns(f->engine, f->now) : UINT64_MAX;
    return lookup < next ? lookup : next;
}

/* A turn does so at its end, and what is readable already needs no alarm. */
void fleet_look_ahead(struct fleet *f) {
    if (f->is_stepping || f->alarm.armed_ns <= f->now) return;
    alarm_set(&f->alarm, fleet_deadline_ns(f), f->now);
}

static void fleet_take_event(struct fleet *f, const struct net_event *event, struct moment at) {
    switch (event->kind) {
    case NET_DATAGRAM:
        engine_datagram(f->engine, &event->peer, event->payload, at);
        break;
    case NET_UNREACHABLE:
        engine_unreachable(f->engine, &event->peer, event->payload, event->error, at);
        break;
    case NET_SEND_FAILED:
        engine_send_failed(f->engine, event->cookie, event->error, at);
        break;
    case NET_TRUNCATED:
        engine_stats(f->engine)->truncated++;
        break;
    }
}

/* All events in their order, with what each leads to fetched ahead of it, in three steps. */
static void fleet_take_events(struct fleet *f, int count, struct moment at) {
    const void *requests[NET_EVENTS_MAX];
    for (int i = -AHEAD_OF_REQUEST; i < count; i++) {
        int far = i + AHEAD_OF_REQUEST, near = i + AHEAD_OF_POLL, next = i + AHEAD_OF_TARGET;
        if (far < count) {
            const struct net_event *event = &f->events[far];
            bool is_datagram = event->kind == NET_DATAGRAM;
            requests[far] = is_datagram ? engine_prefetch_request(f->engine, event->payload) : NULL;
        }
        if (near >= 0 && near < count && requests[near] != NULL)
            engine_prefetch_poll(requests[near]);
        if (next >= 0 && next < count && requests[next] != NULL)
            engine_prefetch_target(requests[next]);
        if (i >= 0) fleet_take_event(f, &f->events[i], at);
    }
}

static void fleet_take_lookup(struct fleet *f, const struct resolve_result *result,
                              struct moment at) {
    struct lookup lookup = { .count = result->count, .ttl_s = result->ttl_s, .why = result->why };
    _Static_assert(sizeof(lookup.addresses) == sizeof(result->addresses), "as many addresses");
    memcpy(lookup.addresses, result->addresses, sizeof(lookup.addresses));
    engine_resolved(f->engine, result->cookie, result->name, &lookup, at);
}

/* Names that want looking up go out, and what has been found comes in. */
static void fleet_resolve(struct fleet *f, struct moment at) {
    uint32_t target;
    int family;
    const char *host;
    while (resolver_has_room(f->resolver) &&
           (host = engine_next_lookup(f->engine, &target, &family, at.now)) != NULL) {
        if (resolver_ask(f->resolver, host, family, target)) continue;
        const struct resolve_result none = { .cookie = target, .name = host,
                                             .why = "out of memory" };
        fleet_take_lookup(f, &none, at);
    }
    if (resolver_wait_ns(f->resolver) == UINT64_MAX) return;
    resolver_step(f->resolver);
    struct resolve_result result;
    while (resolver_next(f->resolver, &result)) fleet_take_lookup(f, &result, at);
}

/* What waits goes first, and new requests of families that have room behind it. 0 or -errno. */
static int fleet_send(struct fleet *f) {
    struct slot *slots = net_slots(f->net);
    uint32_t count = net_waiting(f->net), room = NET_SLOTS - count;
    count += engine_transmit(f->engine, slots + count, room < NET_BATCH ? room : NET_BATCH, f->now);
    int taken = net_send(f->net, count);
    if (taken < 0) return taken;
    engine_sent(f->engine, slots, count - (uint32_t)taken, count, f->now);
    return 0;
}

static int fleet_turn(struct fleet *f) {
    int count = net_receive(f->net, f->events, NET_EVENTS_MAX);
    if (count < 0) return count;
    f->now = clock_monotonic_ns();
    struct moment at = { f->now, clock_realtime_ns() };
    fleet_take_events(f, count, at);
    fleet_resolve(f, at);
    engine_expire(f->engine, at);
    engine_admit(f->engine, at);
    return fleet_send(f);
}

int fleet_step(struct fleet *f) {
    f->is_stepping = true;
    int error = fleet_turn(f);
    f->is_stepping = false;
    if (error == 0) alarm_set(&f->alarm, fleet_deadline_ns(f), f->now);
    return error;
}

/* Wait until there is something to do. 0 or -errno. */
static int fleet_wait(const struct fleet *f) {
    struct pollfd ready = { .fd = f->fd, .events = POLLIN };
    return poll(&ready, 1, -1) >= 0 || errno == EINTR ? 0 : -errno;
}

int fleet_run(struct fleet *f) {
    int error = 0;
    while (error == 0 && !fleet_is_done(f)) {
        error = fleet_step(f);
        if (error == 0 && !fleet_is_done(f) && fleet_deadline_ns(f) > f->now) error = fleet_wait(f);
    }
    return error;
}

bool fleet_is_done(const struct fleet *f) {
    return engine_is_done(f->engine);
}

void fleet_drain(struct fleet *f) {
    engine_drain(f->engine);
}

void fleet_hold(struct fleet *f, bool hold) {
    engine_hold(f->engine, hold);
    fleet_look_ahead(f);
}

int fleet_limits_set(struct fleet *f, const struct fleet_limits *limits) {
    if (!fleet_check_limits(limits)) return FLEET_E_INVALID;
    const struct fleet_limits filled = fleet_fill_limits(f, limits);
    engine_limits_set(f->engine, &filled, moment_now().now);
    fleet_look_ahead(f);
    return 0;
}

void fleet_limits_get(const struct fleet *f, struct fleet_limits *ret_limits) {
    engine_limits_get(f->engine, ret_limits);
}

void fleet_get_stats(const struct fleet *f, struct fleet_stats *ret_stats) {
    engine_get_stats(f->engine, ret_stats);
    struct net_stats net;
    net_get_stats(f->net, &net);
    ret_stats->bytes_sent = net.bytes_sent;
    ret_stats->bytes_received = net.bytes_received;
    ret_stats->kernel_drops = net.kernel_drops;
    ret_stats->receive_stalls = net.stalls;
}

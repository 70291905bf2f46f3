/*
 * loop: one turn of a fleet, its bound, and what a host waits for between two turns. The only
 * reading of the clocks is here.
 *
 * A turn with a bound is shared out: what came may take half of it, look-ups, time-outs and what is
 * due an eighth each, or more where those before them left something, and sending has what is left.
 * Each does one thing at least, so that a host which gives too little starves none of them. What a
 * turn leaves stays where it is: events in their array, timers that are over on the engine's list,
 * polls that are due in the schedule, requests on the ready queue, datagrams in the kernel.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "api/fleet_state.h"
#include "base/clock.h"
#include "snmpfleet/fleet.h"

enum {
    AHEAD_OF_REQUEST = 8,        /* events by which memory is fetched ahead of its use */
    AHEAD_OF_POLL = 4,
    AHEAD_OF_TARGET = 2,
    DATAGRAM_NS = 4000,          /* what the kernel takes for one, about, and we to encode it */
    DATAGRAMS_MIN = 16,          /* fewer are not worth the system call */
    CLOCK_READINGS_MAX = 4,
    CLOCKS_APART_NS = 1000,      /* that reading both clocks may take to count as one moment */
};

struct moment fleet_moment(void) {
    return (struct moment){ clock_monotonic_ns(), clock_realtime_ns() };
}

/* Both clocks as one: read again where something came between, a few times. */
static struct moment fleet_exact_moment(void) {
    struct moment at = { 0, 0 };
    uint64_t apart = UINT64_MAX;
    for (int i = 0; i < CLOCK_READINGS_MAX && apart > CLOCKS_APART_NS; i++) {
        uint64_t before = clock_monotonic_ns();
        int64_t unix_ns = clock_realtime_ns();
        uint64_t after = clock_monotonic_ns();
        if (after - before >= apart) continue;
        apart = after - before;
        at = (struct moment){ before + apart / 2, unix_ns };
    }
    return at;
}

/* Until when the parts of a turn may go on; 0: as long as they need. */
struct bound {
    uint64_t begin_ns, max_ns;
};

static bool bound_is_over(const struct bound *b, uint64_t eighths) {
    return b->max_ns != 0 && clock_monotonic_ns() - b->begin_ns >= b->max_ns / 8 * eighths;
}

/* Without a bound everything is done in one go. */
static uint32_t bound_piece(const struct bound *b) {
    return b->max_ns != 0 ? 1 : UINT32_MAX;
}

/* How many datagrams can be taken or sent in @ns. */
static uint32_t bound_datagrams(const struct bound *b, uint64_t ns, uint32_t most) {
    uint64_t fits = ns / DATAGRAM_NS;
    if (b->max_ns == 0 || fits >= most) return most;
    return fits < DATAGRAMS_MIN ? DATAGRAMS_MIN : (uint32_t)fits;
}

int fleet_fd(const struct fleet *f) {
    return f->fd;
}

uint64_t fleet_deadline_ns(const struct fleet *f) {
    if (!net_is_idle(f->net) || f->event_next < f->event_count) return 0;
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
    if (f->is_stepping || alarm_is_over(&f->alarm, f->now)) return;
    alarm_set(&f->alarm, fleet_deadline_ns(f), f->now);
}

static void fleet_show(const struct fleet *f, bool is_sent, const struct address *peer,
                       struct span datagram) {
    char address[ADDRESS_TEXT_MAX];
    address_format(peer, address);
    const struct fleet_trace trace = {
        .is_sent = is_sent, .target = engine_target_at(f->engine, peer), .address = address,
        .local_port = net_port(f->net, peer->family),
        .bytes = datagram.bytes, .length = datagram.length,
    };
    f->trace(f->trace_context, &trace);
}

static void fleet_take_event(struct fleet *f, const struct net_event *event, struct moment at) {
    switch (event->kind) {
    case NET_DATAGRAM:
        if (f->trace != NULL) fleet_show(f, false, &event->peer, event->payload);
        engine_datagram(f->engine, &event->peer, event->payload,
                        arrival_ns(&f->arrival, event->kernel_unix_ns), at);
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

/*
 * Events in their order, with what each leads to fetched ahead of it, in three steps; those of the
 * turn before that are left come first, and then none is fetched from the network. 0 or -errno.
 */
static int fleet_take_events(struct fleet *f, const struct bound *bound, struct moment *ret_at) {
    if (f->event_next == f->event_count) {
        uint32_t max = bound_datagrams(bound, bound->max_ns / 2, NET_EVENTS_MAX);
        f->event_next = 0;
        f->event_count = net_receive(f->net, f->events, max);
    }
    int first = f->event_next, count = f->event_count;
    if (count < 0) {
        f->event_count = 0;
        return count;
    }
    const struct moment at = *ret_at = f->has_kernel_times ? fleet_exact_moment() : fleet_moment();
    f->now = at.now;
    arrival_turn(&f->arrival, at);
    const void *requests[NET_EVENTS_MAX];
    for (int i = first - AHEAD_OF_REQUEST; i < count; i++) {
        int far = i + AHEAD_OF_REQUEST, near = i + AHEAD_OF_POLL, next = i + AHEAD_OF_TARGET;
        if (far < count) {
            const struct net_event *event = &f->events[far];
            bool is_datagram = event->kind == NET_DATAGRAM;
            requests[far] = is_datagram ? engine_prefetch_request(f->engine, event->payload) : NULL;
        }
        if (near >= first && near < count && requests[near] != NULL)
            engine_prefetch_poll(requests[near]);
        if (next >= first && next < count && requests[next] != NULL)
            engine_prefetch_target(requests[next]);
        if (i < first) continue;
        fleet_take_event(f, &f->events[i], at);
        f->event_next = i + 1;
        if (bound_is_over(bound, 4)) break;
    }
    return 0;
}

static void fleet_take_lookup(struct fleet *f, const struct resolve_result *result,
                              struct moment at) {
    struct lookup lookup = { .count = result->count, .ttl_s = result->ttl_s, .why = result->why };
    _Static_assert(sizeof(lookup.addresses) == sizeof(result->addresses), "as many addresses");
    memcpy(lookup.addresses, result->addresses, sizeof(lookup.addresses));
    engine_resolved(f->engine, result->cookie, result->name, &lookup, at);
}

/* Names that want looking up go out, and what has been found comes in. */
static void fleet_resolve(struct fleet *f, const struct bound *bound, struct moment at) {
    uint32_t target;
    int family;
    const char *host;
    while (resolver_has_room(f->resolver) &&
           (host = engine_next_lookup(f->engine, &target, &family, at.now)) != NULL) {
        if (!resolver_ask(f->resolver, host, family, target)) {
            const struct resolve_result none = { .cookie = target, .name = host,
                                                 .why = "out of memory" };
            fleet_take_lookup(f, &none, at);
        }
        if (bound_is_over(bound, 5)) break;
    }
    if (resolver_wait_ns(f->resolver) == UINT64_MAX) return;
    resolver_step(f->resolver);
    struct resolve_result result;
    while (resolver_next(f->resolver, &result)) {
        fleet_take_lookup(f, &result, at);
        if (bound_is_over(bound, 5)) break;
    }
}

/* What waits goes first, and new requests of families that have room behind it. 0 or -errno. */
static int fleet_send(struct fleet *f, const struct bound *bound) {
    struct slot *slots = net_slots(f->net);
    uint32_t count = net_waiting(f->net), room = NET_SLOTS - count;
    uint64_t spent = bound->max_ns != 0 ? clock_monotonic_ns() - bound->begin_ns : 0;
    uint64_t left = bound->max_ns > spent ? bound->max_ns - spent : 0;
    uint32_t most = bound_datagrams(bound, left, room < NET_BATCH ? room : NET_BATCH);
    uint32_t waiting = count;
    count += engine_transmit(f->engine, slots + count, most < room ? most : room, f->now);
    for (uint32_t i = waiting; i < count && f->trace != NULL; i++)
        fleet_show(f, true, &slots[i].to, span_of(slots[i].bytes, slots[i].length));
    uint64_t begin = f->has_kernel_times ? clock_monotonic_ns() : 0;
    int taken = net_send(f->net, count);
    if (taken < 0) return taken;
    engine_sent(f->engine, slots, count - (uint32_t)taken, count, f->now);
    if (f->has_kernel_times && taken > 0)
        engine_sent_between(f->engine, slots + count - taken, (uint32_t)taken, begin,
                            clock_monotonic_ns());
    return 0;
}

static int fleet_turn(struct fleet *f, const struct bound *bound) {
    struct moment at;
    int error = fleet_take_events(f, bound, &at);
    if (error != 0) return error;
    fleet_resolve(f, bound, at);
    uint32_t piece = bound_piece(bound);
    while (engine_expire(f->engine, at, piece) && !bound_is_over(bound, 6)) continue;
    while (engine_admit(f->engine, at, piece) && !bound_is_over(bound, 7)) continue;
    return fleet_send(f, bound);
}

int fleet_step(struct fleet *f, uint64_t max_ns) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    const struct bound bound = { max_ns != 0 ? clock_monotonic_ns() : 0, max_ns };
    f->is_stepping = true;
    int error = fleet_turn(f, &bound);
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
    while (error == 0 && !engine_is_done(f->engine)) {
        error = fleet_step(f, 0);
        bool is_over = error != 0 || engine_is_done(f->engine);
        if (!is_over && fleet_deadline_ns(f) > f->now) error = fleet_wait(f);
    }
    return error;
}

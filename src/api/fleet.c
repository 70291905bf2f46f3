/*
 * fleet: the engine, a network, a resolver and the clock put together. What they do together, turn
 * by turn, is in loop.c.
 *
 * The descriptor a host waits on is an epoll set of three: the network's, the resolver's and an
 * alarm (alarm.h) that tells of all that no socket tells: time-outs and polls that are due, what is
 * ready to be sent, and that the last turn left something behind.
 */
#include "snmpfleet/fleet.h"

#include <assert.h>
#include <errno.h>
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
};

/* "192.0.2.1,[2001:db8::1]:4000": at most one of each family. */
static bool fleet_parse_bind(const char *text, struct net_options *o) {
    for (const char *at = text; at != NULL; ) {
        char one[ADDRESS_TEXT_MAX];
        const char *comma = strchr(at, ',');
        size_t length = comma != NULL ? (size_t)(comma - at) : strlen(at);
        struct address a;
        if (length >= sizeof(one)) return false;
        memcpy(one, at, length);
        one[length] = '\0';
        if (!address_parse(one, 0, &a)) return false;
        struct address *to = a.family == ADDRESS_IP6 ? &o->bind6 : &o->bind4;
        if (to->family != ADDRESS_NONE) return false;
        *to = a;
        at = comma != NULL ? comma + 1 : NULL;
    }
    return true;
}

static int fleet_open_net(struct fleet *f, const struct fleet_options *o) {
    static const enum net_backend backends[] = {
        [FLEET_IO_AUTO] = NET_AUTO, [FLEET_IO_URING] = NET_URING, [FLEET_IO_MMSG] = NET_MMSG
    };
    struct net_options options = {
        .backend = backends[o->io], .shared_port = true, .device = o->device,
        .traffic_class = o->tos, .broadcast = o->broadcast,
        .receive_buffer_bytes = o->receive_buffer, .send_buffer_bytes = o->send_buffer,
        .kernel_times = o->kernel_times,
    };
    if (!fleet_parse_bind(o->bind, &options)) return FLEET_E_ADDRESS;
    int error = net_new(&f->net, &options);
    if (error == 0 || o->io != FLEET_IO_URING) return error;
    /* What another back end would fail by, too, is not the kernel's refusal of io_uring. */
    bool is_shared = error == -EMFILE || error == -ENFILE || error == -ENOMEM ||
                     error == -EADDRINUSE || error == -EADDRNOTAVAIL || error == -ENODEV;
    return is_shared ? error : FLEET_E_UNSUPPORTED;
}

static int fleet_open_loop(struct fleet *f, const struct fleet_options *o) {
    int error = fleet_open_net(f, o);
    if (error != 0) return error;
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
    f->trace = o->trace;
    f->has_kernel_times = o->kernel_times;
    f->trace_context = o->sink.context;
    f->alarm = ALARM_NONE;
    f->thread = pthread_self();
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
            .policer = o->policer,
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
    engine_free(f->engine, fleet_moment());
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
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_module_add(f->engine, options, ret_module);
}

int fleet_module_set(struct fleet *f, const struct fleet_module_options *options,
                     uint32_t *ret_module) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_module_set(f->engine, options, ret_module);
}

int fleet_module_remove(struct fleet *f, uint32_t module) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
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
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_auth_set(f->engine, options, ret_auth, ret_why);
}

int fleet_auth_find(const struct fleet *f, const char *name, uint32_t *ret_auth) {
    return engine_auth_find(f->engine, name, ret_auth);
}

int fleet_target_set(struct fleet *f, const struct fleet_target_options *options,
                     uint32_t *ret_target, enum fleet_change *ret_change) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_target_set(f->engine, options, ret_target, ret_change, fleet_moment());
    fleet_look_ahead(f);
    return error;
}

int fleet_target_find(const struct fleet *f, const char *name, uint32_t *ret_target) {
    return engine_target_find(f->engine, name, ret_target);
}

int fleet_target_remove(struct fleet *f, uint32_t target) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    int error = engine_target_remove(f->engine, target, fleet_moment());
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
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_auth_remove(f->engine, auth);
}

const char *fleet_auth_name(const struct fleet *f, uint32_t auth) {
    return engine_auth_name(f->engine, auth);
}

uint32_t fleet_auth_bound(const struct fleet *f) {
    return engine_auth_bound(f->engine);
}

int fleet_learnt_get(struct fleet *f, uint32_t target, struct fleet_learnt *ret_learnt) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_learnt_get(f->engine, target, ret_learnt, fleet_moment());
}

int fleet_learnt_set(struct fleet *f, const struct fleet_learnt *learnt) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    return engine_learnt_set(f->engine, learnt, fleet_moment());
}

bool fleet_is_done(const struct fleet *f) {
    return engine_is_done(f->engine);
}

void fleet_drain(struct fleet *f) {
    assert(fleet_is_mine(f));
    engine_drain(f->engine);
}

void fleet_hold(struct fleet *f, bool hold) {
    assert(fleet_is_mine(f));
    engine_hold(f->engine, hold);
    fleet_look_ahead(f);
}

int fleet_limits_set(struct fleet *f, const struct fleet_limits *limits) {
    if (!fleet_is_mine(f)) return FLEET_E_THREAD;
    if (!fleet_check_limits(limits)) return FLEET_E_INVALID;
    const struct fleet_limits filled = fleet_fill_limits(f, limits);
    engine_limits_set(f->engine, &filled, fleet_moment().now);
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

/* fleet_state: what a fleet is, for the files of api/ that are its functions. */
#pragma once

#include <pthread.h>

#include "api/alarm.h"
#include "api/arrival.h"
#include "core/engine.h"
#include "net/net.h"
#include "net/resolve.h"

/*
 * The OIDs that were asked for last, as text and encoded: of many agents the same is asked, one
 * after the other.
 */
enum { ASKED_OIDS = 16, ASKED_TEXT = 64, ASKED_BYTES = 64 };

struct asked {
    char text[ASKED_OIDS][ASKED_TEXT];
    uint8_t bytes[ASKED_OIDS][ASKED_BYTES];
    uint8_t lengths[ASKED_OIDS];
    size_t count;                /* 0: nothing that fits was asked yet */
};

struct fleet {
    struct engine *engine;
    pthread_t thread;            /* that made it; the ring takes work from no other */
    struct net *net;
    struct resolver *resolver;
    int fd;                      /* epoll: network, resolver and alarm */
    struct alarm alarm;
    void (*trace)(void *context, const struct fleet_trace *trace);
    void *trace_context;
    bool is_stepping;            /* its turn ends with a look at what is next */
    uint64_t now;                /* of the last turn */
    bool has_kernel_times;       /* fleet_options.kernel_times */
    struct arrival arrival;
    struct asked asked;
    struct net_event events[NET_EVENTS_MAX];
    int event_count, event_next; /* a turn that ran out of time leaves some to the next one */
};

/* Is the caller the thread that the fleet belongs to? */
static inline bool fleet_is_mine(const struct fleet *f) {
    return pthread_equal(f->thread, pthread_self()) != 0;
}

/* What the clocks say. */
struct moment fleet_moment(void);

/*
 * What was called between two turns may have given the fleet something to do: its descriptor has to
 * tell.
 */
void fleet_look_ahead(struct fleet *f);

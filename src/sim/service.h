/*
 * service: how simulated agents work on requests: one at a time or several, each for a while, the
 * others in a queue of bounded length, first come, first served. What comes to a full queue is
 * dropped. With it come the agent's processors: how busy they were.
 *
 * Since requests are served as they come, the moment at which a request's work begins is known when
 * it comes, and the moment at which it ends as soon as its answer is known; nothing has to happen
 * between. So a request goes through two calls:
 *
 *     service_admit   may it wait, and when does the work begin?
 *     service_take    this much work it is: when is it done?
 *
 * A request without service_take costs the agent nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "sim/pauses.h"
#include "snmpfleet/value.h"

enum {
    SERVICE_CAPACITY_MAX = 1000000,
    SERVICE_SERVERS_MAX = 256,
    SERVICE_QUEUE_MAX = 100000,
    SERVICE_QUEUE = 128,
    SERVICE_COSTS_MAX = 32,
};

/* The time over which the load of the processors is a mean. */
#define SERVICE_WINDOW_NS UINT64_C(2000000000)
/* Longest work on one request. */
#define SERVICE_WORK_MAX_NS UINT64_C(3600000000000)

/* Each object below @oid (contents of an OID in BER) costs this. */
struct service_cost {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    size_t length;
    uint64_t ns;
};

struct service_options {
    uint32_t capacity;     /* requests a second, by all servers together; 0: a request itself
                              costs nothing */
    uint32_t servers;      /* requests that are worked on at once, each for servers / capacity */
    uint32_t queue;        /* requests that wait at the most */
    bool is_exponential;   /* servers / capacity is the mean of an exponential distribution */
    uint64_t object_ns;    /* cost of each object in a reply that no row of .costs names */
    struct service_cost costs[SERVICE_COSTS_MAX];
    size_t cost_count;
    struct pauses pauses;
    uint64_t seed, started;
};

/* Does it cost an agent time to answer? Otherwise there is nothing to serve. */
bool service_is_on(const struct service_options *o);

/* Add a cost: of several that name an object, the longest OID counts. 0; -EINVAL, -ENOSPC. */
int service_add_cost(struct service_options *o, const char *oid, uint64_t ns);

struct service;

/* Options are copied. 0 or -ENOMEM. */
int service_new(struct service **ret_service, const struct service_options *options,
                uint32_t agents);
void service_free(struct service *s);

/* False: the queue of @agent is full. *ret_start is when its work begins, not before @now. */
bool service_admit(struct service *s, uint32_t agent, uint64_t now, uint64_t *ret_start);

/* What the objects of a reply cost, by its varbinds. Exceptions cost nothing. */
uint64_t service_objects_ns(const struct service *s, struct span varbinds);

/*
 * The request admitted last, to begin at @start: it costs @objects_ns beside its own time. Returns
 * when it is done.
 */
uint64_t service_take(struct service *s, uint32_t agent, uint64_t start, uint64_t objects_ns);

/* The processors of an agent, one for each server, at a moment. A pause counts as work. */
struct service_load {
    double busy;           /* share of the time within SERVICE_WINDOW_NS before, 0 to 1 */
    uint64_t busy_ns;      /* since the start, of all processors */
    uint64_t idle_ns;
};

/* @at is not before the `now` of the last service_admit of @agent. */
struct service_load service_load_at(const struct service *s, uint32_t agent, uint64_t at);

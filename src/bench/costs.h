/*
 * costs: what an agent's objects cost it, from times of requests. Statistics alone: who asks, and
 * where names come from, is the caller's.
 *
 * A measurement is a pair: a request for some instances of one object (a column of a table, or a
 * single instance), and right beside it one that is answered at no cost but for the way and the
 * request itself, such as a GET of sysUpTime. The difference, by the number of instances in the
 * answer, is one sample of what an instance costs. Pairs, because the way and the load of the agent
 * change in the course of time, and are about the same for both.
 *
 * Times have outliers, so what counts is the mean without the fifth of the samples at either end;
 * the 95 % interval is Student's, by the variance of the samples with those ends pulled in (Tukey
 * and McLaughlin 1963). Fewer than three samples have no interval.
 *
 * An object is slow when its mean is above three times the median of all objects' means, and above
 * that median by costs_options.slow_ns at least, and the lower end of its interval is above the
 * median, too.
 */
#pragma once

#include "bench/result.h"
#include "snmpfleet/value.h"

enum {
    COSTS_OBJECTS_MAX = 65536,
    COSTS_SAMPLES_MAX = 1000,   /* of an object; further ones are left out */
    COSTS_SAMPLES_ENOUGH = 5,
    COSTS_OID_MAX = 1000,       /* characters */
};

/* What costs less above the median is not slow. */
#define COSTS_SLOW_NS UINT64_C(1000000)

struct costs;

int costs_new(struct costs **ret_costs, uint64_t slow_ns);
void costs_free(struct costs *c);

/*
 * A pair: @instances (> 0) of @oid took @time_ns, the request beside them @base_ns. 0; -EINVAL;
 * -ENOSPC: too many objects; -ENOMEM.
 */
int costs_add(struct costs *c, const char *oid, uint64_t time_ns, uint64_t base_ns,
              uint32_t instances);

/*
 * The next object behind *at (0 at first) that seems slow by too few samples: to be measured again.
 * NULL: there is none. Valid until the next costs_add.
 */
const char *costs_doubtful(const struct costs *c, uint32_t *at);

/*
 * All objects, dearest first, at most BENCH_COSTS_MAX, for bench_result. The name of each is its
 * OID until the caller puts a better one in its place (strings are owned, from malloc), .table is
 * NULL. 0 or -ENOMEM.
 */
int costs_finish(const struct costs *c, struct bench_cost **ret_costs, size_t *ret_count);

/* The numbers of an OID as it is written here; how many. */
size_t costs_oid_numbers(const char *oid, uint32_t numbers[static FLEET_OID_SUBIDS_MAX]);

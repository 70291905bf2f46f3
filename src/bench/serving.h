/*
 * serving: how many requests an agent works on at once, from bursts: N requests sent at the same
 * moment to an idle agent.
 *
 * In a closed loop a long way cannot be told from several servers: with N requests under way an
 * agent that takes 10 ms for one, 30 ms away, gives the same throughput and the same latency as
 * one that works on four at once for 40 ms each. In a burst they differ. All N come together,
 * those that the agent cannot begin with wait, and how long they wait does not depend on the way.
 * So the mean latency of a burst, less that of a single request, is 0 while N is at most c, the
 * number worked on at once, and from there grows by half an interval (the inverse of the
 * capacity) for each request more. c is the number with which the waits that follow from it fit
 * the measured ones best.
 *
 * The waits follow from c, when work always takes as long, as ceil(k / c) - 1 times c intervals
 * for the k-th of the burst; when it varies like an exponential distribution, as k - c intervals.
 * How far p99 of single requests is from their p50 says how much of each is to be expected.
 */
#pragma once

#include "bench/result.h"

struct serving_burst {
    uint32_t size;          /* 1: single requests, which belong to it, too */
    uint64_t requests;      /* of all bursts of the size */
    double answered;        /* share of its requests; what was dropped is taken for its last ones */
    double mean_ns;         /* latency of those answered */
};

struct serving_alone {      /* requests one by one */
    double mean_ns;
    double noise_ns;        /* by how much another mean of them differed */
    double spread_ns;       /* p99 - p50 */
    double interval_ns;     /* 1 s / capacity; 0: not known */
};

struct serving {
    enum bench_serving kind;
    uint32_t at_once;
    bool is_at_least;       /* the largest burst was not large enough */
};

/*
 * How long the mean request of a burst of @size waits, in intervals, where @at_once are served.
 * @variation: 0, work takes as long each time; 1, it varies like an exponential distribution.
 */
double serving_wait(double size, uint32_t at_once, double variation);

/* Does a burst say enough, so that no larger one is needed? */
bool serving_is_enough(const struct serving_burst *burst, const struct serving_alone *alone);

struct serving serving_find(const struct serving_burst *bursts, size_t count,
                            const struct serving_alone *alone);

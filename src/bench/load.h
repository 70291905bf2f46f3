/*
 * load: for which moments requests are planned. Pure.
 *
 * In an open loop requests are planned at a rate, whatever becomes of them: constant, or changing
 * evenly from one rate to another. Before the measured time comes a warm-up at the first rate,
 * whose requests do not count. Moments are nanoseconds from the beginning of the measured time;
 * those of the warm-up are negative.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct load {
    double rate, rate_end;      /* requests a second, above 0 */
    uint32_t burst;             /* so many are planned for one moment, the first one's; 0: each for
                                   its own */
    uint64_t warmup_ns;
    uint64_t duration_ns;       /* of the measured time */
    uint64_t requests;          /* planned in the measured time at the most; 0: no limit */
    uint64_t warm;              /* planned so far in the warm-up */
    uint64_t counted;           /* and in the measured time */
};

/* When the next request is planned. False: none is. */
bool load_peek(const struct load *l, int64_t *ret_planned_ns, bool *ret_is_counted);

/* The one that load_peek told of is asked, or given up: on to the next. */
void load_pass(struct load *l);

/*
 * When the measured time ends: with the last request's share of it where their number ends it,
 * otherwise with .duration_ns.
 */
uint64_t load_end_ns(const struct load *l);

/* How many are planned in the measured time that were not passed. */
uint64_t load_left(const struct load *l);

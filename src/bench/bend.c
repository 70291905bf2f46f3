/* bend: see bend.h. */
#include "bench/bend.h"

#include <math.h>
#include <stdio.h>

static double above(uint64_t value, uint64_t base) {
    return value > base ? (double)(value - base) : 0;
}

/* Loss that is more than at low load, and more than chance. */
static double bend_loss_limit(const struct bend_base *base, const struct bench_point *point) {
    double usual = fmin(fmax(base->loss, 0.01), 0.5);
    double chance = 4 * sqrt(usual * (1 - usual) / fmax((double)point->planned, 1));
    return base->loss + fmax(0.03, chance);
}

/* The wait of the middle request that is too much. Two intervals always are allowed. */
static double bend_wait_limit(const struct bench_point *point, double length_ns) {
    return fmax(length_ns / 40, 2e9 / point->rate);
}

struct bend bend_judge(const struct bend_base *base, const struct bench_point *point,
                       double length_ns) {
    struct bend bend = { .kind = BEND_NONE };
    double wait = above(point->p50_ns, base->p50_ns);
    if (base->is_mixed) wait = fmin(wait, fmax(point->mean_ns - base->mean_ns, 0));
    double tail = above(point->p99_ns, base->p99_ns);
    double lost = fmax(point->loss - base->loss, 0);
    bend.capacity = point->rate * (1 - lost) / (1 + 2 * wait / length_ns);
    if (point->late > BEND_LATE) {
        bend.kind = BEND_LATENESS;
        (void)snprintf(bend.why, BENCH_TEXT, "this machine sent %.3g %% late", point->late * 100);
    } else if (point->loss >= 1) {
        bend.kind = BEND_SILENT;
        (void)snprintf(bend.why, BENCH_TEXT, "no answer");
    } else if (point->loss > bend_loss_limit(base, point)) {
        bend.kind = BEND_LOSS;
        (void)snprintf(bend.why, BENCH_TEXT, "%.3g %% lost, %.3g %% at low load",
                       point->loss * 100, base->loss * 100);
    } else if (wait > bend_wait_limit(point, length_ns)) {
        bend.kind = BEND_QUEUE;
        (void)snprintf(bend.why, BENCH_TEXT, "a queue grows: p50 is %.4g ms, %.4g ms at low load",
                       (double)point->p50_ns / 1e6, (double)base->p50_ns / 1e6);
    } else if (tail > length_ns / 10 && point->p99_ns > 10 * base->p99_ns) {
        bend.kind = BEND_TAIL;
        (void)snprintf(bend.why, BENCH_TEXT, "p99 is %.4g ms, %.4g ms at low load",
                       (double)point->p99_ns / 1e6, (double)base->p99_ns / 1e6);
    }
    return bend;
}

static bool is_near(uint64_t latency, uint64_t base) {
    return latency <= 2 * base || latency <= base + 2000000;
}

bool bend_is_near(const struct bend_base *base, const struct bench_point *point) {
    return is_near(point->p99_ns, base->p99_ns);
}

bool bend_is_near_in_the_middle(const struct bend_base *base, const struct bench_point *point) {
    return is_near(point->p50_ns, base->p50_ns);
}

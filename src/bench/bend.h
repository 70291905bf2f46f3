/*
 * bend: whether an agent holds a load, by what one step of a sweep measured (sweep.h), beside what
 * the agent did when it had nearly nothing to do.
 *
 * A load does not hold when one of these is so:
 *
 *   queue    the request in the middle of the step waited longer than at low load by more than a
 *            fortieth of the step. When a queue grows all through the step, that is the case from a
 *            load of 1.05 times the capacity on, however fast the agent is; waits that come and go
 *            do not move the middle. Where several questions are asked in turn, the middle may move
 *            from one question to another, so there the mean must have waited as long, too.
 *   tail     p99 is more than ten times that at low load, and above it by a tenth of the step: the
 *            agent stalls.
 *   loss     3 % more is lost than at low load, and more than chance makes of so few requests.
 *
 * A step in which this machine sent late says nothing of the agent.
 */
#pragma once

#include "bench/result.h"

/*
 * A share of requests sent late, above which a step says nothing. A machine that cannot offer a
 * rate sends nearly all late; one that does something else now and then sends some late, and the
 * middle request is not among them.
 */
#define BEND_LATE 0.25

/* What the agent does at low load. */
struct bend_base {
    uint64_t p50_ns, p99_ns;
    double mean_ns;
    double loss;
    uint64_t requests;      /* of how many */
    bool is_mixed;          /* several questions were asked in turn */
};

enum bend_kind { BEND_NONE, BEND_LATENESS, BEND_SILENT, BEND_LOSS, BEND_QUEUE, BEND_TAIL };

struct bend {
    enum bend_kind kind;
    double capacity;        /* requests a second that the agent answers, estimated from how fast its
                               queue grew and how much it lost; good where the load was above it */
    char why[BENCH_TEXT];   /* for people; "" */
};

/* Of an open loop of evenly spaced requests, which took @length_ns. */
struct bend bend_judge(const struct bend_base *base, const struct bench_point *point,
                       double length_ns);

/* Is p99 at @point near that at low load: at most twice it, or 2 ms above? */
bool bend_is_near(const struct bend_base *base, const struct bench_point *point);

/* The same of p50. */
bool bend_is_near_in_the_middle(const struct bend_base *base, const struct bench_point *point);

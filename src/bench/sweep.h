/*
 * sweep: the search for the load that an agent bears. It measures nothing and reads no clock: it
 * says which load is to be measured next, and is told what came of it.
 *
 *     sweep_init(&sweep, &options);
 *     while (sweep_next(&sweep, &load)) {
 *         wait for load.pause_ns, send as load says, wait until all are answered or lost
 *         sweep_take(&sweep, &point);
 *     }
 *     verdict_make(&sweep, &verdict);             verdict.h; the steps are in sweep.points
 *
 * The method, as the manual page has it:
 *
 * The search is an open loop: requests are sent at planned moments, evenly spaced, whether
 * earlier ones were answered or not, and latency counts from the planned moment. The agent is
 * treated with care: the first step is two requests a second, no step has more than twice the
 * highest rate that the agent has borne, and after a step that was too much the search waits
 * until the agent's queue must be empty. The search ends when the agent has not answered in two
 * steps on end.
 *
 *   1. Low load. The rate is doubled from 2 requests a second to a quarter of one request per
 *      round trip. There 100 requests, or 10 s of them, give the latency and the loss that all
 *      later steps are held against.
 *   2. Max-repetitions, where all requests are GETBULK. 1, 2, 5, 10, 20, 50 and 100 are tried at a
 *      tenth of a request per round trip. What counts is varbinds by latency. Only varbinds below
 *      the OIDs that are asked for count: behind the end of a table a reply goes on with other
 *      objects, which cost time and are of no use. The smallest number is chosen that gives 95 %
 *      of the best. An agent that works on a long request answers nobody else meanwhile, so p99
 *      may be at most 100 ms above that of a single repetition; where one repetition takes longer
 *      than 100 ms, at most by as much as it takes. A number that is too slow, or for which 20 %
 *      more replies are lost, is measured twice, and then ends the phase. So does one whose
 *      replies have less than nine tenths of what was asked for. Then low load is measured again
 *      with the chosen number. The search goes on from the rate of that step: what was borne with
 *      fewer repetitions says nothing of more.
 *   3. The knee. The rate is doubled until the load does not hold: a queue grows all through the
 *      step, or p99 grows to more than ten times that at low load, or more than 3 % more are lost
 *      (bend.h). How fast the queue grew says about where the capacity is. The search goes on
 *      there until the highest rate that holds and the lowest one that does not are within 6 %.
 *      The knee is the highest rate that holds, or a little less where the queue says so. A step
 *      that does not hold for its p99 or for a loss of less than 10 % is measured twice. A step
 *      in which this machine sent more than a quarter of the requests late is repeated. When that
 *      happens twice on end, the search goes on below, and ends within 20 % of the rate that this
 *      machine cannot offer; the knee is not known then.
 *   4. The safe rate. 60 % of the knee is measured; if p99 is not within twice that at low load
 *      (or 2 ms of it), 40 % and 25 %. Where it is not, and this machine sent a few requests
 *      late, the step is repeated up to twice, and at last p50 decides. The reserve is for what
 *      the agent does beside, and for other pollers. At 60 % of its capacity a queue is short,
 *      whatever its requests are like.
 *   5. Served at once. Bursts of 1, 2, 3, 4, 6, 8, 12 and more requests are sent to the idle
 *      agent, all of a burst at one moment, on average at most half of the knee. While the agent
 *      works on all of them at once, they take as long as a single one. Beyond, each further
 *      request waits for the inverse of the knee (serving.h). A long way to the agent does not
 *      change that.
 *
 * A step has about 300 requests in phases 3 and 4, 600 where the latency at low load varies much,
 * and fewer where that would take more than 10 s. `--requests` sets another number than 300. Where
 * several questions are asked in turn, a step asks each equally often, unless that would make it
 * more than twice as long. The number of steps and the time of all of them have limits; a search
 * that reaches one says so.
 *
 * Why bursts, and not the concurrency at which latency departs from 1/throughput? In a closed loop
 * with N requests under way, latency is N/throughput from the moment on at which the agent has no
 * idle time. But N covers requests on their way, too: an agent 30 ms away that serves one at a time
 * for 10 ms departs at N = 4, and so does one that works on four for 40 ms each. Bursts tell them
 * apart, because how long a request of a burst waits does not depend on the way.
 */
#pragma once

#include "bench/bend.h"
#include "bench/serving.h"

enum { SWEEP_BURSTS_MAX = 16, SWEEP_REPETITIONS = 7 };

struct sweep_options {
    double rate_first, rate_max;    /* requests a second */
    bool is_bulk;                   /* phase 2 is wanted: all requests are GETBULK */
    uint32_t repetitions_max;
    uint32_t questions;             /* so many are asked in turn */
    uint64_t latency_max_ns;        /* how much longer a request may take for its repetitions;
                                       0: no limit */
    uint32_t burst_max;             /* 0: phase 5 is not wanted */
    uint32_t requests;              /* of a step of phases 3 and 4 */
    uint64_t step_min_ns, step_max_ns;
    uint32_t steps_max;             /* at most BENCH_POINTS_MAX */
    uint64_t time_max_ns;           /* of all steps and pauses together */
};

/* As above, without an end of the rate, at most 200 steps and 10 minutes. */
struct sweep_options sweep_options_usual(void);
/*
 * Steps of @requests, 20 at least, instead of 300; a step's shortest and longest time follow in
 * proportion. With fewer the search takes less time and is less exact.
 */
void sweep_options_set_requests(struct sweep_options *options, uint64_t requests);

/* What is to be measured. */
struct sweep_load {
    uint64_t pause_ns;      /* nothing is sent for so long before */
    double rate;            /* requests a second */
    uint32_t burst;         /* so many are planned for one moment: request i for the moment
                               floor(i / burst) * burst / rate */
    uint32_t repetitions;   /* of GETBULK; 0: requests are no GETBULK */
    uint64_t requests;      /* how many; the step's length is requests / rate */
};

enum sweep_phase {
    SWEEP_SLOW, SWEEP_LOW, SWEEP_REPEAT, SWEEP_RISE, SWEEP_NARROW, SWEEP_SAFE, SWEEP_BURST,
    SWEEP_DONE
};

/* What came of a number of repetitions in phase 2. */
struct sweep_repetition {
    double rate;                        /* of the step */
    double varbinds;                    /* of a reply, below what was asked for */
    double speed;                       /* varbinds by latency; 0: not to be used */
    struct bend_base base;
};

enum sweep_end {
    SWEEP_COMPLETE,
    SWEEP_SILENT,           /* the agent never answered */
    SWEEP_FELL_SILENT,      /* it did, and does no more */
    SWEEP_OUT_OF_TIME,      /* .time_max_ns or .steps_max */
};

struct sweep {
    struct sweep_options options;
    enum sweep_phase phase;
    enum sweep_end end;
    struct sweep_load load;             /* of the step that is measured */
    struct bench_point points[BENCH_POINTS_MAX];
    uint32_t count;
    double spent_ns;
    uint64_t pause_ns;                  /* before the next step */
    bool again;                         /* the next step is the last one again */
    bool is_doubted;                    /* the last step was measured again for doubt */
    double rate;                        /* of the next step, in its phase */
    uint32_t silent_steps, late_steps;  /* on end */

    bool has_answered, has_base;
    struct bend_base base;
    double lost, sent;                  /* at loads that hold */
    uint32_t repetitions;               /* of the steps now; 0: no GETBULK */
    uint32_t repetition_step;
    bool has_repetitions;               /* .repetitions was chosen */
    struct sweep_repetition tried[SWEEP_REPETITIONS];

    double good, bad;                   /* the highest rate that holds; the lowest that does not, or
                                           0 */
    double capacity;                    /* as the last step that did not hold has it */
    uint32_t narrowed;
    double knee;                        /* 0: phase 3 is not over */
    double late;                        /* a rate that this machine does not offer; 0: none */
    double fell_silent_rate;

    uint32_t safe_step, safe_again;
    double safe_rate;                   /* 0: none was found */
    double safe_failed_rate;            /* the lowest that was tried; 0: this machine sent late */

    uint32_t burst, bursts_enough;
    struct serving_burst bursts[SWEEP_BURSTS_MAX];
    uint32_t burst_count;
};

void sweep_init(struct sweep *s, const struct sweep_options *options);

/* The next load. False: the search is over. */
bool sweep_next(struct sweep *s, struct sweep_load *ret_load);

/*
 * What came of the last load, all of whose requests are answered or lost. Needed are .planned,
 * .loss, .late, .p50_ns, .p99_ns, .mean_ns, and for phase 2 .answered_rate and .varbind_rate. A
 * copy with .rate, .burst, .repetitions, .is_good and .why filled in is added to sweep.points.
 */
void sweep_take(struct sweep *s, const struct bench_point *point);

/* Was a rate found that does not hold? The knee is .knee then. */
static inline bool sweep_has_knee(const struct sweep *s) {
    return s->bad > 0 && s->knee > 0;
}

/* How many the agent works on at once, by the bursts so far. */
struct serving sweep_serving(const struct sweep *s);

/* For progress: "knee, 75 requests/s". */
const char *sweep_phase_text(enum sweep_phase phase);

/* sweep_run: see sweep_run.h. */
#include "bench/sweep_run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/one.h"
#include "bench/run.h"
#include "bench/verdict.h"
#include "bench/wait.h"

enum { TURN_MAX = 1000000 };

static double share_of(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : (double)part / (double)whole;
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* After so many requests each question was asked as often as its kind's weight says. */
static uint32_t turn_of(const struct bench_plan *plan) {
    uint32_t divisor = 0;
    uint64_t weights = 0, turns = 1;
    for (int k = 0; k < BENCH_KINDS; k++) divisor = common_divisor(divisor, plan->weights[k]);
    for (int k = 0; k < BENCH_KINDS && divisor > 0; k++) {
        uint32_t weight = plan->weights[k] / divisor, count = (uint32_t)plan->questions[k].count;
        if (weight == 0 || count == 0) continue;
        uint32_t own = count / common_divisor(count, weight);
        weights += weight;
        turns *= own / common_divisor(own, (uint32_t)(turns % own));
        if (turns > TURN_MAX) turns = TURN_MAX;
    }
    return (uint32_t)fmin((double)(weights * turns), TURN_MAX);
}

/* What a load gave. */
static struct bench_point point_of(const struct bench_result *r) {
    const struct bench_counts *c = &r->counts;
    double seconds = (double)r->duration_ns / 1e9;
    return (struct bench_point){
        .planned = c->planned,
        .answered_rate = seconds > 0 ? (double)c->answered / seconds : 0,
        .varbind_rate = seconds > 0 ? (double)c->below / seconds : 0,
        .p50_ns = histogram_percentile(&r->latency, 50),
        .p99_ns = histogram_percentile(&r->latency, 99),
        .mean_ns = histogram_mean(&r->latency),
        .loss = share_of(c->lost + c->open, c->sent),
        .late = share_of(c->sent_late + c->unsent, c->planned),
        .cpu_percent = r->agent_count > 0 ? r->agents[0].cpu_mean : NAN,
    };
}

/* One load. */
static int sweep_measure(struct fleet *fleet, const struct bench_plan *plan,
                         const struct bench_hooks *hooks, const struct sweep_load *load,
                         struct bench_point *ret_point) {
    struct bench_result step;
    struct bench_plan one = *plan;
    one.is_closed = false;
    one.rate = one.rate_end = load->rate;
    one.burst = load->burst;
    one.requests = load->requests;
    one.duration_ns = (uint64_t)ceil((double)load->requests / load->rate * 1e9);
    one.warmup_ns = 0;
    one.sample_ns = 0;
    if (load->repetitions != 0) one.repetitions = load->repetitions;
    int error = bench_result_init(&step);
    if (error != 0) return error;
    step.agents = calloc(1, sizeof(*step.agents));
    step.agent_count = step.agents != NULL;
    error = step.agents != NULL ? bench_run(fleet, &one, hooks, NULL, &step) : -ENOMEM;
    *ret_point = point_of(&step);
    bench_result_deinit(&step);
    return error;
}

static int sweep_steps(struct fleet *fleet, const struct bench_plan *plan,
                       const struct bench_hooks *hooks, const struct sweep_progress *progress,
                       struct sweep *sweep) {
    struct sweep_load load;
    int error = 0;
    while (error == 0 && sweep_next(sweep, &load)) {
        struct bench_point point;
        if (progress->show != NULL)
            progress->show(progress->context, sweep_phase_text(sweep->phase), &load);
        error = load.pause_ns > 0 ? one_pause(fleet, hooks, load.pause_ns) : 0;
        if (error == 0) error = sweep_measure(fleet, plan, hooks, &load, &point);
        if (error == 0 && bench_is_stopped(hooks)) error = -ECANCELED;
        if (error == 0) sweep_take(sweep, &point);
    }
    return error;
}

int sweep_run(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
              const struct sweep_options *options, const struct sweep_progress *progress,
              struct bench_result *result) {
    struct sweep *sweep = malloc(sizeof(*sweep));
    if (sweep == NULL) return -ENOMEM;
    struct sweep_options own = *options;
    own.questions = turn_of(plan);
    sweep_init(sweep, &own);
    int error = sweep_steps(fleet, plan, hooks, progress, sweep);
    if (error == 0 || error == -ECANCELED) {
        const char *why = error != 0                        ? "interrupted"
                          : sweep->end == SWEEP_SILENT      ? "the agent does not answer"
                          : sweep->end == SWEEP_FELL_SILENT ? "the agent does not answer any more"
                                                            : "";
        (void)strncpy(result->stopped, why, sizeof(result->stopped) - 1);
        verdict_make(sweep, &result->verdict);
        result->has_verdict = true;
        result->points = calloc(sweep->count + 1, sizeof(*result->points));
        if (result->points != NULL) {
            memcpy(result->points, sweep->points, sweep->count * sizeof(*result->points));
            result->point_count = sweep->count;
        }
        error = result->points != NULL ? 0 : -ENOMEM;
    }
    free(sweep);
    return error;
}

/*
 * sweep: see sweep.h.
 *
 * Each phase has two functions: one says the next load of the phase, or goes on to the next phase;
 * one takes what came of it.
 */
#include "bench/sweep.h"

#include <math.h>
#include <string.h>

/* How near the highest rate that holds and the lowest that does not have to be. */
#define NARROW_ENOUGH 1.06
/* The same for the lowest rate that this machine does not offer. */
#define LATE_ENOUGH 1.2
/* Of so few requests as a step of SWEEP_SLOW has, a quarter may be late by chance. */
#define SLOW_LATE 0.5
/* A share of requests sent late that may be those above p99. */
#define SAFE_LATE 0.005
/* Loss of a step of phase 2, beyond that at low load, that is too much. */
#define REPEAT_LOSS 0.2

enum {
    SLOW_REQUESTS = 10, LOW_REQUESTS = 100, REPEAT_REQUESTS = 20, REPEAT_REQUESTS_MIN = 8,
    BURST_REQUESTS = 200, BURSTS_LEAST = 3, BURSTS_ENOUGH = 10, BURSTS_MOST = 80,
    BURST_SIZES_ENOUGH = 3, REQUESTS_LEAST = 5, NARROW_STEPS = 12, SAFE_STEPS = 3, SAFE_AGAIN = 2,
    STEP_REQUESTS_MIN = 20, STEP_REQUESTS_MAX = 100000,
};

static const double second = 1e9;
static const uint32_t repetitions_of[SWEEP_REPETITIONS] = { 1, 2, 5, 10, 20, 50, 100 };
static const double safe_shares[SAFE_STEPS] = { 0.6, 0.4, 0.25 };

struct sweep_options sweep_options_usual(void) {
    return (struct sweep_options){
        .rate_first = 2,
        .rate_max = 1e6,
        .repetitions_max = 100,
        .questions = 1,
        .latency_max_ns = UINT64_C(100000000),
        .burst_max = 64,
        .requests = 300,
        .step_min_ns = UINT64_C(2000000000),
        .step_max_ns = UINT64_C(10000000000),
        .steps_max = 200,
        .time_max_ns = UINT64_C(600000000000),
    };
}

void sweep_options_set_requests(struct sweep_options *options, uint64_t requests) {
    const struct sweep_options usual = sweep_options_usual();
    requests = requests < STEP_REQUESTS_MIN ? STEP_REQUESTS_MIN : requests;
    requests = requests > STEP_REQUESTS_MAX ? STEP_REQUESTS_MAX : requests;
    options->requests = (uint32_t)requests;
    options->step_min_ns = usual.step_min_ns * requests / usual.requests;
    options->step_max_ns = usual.step_max_ns * requests / usual.requests;
}

void sweep_init(struct sweep *s, const struct sweep_options *options) {
    *s = (struct sweep){ .options = *options, .phase = SWEEP_SLOW };
    if (s->options.steps_max > BENCH_POINTS_MAX) s->options.steps_max = BENCH_POINTS_MAX;
    s->rate = fmin(options->rate_first, options->rate_max);
    s->repetitions = options->is_bulk ? 1 : 0;
}

static void sweep_end(struct sweep *s, enum sweep_end end) {
    s->phase = SWEEP_DONE;
    s->end = end;
}

/* Each question as often as the others, unless that makes a step more than twice as long. */
static double sweep_round(const struct sweep *s, double requests) {
    double turn = fmax(s->options.questions, 1), whole = ceil(requests / turn) * turn;
    return whole <= 2 * requests ? whole : requests;
}

/* A step of @requests at s->rate, between @least and @most nanoseconds long. */
static void sweep_plan(struct sweep *s, double requests, double least, double most) {
    requests = fmin(fmax(requests, s->rate * least / second), s->rate * most / second);
    requests = sweep_round(s, fmax(ceil(requests), REQUESTS_LEAST));
    s->load = (struct sweep_load){
        .pause_ns = s->pause_ns,
        .rate = s->rate,
        .burst = 1,
        .repetitions = s->repetitions,
        .requests = (uint64_t)requests,
    };
}

static double sweep_length(const struct sweep_load *load) {
    return (double)load->requests / load->rate * second;
}

/*
 * How long the agent takes for a request. Of several questions with costs of their own the middle
 * one may be any of them, so there the mean counts.
 */
static double sweep_takes(const struct sweep *s, uint64_t p50_ns, double mean_ns) {
    return fmax(s->options.questions > 1 ? mean_ns : (double)p50_ns, 1);
}

/* Round trips a second, one after the other. */
static double sweep_trips(const struct sweep *s, const struct bend_base *base) {
    return second / sweep_takes(s, base->p50_ns, base->mean_ns);
}

/* Does latency vary much at low load? Then more requests are needed to know as much. */
static bool sweep_varies(const struct sweep *s) {
    return s->base.p99_ns > 3 * s->base.p50_ns;
}

static double sweep_requests(const struct sweep *s) {
    return s->options.requests * (sweep_varies(s) ? 2.0 : 1.0);
}

/* How long until the queue that the last step left is empty. */
static uint64_t sweep_drain(const struct sweep *s, const struct bench_point *point) {
    double length = sweep_length(&s->load), queue = 0;
    if (s->capacity > 0) queue = fmax(s->load.rate / s->capacity - 1, 0) * length;
    double wait = fmax(queue, 2 * (double)point->p99_ns);
    return (uint64_t)fmin(fmax(wait, 0.5 * second), 15 * second);
}

/* Phase 1: SWEEP_SLOW doubles the rate, SWEEP_LOW measures. */

static void slow_take(struct sweep *s, const struct bench_point *point) {
    double first = sweep_takes(s, s->points[0].p50_ns, s->points[0].mean_ns);
    double now = sweep_takes(s, point->p50_ns, point->mean_ns);
    if (point->loss >= 1) return;
    if (point->late > SLOW_LATE) {
        s->again = ++s->late_steps < 2;
        if (s->again) return;
        s->late = s->rate;
    }
    double enough = fmin(0.25 * second / now, s->options.rate_max);
    bool is_slower =
        s->late > 0 || (s->count > 1 && now > 3 * first && s->points[0].loss < 1);
    if (!is_slower && 2 * s->rate <= enough) {
        s->rate *= 2;
        return;
    }
    /* not a round number, so that what an agent does at every second is not always met or missed */
    s->rate *= is_slower ? 0.47 : 0.94;
    s->phase = SWEEP_LOW;
}

static struct bend_base base_of(const struct sweep *s, const struct bench_point *point) {
    return (struct bend_base){ point->p50_ns, point->p99_ns, point->mean_ns, point->loss,
                               point->planned, s->options.questions > 1 };
}

/* Varbinds of a reply. */
static double repeat_varbinds(const struct bench_point *point) {
    return point->answered_rate > 0 ? point->varbind_rate / point->answered_rate : 0;
}

/* What came of a number of repetitions. */
static struct sweep_repetition repetition_of(const struct sweep *s,
                                             const struct bench_point *point) {
    double takes = sweep_takes(s, point->p50_ns, point->mean_ns);
    return (struct sweep_repetition){ .rate = point->rate, .varbinds = repeat_varbinds(point),
                                      .speed = repeat_varbinds(point) / takes * second,
                                      .base = base_of(s, point) };
}

/* Phase 3 begins with half a request per round trip, at most twice what was borne. */
static void rise_begin(struct sweep *s) {
    s->good = fmin(s->good, sweep_trips(s, &s->base) / 4);
    s->rate = fmin(2 * s->good, s->options.rate_max);
    s->phase = SWEEP_RISE;
}

/* Of all phases before, and again with the repetitions that were chosen. */
static void low_take(struct sweep *s, const struct bench_point *point) {
    if (point->loss >= 1) return;
    s->has_base = true;
    s->base = base_of(s, point);
    s->good = point->rate;
    if (s->options.is_bulk && !s->has_repetitions) {
        s->tried[0] = repetition_of(s, point);
        s->phase = SWEEP_REPEAT;
    } else {
        rise_begin(s);
    }
}

/* Phase 2. */

/*
 * The phase is over. What holds from here on is the step of the number that is chosen, and nothing
 * that was measured with another one. Low load is measured with it, too, unless it is the first.
 */
static void repeat_choose(struct sweep *s, uint32_t tried) {
    double best = 0;
    for (uint32_t i = 0; i < tried; i++) best = fmax(best, s->tried[i].speed);
    uint32_t chosen = 0;
    while (chosen < tried && s->tried[chosen].speed < 0.95 * best) chosen++;
    if (chosen == tried) chosen = 0;
    const struct sweep_repetition *r = &s->tried[chosen];
    s->repetitions = repetitions_of[chosen];
    s->has_repetitions = true;
    s->base = r->base;
    s->good = r->rate;
    if (chosen == 0) {
        rise_begin(s);
        return;
    }
    s->rate = fmin(fmin(2 * s->good, 0.235 * sweep_trips(s, &s->base)), s->options.rate_max);
    s->phase = SWEEP_LOW;
}

/* A request may take as much longer than one for a single repetition, and no more. */
static double repeat_limit(const struct sweep *s) {
    const struct bend_base *first = &s->tried[0].base;
    if (s->options.latency_max_ns == 0) return INFINITY;
    return (double)first->p99_ns +
           fmax((double)s->options.latency_max_ns, second / sweep_trips(s, first));
}

static void repeat_plan(struct sweep *s) {
    uint32_t next = s->repetition_step + 1;
    if (next == SWEEP_REPETITIONS || repetitions_of[next] > s->options.repetitions_max) {
        repeat_choose(s, next);
        return;
    }
    s->rate = fmin(sweep_trips(s, &s->tried[next - 1].base) / 10, s->tried[next - 1].rate);
    s->repetitions = repetitions_of[next];
    sweep_plan(s, REPEAT_REQUESTS, 0, (double)s->options.step_max_ns / 2);
    if (s->load.requests < REPEAT_REQUESTS_MIN)
        s->load.requests = (uint64_t)sweep_round(s, REPEAT_REQUESTS_MIN);
}

/* A number that is too much by loss or latency is tried twice: either may be chance. */
static void repeat_take(struct sweep *s, struct bench_point *point) {
    uint32_t step = s->repetition_step + 1;
    struct sweep_repetition *r = &s->tried[step];
    *r = repetition_of(s, point);
    const char *why = "";
    if (point->loss > s->tried[0].base.loss + REPEAT_LOSS) why = "replies are lost";
    else if ((double)point->p99_ns > repeat_limit(s)) why = "requests take too long";
    bool is_too_much = *why != '\0';
    if (is_too_much) r->speed = 0;
    else if (r->varbinds < 0.9 * repetitions_of[step] * s->tried[0].varbinds)
        why = "replies have less of what is asked for than repetitions";
    point->is_good = *why == '\0';
    (void)strncpy(point->why, why, BENCH_TEXT - 1);
    s->is_doubted = is_too_much && !s->is_doubted;
    s->again = s->is_doubted;
    if (s->again) {
        s->pause_ns = sweep_drain(s, point);
        return;
    }
    s->repetition_step = step;
    if (!point->is_good) repeat_choose(s, step + 1);
}

/* Phase 3. */

/*
 * The knee is known, or as much as there is to know of it. Where a queue grew, how fast it did says
 * where the knee is more exactly than the highest rate that holds, at which a small queue may have
 * grown, too. Where latency varies anyway, it does not.
 */
static void safe_begin(struct sweep *s) {
    s->knee = s->good;
    if (s->bad > 0 && !sweep_varies(s) && s->capacity > 0.94 * s->good)
        s->knee = fmin(s->good, s->capacity);
    s->phase = SWEEP_SAFE;
}

/* Behind a rate that holds: twice that, or half way to what this machine does not offer. */
static void rise_on(struct sweep *s) {
    s->phase = SWEEP_RISE;
    s->rate = s->late > 0 ? sqrt(s->good * s->late) : fmin(2 * s->good, s->options.rate_max);
}

static void rise_plan(struct sweep *s) {
    if (s->good >= s->options.rate_max || (s->late > 0 && s->late <= LATE_ENOUGH * s->good)) {
        safe_begin(s);
        return;
    }
    sweep_plan(s, sweep_requests(s) / 2, (double)s->options.step_min_ns / 2,
               (double)s->options.step_max_ns / 2);
}

/* A step at which this machine was late is repeated; the second time it cannot offer the rate. */
static void rate_late(struct sweep *s) {
    s->again = ++s->late_steps < 2;
    if (s->again) return;
    s->late_steps = 0;
    s->late = s->load.rate;
    s->bad = 0;
    rise_on(s);
}

/* Loss and stalls may be chance: is such a step to be measured again? */
static bool rate_is_doubtful(struct sweep *s, const struct bench_point *point,
                             const struct bend *bend) {
    bool may_be_chance = (bend->kind == BEND_LOSS && bend->capacity > 0.9 * s->load.rate) ||
                         bend->kind == BEND_TAIL;
    s->is_doubted = may_be_chance && !s->is_doubted;
    s->again = s->is_doubted;
    if (s->again) s->pause_ns = sweep_drain(s, point);
    return s->again;
}

static void rate_bent(struct sweep *s, const struct bench_point *point, const struct bend *bend) {
    s->bad = point->rate;
    s->capacity = bend->capacity;
    s->narrowed = 0;
    s->phase = SWEEP_NARROW;
    s->pause_ns = sweep_drain(s, point);
}

static void rise_take(struct sweep *s, const struct bench_point *point, const struct bend *bend) {
    if (bend->kind == BEND_LATENESS) {
        rate_late(s);
    } else if (bend->kind != BEND_NONE) {
        if (!rate_is_doubtful(s, point, bend)) rate_bent(s, point, bend);
    } else {
        s->is_doubted = false;
        s->good = point->rate;
        rise_on(s);
    }
}

static void narrow_plan(struct sweep *s) {
    if (s->silent_steps > 0) {  /* does it still answer? */
        s->rate = s->good / 2;
    } else if (s->bad / s->good <= NARROW_ENOUGH || s->narrowed == NARROW_STEPS) {
        safe_begin(s);
        return;
    } else {
        double middle = sqrt(s->good * s->bad);
        s->rate = s->narrowed == 0 ? 0.97 * s->capacity
                  : s->narrowed == 1 ? 1.025 * s->capacity : middle;
        if (s->rate < 1.02 * s->good || s->rate > s->bad / 1.02) s->rate = middle;
        s->narrowed++;
    }
    sweep_plan(s, sweep_requests(s), (double)s->options.step_min_ns,
               (double)s->options.step_max_ns);
}

static void narrow_take(struct sweep *s, const struct bench_point *point, const struct bend *bend) {
    if (bend->kind == BEND_LATENESS) {
        rate_late(s);
    } else if (bend->kind == BEND_NONE) {
        s->is_doubted = false;
        s->good = fmax(s->good, point->rate);
    } else if (!rate_is_doubtful(s, point, bend)) {
        uint32_t narrowed = s->narrowed;
        rate_bent(s, point, bend);
        s->narrowed = narrowed;
    }
}

/* Phase 4. */

static void safe_plan(struct sweep *s) {
    if (s->safe_step == SAFE_STEPS || s->safe_rate > 0) {
        s->phase = SWEEP_BURST;
        s->pause_ns = (uint64_t)(0.5 * second);
        s->bursts[s->burst_count++] =
            (struct serving_burst){ 1, s->base.requests, 1, s->base.mean_ns };
        return;
    }
    s->rate = safe_shares[s->safe_step] * s->knee;
    sweep_plan(s, sweep_requests(s), (double)s->options.step_min_ns,
               (double)s->options.step_max_ns);
}

static void safe_take(struct sweep *s, struct bench_point *point, const struct bend *bend) {
    /* requests that we sent late may be those above p99 */
    bool is_clouded = point->late > SAFE_LATE, is_near = bend_is_near(&s->base, point);
    if (is_clouded && s->safe_again == SAFE_AGAIN)
        is_near = bend_is_near_in_the_middle(&s->base, point);
    if (bend->kind == BEND_NONE && is_near) {
        s->safe_rate = point->rate;
        return;
    }
    s->again = is_clouded && s->safe_again++ < SAFE_AGAIN;
    if (s->again) return;
    s->safe_again = 0;
    s->safe_failed_rate = is_clouded ? 0 : point->rate;
    s->safe_step++;
    s->pause_ns = sweep_drain(s, point);
    if (bend->kind != BEND_NONE) return;
    point->is_good = false;
    (void)strncpy(point->why, "p99 is more than twice that at low load", BENCH_TEXT - 1);
}

/* Phase 5. */

static struct serving_alone burst_alone(const struct sweep *s) {
    double noise = s->burst_count > 1 ? fabs(s->bursts[1].mean_ns - s->base.mean_ns) : 0;
    return (struct serving_alone){
        .mean_ns = s->base.mean_ns,
        .noise_ns = noise,
        .spread_ns = (double)s->base.p99_ns - (double)s->base.p50_ns,
        .interval_ns = sweep_has_knee(s) ? second / s->knee : 0,
    };
}

/* 1, 2, 3, 4, 6, 8, 12, 16 and so on. */
static uint32_t burst_after(uint32_t size) {
    if (size < 3) return size + 1;
    uint32_t power = 2;
    while (2 * power <= size) power *= 2;
    return size < power + power / 2 ? power + power / 2 : 2 * power;
}

/* A number near @size with which each question is at each place of a burst equally often. */
static uint32_t burst_mixed(const struct sweep *s, uint32_t size) {
    uint32_t turn = s->options.questions;
    for (uint32_t more = size; turn > 1 && more < 2 * size + BURST_SIZES_ENOUGH; more++) {
        uint32_t a = turn, b = more;
        while (b != 0) {
            uint32_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1) return more;
    }
    return size;
}

static void burst_plan(struct sweep *s) {
    uint32_t next = burst_mixed(s, burst_after(s->burst));
    struct serving_alone alone = burst_alone(s);
    s->bursts_enough += serving_is_enough(&s->bursts[s->burst_count - 1], &alone);
    if (s->bursts_enough == BURST_SIZES_ENOUGH || s->burst_count == SWEEP_BURSTS_MAX ||
        next > s->options.burst_max) {
        sweep_end(s, SWEEP_COMPLETE);
        return;
    }
    double gap = 2.03 * next / s->knee * second + 2 * (double)s->base.p99_ns;
    gap = fmax(gap, next / s->options.rate_max * second);
    double requests = fmin(BURST_REQUESTS * (sweep_varies(s) ? 2.0 : 1.0), sweep_requests(s));
    double bursts = fmin(fmax(floor(requests / next), BURSTS_ENOUGH), BURSTS_MOST);
    bursts = fmax(fmin(bursts, floor((double)s->options.step_max_ns / gap)), BURSTS_LEAST);
    bursts = sweep_round(s, bursts);
    s->burst = next;
    s->load = (struct sweep_load){
        .pause_ns = s->pause_ns,
        .rate = next * second / gap,
        .burst = next,
        .repetitions = s->repetitions,
        .requests = (uint64_t)bursts * next,
    };
}

static void burst_take(struct sweep *s, const struct bench_point *point) {
    if (point->loss >= 1) return;
    double answered = fmin((1 - point->loss) / (1 - fmin(s->base.loss, 0.9)), 1);
    s->bursts[s->burst_count++] =
        (struct serving_burst){ s->burst, point->planned, answered, point->mean_ns };
}

static void sweep_plan_phase(struct sweep *s) {
    switch (s->phase) {
    case SWEEP_SLOW:
        sweep_plan(s, SLOW_REQUESTS, 0, (double)s->options.step_max_ns);
        break;
    case SWEEP_LOW:
        sweep_plan(s, fmin(LOW_REQUESTS, s->options.requests), (double)s->options.step_min_ns / 2,
                   (double)s->options.step_max_ns);
        break;
    case SWEEP_REPEAT: repeat_plan(s); break;
    case SWEEP_RISE: rise_plan(s); break;
    case SWEEP_NARROW: narrow_plan(s); break;
    case SWEEP_SAFE: safe_plan(s); break;
    case SWEEP_BURST: burst_plan(s); break;
    case SWEEP_DONE: break;
    }
}

bool sweep_next(struct sweep *s, struct sweep_load *ret_load) {
    enum sweep_phase phase;
    do {
        phase = s->phase;
        if (s->again) s->load.pause_ns = s->pause_ns;
        else sweep_plan_phase(s);
    } while (s->phase != phase);
    if (s->phase == SWEEP_DONE) return false;
    double after = s->spent_ns + (double)s->load.pause_ns + sweep_length(&s->load);
    if (s->count >= s->options.steps_max || after > (double)s->options.time_max_ns) {
        sweep_end(s, SWEEP_OUT_OF_TIME);
        return false;
    }
    s->spent_ns = after;
    s->pause_ns = 0;
    s->again = false;
    *ret_load = s->load;
    return true;
}

/* Two steps on end without an answer end the search. */
static bool sweep_is_silent(struct sweep *s, const struct bench_point *point) {
    s->silent_steps = point->loss >= 1 ? s->silent_steps + 1 : 0;
    s->has_answered |= s->silent_steps == 0;
    if (s->silent_steps == 1) s->fell_silent_rate = s->load.rate;
    if (s->silent_steps > 0 && s->pause_ns < (uint64_t)second) s->pause_ns = (uint64_t)second;
    if (s->silent_steps < 2) return false;
    sweep_end(s, s->has_answered ? SWEEP_FELL_SILENT : SWEEP_SILENT);
    return true;
}

void sweep_take(struct sweep *s, const struct bench_point *point) {
    struct bench_point *kept = &s->points[s->count++];
    *kept = *point;
    kept->rate = s->load.rate;
    kept->concurrency = 0;
    kept->burst = s->load.burst > 1 ? s->load.burst : 0;
    kept->repetitions = s->load.repetitions;
    kept->is_good = point->loss < 1;
    kept->why[0] = '\0';
    struct bend bend = { .kind = BEND_NONE };
    enum sweep_phase phase = s->phase;
    if (phase == SWEEP_RISE || phase == SWEEP_NARROW || phase == SWEEP_SAFE) {
        bend = bend_judge(&s->base, kept, sweep_length(&s->load));
        kept->is_good = bend.kind == BEND_NONE;
        memcpy(kept->why, bend.why, BENCH_TEXT);
    }
    if (sweep_is_silent(s, point)) return;
    if (!(point->late > BEND_LATE)) s->late_steps = 0;
    switch (phase) {
    case SWEEP_SLOW: slow_take(s, kept); break;
    case SWEEP_LOW: low_take(s, kept); break;
    case SWEEP_REPEAT: repeat_take(s, kept); break;
    case SWEEP_RISE: rise_take(s, kept, &bend); break;
    case SWEEP_NARROW: narrow_take(s, kept, &bend); break;
    case SWEEP_SAFE: safe_take(s, kept, &bend); break;
    case SWEEP_BURST: burst_take(s, kept); break;
    case SWEEP_DONE: break;
    }
    if (!kept->is_good || kept->burst > 0) return;
    s->sent += (double)kept->planned;
    s->lost += kept->loss * (double)kept->planned;
    s->base.loss = s->lost / s->sent;
}

struct serving sweep_serving(const struct sweep *s) {
    struct serving_alone alone = burst_alone(s);
    return serving_find(s->bursts, s->burst_count, &alone);
}

const char *sweep_phase_text(enum sweep_phase phase) {
    static const char *const texts[] = {
        [SWEEP_SLOW] = "low load",        [SWEEP_LOW] = "low load",
        [SWEEP_REPEAT] = "max-repetitions", [SWEEP_RISE] = "knee",
        [SWEEP_NARROW] = "knee",          [SWEEP_SAFE] = "safe rate",
        [SWEEP_BURST] = "served at once", [SWEEP_DONE] = "done",
    };
    return texts[phase];
}

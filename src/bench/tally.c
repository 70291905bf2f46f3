/* tally: see tally.h. */
#include "bench/tally.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum {
    SECOND_DIGITS = 2,
    AGENTS_WITH_3_DIGITS = 64,
    AGENTS_WITH_2_DIGITS = 4096,
};

#define NS_PER_S UINT64_C(1000000000)

static unsigned agent_digits(size_t agents) {
    return agents <= AGENTS_WITH_3_DIGITS ? 3 : agents <= AGENTS_WITH_2_DIGITS ? 2 : 1;
}

int tally_init(struct tally *t, struct bench_result *result, size_t seconds) {
    *t = (struct tally){ .result = result };
    int error = 0;
    for (size_t i = 0; i < TALLY_SECONDS_OPEN && error == 0; i++)
        error = histogram_init(&t->open[i].latency, BENCH_LOWEST_NS, BENCH_HIGHEST_NS,
                               SECOND_DIGITS);
    for (size_t i = 0; i < result->agent_count && error == 0; i++)
        error = histogram_init(&result->agents[i].latency, BENCH_LOWEST_NS, BENCH_HIGHEST_NS,
                               agent_digits(result->agent_count));
    if (seconds > BENCH_SECONDS_MAX) seconds = BENCH_SECONDS_MAX;
    result->second_count = 0;
    result->seconds = error == 0 ? calloc(seconds + 1, sizeof(*result->seconds)) : NULL;
    if (result->seconds != NULL) {
        result->second_count = seconds;
        return 0;
    }
    tally_deinit(t);
    return -ENOMEM;
}

void tally_deinit(struct tally *t) {
    for (size_t i = 0; i < TALLY_SECONDS_OPEN; i++) histogram_deinit(&t->open[i].latency);
}

/* The second's latencies are complete. */
static void second_close(struct tally *t, struct tally_second *open) {
    struct bench_second *s = &t->result->seconds[open->number];
    const struct histogram *h = &open->latency;
    s->p50_ns = bench_percentile(h, 50);
    s->p99_ns = bench_percentile(h, 99);
    s->mean_ns = histogram_mean(h);
    uint64_t before = 0;
    for (unsigned i = 0; i < BENCH_HEATS; i++) {
        bool is_last = i + 1 == BENCH_HEATS;
        uint64_t up_to = is_last ? h->total : histogram_count_up_to(h, bench_heat_bound(i));
        s->heat[i] = (uint32_t)(up_to - before);
        before = up_to;
    }
    open->is_used = false;
    histogram_reset(&open->latency);
}

/* NULL: it is behind the last one that there is room for. */
static struct bench_second *second_of(const struct tally *t, uint64_t planned_ns,
                                      size_t *ret_number) {
    uint64_t after = planned_ns > t->begin_ns ? planned_ns - t->begin_ns : 0;
    *ret_number = (size_t)(after / NS_PER_S);
    return *ret_number < t->result->second_count ? &t->result->seconds[*ret_number] : NULL;
}

static void second_take(struct tally *t, size_t number, uint64_t latency_ns) {
    struct tally_second *open = &t->open[number % TALLY_SECONDS_OPEN];
    if (open->is_used && open->number > number) return;
    if (open->is_used && open->number < number) second_close(t, open);
    open->is_used = true;
    open->number = number;
    histogram_record(&open->latency, latency_ns);
}

void tally_plan(struct tally *t, uint32_t agent, uint64_t planned_ns) {
    size_t number;
    struct bench_second *s = second_of(t, planned_ns, &number);
    t->result->counts.planned++;
    t->result->agents[agent].counts.planned++;
    if (s != NULL) s->planned++;
}

void tally_unsent(struct tally *t, uint32_t agent, uint64_t planned_ns) {
    size_t number;
    struct bench_second *s = second_of(t, planned_ns, &number);
    t->result->counts.unsent++;
    t->result->agents[agent].counts.unsent++;
    if (s != NULL) s->unsent++;
}

/* Did the agent answer, be it with an error? */
static bool is_answer(enum fleet_reason reason) {
    return reason == FLEET_REASON_OK || reason == FLEET_REASON_AGENT_ERROR ||
           reason == FLEET_REASON_TOO_BIG || reason == FLEET_REASON_PARTIAL ||
           reason == FLEET_REASON_NOT_INCREASING;
}

static void counts_take(struct bench_counts *c, const struct tally_outcome *o, bool is_late) {
    c->sent++;
    c->sent_late += is_late;
    c->reasons[o->reason]++;
    if (o->reason == FLEET_REASON_CANCELLED) c->open++;
    else if (is_answer(o->reason)) c->answered++;
    else c->lost++;
    if (o->reason == FLEET_REASON_OK) c->ok++;
    bool is_named = o->error_status >= 0 && o->error_status < BENCH_ERROR_STATUS_OTHER;
    if (o->error_status != 0)
        c->error_status[is_named ? o->error_status : BENCH_ERROR_STATUS_OTHER]++;
    c->requests += o->requests;
    c->varbinds += o->varbinds;
    c->below += o->below;
    c->octets_sent += o->octets_sent;
    c->octets_received += o->octets_received;
}

static uint64_t between(uint64_t from, uint64_t to) {
    return to > from ? to - from : 0;
}

static void latency_take(struct tally *t, const struct tally_outcome *o, size_t second,
                         struct bench_second *s) {
    struct bench_result *r = t->result;
    uint64_t latency = between(o->planned_ns, o->arrived_ns);
    uint64_t sent = o->requests > 1 ? o->sent_ns : o->answered_sent_ns;
    histogram_record(&r->latency, latency);
    histogram_record(&r->service, between(sent, o->arrived_ns));
    histogram_record(&r->loop, between(o->arrived_ns, o->taken_ns));
    histogram_record(&r->agents[o->agent].latency, latency);
    if (s == NULL) return;
    if (latency > s->max_ns) s->max_ns = latency;
    second_take(t, second, latency);
}

void tally_take(struct tally *t, const struct tally_outcome *o) {
    struct bench_result *r = t->result;
    if (o->sent_ns == 0) {
        tally_unsent(t, o->agent, o->planned_ns);
        return;
    }
    size_t number;
    struct bench_second *s = second_of(t, o->planned_ns, &number);
    uint64_t delay = between(o->planned_ns, o->sent_ns);
    bool is_late = delay > BENCH_LATE_NS;
    histogram_record(&r->delay, delay);
    if ((double)delay > r->most_late_ns) r->most_late_ns = (double)delay;
    counts_take(&r->counts, o, is_late);
    counts_take(&r->agents[o->agent].counts, o, is_late);
    if (s != NULL) {
        s->sent++;
        s->sent_late += is_late;
        s->answered += is_answer(o->reason);
        s->ok += o->reason == FLEET_REASON_OK;
        s->lost += !is_answer(o->reason) && o->reason != FLEET_REASON_CANCELLED;
    }
    if (is_answer(o->reason)) latency_take(t, o, number, s);
}

void tally_arrive(struct tally *t, const struct tally_outcome *o, uint64_t end_ns) {
    if (!is_answer(o->reason) || o->arrived_ns < t->begin_ns || o->arrived_ns > end_ns) return;
    t->result->answers_within++;
    t->result->varbinds_within += o->varbinds;
}

static double loss_of(const struct bench_counts *c) {
    return c->sent == 0 ? 0 : (double)c->lost / (double)c->sent;
}

/* Worst first: by loss, then by the 99th percentile, then by name. */
static int agents_compare(const void *a, const void *b, void *agents) {
    const struct bench_agent *x = (struct bench_agent *)agents + *(const uint32_t *)a;
    const struct bench_agent *y = (struct bench_agent *)agents + *(const uint32_t *)b;
    double dx = loss_of(&x->counts), dy = loss_of(&y->counts);
    if (dx != dy) return dx > dy ? -1 : 1;
    uint64_t px = histogram_percentile(&x->latency, 99), py = histogram_percentile(&y->latency, 99);
    if (px != py) return px > py ? -1 : 1;
    return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

/* Without memory they stay in the order of the targets. */
static void agents_sort(struct bench_result *r) {
    size_t n = r->agent_count;
    uint32_t *order = calloc(n + 1, sizeof(*order)), *place = calloc(n + 1, sizeof(*place));
    struct bench_agent *sorted = calloc(n + 1, sizeof(*sorted));
    if (order != NULL && place != NULL && sorted != NULL) {
        for (uint32_t i = 0; i < n; i++) order[i] = i;
        qsort_r(order, n, sizeof(*order), agents_compare, r->agents);
        for (uint32_t i = 0; i < n; i++) {
            sorted[i] = r->agents[order[i]];
            place[order[i]] = i;
        }
        for (size_t i = 0; i < r->sample_count; i++)
            r->samples[i].agent = place[r->samples[i].agent];
        free(r->agents);
        r->agents = sorted;
        sorted = NULL;
    }
    free(order);
    free(place);
    free(sorted);
}

void tally_finish(struct tally *t) {
    for (size_t i = 0; i < TALLY_SECONDS_OPEN; i++) {
        if (t->open[i].is_used) second_close(t, &t->open[i]);
    }
    agents_sort(t->result);
}

/* summary: see summary.h. */
#include "bench/summary.h"

#include "bench/measure.h"
#include "bench/result.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static const uint64_t NS_PER_SECOND = 1000000000;

/* A text that grows and is cut at its end. */
struct line {
    char *text;
    size_t length;
};

__attribute__((format(printf, 2, 3)))
static void put(struct line *l, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = BENCH_LINE_MAX - l->length;
    int length = vsnprintf(l->text + l->length, room, format, arguments);
    va_end(arguments);
    l->length += (size_t)length < room ? (size_t)length : room - 1;
}

static double per_second(const struct bench_result *r, uint64_t count) {
    return r->duration_ns == 0 ? NAN : (double)count * 1e9 / (double)r->duration_ns;
}

double bench_answered_rate(const struct bench_result *r) {
    return per_second(r, r->answers_within);
}

double bench_varbind_rate(const struct bench_result *r) {
    return per_second(r, r->varbinds_within);
}

void bench_cpu_by_second(const struct bench_result *r, double *ret_percent) {
    for (size_t i = 0; i < r->second_count; i++) ret_percent[i] = NAN;
    for (size_t from = 0, to; from < r->sample_count; from = to) {
        uint64_t second = r->samples[from].at_ns / NS_PER_SECOND;
        double sum = 0;
        size_t count = 0;
        for (to = from; to < r->sample_count &&
                        r->samples[to].at_ns / NS_PER_SECOND == second; to++) {
            if (isnan(r->samples[to].cpu_percent)) continue;
            sum += r->samples[to].cpu_percent;
            count++;
        }
        if (second < r->second_count && count > 0) ret_percent[second] = sum / (double)count;
    }
}

/* Of objects that were timed one by one, without a load. */
static bool is_costs_alone(const struct bench_result *r) {
    return r->counts.planned == 0 && r->cost_count > 0;
}

enum { SLOW_NAMED = 3 };

/* "2 of 310 objects are slow: ifOutOctets.7 (30ms), ifInOctets.40 (2.1ms)" */
static void put_slow(struct line *l, const struct bench_result *r) {
    size_t slow = 0, named = 0;
    char time[MEASURE_MAX];
    for (size_t i = 0; i < r->cost_count; i++) slow += r->costs[i].is_slow;
    if (slow == 0) {
        put(l, "none of %zu objects is slow; the dearest takes %s: %.100s", r->cost_count,
            measure_duration(r->costs[0].mean_ns, time), r->costs[0].name);
        return;
    }
    put(l, "%zu of %zu objects %s slow", slow, r->cost_count, slow == 1 ? "is" : "are");
    for (size_t i = 0; i < r->cost_count && named < SLOW_NAMED; i++) {
        if (!r->costs[i].is_slow) continue;
        put(l, "%s %.100s (%s)", named == 0 ? ":" : ",", r->costs[i].name,
            measure_duration(r->costs[i].mean_ns, time));
        named++;
    }
    if (slow > named) put(l, " and %zu more", slow - named);
}

const char *bench_summary_verdict(const struct bench_result *r, char text[static BENCH_LINE_MAX]) {
    struct line l = { .text = text };
    text[0] = '\0';
    char rate[MEASURE_MAX], p50[MEASURE_MAX], p99[MEASURE_MAX], loss[MEASURE_MAX];
    if (r->has_verdict && r->verdict.text[0] != '\0') {
        put(&l, "%s", r->verdict.text);
    } else if (is_costs_alone(r)) {
        put_slow(&l, r);
    } else if (r->latency.total == 0 && r->counts.sent == 0 && r->counts.planned > 0) {
        put(&l, "nothing was measured: this machine sent no request in time");
    } else if (r->latency.total == 0) {
        put(&l, "no answers: %" PRIu64 " requests were sent", r->counts.sent);
    } else {
        put(&l, "%s answers/s; latency p50 %s, p99 %s; %s lost",
            measure_number(bench_answered_rate(r), rate),
            measure_duration((double)bench_percentile(&r->latency, 50), p50),
            measure_duration((double)bench_percentile(&r->latency, 99), p99),
            measure_share(measure_part((double)r->counts.lost, (double)r->counts.sent), loss));
    }
    return text;
}

static void put_kinds(struct line *l, const struct bench_load *load) {
    uint64_t all = 0;
    size_t kinds = 0;
    for (int k = 0; k < BENCH_KINDS; k++) {
        all += load->weights[k];
        kinds += load->weights[k] > 0 ? 1 : 0;
    }
    const char *comma = "";
    for (enum bench_kind k = 0; k < BENCH_KINDS; k++) {
        char share[MEASURE_MAX];
        if (load->weights[k] == 0) continue;
        put(l, "%s%s", comma, bench_kind_text(k));
        if (kinds > 1) put(l, " %s", measure_share((double)load->weights[k] / (double)all, share));
        comma = ", ";
    }
    if (kinds > 0) put(l, "; ");
}

const char *bench_summary_load(const struct bench_result *r, char text[static BENCH_LINE_MAX]) {
    const struct bench_load *load = &r->load;
    struct line l = { .text = text };
    char from[MEASURE_MAX], to[MEASURE_MAX], time[MEASURE_MAX];
    text[0] = '\0';
    bool has_repetitions = load->weights[BENCH_GETBULK] + load->weights[BENCH_WALK] > 0;
    if (!is_costs_alone(r)) put_kinds(&l, load);
    if (is_costs_alone(r))
        put(&l, "each object alone, beside sysUpTime.0");
    else if (load->is_closed)
        put(&l, "a closed loop with %" PRIu32 " at once", load->concurrency);
    else if (load->rate_end != load->rate && load->rate_end > 0)
        put(&l, "%s to %s requests/s", measure_number(load->rate, from),
            measure_number(load->rate_end, to));
    else
        put(&l, "%s requests/s", measure_number(load->rate, from));
    if (!is_costs_alone(r)) put(&l, " for %s", measure_duration((double)r->duration_ns, time));
    if (load->warmup_ns > 0 && !is_costs_alone(r))
        put(&l, " after %s of warm-up", measure_duration((double)load->warmup_ns, time));
    if (load->varbinds > 0 && !is_costs_alone(r))
        put(&l, "; %" PRIu32 " varbind%s a request", load->varbinds,
            load->varbinds == 1 ? "" : "s");
    if (load->repetitions > 0 && has_repetitions && !is_costs_alone(r))
        put(&l, "; max-repetitions %" PRIu32, load->repetitions);
    put(&l, "; time-out %s", measure_duration((double)load->timeout_ns, time));
    if (load->retries == 0) put(&l, ", no retries");
    else put(&l, ", %" PRIu32 " retr%s", load->retries, load->retries == 1 ? "y" : "ies");
    if (load->version != NULL) put(&l, "; SNMPv%.60s", load->version);
    return text;
}

const char *bench_summary_agents(const struct bench_result *r, char text[static BENCH_LINE_MAX]) {
    struct line l = { .text = text };
    text[0] = '\0';
    if (r->agent_count != 1) {
        put(&l, "%zu agents", r->agent_count);
        return text;
    }
    const struct bench_agent *a = &r->agents[0];
    put(&l, "%.300s", a->name != NULL ? a->name : a->address != NULL ? a->address : "one agent");
    return text;
}

static const char *share_of(uint64_t part, uint64_t whole, char text[static MEASURE_MAX]) {
    return measure_share(measure_part((double)part, (double)whole), text);
}

/* The next caution. */
static struct line next(char lines[static BENCH_CAUTIONS_MAX][BENCH_LINE_MAX], size_t *count) {
    return (struct line){ .text = lines[(*count)++] };
}

/* What our own machine has to do with the numbers. */
static size_t cautions_of_ours(const struct bench_result *r,
                               char lines[static BENCH_CAUTIONS_MAX][BENCH_LINE_MAX], size_t n) {
    const struct bench_counts *c = &r->counts;
    struct line l;
    char share[MEASURE_MAX], most[MEASURE_MAX];
    if (c->unsent > 0) {
        l = next(lines, &n);
        put(&l, "%" PRIu64 " request%s (%s of the plan) could not be sent in time by this machine; "
            "not counted as lost", c->unsent, c->unsent == 1 ? "" : "s",
            share_of(c->unsent, c->planned, share));
    }
    if (c->sent_late > 0) {
        l = next(lines, &n);
        put(&l, "%" PRIu64 " request%s (%s) left more than 1ms behind the plan, at most %s; "
            "that much of the latency is not the agent's", c->sent_late,
            c->sent_late == 1 ? "" : "s", share_of(c->sent_late, c->sent, share),
            measure_duration(r->most_late_ns, most));
    }
    if (r->send_failures > 0) {
        l = next(lines, &n);
        put(&l, "the kernel of this machine refused to send %" PRIu64 " time%s", r->send_failures,
            r->send_failures == 1 ? "" : "s");
    }
    if (r->kernel_drops > 0) {
        l = next(lines, &n);
        put(&l, "the kernel of this machine dropped %" PRIu64 " repl%s; that part of the loss is "
            "ours, not the agent's", r->kernel_drops, r->kernel_drops == 1 ? "y" : "ies");
    }
    if (!r->has_kernel_times && r->latency.total > 0) {
        l = next(lines, &n);
        put(&l, "the kernel gave no times of arrival: latency has the time in which a reply waited "
            "for our loop");
    }
    return n;
}

size_t bench_summary_cautions(const struct bench_result *r,
                              char lines[static BENCH_CAUTIONS_MAX][BENCH_LINE_MAX]) {
    size_t n = 0, restarted = 0;
    struct line l;
    if (r->stopped[0] != '\0') {
        l = next(lines, &n);
        put(&l, "stopped before its time: %s", r->stopped);
    }
    n = cautions_of_ours(r, lines, n);
    if (r->counts.open > 0) {
        l = next(lines, &n);
        put(&l, "still open when the run ended: %" PRIu64, r->counts.open);
    }
    if (r->latency.above > 0) {
        l = next(lines, &n);
        put(&l, "above 100s, and shown as 100s: %" PRIu64, r->latency.above);
    }
    for (size_t i = 0; i < r->agent_count; i++) restarted += r->agents[i].restarts > 0 ? 1 : 0;
    if (restarted > 0) {
        l = next(lines, &n);
        put(&l, "restarted during the run: %zu of %zu agent%s", restarted, r->agent_count,
            r->agent_count == 1 ? "" : "s");
    }
    return n;
}

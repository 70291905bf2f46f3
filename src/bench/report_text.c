/* report_text: see report_text.h. */
#include "bench/report_text.h"

#include "bench/measure.h"
#include "bench/result.h"
#include "bench/summary.h"

#include <inttypes.h>
#include <math.h>

enum { AGENTS_SHOWN = 10, COSTS_SHOWN = 20, POINTS_SHOWN = 30, NAME_COLUMNS = 24,
       COST_COLUMNS = 42 };

/* A text of at most @columns, at most COST_COLUMNS, filled up to them. */
static void put_name(FILE *file, const char *name, size_t columns) {
    char shown[COST_COLUMNS + 1];
    (void)measure_text(name, shown, columns + 1);
    size_t used = measure_columns(shown);
    (void)fprintf(file, "%s%*s", shown, (int)(columns > used ? columns - used : 0), "");
}

static void put_head(FILE *file, const struct bench_result *r) {
    char line[BENCH_LINE_MAX], shown[BENCH_LINE_MAX];
    char cautions[BENCH_CAUTIONS_MAX][BENCH_LINE_MAX];
    (void)fprintf(file, "%s\n\n",
                  measure_text(bench_summary_verdict(r, line), shown, sizeof(shown)));
    (void)fprintf(file, "  asked         %s\n",
                  measure_text(bench_summary_load(r, line), shown, sizeof(shown)));
    (void)fprintf(file, "  of            %s\n",
                  measure_text(bench_summary_agents(r, line), shown, sizeof(shown)));
    if (r->agent_count == 1 && r->agents[0].description != NULL)
        (void)fprintf(file, "                %s\n",
                      measure_text(r->agents[0].description, shown, 100));
    size_t count = bench_summary_cautions(r, cautions);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(file, "  note          %s\n",
                      measure_text(cautions[i], shown, sizeof(shown)));
}

static void put_count(FILE *file, const char *name, uint64_t count, uint64_t whole,
                      const char *remark) {
    char share[MEASURE_MAX] = "";
    if (whole > 0) (void)measure_share((double)count / (double)whole, share);
    (void)fprintf(file, "  %-13s %10" PRIu64, name, count);
    if (whole > 0) (void)fprintf(file, " %8s", share);
    (void)fprintf(file, "%s%s\n", *remark == '\0' ? "" : "  ", remark);
}

/* "  reasons       ok 1480, timeout 9" */
static void put_words(FILE *file, const char *name, const uint64_t *counts, size_t first,
                      size_t size, const char *(*word)(unsigned)) {
    const char *comma = "";
    for (size_t i = first; i < size; i++) {
        if (counts[i] == 0) continue;
        if (*comma == '\0') (void)fprintf(file, "  %-13s ", name);
        (void)fprintf(file, "%s%s %" PRIu64, comma, word((unsigned)i), counts[i]);
        comma = ", ";
    }
    if (*comma != '\0') (void)fputc('\n', file);
}

static const char *reason_word(unsigned reason) {
    return fleet_reason_text((enum fleet_reason)reason);
}

static void put_counts(FILE *file, const struct bench_result *r) {
    const struct bench_counts *c = &r->counts;
    char a[MEASURE_MAX], b[MEASURE_MAX];
    (void)fprintf(file, "\n  answers/s     %10s\n",
                  measure_number(bench_answered_rate(r), a));
    (void)fprintf(file, "  varbinds/s    %10s\n", measure_number(bench_varbind_rate(r), a));
    put_count(file, "planned", c->planned, 0, "");
    put_count(file, "unsent", c->unsent, c->planned, "could not be sent in time by this machine");
    put_count(file, "sent", c->sent, c->planned, "");
    put_count(file, "sent late", c->sent_late, c->sent, "more than 1ms behind the plan, by us");
    put_count(file, "answered", c->answered, c->sent, "");
    put_count(file, "with error", c->answered > c->ok ? c->answered - c->ok : 0, c->answered, "");
    put_count(file, "lost", c->lost, c->sent, "no answer in time, or none to be believed");
    if (c->open > 0) put_count(file, "open", c->open, c->sent, "when the run ended");
    if (r->late + r->duplicates + r->unmatched + r->malformed + r->refused + r->kernel_drops > 0)
        (void)fprintf(file, "  replies       %" PRIu64 " late, %" PRIu64 " duplicate, %" PRIu64
                      " to no request, %" PRIu64 " malformed, %" PRIu64 " not believed, %" PRIu64
                      " dropped by our kernel\n",
                      r->late, r->duplicates, r->unmatched, r->malformed, r->refused,
                      r->kernel_drops);
    put_words(file, "reasons", c->reasons, 0, FLEET_REASONS, reason_word);
    put_words(file, "error-status", c->error_status, 1, BENCH_ERROR_STATUSES,
              bench_error_status_text);
    (void)fprintf(file, "  traffic       %" PRIu64 " datagrams, %s sent, %s received\n",
                  c->requests, measure_octets((double)c->octets_sent, a),
                  measure_octets((double)c->octets_received, b));
}

enum { MEAN = -1, DEVIATION = -2 };

/* At percentile 0 the lowest value that was recorded, at 100 the highest; or one of the above. */
static double figure_of(const struct histogram *h, double percentile) {
    if (h->total == 0) return NAN;
    if (percentile < 0) return percentile > -1.5 ? histogram_mean(h) : histogram_deviation(h);
    return percentile <= 0 ? (double)h->min : percentile >= 100
               ? (double)h->max : (double)bench_percentile(h, percentile);
}

static void put_latency(FILE *file, const struct bench_result *r) {
    static const struct { const char *name; double percentile; } rows[] = {
        { "min", 0 }, { "mean", MEAN }, { "std. dev.", DEVIATION }, { "p50", 50 }, { "p90", 90 },
        { "p99", 99 }, { "p99.9", 99.9 }, { "p99.99", 99.99 }, { "max", 100 },
    };
    const struct histogram *const columns[] = { &r->latency, &r->service, &r->delay, &r->loop };
    char text[MEASURE_MAX];
    (void)fprintf(file, "\n  %-13s %12s %12s %12s %12s\n", "latency", "from plan", "from sending",
                  "late by us", "our loop");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)fprintf(file, "  %-13s", rows[i].name);
        for (size_t k = 0; k < 4; k++)
            (void)fprintf(file, " %12s",
                          measure_duration(figure_of(columns[k], rows[i].percentile), text));
        (void)fputc('\n', file);
    }
}

static void put_bar(FILE *file, uint64_t from, uint64_t to, double share, double most,
                    unsigned room) {
    char low[MEASURE_MAX], high[MEASURE_MAX], text[MEASURE_MAX];
    unsigned length = (unsigned)(share / most * room + 0.5);
    (void)fprintf(file, "  %6s - %-6s %8s  ", from == 0 ? "0" : measure_duration((double)from, low),
                  measure_duration((double)to, high), measure_share(share, text));
    if (length == 0 && share > 0) (void)fputc('.', file);
    for (unsigned i = 0; i < length; i++) (void)fputc('#', file);
    (void)fputc('\n', file);
}

/* Steps of 1, 2, 5 from the lowest to the highest latency. */
static void put_histogram(FILE *file, const struct histogram *h, unsigned width) {
    enum { BEFORE_BARS = 28 };
    uint64_t counts[BENCH_HEATS], before = 0;
    unsigned first = BENCH_HEATS, last = 0;
    double most = 0;
    if (h->total == 0) return;
    for (unsigned i = 0; i < BENCH_HEATS; i++) {
        bool is_last = i + 1 == BENCH_HEATS;
        uint64_t up_to = is_last ? h->total : histogram_count_up_to(h, bench_heat_bound(i));
        counts[i] = up_to - before;
        before = up_to;
        if (counts[i] == 0) continue;
        if (first == BENCH_HEATS) first = i;
        last = i;
        most = fmax(most, (double)counts[i] / (double)h->total);
    }
    (void)fputs("\n  latency from plan, share of answers\n", file);
    for (unsigned i = first; i <= last; i++)
        put_bar(file, i == 0 ? 0 : bench_heat_bound(i - 1), bench_heat_bound(i),
                (double)counts[i] / (double)h->total, most, width - BEFORE_BARS);
}

static void put_agents(FILE *file, const struct bench_result *r) {
    char text[MEASURE_MAX];
    if (r->agent_count < 2) return;
    (void)fprintf(file, "\n  %-24s %8s %8s %8s %8s %8s %8s\n", "agents, worst first", "p50", "p99",
                  "lost", "errors", "CPU", "restarts");
    for (size_t i = 0; i < r->agent_count && i < AGENTS_SHOWN; i++) {
        const struct bench_agent *a = &r->agents[i];
        const struct bench_counts *c = &a->counts;
        (void)fputs("  ", file);
        put_name(file, a->name != NULL ? a->name : a->address, NAME_COLUMNS);
        (void)fprintf(file, " %8s", measure_duration(figure_of(&a->latency, 50), text));
        (void)fprintf(file, " %8s", measure_duration(figure_of(&a->latency, 99), text));
        (void)fprintf(file, " %8s",
                      measure_share(measure_part((double)c->lost, (double)c->sent), text));
        (void)fprintf(file, " %8" PRIu64, c->answered > c->ok ? c->answered - c->ok : 0);
        (void)fprintf(file, " %8s", measure_share(a->cpu_mean / 100, text));
        (void)fprintf(file, " %8" PRIu32 "\n", a->restarts);
    }
    if (r->agent_count > AGENTS_SHOWN)
        (void)fprintf(file, "  and %zu more, which did better\n", r->agent_count - AGENTS_SHOWN);
}

/* CPU and restarts of the only agent, which has no table. */
static void put_agent(FILE *file, const struct bench_result *r) {
    char mean[MEASURE_MAX], most[MEASURE_MAX], object[NAME_COLUMNS + 1];
    if (r->agent_count != 1) return;
    const struct bench_agent *a = &r->agents[0];
    if (!isnan(a->cpu_mean))
        (void)fprintf(file, "  agent's CPU   %s, at most %s (%s)\n",
                      measure_share(a->cpu_mean / 100, mean), measure_share(a->cpu_max / 100, most),
                      measure_text(a->cpu_object, object, sizeof(object)));
    if (a->restarts > 0) (void)fprintf(file, "  restarts      %" PRIu32 "\n", a->restarts);
}

static void put_points(FILE *file, const struct bench_result *r) {
    char text[MEASURE_MAX], why[BENCH_TEXT];
    bool has_bursts = false;
    for (size_t i = 0; i < r->point_count; i++) has_bursts |= r->points[i].burst > 1;
    if (r->point_count == 0) return;
    (void)fprintf(file, "\n  %-10s %8s %6s %10s %10s %8s %8s %8s\n", "sweep", "rate", "at", "max-",
                  "answers/s", "p99", "lost", "CPU");
    (void)fprintf(file, "  %-10s %8s %6s %10s\n", "", "", "once", "repetit.");
    for (size_t i = 0; i < r->point_count && i < POINTS_SHOWN; i++) {
        const struct bench_point *p = &r->points[i];
        (void)fprintf(file, "  %-10s", p->is_good ? "good" : "not good");
        (void)fprintf(file, " %8s", p->rate > 0 ? measure_number(p->rate, text) : "");
        uint32_t at_once = p->burst > 1 ? p->burst : p->concurrency;
        (void)fprintf(file, " %6s", at_once > 0 ? measure_number(at_once, text) : "");
        (void)fprintf(file, " %10s",
                      p->repetitions > 0 ? measure_number(p->repetitions, text) : "");
        (void)fprintf(file, " %10s", measure_number(p->answered_rate, text));
        (void)fprintf(file, " %8s", measure_duration((double)p->p99_ns, text));
        (void)fprintf(file, " %8s", measure_share(p->loss, text));
        (void)fprintf(file, " %8s", measure_share(p->cpu_percent / 100, text));
        (void)fprintf(file, "%s%s\n", p->why[0] == '\0' ? "" : "  ",
                      measure_text(p->why, why, sizeof(why)));
    }
    if (r->point_count > POINTS_SHOWN)
        (void)fprintf(file, "  and %zu more\n", r->point_count - POINTS_SHOWN);
    if (has_bursts)
        (void)fputs("  at once: requests sent at one moment. As many as the agent works on at once "
                    "take as long\n  as a single one; from there each waits for those before it, "
                    "however far away the agent is.\n", file);
}

static void put_costs(FILE *file, const struct bench_result *r) {
    char text[MEASURE_MAX], low[MEASURE_MAX], high[MEASURE_MAX], interval[2 * MEASURE_MAX + 4];
    if (r->cost_count == 0) return;
    (void)fprintf(file, "\n  %-*s %8s %19s %8s\n", COST_COLUMNS, "costs, dearest first", "mean",
                  "95 % interval", "share");
    for (size_t i = 0; i < r->cost_count && i < COSTS_SHOWN; i++) {
        const struct bench_cost *c = &r->costs[i];
        bool has_interval = !isnan(c->low_ns) && !isnan(c->high_ns);
        (void)snprintf(interval, sizeof(interval), "%s - %s", measure_duration(c->low_ns, low),
                       measure_duration(c->high_ns, high));
        if (!has_interval) (void)snprintf(interval, sizeof(interval), "measured once");
        (void)fputs("  ", file);
        put_name(file, c->name != NULL ? c->name : c->oid, COST_COLUMNS);
        (void)fprintf(file, " %8s", measure_duration(c->mean_ns, text));
        (void)fprintf(file, " %19s %8s%s\n", interval, measure_share(c->share, text),
                      c->is_slow ? "  slow" : "");
    }
    if (r->cost_count > COSTS_SHOWN)
        (void)fprintf(file, "  and %zu cheaper ones\n", r->cost_count - COSTS_SHOWN);
}

void bench_report_text(FILE *file, const struct bench_result *r, unsigned width) {
    if (width < BENCH_WIDTH_MIN) width = BENCH_WIDTH_MIN;
    if (width > BENCH_WIDTH_MAX) width = BENCH_WIDTH_MAX;
    put_head(file, r);
    bool has_load = r->counts.planned > 0 || r->cost_count + r->point_count == 0;
    if (has_load) {
        put_counts(file, r);
        put_agent(file, r);
        put_latency(file, r);
        put_histogram(file, &r->latency, width);
        put_agents(file, r);
    }
    put_points(file, r);
    put_costs(file, r);
}

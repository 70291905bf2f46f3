/* report_html: see report_html.h. */
#include "bench/report_html.h"

#include "bench/html.h"
#include "bench/measure.h"
#include "bench/report_plots.h"
#include "bench/result.h"
#include "bench/summary.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

enum { ROWS_MAX = 200, OIDS_SHOWN = 50 };

static void put_figure(FILE *file, const char *value, const char *name) {
    (void)fputs("<li><b>", file);
    html_text(file, value, MEASURE_MAX);
    (void)fprintf(file, "</b>%s</li>\n", name);
}

static void put_figures(FILE *file, const struct bench_result *r) {
    const struct bench_counts *c = &r->counts;
    char text[MEASURE_MAX];
    (void)fputs("<ul class=\"figures\">\n", file);
    put_figure(file, measure_number(bench_answered_rate(r), text), "answers/s");
    put_figure(file, measure_number(bench_varbind_rate(r), text), "varbinds/s");
    put_figure(file, measure_share(measure_part((double)c->lost, (double)c->sent), text), "lost");
    put_figure(file, measure_share(measure_part((double)c->unsent, (double)c->planned), text),
               "not sent in time by this machine");
    if (r->latency.total > 0) {
        put_figure(file, measure_duration((double)bench_percentile(&r->latency, 50), text), "p50");
        put_figure(file, measure_duration((double)bench_percentile(&r->latency, 99), text), "p99");
        put_figure(file, measure_duration((double)r->latency.max, text), "highest latency");
    }
    (void)fputs("</ul>\n", file);
}

static void put_latency_row(FILE *file, const char *name, const struct histogram *h) {
    static const double percentiles[] = { 50, 90, 99, 99.9, 99.99 };
    char text[MEASURE_MAX];
    bool has_any = h->total > 0;
    (void)fprintf(file, "<tr><th scope=\"row\">%s</th>", name);
    html_number_cell(file, measure_duration(has_any ? (double)h->min : (double)NAN, text));
    html_number_cell(file, measure_duration(has_any ? histogram_mean(h) : (double)NAN, text));
    html_number_cell(file, measure_duration(has_any ? histogram_deviation(h) : (double)NAN, text));
    for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
        html_number_cell(file, measure_duration(
            has_any ? (double)bench_percentile(h, percentiles[i]) : (double)NAN, text));
    html_number_cell(file, measure_duration(has_any ? (double)h->max : (double)NAN, text));
    (void)fputs("</tr>\n", file);
}

static void put_latency(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = { "", "#min", "#mean", "#std. dev.", "#p50", "#p90",
                                            "#p99", "#p99.9", "#p99.99", "#max", NULL };
    html_table_begin(file, "Where the time went", headings);
    put_latency_row(file, "latency, from the plan", &r->latency);
    put_latency_row(file, "service, from the sending", &r->service);
    put_latency_row(file, "late by us, from plan to sending", &r->delay);
    put_latency_row(file, "our loop, not in the others", &r->loop);
    html_table_end(file);
}

static void put_count(FILE *file, const char *name, uint64_t count, uint64_t whole) {
    char text[MEASURE_MAX];
    (void)fprintf(file, "<tr><th scope=\"row\">%s</th><td class=\"n\">%" PRIu64 "</td>", name,
                  count);
    html_number_cell(file, whole == 0 ? "" : measure_share((double)count / (double)whole, text));
    (void)fputs("</tr>\n", file);
}

static void put_counts(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = { "", "#requests", "#share", NULL };
    const struct bench_counts *c = &r->counts;
    html_table_begin(file, "What became of the requests", headings);
    put_count(file, "planned", c->planned, 0);
    put_count(file, "could not be sent in time by this machine", c->unsent, c->planned);
    put_count(file, "sent", c->sent, c->planned);
    put_count(file, "of them late, by us", c->sent_late, c->sent);
    put_count(file, "answered", c->answered, c->sent);
    put_count(file, "of them without error", c->ok, c->answered);
    put_count(file, "lost", c->lost, c->sent);
    put_count(file, "open at the end", c->open, c->sent);
    put_count(file, "replies that came too late", r->late, 0);
    put_count(file, "further replies to one request", r->duplicates, 0);
    put_count(file, "replies to no request", r->unmatched, 0);
    put_count(file, "replies that do not decode", r->malformed, 0);
    put_count(file, "replies from elsewhere, or refused for their credentials", r->refused, 0);
    put_count(file, "replies dropped by the kernel of this machine", r->kernel_drops, 0);
    html_table_end(file);
    static const char *const ends[] = { "reason, error-status", "#requests", "#share", NULL };
    html_table_begin(file, "How they ended", ends);
    for (int i = 0; i < FLEET_REASONS; i++)
        if (c->reasons[i] > 0)
            put_count(file, fleet_reason_text((enum fleet_reason)i), c->reasons[i], c->planned);
    for (unsigned i = 1; i < BENCH_ERROR_STATUSES; i++)
        if (c->error_status[i] > 0)
            put_count(file, bench_error_status_text(i), c->error_status[i], c->answered);
    html_table_end(file);
}

/* Says how much a table leaves out. */
static size_t rows_of(FILE *file, const char *title, size_t count) {
    (void)fprintf(file, "<h2>%s</h2>\n", title);
    if (count > ROWS_MAX)
        (void)fprintf(file, "<p class=\"soft\">The first %d of %zu; the others are in the JSON "
                      "report.</p>\n", ROWS_MAX, count);
    return count < ROWS_MAX ? count : ROWS_MAX;
}

static void put_agent(FILE *file, const struct bench_agent *a) {
    char text[MEASURE_MAX];
    bool has_any = a->latency.total > 0;
    (void)fputs("<tr>", file);
    html_foreign_cell(file, a->name);
    html_foreign_cell(file, a->address);
    html_number_cell(file, measure_duration(
        has_any ? (double)bench_percentile(&a->latency, 50) : (double)NAN, text));
    html_number_cell(file, measure_duration(
        has_any ? (double)bench_percentile(&a->latency, 99) : (double)NAN, text));
    html_number_cell(file, measure_share(
        measure_part((double)a->counts.lost, (double)a->counts.sent), text));
    (void)fprintf(file, "<td class=\"n\">%" PRIu64 "</td>", a->counts.answered - (
        a->counts.ok < a->counts.answered ? a->counts.ok : a->counts.answered));
    html_number_cell(file, measure_share(a->cpu_mean / 100, text));
    html_number_cell(file, measure_share(a->cpu_max / 100, text));
    (void)fprintf(file, "<td class=\"n\">%" PRIu32 "</td>", a->restarts);
    html_foreign_cell(file, a->description);
    (void)fputs("</tr>\n", file);
}

static void put_agents(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = {
        "agent", "address", "#p50", "#p99", "#lost", "#errors", "#CPU", "#CPU max", "#restarts",
        "what it says it is", NULL };
    if (r->agent_count == 0) return;
    size_t rows = rows_of(file, "Agents, worst first", r->agent_count);
    html_table_begin(file, "Latency from the plan; CPU as its own objects say", headings);
    for (size_t i = 0; i < rows; i++) put_agent(file, &r->agents[i]);
    html_table_end(file);
}

static void put_costs(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = { "object", "table", "OID", "#instances", "#mean",
                                            "#95 % from", "#to", "#max", "#share", NULL };
    if (r->cost_count == 0) return;
    size_t rows = rows_of(file, "What each column or object costs the agent", r->cost_count);
    html_table_begin(file, "The agent's time for one instance", headings);
    for (size_t i = 0; i < rows; i++) {
        const struct bench_cost *c = &r->costs[i];
        char text[MEASURE_MAX];
        (void)fprintf(file, "<tr%s>", c->is_slow ? " class=\"bad\"" : "");
        html_foreign_cell(file, c->name);
        html_foreign_cell(file, c->table);
        html_foreign_cell(file, c->oid);
        (void)fprintf(file, "<td class=\"n\">%" PRIu64 "</td>", c->objects);
        html_number_cell(file, measure_duration(c->mean_ns, text));
        html_number_cell(file, measure_duration(c->low_ns, text));
        html_number_cell(file, measure_duration(c->high_ns, text));
        html_number_cell(file, measure_duration((double)c->max_ns, text));
        html_number_cell(file, measure_share(c->share, text));
        (void)fputs("</tr>\n", file);
    }
    html_table_end(file);
}

static void put_point(FILE *file, const struct bench_point *p) {
    char text[MEASURE_MAX];
    (void)fputs("<tr>", file);
    html_number_cell(file, p->rate > 0 ? measure_number(p->rate, text) : "");
    uint32_t at_once = p->burst > 1 ? p->burst : p->concurrency;
    html_number_cell(file, at_once > 0 ? measure_number(at_once, text) : "");
    html_number_cell(file, p->repetitions > 0 ? measure_number(p->repetitions, text) : "");
    html_number_cell(file, measure_number(p->answered_rate, text));
    html_number_cell(file, measure_number(p->varbind_rate, text));
    html_number_cell(file, measure_duration((double)p->p50_ns, text));
    html_number_cell(file, measure_duration((double)p->p99_ns, text));
    html_number_cell(file, measure_share(p->loss, text));
    html_number_cell(file, measure_share(p->late, text));
    html_number_cell(file, measure_share(p->cpu_percent / 100, text));
    (void)fprintf(file, "<td class=\"%s\">%s</td>", p->is_good ? "good" : "bad",
                  p->is_good ? "good" : "not good");
    html_foreign_cell(file, p->why);
    (void)fputs("</tr>\n", file);
}

static void put_points(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = {
        "#requests/s", "#at once", "#max-repetitions", "#answers/s", "#varbinds/s", "#p50", "#p99",
        "#lost", "#late by us", "#CPU", "", "why", NULL };
    if (r->point_count == 0) return;
    size_t rows = rows_of(file, "The sweep, step by step", r->point_count);
    html_table_begin(file, "In the order in which it was measured", headings);
    for (size_t i = 0; i < rows; i++) put_point(file, &r->points[i]);
    html_table_end(file);
}

static void put_fact(FILE *file, const char *name, const char *text) {
    if (text == NULL || *text == '\0') return;
    (void)fprintf(file, "<tr><th scope=\"row\">%s</th>", name);
    (void)fputs("<td class=\"l\"><bdi>", file);
    html_text(file, text, 4000);
    (void)fputs("</bdi></td></tr>\n", file);
}

static void put_asked(FILE *file, const struct bench_result *r) {
    static const char *const headings[] = { "", "", NULL };
    char line[BENCH_LINE_MAX], began[64] = "";
    time_t seconds = (time_t)(r->began_unix_ns / 1000000000);
    struct tm utc;
    if (gmtime_r(&seconds, &utc) != NULL)
        (void)strftime(began, sizeof(began), "%Y-%m-%d %H:%M:%S UTC", &utc);
    (void)fputs("<h2>What was asked, and from where</h2>\n", file);
    html_table_begin(file, "", headings);
    put_fact(file, "load", bench_summary_load(r, line));
    put_fact(file, "command", r->command);
    put_fact(file, "began", began);
    for (size_t i = 0; i < r->load.oid_count && i < OIDS_SHOWN; i++)
        put_fact(file, i == 0 ? "objects" : "", r->load.oids[i]);
    if (r->load.oid_count > OIDS_SHOWN) put_fact(file, "", "and others");
    put_fact(file, "run", r->id);
    put_fact(file, "snmpfleet", r->program);
    put_fact(file, "machine", r->host.hostname);
    put_fact(file, "kernel", r->host.kernel);
    put_fact(file, "processor", r->host.cpu);
    put_fact(file, "network input and output", r->host.io);
    html_table_end(file);
}

static void put_head(FILE *file, const struct bench_result *r) {
    char line[BENCH_LINE_MAX], cautions[BENCH_CAUTIONS_MAX][BENCH_LINE_MAX];
    html_begin(file, "snmpfleet bench:", bench_summary_agents(r, line));
    (void)fputs("<p class=\"verdict\">", file);
    html_text(file, bench_summary_verdict(r, line), BENCH_LINE_MAX);
    (void)fputs("</p>\n<p class=\"soft\">", file);
    html_text(file, bench_summary_load(r, line), BENCH_LINE_MAX);
    (void)fputs("</p>\n", file);
    size_t count = bench_summary_cautions(r, cautions);
    for (size_t i = 0; i < count; i++) {
        (void)fputs("<p class=\"warning\">", file);
        html_text(file, cautions[i], BENCH_LINE_MAX);
        (void)fputs("</p>\n", file);
    }
}

int bench_report_html(FILE *file, const struct bench_result *r) {
    put_head(file, r);
    put_figures(file, r);
    (void)fputs("<div class=\"plots\">\n", file);
    int error = bench_plot_percentiles(file, r);
    if (error == 0) error = bench_plot_seconds(file, r);
    if (error == 0) error = bench_plot_heat(file, r);
    if (error == 0) error = bench_plot_sweep(file, r);
    if (error == 0) error = bench_plot_costs(file, r);
    (void)fputs("</div>\n", file);
    (void)fputs("<h2>Latency</h2>\n", file);
    put_latency(file, r);
    put_agents(file, r);
    put_costs(file, r);
    put_points(file, r);
    (void)fputs("<h2>Counts</h2>\n", file);
    put_counts(file, r);
    put_asked(file, r);
    html_end(file);
    return error;
}

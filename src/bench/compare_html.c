/* compare_html: see compare_html.h. */
#include "bench/compare_html.h"

#include "bench/compare.h"
#include "bench/compare_text.h"
#include "bench/html.h"
#include "bench/measure.h"
#include "bench/report_plots.h"
#include "bench/summary.h"

#include <math.h>

enum { NAME_LENGTH_MAX = 200 };

static void put_change(FILE *file, enum bench_metric m, const struct bench_change *change) {
    char text[MEASURE_MAX];
    (void)fprintf(file, "<tr><th scope=\"row\">%s</th>", bench_metric_text(m));
    html_number_cell(file, bench_metric_value(m, change->a, text));
    html_number_cell(file, bench_metric_value(m, change->b, text));
    html_number_cell(file, bench_metric_effect(change, change->effect.value, text));
    html_number_cell(file, bench_metric_effect(change, change->effect.low, text));
    html_number_cell(file, bench_metric_effect(change, change->effect.high, text));
    if (isnan(change->probability)) html_number_cell(file, "-");
    else if (change->probability < 0.001) html_number_cell(file, "<0.001");
    else {
        (void)snprintf(text, sizeof(text), "%.3f", change->probability);
        html_number_cell(file, text);
    }
    (void)fprintf(file, "<td class=\"%s\">%s</td></tr>\n",
                  change->difference == BENCH_WORSE ? "bad"
                  : change->difference == BENCH_BETTER ? "good" : "soft",
                  bench_difference_text(change->difference));
}

static void put_side(FILE *file, const char *name, const struct bench_result *r) {
    char line[BENCH_LINE_MAX];
    (void)fputs("<p><b><bdi>", file);
    html_text(file, name, NAME_LENGTH_MAX);
    (void)fputs("</bdi></b>: ", file);
    html_text(file, bench_summary_verdict(r, line), BENCH_LINE_MAX);
    (void)fputs("<br><span class=\"soft\">", file);
    html_text(file, bench_summary_load(r, line), BENCH_LINE_MAX);
    (void)fputs("</span></p>\n", file);
}

static int put_comparison(FILE *file, const struct bench_comparison *c) {
    static const char *const headings[] = { "", "#base", "#new", "#change", "#95 % from", "#to",
                                            "#p", "", NULL };
    char summary[BENCH_SUMMARY_MAX];
    (void)fputs("<h2><bdi>", file);
    html_text(file, c->name_b, NAME_LENGTH_MAX);
    (void)fputs("</bdi></h2>\n<p class=\"verdict\">", file);
    html_text(file, bench_compare_summary(c, summary), BENCH_SUMMARY_MAX);
    (void)fputs("</p>\n", file);
    for (size_t i = 0; i < c->warning_count; i++) {
        (void)fputs("<p class=\"warning\">", file);
        html_text(file, c->warnings[i], BENCH_TEXT);
        (void)fputs("</p>\n", file);
    }
    put_side(file, c->name_a, c->a);
    put_side(file, c->name_b, c->b);
    html_table_begin(file, "Base and new are of the whole runs; change, interval and p are of "
                     "their seconds (U test, corrected for all lines together)", headings);
    for (enum bench_metric m = 0; m < BENCH_METRICS; m++) put_change(file, m, &c->changes[m]);
    html_table_end(file);
    (void)fputs("<div class=\"plots\">\n", file);
    int error = bench_plot_two(file, c->a, c->b);
    (void)fputs("</div>\n", file);
    return error;
}

int bench_compare_html(FILE *file, const struct bench_comparison *comparisons, size_t count) {
    int error = 0;
    html_begin(file, "snmpfleet bench compare: beside", count > 0 ? comparisons[0].name_a : "");
    for (size_t i = 0; i < count && error == 0; i++) error = put_comparison(file, &comparisons[i]);
    html_end(file);
    return error;
}

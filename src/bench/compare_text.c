/* compare_text: see compare_text.h. */
#include "bench/compare_text.h"

#include "bench/compare.h"
#include "bench/measure.h"

#include <math.h>
#include <string.h>

enum { NAME_MAX_SHOWN = 24 };

/* " p99 (x1.21), loss (+0.3%)": the metrics of one difference behind a word. */
static size_t put_metrics(const struct bench_comparison *c, enum bench_difference difference,
                          char *text, size_t size) {
    size_t length = 0;
    for (enum bench_metric m = 0; m < BENCH_METRICS && length < size; m++) {
        const struct bench_change *change = &c->changes[m];
        char effect[MEASURE_MAX];
        if (change->difference != difference) continue;
        length += (size_t)snprintf(text + length, size - length, "%s %s (%s)",
                                   length == 0 ? "" : ",", bench_metric_text(m),
                                   bench_metric_effect(change, change->effect.value, effect));
    }
    return length < size ? length : size - 1;
}

const char *bench_compare_summary(const struct bench_comparison *c,
                                  char text[static BENCH_SUMMARY_MAX]) {
    size_t tested = 0, length = 0;
    for (int m = 0; m < BENCH_METRICS; m++) tested += isnan(c->changes[m].probability) ? 0 : 1;
    if (tested == 0)
        (void)snprintf(text, BENCH_SUMMARY_MAX, "nothing can be said: there are too few seconds");
    else if (!c->is_better && !c->is_worse)
        (void)snprintf(text, BENCH_SUMMARY_MAX, "no difference seen");
    for (int better = 0; better < 2; better++) {
        if (better == 0 ? !c->is_worse : !c->is_better) continue;
        length += (size_t)snprintf(text + length, BENCH_SUMMARY_MAX - length, "%s%s:",
                                   length == 0 ? "" : "; ", better == 0 ? "worse" : "better");
        if (length >= BENCH_SUMMARY_MAX) break;
        length += put_metrics(c, better == 0 ? BENCH_WORSE : BENCH_BETTER, text + length,
                              BENCH_SUMMARY_MAX - length);
    }
    return text;
}

/* "-0.5", "+0.76"; none is "0". */
static const char *signed_text(double points, char text[static MEASURE_MAX]) {
    if (points == 0) (void)snprintf(text, MEASURE_MAX, "0");
    else (void)snprintf(text, MEASURE_MAX, "%+.3g", points);
    return text;
}

static void put_change(FILE *file, enum bench_metric m, const struct bench_change *change) {
    char a[MEASURE_MAX], b[MEASURE_MAX], effect[MEASURE_MAX], low[MEASURE_MAX], high[MEASURE_MAX];
    char interval[2 * MEASURE_MAX + 12] = "-", probability[MEASURE_MAX] = "-";
    if (!isnan(change->effect.low) && !change->is_ratio)
        (void)snprintf(interval, sizeof(interval), "%s to %s points",
                       signed_text(change->effect.low, low),
                       signed_text(change->effect.high, high));
    else if (!isnan(change->effect.low))
        (void)snprintf(interval, sizeof(interval), "%s to %s",
                       bench_metric_effect(change, change->effect.low, low),
                       bench_metric_effect(change, change->effect.high, high));
    if (change->probability < 0.001) (void)snprintf(probability, sizeof(probability), "<0.001");
    else if (!isnan(change->probability))
        (void)snprintf(probability, sizeof(probability), "%.3f", change->probability);
    (void)fprintf(file, "  %-12s %10s %10s %14s  %-22s %7s  %s\n", bench_metric_text(m),
                  bench_metric_value(m, change->a, a), bench_metric_value(m, change->b, b),
                  bench_metric_effect(change, change->effect.value, effect), interval, probability,
                  bench_difference_text(change->difference));
}

static void put_verdict(FILE *file, const char *name, const struct bench_result *r) {
    char text[sizeof(r->verdict.text) + 4];
    if (r->has_verdict)
        (void)fprintf(file, "  %s: %s\n", name, measure_text(r->verdict.text, text, sizeof(text)));
}

static void put_comparison(FILE *file, const struct bench_comparison *c) {
    char a[NAME_MAX_SHOWN + 4], b[NAME_MAX_SHOWN + 4], summary[BENCH_SUMMARY_MAX];
    (void)measure_text(c->name_a, a, sizeof(a));
    (void)measure_text(c->name_b, b, sizeof(b));
    (void)fprintf(file, "%s beside %s (the base): %s\n", b, a, bench_compare_summary(c, summary));
    for (size_t i = 0; i < c->warning_count; i++)
        (void)fprintf(file, "  warning: %s\n", c->warnings[i]);
    put_verdict(file, a, c->a);
    put_verdict(file, b, c->b);
    (void)fprintf(file, "  %-12s %10s %10s %14s  %-22s %7s\n", "", "base", "new", "change",
                  "95 % interval", "p");
    for (enum bench_metric m = 0; m < BENCH_METRICS; m++) put_change(file, m, &c->changes[m]);
    (void)fprintf(file, "  base and new are of the whole runs; change, interval and p are of %zu "
                  "and %zu whole seconds\n", c->seconds_a, c->seconds_b);
}

void bench_compare_text(FILE *file, const struct bench_comparison *comparisons, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0) (void)fputc('\n', file);
        put_comparison(file, &comparisons[i]);
    }
}

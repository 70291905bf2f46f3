/* compare: see compare.h. */
#include "bench/compare.h"

#include "base/text.h"
#include "bench/measure.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double ALPHA = 0.05;
static const uint64_t SEED = 13;
static const uint64_t SECOND_NS = 1000000000;

/* What seconds say of a metric, if anything. */
static const struct {
    const char *text;
    double percentile;      /* of the whole run; 0: it is none */
    bool is_tested, is_ratio, is_more_better;
    enum significance_statistic statistic;
} metrics[BENCH_METRICS] = {
    [BENCH_P50] = { "p50", 50, true, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_P90] = { "p90", 90, false, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_P99] = { "p99", 99, true, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_P999] = { "p99.9", 99.9, false, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_MAX] = { "max", 100, true, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_MEAN] = { "mean", 0, true, true, false, SIGNIFICANCE_MEDIAN },
    [BENCH_THROUGHPUT] = { "answers/s", 0, true, true, true, SIGNIFICANCE_MEAN },
    [BENCH_LOSS] = { "loss", 0, true, false, false, SIGNIFICANCE_MEAN },
    [BENCH_CPU] = { "agent's CPU", 0, true, false, false, SIGNIFICANCE_MEAN },
};

const char *bench_metric_text(enum bench_metric metric) {
    return metrics[metric].text;
}

const char *bench_difference_text(enum bench_difference difference) {
    static const char *const texts[] = { "not tested", "no difference seen", "better", "worse" };
    return texts[difference];
}

const char *bench_metric_value(enum bench_metric metric, double value, char *text) {
    if (metric == BENCH_THROUGHPUT) return measure_number(value, text);
    if (metric == BENCH_LOSS) return measure_share(value, text);
    if (metric == BENCH_CPU) return measure_share(value / 100, text);
    return measure_duration(value, text);
}

const char *bench_metric_effect(const struct bench_change *change, double effect, char *text) {
    if (isnan(effect)) (void)snprintf(text, MEASURE_MAX, "-");
    else if (change->is_ratio) (void)snprintf(text, MEASURE_MAX, "x%.3g", effect);
    else if (effect == 0) (void)snprintf(text, MEASURE_MAX, "0");
    else (void)snprintf(text, MEASURE_MAX, "%+.3g points", effect);
    return text;
}

static double value_of(const struct bench_result *r, enum bench_metric metric) {
    double sum = 0;
    size_t count = 0;
    switch (metric) {
    case BENCH_THROUGHPUT:
        return r->duration_ns == 0 ? NAN
                                   : (double)r->counts.answered * 1e9 / (double)r->duration_ns;
    case BENCH_LOSS:
        return r->counts.sent == 0 ? NAN : (double)r->counts.lost / (double)r->counts.sent;
    case BENCH_CPU:
        for (size_t i = 0; i < r->sample_count; i++) {
            if (isnan(r->samples[i].cpu_percent)) continue;
            sum += r->samples[i].cpu_percent;
            count++;
        }
        return count == 0 ? NAN : sum / (double)count;
    case BENCH_MEAN: return r->latency.total == 0 ? NAN : histogram_mean(&r->latency);
    default:
        return r->latency.total == 0
                   ? NAN : (double)bench_percentile(&r->latency, metrics[metric].percentile);
    }
}

/* Seconds that were measured to their end but for 20 ms: a loop may end a little early. */
static size_t whole_seconds(const struct bench_result *r) {
    uint64_t whole = r->duration_ns / SECOND_NS;
    if (r->duration_ns % SECOND_NS >= SECOND_NS / 50 * 49) whole++;
    return whole < r->second_count ? (size_t)whole : r->second_count;
}

/* One second as a sample of a metric; NAN: it says nothing of it. */
static double sample_of(const struct bench_second *s, enum bench_metric metric) {
    if (metric == BENCH_THROUGHPUT) return s->planned == 0 ? (double)NAN : s->answered;
    if (metric == BENCH_LOSS) return s->sent == 0 ? (double)NAN : 100.0 * s->lost / s->sent;
    if (s->answered == 0) return NAN;
    if (metric == BENCH_P50) return (double)s->p50_ns;
    if (metric == BENCH_P99) return (double)s->p99_ns;
    if (metric == BENCH_MAX) return (double)s->max_ns;
    return s->mean_ns;
}

/* @ret_samples has room for all seconds and all samples. */
static size_t samples_of(const struct bench_result *r, enum bench_metric metric,
                         double *ret_samples) {
    size_t count = 0, all = metric == BENCH_CPU ? r->sample_count : whole_seconds(r);
    for (size_t i = 0; i < all && metrics[metric].is_tested; i++) {
        double sample = metric == BENCH_CPU ? r->samples[i].cpu_percent
                                            : sample_of(&r->seconds[i], metric);
        if (!isnan(sample)) ret_samples[count++] = sample;
    }
    return count;
}

static bool differ(double a, double b) {
    return isnan(a) != isnan(b) || fabs(a - b) > 1e-9 * fabs(a);
}

/* Has one of the two a plan, and the other another one, or none? */
static bool plans_differ(const struct bench_load *a, const struct bench_load *b) {
    if (a->is_closed || b->is_closed) return a->is_closed != b->is_closed;
    return differ(a->rate, b->rate) || differ(a->rate_end, b->rate_end);
}

static void compare_metric(struct bench_comparison *c, enum bench_metric metric, double *a,
                           double *b) {
    struct bench_change *change = &c->changes[metric];
    size_t a_count = samples_of(c->a, metric, a), b_count = samples_of(c->b, metric, b);
    *change = (struct bench_change){
        .a = value_of(c->a, metric), .b = value_of(c->b, metric), .samples_a = a_count,
        .samples_b = b_count, .effect = { NAN, NAN, NAN }, .is_ratio = metrics[metric].is_ratio,
        .probability = NAN,
    };
    if (!metrics[metric].is_tested) {
        change->effect.value = change->a > 0 ? change->b / change->a : NAN;
        return;
    }
    change->effect = significance_bootstrap(a, a_count, b, b_count, metrics[metric].statistic,
                                            change->is_ratio ? SIGNIFICANCE_RATIO
                                                             : SIGNIFICANCE_DIFFERENCE, SEED);
    double u;
    /* At another rate other answers a second are no news. */
    bool is_news = metric != BENCH_THROUGHPUT || !plans_differ(&c->a->load, &c->b->load);
    if (a_count >= BENCH_COMPARE_SECONDS_MIN && b_count >= BENCH_COMPARE_SECONDS_MIN && is_news)
        change->probability = significance_u_test(a, a_count, b, b_count, &u);
    else
        change->effect.low = change->effect.high = NAN;
}

/* U above half of all pairs: a's samples are larger. The sign is that of ranks, not of means. */
static void judge(struct bench_comparison *c, double *a, double *b) {
    double probabilities[BENCH_METRICS], u;
    for (int m = 0; m < BENCH_METRICS; m++) probabilities[m] = c->changes[m].probability;
    significance_holm(probabilities, BENCH_METRICS);
    for (enum bench_metric m = 0; m < BENCH_METRICS; m++) {
        struct bench_change *change = &c->changes[m];
        change->probability = probabilities[m];
        if (isnan(change->probability)) continue;
        change->difference = BENCH_ALIKE;
        if (change->probability >= ALPHA) continue;
        size_t a_count = samples_of(c->a, m, a), b_count = samples_of(c->b, m, b);
        (void)significance_u_test(a, a_count, b, b_count, &u);
        bool is_less = u > (double)a_count * (double)b_count / 2;
        bool is_better = is_less != metrics[m].is_more_better;
        change->difference = is_better ? BENCH_BETTER : BENCH_WORSE;
        if (is_better) c->is_better = true;
        else c->is_worse = true;
    }
}

__attribute__((format(printf, 2, 3)))
static void warn(struct bench_comparison *c, const char *format, ...) {
    if (c->warning_count == BENCH_WARNINGS_MAX) return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(c->warnings[c->warning_count++], BENCH_TEXT, format, arguments);
    va_end(arguments);
}

static void warn_of_texts(struct bench_comparison *c, const char *what, const char *a,
                          const char *b) {
    char shown_a[48], shown_b[48];
    if (text_is_same(a, b)) return;
    warn(c, "%s differs: %s, and %s", what,
         a == NULL ? "not known" : measure_text(a, shown_a, sizeof(shown_a)),
         b == NULL ? "not known" : measure_text(b, shown_b, sizeof(shown_b)));
}

static bool oids_differ(const struct bench_load *a, const struct bench_load *b) {
    if (a->oid_count != b->oid_count) return true;
    for (size_t i = 0; i < a->oid_count; i++)
        if (!text_is_same(a->oids[i], b->oids[i])) return true;
    return false;
}

static void warn_of_load(struct bench_comparison *c) {
    const struct bench_load *a = &c->a->load, *b = &c->b->load;
    char text_a[MEASURE_MAX], text_b[MEASURE_MAX];
    if (a->is_closed != b->is_closed)
        warn(c, "the load differs: %s, and %s", a->is_closed ? "a closed loop" : "a fixed rate",
             b->is_closed ? "a closed loop" : "a fixed rate");
    else if (a->is_closed && a->concurrency != b->concurrency)
        warn(c, "the concurrency differs: %" PRIu32 ", and %" PRIu32, a->concurrency,
             b->concurrency);
    else if (plans_differ(a, b))
        warn(c, "the rate differs: %s requests/s, and %s", measure_number(a->rate, text_a),
             measure_number(b->rate, text_b));
    if (memcmp(a->weights, b->weights, sizeof(a->weights)) != 0)
        warn(c, "the kinds of requests, or their shares, differ");
    if (oids_differ(a, b)) warn(c, "the OIDs that were asked for differ");
    if (a->varbinds != b->varbinds || a->repetitions != b->repetitions)
        warn(c, "the size of the requests differs: %" PRIu32 " varbinds, %" PRIu32
             " repetitions, and %" PRIu32 ", %" PRIu32, a->varbinds, a->repetitions, b->varbinds,
             b->repetitions);
    if (a->timeout_ns != b->timeout_ns || a->retries != b->retries)
        warn(c, "the time-out or the retries differ, so loss means something else: %s, and %s",
             measure_duration((double)a->timeout_ns, text_a),
             measure_duration((double)b->timeout_ns, text_b));
    warn_of_texts(c, "the version of SNMP", a->version, b->version);
}

static void warn_of_side(struct bench_comparison *c, const struct bench_result *r,
                         const char *name, size_t seconds) {
    char shown[48], text[MEASURE_MAX];
    (void)measure_text(name, shown, sizeof(shown));
    if (seconds < BENCH_COMPARE_SECONDS_MIN)
        warn(c, "%s has %zu whole seconds, too few to tell a difference from chance; measure for "
             "30 s or more", shown, seconds);
    double late = measure_part((double)(r->counts.unsent + r->counts.sent_late),
                               (double)r->counts.planned);
    if (late > 0.01)
        warn(c, "%s: %s of the requests were sent late or not at all by the machine that measured",
             shown, measure_share(late, text));
    if (r->kernel_drops > 0)
        warn(c, "%s: the kernel of the machine that measured dropped %" PRIu64 " replies", shown,
             r->kernel_drops);
}

static void find_warnings(struct bench_comparison *c) {
    warn_of_side(c, c->a, c->name_a, c->seconds_a);
    warn_of_side(c, c->b, c->name_b, c->seconds_b);
    warn_of_load(c);
    warn_of_texts(c, "the version of snmpfleet", c->a->program, c->b->program);
    warn_of_texts(c, "the machine that measured", c->a->host.hostname, c->b->host.hostname);
    if (c->a->has_kernel_times != c->b->has_kernel_times)
        warn(c, "only one of them has the kernel's times of arrival");
    if (c->a->agent_count != c->b->agent_count)
        warn(c, "the number of agents differs: %zu, and %zu", c->a->agent_count,
             c->b->agent_count);
}

static double *room_for(const struct bench_result *r) {
    return malloc((r->second_count + r->sample_count + 1) * sizeof(double));
}

int bench_compare(const struct bench_result *a, const char *name_a, const struct bench_result *b,
                  const char *name_b, struct bench_comparison *ret) {
    *ret = (struct bench_comparison){
        .a = a, .b = b, .name_a = name_a, .name_b = name_b, .seconds_a = whole_seconds(a),
        .seconds_b = whole_seconds(b),
    };
    double *samples_a = room_for(a), *samples_b = room_for(b);
    int error = samples_a == NULL || samples_b == NULL ? -ENOMEM : 0;
    if (error == 0) {
        for (enum bench_metric m = 0; m < BENCH_METRICS; m++)
            compare_metric(ret, m, samples_a, samples_b);
        judge(ret, samples_a, samples_b);
        find_warnings(ret);
    }
    free(samples_a);
    free(samples_b);
    return error;
}

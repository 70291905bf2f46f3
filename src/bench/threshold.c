/* threshold: see threshold.h. */
#include "bench/threshold.h"

#include "bench/measure.h"
#include "bench/result.h"
#include "bench/summary.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum unit { UNIT_TIME, UNIT_SHARE, UNIT_NUMBER };

static const struct {
    const char *name;
    enum unit unit;
} metrics[THRESHOLD_METRICS] = {
    [THRESHOLD_PERCENTILE] = { "p", UNIT_TIME },     [THRESHOLD_MIN] = { "min", UNIT_TIME },
    [THRESHOLD_MEAN] = { "mean", UNIT_TIME },        [THRESHOLD_MAX] = { "max", UNIT_TIME },
    [THRESHOLD_STDDEV] = { "stddev", UNIT_TIME },    [THRESHOLD_LOSS] = { "loss", UNIT_SHARE },
    [THRESHOLD_ERRORS] = { "errors", UNIT_SHARE },   [THRESHOLD_UNSENT] = { "unsent", UNIT_SHARE },
    [THRESHOLD_LATE] = { "late", UNIT_SHARE },       [THRESHOLD_CPU] = { "cpu", UNIT_SHARE },
    [THRESHOLD_RATE] = { "rate", UNIT_NUMBER },
    [THRESHOLD_RESTARTS] = { "restarts", UNIT_NUMBER },
};

/* A text as it is read, and where the error goes. */
struct reader {
    const char *text, *at;
    char *error;
};

__attribute__((format(printf, 3, 4)))
static bool fail(struct reader *r, const char *where, const char *format, ...) {
    int length = snprintf(r->error, THRESHOLD_TEXT_MAX, "at character %zu: ",
                          (size_t)(where - r->text) + 1);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(r->error + length, (size_t)(THRESHOLD_TEXT_MAX - length), format, arguments);
    va_end(arguments);
    return false;
}

static void pass_blanks(struct reader *r) {
    while (*r->at == ' ' || *r->at == '\t') r->at++;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Digits with at most one point among them, at most 15 in all. False: there is none. */
static bool take_number(const char **at, double *ret_number) {
    char text[24];
    size_t n = 0, points = 0;
    for (; is_digit((*at)[n]) || ((*at)[n] == '.' && points == 0); n++) {
        if (n == 16) return false;
        points += (*at)[n] == '.' ? 1 : 0;
        text[n] = (*at)[n];
    }
    text[n] = '\0';
    if (n == 0 || !is_digit(text[0]) || !is_digit(text[n - 1])) return false;
    *at += n;
    *ret_number = strtod(text, NULL);
    return true;
}

static bool take_percentile(struct reader *r, const char *start, size_t length,
                            struct bench_threshold *t) {
    const char *digits = start + 1;
    if (!take_number(&digits, &t->percentile) || digits != start + length ||
        !(t->percentile > 0 && t->percentile <= 100))
        return fail(r, start, "a percentile is p and a number above 0 and at most 100, as p99.9");
    t->metric = THRESHOLD_PERCENTILE;
    return true;
}

static bool take_metric(struct reader *r, struct bench_threshold *t) {
    const char *start = r->at;
    size_t length = strcspn(start, " \t<>=,!");
    char shown[sizeof(t->name) + 4];
    if (length == 0)
        return fail(r, start, "a metric is missing: p50, p99.9, mean, max, loss, rate, ...");
    if (length < sizeof(t->name)) {
        memcpy(t->name, start, length);
        t->name[length] = '\0';
        r->at += length;
        if (t->name[0] == 'p' && is_digit(t->name[1]))
            return take_percentile(r, start, length, t);
        for (int m = THRESHOLD_PERCENTILE + 1; m < THRESHOLD_METRICS; m++) {
            if (strcmp(t->name, metrics[m].name) != 0) continue;
            t->metric = (enum threshold_metric)m;
            return true;
        }
    }
    (void)snprintf(shown, sizeof(shown), "%.*s", (int)(length < 15 ? length : 15), start);
    char safe[sizeof(shown)];
    return fail(r, start, "'%s' is no metric; there are pNN, min, mean, max, stddev, loss, errors, "
                "unsent, late, cpu, rate, restarts", measure_text(shown, safe, sizeof(safe)));
}

static bool take_operator(struct reader *r, struct bench_threshold *t) {
    pass_blanks(r);
    if (*r->at != '<' && *r->at != '>')
        return fail(r, r->at, "%s needs one of < <= > >= behind it", t->name);
    bool is_below = *r->at++ == '<', has_equal = *r->at == '=';
    if (has_equal) r->at++;
    t->op = is_below ? has_equal ? THRESHOLD_AT_MOST : THRESHOLD_BELOW
                     : has_equal ? THRESHOLD_AT_LEAST : THRESHOLD_ABOVE;
    return true;
}

/* What a unit multiplies by; 0: it is none of this kind. */
static double unit_factor(enum unit unit, const char *text, size_t length) {
    static const struct { const char *text; enum unit unit; double factor; } units[] = {
        { "ns", UNIT_TIME, 1 },      { "us", UNIT_TIME, 1e3 },    { "ms", UNIT_TIME, 1e6 },
        { "s", UNIT_TIME, 1e9 },     { "m", UNIT_TIME, 60e9 },    { "%", UNIT_SHARE, 0.01 },
        { "", UNIT_NUMBER, 1 },      { "/s", UNIT_NUMBER, 1 },
    };
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (units[i].unit == unit && strlen(units[i].text) == length &&
            memcmp(units[i].text, text, length) == 0)
            return units[i].factor;
    return 0;
}

static bool take_value(struct reader *r, struct bench_threshold *t) {
    static const char *const right[] = {
        [UNIT_TIME] = "a time, as 850us, 50ms or 1.5s",
        [UNIT_SHARE] = "a percentage, as 0.1%",
        [UNIT_NUMBER] = "a number, as 40",
    };
    enum unit unit = metrics[t->metric].unit;
    pass_blanks(r);
    const char *start = r->at;
    double number, factor = 0;
    if (take_number(&r->at, &number)) {
        size_t length = strcspn(r->at, " \t,");
        factor = unit_factor(unit, r->at, length);
        r->at += length;
    }
    if (factor == 0) return fail(r, start, "%s needs %s", t->name, right[unit]);
    t->value = number * factor;
    if (unit == UNIT_SHARE && t->value > 1)
        return fail(r, start, "%s cannot be more than 100%%", t->name);
    return true;
}

int bench_thresholds_parse(const char *text, struct bench_thresholds *ret,
                           char ret_error[static THRESHOLD_TEXT_MAX]) {
    struct reader r = { .text = text, .at = text, .error = ret_error };
    struct bench_thresholds all = { .count = 0 };
    for (;;) {
        struct bench_threshold t = { .value = 0 };
        pass_blanks(&r);
        if (all.count == THRESHOLDS_MAX) {
            (void)fail(&r, r.at, "more than %d conditions", THRESHOLDS_MAX);
            return -EINVAL;
        }
        if (!take_metric(&r, &t) || !take_operator(&r, &t) || !take_value(&r, &t)) return -EINVAL;
        all.items[all.count++] = t;
        pass_blanks(&r);
        if (*r.at == '\0') break;
        if (*r.at != ',') {
            (void)fail(&r, r.at, "conditions need a comma between them");
            return -EINVAL;
        }
        r.at++;
    }
    *ret = all;
    return 0;
}

/* NAN where there is no whole. */
static double share(uint64_t part, uint64_t whole) {
    return whole == 0 ? (double)NAN : (double)part / (double)whole;
}

static double busiest(const struct bench_result *r) {
    double most = NAN;
    for (size_t i = 0; i < r->agent_count; i++) most = fmax(most, r->agents[i].cpu_mean);
    return most / 100;
}

static double latency_of(const struct bench_threshold *t, const struct histogram *h) {
    if (h->total == 0) return NAN;
    switch (t->metric) {
    case THRESHOLD_MIN: return (double)h->min;
    case THRESHOLD_MEAN: return histogram_mean(h);
    case THRESHOLD_MAX: return (double)h->max;
    case THRESHOLD_STDDEV: return histogram_deviation(h);
    default: return (double)bench_percentile(h, t->percentile);
    }
}

static double seen(const struct bench_threshold *t, const struct bench_result *r) {
    const struct bench_counts *c = &r->counts;
    double restarts = 0;
    switch (t->metric) {
    case THRESHOLD_LOSS: return share(c->lost, c->sent);
    case THRESHOLD_ERRORS:
        return share(c->answered > c->ok ? c->answered - c->ok : 0, c->answered);
    case THRESHOLD_UNSENT: return share(c->unsent, c->planned);
    case THRESHOLD_LATE: return share(c->sent_late, c->planned);
    case THRESHOLD_CPU: return busiest(r);
    case THRESHOLD_RATE: return bench_answered_rate(r);
    case THRESHOLD_RESTARTS:
        for (size_t i = 0; i < r->agent_count; i++) restarts += r->agents[i].restarts;
        return restarts;
    default: return latency_of(t, &r->latency);
    }
}

static const char *show(enum unit unit, double value, char text[static MEASURE_MAX]) {
    if (unit == UNIT_TIME) return measure_duration(value, text);
    return unit == UNIT_SHARE ? measure_share(value, text) : measure_number(value, text);
}

/* With so many digits that a value just beyond the condition does not look like it. */
static void show_exactly(enum unit unit, double value, char text[static MEASURE_MAX]) {
    if (unit == UNIT_TIME) (void)snprintf(text, MEASURE_MAX, "%.9gms", value / 1e6);
    else if (unit == UNIT_SHARE) (void)snprintf(text, MEASURE_MAX, "%.9g%%", value * 100);
    else (void)snprintf(text, MEASURE_MAX, "%.9g", value);
}

bool bench_threshold_holds(const struct bench_threshold *t, const struct bench_result *r,
                           char ret_text[static THRESHOLD_TEXT_MAX]) {
    static const char *const violated[] = {
        [THRESHOLD_BELOW] = "not below", [THRESHOLD_AT_MOST] = "above",
        [THRESHOLD_ABOVE] = "not above", [THRESHOLD_AT_LEAST] = "below",
    };
    double value = seen(t, r);
    bool holds = t->op == THRESHOLD_BELOW ? value < t->value
               : t->op == THRESHOLD_AT_MOST ? value <= t->value
               : t->op == THRESHOLD_ABOVE ? value > t->value : value >= t->value;
    if (holds) return true;
    enum unit unit = metrics[t->metric].unit;
    bool is_plural = t->metric == THRESHOLD_ERRORS || t->metric == THRESHOLD_RESTARTS;
    const char *verb = is_plural ? "are" : "is", *they = is_plural ? "they are" : "it is";
    char is[MEASURE_MAX], limit[MEASURE_MAX];
    (void)show(unit, t->value, limit);
    if (isnan(value)) {
        static const char *const op[] = { "below", "at most", "above", "at least" };
        (void)snprintf(ret_text, THRESHOLD_TEXT_MAX, "%s %s not known%s, so %s not %s %s", t->name,
                       verb, r->latency.total == 0 ? " (there are no answers)" : "", they,
                       op[t->op], limit);
        return false;
    }
    if (strcmp(show(unit, value, is), limit) == 0 && value != t->value) {
        show_exactly(unit, value, is);
        show_exactly(unit, t->value, limit);
    }
    (void)snprintf(ret_text, THRESHOLD_TEXT_MAX, "%s %s %s, %s %s", t->name, verb, is,
                   violated[t->op], limit);
    return false;
}

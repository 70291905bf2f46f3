/* verdict: see verdict.h. */
#include "bench/verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Loss at loads that hold, from which on it is told. */
#define VERDICT_LOSS 0.01

__attribute__((format(printf, 2, 3)))
static void verdict_add(struct bench_verdict *v, const char *format, ...) {
    size_t length = strlen(v->text);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(v->text + length, sizeof(v->text) - length, format, list);
    va_end(list);
}

/* Two digits, rounded down: what is safe is never more than was measured. */
static double verdict_floor(double rate) {
    if (!(rate > 0)) return 0;
    double unit = pow(10, floor(log10(rate)) - 1);
    return floor(rate / unit + 1e-9) * unit;
}

/* "4.5", "75", "12300": three digits at the most that mean something. */
static const char *verdict_rate(double rate, char text[static 32]) {
    double unit = rate >= 1000 ? pow(10, floor(log10(rate)) - 2) : 1;
    if (rate < 10) (void)snprintf(text, 32, "%.2g", rate);
    else (void)snprintf(text, 32, "%.0f", round(rate / unit) * unit);
    return text;
}

static void verdict_add_safe(struct bench_verdict *v, const struct sweep *s) {
    char rate[32];
    if (v->safe_rate > 0) verdict_add(v, "safe: %s requests/s", verdict_rate(v->safe_rate, rate));
    else if (s->safe_failed_rate > 0) verdict_add(v, "no safe rate: p99 is high at %s requests/s",
                                                  verdict_rate(s->safe_failed_rate, rate));
    else verdict_add(v, "no safe rate was found");
    if (v->repetitions > 0) verdict_add(v, ", max-repetitions %u", v->repetitions);
}

static void verdict_add_knee(struct bench_verdict *v, const struct sweep *s) {
    char rate[32], above[32];
    verdict_rate(v->knee_rate, rate);
    if (!(v->knee_rate > 0)) return;
    if (sweep_has_knee(s)) verdict_add(v, "; knee at %s requests/s", rate);
    else if (!v->is_knee_beyond) verdict_add(v, "; knee between %s and %s requests/s", rate,
                                             verdict_rate(s->bad, above));
    else verdict_add(v, "; no knee up to %s requests/s", rate);
    /* an end in phase 2: that rate was measured with another number than the one at hand */
    if (s->options.is_bulk && !s->has_repetitions) verdict_add(v, " with max-repetitions 1");
    if (s->late > 0 && v->is_knee_beyond) verdict_add(v, ", and this machine could not offer more");
}

static void verdict_add_serving(struct bench_verdict *v, const struct serving *serving) {
    if (serving->kind == BENCH_SERVES_ONE) {
        verdict_add(v, "; the agent serves one request at a time");
    } else if (serving->kind == BENCH_SERVES_SEVERAL) {
        verdict_add(v, "; the agent serves %u%s requests at a time", serving->at_once,
                    serving->is_at_least ? " or more" : "");
    }
}

/* What ended the search before its time. */
static void verdict_add_end(struct bench_verdict *v, const struct sweep *s) {
    char rate[32];
    double loss = s->sent > 0 ? s->lost / s->sent : 0;
    if (loss >= VERDICT_LOSS)
        verdict_add(v, "; %.2g %% of the requests are lost even at loads that hold", loss * 100);
    if (s->end == SWEEP_FELL_SILENT)
        verdict_add(v, "; the agent stopped answering at %s requests/s",
                    verdict_rate(s->fell_silent_rate, rate));
    if (s->end == SWEEP_OUT_OF_TIME)
        verdict_add(v, "; the search reached its limit after %u steps in %.0f s", s->count,
                    s->spent_ns / 1e9);
}

void verdict_make(const struct sweep *s, struct bench_verdict *ret_verdict) {
    struct bench_verdict v = { .serving = BENCH_SERVES_UNKNOWN };
    if (s->end == SWEEP_SILENT) {
        verdict_add(&v, "the agent does not answer");
        *ret_verdict = v;
        return;
    }
    struct serving serving = sweep_serving(s);
    v.safe_rate = verdict_floor(s->safe_rate);
    v.knee_rate = sweep_has_knee(s) ? s->knee : s->good;
    v.is_knee_beyond = !(s->bad > 0) || s->end == SWEEP_FELL_SILENT;
    v.repetitions = s->has_repetitions ? s->repetitions : 0;
    v.serving = serving.kind;
    v.served_at_once = serving.at_once;
    verdict_add_safe(&v, s);
    verdict_add_knee(&v, s);
    verdict_add_serving(&v, &serving);
    verdict_add_end(&v, s);
    *ret_verdict = v;
}

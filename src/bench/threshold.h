/*
 * threshold: what a result must hold, as `--fail` says it, and whether it does:
 *
 *     p99<50ms,loss<0.1%,rate>=40
 *
 * Conditions with commas between them, each METRIC OP VALUE; all must hold. Blanks are passed over.
 *
 *     p50 p99 p99.9 ...    a percentile of latency from the plan, above 0 and at most 100
 *     min mean max stddev  of latency                             a time: 850us, 50ms, 1.5s
 *     loss                 lost, of what was sent                 in percent: 0.1%
 *     errors               answers with an error, of the answers
 *     unsent               not sent in time by us, of the plan
 *     late                 sent more than 1 ms late by us, of the plan
 *     cpu                  the mean of the busiest agent
 *     rate                 answers a second                       a number: 40
 *     restarts             of all agents
 *
 * OP is one of < <= > >=. A number that is not known (no answers, no CPU objects) violates every
 * condition.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct bench_result;

enum {
    THRESHOLDS_MAX = 32,
    THRESHOLD_TEXT_MAX = 160,
};

enum threshold_metric {
    THRESHOLD_PERCENTILE, THRESHOLD_MIN, THRESHOLD_MEAN, THRESHOLD_MAX, THRESHOLD_STDDEV,
    THRESHOLD_LOSS, THRESHOLD_ERRORS, THRESHOLD_UNSENT, THRESHOLD_LATE, THRESHOLD_CPU,
    THRESHOLD_RATE, THRESHOLD_RESTARTS, THRESHOLD_METRICS
};

enum threshold_operator {
    THRESHOLD_BELOW, THRESHOLD_AT_MOST, THRESHOLD_ABOVE, THRESHOLD_AT_LEAST
};

struct bench_threshold {
    char name[16];              /* as it was written: "p99.9" */
    enum threshold_metric metric;
    double percentile;          /* of THRESHOLD_PERCENTILE */
    enum threshold_operator op;
    double value;               /* ns, a share from 0 to 1, or a number */
};

struct bench_thresholds {
    struct bench_threshold items[THRESHOLDS_MAX];
    size_t count;
};

/*
 * 0; or -EINVAL with what is wrong, where ("at character 5: ...") and what would be right in
 * @ret_error.
 */
int bench_thresholds_parse(const char *text, struct bench_thresholds *ret,
                           char ret_error[static THRESHOLD_TEXT_MAX]);

/* Does it hold? If not @ret_text says "p99 is 61.2ms, not below 50ms". */
bool bench_threshold_holds(const struct bench_threshold *t, const struct bench_result *r,
                           char ret_text[static THRESHOLD_TEXT_MAX]);

/*
 * compare: two results beside one another: what differs, by how much, and whether it is more than
 * chance.
 *
 * Requests of one run depend on one another, so they are no samples. What each whole second of the
 * measured time says is: its median, 99th percentile, mean and highest latency, its answers, its
 * loss; of the CPU each sample. The two sets are held against one another by Mann-Whitney's U test,
 * and the probabilities of all metrics are corrected together (Holm). Percentiles of the whole run
 * that a second cannot have (p90, p99.9) are shown and not tested; so are answers a second where
 * the planned rates differ.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bench/result.h"
#include "bench/significance.h"

enum bench_metric {
    BENCH_P50, BENCH_P90, BENCH_P99, BENCH_P999, BENCH_MAX, BENCH_MEAN, BENCH_THROUGHPUT,
    BENCH_LOSS, BENCH_CPU, BENCH_METRICS
};

enum bench_difference {
    BENCH_UNTESTED,     /* there are no samples of it, or too few seconds */
    BENCH_ALIKE,        /* a difference was not seen */
    BENCH_BETTER, BENCH_WORSE
};

enum {
    BENCH_COMPARE_SECONDS_MIN = 5,  /* below it nothing is tested */
    BENCH_WARNINGS_MAX = 16,
};

/* Of one metric: from @a, the base, to @b. */
struct bench_change {
    double a, b;            /* of the whole runs: ns, answers a second, a share, percent; NAN */
    size_t samples_a, samples_b;
    struct significance_interval effect;  /* b / a; of loss and CPU b - a */
    bool is_ratio;
    double probability;     /* corrected; NAN: not tested */
    enum bench_difference difference;
};

struct bench_comparison {
    const struct bench_result *a, *b;     /* borrowed */
    const char *name_a, *name_b;          /* of the files; borrowed */
    size_t seconds_a, seconds_b;          /* whole seconds */
    struct bench_change changes[BENCH_METRICS];
    char warnings[BENCH_WARNINGS_MAX][BENCH_TEXT];  /* why the two may not be comparable */
    size_t warning_count;
    bool is_better, is_worse;             /* some metric */
};

/* 0 or -ENOMEM. */
int bench_compare(const struct bench_result *a, const char *name_a, const struct bench_result *b,
                  const char *name_b, struct bench_comparison *ret);

const char *bench_metric_text(enum bench_metric metric);
const char *bench_difference_text(enum bench_difference difference);
/* A value of a metric with its unit, and the effect of a change: "x1.21", "+0.3 points". */
const char *bench_metric_value(enum bench_metric metric, double value, char *text);
const char *bench_metric_effect(const struct bench_change *change, double effect, char *text);

/*
 * report_plots: the plots of a result, for pages. Each writes nothing where there is nothing to
 * see. All return 0 or -ENOMEM; the caller looks for errors of the file.
 */
#pragma once

#include <stdio.h>

struct bench_result;

/* Latency from the planned moment beside service time, by percentile. */
int bench_plot_percentiles(FILE *file, const struct bench_result *r);
/* The latencies of two results by percentile, as "base" and "new". */
int bench_plot_two(FILE *file, const struct bench_result *a, const struct bench_result *b);
/* p50, p99 and the highest latency of each second; loss and the agent's CPU. */
int bench_plot_seconds(FILE *file, const struct bench_result *r);
/* How many answers had which latency, second by second. */
int bench_plot_heat(FILE *file, const struct bench_result *r);
/* What a sweep measured: over the rate, over max-repetitions, over the size of bursts. */
int bench_plot_sweep(FILE *file, const struct bench_result *r);
/* The dearest objects or columns. */
int bench_plot_costs(FILE *file, const struct bench_result *r);

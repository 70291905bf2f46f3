/*
 * summary: what reports say of a result in sentences, the same on a terminal and on a page. The
 * texts may hold what agents and users wrote: each reader makes them safe for where it shows them.
 */
#pragma once

#include <stddef.h>

struct bench_result;

enum { BENCH_LINE_MAX = 640, BENCH_CAUTIONS_MAX = 12 };

/* The verdict; without one what was answered, how fast, and what was lost. */
const char *bench_summary_verdict(const struct bench_result *r, char text[static BENCH_LINE_MAX]);

/* What was asked: "get 80%, walk 20%; 50 requests/s for 30s after 2s of warm-up; ...". */
const char *bench_summary_load(const struct bench_result *r, char text[static BENCH_LINE_MAX]);

/* Whom: the name of the one agent, or how many there are. */
const char *bench_summary_agents(const struct bench_result *r, char text[static BENCH_LINE_MAX]);

/* What to know before the numbers are believed: one line each. Returns how many. */
size_t bench_summary_cautions(const struct bench_result *r,
                              char lines[static BENCH_CAUTIONS_MAX][BENCH_LINE_MAX]);

/*
 * The agents' CPU by second: the mean of all samples of all agents, NAN where there is none. Of
 * samples that are not in the order of time the last run of a second counts.
 * @ret_percent has room for each second.
 */
void bench_cpu_by_second(const struct bench_result *r, double *ret_percent);

/* Answers, and varbinds, in a second of the measured time. */
double bench_answered_rate(const struct bench_result *r);
double bench_varbind_rate(const struct bench_result *r);

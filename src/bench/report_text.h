/*
 * report_text: a result as text for a terminal, in the spirit of wrk2 and dnsperf: the verdict
 * first, what was asked, what to know before the numbers are believed, what became of the requests,
 * the latencies, their histogram, agents, a sweep's steps, costs.
 */
#pragma once

#include <stdio.h>

struct bench_result;

enum { BENCH_WIDTH_MIN = 60, BENCH_WIDTH_MAX = 200 };

/*
 * @width is that of the terminal, taken within the limits above; the histogram's bars use it. The
 * caller looks for errors of @file.
 */
void bench_report_text(FILE *file, const struct bench_result *r, unsigned width);

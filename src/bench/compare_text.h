/* compare_text: comparisons as tables for a terminal. */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct bench_comparison;

/* One table for each; they have the same base. The caller looks for errors of @file. */
void bench_compare_text(FILE *file, const struct bench_comparison *comparisons, size_t count);
/* One line: what the comparison comes to, at most BENCH_SUMMARY_MAX - 1 bytes. */
enum { BENCH_SUMMARY_MAX = 256 };
const char *bench_compare_summary(const struct bench_comparison *c,
                                  char text[static BENCH_SUMMARY_MAX]);

/* compare_html: comparisons as one page (html.h). */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct bench_comparison;

/* A section for each, of the same base. 0 or -ENOMEM; the caller looks for errors of @file. */
int bench_compare_html(FILE *file, const struct bench_comparison *comparisons, size_t count);

/*
 * report_html: a result as one page (html.h): the verdict first, what to know before the numbers
 * are believed, figures, plots, the agents (worst first), costs, a sweep's points, and what was
 * asked. It is of bounded size: long tables are cut, which is said, and plots are thinned out.
 */
#pragma once

#include <stdio.h>

struct bench_result;

/* 0 or -ENOMEM; the caller looks for errors of @file. */
int bench_report_html(FILE *file, const struct bench_result *r);

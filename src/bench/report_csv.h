/*
 * report_csv: one line for each second of the measured time, under a header. All are numbers; what
 * is not known is empty.
 */
#pragma once

#include <stdio.h>

struct bench_result;

/* 0 or -ENOMEM; the caller looks for errors of @file. */
int bench_report_csv(FILE *file, const struct bench_result *r);

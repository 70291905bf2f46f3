/*
 * hgrm: a histogram of nanoseconds as the percentile distribution that HdrHistogram's programs
 * write (".hgrm", values in milliseconds, five lines for each halving of the distance to 100 %).
 * HdrHistogram's plotter and others read it:
 *
 *            Value     Percentile TotalCount 1/(1-Percentile)
 *
 *            0.524 0.000000000000          1           1.00
 *            ...
 *          612.351 1.000000000000      12000
 *     #[Mean    =        3.184, StdDeviation   =       12.270]
 *     #[Max     =      612.351, TotalCount     =    12000.000]
 *     #[Buckets =           18, SubBuckets     =         2048]
 *
 * Every number is that of HdrHistogram's Python port (its StdDeviation alone is not scaled there;
 * here it is in milliseconds, as the C library and wrk2 have it).
 */
#pragma once

#include <stdio.h>

struct histogram;

/* The caller looks for errors of @file. */
void hgrm_write(FILE *file, const struct histogram *h);

/*
 * report_json: a whole result as JSON, one object. Its members have the names and units of struct
 * bench_result (bench/field.c), in front of them
 *
 *     "format": "snmpfleet-bench", "version": 1
 *
 * Texts of agents may hold any octets: what is no UTF-8 becomes U+FFFD. A number that is not known
 * is null. A histogram is sparse, "counts": [[lowest value of the bucket, count], ...], with its
 * percentiles beside it for people and other programs. report_read reads it back; written again it
 * is the same, byte by byte.
 */
#pragma once

#include <stdio.h>

struct bench_result;

/* The caller looks for errors of @file. */
void bench_report_json(FILE *file, const struct bench_result *r);

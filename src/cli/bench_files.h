/*
 * bench_files: the files that `snmpfleet bench` writes. They are opened before the run, so that one
 * that cannot be written is told before an hour of measuring, and filled after it; until then an
 * older file keeps what it has.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "bench/result.h"

enum bench_file {
    BENCH_FILE_JSON, BENCH_FILE_CSV, BENCH_FILE_HGRM, BENCH_FILE_HTML, BENCH_FILE_KINDS
};

struct bench_files {
    const char *paths[BENCH_FILE_KINDS];   /* NULL: not wanted; "-": standard output */
    FILE *files[BENCH_FILE_KINDS];
};

/* False: one cannot be opened, or two go to standard output; told. */
bool bench_files_open(struct bench_files *f);

/* Does one of them go to standard output? */
bool bench_files_take_output(const struct bench_files *f);

/* False: one could not be written, told. The others are. */
bool bench_files_write(struct bench_files *f, const struct bench_result *result);
void bench_files_close(struct bench_files *f);

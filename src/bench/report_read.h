/*
 * report_read: what report_json wrote, read back into a result. The file may have been written by
 * anyone: all of it is checked, and all memory is bounded. Members may be in any order, and members
 * that are not known are passed over.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

struct bench_result;

enum { BENCH_ERROR_MAX = 320 };

/* The largest file that is read. */
#define BENCH_FILE_MAX ((size_t)512 << 20)

/*
 * @name is that of the file, printable. 0; otherwise -EINVAL, -ENOMEM or the error of reading, with
 * "NAME:LINE:COLUMN: what is wrong" in @ret_error, and *ret_result is as bench_result_deinit leaves
 * it.
 */
int bench_report_read(FILE *file, const char *name, struct bench_result *ret_result,
                      char ret_error[static BENCH_ERROR_MAX]);
/* The same of a text. */
int bench_report_parse(const char *text, size_t length, const char *name,
                       struct bench_result *ret_result, char ret_error[static BENCH_ERROR_MAX]);

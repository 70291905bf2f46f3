/*
 * csv: fields of comma-separated values (RFC 4180), as the long and the wide form share them.
 *
 * A field is quoted when it holds a comma, a quote or a line break, or begins or ends with a space.
 * Lines end in LF: the RFC's CRLF is what its readers emit and none of them insists on, while tools
 * that work on lines would see a stray CR.
 */
#pragma once

#include "out/format.h"
#include "out/text.h"

/* At most 2 * @length + 2 bytes. */
char *csv_put_field(char *at, const void *bytes, size_t length);
char *csv_put_text(char *at, const char *text);

/* One cell's value, for which format_cells_size allows. Nothing for what holds no value. */
char *csv_put_value(char *at, const struct fleet_value *value, enum fleet_as as);

/* Bytes that csv_put_report and csv_put_target may need. */
size_t csv_report_size(const struct fleet_report *report);
size_t csv_target_size(const struct fleet_target *target);

/* ",target,address," */
char *csv_put_target(char *at, const struct fleet_target *target);

/* A line of the header below. */
#define CSV_REPORT_HEADER                                                                          \
    "time,target,address,module,reason,detail,up,rtt_ms,duration_ms,requests,retries,varbinds,"    \
    "rows,"                                                                                        \
    "max_repetitions,lag_ms,overruns\n"
char *csv_put_report(char *at, struct text_clock *clock, const struct fleet_report *report);

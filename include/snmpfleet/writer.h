/*
 * snmpfleet/writer.h: sinks that format rows and reports: CSV, Influx line protocol, NDJSON.
 *
 * A writer formats into a buffer of its own and writes it out without ever blocking. Rows are never
 * dropped: when the buffer holds more than its limit the writer says so (fleet_writer_is_full) and
 * its host holds the fleet (fleet_hold) until it has drained. What came meanwhile is still taken,
 * so the buffer can exceed its limit by what was in flight. One thread at a time uses a writer.
 */
#ifndef SNMPFLEET_WRITER_H
#define SNMPFLEET_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/error.h"
#include "snmpfleet/sink.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct fleet_writer;

enum fleet_format {
    FLEET_FORMAT_CSV = 0,    /* long form, one line a value; reports in their own columns */
    FLEET_FORMAT_CSV_WIDE,   /* one file a table, one line a row; path is a folder */
    FLEET_FORMAT_INFLUX,     /* line protocol, one line a row; reports are measurement snmp_poll */
    FLEET_FORMAT_JSON,       /* NDJSON, one object a row or report */
};

/* What a format is called and takes. */
struct fleet_format_info {
    const char *name;         /* "csv" */
    bool is_folder;           /* it writes a folder, and cannot go to standard output */
    bool shares;              /* rows and reports may go to one place */
    bool takes_unsigned, takes_telegraf;  /* these options */
};

/* NULL after the last one. */
const struct fleet_format_info *fleet_format_info(enum fleet_format format);

bool fleet_format_find(const char *name, enum fleet_format *ret_format);

/* "csv, csv-wide, influx or json", for messages; like snprintf. */
size_t fleet_format_names(char *buffer, size_t size);

struct fleet_writer_options {
    enum fleet_format format;
    const char *path;         /* NULL, "" or "-": standard output. A file is appended to; CSV then
                                 repeats no header. Where a file has another header, CSV goes to
                                 NAME.2.csv, NAME.3.csv ...: the first that has the same header
                                 or is new */
    bool rows;                /* what it writes: rows, reports, or both */
    bool reports;
    bool unsigned_integers;   /* influx: Counter64 as `u`; otherwise above 2^63-1 it is clipped */
    bool telegraf;            /* influx: as Telegraf's snmp input writes it: no tag `target`, OIDs
                                 with a leading dot, no empty strings, octets that are not text in
                                 hexadecimal without 0x, tags with their backslashes */
    size_t buffer_bytes;      /* limit: 64 MiB */
    /*
     * Told once for each file: the one at @path has another header, @instead is written. Called by
     * fleet_writer_new and fleet_writer_flush. NULL: nobody is told.
     */
    void (*elsewhere)(void *context, const char *path, const char *instead);
    void *elsewhere_context;
};

/* What is wrong with the options, in words of the configuration; NULL: nothing. */
const char *fleet_writer_check(const struct fleet_writer_options *options);

/*
 * Open the file (or folder). 0, -errno, or FLEET_E_INVALID (fleet_writer_check says why).
 */
int fleet_writer_new(struct fleet_writer **ret_writer, const struct fleet_writer_options *options);

/*
 * Frees it and closes what it opened; what is still in the buffer is lost: see
 * fleet_writer_pending. NULL is fine.
 */
void fleet_writer_free(struct fleet_writer *writer);

/*
 * The callbacks of a struct fleet_sink, to call with the writer as context. They format and do no
 * I/O.
 */
void fleet_writer_rows(void *writer, const struct fleet_row *rows, size_t count);
void fleet_writer_report(void *writer, const struct fleet_report *report);

/*
 * Write out what the file takes without blocking. 0: all is written. FLEET_E_BUSY: the reader is
 * slow, wait for fleet_writer_fd to be writable. -ENOSPC, -EIO, ...: nothing is dropped, try again
 * later. -EPIPE: the reader is gone.
 */
int fleet_writer_flush(struct fleet_writer *writer);

/* The buffer holds more than its limit; false again once it holds less than half of it. */
bool fleet_writer_is_full(const struct fleet_writer *writer);

size_t fleet_writer_pending(const struct fleet_writer *writer);
uint64_t fleet_writer_written(const struct fleet_writer *writer);

/* To wait on for writing after FLEET_E_BUSY; -1 when all is written. */
int fleet_writer_fd(const struct fleet_writer *writer);

/* "csv:/var/lib/x.csv", for messages. */
const char *fleet_writer_name(const struct fleet_writer *writer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

/*
 * ask_log: where the messages of a one-agent verb go: Net-SNMP's -L.
 *
 * What -L moves are messages about errors; the texts "Timeout: ..." and "Error in packet" go to
 * standard error whatever it says, as in Net-SNMP's programs.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

enum ask_log_to {
    ASK_LOG_STDERR = 0,
    ASK_LOG_STDOUT,
    ASK_LOG_FILE,
    ASK_LOG_SYSLOG,
    ASK_LOG_NOWHERE,
};

struct ask_log {
    enum ask_log_to to;
    FILE *file;               /* of ASK_LOG_FILE */
    bool is_open;             /* syslog is */
    int lowest, highest;      /* priorities that are told: syslog's, 0 to 7 */
};

#define ASK_LOG_INIT ((struct ask_log){ .highest = 7 })

/*
 * Take the value of -L. The word after it in argv may belong to it, too; optind then moves on.
 * False: the value is unknown, or the file cannot be opened, which was told.
 */
bool ask_log_option(struct ask_log *log, char *text, int argc, char **argv);

/* A message about an error, without a line's end. */
__attribute__((format(printf, 2, 3)))
void ask_log_error(struct ask_log *log, const char *format, ...);

void ask_log_close(struct ask_log *log);

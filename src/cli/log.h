/*
 * log: the one place that writes to standard error.
 *
 * A line has a level, a subject and a text. What the subject is depends on what is told: a place in
 * a file ("targets:3:5"), a target, an output; without one it is the program. Text from files,
 * agents and modules is made printable here, so that nobody else has to.
 *
 *     text      targets:3:5: unknown key 'intervall'         a verb that answers and ends; warnings
 *               core1: warning: no answer to 4 attempts      and debugging lines name their level
 *     text      2026-11-25T09:00:00Z warning core1: ...      a run that goes on: log_run_begin
 *     json      {"time":"...","level":"warning","subject":"core1","text":"..."}
 *     journal   <4>core1: ...                                systemd adds time and unit
 *
 * Lines of a kind are bounded: LOG_A_KIND_AN_HOUR of them are told in an hour, the others counted,
 * and the count is told when the hour is over, or at the end.
 *
 * Once a run has begun nothing here waits for the reader of standard error: what it does not take
 * is kept, LOG_WAITING_MAX octets of it, and what does not fit is counted and told later.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum log_level { LEVEL_ERROR = 0, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG };

enum log_format {
    LOG_FORMAT_AUTO = 0,  /* journal where standard error leads to it (JOURNAL_STREAM), else text */
    LOG_FORMAT_TEXT,
    LOG_FORMAT_JSON,
    LOG_FORMAT_JOURNAL,
};

/* What is told of many devices or in many turns. LOG_KIND_NONE is not bounded. */
enum log_kind {
    LOG_KIND_NONE = 0,
    LOG_KIND_NOTICE,      /* something noticed of a target, e.g. an engine ID that two have */
    LOG_KIND_SILENT,      /* a target is not heard any more */
    LOG_KIND_HEARD,       /* and is heard again */
    LOG_KIND_REASON,      /* polls of a target end with another reason */
    LOG_KIND_FAILED,      /* a poll of --once that failed */
    LOG_KIND_OUTPUT,      /* an output that cannot be written, or can again */
    LOG_KIND_STATE,       /* the file of --state */
    LOG_KIND_MIB,         /* MIB modules */
    LOG_KINDS,
};

enum { LOG_A_KIND_AN_HOUR = 20, LOG_LINE_MAX = 4000, LOG_WAITING_MAX = 256 << 10 };

/* Before the first line: who speaks ("snmpfleet poll"). The text is not copied. */
void log_name(const char *program);
void log_set_level(enum log_level level);
void log_set_format(enum log_format format);

/* The level `warning`, unless another one was set. */
void log_quiet(void);

bool log_is_told(enum log_level level);

/* "2026-11-25T09:00:00Z": a Unix time as lines have it. */
enum { LOG_TIME_TEXT = 24 };
void log_time_text(int64_t unix_ns, char text[static LOG_TIME_TEXT]);

/* One line, without a newline at its end. @subject NULL: the program. */
__attribute__((format(printf, 3, 4)))
void log_line(enum log_level level, const char *subject, const char *format, ...);

/*
 * A line of a summary: at its head what the whole is about, with @is_detail one of those below,
 * which are indented as text.
 */
__attribute__((format(printf, 2, 3)))
void log_summary(bool is_detail, const char *format, ...);

/* The same as log_line, bounded by its kind. */
__attribute__((format(printf, 4, 5)))
void log_bounded(enum log_kind kind, enum log_level level, const char *subject,
                 const char *format, ...);

/* A place in a file: "targets:3:5", "targets:3" where @column is 0, "targets" where @line is 0. */
__attribute__((format(printf, 5, 6)))
void log_place(enum log_level level, const char *file, size_t line, size_t column,
               const char *format, ...);

/*
 * Text as it is, several lines even, made printable but for tabs and newlines: what has a form of
 * its own, such as --help after a mistake, the texts of Net-SNMP's programs, datagrams of -d. Part
 * of a line may be written. No level holds it back.
 */
__attribute__((format(printf, 1, 2)))
void log_plain(const char *format, ...);

/*
 * A stream for text as log_plain takes it, which is written when it is closed; NULL: memory is out.
 * log_close(NULL) does nothing.
 */
FILE *log_open(void);
void log_close(FILE *stream);

/*
 * A run begins: lines have times from now on (@is_timed), and nothing here waits any more.
 * log_step is to be called now and then: it writes what waited and tells what was left out;
 * log_deadline_ns says when at the latest.
 */
void log_run_begin(bool is_timed, uint64_t now);
void log_step(uint64_t now);
uint64_t log_deadline_ns(void);

/* The end of a run: what was left out is told, and what waits is written, for a second at most. */
void log_run_end(void);

/*
 * The live line of a terminal: shown in place of the last one, cut to the terminal's width, and
 * taken away before any other line. NULL takes it away. Where standard error is no terminal nothing
 * is shown.
 */
void log_live(const char *text);
bool log_has_live(void);

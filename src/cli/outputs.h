/*
 * outputs: the writers of a run together, as one sink: every row and report goes to each that wants
 * it.
 *
 * Each output fails, waits and recovers alone. One that cannot be written (a full disk) is tried
 * again each second; one whose reader is gone ends, and the others go on. When its buffer is full
 * an output leaves rows out, counts and tells them, as long as another one takes rows; where no
 * output takes rows, the fleet is held until one has drained. With --once nothing is in a hurry: a
 * slow reader holds the fleet, too.
 *
 * A reload may change which outputs there are: outputs_prepare opens what is new, outputs_commit
 * puts it in place. outputs_reopen writes on into files of the same names (logrotate). What was
 * taken for a file that is left is still written there.
 */
#pragma once

#include <poll.h>

#include "cli/poll_options.h"

enum { OUTPUTS_FDS_MAX = 2 * POLL_OUTPUTS_MAX };

/* One writer with what it has taken. */
struct output {
    struct fleet_writer *writer;
    struct poll_output wanted;   /* its path is owned */
    char *name;                  /* "csv:rows.csv", for messages; owned */
    int error;                   /* of the last flush: 0, FLEET_E_BUSY or -errno */
    bool is_told;                /* the error was told */
    bool is_over;                /* its reader is gone */
    bool is_full;                /* rows are left out, and that was told */
    bool wants_reopen;           /* as soon as what it has taken is written */
    uint64_t retry_ns;           /* after an error */
    uint64_t rows, reports, lost;
    uint64_t bytes;             /* of writers that it had before */
};

struct outputs {
    struct output all[POLL_OUTPUTS_MAX];
    size_t count;
    struct output next[POLL_OUTPUTS_MAX];     /* prepared */
    size_t next_count;
    struct output left[POLL_OUTPUTS_MAX];     /* take no more rows, and are not written out yet */
    size_t left_count;
    bool is_once, is_holding;
    bool is_lossy;               /* something was left out, or could not be written */
    uint64_t next_flush_ns;
};

struct outputs_changes {
    size_t added, removed, kept;
};

void outputs_init(struct outputs *o, bool is_once);
void outputs_close(struct outputs *o);

/* Open what is new in @wanted. False: it cannot be, which was told, and nothing has changed. */
bool outputs_prepare(struct outputs *o, const struct poll_output *wanted, size_t count);
struct outputs_changes outputs_commit(struct outputs *o);
void outputs_abandon(struct outputs *o);

/*
 * Close files and folders, and open them again by their names, each as soon as what was taken for
 * it is written. What fails is told and stays.
 */
void outputs_reopen(struct outputs *o);

void outputs_rows(void *outputs, const struct fleet_row *rows, size_t count);
void outputs_report(void *outputs, const struct fleet_report *report);

/* Write what can be written, if it is worth it or @now is late enough; hold or release @fleet. */
void outputs_flush(struct outputs *o, struct fleet *fleet, bool all, uint64_t now);

/* No output is left that anybody reads; where there were some with rows, none of these. */
bool outputs_are_over(const struct outputs *o);

/* Does one write to a terminal? Then nothing else should be in the way there. */
bool outputs_have_terminal(const struct outputs *o);

/* The name of the output that has the reports; NULL: none. */
const char *outputs_reports_name(const struct outputs *o);

/* Descriptors to wait on for writing, OUTPUTS_FDS_MAX at most; returns how many. */
size_t outputs_poll(const struct outputs *o, struct pollfd *fds);

/* When outputs_flush is needed at the latest; UINT64_MAX: never. */
uint64_t outputs_deadline_ns(const struct outputs *o);

/*
 * Lets the caller cut the final flush short: is_called() is asked after every write and when @fd
 * becomes readable.
 */
struct outputs_hurry {
    int fd;  /* -1: none */
    bool (*is_called)(void *context);
    void *context;
};

/*
 * Write out everything at the end, waiting for slow readers as long as they read; in a hurry, what
 * goes without waiting. Then what each output has is told. False: something was lost, and told.
 */
bool outputs_finish(struct outputs *o, const struct outputs_hurry *hurry);

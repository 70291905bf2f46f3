/*
 * outputs: the writers of a run together, as one sink: every row and report goes to each that wants
 * it.
 *
 * When a writer's buffer is full the fleet is held until it has drained; a writer that cannot write
 * (disk full) is tried again each second; both are told once, on stderr, and when they are over.
 */
#pragma once

#include <poll.h>

#include "cli/poll_options.h"

struct outputs {
    struct {
        struct fleet_writer *writer;
        bool rows, reports;
        int error;               /* of the last flush: 0, FLEET_E_BUSY or -errno */
        bool told;               /* the error was told */
        uint64_t retry_ns;       /* after an error */
    } all[POLL_OUTPUTS_MAX];
    size_t count;
    bool holding, reader_gone;
    uint64_t next_flush_ns;
};

/* 0, or an exit code after a message. */
int outputs_open(struct outputs *o, const struct poll_options *options);
void outputs_close(struct outputs *o);

void outputs_rows(void *outputs, const struct fleet_row *rows, size_t count);
void outputs_report(void *outputs, const struct fleet_report *report);

/* Write what can be written, if it is worth it or @now is late enough; hold or release @fleet. */
void outputs_flush(struct outputs *o, struct fleet *fleet, bool all, uint64_t now);

/* Descriptors to wait on for writing; returns how many were put into @fds. */
size_t outputs_poll(const struct outputs *o, struct pollfd *fds);

/* When outputs_flush is needed at the latest; UINT64_MAX: never. */
uint64_t outputs_deadline_ns(const struct outputs *o);

/*
 * How the end is told that nobody wants to wait: asked after each write, and when @fd is readable.
 */
struct outputs_hurry {
    int fd;  /* -1: none */
    bool (*is_called)(void *context);
    void *context;
};

/*
 * Write out everything at the end, waiting for slow readers as long as they read; in a hurry, what
 * goes without waiting. False: something was lost, and told.
 */
bool outputs_finish(struct outputs *o, const struct outputs_hurry *hurry);

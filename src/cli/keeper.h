/*
 * keeper: --state, the file in which poll keeps what it has learnt (conf/state.h): read at the
 * start, written now and then and at the end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conf/state.h"

struct keeper {
    const char *path;             /* NULL: nothing is kept */
    char *real;                   /* what a symbolic link of that name leads to; owned */
    struct state_saver *saver;    /* at work, or NULL */
    uint64_t next_ns;             /* when it is next */
    bool has_failed;              /* the last time; told once, until it works again */
};

/*
 * Read the file into @fleet, whose targets are set, and see that it can be written. 0, or an exit
 * code after a message: EXIT_BAD_CONFIG where it is no file, EXIT_SYSTEM where it cannot be
 * written. One that is damaged is told and ignored.
 */
int keeper_open(struct keeper *k, struct fleet *fleet, const char *path, uint64_t now);

/* Write some more, if it is time to. What fails is told, and polling goes on. */
void keeper_step(struct keeper *k, struct fleet *fleet, uint64_t now);

/* When keeper_step wants to be called again: 0 at once, UINT64_MAX never. */
uint64_t keeper_deadline_ns(const struct keeper *k);

/* Write it for the last time. */
void keeper_close(struct keeper *k, struct fleet *fleet);

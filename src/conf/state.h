/*
 * state: the file of --state: what was learnt of each target (snmpfleet/learnt.h), kept over a
 * restart. Text, one target a line, tabs between the fields:
 *
 *     snmpfleet-state 1
 *     NAME HOST PORT ENGINE BOOTS TIME UNIX_NS SRTT_US RTTVAR_US [MODULE=N,N,...] ...
 *     end COUNT CHECKSUM
 *
 * A field that does not apply is "-"; in names '%', control characters and blanks are written %XX.
 * There is no key, passphrase or community in it. A file is taken whole or not at all: the last
 * line tells a damaged one. It is written beside the old one, some targets at a time, and renamed
 * over it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "snmpfleet/fleet.h"

/*
 * Give the fleet's targets what the file @path says. 0 with *ret_taken the targets that were found
 * again; -errno (-ENOENT: there is none yet, -ENOTSUP: no regular file);
 * FLEET_E_INVALID: damaged, or of another version: nothing of it was taken.
 */
int state_load(struct fleet *fleet, const char *path, size_t *ret_taken);

struct state_saver;

/* Start writing. 0 or -errno, -ENOTSUP where something else than a file is. @path is borrowed. */
int state_saver_new(struct state_saver **ret_saver, const char *path);

/*
 * Write on, at most so many targets that it takes well below a millisecond. True when it is over:
 * *ret_error is 0, the file is in its place; or -errno, and the old one is still there.
 */
bool state_saver_step(struct state_saver *s, struct fleet *fleet, int *ret_error);

/* All that is left, and the disk has it when this returns. 0 or -errno. */
int state_saver_finish(struct state_saver *s, struct fleet *fleet);

/* Whether it is over or not; a half-written file is removed. NULL is fine. */
void state_saver_free(struct state_saver *s);

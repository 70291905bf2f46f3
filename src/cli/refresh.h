/*
 * refresh: sources of targets that are read again by themselves (`every` of a configuration): which
 * is due, and what is told of it. reload.h asks them one at a time, in its thread.
 */
#pragma once

#include "cli/told.h"
#include "conf/source_keep.h"

/* All targets were read just now; those that have no time yet get one, or all with @is_anew. */
void refresh_plan(struct source_keep *keep, bool is_anew, uint64_t now_ns);

/* When the next one is due; UINT64_MAX: none. */
uint64_t refresh_deadline_ns(const struct source_keep *keep);

/* One that is due, planned for its next time; NULL. */
struct source_kept *refresh_due(struct source_keep *keep, uint64_t now_ns);

/* It failed: told, unless it did so the last time. */
void refresh_fail(struct source_kept *kept, struct told *told);

/* It did not: told if it failed the last time. */
void refresh_succeed(struct source_kept *kept);

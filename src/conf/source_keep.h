/*
 * source_keep: what sources said last, for a fleet in which some source is read again by itself:
 * the others then say what they said, and nothing of them is run or opened.
 *
 *     source_keep_begin                     before all sources are read
 *     source_keep_read ...
 *     source_keep_commit or _discard        the fleet has the targets, or stays as it was
 *
 *     source_keep_refresh                   between: one source is asked again
 */
#pragma once

#include "conf/source.h"

enum source_news { SOURCE_SAME, SOURCE_CHANGED, SOURCE_FAILED };

struct source_kept {
    struct source_kept *next;
    struct source source;              /* a copy; owned */
    struct source_text *good;          /* what the fleet is made of; NULL: nothing yet */
    struct source_text *fresh;         /* read since */
    struct source_text *refused;       /* what could not be taken last time */
    bool is_used;                      /* in the reading that is under way */
    /* Of a source that is read again by itself: */
    uint64_t next_ns;                  /* when */
    bool is_failing;                   /* failing was told */
    enum source_news news;
};

struct source_keep {
    struct source_kept *list;
    bool is_wanted;                    /* some source is read again by itself */
    bool is_replay;                    /* sources say what they said */
};

/* @is_replay: what is kept counts. Otherwise all sources are fetched. */
void source_keep_begin(struct source_keep *keep, bool is_wanted, bool is_replay);

/*
 * Fetch @source, or take what context->keep (which may be NULL) has of it, and read it as targets.
 * 0, FLEET_E_INVALID or -errno: told.
 */
int source_keep_read(struct targets *targets, const struct source *source,
                     const struct targets_context *context);

/* What was read is the fleet's; what was not is forgotten. */
void source_keep_commit(struct source_keep *keep);

/* What was read is not taken; a source that says it again says nothing new. */
void source_keep_discard(struct source_keep *keep);

/* Fetch a source again. Changed: it is what the next replay reads. */
enum source_news source_keep_refresh(struct source_kept *kept,
                                     const struct targets_context *context);

void source_keep_deinit(struct source_keep *keep);

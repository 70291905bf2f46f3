/*
 * walk_pace: how much a request asks for: repetitions, and columns.
 *
 * Repetitions follow what a reply of this agent and table weighs: as many as fit the path's
 * datagram, at most double the last. An error shrinks what is asked for until its cell is found:
 * the repetitions, then GETNEXT, then fewer columns a request; when the cell has been passed, or
 * its column has ended, what the error shrank is restored, WALK_RESTORES times. A loss may be
 * chance: it shrinks the retry, and what follows only when WALK_STRIKES attempts in a row were
 * lost; of a large request that shrinks its columns, too. All of that grows back after some good
 * replies.
 */
#pragma once

#include "core/walk/walk_state.h"

/* How @g begins. */
void walk_pace_init(struct walk_group *group, const struct plan_group *planned,
                    const struct walk_terms *terms);

/*
 * Ask for less after a reply that brought nothing, or an error. False: it is a single value
 * already.
 */
bool walk_pace_shrink(struct walk_group *group, bool is_get);

/*
 * GETNEXT finds what ailed a GETBULK. @is_error: the agent had an error for it, and may have one
 * for every GETBULK.
 */
void walk_pace_leave_bulk(struct walk_group *group, bool is_error);

/* An attempt was lost. */
void walk_pace_lost(struct walk_group *group, bool is_get);

/* The next attempt asks for half of the columns. False: it is one already. */
bool walk_pace_narrow(struct walk_group *group);

/* Something of use came: what the losses before it mean. */
void walk_pace_answered(struct walk_group *group);

/* A reply of @size bytes brought @varbinds, all of it of use. */
void walk_pace_learn(struct walk_group *group, size_t varbinds, size_t size);

/* What errors shrank was because of one cell, which is behind us. */
void walk_pace_restore(struct walk_group *group, const struct plan_group *planned, bool is_v1);

/* What to remember for the next walk. */
uint8_t walk_pace_learnt(const struct walk_group *group);

/*
 * walk_problem: what a walk could not get, and where. Of each kind of problem the first place is
 * kept, and how many there were.
 */
#pragma once

#include "core/walk/walk_state.h"

/*
 * Note a problem at the instance @index of a column (of a subtree: at that OID; empty: at the
 * column as a whole). @came: the OID that came instead; SPAN_NULL: none did, or it does not matter.
 */
void walk_note(struct walk *w, enum walk_problem problem, uint16_t column, struct span index,
               struct span came);

/* The column has ended, with a problem at the place behind which it was asked last. */
void walk_end_column(struct walk *w, uint16_t column, enum walk_problem problem, struct span came);

/* "OIDs do not increase at ifInOctets.7: 1.3.6 came", cut to @size. */
void walk_describe(const struct walk *w, enum walk_problem problem, char *text, size_t size);

/* The first problem of @count walks as a reason, described in @detail; ok: there is none. */
enum fleet_reason walks_problem(const struct walk *walks, uint16_t count, char *detail,
                                size_t size);

/*
 * walk_rows: the rows of a table under construction, in index order, until they are handed out.
 */
#pragma once

#include "core/poll/walk_state.h"

/*
 * Put a cell into the row of @index, which is made where it is not there. False: the index does not
 * increase, or memory is out; the problem is noted, and the column has ended.
 */
bool walk_put_cell(struct walk *w, uint16_t column, struct span index,
                   const struct fleet_value *value, int64_t time_ns);

/* Hand out the rows that every open column has passed; @all: all that are there. */
void walk_hand_out(struct walk *w, bool all, struct walk_sink *sink);

/* Remember @last as the last instance of a column (of a subtree: its whole OID). */
void walk_remember(struct walk *w, uint16_t column, struct span last);

/* Remember where a column stands, for its next request: its row may be handed out before. */
void walk_settle(struct walk *w, uint16_t column);

/* Something went wrong with a column: of a walk's problems the first keeps its place. */
void walk_note(struct walk *w, enum walk_problem problem, uint16_t column);

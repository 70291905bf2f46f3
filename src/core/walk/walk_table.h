/* walk_table: what a reply says about the columns of a table. */
#pragma once

#include "core/walk/walk_state.h"

/*
 * Deal the varbinds of a reply to the columns that group @g has asked for. Returns how many were of
 * use: cells, and ends of columns.
 */
uint32_t walk_take_table(struct walk *w, struct walk_group *group, struct ber_reader *r,
                         int64_t time_ns, struct walk_sink *sink);

/*
 * A reply broke the order at a column: @came instead of what follows its last instance. It is asked
 * again, by GETNEXT, when it was asked by GETBULK and has not been asked again there; else it ends.
 */
void walk_take_fault(struct walk *w, struct walk_group *group, uint16_t column, struct span came);

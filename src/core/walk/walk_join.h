/*
 * walk_join: what completes a row before it is handed out: cells of other tables' rows that it
 * leads to, and filters that leave it out.
 *
 * A look-up keeps its rows until the poll ends; a table that needs it is asked for when the look-up
 * is done, so its rows are completed one by one as they come. A join that finds no row leaves its
 * cells absent.
 */
#pragma once

#include "core/walk/walk_state.h"

/* Fill the joined cells of @row. False: a filter leaves it out. */
bool walk_join_row(struct walk *w, struct walk_row *row);

/* walk_memory: how much memory the rows of a walk may take while they wait. */
#pragma once

#include "core/poll/walk_state.h"

/* May only the columns furthest behind be asked? */
bool walk_is_tight(const struct walk *w);

/*
 * A look-up is too long, or rows wait for what does not come and nothing is left for them: the open
 * column that is furthest ahead ends.
 */
void walk_limit_memory(struct walk *w);

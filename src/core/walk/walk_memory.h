/* walk_memory: how much memory the rows of a walk may take while they wait. */
#pragma once

#include "core/walk/walk_state.h"

/* May only the columns furthest behind be asked? */
bool walk_is_tight(const struct walk *w);

/*
 * Bound what waits. A look-up that is too long, or a column that runs ahead of others which do not
 * come: the open column that is furthest ahead ends. Where the memory of all walks is used up, all
 * columns of this one end, so that its rows go out as they are. True: columns ended, and rows may
 * be complete by it.
 */
bool walk_limit_memory(struct walk *w);

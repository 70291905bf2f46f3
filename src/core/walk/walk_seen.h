/*
 * walk_seen: the names of a subtree that came out of order. Its rows are handed out as they come,
 * so nothing else tells which have been. Only names above the one that is asked next can come
 * again; they are kept, WALK_SEEN_MAX of them and WALK_SEEN_BYTES at most.
 */
#pragma once

#include "core/walk/walk_state.h"

/* Has @oid come in an earlier reply? */
bool walk_seen_has(const struct walk *w, struct span oid);

/* The greatest name that is kept; SPAN_NULL: none is. */
struct span walk_seen_greatest(const struct walk *w);

/*
 * Is @oid one of the first @count names of this reply? @budget, of comparisons, is used up: false
 * at its end, with *budget 0.
 */
bool walk_seen_in(struct span varbinds, uint32_t count, struct span oid, uint32_t *budget);

/*
 * @last is asked next: keep the names of the reply's first @count varbinds that are above it, and
 * forget those that are not. False: they are too many, or memory is out.
 */
bool walk_seen_keep(struct walk *w, struct span varbinds, uint32_t count, struct span last);

/* The reply was in order, and went past all that is kept: forget it. */
void walk_seen_forget(struct walk *w);

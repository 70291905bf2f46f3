/*
 * walk_memory: see walk_memory.h.
 *
 * All walks share terms->memory, three quarters of it in use and the rest in chunks that are kept
 * for reuse. Each may have WALK_AHEAD_BYTES waiting, and no more than an eighth of what is left, so
 * that a thousand greedy agents share what one could take; WALK_AHEAD_LEAST is always allowed. A
 * column that is furthest behind completes rows when it moves, so asking only such columns does not
 * make more of them wait, whatever the agent answers.
 */
#include "core/walk/walk_memory.h"

#include "core/walk/walk_problem.h"
#include "wire/oid.h"

enum { POLL_SHARE = 8 };

static size_t memory_in_use(const struct walk *w) {
    return w->rows_arena.pool->held;
}

static size_t memory_most(const struct walk *w) {
    return w->terms->memory - w->terms->memory / 4;
}

/* Of all walks of the poll. */
static size_t memory_of_poll(const struct walk *w) {
    size_t bytes = 0;
    for (uint16_t i = 0; i < w->terms->walk_count; i++)
        bytes += w->terms->walks[i].rows_arena.held;
    return bytes;
}

bool walk_is_tight(const struct walk *w) {
    size_t own = w->rows_arena.held;
    if (own <= WALK_AHEAD_LEAST) return false;
    size_t most = memory_most(w), used = memory_in_use(w);
    size_t share = used < most ? (most - used) / POLL_SHARE : 0;
    return w->row_bytes > WALK_AHEAD_BYTES || own > share ||
           memory_of_poll(w) > w->terms->memory / POLL_SHARE;
}

/* The open column whose rows are furthest ahead; the number of columns: none is open. */
static uint16_t column_ahead(const struct walk *w) {
    uint16_t most = w->part->column_count;
    for (uint16_t i = 0; i < w->part->column_count; i++) {
        if (w->columns[i].is_done) continue;
        bool more = most == w->part->column_count ||
                    oid_compare(walk_last(&w->columns[i]), walk_last(&w->columns[most])) > 0;
        if (more) most = i;
    }
    return most;
}

static void end_all_columns(struct walk *w) {
    for (uint16_t i = 0; i < w->part->column_count; i++) {
        if (!w->columns[i].is_done) walk_end_column(w, i, WALK_TOO_LONG, SPAN_NULL);
    }
}

bool walk_limit_memory(struct walk *w) {
    size_t own = w->rows_arena.held, used = memory_in_use(w);
    if (own <= WALK_AHEAD_LEAST || walk_is_subtree(w)) return false;
    bool is_lookup = w->part->kind == PLAN_LOOKUP;
    bool fits = is_lookup ? own <= WALK_LOOKUP_BYTES && used <= memory_most(w) &&
                                memory_of_poll(w) <= w->terms->memory / POLL_SHARE
                          : w->row_bytes <= WALK_WAITING_MAX;
    if (used > w->terms->memory && !is_lookup) {
        end_all_columns(w);
        return true;
    }
    uint16_t column = fits ? w->part->column_count : column_ahead(w);
    if (column == w->part->column_count) return false;
    walk_end_column(w, column, WALK_TOO_LONG, SPAN_NULL);
    return true;
}

/*
 * walk_rows: see walk_rows.h. The rows are a list in index order.
 *
 * Every column moves along the list with a cursor, so placing a cell is one comparison with the
 * next row when the columns of a table have the same rows, and never goes back. A row is complete
 * when all open columns of all groups stand on it or behind it. Rows live in an arena of their own;
 * when most of it is rows already handed out, the few left move to a new one.
 */
#include "core/poll/walk_rows.h"

#include <string.h>

#include "core/poll/walk_join.h"
#include "wire/oid.h"

enum { HAND_OUT_BATCH = 64, COMPACT_BYTES = 256 << 10 };

void walk_note(struct walk *w, enum walk_problem problem, uint16_t column) {
    if (w->problem_at == NULL) {
        const struct fleet_column *c = &w->part->described.columns[column];
        w->problem_at = c->object[0] != '\0' ? c->object : c->oid;
    }
    w->problems |= problem;
}

void walk_remember(struct walk *w, uint16_t column, struct span last) {
    struct walk_column *c = &w->columns[column];
    if (last.length > c->last_room) {
        size_t room = last.length < 16 ? 16 : last.length * 2;
        uint8_t *bytes = arena_get_bytes(w->arena, room);
        if (bytes == NULL || room > UINT16_MAX) {
            walk_note(w, WALK_NO_MEMORY, column);
            c->is_done = true;
            return;
        }
        c->last = bytes;
        c->last_room = (uint16_t)room;
    }
    memcpy(c->last, last.bytes, last.length);
    c->last_length = (uint16_t)last.length;
}

/* Note where the column stands, for its next request: its row may be handed out before. */
void walk_settle(struct walk *w, uint16_t column) {
    const struct walk_row *row = w->columns[column].cursor;
    if (row != NULL) walk_remember(w, column, span_of(row->index, row->index_length));
}

static struct walk_row *walk_row_new(struct walk *w, struct arena *arena, struct span index) {
    size_t cells = w->part->described.column_count * sizeof(struct fleet_value);
    struct walk_row *row = arena_get(arena, sizeof(*row) + cells);
    uint8_t *copy = arena_copy(arena, index);
    if (row == NULL || copy == NULL) return NULL;
    *row = (struct walk_row){ .index = copy, .index_length = (uint32_t)index.length };
    memset(row->cells, 0, cells);
    return row;
}

static bool value_has_bytes(const struct fleet_value *v) {
    return v->type == FLEET_OCTET_STRING || v->type == FLEET_OBJECT_IDENTIFIER ||
           v->type == FLEET_IP_ADDRESS || v->type == FLEET_OPAQUE;
}

static bool walk_copy_value(struct arena *arena, const struct fleet_value *from,
                            struct fleet_value *to) {
    walk_copy_fields(to, from);
    if (!value_has_bytes(from) || from->length == 0) return true;
    to->bytes = arena_copy(arena, span_of(from->bytes, from->length));
    return to->bytes != NULL;
}

/*
 * The row of @index at or behind the column's cursor; made when it is not there. NULL: not
 * increasing, or no memory.
 */
static struct walk_row *walk_find_row(struct walk *w, uint16_t column, struct span index) {
    struct walk_column *c = &w->columns[column];
    struct walk_row **link = c->cursor != NULL ? &c->cursor->next : &w->rows;
    struct walk_row *row = *link;
    if (row != NULL && row->index_length == index.length &&
        memcmp(row->index, index.bytes, index.length) == 0)
        return row;

    struct span last = c->cursor != NULL ? span_of(c->cursor->index, c->cursor->index_length)
                                         : span_of(c->last, c->last_length);
    bool has_last = c->cursor != NULL || c->last != NULL;
    if (has_last && oid_compare(index, last) <= 0) {
        walk_note(w, WALK_NOT_INCREASING, column);
        return NULL;
    }
    int order = -1;
    while (row != NULL &&
           (order = oid_compare(span_of(row->index, row->index_length), index)) < 0) {
        link = &row->next;
        row = row->next;
    }
    if (row != NULL && order == 0) return row;
    struct walk_row *fresh = walk_row_new(w, &w->rows_arena, index);
    if (fresh == NULL) {
        walk_note(w, WALK_NO_MEMORY, column);
        return NULL;
    }
    fresh->next = row;
    *link = fresh;
    w->row_count++;
    return fresh;
}

bool walk_put_cell(struct walk *w, uint16_t column, struct span index,
                   const struct fleet_value *value, int64_t time_ns) {
    struct walk_row *row = walk_find_row(w, column, index);
    if (row == NULL || !walk_copy_value(&w->rows_arena, value, &row->cells[column])) {
        w->columns[column].is_done = true;
        return false;
    }
    row->time_ns = time_ns;
    w->columns[column].cursor = row;
    return true;
}

/* The first row that some open column has not reached yet; NULL: every row is complete. */
static struct walk_row *walk_frontier(const struct walk *w) {
    const struct walk_row *least = NULL;
    size_t count = w->part->column_count;
    for (size_t i = 0; i < count; i++) {
        const struct walk_column *c = &w->columns[i];
        if (c->is_done || (least != NULL && c->cursor == least)) continue;
        if (c->cursor == NULL) return w->rows;
        bool less = least == NULL || oid_compare(span_of(c->cursor->index, c->cursor->index_length),
                                                 span_of(least->index, least->index_length)) < 0;
        if (less) least = c->cursor;
    }
    return least == NULL ? NULL : least->next;
}

/*
 * Move the rows that are left to a fresh arena. Without memory the old one stays: nothing is lost,
 * only kept longer.
 */
static void walk_compact(struct walk *w) {
    struct arena fresh = ARENA_INIT(w->rows_arena.pool);
    size_t columns = w->part->column_count;
    struct walk_row *first = NULL, **link = &first;
    for (struct walk_row *row = w->rows; row != NULL; row = row->next) {
        struct walk_row *copy = walk_row_new(w, &fresh, span_of(row->index, row->index_length));
        bool good = copy != NULL;
        for (size_t i = 0; good && i < columns; i++)
            good = walk_copy_value(&fresh, &row->cells[i], &copy->cells[i]);
        if (!good) {
            arena_deinit(&fresh);
            return;
        }
        copy->time_ns = row->time_ns;
        row->moved_to = copy;
        *link = copy;
        link = &copy->next;
    }
    for (size_t i = 0; i < columns; i++) {
        if (w->columns[i].cursor != NULL) w->columns[i].cursor = w->columns[i].cursor->moved_to;
    }
    arena_deinit(&w->rows_arena);
    w->rows_arena = fresh;
    w->rows = first;
}

/* The rows of a look-up stay until the poll ends; there is a bound to it. */
static void walk_keep_lookup(struct walk *w) {
    if (w->rows_arena.taken <= WALK_LOOKUP_BYTES) return;
    for (uint16_t i = 0; i < w->part->column_count; i++) {
        if (w->columns[i].is_done) continue;
        w->columns[i].is_done = true;
        walk_note(w, WALK_TOO_LONG, i);
    }
}

void walk_hand_out(struct walk *w, bool all, struct walk_sink *sink) {
    if (w->part->kind == PLAN_LOOKUP) {
        walk_keep_lookup(w);
        return;
    }
    if (w->rows == NULL) return;
    bool is_plain = w->part->described.join_count == 0 && w->part->described.filter_count == 0;
    struct walk_row *stop = all ? NULL : walk_frontier(w);
    if (w->rows == stop) return;
    struct fleet_row batch[HAND_OUT_BATCH];
    size_t count = 0;
    while (w->rows != stop) {
        struct walk_row *row = w->rows;
        if (is_plain || walk_join_row(w, row)) {
            batch[count++] = (struct fleet_row){
                .target = sink->target, .table = &w->part->described, .time_ns = row->time_ns,
                .index = row->index, .index_length = row->index_length, .cells = row->cells,
            };
            w->rows_given++;
            sink->rows++;
        }
        row->is_out = true;
        w->rows = row->next;
        w->row_count--;
        if (count < HAND_OUT_BATCH && w->rows != stop) continue;
        if (count > 0) sink->sink->rows(sink->sink->context, batch, count);
        count = 0;
    }
    for (size_t i = 0; i < w->part->column_count; i++) {
        struct walk_column *c = &w->columns[i];
        if (c->cursor != NULL && c->cursor->is_out) c->cursor = NULL;
    }
    if (w->rows != NULL && w->rows_arena.taken <= w->compact_at) return;
    if (w->rows != NULL) walk_compact(w);
    else arena_deinit(&w->rows_arena);
    w->compact_at = COMPACT_BYTES + 2 * w->rows_arena.taken;
}

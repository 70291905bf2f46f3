/*
 * walk_rows: see walk_rows.h. The rows are a list in index order.
 *
 * Every column moves along the list with a cursor, so placing a cell is one comparison with the
 * next row when the columns of a table have the same rows. A cell that is out of order is looked
 * for from where its column stood when it was asked: all it may be put into is behind that. A row
 * is complete when all open columns of all groups stand on it or behind it. Rows live in an arena
 * of their own; when most of it is rows already handed out, the few left move to a new one.
 */
#include "core/walk/walk_rows.h"

#include <string.h>

#include "core/walk/walk_join.h"
#include "core/walk/walk_problem.h"
#include "wire/oid.h"

enum { HAND_OUT_BATCH = 64, COMPACT_BYTES = 256 << 10 };

void walk_remember(struct walk *w, uint16_t column, struct span last) {
    struct walk_column *c = &w->columns[column];
    if (last.length > c->last_room) {
        size_t room = last.length < 16 ? 16 : last.length * 2;
        uint8_t *bytes = arena_get_bytes(w->arena, room);
        if (bytes == NULL || room > UINT16_MAX) {
            walk_end_column(w, column, WALK_NO_MEMORY, SPAN_NULL);
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
    row->bytes = (uint32_t)(sizeof(*row) + cells + index.length);
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

/* Where the row of @index is, or is to be, in the list behind @link; NULL: too far. */
static struct walk_row **walk_search(struct walk_row **link, struct span index, uint32_t rows_max,
                                     bool *ret_is_there) {
    for (struct walk_row *row; (row = *link) != NULL; link = &row->next) {
        int order = oid_compare(span_of(row->index, row->index_length), index);
        *ret_is_there = order == 0;
        if (order >= 0) return link;
        if (rows_max-- == 0) return NULL;
    }
    *ret_is_there = false;
    return link;
}

/*
 * Where the row of @index is, or is to be. NULL: it is not above the one that was asked, or too
 * many rows are between it and that.
 */
static struct walk_row **walk_place(struct walk *w, const struct walk_column *c,
                                    struct walk_row *floor, struct span index,
                                    bool *ret_is_there) {
    struct walk_row **link = c->cursor != NULL ? &c->cursor->next : &w->rows;
    bool is_back =
        c->cursor != NULL &&
        oid_compare(index, span_of(c->cursor->index, c->cursor->index_length)) <= 0;
    bool is_at_floor = c->cursor == floor;
    if ((is_back || is_at_floor) && c->last_length > 0 && oid_compare(index, walk_last(c)) <= 0)
        return NULL;
    if (!is_back) return walk_search(link, index, UINT32_MAX, ret_is_there);
    return walk_search(floor != NULL ? &floor->next : &w->rows, index, WALK_SEEN_MAX, ret_is_there);
}

/* A row of @index at @link; NULL: memory is out. */
static struct walk_row *walk_insert(struct walk *w, struct walk_row **link, struct span index) {
    struct walk_row *row = walk_row_new(w, &w->rows_arena, index);
    if (row == NULL) return NULL;
    row->next = *link;
    *link = row;
    w->row_count++;
    w->row_bytes += row->bytes;
    return row;
}

/* False: memory is out; the cell is as it was, absent. */
static inline bool walk_fill(struct walk *w, struct walk_row *row, uint16_t column,
                             const struct fleet_value *value, int64_t time_ns) {
    struct fleet_value *cell = &row->cells[column];
    if (value_has_bytes(value)) {
        if (!walk_copy_value(&w->rows_arena, value, cell)) {
            cell->type = FLEET_ABSENT;
            return false;
        }
        row->bytes += value->length;
        w->row_bytes += value->length;
    } else {
        walk_copy_fields(cell, value);
    }
    row->time_ns = time_ns;
    row->reply = w->reply;
    w->columns[column].cursor = row;
    return true;
}

bool walk_put_next(struct walk *w, uint16_t column, struct span index,
                   const struct fleet_value *value, int64_t time_ns) {
    const struct walk_column *c = &w->columns[column];
    struct walk_row *row = c->cursor != NULL ? c->cursor->next : w->rows;
    return row != NULL && row->index_length == index.length &&
           octets_equal(row->index, index.bytes, index.length) &&
           row->cells[column].type == FLEET_ABSENT && walk_fill(w, row, column, value, time_ns);
}

enum walk_put walk_put_cell(struct walk *w, uint16_t column, struct walk_row *floor,
                            struct span index, const struct fleet_value *value, int64_t time_ns) {
    struct walk_column *c = &w->columns[column];
    bool is_there;
    struct walk_row **link = walk_place(w, c, floor, index, &is_there);
    if (link == NULL) return WALK_PUT_BACK;
    struct walk_row *row = is_there ? *link : walk_insert(w, link, index);
    if (row != NULL && row->cells[column].type != FLEET_ABSENT) {
        if (row->reply == w->reply) return WALK_PUT_CIRCLE;
        c->cursor = row;
        return WALK_PUT_KNOWN;
    }
    if (row != NULL && walk_fill(w, row, column, value, time_ns)) return WALK_PUT_NEW;
    walk_end_column(w, column, WALK_NO_MEMORY, SPAN_NULL);
    return WALK_PUT_FAILED;
}

struct walk_row *walk_next_row(const struct walk *w, uint16_t column) {
    const struct walk_column *c = &w->columns[column];
    struct walk_row *row = c->cursor != NULL ? c->cursor->next : w->rows;
    while (row != NULL && c->last_length > 0 &&
           oid_compare(span_of(row->index, row->index_length), walk_last(c)) <= 0)
        row = row->next;
    return row;
}

bool walk_rows_check(const struct walk *w) {
    size_t bytes = 0;
    uint32_t count = 0;
    for (const struct walk_row *row = w->rows; row != NULL; row = row->next) {
        const struct walk_row *next = row->next;
        bool in_order = next == NULL ||
                       oid_compare(span_of(row->index, row->index_length),
                                   span_of(next->index, next->index_length)) < 0;
        if (row->is_out || !in_order) return false;
        bytes += row->bytes;
        count++;
    }
    return count == w->row_count && bytes == w->row_bytes;
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
        copy->bytes = row->bytes;
        copy->reply = row->reply;
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

void walk_hand_out(struct walk *w, bool all, struct walk_sink *sink) {
    if (w->rows == NULL || w->part->kind == PLAN_LOOKUP) return;
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
        w->row_bytes -= row->bytes;
        if (count < HAND_OUT_BATCH && w->rows != stop) continue;
        if (count > 0) sink->sink->rows(sink->sink->context, batch, count);
        count = 0;
    }
    for (size_t i = 0; i < w->part->column_count; i++) {
        struct walk_column *c = &w->columns[i];
        if (c->cursor != NULL && c->cursor->is_out) c->cursor = NULL;
    }
    if (w->rows == NULL) arena_deinit(&w->rows_arena);
    else if (w->rows_arena.taken > COMPACT_BYTES + 2 * w->row_bytes) walk_compact(w);
}

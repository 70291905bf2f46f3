/* walk_pass: see walk_pass.h. */
#include "core/walk/walk_pass.h"

#include "core/walk/walk_pace.h"
#include "core/walk/walk_problem.h"
#include "core/walk/walk_rows.h"
#include "wire/ber.h"
#include "wire/oid.h"

/* Is a column of any group still on its way, and may show further rows? */
static bool goes_on(const struct walk *w) {
    for (uint16_t i = 0; i < w->part->column_count; i++) {
        if (walk_can_ask(&w->columns[i])) return true;
    }
    return false;
}

/* Where the last sub-identifier of @bytes begins. */
static size_t last_number(const uint8_t *bytes, size_t length) {
    size_t start = length - 1;
    while (start > 0 && (bytes[start - 1] & 0x80) != 0) start--;
    return start;
}

/* Add one to the last number; 0: it is the highest. */
static size_t add_one(uint8_t *bytes, size_t length) {
    size_t start = last_number(bytes, length);
    const uint8_t *at = bytes + start;
    uint32_t number = oid_next_subid(&at);
    return number == UINT32_MAX ? 0 : start + oid_write_subid(number + 1, bytes + start);
}

/*
 * Go on behind an OID that nothing has shown: the last number plus one; of a subtree, at the second
 * try, the number 0 of the next object. False: there is none.
 */
static bool guess(struct walk *w, uint16_t column) {
    struct walk_column *c = &w->columns[column];
    uint8_t bytes[FLEET_OID_BYTES_MAX + 8];
    struct span from = c->last_length > 0 ? walk_last(c)
                       : walk_is_subtree(w) ? w->part->columns[column].oid : SPAN_NULL;
    if (from.length > FLEET_OID_BYTES_MAX) return false;
    size_t length = from.length;
    if (length > 0) memcpy(bytes, from.bytes, length);
    bool is_next_object = walk_is_subtree(w) && c->skips == 2 && last_number(bytes, length) > 0;
    if (is_next_object) length = last_number(bytes, length);
    if (c->last_length == 0) bytes[length++] = 1;
    else length = add_one(bytes, length);
    if (length == 0) return false;
    if (is_next_object) bytes[length++] = 0;
    if (!ber_oid_is_valid(span_of(bytes, length))) return false;
    walk_remember(w, column, span_of(bytes, length));
    return !c->is_done;
}

/*
 * A column that waits since a cell of it cannot be had: go on behind the next row that is known, or
 * a guess when no other column can show one.
 */
static void pass_cell(struct walk *w, uint16_t g, uint16_t column) {
    struct walk_column *c = &w->columns[column];
    struct walk_row *row = walk_is_subtree(w) ? NULL : walk_next_row(w, column);
    if (row == NULL && goes_on(w)) return;
    c->is_held = c->is_guess = false;
    w->held_count--;
    if (row != NULL) {
        c->cursor = row;
        walk_settle(w, column);
        walk_note(w, c->skipped_for, column, walk_last(c), SPAN_NULL);
    } else if (!w->groups[g].is_answered || c->skips >= WALK_SKIPS || !guess(w, column)) {
        enum walk_problem problem = c->skipped_for;
        walk_end_column(w, column, problem, SPAN_NULL);
        walk_pace_restore(&w->groups[g], &w->part->groups[g], w->terms->is_v1);
    } else {
        c->is_guess = true;
    }
}

void walk_pass_cells(struct walk *w) {
    for (uint16_t g = 0; w->held_count > 0 && g < w->part->group_count; g++) {
        const struct plan_group *planned = &w->part->groups[g];
        for (uint16_t i = 0; i < planned->count; i++) {
            uint16_t column = (uint16_t)(planned->first + i);
            if (w->columns[column].is_held) pass_cell(w, g, column);
        }
    }
}

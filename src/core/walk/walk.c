/* walk: see walk.h. This file says what is asked. */
#include "core/walk/walk.h"

#include <errno.h>

#include "core/walk/walk_answer.h"
#include "core/walk/walk_memory.h"
#include "core/walk/walk_pace.h"
#include "core/walk/walk_pass.h"
#include "core/walk/walk_rows.h"
#include "wire/oid.h"

enum {
    VARBIND_FRAME_BYTES = 12,  /* of a varbind without value, beside the octets of its name */
};

int walk_init(struct walk *w, const struct plan_part *part, struct arena *arena,
              const struct walk_terms *terms) {
    size_t columns = part->column_count;
    *w = (struct walk){
        .part = part, .arena = arena, .rows_arena = ARENA_INIT(arena->pool), .terms = terms,
    };
    w->columns = arena_get(arena, columns * sizeof(*w->columns));
    w->groups = arena_get(arena, part->group_count * sizeof(*w->groups));
    uint16_t *asked = arena_get(arena, columns * sizeof(*asked));
    if (w->columns == NULL || w->groups == NULL || asked == NULL) return -ENOMEM;
    memset(w->columns, 0, columns * sizeof(*w->columns));
    for (uint16_t g = 0; g < part->group_count; g++) {
        walk_pace_init(&w->groups[g], &part->groups[g], terms);
        w->groups[g].asked = asked + part->groups[g].first;
    }
    return 0;
}

void walk_deinit(struct walk *w) {
    arena_deinit(&w->rows_arena);
}

uint8_t walk_learnt(const struct walk *w, uint16_t g) {
    if (w->terms->is_v1 || w->part->kind == PLAN_SCALARS) return 0;
    return walk_pace_learnt(&w->groups[g]);
}

/*
 * A walk of a leaf or of an exact instance finds nothing below it: then the root itself is asked
 * for.
 */
static bool walk_wants_leaf(const struct walk *w, const struct walk_group *group) {
    return walk_is_subtree(w) && w->rows_given == 0 && w->problems == 0 && !group->get_tried &&
           w->part->columns[0].prefix_length > 1;
}

static bool walk_group_wants(const struct walk *w, uint16_t g) {
    const struct plan_group *group = &w->part->groups[g];
    for (uint16_t i = 0; i < group->count; i++) {
        if (!w->columns[group->first + i].is_done) return true;
    }
    return walk_wants_leaf(w, &w->groups[g]);
}

bool walk_is_done(const struct walk *w) {
    for (uint16_t g = 0; g < w->part->group_count; g++) {
        if (w->groups[g].is_busy || walk_group_wants(w, g)) return false;
    }
    return true;
}

static bool walk_is_get(const struct walk *w, const struct walk_group *group) {
    return w->part->kind == PLAN_SCALARS || group->get_tried;
}

/* Are the look-ups that rows of @w need done? */
static bool walk_has_lookups(const struct walk *w) {
    for (size_t i = 0; i < w->part->described.join_count; i++) {
        if (!walk_is_done(&w->terms->walks[w->part->joins[i].lookup])) return false;
    }
    return true;
}

/* The column that is furthest behind of those from @first on that can be asked, @but left out. */
static const struct walk_column *walk_behind(const struct walk *w, uint16_t first, uint16_t count,
                                             uint32_t but) {
    const struct walk_column *least = NULL;
    for (uint16_t i = 0; i < count; i++) {
        const struct walk_column *c = &w->columns[first + i];
        if (!walk_can_ask(c) || (i < 32 && (but & 1u << i) != 0)) continue;
        if (least == NULL || oid_compare(walk_last(c), walk_last(least)) < 0) least = c;
    }
    return least;
}

static size_t column_bytes(const struct walk *w, uint16_t column) {
    size_t root = walk_is_subtree(w) ? 0 : w->part->columns[column].oid.length;
    return root + w->columns[column].last_length + VARBIND_FRAME_BYTES;
}

/* Choose the columns furthest behind, as many as may be asked at once; as bits. */
static uint32_t walk_choose_behind(const struct walk *w, const struct walk_group *group,
                                   const struct plan_group *planned, bool is_tight) {
    uint32_t chosen = 0;
    size_t bytes = 0;
    const struct walk_column *least =
        is_tight ? walk_behind(w, 0, w->part->column_count, 0) : NULL;
    for (uint16_t count = 0; count < group->ask_max; count++) {
        const struct walk_column *c = walk_behind(w, planned->first, planned->count, chosen);
        if (c == NULL) break;
        uint16_t column = (uint16_t)(c - w->columns);
        bytes += column_bytes(w, column);
        if (count > 0 && bytes > w->terms->request_bytes) break;
        if (is_tight && oid_compare(walk_last(c), walk_last(least)) != 0) break;
        chosen |= 1u << (column - planned->first);
    }
    return chosen;
}

/* Fill in what the group asks for next; false: nothing. */
static bool walk_choose(struct walk *w, uint16_t g) {
    struct walk_group *group = &w->groups[g];
    const struct plan_group *planned = &w->part->groups[g];
    size_t bytes = 0;
    uint16_t count = 0;
    for (uint16_t column = planned->first; column < planned->first + planned->count; column++) {
        if (!walk_can_ask(&w->columns[column])) continue;
        group->asked[count++] = column;
        bytes += column_bytes(w, column);
    }
    bool is_tight = count > 0 && walk_is_tight(w);
    if (is_tight || count > group->ask_max || bytes > w->terms->request_bytes) {
        uint32_t chosen = walk_choose_behind(w, group, planned, is_tight);
        bytes = count = 0;
        for (uint16_t i = 0; i < planned->count; i++) {
            if ((chosen & 1u << i) == 0) continue;
            group->asked[count] = (uint16_t)(planned->first + i);
            bytes += column_bytes(w, group->asked[count++]);
        }
    }
    group->asked_count = count;
    group->asked_bytes = (uint16_t)bytes;
    return count > 0;
}

bool walk_produce(struct walk *w, uint16_t g) {
    struct walk_group *group = &w->groups[g];
    if (group->is_busy || !walk_has_lookups(w)) return false;
    if (!walk_choose(w, g)) {
        if (!walk_wants_leaf(w, group)) return false;
        group->get_tried = true;
        group->asked[group->asked_count++] = w->part->groups[g].first;
    }
    group->is_busy = true;
    group->is_narrowed = false;
    return true;
}

void walk_cancel(struct walk *w, uint16_t g) {
    w->groups[g].is_busy = w->groups[g].get_tried = false;
}

void walk_write(const struct walk *w, uint16_t g, struct pdu *ret_pdu, struct ber_writer *writer) {
    const struct walk_group *group = &w->groups[g];
    bool bulk = !walk_is_get(w, group) && group->repetitions > 0;
    *ret_pdu = (struct pdu){
        .type = walk_is_get(w, group) ? PDU_GET : bulk ? PDU_GETBULK : PDU_GETNEXT,
        .error_index = bulk ? group->repetitions : 0,
    };
    bool whole = group->asked_count == w->part->column_count;
    if (whole && w->part->get_varbinds.length > 0) {
        ber_write_bytes(writer, w->part->get_varbinds);
        return;
    }
    for (uint16_t i = group->asked_count; i > 0; i--) {
        const struct walk_column *c = &w->columns[group->asked[i - 1]];
        struct span oid = w->part->columns[group->asked[i - 1]].oid;
        if (ret_pdu->type == PDU_GET || c->last_length == 0)
            varbind_write_null(writer, oid, SPAN_NULL);
        else if (walk_is_subtree(w)) varbind_write_null(writer, walk_last(c), SPAN_NULL);
        else varbind_write_null(writer, oid, walk_last(c));
    }
}

void walk_lost(struct walk *w, uint16_t g) {
    walk_pace_lost(&w->groups[g], walk_is_get(w, &w->groups[g]));
}

void walk_too_large(struct walk *w, uint16_t g) {
    struct walk_group *group = &w->groups[g];
    if (walk_pace_narrow(group)) group->ask_limit = group->ask_max;
}

void walk_consume(struct walk *w, uint16_t g, const struct pdu *pdu, size_t size, int64_t time_ns,
                  struct walk_sink *sink) {
    w->groups[g].is_busy = false;
    w->reply++;
    if (pdu->error_status != ERROR_NO_ERROR) walk_take_error(w, g, pdu);
    else walk_take_reply(w, g, pdu, size, time_ns, sink);
    walk_pass_cells(w);
    walk_hand_out(w, false, sink);
    if (walk_limit_memory(w)) walk_hand_out(w, false, sink);
}

void walk_flush(struct walk *w, struct walk_sink *sink) {
    walk_hand_out(w, true, sink);
}

bool walk_check(const struct walk *w) {
    for (uint16_t g = 0; g < w->part->group_count; g++) {
        const struct walk_group *group = &w->groups[g];
        if (group->ask_max == 0 || group->ask_max > group->ask_limit ||
            group->repetitions_max > group->repetitions_limit ||
            (group->is_busy && group->asked_count == 0))
            return false;
    }
    for (uint16_t i = 0; i < w->part->column_count; i++) {
        const struct walk_column *c = &w->columns[i];
        if (c->is_done && c->is_held) return false;
        if (c->cursor != NULL && (c->cursor->is_out || w->row_count == 0)) return false;
    }
    return walk_rows_check(w);
}

/*
 * walk: see walk.h. This file asks and judges answers; walk_rows.c keeps the rows.
 *
 * Faults are answered by walk_shrink, one rule for all: fewer repetitions, then GETNEXT, then fewer
 * columns a request, and when a single column asked alone still fails, that column ends with a
 * problem noted and the others go on.
 */
#include "core/poll/walk.h"

#include <errno.h>

#include "core/poll/walk_rows.h"
#include "wire/oid.h"

enum {
    VARBIND_BYTES_GUESS = 24,     /* of a counter with its OID, to begin with */
    REPLY_BYTES_AIM = WALK_REPLY_BYTES - 72,  /* leaves room for values that grow and for IPv6 and
                                                 tunnels */
};

static uint16_t walk_first_repetitions(const struct plan_group *group, uint8_t learnt,
                                       uint32_t max) {
    if (learnt == WALK_LEARNT_GETNEXT) return 0;
    uint32_t fit = (uint32_t)(REPLY_BYTES_AIM / VARBIND_BYTES_GUESS) / group->count;
    uint32_t first = learnt != 0                    ? learnt
                     : fit < WALK_REPETITIONS_START ? fit
                                                    : WALK_REPETITIONS_START;
    if (first == 0) first = 1;
    return (uint16_t)(first < max ? first : max);
}

int walk_init(struct walk *w, const struct plan_part *part, struct arena *arena, bool is_v1,
              const uint8_t *learnt, uint32_t repetitions_max) {
    size_t columns = part->column_count;
    *w = (struct walk){
        .part = part, .arena = arena, .rows_arena = ARENA_INIT(arena->pool), .is_v1 = is_v1,
    };
    w->columns = arena_get(arena, columns * sizeof(*w->columns));
    w->groups = arena_get(arena, part->group_count * sizeof(*w->groups));
    uint16_t *asked = arena_get(arena, columns * sizeof(*asked));
    if (w->columns == NULL || w->groups == NULL || asked == NULL) return -ENOMEM;
    memset(w->columns, 0, columns * sizeof(*w->columns));
    uint32_t max = repetitions_max != 0 && repetitions_max < WALK_REPETITIONS_MAX
                       ? repetitions_max
                       : WALK_REPETITIONS_MAX;
    for (uint16_t g = 0; g < part->group_count; g++) {
        const struct plan_group *group = &part->groups[g];
        w->groups[g] = (struct walk_group){
            .ask_max = group->count,
            .repetitions = is_v1 ? 0 : walk_first_repetitions(group, learnt[group->number], max),
            .repetitions_max = (uint16_t)max,
            .repetitions_limit = (uint16_t)max,
            .patience = WALK_PATIENCE_MIN,
            .bulk_works =
                learnt[group->number] != 0 && learnt[group->number] != WALK_LEARNT_GETNEXT,
            .asked = asked + group->first,
        };
    }
    return 0;
}

void walk_deinit(struct walk *w) {
    arena_deinit(&w->rows_arena);
}

uint8_t walk_learnt(const struct walk *w, uint16_t g) {
    if (w->is_v1 || w->part->kind == PLAN_SCALARS) return 0;
    const struct walk_group *group = &w->groups[g];
    if (group->repetitions > 0) return (uint8_t)group->repetitions;
    return group->bulk_works ? 1 : WALK_LEARNT_GETNEXT;  /* one bad moment is no reason to give
                                                            GETBULK up for ever */
}

/*
 * A walk of a leaf or of an exact instance finds nothing below it: then the root itself is asked
 * for.
 */
static bool walk_wants_leaf(const struct walk *w, const struct walk_group *group) {
    return w->part->kind == PLAN_SUBTREE && w->rows_given == 0 && w->problems == 0 &&
           !group->get_tried && w->part->columns[0].prefix_length > 1;
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

/*
 * Is some open column of another group further back than all of this group's? Then its rows wait
 * for that one.
 */
static bool walk_is_ahead(const struct walk *w, uint16_t g) {
    const struct plan_group *group = &w->part->groups[g];
    size_t count = w->part->column_count;
    const struct walk_column *least = NULL;
    size_t least_at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct walk_column *c = &w->columns[i];
        if (c->is_done) continue;
        bool less = least == NULL || oid_compare(span_of(c->last, c->last_length),
                                                 span_of(least->last, least->last_length)) < 0;
        if (!less) continue;
        least = c;
        least_at = i;
    }
    return least != NULL &&
           (least_at < group->first || least_at >= (size_t)group->first + group->count);
}

static bool walk_is_get(const struct walk *w, const struct walk_group *group) {
    return w->part->kind == PLAN_SCALARS || group->get_tried;
}

/* Are the look-ups that rows of @w need done? */
static bool walk_has_lookups(const struct walk *w) {
    for (size_t i = 0; i < w->part->described.join_count; i++) {
        if (!walk_is_done(&w->walks[w->part->joins[i].lookup])) return false;
    }
    return true;
}

bool walk_produce(struct walk *w, uint16_t g) {
    struct walk_group *group = &w->groups[g];
    const struct plan_group *planned = &w->part->groups[g];
    if (group->is_busy || !walk_has_lookups(w)) return false;
    if (w->part->group_count > 1 && w->rows_arena.taken > WALK_AHEAD_BYTES && walk_is_ahead(w, g))
        return false;
    group->asked_count = 0;
    for (uint16_t i = 0; i < planned->count && group->asked_count < group->ask_max; i++) {
        uint16_t column = (uint16_t)(planned->first + i);
        if (!w->columns[column].is_done) group->asked[group->asked_count++] = column;
    }
    if (group->asked_count == 0) {
        if (!walk_wants_leaf(w, group)) return false;
        group->get_tried = true;
        group->asked[group->asked_count++] = planned->first;
    }
    group->is_busy = true;
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
        struct span last = span_of(c->last, c->last_length);
        if (ret_pdu->type == PDU_GET || last.length == 0)
            varbind_write_null(writer, oid, SPAN_NULL);
        else if (w->part->kind == PLAN_SUBTREE) varbind_write_null(writer, last, SPAN_NULL);
        else varbind_write_null(writer, oid, last);
    }
}

static void walk_end_column(struct walk *w, uint16_t column, enum walk_problem problem) {
    w->columns[column].is_done = true;
    walk_note(w, problem, column);
}

/* Ask for less after a reply that brought nothing. */
static void walk_shrink(struct walk *w, struct walk_group *group, enum walk_problem problem) {
    if (!walk_is_get(w, group) && group->repetitions > 0) {
        group->repetitions /= 2;
        group->repetitions_max = group->repetitions_limit = group->repetitions;
    } else if (group->asked_count > 1) {
        group->ask_max = (uint16_t)((group->asked_count + 1) / 2);
    } else if (group->asked_count == 1) {
        walk_end_column(w, group->asked[0], problem);
    }
}

void walk_lost(struct walk *w, uint16_t g) {
    struct walk_group *group = &w->groups[g];
    if (walk_is_get(w, group) || group->repetitions == 0) return;
    if (group->lost++ == 0) group->repetitions_first = group->repetitions;
    if (group->strikes < UINT8_MAX) group->strikes++;
    group->repetitions = (uint16_t)(group->repetitions / (group->is_answered ? 2 : 4));
}

/* This user may see nothing here (RFC 3413 section 3.2 step 5): to ask for less changes nothing. */
static void walk_end_group(struct walk *w, const struct walk_group *group) {
    const struct plan_group *planned = &w->part->groups[group - w->groups];
    for (uint16_t i = 0; i < planned->count; i++) {
        uint16_t column = (uint16_t)(planned->first + i);
        if (!w->columns[column].is_done) walk_end_column(w, column, WALK_AGENT_ERROR);
    }
}

/*
 * RFC 3416 section 4.2; in v1 noSuchName is also how a table ends and how a scalar says that it is
 * not there.
 */
static void walk_consume_error(struct walk *w, struct walk_group *group, const struct pdu *pdu) {
    bool is_bulk = !walk_is_get(w, group) && group->repetitions > 0;
    if (pdu->error_status == ERROR_TOO_BIG) {
        walk_shrink(w, group, WALK_TOO_BIG);
        return;
    }
    if (w->error_status == 0 && pdu->error_status != ERROR_NO_SUCH_NAME)
        w->error_status = pdu->error_status;
    bool names_one = pdu->error_index >= 1 && pdu->error_index <= group->asked_count;
    if (pdu->error_status == ERROR_AUTHORIZATION_ERROR && !names_one) {
        walk_end_group(w, group);
        return;
    }
    if (is_bulk) {  /* whatever ails its GETBULK, GETNEXT names the column */
        group->repetitions = group->repetitions_max = group->repetitions_limit = 0;
        return;
    }
    if (!names_one && group->asked_count > 1) {
        walk_shrink(w, group, WALK_AGENT_ERROR);
        return;
    }
    uint16_t column = group->asked[names_one ? pdu->error_index - 1 : 0];
    if (pdu->error_status == ERROR_NO_SUCH_NAME) w->columns[column].is_done = true;
    else walk_end_column(w, column, WALK_AGENT_ERROR);
}

static bool value_is_exception(const struct fleet_value *v) {
    return v->type >= FLEET_NO_SUCH_OBJECT;
}

/* Hand out the row of all scalars as it stands in the datagram. */
static void walk_give_scalars(struct walk *w, const struct fleet_value *cells, int64_t time_ns,
                              struct walk_sink *sink) {
    struct fleet_row row = { .target = sink->target,
                             .table = &w->part->described,
                             .time_ns = time_ns,
                             .index = (const uint8_t *)"",
                             .cells = cells };
    w->rows_given++;
    sink->rows++;
    sink->sink->rows(sink->sink->context, &row, 1);
}

/* Cells that must wait for those of other replies. */
static void walk_keep_scalars(struct walk *w, const struct walk_group *group,
                              const struct fleet_value *cells, uint16_t first, int64_t time_ns) {
    for (uint16_t i = 0; i < group->asked_count; i++) {
        uint16_t column = group->asked[i];
        const struct fleet_value *cell = &cells[column - first];
        if (cell->type != FLEET_ABSENT) walk_put_cell(w, column, span_of("", 0), cell, time_ns);
    }
}

static uint32_t walk_consume_get(struct walk *w, uint16_t g, struct ber_reader *r, int64_t time_ns,
                                 struct walk_sink *sink) {
    struct walk_group *group = &w->groups[g];
    const struct plan_group *planned = &w->part->groups[g];
    struct fleet_value cells[PLAN_GROUP_COLUMNS];
    memset(cells, 0, planned->count * sizeof(cells[0]));
    uint32_t used = 0, present = 0;
    struct varbind vb;
    for (uint16_t i = 0; i < group->asked_count; i++) {
        uint16_t column = group->asked[i];
        struct span oid = w->part->columns[column].oid;
        bool is_of;
        if (!varbind_next_of(r, oid, &vb, &is_of)) break;
        if (!is_of) continue;
        used++;
        w->columns[column].is_done = true;
        if (value_is_exception(&vb.value)) continue;
        walk_copy_fields(&cells[column - planned->first], &vb.value);
        present++;
    }
    sink->varbinds += present;
    /* Nothing before and nothing to come: the usual case, in which no byte is copied. */
    bool whole = w->part->group_count == 1 && w->rows == NULL && used == group->asked_count &&
                 group->ask_max == planned->count;
    if (present > 0 && whole) walk_give_scalars(w, cells, time_ns, sink);
    else if (present > 0) walk_keep_scalars(w, group, cells, planned->first, time_ns);
    return used;
}

/* Of a subtree every varbind is a row of its own, handed out as it stands in the datagram. */
static uint32_t walk_consume_subtree(struct walk *w, struct walk_group *group, struct ber_reader *r,
                                     int64_t time_ns, struct walk_sink *sink) {
    enum { BATCH = 64 };
    struct fleet_row rows[BATCH];
    struct fleet_value cells[BATCH];
    const struct plan_column *root = &w->part->columns[0];
    struct walk_column *c = &w->columns[0];
    struct span last = span_of(c->last, c->last_length),
                prefix = span_of(root->oid.bytes, root->prefix_length);
    uint32_t used = 0, count = 0;
    struct varbind vb;
    while ((group->get_tried || !c->is_done) && varbind_next(r, &vb)) {
        bool exact = group->get_tried && span_equal(vb.oid, root->oid);
        bool below =
            !group->get_tried && vb.oid.length > prefix.length && span_starts_with(vb.oid, prefix);
        c->is_done |= value_is_exception(&vb.value) || !(exact || below);
        if (value_is_exception(&vb.value) || !(exact || below)) break;
        if (last.length > 0 && oid_compare(vb.oid, last) <= 0) {
            walk_end_column(w, 0, WALK_NOT_INCREASING);
            break;
        }
        last = vb.oid;
        used++;
        walk_copy_fields(&cells[count], &vb.value);
        rows[count] = (struct fleet_row){ .target = sink->target,
                                          .table = &w->part->described,
                                          .time_ns = time_ns,
                                          .index = vb.oid.bytes,
                                          .index_length = vb.oid.length,
                                          .cells = &cells[count] };
        if (++count == BATCH) {
            sink->sink->rows(sink->sink->context, rows, count);
            count = 0;
        }
        if (group->get_tried) break;
    }
    if (count > 0) sink->sink->rows(sink->sink->context, rows, count);
    if (used > 0) walk_remember(w, 0, last);
    w->rows_given += used;
    sink->rows += used;
    sink->varbinds += used;
    return used + c->is_done;
}

static uint32_t walk_consume_table(struct walk *w, struct walk_group *group, struct ber_reader *r,
                                   int64_t time_ns, struct walk_sink *sink) {
    uint32_t used = 0;
    uint16_t at = 0, open = group->asked_count;
    struct varbind vb;
    while (open > 0 && varbind_next(r, &vb)) {
        uint16_t column = group->asked[at];
        if (++at == group->asked_count) at = 0;
        struct walk_column *c = &w->columns[column];
        if (c->is_done) continue;
        struct span root = w->part->columns[column].oid;
        bool inside = vb.oid.length > root.length && span_starts_with(vb.oid, root) &&
                      !value_is_exception(&vb.value);
        if (!inside) {
            c->is_done = true;
        } else if (walk_put_cell(w, column, span_skip(vb.oid, root.length), &vb.value, time_ns)) {
            sink->varbinds++;
            used++;
        }
        if (c->is_done) {
            open--;
            used++;
        }
    }
    for (uint16_t i = 0; i < group->asked_count; i++) walk_settle(w, group->asked[i]);
    return used;
}

/*
 * A reply in which a column ended holds varbinds that were not looked at: it says nothing about the
 * weight of a row.
 */
static bool walk_any_ended(const struct walk *w, const struct walk_group *group) {
    for (uint16_t i = 0; i < group->asked_count; i++) {
        if (w->columns[group->asked[i]].is_done) return true;
    }
    return false;
}

/* What losses mean, now that an attempt was answered: chance, or too much was asked for. */
static void walk_judge_losses(struct walk_group *group) {
    if (group->lost == 0) {
        group->strikes = 0;
    } else if (group->strikes < WALK_STRIKES && group->bulk_works) {
        group->repetitions = group->repetitions_first;
    } else {
        group->repetitions_max = group->repetitions;
        group->strikes = group->good = 0;
        if (group->patience < WALK_PATIENCE_MAX) group->patience *= 2;
    }
}

/* Another good reply: after enough of them what losses shrank may grow again. */
static void walk_recover(struct walk_group *group) {
    if (group->repetitions_max >= group->repetitions_limit || !group->bulk_works) return;
    if (++group->good < group->patience) return;
    group->good = 0;
    group->repetitions_max = group->repetitions_limit;
    if (group->repetitions == 0) group->repetitions = 1;
}

/*
 * Repetitions that fill a datagram, at most double what was asked and only when the agent gave all
 * of it. An answer with more than is asked for now is one to an earlier attempt: it was late, not
 * lost, and what was asked for less on its account is taken back.
 */
static void walk_learn(struct walk_group *group, size_t varbinds, size_t size) {
    size_t rounds = varbinds / group->asked_count;
    uint16_t limit = group->repetitions_limit;
    if (rounds > 1 && rounds > group->repetitions) {
        group->repetitions = group->repetitions_max = rounds < limit ? (uint16_t)rounds : limit;
    }
    walk_recover(group);
    if (group->repetitions == 0 || rounds == 0) return;
    size_t fit = REPLY_BYTES_AIM * rounds / size;
    if (fit == 0) fit = 1;
    size_t next = group->repetitions;
    if (fit < next) next = fit;
    else if (rounds >= next) next = next * 2 < fit ? next * 2 : fit;
    group->repetitions = (uint16_t)(next < group->repetitions_max ? next : group->repetitions_max);
}

void walk_consume(struct walk *w, uint16_t g, const struct pdu *pdu, size_t size, int64_t time_ns,
                  struct walk_sink *sink) {
    struct walk_group *group = &w->groups[g];
    group->is_busy = false;
    if (pdu->error_status != ERROR_NO_ERROR) {
        group->lost = 0;
        walk_consume_error(w, group, pdu);
        walk_hand_out(w, false, sink);
        return;
    }
    struct ber_reader r = BER_READER(pdu->varbinds);
    uint32_t used = w->part->kind == PLAN_SCALARS ? walk_consume_get(w, g, &r, time_ns, sink)
                    : w->part->kind == PLAN_SUBTREE
                        ? walk_consume_subtree(w, group, &r, time_ns, sink)
                        : walk_consume_table(w, group, &r, time_ns, sink);
    if (used > 0) group->is_answered = true;
    /*
     * Also when it comes late, after GETNEXT was turned to: then it holds more than a GETNEXT
     * gives.
     */
    bool is_bulk = !walk_is_get(w, group) && (group->repetitions > 0 || used > group->asked_count);
    if (used > 0 && is_bulk) group->bulk_works = true;
    if (used > 0 && !walk_is_get(w, group)) walk_judge_losses(group);
    group->lost = 0;
    sink->lenient |= r.lenient;
    if (r.error != 0) walk_note(w, WALK_MALFORMED, group->asked[0]);
    if (used == 0) walk_shrink(w, group, WALK_MALFORMED);
    else if (!walk_is_get(w, group) && !walk_any_ended(w, group))
        walk_learn(group, used, size);
    walk_hand_out(w, false, sink);
}

void walk_flush(struct walk *w, struct walk_sink *sink) {
    walk_hand_out(w, true, sink);
}

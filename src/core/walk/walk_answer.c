/* walk_answer: see walk_answer.h. */
#include "core/walk/walk_answer.h"

#include "core/walk/walk_pace.h"
#include "core/walk/walk_problem.h"
#include "core/walk/walk_rows.h"
#include "core/walk/walk_seen.h"
#include "core/walk/walk_table.h"
#include "wire/oid.h"

enum { SEEN_BUDGET = 100000 };  /* comparisons with names of the same reply: below a millisecond */

static bool is_get(const struct walk *w, const struct walk_group *group) {
    return w->part->kind == PLAN_SCALARS || group->get_tried;
}

static bool value_is_exception(const struct fleet_value *v) {
    return v->type >= FLEET_NO_SUCH_OBJECT;
}

/*
 * The agent cannot give the cell behind the last one of a column that was asked alone: it is
 * passed, unless too many in a row were.
 */
static void fail_cell(struct walk *w, struct walk_group *group, uint16_t column,
                      enum walk_problem problem) {
    struct walk_column *c = &w->columns[column];
    c->skipped_for = (uint8_t)problem;
    if (w->part->kind == PLAN_SCALARS || group->get_tried || ++c->skips > WALK_SKIPS) {
        walk_end_column(w, column, problem, SPAN_NULL);
        if (w->part->kind != PLAN_SCALARS)
            walk_pace_restore(group, &w->part->groups[group - w->groups], w->terms->is_v1);
    } else {
        c->is_held = true;
        w->held_count++;
    }
}

/* Ask for less after a reply that brought nothing. */
static void shrink(struct walk *w, struct walk_group *group, enum walk_problem problem) {
    if (walk_pace_shrink(group, is_get(w, group)) || group->asked_count == 0) return;
    if (problem == WALK_MALFORMED) walk_end_column(w, group->asked[0], problem, SPAN_NULL);
    else fail_cell(w, group, group->asked[0], problem);
}

/* This user may see nothing here (RFC 3413 section 3.2 step 5): to ask for less changes nothing. */
static void end_group(struct walk *w, const struct walk_group *group) {
    const struct plan_group *planned = &w->part->groups[group - w->groups];
    for (uint16_t i = 0; i < planned->count; i++) {
        uint16_t column = (uint16_t)(planned->first + i);
        if (!w->columns[column].is_done)
            walk_end_column(w, column, WALK_AGENT_ERROR, SPAN_NULL);
    }
}

/*
 * RFC 3416 section 4.2; in v1 noSuchName is also how a table ends and how a scalar says that it is
 * not there.
 */
void walk_take_error(struct walk *w, uint16_t g, const struct pdu *pdu) {
    struct walk_group *group = &w->groups[g];
    bool is_bulk = !is_get(w, group) && group->repetitions > 0;
    group->lost = 0;
    if (pdu->error_status == ERROR_TOO_BIG) {
        shrink(w, group, WALK_TOO_BIG);
        return;
    }
    if (w->error_status == 0 && pdu->error_status != ERROR_NO_SUCH_NAME)
        w->error_status = pdu->error_status;
    bool names_one = pdu->error_index >= 1 && pdu->error_index <= group->asked_count;
    if (pdu->error_status == ERROR_AUTHORIZATION_ERROR && !names_one) {
        end_group(w, group);
        return;
    }
    if (is_bulk) {
        walk_pace_leave_bulk(group, true);
        return;
    }
    if (!names_one && group->asked_count > 1) {
        shrink(w, group, WALK_AGENT_ERROR);
        return;
    }
    uint16_t column = group->asked[names_one ? pdu->error_index - 1 : 0];
    if (pdu->error_status == ERROR_NO_SUCH_NAME) w->columns[column].is_done = true;
    else if (pdu->error_status == ERROR_GEN_ERR) fail_cell(w, group, column, WALK_AGENT_ERROR);
    else walk_end_column(w, column, WALK_AGENT_ERROR, SPAN_NULL);
}

/* Hand out the row of all scalars as it stands in the datagram. */
static void give_scalars(struct walk *w, const struct fleet_value *cells, int64_t time_ns,
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
static void keep_scalars(struct walk *w, const struct walk_group *group,
                         const struct fleet_value *cells, uint16_t first, int64_t time_ns) {
    for (uint16_t i = 0; i < group->asked_count; i++) {
        uint16_t column = group->asked[i];
        const struct fleet_value *cell = &cells[column - first];
        if (cell->type != FLEET_ABSENT)
            (void)walk_put_cell(w, column, w->columns[column].cursor, span_of("", 0), cell,
                                time_ns);
    }
}

static uint32_t take_get(struct walk *w, uint16_t g, struct ber_reader *r, int64_t time_ns,
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
        const uint8_t *at = r->at;
        if (!varbind_next_of(r, oid, &vb, &is_of)) {
            if (r->error == 0 || !varbind_skip(r, at, &vb)) break;
            is_of = span_equal(vb.oid, oid);
        }
        if (!is_of) continue;
        used++;
        w->columns[column].is_done = true;
        if (value_is_exception(&vb.value)) continue;
        if (vb.value.type == FLEET_ABSENT) {
            walk_note(w, WALK_UNDECODABLE, column, SPAN_NULL, SPAN_NULL);
            continue;
        }
        walk_copy_fields(&cells[column - planned->first], &vb.value);
        present++;
    }
    sink->varbinds += present;
    /* Nothing before and nothing to come: the usual case, in which no byte is copied. */
    bool whole = w->part->group_count == 1 && w->rows == NULL && used == group->asked_count &&
                 used == planned->count;
    if (present > 0 && whole) give_scalars(w, cells, time_ns, sink);
    else if (present > 0) keep_scalars(w, group, cells, planned->first, time_ns);
    return used;
}

/* Rows of a subtree, each a varbind, handed out as they stand in the datagram. */
struct batch {
    struct walk_sink *sink;
    const struct fleet_table *table;
    int64_t time_ns;
    uint32_t count;
    struct fleet_row rows[64];
    struct fleet_value cells[64];
};

static void batch_give(struct batch *b) {
    if (b->count > 0) b->sink->sink->rows(b->sink->sink->context, b->rows, b->count);
    b->count = 0;
}

static void batch_put(struct batch *b, const struct varbind *vb) {
    struct fleet_value *cell = &b->cells[b->count];
    walk_copy_fields(cell, &vb->value);
    b->rows[b->count] = (struct fleet_row){ .target = b->sink->target,
                                            .table = b->table,
                                            .time_ns = b->time_ns,
                                            .index = vb->oid.bytes,
                                            .index_length = vb->oid.length,
                                            .cells = cell };
    b->sink->varbinds++;
    b->sink->rows++;
    if (++b->count == sizeof(b->rows) / sizeof(b->rows[0])) batch_give(b);
}

/* Where a walk of a subtree stands while a reply is read. */
struct subtree {
    struct span varbinds;      /* of the reply */
    struct span asked;         /* SPAN_NULL: its root */
    struct span last;          /* name that came last */
    struct span greatest;      /* of all that came and are above the name asked */
    struct span low;           /* the first in order of the names in the reply's second half */
    bool is_disordered;        /* a name came behind one that it should be in front of */
    uint32_t count;            /* varbinds read */
    uint32_t budget;           /* of comparisons */
};

enum verdict { ROW_NEW, ROW_KNOWN, ROW_FAULT };

/* @oid is in the subtree: may it be taken? */
static enum verdict judge(const struct walk *w, struct subtree *s, struct span oid) {
    if (s->greatest.length == 0 || oid_compare(oid, s->greatest) > 0) {
        bool is_above = s->asked.length == 0 || s->greatest.length > 0 ||
                        oid_compare(oid, s->asked) > 0;
        if (!is_above) return ROW_FAULT;
        s->greatest = oid;
        return ROW_NEW;
    }
    if (s->asked.length > 0 && oid_compare(oid, s->asked) <= 0) return ROW_FAULT;
    if (walk_seen_in(s->varbinds, s->count, oid, &s->budget) || s->budget == 0) return ROW_FAULT;
    return walk_seen_has(w, oid) ? ROW_KNOWN : ROW_NEW;
}

/* Something outside the subtree came: its end, or a way back. */
static void leave_subtree(struct walk *w, struct walk_group *group, const struct subtree *s,
                          const struct varbind *vb) {
    struct walk_column *c = &w->columns[0];
    struct span root = w->part->columns[0].oid;
    struct span before = s->last.length > 0 ? s->last : s->asked.length > 0 ? s->asked : root;
    bool is_back = !value_is_exception(&vb->value) && !group->get_tried &&
                   oid_compare(vb->oid, before) < 0;
    if (!is_back) {
        c->is_done = true;
        return;
    }
    if (s->last.length > 0) walk_remember(w, 0, s->last);
    walk_take_fault(w, group, 0, vb->oid);
    if (c->is_asked_again) walk_pace_leave_bulk(group, false);
}

/* The next request asks for what follows the name that came last. */
static void settle_subtree(struct walk *w, struct walk_group *group, const struct subtree *s,
                           bool is_fault, struct span came) {
    struct walk_column *c = &w->columns[0];
    if (s->last.length > 0) {
        struct span next = s->is_disordered && s->low.length > 0 && !is_fault ? s->low : s->last;
        c->is_asked_again = false;
        if (c->skips > 0) {
            if (c->is_guess) walk_note(w, c->skipped_for, 0, walk_last(c), SPAN_NULL);
            c->skips = 0;
            walk_pace_restore(group, &w->part->groups[0], w->terms->is_v1);
        }
        bool was_in_order = w->seen.count == 0 && span_equal(next, s->greatest);
        walk_remember(w, 0, next);
        if (!was_in_order && !walk_seen_keep(w, s->varbinds, s->count, next) && !c->is_done)
            walk_end_column(w, 0, WALK_NOT_INCREASING, s->greatest);
    }
    if (!is_fault || c->is_done) return;
    walk_take_fault(w, group, 0, came);
    if (c->is_asked_again) walk_pace_leave_bulk(group, false);
}

static uint32_t take_subtree(struct walk *w, struct walk_group *group, struct span varbinds,
                             struct ber_reader *r, int64_t time_ns, struct walk_sink *sink) {
    struct batch b;
    b.sink = sink;
    b.table = &w->part->described;
    b.time_ns = time_ns;
    b.count = 0;
    const struct plan_column *root = &w->part->columns[0];
    struct walk_column *c = &w->columns[0];
    struct span prefix = span_of(root->oid.bytes, root->prefix_length), came = SPAN_NULL;
    struct subtree s = { .varbinds = varbinds, .asked = walk_last(c), .budget = SEEN_BUDGET };
    s.greatest = walk_seen_greatest(w);
    uint32_t given = sink->rows, used = 0;
    bool is_fault = false, has_left = false;
    struct varbind vb;
    for (; !has_left && !is_fault && varbind_next_or_skip(r, &vb); s.count++) {
        if (vb.oid.length == 0) {
            walk_note(w, WALK_UNDECODABLE, 0, s.last.length > 0 ? s.last : s.asked, SPAN_NULL);
            continue;
        }
        bool is_below = vb.oid.length > prefix.length && span_starts_with(vb.oid, prefix);
        has_left = value_is_exception(&vb.value) || !is_below;
        if (has_left) break;
        enum verdict verdict = judge(w, &s, vb.oid);
        is_fault = verdict == ROW_FAULT;
        if (is_fault) break;
        bool is_greatest = s.greatest.bytes == vb.oid.bytes;  /* in order, as nearly all are */
        if (!is_greatest && s.last.length > 0 && oid_compare(vb.oid, s.last) < 0)
            s.is_disordered = true;
        s.last = vb.oid;
        bool is_half = ++used > group->repetitions / 2u;
        if (is_half && (s.low.length == 0 ||
                        (s.is_disordered && oid_compare(vb.oid, s.low) < 0)))
            s.low = vb.oid;
        if (verdict == ROW_KNOWN) continue;
        if (vb.value.type != FLEET_ABSENT) batch_put(&b, &vb);
        else walk_note(w, WALK_UNDECODABLE, 0, vb.oid, SPAN_NULL);
    }
    came = is_fault ? vb.oid : SPAN_NULL;
    batch_give(&b);
    w->rows_given += sink->rows - given;
    if (has_left) leave_subtree(w, group, &s, &vb);
    settle_subtree(w, group, &s, is_fault, came);
    return used + c->is_done + (c->is_asked_again && !c->is_done);
}

/* The object at the root of a subtree, asked for by GET. */
static uint32_t take_leaf(struct walk *w, struct ber_reader *r, int64_t time_ns,
                          struct walk_sink *sink) {
    struct batch b;
    b.sink = sink;
    b.table = &w->part->described;
    b.time_ns = time_ns;
    b.count = 0;
    struct varbind vb;
    w->columns[0].is_done = true;
    if (!varbind_next_or_skip(r, &vb)) return 0;
    bool is_it = span_equal(vb.oid, w->part->columns[0].oid) && !value_is_exception(&vb.value);
    if (!is_it) return 1;
    if (vb.value.type != FLEET_ABSENT) {
        batch_put(&b, &vb);
        w->rows_given++;
    } else {
        walk_note(w, WALK_UNDECODABLE, 0, vb.oid, SPAN_NULL);
    }
    batch_give(&b);
    return 1;
}

/*
 * A reply in which a column ended, or met a fault, holds varbinds that were not looked at: it says
 * nothing about the weight of a row.
 */
static bool any_stopped(const struct walk *w, const struct walk_group *group) {
    for (uint16_t i = 0; i < group->asked_count; i++) {
        const struct walk_column *c = &w->columns[group->asked[i]];
        if (c->is_done || c->is_asked_again) return true;
    }
    return false;
}

void walk_take_reply(struct walk *w, uint16_t g, const struct pdu *pdu, size_t size,
                     int64_t time_ns, struct walk_sink *sink) {
    struct walk_group *group = &w->groups[g];
    struct ber_reader r = BER_READER(pdu->varbinds);
    bool asks_get = is_get(w, group);
    uint32_t undecodable = w->lost_cells[WALK_UNDECODABLE];
    uint32_t used = w->part->kind == PLAN_SCALARS ? take_get(w, g, &r, time_ns, sink)
                    : group->get_tried            ? take_leaf(w, &r, time_ns, sink)
                    : walk_is_subtree(w)
                        ? take_subtree(w, group, pdu->varbinds, &r, time_ns, sink)
                        : walk_take_table(w, group, &r, time_ns, sink);
    if (used > 0) {
        group->is_answered = true;
        /*
         * Also when it comes late, after GETNEXT was turned to: then it holds more than a GETNEXT
         * gives.
         */
        if (!asks_get && (group->repetitions > 0 || used > group->asked_count))
            group->bulk_works = true;
        walk_pace_answered(group);
    }
    group->lost = 0;
    sink->lenient |= r.lenient;
    if (r.error != 0)
        walk_note(w, WALK_MALFORMED, group->asked[0], walk_last(&w->columns[group->asked[0]]),
                  SPAN_NULL);
    bool has_bad = w->lost_cells[WALK_UNDECODABLE] > undecodable;
    if (used == 0) shrink(w, group, has_bad ? WALK_UNDECODABLE : WALK_MALFORMED);
    else if (!asks_get && !any_stopped(w, group)) walk_pace_learn(group, used, size);
}

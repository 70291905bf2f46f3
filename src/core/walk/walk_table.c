/*
 * walk_table: see walk_table.h.
 *
 * A varbind is dealt by its position, and belongs there when it is under its column's root. One
 * that is not is the column's end when it is what an honest agent gives then: whatever follows the
 * column, which is above the name asked. What follows may be another column that is asked in the
 * same request; the agent then says its first rows twice, here and at their own position. A varbind
 * of another column that its own position does not repeat shows that varbinds were left out. What
 * came at its own position until then is good, for what was left out would have shifted it; no end
 * of a column that was seen in this reply is believed, and the rest of it is not looked at.
 *
 * A column whose rows are out of order is not asked for what follows the last of them, but for what
 * follows the one in the reply's second half that is first in order: so more of what comes next is
 * above the name asked.
 */
#include "core/walk/walk_table.h"

#include "core/walk/walk_pace.h"
#include "core/walk/walk_problem.h"
#include "core/walk/walk_rows.h"
#include "wire/oid.h"

/* What is known of a column while a reply to it is read. */
struct place {
    struct span root;          /* of the column */
    struct walk_row *floor;    /* where it stood when it was asked */
    uint16_t column;
    bool is_odd;               /* it is deaf, or was shown ahead */
    bool has_cell;             /* something of it came */
    bool is_deaf;              /* what comes for it is not looked at any more */
    bool has_ended;            /* by a varbind of another column */
    bool is_disordered;        /* a row came behind one that it should be in front of */
    struct walk_row *low;      /* the first in order of those in the reply's second half, then */
    struct span ahead;         /* name of it at the position of one that ended: its own position is
                                  to repeat it; SPAN_NULL: none */
};

struct deal {
    struct walk *w;
    struct walk_group *group;
    struct walk_sink *sink;
    int64_t time_ns;
    uint16_t open;             /* places that more may come for */
    uint32_t round;
    uint32_t used;
    bool is_shifted;           /* positions do not say what a varbind belongs to: at the end */
    struct place places[PLAN_GROUP_COLUMNS];
};

static void close_place(struct deal *d, struct place *p) {
    if (p->is_deaf) return;
    p->is_deaf = p->is_odd = true;
    d->open--;
}

void walk_take_fault(struct walk *w, struct walk_group *group, uint16_t column, struct span came) {
    struct walk_column *c = &w->columns[column];
    bool may_repeat = group->repetitions > 0 && !c->is_asked_again && c->faults < WALK_FAULTS;
    if (may_repeat) {
        c->is_asked_again = true;
        c->faults++;
        return;
    }
    if (c->is_asked_again)
        walk_pace_restore(group, &w->part->groups[group - w->groups], w->terms->is_v1);
    c->is_asked_again = false;
    walk_end_column(w, column, WALK_NOT_INCREASING, came);
}

static void take_fault(struct deal *d, struct place *p, struct span came) {
    struct walk_column *c = &d->w->columns[p->column];
    walk_settle(d->w, p->column);
    if (p->has_cell) c->is_asked_again = false;
    walk_take_fault(d->w, d->group, p->column, came);
    close_place(d, p);
    d->used++;
}

static bool is_before(const struct walk_row *a, const struct walk_row *b) {
    return b == NULL || oid_compare(span_of(a->index, a->index_length),
                                    span_of(b->index, b->index_length)) < 0;
}

/* The column has moved, from @before: is the table out of order? */
static void watch_order(struct deal *d, struct place *p, const struct walk_row *before) {
    struct walk_row *row = d->w->columns[p->column].cursor;
    p->has_cell = true;
    if (before != NULL && row != before->next && is_before(row, before)) p->is_disordered = true;
    bool is_half = p->is_disordered && d->round >= d->group->repetitions / 2u;
    if (is_half && is_before(row, p->low)) p->low = row;
}

/* Put the cell of @vb into its row: its name is under the root of the column at @p. */
static void take_cell(struct deal *d, struct place *p, const struct varbind *vb) {
    struct walk *w = d->w;
    struct span index = span_skip(vb->oid, p->root.length);
    const struct walk_row *before = w->columns[p->column].cursor;
    if (p->ahead.length > 0) {
        d->is_shifted = oid_compare(vb->oid, p->ahead) > 0;
        if (d->is_shifted) return;
        p->ahead = SPAN_NULL;
        p->is_odd = p->is_deaf;
    }
    switch (walk_put_cell(w, p->column, p->floor, index, &vb->value, d->time_ns)) {
    case WALK_PUT_NEW:
        watch_order(d, p, before);
        d->used++;
        if (vb->value.type != FLEET_ABSENT) d->sink->varbinds++;
        else walk_note(w, WALK_UNDECODABLE, p->column, index, SPAN_NULL);
        break;
    case WALK_PUT_KNOWN: watch_order(d, p, before); break;
    case WALK_PUT_CIRCLE:
    case WALK_PUT_BACK: take_fault(d, p, vb->oid); break;
    case WALK_PUT_FAILED: close_place(d, p); break;
    }
}

static inline bool is_under(struct span root, struct span oid) {
    return oid.length > root.length && span_starts_with(oid, root);
}

/* The place whose column @oid is under; NULL: none of those asked. */
static struct place *find_place(struct deal *d, struct span oid, uint16_t first) {
    uint16_t count = d->group->asked_count;
    for (uint16_t i = 0; i < count; i++) {
        struct place *p = &d->places[(first + i) % count];
        if (is_under(p->root, oid)) return p;
    }
    return NULL;
}

/* Is @oid above all that has come of its column, and what was asked for it? */
static bool is_news(const struct deal *d, const struct place *p, struct span oid) {
    const struct walk_column *c = &d->w->columns[p->column];
    struct span index = span_skip(oid, p->root.length);
    struct span stands = c->cursor != NULL ? span_of(c->cursor->index, c->cursor->index_length)
                                           : walk_last(c);
    return !c->is_done && oid_compare(index, stands) > 0;
}

/* Is @oid above what was asked for the column? */
static bool is_forward(const struct deal *d, const struct place *p, struct span oid) {
    if (!is_under(p->root, oid)) return oid_compare(oid, p->root) > 0;
    struct span index = span_skip(oid, p->root.length);
    return oid_compare(index, walk_last(&d->w->columns[p->column])) > 0;
}

/* Nothing more is under the column's root: it has ended, unless the reply proves to be shifted. */
static void take_end(struct deal *d, struct place *p) {
    if (p->has_ended || p->is_deaf) return;
    p->has_ended = true;
    d->w->columns[p->column].is_done = true;
    close_place(d, p);
    d->used++;
}

/* @vb, at the position of @p, is not under the root of its column, or that has ended before. */
static void take_stray(struct deal *d, struct place *p, const struct varbind *vb) {
    uint16_t at = (uint16_t)(p - d->places);
    struct place *owner = find_place(d, vb->oid, (uint16_t)(at + 1));
    if (owner != NULL && owner != p && is_news(d, owner, vb->oid)) {
        d->is_shifted = owner < p || owner->is_deaf;
        if (d->is_shifted) return;
        if (owner->ahead.length == 0) owner->ahead = vb->oid;
        owner->is_odd = true;
        take_end(d, p);
        return;
    }
    if (p->is_deaf && !p->has_ended) return;
    bool is_back = !is_forward(d, p, vb->oid);
    if (owner != NULL && owner != p && is_back) d->is_shifted = true;
    else if (is_back && !p->is_deaf) take_fault(d, p, vb->oid);
    else if (owner != p) take_end(d, p);
}

/* The varbind at the position of @p. */
static void take_varbind(struct deal *d, struct place *p, const struct varbind *vb) {
    if (vb->oid.length == 0) {
        if (!p->is_deaf)
            walk_note(d->w, WALK_UNDECODABLE, p->column, walk_last(&d->w->columns[p->column]),
                      SPAN_NULL);
    } else if (vb->value.type < FLEET_NO_SUCH_OBJECT) {
        if (!p->is_deaf && is_under(p->root, vb->oid)) take_cell(d, p, vb);
        else take_stray(d, p, vb);
    } else if (!p->is_deaf) {
        d->w->columns[p->column].is_done = true;
        close_place(d, p);
        d->used++;
    }
}

/*
 * The same for the usual case, in which it is put into the next row of the list. False: it is not,
 * and nothing was changed.
 */
static inline bool take_next(struct deal *d, struct place *p, const struct varbind *vb) {
    bool is_cell = vb->value.type != FLEET_ABSENT && vb->value.type < FLEET_NO_SUCH_OBJECT;
    if (p->is_odd || p->is_disordered || !is_cell || !is_under(p->root, vb->oid)) return false;
    struct span index = span_skip(vb->oid, p->root.length);
    if (!walk_put_next(d->w, p->column, index, &vb->value, d->time_ns)) return false;
    p->has_cell = true;
    return true;
}

/* A column that was said to end, although the reply does not bear it out, goes on. */
static void reopen(struct deal *d, struct place *p) {
    if (!p->has_ended) return;
    d->w->columns[p->column].is_done = false;
    d->used--;
}

/* What the reply as a whole means for a column. */
static void settle_place(struct deal *d, struct place *p) {
    struct walk *w = d->w;
    struct walk_column *c = &w->columns[p->column];
    bool is_over = p->has_cell || c->is_done;
    if (c->skips > 0 && is_over) {
        enum walk_problem problem = c->skipped_for;
        if (c->is_guess) walk_note(w, problem, p->column, walk_last(c), SPAN_NULL);
        c->skips = 0;
        walk_pace_restore(d->group, &w->part->groups[d->group - w->groups], w->terms->is_v1);
    }
    if (!p->has_cell) return;
    if (!p->is_deaf) c->is_asked_again = false;
    if (p->is_disordered && p->low != NULL && !p->is_deaf) c->cursor = p->low;
    walk_settle(w, p->column);
}

/* Is what a place that ended has shown of a later column without its own position? */
static bool is_unproven(const struct deal *d) {
    for (uint16_t i = 0; i < d->group->asked_count; i++) {
        if (d->places[i].ahead.length > 0) return true;
    }
    return false;
}

uint32_t walk_take_table(struct walk *w, struct walk_group *group, struct ber_reader *r,
                         int64_t time_ns, struct walk_sink *sink) {
    struct deal d;
    d.w = w;
    d.group = group;
    d.sink = sink;
    d.time_ns = time_ns;
    d.open = group->asked_count;
    d.used = 0;
    d.round = 0;
    d.is_shifted = false;
    uint16_t at = 0, count = group->asked_count;
    for (uint16_t i = 0; i < count; i++) {
        uint16_t column = group->asked[i];
        d.places[i] = (struct place){ .root = w->part->columns[column].oid,
                                      .floor = w->columns[column].cursor, .column = column };
    }
    struct varbind vb;
    uint32_t cells = 0;
    while (d.open > 0 && !d.is_shifted && varbind_next_or_skip(r, &vb)) {
        if (take_next(&d, &d.places[at], &vb)) cells++;
        else take_varbind(&d, &d.places[at], &vb);
        if (++at < count) continue;
        at = 0;
        d.round++;
        /* Earlier attempts asked for more columns: positions agree in the first round only. */
        if (group->is_narrowed) break;
    }
    d.used += cells;
    sink->varbinds += cells;
    bool may_reopen = group->asked_count > 1 && (d.is_shifted || is_unproven(&d));
    bool was_asked_again = false;
    for (uint16_t i = 0; i < group->asked_count; i++) {
        if (may_reopen) reopen(&d, &d.places[i]);
        settle_place(&d, &d.places[i]);
        was_asked_again |= w->columns[d.places[i].column].is_asked_again;
    }
    if (was_asked_again) walk_pace_leave_bulk(group, false);
    if (!may_reopen || (!d.is_shifted && d.used > 0)) return d.used;
    group->ask_max = group->ask_limit = 1;
    return d.used + 1;
}

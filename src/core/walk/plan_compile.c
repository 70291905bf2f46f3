/*
 * plan_compile: see plan_compile.h. All memory comes from the plan's arena, so a failure half-way
 * leaves nothing to undo but that.
 */
#include "core/walk/plan_compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/name.h"
#include "core/walk/plan_copy.h"
#include "snmpfleet/error.h"
#include "wire/ber.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { INTERVAL_DEFAULT_S = 60, CONTEXT_MAX = 255 };

/* A plan in the making. */
struct plan_maker {
    struct plan *plan;
    struct plan_copy copy;
    uint32_t *table_number;
};

static int encode_column(struct plan_column *column, const char *oid, enum plan_kind kind,
                         struct arena *arena) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t prefix = 0;
    int length = kind == PLAN_SUBTREE ? oid_parse_subtree(span_text(oid), bytes, &prefix)
                                      : oid_parse(span_text(oid), bytes);
    if (length < 0 || (length == 0 && kind != PLAN_SUBTREE)) return FLEET_E_OID;
    uint8_t *copy = arena_copy(arena, span_of(bytes, (size_t)length));
    if (copy == NULL) return -ENOMEM;
    *column = (struct plan_column){
        .oid = span_of(copy, (size_t)length),
        .prefix_length = (uint32_t)(kind == PLAN_SUBTREE ? prefix : (size_t)length),
    };
    return 0;
}

/*
 * Do both columns belong to one conceptual row (their OIDs differ in the last sub-identifier only)?
 */
static bool is_same_entry(struct span a, struct span b) {
    size_t end = a.length;
    while (end > 1 && (a.bytes[end - 2] & 0x80) != 0) end--;
    struct span entry = span_of(a.bytes, end > 0 ? end - 1 : 0);
    return b.length <= a.length + 4 && span_starts_with(b, entry) && entry.length > 0;
}

static void group_columns(struct plan_part *part, uint16_t *group_number) {
    for (size_t i = 0; i < part->column_count; i++) {
        struct plan_group *last =
            part->group_count > 0 ? &part->groups[part->group_count - 1] : NULL;
        bool joins = last != NULL && last->count < PLAN_GROUP_COLUMNS &&
                     (part->kind == PLAN_SCALARS ||
                      is_same_entry(part->columns[i - 1].oid, part->columns[i].oid));
        if (joins) {
            last->count++;
        } else {
            part->groups[part->group_count++] = (struct plan_group){ .first = (uint16_t)i,
                                                                     .count = 1,
                                                                     .number = (*group_number)++ };
        }
    }
}

/* The varbind list of the GET that asks for all scalars at once. */
static int encode_get(struct plan_part *part, struct arena *arena) {
    uint8_t buffer[PLAN_GROUP_COLUMNS * (FLEET_OID_BYTES_MAX + 16)];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = part->column_count; i > 0; i--)
        varbind_write_null(&w, part->columns[i - 1].oid, SPAN_NULL);
    struct span written = ber_written(&w);
    uint8_t *copy = arena_copy(arena, written);
    if (copy == NULL) return -ENOMEM;
    part->get_varbinds = span_of(copy, written.length);
    return 0;
}

/* Where the part has a value of this name: a component of its index, or one of @cells cells. */
static bool find_source(const struct plan_part *part, const char *name, size_t cells,
                        struct plan_source *ret_source) {
    const struct fleet_table *t = &part->described;
    for (size_t i = 0; i < t->index_count; i++) {
        if (strcmp(t->index[i].name, name) != 0) continue;
        *ret_source = (struct plan_source){ .is_index = true, .at = (uint16_t)i };
        return true;
    }
    for (size_t i = 0; i < cells; i++) {
        if (strcmp(t->columns[i].object, name) != 0) continue;
        *ret_source = (struct plan_source){ .at = (uint16_t)i };
        return true;
    }
    return false;
}

static int make_part(struct plan_maker *m, enum plan_kind kind, const struct fleet_table *from);

/* A look-up that reads the same columns by the same kinds of index serves again. */
static bool is_same_lookup(const struct plan_part *part, const struct fleet_join *join) {
    const struct fleet_table *t = &part->described;
    if (part->kind != PLAN_LOOKUP || part->column_count != join->column_count ||
        t->index_count != join->index_count) return false;
    for (size_t i = 0; i < join->column_count; i++) {
        if (strcmp(t->columns[i].oid, join->columns[i].oid) != 0) return false;
    }
    for (size_t i = 0; i < join->index_count; i++) {
        if (t->index[i].kind != join->index[i].kind || t->index[i].size != join->index[i].size)
            return false;
    }
    return true;
}

static int find_lookup(struct plan_maker *m, const struct fleet_join *join, uint16_t *ret_lookup) {
    for (uint16_t i = 0; i < m->plan->part_count; i++) {
        if (!is_same_lookup(&m->plan->parts[i], join)) continue;
        *ret_lookup = i;
        return 0;
    }
    const struct fleet_table table = { .name = join->columns[0].object,
                                       .columns = join->columns,
                                       .column_count = join->column_count,
                                       .index = join->index,
                                       .index_count = join->index_count };
    *ret_lookup = m->plan->part_count;  /* its number, for it has no joins of its own */
    return make_part(m, PLAN_LOOKUP, &table);
}

/* Look-ups come before the tables that need them. */
static int make_lookups(struct plan_maker *m, const struct fleet_table *from,
                        struct plan_join **ret_joins) {
    *ret_joins = NULL;
    if (from->join_count == 0) return 0;
    struct plan_join *joins = arena_get(m->copy.arena, from->join_count * sizeof(*joins));
    if (joins == NULL) return -ENOMEM;
    size_t at = from->column_count;
    for (size_t i = 0; i < from->join_count; i++) {
        const struct fleet_join *join = &from->joins[i];
        if (join->column_count == 0) return FLEET_E_INVALID;
        joins[i] = (struct plan_join){ .first = (uint16_t)at,
                                       .count = (uint16_t)join->column_count };
        at += join->column_count;
        if (at > PLAN_COLUMNS_MAX) return FLEET_E_FULL;
        int error = find_lookup(m, join, &joins[i].lookup);
        if (error != 0) return error;
    }
    *ret_joins = joins;
    return 0;
}

static int connect_joins(struct plan_part *part, const struct fleet_table *from) {
    for (size_t i = 0; i < from->join_count; i++) {
        const struct fleet_join *join = &from->joins[i];
        for (size_t k = 0; k < join->index_count; k++) {
            struct plan_source *by = &part->joins[i].by[k];
            if (join->by == NULL || join->by[k] == NULL ||
                !find_source(part, join->by[k], part->joins[i].first, by)) return FLEET_E_INVALID;
            part->reads_index |= by->is_index;
        }
    }
    return 0;
}

static int connect_filters(struct plan_maker *m, struct plan_part *part,
                           const struct fleet_table *from) {
    size_t count = from->filter_count;
    if (count == 0) return 0;
    int error = plan_copy_filters(&m->copy, from->filters, count, &part->described.filters);
    if (error != 0) return error;
    part->described.filter_count = count;
    part->filter_by = arena_get(m->copy.arena, count * sizeof(*part->filter_by));
    if (part->filter_by == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct plan_source *by = &part->filter_by[i];
        if (!find_source(part, from->filters[i].by, part->described.column_count, by))
            return FLEET_E_INVALID;
        part->reads_index |= by->is_index;
    }
    return 0;
}

static int copy_columns(struct plan_maker *m, const struct fleet_column *from, size_t count,
                        bool needs_name, struct fleet_column *to) {
    for (size_t i = 0; i < count; i++) {
        if (needs_name && !name_is_good(from[i].object, NAME_BYTES_MAX)) return FLEET_E_NAME;
        int error = plan_copy_column(&m->copy, &from[i], &to[i]);
        if (error != 0) return error;
    }
    return 0;
}

/* The columns of @from and behind them those of its joins. */
static int describe_columns(struct plan_maker *m, struct plan_part *part,
                            const struct fleet_table *from) {
    size_t all = from->column_count;
    for (size_t i = 0; i < from->join_count; i++) all += from->joins[i].column_count;
    struct fleet_column *columns = arena_get(m->copy.arena, all * sizeof(*columns));
    if (columns == NULL) return -ENOMEM;
    bool needs_name = part->kind == PLAN_TABLE || part->kind == PLAN_LOOKUP;
    int error = copy_columns(m, from->columns, from->column_count, needs_name, columns);
    for (size_t i = 0; error == 0 && i < from->join_count; i++) {
        const struct fleet_join *join = &from->joins[i];
        error = copy_columns(m, join->columns, join->column_count, true,
                             columns + part->joins[i].first);
    }
    part->described.columns = columns;
    part->described.column_count = all;
    return error;
}

static int encode_columns(struct plan_maker *m, struct plan_part *part) {
    size_t count = part->column_count;
    part->columns = arena_get(m->copy.arena, count * sizeof(*part->columns));
    part->groups = arena_get(m->copy.arena, count * sizeof(*part->groups));
    if (part->columns == NULL || part->groups == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const char *oid = part->described.columns[i].oid;
        int error = encode_column(&part->columns[i], oid, part->kind, m->copy.arena);
        if (error != 0) return error;
    }
    group_columns(part, &m->plan->group_count);
    bool is_one_get = part->kind == PLAN_SCALARS && part->group_count == 1;
    return is_one_get ? encode_get(part, m->copy.arena) : 0;
}

static int make_part(struct plan_maker *m, enum plan_kind kind, const struct fleet_table *from) {
    if (from->column_count > PLAN_COLUMNS_MAX) return FLEET_E_FULL;
    if (from->column_count == 0) return FLEET_E_INVALID;
    if (kind != PLAN_SCALARS && !name_is_good(from->name, NAME_BYTES_MAX)) return FLEET_E_NAME;
    struct plan_join *joins;
    int error = make_lookups(m, from, &joins);
    if (error != 0) return error;
    struct plan *plan = m->plan;
    if (plan->part_count == PLAN_PARTS_MAX) return FLEET_E_FULL;
    struct plan_part *part = &plan->parts[plan->part_count++];
    *part = (struct plan_part){
        .kind = kind,
        .column_count = (uint16_t)from->column_count,
        .joins = joins,
        .described = {
            .name = from->name == NULL ? NULL : arena_text(m->copy.arena, from->name),
            .index_count = from->index_count, .join_count = from->join_count,
            .module = plan->name, .context = plan->context,
            .is_subtree = kind == PLAN_SUBTREE, .is_scalars = kind == PLAN_SCALARS,
            .number = (*m->table_number)++,
        },
    };
    if (from->name != NULL && part->described.name == NULL) return -ENOMEM;
    error = plan_copy_index(&m->copy, from->index, from->index_count, &part->described.index);
    if (error == 0) error = describe_columns(m, part, from);
    if (error == 0) error = connect_joins(part, from);
    if (error == 0) error = connect_filters(m, part, from);
    if (error == 0) error = encode_columns(m, part);
    return error;
}

static int make_parts(struct plan_maker *m, const struct fleet_module_options *o) {
    int error = 0;
    if (o->scalar_count > 0) {
        struct fleet_table scalars = { .columns = o->scalars, .column_count = o->scalar_count };
        error = make_part(m, PLAN_SCALARS, &scalars);
    }
    for (size_t i = 0; error == 0 && i < o->table_count; i++)
        error = make_part(m, PLAN_TABLE, &o->tables[i]);
    for (size_t i = 0; error == 0 && i < o->subtree_count; i++) {
        struct fleet_column root = { .oid = o->subtrees[i] };
        const char *oid = o->subtrees[i] != NULL ? o->subtrees[i] : "";
        struct fleet_table subtree = { .name = oid[0] == '.' && oid[1] != '\0' ? oid + 1 : oid,
                                       .columns = &root, .column_count = 1 };
        error = make_part(m, PLAN_SUBTREE, &subtree);
    }
    return error;
}

/* The names of the @number-th context, and what requests carry for it. */
static int name_context(struct plan *plan, const struct fleet_module_options *o, size_t number) {
    plan->label = plan->name;
    if (o->context_count == 0) return 0;
    const struct fleet_context *from = &o->contexts[number];
    const char *name = from->name != NULL ? from->name : "";
    if (*name != '\0' && !name_is_good(name, NAME_BYTES_MAX)) return FLEET_E_NAME;
    char suffix[CONTEXT_MAX + 2], label[2 * CONTEXT_MAX + 2];
    (void)snprintf(suffix, sizeof(suffix), "%s%s", *name != '\0' ? "@" : "", name);
    (void)snprintf(label, sizeof(label), "%s@%s", plan->name, name);
    const char *v3 = from->context != NULL ? from->context : name;
    const char *behind = from->suffix != NULL ? from->suffix : suffix;
    if (strlen(v3) > CONTEXT_MAX || strlen(behind) > CONTEXT_MAX) return FLEET_E_INVALID;
    plan->context = arena_text(&plan->arena, name);
    plan->label = arena_text(&plan->arena, label);
    const char *copy = arena_text(&plan->arena, v3);
    const char *copied_suffix = arena_text(&plan->arena, behind);
    if (plan->context == NULL || plan->label == NULL || copy == NULL || copied_suffix == NULL)
        return -ENOMEM;
    plan->scope.v3_context = span_text(copy);
    plan->scope.suffix = span_text(copied_suffix);
    return 0;
}

int plan_new(const struct fleet_module_options *o, size_t context, struct arena_pool *pool,
             uint32_t *table_number, struct plan **ret_plan) {
    if (!name_is_good(o->name, NAME_BYTES_MAX)) return FLEET_E_NAME;
    size_t parts = (o->scalar_count > 0) + o->table_count + o->subtree_count;
    if (parts == 0) return FLEET_E_INVALID;
    if (parts > PLAN_PARTS_MAX) return FLEET_E_FULL;
    struct arena arena = ARENA_INIT(pool);
    struct plan *plan = arena_get(&arena, sizeof(*plan));
    if (plan == NULL) return -ENOMEM;
    *plan = (struct plan){
        .name = arena_text(&arena, o->name),
        .interval_ns = o->interval_ns != 0 ? o->interval_ns : INTERVAL_DEFAULT_S * CLOCK_NS_PER_S,
        .parts = arena_get(&arena, PLAN_PARTS_MAX * sizeof(*plan->parts)),
    };
    plan->arena = arena;
    struct plan_maker m = { .plan = plan, .copy = { .arena = &plan->arena },
                            .table_number = table_number };
    int error = plan->name == NULL || plan->parts == NULL ? -ENOMEM : 0;
    if (error == 0) error = name_context(plan, o, context);
    if (error == 0) error = make_parts(&m, o);
    if (error != 0) plan_free(plan);
    else *ret_plan = plan;
    return error;
}

void plan_free(struct plan *plan) {
    struct arena arena = plan->arena;  /* the plan is part of it */
    arena_deinit(&arena);
}

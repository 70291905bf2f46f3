/*
 * plan: see plan.h. All memory comes from the caller's arena, so a failure half-way leaves nothing
 * to undo.
 */
#include "core/plan.h"

#include <errno.h>

#include "base/clock.h"
#include "snmpfleet/error.h"
#include "wire/ber.h"
#include "wire/message.h"
#include "wire/oid.h"

enum { NAME_MAX_BYTES = 255, INTERVAL_DEFAULT_S = 60 };

static bool plan_name_is_good(const char *name) {
    if (name == NULL || *name == '\0') return false;
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if ((unsigned char)name[length] < ' ' || name[length] == 0x7f || length >= NAME_MAX_BYTES)
            return false;
    }
    return true;
}

static int plan_column_new(struct plan_column *column, struct fleet_column *described,
                           const struct fleet_column *from, enum plan_kind kind,
                           struct arena *arena) {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    size_t prefix = 0;
    if (from->oid == NULL) return FLEET_E_OID;
    int length = kind == PLAN_SUBTREE ? oid_parse_subtree(span_text(from->oid), oid, &prefix)
                                      : oid_parse(span_text(from->oid), oid);
    if (length < 0 || (length == 0 && kind != PLAN_SUBTREE)) return FLEET_E_OID;
    uint8_t *copy = arena_copy(arena, span_of(oid, (size_t)length));
    const char *object = from->object != NULL ? from->object : "";
    *described = (struct fleet_column){
        .object = arena_text(arena, object),
        .oid = arena_text(arena, from->oid),
        .as = from->as,
        .is_tag = from->is_tag,
    };
    if (copy == NULL || described->object == NULL || described->oid == NULL) return -ENOMEM;
    *column = (struct plan_column){
        .oid = span_of(copy, (size_t)length),
        .prefix_length = (uint32_t)(kind == PLAN_SUBTREE ? prefix : (size_t)length),
    };
    return 0;
}

/*
 * Do both columns belong to one conceptual row (their OIDs differ in the last sub-identifier only)?
 */
static bool plan_same_entry(struct span a, struct span b) {
    size_t end = a.length;
    while (end > 1 && (a.bytes[end - 2] & 0x80) != 0) end--;
    struct span entry = span_of(a.bytes, end > 0 ? end - 1 : 0);
    return b.length <= a.length + 4 && span_starts_with(b, entry) && entry.length > 0;
}

static void plan_group_columns(struct plan_part *part, uint16_t *group_number) {
    size_t count = part->described.column_count;
    for (size_t i = 0; i < count; i++) {
        struct plan_group *last =
            part->group_count > 0 ? &part->groups[part->group_count - 1] : NULL;
        bool joins = last != NULL && last->count < PLAN_GROUP_COLUMNS &&
                     (part->kind == PLAN_SCALARS ||
                      plan_same_entry(part->columns[i - 1].oid, part->columns[i].oid));
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
static int plan_encode_get(struct plan_part *part, struct arena *arena) {
    uint8_t buffer[PLAN_GROUP_COLUMNS * (FLEET_OID_BYTES_MAX + 16)];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    for (size_t i = part->described.column_count; i > 0; i--)
        varbind_write_null(&w, part->columns[i - 1].oid, SPAN_NULL);
    struct span written = ber_written(&w);
    uint8_t *copy = arena_copy(arena, written);
    if (copy == NULL) return -ENOMEM;
    part->get_varbinds = span_of(copy, written.length);
    return 0;
}

static int plan_index_names(struct fleet_table *described, const struct fleet_table *from,
                            struct arena *arena) {
    if (from->index_count == 0) return 0;
    const char **names = arena_get(arena, from->index_count * sizeof(*names));
    if (names == NULL) return -ENOMEM;
    for (size_t i = 0; i < from->index_count; i++) {
        if (!plan_name_is_good(from->index_names[i])) return FLEET_E_NAME;
        names[i] = arena_text(arena, from->index_names[i]);
        if (names[i] == NULL) return -ENOMEM;
    }
    described->index_names = names;
    described->index_count = from->index_count;
    return 0;
}

static int plan_part_new(struct plan *plan, enum plan_kind kind, const struct fleet_table *from,
                         struct arena *arena, uint32_t *table_number) {
    if (plan->part_count == PLAN_PARTS_MAX || from->column_count > PLAN_COLUMNS_MAX)
        return FLEET_E_FULL;
    if (from->column_count == 0) return FLEET_E_INVALID;
    if (kind != PLAN_SCALARS && !plan_name_is_good(from->name)) return FLEET_E_NAME;
    size_t count = from->column_count;
    struct fleet_column *columns = arena_get(arena, count * sizeof(*columns));
    struct plan_part *part = &plan->parts[plan->part_count];
    *part = (struct plan_part){
        .kind = kind,
        .columns = arena_get(arena, count * sizeof(*part->columns)),
        .groups = arena_get(arena, count * sizeof(*part->groups)),
        .described = {
            .name = from->name == NULL ? NULL : arena_text(arena, from->name),
            .columns = columns, .column_count = count, .module = plan->name,
            .is_subtree = kind == PLAN_SUBTREE, .is_scalars = kind == PLAN_SCALARS,
            .number = (*table_number)++,
        },
    };
    if (columns == NULL || part->columns == NULL || part->groups == NULL) return -ENOMEM;
    int error = plan_index_names(&part->described, from, arena);
    for (size_t i = 0; error == 0 && i < count; i++) {
        if (kind == PLAN_TABLE && !plan_name_is_good(from->columns[i].object)) return FLEET_E_NAME;
        error = plan_column_new(&part->columns[i], &columns[i], &from->columns[i], kind, arena);
    }
    if (error != 0) return error;
    plan_group_columns(part, &plan->group_count);
    if (kind == PLAN_SCALARS && part->group_count == 1) error = plan_encode_get(part, arena);
    plan->part_count++;
    return error;
}

int plan_new(const struct fleet_module_options *o, struct arena *arena, uint32_t *table_number,
             const struct plan **ret_plan) {
    if (!plan_name_is_good(o->name)) return FLEET_E_NAME;
    size_t parts = (o->scalar_count > 0) + o->table_count + o->subtree_count;
    if (parts == 0) return FLEET_E_INVALID;
    if (parts > PLAN_PARTS_MAX) return FLEET_E_FULL;
    struct plan *plan = arena_get(arena, sizeof(*plan));
    if (plan == NULL) return -ENOMEM;
    *plan = (struct plan){
        .name = arena_text(arena, o->name),
        .interval_ns = o->interval_ns != 0 ? o->interval_ns : INTERVAL_DEFAULT_S * CLOCK_NS_PER_S,
        .parts = arena_get(arena, parts * sizeof(*plan->parts)),
    };
    if (plan->name == NULL || plan->parts == NULL) return -ENOMEM;

    int error = 0;
    if (o->scalar_count > 0) {
        struct fleet_table scalars = { .columns = o->scalars, .column_count = o->scalar_count };
        error = plan_part_new(plan, PLAN_SCALARS, &scalars, arena, table_number);
    }
    for (size_t i = 0; error == 0 && i < o->table_count; i++) {
        error = plan_part_new(plan, PLAN_TABLE, &o->tables[i], arena, table_number);
    }
    for (size_t i = 0; error == 0 && i < o->subtree_count; i++) {
        struct fleet_column root = { .oid = o->subtrees[i] };
        const char *oid = o->subtrees[i] != NULL ? o->subtrees[i] : "";
        struct fleet_table subtree = { .name = oid[0] == '.' && oid[1] != '\0' ? oid + 1 : oid,
                                       .columns = &root, .column_count = 1 };
        error = plan_part_new(plan, PLAN_SUBTREE, &subtree, arena, table_number);
    }
    if (error == 0) *ret_plan = plan;
    return error;
}

/* config_draft: see config_draft.h. */
#include "conf/config_draft.h"
#include "conf/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool config_index_is_same(const struct fleet_index *a, size_t a_count,
                          const struct fleet_index *b, size_t b_count) {
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++) {
        if (strcmp(a[i].name, b[i].name) != 0 || a[i].kind != b[i].kind) return false;
    }
    return true;
}

static const char *index_names(const struct fleet_index *index, size_t count, char *text,
                               size_t size) {
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? ", " : "", index[i].name);
    return text;
}

static bool check_index(struct config_reader *reader, struct config_columns *c,
                        const struct config_object *o) {
    const struct fleet_object *known = o->known;
    if (known == NULL) return true;
    if (c->first == NULL) {
        c->index = known->index;
        c->index_count = known->index_count;
        return true;
    }
    if (config_index_is_same(c->index, c->index_count, known->index, known->index_count))
        return true;
    char own[120], other[120];
    (void)index_names(known->index, known->index_count, own, sizeof(own));
    (void)index_names(c->index, c->index_count, other, sizeof(other));
    return config_fault(reader, o->node->place,
                        "%s is indexed by %s, but %s by %s: `joins` brings tables together",
                        known->name, own, c->first->known->name, other);
}

static struct config_object *find_oid(const struct config_columns *c,
                                      const struct config_object *o) {
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->objects[i].column.oid, o->column.oid) == 0) return &c->objects[i];
    }
    return NULL;
}

static bool make_room(struct config_reader *reader, struct config_columns *c) {
    if (c->count < c->room) return true;
    size_t room = c->room > 0 ? 2 * c->room : 16;
    struct config_object *objects = arena_get(reader->arena, room * sizeof(*objects));
    if (objects == NULL) return config_out_of_memory(reader);
    if (c->count > 0) memcpy(objects, c->objects, c->count * sizeof(*objects));
    if (c->first != NULL) c->first = objects + (c->first - c->objects);
    c->objects = objects;
    c->room = room;
    return true;
}

bool config_columns_add(struct config_reader *reader, struct config_columns *c,
                        const struct config_object *object, bool replaces) {
    struct config_object *same = find_oid(c, object);
    if (same != NULL && replaces) {
        *same = *object;
        return true;
    }
    if (same != NULL)
        return config_fault(reader, object->node->place, "%s is given twice",
                            object->mib_name);
    if (c->count == CONFIG_COLUMNS_MAX)
        return config_fault(reader, object->node->place, "more than %d columns",
                            CONFIG_COLUMNS_MAX);
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->objects[i].column.object, object->column.object) != 0) continue;
        return config_fault(reader, object->node->place,
                            "there is another column '%s': `name` gives it one of its own",
                            object->column.object);
    }
    struct config_object own = *object;
    config_columns_settle_known(c, &own);
    if (!check_index(reader, c, &own) || !make_room(reader, c)) return false;
    c->objects[c->count] = own;
    if (own.known != NULL && c->first == NULL) c->first = &c->objects[c->count];
    c->count++;
    return true;
}

void config_columns_settle_known(const struct config_columns *c, struct config_object *object) {
    if (c->has_own_index && object->is_numeric) object->known = NULL;
}

bool config_columns_read(struct config_reader *reader, struct config_columns *c,
                         const struct config_node *node, bool replaces) {
    const struct config_node *item = node;
    bool is_list = node->kind == CONFIG_SEQUENCE, is_good = true;
    if (is_list && !config_check_list(reader, node)) return false;
    for (item = is_list ? node->first : node; item != NULL; item = is_list ? item->next : NULL) {
        struct config_object object;
        if (config_reader_is_full(reader)) return false;
        is_good = config_object_read(reader, item, CONFIG_COLUMN, &object) &&
                  config_columns_add(reader, c, &object, replaces) && is_good;
    }
    return is_good;
}

struct config_object *config_columns_find(const struct config_columns *c, const char *name) {
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->objects[i].column.object, name) == 0) return &c->objects[i];
    }
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->objects[i].mib_name, name) == 0) return &c->objects[i];
    }
    return NULL;
}

/* "integer", "text", "text(6)", ... */
static bool read_kind(struct config_reader *reader, const struct config_node *node,
                      struct fleet_index *index) {
    static const struct {
        const char *name;
        enum fleet_index_kind kind;
    } kinds[] = {
        { "integer", FLEET_INDEX_INTEGER },
        { "text", FLEET_INDEX_STRING },
        { "implied-text", FLEET_INDEX_IMPLIED_STRING },
        { "oid", FLEET_INDEX_OID },
        { "implied-oid", FLEET_INDEX_IMPLIED_OID },
        { "ip", FLEET_INDEX_IP_ADDRESS },
    };
    for (size_t i = 0; node->text != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(node->text, kinds[i].name) != 0) continue;
        index->kind = (uint8_t)kinds[i].kind;
        return true;
    }
    unsigned size;
    int end = 0;  /* stays 0 where the closing parenthesis is not there */
    if (node->text != NULL && sscanf(node->text, "text(%3u)%n", &size, &end) == 1 && end > 0 &&
        node->text[end] == '\0' && size >= 1 && size <= FLEET_OID_SUBIDS_MAX) {
        index->kind = FLEET_INDEX_FIXED_STRING;
        index->size = (uint16_t)size;
        return true;
    }
    return config_fault_expected(reader, node, "integer, text, text(LENGTH), implied-text, oid, "
                                               "implied-oid or ip");
}

static bool read_component(struct config_reader *reader, const struct config_node *node,
                           struct fleet_index *index) {
    static const char *const keys[] = { "name", "type", "as", NULL };
    *index = (struct fleet_index){ .kind = FLEET_INDEX_INTEGER };
    if (node->kind != CONFIG_MAPPING) {
        index->name = config_name(reader, node);
        return index->name != NULL;
    }
    if (!config_check_mapping(reader, node, keys)) return false;
    const struct config_node *name = config_node_find(node, "name");
    const struct config_node *type = config_node_find(node, "type");
    const struct config_node *as = config_node_find(node, "as");
    if (name == NULL) return config_fault(reader, node->place, "expected a key 'name'");
    index->name = config_name(reader, name);
    bool is_good = index->name != NULL;
    if (type != NULL) is_good = read_kind(reader, type, index) && is_good;
    enum fleet_as how = FLEET_AS_AUTO;
    if (as != NULL) is_good = config_as_read(reader, as, &how) && is_good;
    index->as = (uint8_t)how;
    return is_good;
}

static bool is_implied(const struct fleet_index *index) {
    return index->kind == FLEET_INDEX_IMPLIED_STRING || index->kind == FLEET_INDEX_IMPLIED_OID;
}

bool config_index_read(struct config_reader *reader, const struct config_columns *c,
                       const struct config_node *node,
                       struct fleet_index index[static CONFIG_INDEX_MAX], size_t *ret_count) {
    *ret_count = 0;
    if (c->first != NULL) {
        char names[160];
        if (node != NULL)
            return config_fault(reader, node->key_place, "the MIB says it: %s is indexed by %s",
                                c->first->known->name,
                                index_names(c->index, c->index_count, names, sizeof(names)));
        if (c->index_count > CONFIG_INDEX_MAX)
            return config_fault(reader, c->first->node->place,
                                "an index of more than %d components", CONFIG_INDEX_MAX);
        memcpy(index, c->index, c->index_count * sizeof(*index));
        *ret_count = c->index_count;
        return true;
    }
    if (node == NULL) return true;
    if (!config_check_list(reader, node)) return false;
    if (node->count > CONFIG_INDEX_MAX)
        return config_fault(reader, node->place, "more than %d components", CONFIG_INDEX_MAX);
    size_t count = 0;
    for (const struct config_node *n = node->first; n != NULL; n = n->next, count++) {
        if (!read_component(reader, n, &index[count])) return false;
        if (is_implied(&index[count]) && n->next != NULL)
            return config_fault(reader, n->place, "only the last component can be implied");
        for (size_t i = 0; i < count; i++) {
            if (strcmp(index[i].name, index[count].name) == 0)
                return config_fault(reader, n->place, "'%s' is given twice", index[i].name);
        }
    }
    *ret_count = count;
    return true;
}

/* The row that a column's row augments, or its own. */
static const char *base_row(struct fleet_mib *mib, const struct fleet_object *column) {
    const struct fleet_object *row = fleet_mib_parent(mib, column);
    if (row == NULL) return NULL;
    if (row->augments == NULL) return row->name;
    const char *colon = strstr(row->augments, "::");
    return colon != NULL ? colon + 2 : row->augments;
}

bool config_columns_are_rows_of(const struct config_reader *reader,
                                const struct config_columns *c,
                                const struct fleet_object *column) {
    if (c->first == NULL || column == NULL) return true;
    const struct fleet_object *first = c->first->known;
    size_t row = first->oid_length - 1;
    if (column->oid_length == first->oid_length &&
        memcmp(column->oid, first->oid, row * sizeof(column->oid[0])) == 0) return true;
    const char *a = base_row(reader->context.mib, first);
    const char *b = base_row(reader->context.mib, column);
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool config_is_name_of(const char *mib_name, const char *name) {
    const char *colon = strstr(name, "::");
    return strcmp(mib_name, colon != NULL ? colon + 2 : name) == 0;
}

/* A column that is only in the MIB. */
static bool find_in_mib(struct config_draft *d, const struct config_node *node, const char *name,
                        struct config_source *ret_source) {
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *known = NULL;
    char why[FLEET_MIB_WHY_MAX];
    int error = fleet_mib_parse(d->reader->context.mib, name, oid, &length, &known, why);
    if (error != 0 || known == NULL || known->oid_length != length ||
        known->kind != FLEET_OBJECT_COLUMN || d->columns.first == NULL ||
        !config_index_is_same(known->index, known->index_count, d->columns.index,
                              d->columns.index_count)) return false;
    struct config_object object;
    if (!config_object_of_mib(d->reader, node, known, &object)) return false;
    object.column.is_hidden = true;
    object.has_tag = true;
    if (config_columns_are_rows_of(d->reader, &d->columns, known)) {
        if (!config_columns_add(d->reader, &d->columns, &object, false)) return false;
    } else {
        struct config_columns other = { 0 };
        if (!config_columns_add(d->reader, &other, &object, false) ||
            !config_draft_join(d, node, &other, known->index, known->index_count, NULL))
            return false;
    }
    *ret_source = (struct config_source){ .label = known->name, .syntax = known->syntax };
    return true;
}

static bool find_here(const struct config_draft *d, const char *name,
                      struct config_source *ret_source) {
    for (size_t i = 0; i < d->index_count; i++) {
        const struct fleet_index *index = &d->index[i];
        if (!config_is_name_of(index->name, name)) continue;
        *ret_source = (struct config_source){ .label = index->name, .syntax = index->syntax,
                                              .as = (enum fleet_as)index->as, .index = index };
        return true;
    }
    const struct config_object *o = config_columns_find(&d->columns, name);
    for (size_t i = 0; o == NULL && i < d->join_count; i++)
        o = config_columns_find(&d->joined[i], name);
    for (size_t i = 0; o == NULL && i < d->columns.count; i++) {
        const struct config_object *column = &d->columns.objects[i];
        if (column->known != NULL && config_is_name_of(column->known->name, name)) o = column;
    }
    if (o == NULL) return false;
    *ret_source = (struct config_source){ .label = o->column.object, .syntax = o->column.syntax,
                                          .as = o->column.as };
    return true;
}

bool config_draft_find(struct config_draft *d, const struct config_node *node, const char *name,
                       bool is_quiet, struct config_source *ret_source) {
    unsigned before = d->reader->faults;
    if (find_here(d, name, ret_source) || find_in_mib(d, node, name, ret_source)) return true;
    char shown[SHOW_MAX + 4], names[160];
    if (is_quiet || d->reader->faults > before || d->reader->error != 0) return false;
    return config_fault(d->reader, node->place,
                        "'%s' is neither a component of the index (%s) nor a column of this table "
                        "or of a join before",
                        show_text(name, shown),
                        d->index_count > 0 ? index_names(d->index, d->index_count, names,
                                                         sizeof(names))
                                           : "undescribed");
}

bool config_draft_join(struct config_draft *d, const struct config_node *node,
                       const struct config_columns *c, const struct fleet_index *index,
                       size_t index_count, const struct config_node *by) {
    struct config_reader *r = d->reader;
    if (d->join_count == CONFIG_JOINS_MAX)
        return config_fault(r, node->place, "more than %d joins", CONFIG_JOINS_MAX);
    bool is_list = by != NULL && by->kind == CONFIG_SEQUENCE;
    size_t given = is_list ? by->count : 1;
    if (by != NULL && given != index_count)
        return config_fault(r, by->place,
                            "%zu value%s for an index of %zu component%s", given,
                            given == 1 ? "" : "s", index_count, index_count == 1 ? "" : "s");
    const char **labels = arena_get(r->arena, (index_count + 1) * sizeof(*labels));
    struct fleet_index *copy = arena_get(r->arena, (index_count + 1) * sizeof(*copy));
    struct fleet_column *columns = arena_get(r->arena, c->count * sizeof(*columns));
    if (labels == NULL || copy == NULL || columns == NULL) return config_out_of_memory(r);
    if (index_count > 0) memcpy(copy, index, index_count * sizeof(*copy));
    const struct config_node *item = by == NULL ? NULL : is_list ? by->first : by;
    for (size_t i = 0; i < index_count; i++, item = is_list ? item->next : item) {
        struct config_source source;
        const char *name = item != NULL ? config_text(r, item) : index[i].name;
        if (name == NULL ||
            !config_draft_find(d, item != NULL ? item : node, name, false, &source)) return false;
        labels[i] = source.label;
    }
    for (size_t i = 0; i < c->count; i++) {
        struct config_source same;
        columns[i] = c->objects[i].column;
        if (!c->objects[i].has_tag) columns[i].is_tag = true;
        if (find_here(d, columns[i].object, &same))
            return config_fault(r, c->objects[i].node->place,
                                "there is another column '%s': `name` gives it one of its own",
                                columns[i].object);
    }
    d->joined[d->join_count] = *c;
    d->joins[d->join_count++] = (struct fleet_join){ .index = copy, .index_count = index_count,
                                                     .by = labels, .columns = columns,
                                                     .column_count = c->count };
    return true;
}

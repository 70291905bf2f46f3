/* config_table: see config_table.h. */
#include "conf/config_table.h"
#include "conf/config_draft.h"
#include "conf/config_clash.h"
#include "conf/config_filter.h"

#include <string.h>

static const char *const table_keys[] = { "name", "oid",   "columns", "index",
                                          "tags", "joins", "filter",  NULL };
static const char *const join_keys[] = { "columns", "by", "index", NULL };

static bool is_column_of(const struct fleet_object *o, const struct fleet_object *table) {
    return o->oid_length > table->oid_length &&
           memcmp(o->oid, table->oid, table->oid_length * sizeof(o->oid[0])) == 0;
}

/* A component of the index is a tag of each row already. */
static bool is_in_index(const struct fleet_object *o) {
    for (uint32_t i = 0; i < o->index_count; i++) {
        if (strcmp(o->index[i].name, o->name) == 0) return true;
    }
    return false;
}

static bool is_given(const struct fleet_object *o) {
    return o->kind == FLEET_OBJECT_COLUMN && !is_in_index(o) &&
           o->access != FLEET_NOT_ACCESSIBLE && o->access != FLEET_ACCESSIBLE_FOR_NOTIFY &&
           o->access != FLEET_WRITE_ONLY;
}

/* All columns of the table that agents give, but for those that are its index. */
static bool read_whole(struct config_draft *d, const struct config_node *node) {
    struct fleet_mib *mib = d->reader->context.mib;
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *table;
    if (!config_object_resolve(d->reader, node, oid, &length, &table)) return false;
    if (table == NULL || table->oid_length != length ||
        (table->kind != FLEET_OBJECT_TABLE && table->kind != FLEET_OBJECT_ROW))
        return config_fault(d->reader, node->place,
                            "no MIB has a table there: expected a table, or `columns`");
    for (const struct fleet_object *o = fleet_mib_next_of_module(mib, table);
         o != NULL && is_column_of(o, table); o = fleet_mib_next_of_module(mib, o)) {
        struct config_object object;
        if (is_given(o) && (!config_object_of_mib(d->reader, node, o, &object) ||
                         !config_columns_add(d->reader, &d->columns, &object, false))) return false;
    }
    return d->columns.count > 0 ||
           config_fault(d->reader, node->place, "%s has no column that agents give", table->name);
}

/* A tag that is a component of the index says only how it is written. */
static bool tag_index(struct config_draft *d, const struct config_node *node, bool *ret_is_index) {
    const struct config_node *object =
        node->kind == CONFIG_MAPPING ? config_node_find(node, "object") : node;
    const struct config_node *as =
        node->kind == CONFIG_MAPPING ? config_node_find(node, "as") : NULL;
    *ret_is_index = false;
    for (size_t i = 0; object != NULL && object->text != NULL && i < d->index_count; i++) {
        if (!config_is_name_of(d->index[i].name, object->text)) continue;
        *ret_is_index = true;
        enum fleet_as how = FLEET_AS_AUTO;
        if (as != NULL && !config_as_read(d->reader, as, &how)) return false;
        d->index[i].as = (uint8_t)how;
        return true;
    }
    return true;
}

/* One of another table, when this one has all that its index is made of. */
static bool tag_joined(struct config_draft *d, const struct config_object *o) {
    struct config_columns c = { 0 };
    for (size_t i = 0; i < o->known->index_count; i++) {
        struct config_source source;
        if (!config_draft_find(d, o->node, o->known->index[i].name, true, &source))
            return config_fault(d->reader, o->node->place,
                                "%s is of another table, by %s, which this one has not: `joins` "
                                "says by what",
                                o->known->name, o->known->index[i].name);
    }
    return config_columns_add(d->reader, &c, o, false) &&
           config_draft_join(d, o->node, &c, o->known->index, o->known->index_count, NULL);
}

/* A scalar is a join by nothing. */
static bool tag_scalar(struct config_draft *d, const struct config_object *o) {
    struct config_columns c = { 0 };
    struct config_object scalar = *o;
    scalar.known = NULL;
    return config_columns_add(d->reader, &c, &scalar, false) &&
           config_draft_join(d, o->node, &c, NULL, 0, NULL);
}

static bool read_tag(struct config_draft *d, const struct config_node *node) {
    bool is_index;
    if (!tag_index(d, node, &is_index) || is_index) return is_index;
    if (node->kind == CONFIG_TEXT && node->text != NULL) {
        struct config_object *named = config_columns_find(&d->columns, node->text);
        if (named != NULL) {
            named->column.is_tag = true;
            return true;
        }
        for (size_t i = 0; i < d->join_count; i++) {  /* which are tags unless they say not */
            if (config_columns_find(&d->joined[i], node->text) != NULL) return true;
        }
    }
    struct config_object object;
    if (!config_object_read(d->reader, node, CONFIG_TAG, &object)) return false;
    object.column.is_tag = object.has_tag = true;
    if (object.is_scalar) return tag_scalar(d, &object);
    config_columns_settle_known(&d->columns, &object);
    bool is_other = object.known != NULL &&
                    !config_columns_are_rows_of(d->reader, &d->columns, object.known);
    return is_other ? tag_joined(d, &object)
                    : config_columns_add(d->reader, &d->columns, &object, true);
}

static bool read_tags(struct config_draft *d, const struct config_node *node) {
    if (node == NULL) return true;
    if (!config_check_list(d->reader, node)) return false;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (config_reader_is_full(d->reader)) return false;
        is_good = read_tag(d, n) && is_good;
    }
    return is_good;
}

static bool read_join(struct config_draft *d, const struct config_node *node) {
    struct config_reader *r = d->reader;
    struct config_columns c = { 0 };
    struct fleet_index index[CONFIG_INDEX_MAX];
    size_t count;
    if (!config_check_mapping(r, node, join_keys)) return false;
    const struct config_node *columns = config_node_find(node, "columns");
    if (columns == NULL) return config_fault(r, node->place, "expected a key 'columns'");
    c.has_own_index = config_node_find(node, "index") != NULL;
    if (!config_columns_read(r, &c, columns, false) ||
        !config_index_read(r, &c, config_node_find(node, "index"), index, &count)) return false;
    if (count == 0)
        return config_fault(r, node->place, "no MIB says how these are indexed: expected a key "
                                            "'index'");
    return config_draft_join(d, node, &c, index, count, config_node_find(node, "by"));
}

static bool read_joins(struct config_draft *d, const struct config_node *node) {
    if (node == NULL) return true;
    if (!config_check_list(d->reader, node)) return false;
    bool is_good = true;
    for (const struct config_node *n = node->first; n != NULL; n = n->next) {
        if (config_reader_is_full(d->reader)) return false;
        is_good = read_join(d, n) && is_good;
    }
    return is_good;
}

/* The name of the MIB's table that the columns are of. */
static const char *default_name(struct config_draft *d) {
    const struct config_object *first = d->columns.first;
    struct fleet_mib *mib = d->reader->context.mib;
    const struct fleet_object *row = first != NULL ? fleet_mib_parent(mib, first->known) : NULL;
    const struct fleet_object *table = row != NULL ? fleet_mib_parent(mib, row) : NULL;
    return table != NULL && table->kind == FLEET_OBJECT_TABLE ? table->name : NULL;
}

static bool read_name(struct config_draft *d, const struct config_node *node,
                      const char **ret_name) {
    const struct config_node *name = config_node_find(node, "name");
    *ret_name = name != NULL ? config_name(d->reader, name) : default_name(d);
    if (name != NULL && *ret_name != NULL && strcmp(*ret_name, SCHEMA_REPORTS) == 0)
        return config_fault(d->reader, name->place, "reports are called %s: the table needs "
                            "another `name`", SCHEMA_REPORTS);
    if (*ret_name != NULL || name != NULL) return *ret_name != NULL;
    return config_fault(d->reader, node->place, "expected a key 'name'");
}

/* The columns as a row has them: those of joins behind the others. */
static struct config_object *column_at(struct config_draft *d, size_t at) {
    struct config_columns *c = &d->columns;
    for (size_t join = 0; at >= c->count; join++) {
        at -= c->count;
        c = &d->joined[join];
    }
    return &c->objects[at];
}

/* Names that meet. Components that a MIB names are not the file's to name: they are settled. */
static bool check_names(struct config_draft *d, const struct fleet_table *t,
                        const struct config_node *index) {
    struct fleet_table row = *t;
    size_t count = t->column_count, components = t->index_count;
    for (size_t i = 0; i < t->join_count; i++) count += t->joins[i].column_count;
    struct fleet_column *columns = arena_get(d->reader->arena, count * sizeof(*columns));
    if (columns == NULL) return config_out_of_memory(d->reader);
    memcpy(columns, t->columns, t->column_count * sizeof(*columns));
    for (size_t i = 0, at = t->column_count; i < t->join_count; i++) {
        memcpy(columns + at, t->joins[i].columns, t->joins[i].column_count * sizeof(*columns));
        at += t->joins[i].column_count;
    }
    row.columns = columns;
    row.column_count = count;
    struct schema_clash clash;
    bool is_good = true;
    for (size_t at = 0; schema_find_clash(&row, at, &clash); at++) {
        at = clash.at + (clash.role == SCHEMA_INDEX ? 0 : components);
        if (clash.role == SCHEMA_INDEX && index == NULL) continue;
        const struct config_node *node =
            clash.role == SCHEMA_INDEX ? config_node_at(index, clash.at)
                                       : column_at(d, clash.at)->node;
        is_good = config_clash(d->reader, node, &clash);
    }
    return is_good;
}

/* What the draft has become. */
static bool settle(struct config_draft *d, struct fleet_table *t) {
    struct config_reader *r = d->reader;
    size_t count = d->columns.count;
    struct fleet_column *columns = arena_get(r->arena, count * sizeof(*columns));
    struct fleet_join *joins = arena_get(r->arena, (d->join_count + 1) * sizeof(*joins));
    struct fleet_index *index = arena_get(r->arena, (d->index_count + 1) * sizeof(*index));
    if (columns == NULL || joins == NULL || index == NULL) return config_out_of_memory(r);
    for (size_t i = 0; i < count; i++) columns[i] = d->columns.objects[i].column;
    memcpy(joins, d->joins, d->join_count * sizeof(*joins));
    memcpy(index, d->index, d->index_count * sizeof(*index));
    t->columns = columns;
    t->column_count = count;
    t->index = index;
    t->index_count = d->index_count;
    t->joins = joins;
    t->join_count = d->join_count;
    return true;
}

bool config_table_read(struct config_reader *r, const struct config_node *node,
                       struct fleet_table *ret_table) {
    *ret_table = (struct fleet_table){ 0 };
    if (!config_check_is_mapping(r, node)) return false;
    bool is_good = config_check_mapping(r, node, table_keys);
    struct config_draft *d = arena_get(r->arena, sizeof(*d));
    if (d == NULL) return config_out_of_memory(r);
    *d = (struct config_draft){ .reader = r };
    d->columns.has_own_index = config_node_find(node, "index") != NULL;
    const struct config_node *oid = config_node_find(node, "oid");
    const struct config_node *columns = config_node_find(node, "columns");
    if (oid == NULL && columns == NULL)
        return config_fault(r, node->place, "expected a key 'oid' or 'columns'");
    is_good = (oid == NULL || read_whole(d, oid)) && is_good;
    if (columns != NULL)
        is_good = config_columns_read(r, &d->columns, columns, oid != NULL) && is_good;
    if (!is_good) return false;
    if (!config_index_read(r, &d->columns, config_node_find(node, "index"), d->index,
                           &d->index_count)) return false;
    is_good = read_joins(d, config_node_find(node, "joins"));
    is_good = read_tags(d, config_node_find(node, "tags")) && is_good;
    is_good = config_filter_read(d, config_node_find(node, "filter"), &ret_table->filters,
                                 &ret_table->filter_count) && is_good;
    return is_good && read_name(d, node, &ret_table->name) && settle(d, ret_table) &&
           check_names(d, ret_table, config_node_find(node, "index"));
}

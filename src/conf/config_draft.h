/*
 * config_draft: a table while it is read: its columns, the index that they share, and its joins.
 * A name in `by` or `filter` is looked up in it. It is a component of the index, a column, or a
 * column of a join.
 */
#pragma once

#include "conf/config_object.h"
#include "snmpfleet/module.h"

enum { CONFIG_COLUMNS_MAX = 512, CONFIG_JOINS_MAX = 48, CONFIG_INDEX_MAX = 16 };

struct config_columns {
    struct config_object *objects;
    size_t count, room;
    const struct fleet_index *index;      /* that the known ones share */
    size_t index_count;
    const struct config_object *first;    /* known; NULL: none */
    bool has_own_index;                   /* `index` is given: it is that of columns in numbers */
};

struct config_draft {
    struct config_reader *reader;
    struct config_columns columns;
    struct fleet_index index[CONFIG_INDEX_MAX];   /* the table's own copy */
    size_t index_count;
    struct config_columns joined[CONFIG_JOINS_MAX];
    struct fleet_join joins[CONFIG_JOINS_MAX];
    size_t join_count;
};

/*
 * Add @object to @c, whose columns all have the same index. False: told, or memory is out. With
 * @replaces one of the same OID gives way to it.
 */
bool config_columns_add(struct config_reader *reader, struct config_columns *c,
                        const struct config_object *object, bool replaces);

/* With `index` given, it replaces what a MIB says of the index of a column in numbers. */
void config_columns_settle_known(const struct config_columns *c, struct config_object *object);

/* Read the list of objects at @node, or the one that it is, into @c. */
bool config_columns_read(struct config_reader *reader, struct config_columns *c,
                         const struct config_node *node, bool replaces);

/* The `index` of a table or join that no MIB describes; @node may be NULL. */
bool config_index_read(struct config_reader *reader, const struct config_columns *c,
                       const struct config_node *node,
                       struct fleet_index index[static CONFIG_INDEX_MAX], size_t *ret_count);

/* By name there or label; NULL: none. */
struct config_object *config_columns_find(const struct config_columns *c, const char *name);

/*
 * Do the rows of a column and those of @c come and go together: of one conceptual table, or of one
 * that the other augments (RFC 2578 section 7.8)?
 */
bool config_columns_are_rows_of(const struct config_reader *reader,
                                const struct config_columns *c,
                                const struct fleet_object *column);

/* Is @name, perhaps with a module in front of it, the object @mib_name? */
bool config_is_name_of(const char *mib_name, const char *name);

/* Do both describe the same index? */
bool config_index_is_same(const struct fleet_index *a, size_t a_count,
                          const struct fleet_index *b, size_t b_count);

/* The component or column that a name in `by` or `filter` stands for. */
struct config_source {
    const char *label;                    /* for fleet_join and fleet_filter */
    const struct fleet_syntax *syntax;    /* NULL: not known */
    enum fleet_as as;
    const struct fleet_index *index;      /* the component that it is; NULL: a column */
};

/*
 * Look up @name at @node in @d and in its joins. A column that is only in the MIB, with the index
 * of the table, is added as a hidden column. With @is_quiet an unknown name is not an error.
 */
bool config_draft_find(struct config_draft *d, const struct config_node *node, const char *name,
                       bool is_quiet, struct config_source *ret_source);

/* Add the join of @c by the values of @by; NULL: of the components' own names. */
bool config_draft_join(struct config_draft *d, const struct config_node *node,
                       const struct config_columns *c, const struct fleet_index *index,
                       size_t index_count, const struct config_node *by);

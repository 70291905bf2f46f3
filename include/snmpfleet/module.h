/*
 * snmpfleet/module.h: what to poll. A module is scalars, tables and raw subtrees, with one
 * interval.
 *
 * The same descriptions say what a row holds: rows point at a struct fleet_table, which names the
 * columns that the cells of the row belong to.
 */
#ifndef SNMPFLEET_MODULE_H
#define SNMPFLEET_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/syntax.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fleet_column {
    const char *object;  /* "ifInOctets" */
    const char *oid;     /* of the column, or the instance of a scalar: "1.3.6.1.2.1.2.2.1.10" */
    enum fleet_as as;
    bool is_tag;         /* line protocol: a tag, not a field */
};

struct fleet_table {
    const char *name;                    /* "interface"; also its measurement. Scalars: NULL, the
                                            module's name serves */
    const struct fleet_column *columns;
    size_t column_count;
    const char *const *index_names;      /* integer index components in their order: "ifIndex" */
    size_t index_count;                  /* 0: an undescribed index, written as dotted numbers named
                                            "index" */
    /* Set by the fleet in the descriptions it hands out, ignored in what it is given: */
    const char *module;                  /* name of the module */
    bool is_subtree;                     /* raw: a row is one varbind with one cell, its index the
                                            whole OID */
    bool is_scalars;                     /* the scalars of a module: one row, no index */
    uint32_t number;                     /* stable and dense over all modules of the fleet */
};

/* Everything is copied. */
struct fleet_module_options {
    const char *name;
    uint64_t interval_ns;                /* 0: 60 s */
    const struct fleet_column *scalars;
    size_t scalar_count;
    const struct fleet_table *tables;
    size_t table_count;
    const char *const *subtrees;         /* OIDs walked raw */
    size_t subtree_count;
};

/* The built-in modules, numeric, which need no MIB file; NULL when there is none of that name. */
const struct fleet_module_options *fleet_module_builtin(const char *name);

/* Name of the @index-th built-in module; NULL behind the last. */
const char *fleet_module_builtin_name(size_t index);

#ifdef __cplusplus
}
#endif
#endif

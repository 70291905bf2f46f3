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
#pragma GCC visibility push(default)

struct fleet_column {
    const char *object;  /* "ifInOctets" */
    const char *oid;     /* of the column, or the instance of a scalar: "1.3.6.1.2.1.2.2.1.10" */
    const struct fleet_syntax *syntax;  /* NULL: not known; its values are written by their own
                                           types */
    enum fleet_as as;
    bool is_tag;         /* line protocol: a tag, not a field */
    bool is_hidden;      /* asked for, for joins and filters, and not written */
};

/* Columns added from another table: `by` gives, for each row, the index of the row there. */
struct fleet_join {
    const struct fleet_index *index;     /* of the other table */
    size_t index_count;                  /* 0: the columns are scalars, named without their
                                            instance: each row gets them */
    const char *const *by;               /* for each component of that index, where its value is:
                                            a component of this table's index, or a column of this
                                            table or of an earlier join */
    const struct fleet_column *columns;  /* of the other table */
    size_t column_count;
};

/* One of the values that a filter takes. */
struct fleet_match {
    const char *text;    /* glob(7) pattern for the value's text as it is written; NULL: `bits`, or
                            a range of numbers */
    const uint8_t *bits; /* of BITS: all that are set here are set; NULL: a range of numbers */
    uint32_t bit_octets;
    int64_t low, high;
};

/* Rows of which no value matches are left out; all filters of a table must let a row pass. */
struct fleet_filter {
    const char *by;      /* component of the index, or column, joined ones too */
    const struct fleet_match *matches;
    size_t match_count;
    bool is_negated;     /* those that match are left out; what has no value passes */
};

struct fleet_table {
    const char *name;                    /* "interface"; also its measurement. Scalars: NULL, the
                                            module's name serves */
    const struct fleet_column *columns;
    size_t column_count;
    const struct fleet_index *index;     /* components of the index in their order */
    size_t index_count;                  /* 0: an undescribed index, written as dotted numbers named
                                            "index" */
    const struct fleet_join *joins;      /* in a description that the fleet hands out, the joined
                                            columns follow the others in `columns` */
    size_t join_count;
    const struct fleet_filter *filters;
    size_t filter_count;
    /* Set by the fleet in the descriptions it hands out, ignored in what it is given: */
    const char *module;                  /* name of the module */
    const char *context;                 /* name of the context, where the module has a list of
                                            them; otherwise NULL */
    bool is_subtree;                     /* raw: a row is one varbind with one cell, its index the
                                            whole OID */
    bool is_scalars;                     /* the scalars of a module: one row, no index */
    uint32_t number;                     /* over all modules of the fleet; not given again */
};

/* One of several contexts that a module is polled in, each by a poll of its own. */
struct fleet_context {
    const char *name;     /* "10": in rows and reports, and for NULL below */
    const char *context;  /* of v3; NULL: the name */
    const char *suffix;   /* of v1 and v2c, after the community; NULL: "@" and the name, nothing
                             when that is empty */
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
    const struct fleet_context *contexts;
    size_t context_count;                /* 0: that of the target */
};

/* The built-in modules, numeric, which need no MIB file; NULL when there is none of that name. */
const struct fleet_module_options *fleet_module_builtin(const char *name);

/* Name of the @index-th built-in module; NULL after the last. */
const char *fleet_module_builtin_name(size_t index);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

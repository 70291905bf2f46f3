/*
 * plan: a module compiled for polling: OIDs encoded, columns grouped into requests, the first GET
 * ready-made.
 *
 * A part is what one walk asks for: the scalars of a module, a table, a subtree, or a look-up: the
 * columns of another table that rows of this module's tables are joined with. The columns of a
 * table are asked together, row-wise; where a row would be too wide for one reply, or the columns
 * come from different conceptual tables (ifTable and ifXTable), they form several groups, each with
 * requests of its own, whose cells meet in the same rows. Tables that join alike share a look-up.
 *
 * A module with contexts is several plans, one for each.
 *
 * A plan is immutable but for the count of its users, and lives until its module is removed and no
 * target uses it.
 */
#pragma once

#include "base/arena.h"
#include "core/exchange/owner.h"
#include "snmpfleet/module.h"

enum plan_kind { PLAN_SCALARS, PLAN_TABLE, PLAN_SUBTREE, PLAN_LOOKUP };

enum {
    PLAN_GROUP_COLUMNS = 24,    /* columns asked in one request at the most */
    PLAN_COLUMNS_MAX = 512,     /* of one table, joined ones included */
    PLAN_PARTS_MAX = 64,        /* of one module */
    PLAN_INDEX_MAX = 16,        /* components of an index */
    PLAN_CONTEXTS_MAX = 4096,   /* of one module */
};

struct plan_column {
    struct span oid;            /* BER contents; of a subtree: where its walk starts */
    uint32_t prefix_length;     /* bytes of oid that an answer must share: all, but for subtrees of
                                   a single arc */
};

struct plan_group {
    uint16_t first, count;      /* columns */
    uint16_t number;            /* dense over the module */
};

/* Where a row has a value: in a component of its index, or in a cell. */
struct plan_source {
    bool is_index;
    uint16_t at;
};

struct plan_join {
    uint16_t lookup;            /* part */
    uint16_t first, count;      /* cells that it fills, from the look-up's in their order */
    struct plan_source by[PLAN_INDEX_MAX];  /* one for each part of the look-up's index */
};

struct plan_part {
    enum plan_kind kind;
    struct fleet_table described;      /* as rows hand it out */
    struct plan_column *columns;       /* column_count of them */
    struct plan_group *groups;
    uint16_t column_count;             /* asked for; cells of joins stand behind theirs */
    uint16_t group_count;
    struct plan_join *joins;           /* described.join_count of them */
    struct plan_source *filter_by;     /* described.filter_count of them */
    bool reads_index;                  /* a join or filter takes the index apart */
    struct span get_varbinds;          /* scalars of one group: the encoded varbind list of the
                                          GET */
};

struct plan {
    const char *name;                  /* of the module */
    const char *label;                 /* the same, or "name@context": one of its own */
    const char *context;               /* its name; NULL: the target's own */
    struct scope scope;                /* of a context */
    uint64_t interval_ns;
    struct plan_part *parts;
    uint16_t part_count;
    uint16_t group_count;              /* of all parts */
    uint32_t users;                    /* subscriptions */
    struct plan *next;                 /* of the same module, for its next context */
    struct arena arena;                /* all of its memory, itself included */
};

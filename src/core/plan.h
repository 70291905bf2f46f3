/*
 * plan: a module compiled for polling: OIDs encoded, columns grouped into requests, the first GET
 * ready-made.
 *
 * A part is what one walk asks for: the scalars of a module, a table, or a subtree. The columns of
 * a table are asked together, row-wise; where a row would be too wide for one reply, or the columns
 * come from different conceptual tables (ifTable and ifXTable), they form several groups, each with
 * requests of its own, whose cells meet in the same rows.
 *
 * A plan is immutable and lives as long as its fleet.
 */
#pragma once

#include "base/arena.h"
#include "snmpfleet/module.h"

enum plan_kind { PLAN_SCALARS, PLAN_TABLE, PLAN_SUBTREE };

enum {
    PLAN_GROUP_COLUMNS = 24,    /* columns asked in one request at the most */
    PLAN_COLUMNS_MAX = 512,     /* of one table */
    PLAN_PARTS_MAX = 64,        /* of one module */
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

struct plan_part {
    enum plan_kind kind;
    struct fleet_table described;      /* as rows hand it out */
    struct plan_column *columns;       /* described.column_count of them */
    struct plan_group *groups;
    uint16_t group_count;
    struct span get_varbinds;          /* scalars of one group: the encoded varbind list of the
                                          GET */
};

struct plan {
    const char *name;
    uint64_t interval_ns;
    struct plan_part *parts;
    uint16_t part_count;
    uint16_t group_count;              /* of all parts */
    uint32_t number;                   /* of the module in its fleet */
};

/*
 * Compile @options into @arena. Tables are numbered from *table_number on, which is moved. 0,
 * -ENOMEM, FLEET_E_NAME, FLEET_E_OID, FLEET_E_INVALID (nothing to poll, a table without columns) or
 * FLEET_E_FULL (more than fits).
 */
int plan_new(const struct fleet_module_options *options, struct arena *arena,
             uint32_t *table_number, const struct plan **ret_plan);

/*
 * target_names: the tags of a target beside the names of the rows that its modules give. A tag that
 * has the name of a field, or of another tag, would be lost in most databases.
 *
 * Targets mostly have the same modules and the same tags, so what was found good is kept.
 */
#pragma once

#include "row/schema.h"
#include "snmpfleet/fleet.h"

enum { TARGET_NAMES_KEPT = 16 };

struct target_names {
    const struct fleet *fleet;
    const uint32_t *modules;      /* which the kept ones were held against */
    size_t module_count, kept;
    const char *good[TARGET_NAMES_KEPT];  /* borrowed from the targets */
};

/* Does the tag @name meet a name of these modules' rows? *ret_clash, in the module *ret_module. */
bool target_names_meet(struct target_names *names, const uint32_t *modules, size_t module_count,
                       const char *name, struct schema_clash *ret_clash,
                       const char **ret_module);

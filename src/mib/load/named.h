/*
 * named: objects as a configuration names them (fleet_mib_parse): the answer is that of the module
 * that the name says, and never depends on what was loaded for the sake of another name.
 *
 * Three kinds of modules answer where no module is named, in this order: those that somebody asked
 * to load (listed), those that are built in, and those that were loaded because a name had them in
 * front (named). Only when none of these has a lone name, all of the path are loaded for it.
 * Numbers alone are answered by the first two kinds.
 */
#pragma once

#include "mib/load/state.h"

/* The object of a lone name, or of a name with its module in front. */
const struct fleet_object *mib_named_find(struct fleet_mib *mib, const char *name);

/*
 * The object at the OID, or the nearest above it: in the module of @named, above which nothing is
 * looked for; or where only numbers were given.
 */
const struct fleet_object *mib_named_at(struct fleet_mib *mib, const struct fleet_object *named,
                                        const uint32_t *oid, size_t length);
const struct fleet_object *mib_number_at(struct fleet_mib *mib, const uint32_t *oid, size_t length);

/*
 * load: from names of modules to their images.
 *
 * Modules are loaded behind what they import, since that is the order in which Net-SNMP's tree
 * grows, and the order in which libsmi can read them.
 */
#pragma once

#include "mib/load/state.h"

/* Load modules with what they import. 0, FLEET_E_UNKNOWN: nothing came of one, or -errno. */
int mib_load(struct fleet_mib *mib, struct mib_module *const *modules, size_t count);

/* All of the path; those of one file. */
int mib_load_all(struct fleet_mib *mib);
int mib_load_path(struct fleet_mib *mib, const char *path);

/*
 * catalog: the modules that a fleet_mib knows by name: those of the files on its path, and those
 * that are built in.
 */
#pragma once

#include "mib/load/state.h"

/*
 * The module of a file on the path, or NULL; *ret_error is -errno. Reads the folders when first
 * asked.
 */
struct mib_module *mib_catalog_find(struct fleet_mib *mib, const char *name, int *ret_error);

/* Read the folders of the path, unless that was done. 0 or -errno. */
int mib_catalog_make(struct fleet_mib *mib);

/* The module of a file, of those that were met so far; NULL. */
struct mib_module *mib_known(const struct fleet_mib *mib, const char *name);

/* A module of a file that is loaded; NULL. */
struct mib_module *mib_loaded(const struct fleet_mib *mib, const char *name);

/* The built-in module of a name, its image made; NULL: there is none, or memory is out. */
struct mib_module *mib_builtin(struct fleet_mib *mib, const char *name);

/*
 * A file that somebody asked for by its path: its modules count from now on, instead of others of
 * their names. 0 or -errno.
 */
int mib_catalog_add_file(struct fleet_mib *mib, const struct scan_file *file);

/* At the end. */
void mib_catalog_free(struct fleet_mib *mib);

/*
 * targets_group: keys that several targets share. A line `group=NAME key=value ...` defines a
 * group; a target with `group=NAME`, in a line below it, begins with what the group says, and its
 * own keys win. `inherits=OTHER` in the line of a group does the same for the group.
 */
#pragma once

#include <stddef.h>

#include "conf/target_key.h"

struct targets_group {
    const struct targets_group *next;
    const char *name;
    const char *file;             /* where it is defined */
    size_t line;
    struct target_draft draft;    /* the defaults with its keys, settled; nothing is `seen` */
};

/* The group of a name among those that were defined so far; NULL. */
const struct targets_group *targets_group_find(const struct targets_group *groups,
                                               const char *name);

/* The name that @name is most like; NULL. */
const char *targets_group_nearest(const struct targets_group *groups, const char *name);

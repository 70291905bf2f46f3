/*
 * targets_exclude: addresses that are not polled, whatever lines have them: `exclude=` with a list
 * of addresses, blocks and ranges, as a line of its own for all lines, or behind a block or range
 * for that one alone. A port does not matter.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "conf/targets_address.h"

/* From an address to another; in an arena, the last one read first. */
struct targets_exclude {
    const struct targets_exclude *next;
    struct address first, last;
};

/* The same, sorted and without overlaps. */
struct targets_excluded {
    struct targets_exclude *all;   /* for free() */
    size_t count;
};

/*
 * Put the members of the comma-separated @text, which is cut up, in front of *list. False:
 * @ret_what is wrong with the one at *ret_offset; an empty @ret_what: memory is out.
 */
bool targets_exclude_read(struct arena *arena, char *text, const struct targets_exclude **list,
                          size_t *ret_offset, char ret_what[static TARGETS_WHAT_MAX]);

/* False: memory is out. */
bool targets_excluded_init(struct targets_excluded *excluded, const struct targets_exclude *list);
void targets_excluded_deinit(struct targets_excluded *excluded);

bool targets_excluded_has(const struct targets_excluded *excluded, const struct address *address);

/* The same for a list, which is gone through. */
bool targets_exclude_has(const struct targets_exclude *list, const struct address *address);

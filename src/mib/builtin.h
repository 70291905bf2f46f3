/*
 * builtin: the modules that need no file. What is said of them are the facts of the RFCs (and of
 * Net-SNMP's own modules) as tables in builtin/; an image is made of one when it is first needed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mib/image.h"

/* The first has no name: it holds the arcs at the top of the tree, which are no module's. */
size_t builtin_count(void);
const char *builtin_name(size_t number);

/* OIDs with blanks between: each of its objects is one of them, or stands below one. */
const char *builtin_below(size_t number);

/* Whether it defines an object of this name. */
bool builtin_defines(size_t number, const char *name);

/* The image of a module. 0 or -ENOMEM. */
int builtin_image(size_t number, struct image *ret_image);

/*
 * The module as a MIB file, as far as others may import from it, for free(); NULL when memory is
 * out. There are some more than those with images: modules of types and macros.
 */
bool builtin_has_text(const char *name);
char *builtin_text(const char *name);

/*
 * builtin: the modules that need no file. What is said of them are the facts of the RFCs (and of
 * Net-SNMP's own modules) as tables in builtin/; an image is made of one when it is first needed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mib/load/image.h"

/* The image of a module. 0 or -ENOMEM. */
int builtin_image(size_t number, struct image *ret_image);

/*
 * The module as a MIB file, as far as others may import from it, for free(); NULL when memory is
 * out. There are some more than those with images: modules of types and macros.
 */
bool builtin_has_text(const char *name);
char *builtin_text(const char *name);

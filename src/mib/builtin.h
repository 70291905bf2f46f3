/*
 * builtin: the modules that need no file. What is said of them are the facts of the RFCs (and of
 * Net-SNMP's own modules) as tables in builtin/; an image is made of one when it is first needed.
 */
#pragma once

#include <stddef.h>

#include "mib/image.h"

size_t builtin_count(void);
const char *builtin_name(size_t number);

/* The image of a module. 0 or -ENOMEM. */
int builtin_image(size_t number, struct image *ret_image);

/*
 * name: what can name a target, a module, a column, a tag.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { NAME_BYTES_MAX = 255 };

/* Not empty, at most @max bytes, and without control characters. */
static inline bool name_is_good(const char *name, size_t max) {
    if (name == NULL || *name == '\0') return false;
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (i == max || (unsigned char)name[i] < ' ' || name[i] == 0x7f) return false;
    }
    return true;
}

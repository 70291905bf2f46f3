/* text: texts that may be missing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Are both missing (NULL), or the same text? */
static inline bool text_is_same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

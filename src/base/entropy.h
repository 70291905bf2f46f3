/*
 * entropy: random octets from the kernel. What must not be guessed is drawn here, each thing on its
 * own, so that one that becomes known says nothing of another. Drawn in the loop (api/) and handed
 * down; the core draws nothing.
 */
#pragma once

#include <stddef.h>

/* @length octets (at most 256). 0, or -EIO: the kernel gives none. */
int entropy_draw(void *bytes, size_t length);

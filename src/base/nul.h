/*
 * nul: text that ends in NULs, as a C program sends its buffer: names of Windows' interfaces and of
 * virtual switches. The NULs are no part of it. How many octets may be taken for such NULs depends
 * on what is known of them, because lists of ports and other bit maps end in zeros, too. NULs alone
 * are never taken for text: an empty name has no octets, and an address may be all zeros.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum nul_trust {
    NUL_ALL,   /* the octets are said to be text, or nothing is known of them: all at the end */
    NUL_ONE,   /* they are described, but not as text */
    NUL_NONE,  /* they are said to be no text */
};

/* The length without the NULs at the end; all of @length when these are not to be taken off. */
static inline size_t nul_text_length(const uint8_t *bytes, size_t length, enum nul_trust trust) {
    size_t most = trust == NUL_NONE ? 0 : trust == NUL_ONE ? 1 : length, text = length;
    while (text > 0 && length - text < most && bytes[text - 1] == '\0') text--;
    return text > 0 ? text : length;
}

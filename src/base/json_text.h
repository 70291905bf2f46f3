/*
 * json_text: bytes as the inside of a string of JSON (RFC 8259), for everything that writes JSON.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Most bytes a byte of a string takes: \u001f. */
enum { JSON_ESCAPE_MAX = 6 };

/*
 * @bytes without quotes around them; bytes that are no UTF-8, and C1 controls, become U+FFFD each.
 * Appends at @at without a NUL, at most JSON_ESCAPE_MAX * @length bytes, and returns the new end.
 */
char *json_put_escaped(char *at, const uint8_t *bytes, size_t length);

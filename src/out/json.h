/*
 * json: strings of JSON (RFC 8259), as everything that writes them needs them.
 */
#pragma once

#include <stddef.h>

/* @text with its quotes; bytes that are no UTF-8 become U+FFFD. At most 6 * @length + 2 bytes. */
char *json_put_text(char *at, const char *text, size_t length);

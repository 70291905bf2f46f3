/*
 * hex: octets as people write them: 0x80001f88, 80001F88, 80:00:1f:88.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What it stands for, -1 when it is none. */
int hex_digit(char c);

/* False: not hexadecimal, half an octet, none at all, or more than @max. */
bool hex_parse(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_length);

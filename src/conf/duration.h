/*
 * duration: times as people write them: 500ms, 1.5s, 2m, 1m30s, 1h, 1d, a bare number of seconds;
 * and other numbers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DURATION_MAX_NS (366u * 86400u * (uint64_t)1000000000u)

/*
 * Above 0 and at most DURATION_MAX_NS; false for anything else. Digits beyond the nanosecond are
 * cut off.
 */
bool duration_parse(const char *text, uint64_t *ret_ns);

/* "1.5s", "500ms", "2m": the largest unit that needs at most three decimals; returns the length. */
enum { DURATION_TEXT_MAX = 32 };
size_t duration_format(uint64_t ns, char text[static DURATION_TEXT_MAX]);

/* A decimal number from @min to @max, which is at most 2^60, and nothing else. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number);

/*
 * A size in bytes as people write it: 65536, 64K, 256M, 1G, 2T, with or without a B, in powers of
 * 1024; from @min to @max.
 */
bool size_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret_bytes);

/* "256M", "1536K", "65537": as size_parse takes it, in the largest unit that it is whole in. */
enum { SIZE_TEXT_MAX = 24 };
const char *size_format(uint64_t bytes, char text[static SIZE_TEXT_MAX]);

/*
 * hint: DISPLAY-HINT (RFC 2579 section 3.1), from values to text and back.
 *
 * Of an integer: "d", "d-2" (a point two digits from the right), "x", "o", "b". Of octets: one or
 * more specifications of [*]LENGTH FORMAT [SEPARATOR [TERMINATOR]], FORMAT one of x, d, o, a, t;
 * the last is repeated until the octets end. "*" takes its count from an octet; LENGTH 0 only
 * writes the separator ("0a[2x:..." of RFC 3419).
 *
 * Hints come from modules that anybody wrote: what is no hint of its kind is refused and the caller
 * writes the value plainly. More is taken than the RFC allows where modules rely on it: a missing
 * LENGTH is 1, and a terminator may follow a separator without "*".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/text/put.h"

/* How octets are written, as bits. */
enum {
    HINT_TWO_DIGITS = 1 << 0,   /* single octets in hexadecimal with both digits: 00:1b, not 0:1b */
    HINT_DOTS = 1 << 1,         /* what is not printable in a and t as '.', instead of refusing; a
                                   text with a NUL as ASCII with quotes escaped, as Net-SNMP does */
};

/* False, with nothing written: the hint is not good, or the octets do not go through it. */
bool hint_put_octets(struct put *out, const char *hint, const uint8_t *bytes, size_t length,
                     unsigned how);

/* -@magnitude or @magnitude. False, with nothing written: the hint is not good. */
bool hint_put_integer(struct put *out, const char *hint, bool is_negative, uint64_t magnitude);

/* Is it a good hint for octets? */
bool hint_is_good(const char *hint);

/* Does the hint say no more than that the octets are text (255a, 255t)? */
bool hint_is_text(const char *hint);

/*
 * Do so many octets end where a specification ends, all of them used? Date and time fits with and
 * without its zone.
 */
bool hint_fits(const char *hint, size_t length);

/* Octets of a text: how many, or -1: the text is not of this shape, or @size is too small. */
int hint_parse_octets(const char *hint, const char *text, uint8_t *ret_bytes, size_t size);

/* False: the text is no such number, or it does not fit. */
bool hint_parse_integer(const char *hint, const char *text, int64_t *ret_integer);

/*
 * Octets as they are where they are printable UTF-8, with tab, CR and LF; otherwise, as @how says,
 * dots for those that are not, or false with nothing written.
 */
bool hint_put_printable(struct put *out, const uint8_t *bytes, size_t length, unsigned how);

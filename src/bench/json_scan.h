/*
 * json_scan: JSON (RFC 8259) read from a text, value by value, by a reader that knows what it
 * expects. The first error is kept, with the place; from then on every call answers false, so that
 * a reader may look once, at the end. Nothing of the text is trusted: values are nested at most
 * JSON_DEPTH_MAX deep, texts must be UTF-8, and nothing is allocated but what json_text hands out.
 *
 *     json_scan_init(&s, "a.json", text, length);
 *     json_enter(&s, JSON_OBJECT);
 *     while (json_next_member(&s, key))
 *         if (strcmp(key, "rate") == 0) json_real(&s, &rate);
 *         else json_skip(&s);
 *     json_finish(&s);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_KEY_MAX = 64, JSON_DEPTH_MAX = 64, JSON_ERROR_MAX = 320 };

enum json_kind {
    JSON_NONE, JSON_OBJECT, JSON_ARRAY, JSON_TEXT, JSON_NUMBER, JSON_BOOL, JSON_NULL
};

struct json_scan {
    const char *name;           /* of the file, for errors; printable, borrowed */
    const uint8_t *text, *at, *end;
    bool is_first;              /* nothing was read yet of the object or array that was entered */
    bool failed;
    char error[JSON_ERROR_MAX]; /* "a.json:3:14: expected a number, found the character '{'" */
};

/* A byte order mark in front is passed over. @text is borrowed. */
void json_scan_init(struct json_scan *s, const char *name, const char *text, size_t length);

/* The kind of the value ahead; JSON_NONE where there is none. */
enum json_kind json_kind(struct json_scan *s);

/* The begin of an object or an array. */
bool json_enter(struct json_scan *s, enum json_kind kind);
/* The next member's key; a longer one than @key holds is cut. False: the object is at its end. */
bool json_next_member(struct json_scan *s, char key[static JSON_KEY_MAX]);
/* Is there another element? False: the array is at its end. */
bool json_next_element(struct json_scan *s);

/* A whole number of at most @most, also as "1e3" or "5.0". */
bool json_unsigned(struct json_scan *s, uint64_t most, uint64_t *ret_value);
bool json_signed(struct json_scan *s, int64_t *ret_value);
/* A finite number; null is NAN. */
bool json_real(struct json_scan *s, double *ret_value);
bool json_bool(struct json_scan *s, bool *ret_value);
/* A text of at most @length_max bytes without NUL, to be freed by the caller; null is NULL. */
bool json_text(struct json_scan *s, size_t length_max, char **ret_text);
/* Any value, whatever is in it; it must be well formed. */
bool json_skip(struct json_scan *s);

/* Nothing but blanks may follow. False: that, or any error before. */
bool json_finish(struct json_scan *s);

/* Where the value ahead begins, for json_fail. */
const uint8_t *json_here(struct json_scan *s);
/* Keeps the error, if it is the first, with the line and column of @where. Returns false. */
bool json_fail(struct json_scan *s, const uint8_t *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

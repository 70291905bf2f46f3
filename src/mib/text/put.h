/*
 * put: text into a buffer that may be too short, counted whole, as snprintf does.
 *
 *     struct put out = PUT_INIT(buffer, size);
 *     put_text(&out, "up");
 *     return put_end(&out);
 *
 * To take back what was put since, set `length` to what it was.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct put {
    char *buffer;
    size_t size;
    size_t length;   /* of the whole text, also of what found no room */
};

#define PUT_INIT(buffer_, size_) \
    ((struct put){ .buffer = (buffer_), .size = (size_), .length = 0 })

static inline void put_char(struct put *out, char c) {
    if (out->length < out->size) out->buffer[out->length] = c;
    out->length++;
}

static inline void put_bytes(struct put *out, const void *bytes, size_t length) {
    if (length > 0 && out->length < out->size) {
        size_t room = out->size - out->length;
        memcpy(out->buffer + out->length, bytes, length < room ? length : room);
    }
    out->length += length;
}

static inline void put_text(struct put *out, const char *text) {
    put_bytes(out, text, strlen(text));
}

static inline void put_u64(struct put *out, uint64_t n) {
    char digits[20], *at = digits + sizeof(digits);
    do *--at = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    put_bytes(out, at, (size_t)(digits + sizeof(digits) - at));
}

static inline void put_i64(struct put *out, int64_t n) {
    if (n < 0) put_char(out, '-');
    put_u64(out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

/* Two lower-case digits. */
static inline void put_hex(struct put *out, uint8_t byte) {
    static const char digits[] = "0123456789abcdef";
    char pair[2] = { digits[byte >> 4], digits[byte & 15] };
    put_bytes(out, pair, 2);
}

/* Ends the text with a NUL, where there is any room; its whole length. */
static inline size_t put_end(struct put *out) {
    if (out->size > 0) out->buffer[out->length < out->size ? out->length : out->size - 1] = '\0';
    return out->length;
}

/*
 * span: a borrowed run of bytes. It owns nothing; whoever made it says how long the bytes live.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *bytes;
    size_t length;
};

#define SPAN_NULL ((struct span){ .bytes = NULL, .length = 0 })

static inline struct span span_of(const void *bytes, size_t length) {
    return (struct span){ .bytes = bytes, .length = length };
}

static inline struct span span_text(const char *text) {
    return span_of(text, strlen(text));
}

/* Are @length octets the same? Most are OIDs of tables, for which a call costs more than this. */
static inline bool octets_equal(const uint8_t *a, const uint8_t *b, size_t length) {
    if (length > 16) return memcmp(a, b, length) == 0;
    if (length >= 8) {
        uint64_t head[2], tail[2];
        memcpy(&head[0], a, 8);
        memcpy(&head[1], b, 8);
        memcpy(&tail[0], a + length - 8, 8);
        memcpy(&tail[1], b + length - 8, 8);
        return head[0] == head[1] && tail[0] == tail[1];
    }
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static inline bool span_equal(struct span a, struct span b) {
    return a.length == b.length && octets_equal(a.bytes, b.bytes, a.length);
}

static inline bool span_starts_with(struct span whole, struct span prefix) {
    return whole.length >= prefix.length &&
           octets_equal(whole.bytes, prefix.bytes, prefix.length);
}

/* What is left of @whole after its first @count bytes; @count must not exceed its length. */
static inline struct span span_skip(struct span whole, size_t count) {
    return span_of(whole.bytes + count, whole.length - count);
}

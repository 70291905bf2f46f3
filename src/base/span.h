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

static inline bool span_equal(struct span a, struct span b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static inline bool span_starts_with(struct span whole, struct span prefix) {
    return whole.length >= prefix.length &&
           (prefix.length == 0 || memcmp(whole.bytes, prefix.bytes, prefix.length) == 0);
}

/* What is left of @whole after its first @count bytes; @count must not exceed its length. */
static inline struct span span_skip(struct span whole, size_t count) {
    return span_of(whole.bytes + count, whole.length - count);
}

/*
 * text: how values are written as text, the same in every format, and fast.
 *
 * The text_put_* functions append at @at and return the new end; they check no bounds: the caller
 * has reserved room by the limits given here, and OUTPUT_SLACK beyond. None of them writes a NUL,
 * and none trusts what an agent sent: any bytes give some text within the limits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "snmpfleet/module.h"
#include "snmpfleet/value.h"

/*
 * Most bytes that a number, a real or a time take; a run of n other bytes takes at most 4n +
 * TEXT_NUMBER_MAX.
 */
enum { TEXT_NUMBER_MAX = 32, TEXT_TIME_MAX = 32 };

/* What bytes of a run occur in it, as bits: what a format must escape can be seen at one glance. */
enum text_class {
    TEXT_CONTROL = 1 << 0,    /* below 0x20 but for tab, CR and LF, and 0x7f */
    TEXT_BREAK = 1 << 1,      /* CR, LF */
    TEXT_TAB = 1 << 2,
    TEXT_HIGH = 1 << 3,       /* 0x80 and above */
    TEXT_QUOTE = 1 << 4,      /* " */
    TEXT_BACKSLASH = 1 << 5,
    TEXT_COMMA = 1 << 6,
    TEXT_BLANK = 1 << 7,      /* space, = */
};

extern const uint8_t text_classes[256];
extern const char text_digit_pairs[200];

/*
 * Like text_classify for sixteen bytes without control characters, quotes, backslashes and high
 * bytes; otherwise ~0.
 */
static inline unsigned text_classify16(const uint8_t *bytes) {
    typedef int8_t sixteen __attribute__((vector_size(16)));
    typedef uint64_t halves __attribute__((vector_size(16)));
    sixteen v;
    memcpy(&v, bytes, sizeof(v));
    /* As signed numbers, bytes from 0x80 are below 0x20 too. */
    halves odd = (halves)((v < 0x20) | (v == 0x7f) | (v == '"') | (v == '\\'));
    halves blank = (halves)((v == ' ') | (v == '='));
    halves comma = (halves)(v == ',');
    if ((odd[0] | odd[1]) != 0) return ~0u;
    return ((blank[0] | blank[1]) != 0 ? TEXT_BLANK : 0) |
           ((comma[0] | comma[1]) != 0 ? TEXT_COMMA : 0);
}

static inline unsigned text_classify(const uint8_t *bytes, size_t length) {
    unsigned classes = 0;
    if (length >= 16) {  /* the last step may look at some bytes twice */
        for (size_t i = 0; i < length - 16; i += 16) classes |= text_classify16(bytes + i);
        classes |= text_classify16(bytes + length - 16);
        if (classes != ~0u) return classes;
        classes = 0;
    }
    for (size_t i = 0; i < length; i++) classes |= text_classes[bytes[i]];
    return classes;
}

static inline char *text_put(char *at, const void *bytes, size_t length) {
    if (length > 0) memcpy(at, bytes, length);
    return at + length;
}

/* The same from a @text behind which TEXT_PAD bytes can be read: mostly one fixed-size copy. */
enum { TEXT_PAD = 32 };

static inline char *text_put_padded(char *at, const char *text, size_t length) {
    memcpy(at, text, TEXT_PAD);
    if (__builtin_expect(length > TEXT_PAD, 0)) memcpy(at, text, length);
    return at + length;
}

static inline char *text_put_literal(char *at, const char *text) {
    return text_put(at, text, strlen(text));
}

static inline unsigned text_count_digits(uint64_t n) {
    static const uint64_t powers[20] = {
        0, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u,
        10000000000u, 100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
        1000000000000000u, 10000000000000000u, 100000000000000000u, 1000000000000000000u,
        10000000000000000000u,
    };
    unsigned bits = 64u - (unsigned)__builtin_clzll(n | 1);
    unsigned guess = bits * 1233u >> 12;
    return guess + (n >= powers[guess] ? 1 : 0);
}

static inline char *text_put_u64(char *at, uint64_t n) {
    if (n < 10) {
        *at = (char)('0' + n);
        return at + 1;
    }
    char *end = at + text_count_digits(n);
    char *p = end;
    while (n > UINT32_MAX) {
        uint64_t rest = n / 100;
        p -= 2;
        memcpy(p, text_digit_pairs + 2 * (n - 100 * rest), 2);
        n = rest;
    }
    uint32_t low = (uint32_t)n;
    while (low >= 100) {
        uint32_t rest = low / 100;
        p -= 2;
        memcpy(p, text_digit_pairs + 2 * (low - 100 * rest), 2);
        low = rest;
    }
    if (low >= 10) memcpy(p - 2, text_digit_pairs + 2 * low, 2);
    else if (p > at) p[-1] = (char)('0' + low);
    return end;
}

static inline char *text_put_i64(char *at, int64_t n) {
    if (n >= 0) return text_put_u64(at, (uint64_t)n);
    *at = '-';
    return text_put_u64(at + 1, 0 - (uint64_t)n);
}

/* Nanoseconds as milliseconds with three decimals: "1.234". */
char *text_put_ms(char *at, int64_t ns);

/*
 * Shortest text that reads back as the same double; always with a point or an exponent, or "NaN",
 * "Inf", "-Inf".
 */
char *text_put_real(char *at, double real);

/* The same for what was a single before it was widened. */
char *text_put_single(char *at, double real);

/* Lower-case hexadecimal, without 0x. */
char *text_put_hex(char *at, const uint8_t *bytes, size_t length);

/*
 * Dotted numbers of a run of sub-identifiers, and of a whole OID (first byte split into two arcs,
 * no leading dot).
 */
char *text_put_index(char *at, const uint8_t *bytes, size_t length);
char *text_put_oid(char *at, const uint8_t *bytes, size_t length);

/*
 * Component @component of @count of an index as text; empty when the index is shorter. The last
 * component takes all that is left, so that different indexes always differ.
 */
char *text_put_index_component(char *at, const uint8_t *bytes, size_t length, size_t component,
                               size_t count);

/* RFC 3339 in UTC with microseconds (27 bytes); the last second's text is kept. */
struct text_clock {
    int64_t second;
    bool is_set;
    char text[TEXT_TIME_MAX];
};

char *text_put_time(struct text_clock *clock, char *at, int64_t time_ns);

/*
 * Is this value an octet string that is written as the text the agent sent? Then *ret_classes says
 * what occurs in it, never TEXT_CONTROL. What begins with 0x is not, so that a reader of 0x...
 * always knows it for hexadecimal.
 */
bool text_is_text(const struct fleet_value *value, enum fleet_as as, unsigned *ret_classes);

/*
 * Is it so, an octet string, without NULs at its end? Then @room becomes the value without them.
 * NULL: it is not.
 */
const struct fleet_value *text_without_nuls(const struct fleet_value *value, enum fleet_as as,
                                            struct fleet_value *room, unsigned *ret_classes);

/* The value whose octets are the text to be written: @value, or *room; NULL: it is no text. */
static inline const struct fleet_value *text_of(const struct fleet_value *value, enum fleet_as as,
                                                struct fleet_value *room, unsigned *ret_classes) {
    if (__builtin_expect(text_is_text(value, as, ret_classes), 1)) return value;
    bool ends_in_nul = value->length > 0 && value->type == FLEET_OCTET_STRING &&
                       value->bytes[value->length - 1] == '\0';
    return __builtin_expect(ends_in_nul, 0) ? text_without_nuls(value, as, room, ret_classes)
                                            : NULL;
}

/*
 * Any other value: decimal, dotted, colon-separated or hexadecimal, in characters that no format
 * has to escape. Nothing for NULL and exceptions.
 */
char *text_put_value(char *at, const struct fleet_value *value, enum fleet_as as);

/* "Counter32": the SMI's name of a type. */
const char *text_type_name(uint8_t type);

/* Does the cell hold something, that is neither absent nor an exception? */
static inline bool text_has_value(const struct fleet_value *value) {
    return value->type != FLEET_ABSENT && value->type < FLEET_NO_SUCH_OBJECT;
}

/*
 * oid: object identifiers as BER contents.
 *
 * Two encodings are walked side by side only from the first octet in which they differ, and from
 * the start of the sub-identifier around it; numbers decide from there. Mostly that is one
 * sub-identifier, but an agent that pads one (80 01 for 1) still compares equal to one that does
 * not.
 *
 * The first sub-identifier carries two arcs, 40 * first + second (X.690 section 8.19.4), so a first
 * arc of 2 is whatever reaches 80: 2.999 is 1079, and the largest second arc that still fits 32
 * bits is 2^32-1-80.
 */
#include "wire/oid.h"
#include "wire/ber.h"

/* The first index below @length at which @a and @b differ, or @length. */
static size_t oid_mismatch(const uint8_t *a, const uint8_t *b, size_t length) {
    size_t i = 0;
    for (uint64_t x, y; i + sizeof(x) <= length; i += sizeof(x)) {
        memcpy(&x, a + i, sizeof(x));
        memcpy(&y, b + i, sizeof(y));
        if (x != y) break;
    }
    while (i < length && a[i] == b[i]) i++;
    return i;
}

int oid_compare(struct span a, struct span b) {
    size_t shorter = a.length < b.length ? a.length : b.length;
    size_t same = oid_mismatch(a.bytes, b.bytes, shorter);
    if (same == shorter) return (a.length > b.length) - (a.length < b.length);
    while (same > 0 && (a.bytes[same - 1] & 0x80) != 0) same--;

    const uint8_t *a_at = a.bytes + same, *a_end = a.bytes + a.length;
    const uint8_t *b_at = b.bytes + same, *b_end = b.bytes + b.length;
    while (a_at < a_end && b_at < b_end) {
        uint32_t a_subid = oid_next_subid(&a_at), b_subid = oid_next_subid(&b_at);
        if (a_subid != b_subid) return a_subid < b_subid ? -1 : 1;
    }
    return (a_at < a_end) - (b_at < b_end);
}

uint32_t oid_next_subid(const uint8_t **at) {
    const uint8_t *p = *at;
    uint32_t subid = *p & 0x7f;
    while ((*p++ & 0x80) != 0) subid = subid << 7 | (*p & 0x7f);
    *at = p;
    return subid;
}

size_t oid_write_subid(uint32_t subid, uint8_t ret_bytes[static 5]) {
    size_t count = 1;
    for (uint32_t rest = subid >> 7; rest != 0; rest >>= 7) count++;
    for (size_t i = count; i-- > 0; subid >>= 7)
        ret_bytes[i] = (uint8_t)((subid & 0x7f) | (i + 1 < count ? 0x80 : 0));
    return count;
}

size_t oid_count(struct span oid) {
    size_t count = 0;
    for (size_t i = 0; i < oid.length; i++) count += (oid.bytes[i] & 0x80) == 0;
    return count;
}

/* Numbers of @text, at most FLEET_OID_SUBIDS_MAX; returns how many, or -1. */
static int oid_parse_numbers(struct span text, uint32_t numbers[static FLEET_OID_SUBIDS_MAX]) {
    const uint8_t *at = text.bytes, *end = at + text.length;
    int count = 0;
    if (at < end && *at == '.') at++;
    if (at == end) return 0;
    for (;;) {
        uint64_t number = 0;
        const uint8_t *digits = at;
        for (; at < end && *at >= '0' && *at <= '9'; at++) {
            number = number * 10 + (uint64_t)(*at - '0');
            if (number > UINT32_MAX) return -1;
        }
        if (at == digits || count == FLEET_OID_SUBIDS_MAX) return -1;
        numbers[count++] = (uint32_t)number;
        if (at == end) return count;
        if (*at++ != '.') return -1;
    }
}

int oid_parse(struct span text, uint8_t ret_bytes[static FLEET_OID_BYTES_MAX]) {
    if (text.length == 0) return 0;
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    int count = oid_parse_numbers(text, numbers);
    return count < 0 ? -1 : oid_from_numbers(numbers, (size_t)count, ret_bytes);
}

int oid_parse_subtree(struct span text, uint8_t ret_bytes[static FLEET_OID_BYTES_MAX],
                      size_t *ret_prefix_length) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX] = { 0 };
    int count = text.length == 0 ? 0 : oid_parse_numbers(text, numbers);
    if (count < 0) return -1;
    int length = oid_from_numbers(numbers, count < 2 ? 2 : (size_t)count, ret_bytes);
    if (length < 0) return -1;
    *ret_prefix_length = count < 2 ? 0 : (size_t)length;
    return length;
}

int oid_from_numbers(const uint32_t *numbers, size_t count,
                     uint8_t ret_bytes[static FLEET_OID_BYTES_MAX]) {
    if (count == 0) return 0;
    if (count == 1 || count > FLEET_OID_SUBIDS_MAX) return -1;
    if (numbers[0] > 2 || numbers[1] > (numbers[0] < 2 ? 39 : UINT32_MAX - 80)) return -1;
    size_t length = oid_write_subid(numbers[0] * 40 + numbers[1], ret_bytes);
    for (size_t i = 2; i < count; i++) length += oid_write_subid(numbers[i], ret_bytes + length);
    return (int)length;
}

size_t oid_to_numbers(struct span oid, uint32_t *ret_numbers, size_t max) {
    const uint8_t *at = oid.bytes, *end = at + oid.length;
    if (oid.length == 0) return 0;
    uint32_t first = oid_next_subid(&at);
    uint32_t arc = first < 80 ? first / 40 : 2;
    size_t count = 0;
    if (count < max) ret_numbers[count++] = arc;
    if (count < max) ret_numbers[count++] = first - arc * 40;
    while (at < end && count < max) ret_numbers[count++] = oid_next_subid(&at);
    return count;
}

size_t fleet_oid_numbers(const uint8_t *bytes, size_t length,
                         uint32_t ret_numbers[FLEET_OID_SUBIDS_MAX]) {
    struct span oid = span_of(bytes, length);
    if (length == 0 || !ber_oid_is_valid(oid)) return 0;
    return oid_to_numbers(oid, ret_numbers, FLEET_OID_SUBIDS_MAX);
}

size_t fleet_oid_bytes(const uint32_t *numbers, size_t count,
                       uint8_t ret_bytes[FLEET_OID_BYTES_MAX]) {
    uint32_t two[2] = { count > 0 ? numbers[0] : 0, 0 };
    int length = count < 2 ? oid_from_numbers(two, 2, ret_bytes)
                           : oid_from_numbers(numbers, count, ret_bytes);
    return length < 0 ? 0 : (size_t)length;
}

/* Append @number in decimal at @text; returns the characters. */
static size_t oid_format_number(uint32_t number, char *text) {
    size_t digits = 1;
    for (uint32_t rest = number; rest >= 10; rest /= 10) digits++;
    for (size_t i = digits; i-- > 0; number /= 10) text[i] = (char)('0' + number % 10);
    return digits;
}

size_t oid_format(struct span oid, char text[static FLEET_OID_TEXT_MAX]) {
    if (oid.length == 0) return 0;
    const uint8_t *at = oid.bytes;
    uint32_t first = oid_next_subid(&at);
    uint32_t arc = first < 80 ? first / 40 : 2;
    size_t length = 0;
    text[length++] = (char)('0' + arc);
    text[length++] = '.';
    length += oid_format_number(first - arc * 40, text + length);
    for (const uint8_t *end = oid.bytes + oid.length; at < end;) {
        text[length++] = '.';
        length += oid_format_number(oid_next_subid(&at), text + length);
    }
    return length;
}

size_t oid_format_suffix(struct span suffix, char text[static FLEET_OID_TEXT_MAX]) {
    if (suffix.length == 0) return 0;
    const uint8_t *at = suffix.bytes, *end = at + suffix.length;
    size_t length = 0;
    while (at < end) {
        if (length > 0) text[length++] = '.';
        length += oid_format_number(oid_next_subid(&at), text + length);
    }
    return length;
}

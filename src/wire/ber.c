/*
 * ber: reading forward, writing backward.
 *
 * A reply is nearly all elements whose length fits one octet, so ber.h reads those inline, and
 * everything else, each fault included, comes here. A length is a count of what follows, and is
 * believed only once it fits inside what encloses it: this one check is what keeps every span that
 * is handed out inside the datagram. Octets that a length or an integer does not need are skipped,
 * not counted against a limit: agents pad both.
 *
 * Writing backward lets each header follow its contents, so that no length is guessed, moved or
 * computed twice.
 */
#include "wire/ber.h"

#include <endian.h>

/* Octets that a length takes in the long form; 0 when the short form holds it. */
static size_t ber_length_octets(size_t length) {
    size_t octets = 0;
    if (length < 0x80) return 0;
    for (; length != 0; length >>= 8) octets++;
    return octets;
}

uint8_t ber_read_any_long(struct ber_reader *r, struct span *ret_contents) {
    *ret_contents = SPAN_NULL;
    size_t left = (size_t)(r->end - r->at);
    if (left < 2) {
        ber_fail(r, BER_TRUNCATED);
        return 0;
    }
    const uint8_t *at = r->at;
    uint8_t tag = *at++;
    if ((tag & 0x1f) == 0x1f) {
        ber_fail(r, BER_UNEXPECTED_TAG);
        return 0;
    }
    size_t length = *at++;
    left -= 2;
    if (length >= 0x80) {
        size_t octets = length & 0x7f;
        if (octets == 0 || octets == 0x7f) {  /* indefinite; reserved (X.690 section 8.1.3.5) */
            ber_fail(r, BER_BAD_LENGTH);
            return 0;
        }
        if (octets > left) {
            ber_fail(r, BER_TRUNCATED);
            return 0;
        }
        const uint8_t *end = at + octets;
        left -= octets;
        while (at < end && *at == 0) at++;
        if (end - at > 4) {
            ber_fail(r, BER_BAD_LENGTH);
            return 0;
        }
        for (length = 0; at < end; at++) length = length << 8 | *at;
        if (octets > ber_length_octets(length)) r->lenient |= BER_LENIENT_LENGTH;
    }
    if (length > left) {
        ber_fail(r, BER_TRUNCATED);
        return 0;
    }
    *ret_contents = span_of(at, length);
    r->at = at + length;
    return tag;
}

struct ber_reader ber_enter(struct ber_reader *r, uint8_t tag) {
    struct span contents = ber_read(r, tag);
    if (r->error != 0) return (struct ber_reader){ .at = r->end, .end = r->end, .error = r->error };
    return BER_READER(contents);
}

void ber_leave(struct ber_reader *r, const struct ber_reader *inner) {
    r->lenient |= inner->lenient;
    if (inner->error != 0) ber_fail(r, inner->error);
    else if (inner->at < inner->end) r->lenient |= BER_LENIENT_TRAILING;
}

int32_t ber_read_int32(struct ber_reader *r) {
    struct span contents = ber_read(r, BER_INTEGER);
    return r->error != 0 ? 0 : ber_int32(r, contents);
}

/* The last eight octets of @contents, which is not empty, the missing ones taken from its sign. */
static uint64_t ber_low_bits(struct span contents) {
    const uint8_t *at = contents.bytes, *end = at + contents.length;
    uint64_t value = (*at & 0x80) != 0 ? UINT64_MAX : 0;
    if (contents.length > 8) at = end - 8;
    while (at < end) value = value << 8 | *at++;
    return value;
}

/*
 * Whether the first octet says nothing that the sign of the second does not (X.690 section 8.3.2).
 */
static bool ber_is_padded(struct span contents) {
    if (contents.length < 2) return false;
    uint8_t sign = (contents.bytes[1] & 0x80) != 0 ? 0xff : 0x00;
    return contents.bytes[0] == sign;
}

int64_t ber_integer(struct ber_reader *r, struct span contents) {
    if (contents.length == 0) {
        r->lenient |= BER_LENIENT_EMPTY;
        return 0;
    }
    if (contents.length > 8 || ber_is_padded(contents)) r->lenient |= BER_LENIENT_INTEGER;
    return (int64_t)ber_low_bits(contents);
}

int32_t ber_int32(struct ber_reader *r, struct span contents) {
    int64_t value = ber_integer(r, contents);
    if (value < INT32_MIN || value > INT32_MAX) r->lenient |= BER_LENIENT_INTEGER;
    return (int32_t)(uint32_t)(uint64_t)value;
}

uint64_t ber_unsigned(struct ber_reader *r, struct span contents, unsigned bits) {
    if (contents.length == 0) {
        r->lenient |= BER_LENIENT_EMPTY;
        return 0;
    }
    uint64_t mask = UINT64_MAX >> (64 - bits), value = 0;
    size_t from = contents.length > 8 ? contents.length - 8 : 0;
    for (size_t i = from; i < contents.length; i++) value = value << 8 | contents.bytes[i];
    if ((contents.bytes[0] & 0x80) != 0) {
        r->lenient |= BER_LENIENT_NEGATIVE;
        if (contents.length > bits / 8) r->lenient |= BER_LENIENT_INTEGER;
    } else if (ber_is_padded(contents) || value > mask ||
               contents.length > 8 + (size_t)(contents.bytes[0] == 0)) {
        r->lenient |= BER_LENIENT_INTEGER;
    }
    return value & mask;
}

/*
 * The high bits of the eight octets at @at, the first one lowest; *odd gets a bit set if any of
 * them is 80.
 */
static inline uint64_t ber_oid_word(const uint8_t *at, uint64_t *odd) {
    const uint64_t high = 0x8080808080808080, ones = 0x0101010101010101;
    uint64_t word;
    memcpy(&word, at, sizeof(word));
    word = le64toh(word);
    uint64_t zero_where_80 = word ^ high;
    *odd |= (zero_where_80 - ones) & ~zero_where_80 & high;
    return ((word & high) >> 7) * 0x0102040810204080 >> 56;
}

/*
 * Whether @contents is seen to be valid and unpadded by looking at eight octets at a time: no octet
 * 80, the last high bit clear, and never four high bits in a row, so that each sub-identifier has
 * at most 28 bits. True for nearly all; false says nothing.
 */
static inline bool ber_oid_is_plain(struct span contents) {
    size_t length = contents.length;
    if (length < 8 || length > 64) return false;
    uint64_t odd = 0, more = 0;
    for (size_t i = 0; i < length - 8; i += 8) more |= ber_oid_word(contents.bytes + i, &odd) << i;
    more |= ber_oid_word(contents.bytes + length - 8, &odd) << (length - 8);
    return (odd | more >> (length - 1) | (more & more >> 1 & more >> 2 & more >> 3)) == 0;
}

static bool ber_oid_scan(struct span contents, uint32_t *lenient) {
    if (contents.length > FLEET_OID_BYTES_MAX) return false;
    const uint8_t *at = contents.bytes, *end = at + contents.length;
    size_t count = 0;
    while (at < end) {
        if (*at == 0x80) {
            *lenient |= BER_LENIENT_OID;
            do at++;
            while (at < end && *at == 0x80);
        }
        uint64_t subid = 0;
        uint8_t octet;
        do {
            if (at == end) return false;
            octet = *at++;
            subid = subid << 7 | (octet & 0x7f);
            if (subid > UINT32_MAX) return false;
        } while ((octet & 0x80) != 0);
        count++;
    }
    return count < FLEET_OID_SUBIDS_MAX;
}

bool ber_oid_is_valid(struct span contents) {
    uint32_t lenient = 0;
    return ber_oid_is_plain(contents) || ber_oid_scan(contents, &lenient);
}

/*
 * @contents, which is valid, without its padding. It is made so where it stands, for nobody keeps
 * room for it: what it needs comes to stand at the end, and all padding in front of the first
 * sub-identifier, so that the octets are still the same OID for who reads them again.
 */
static struct span ber_oid_minimise(struct span contents) {
    uint8_t *start = (uint8_t *)(uintptr_t)contents.bytes, *to = start;
    bool starts = true;
    for (size_t i = 0; i < contents.length; i++) {
        uint8_t octet = start[i];
        if (starts && octet == 0x80) continue;
        *to++ = octet;
        starts = (octet & 0x80) == 0;
    }
    size_t length = (size_t)(to - start), padding = contents.length - length;
    memmove(start + padding, start, length);
    memset(start, 0x80, padding);
    return span_of(start + padding, length);
}

struct span ber_oid(struct ber_reader *r, struct span contents) {
    static const uint8_t zero[1] = { 0 };
    if (contents.length == 0) {
        r->lenient |= BER_LENIENT_EMPTY;
        return span_of(zero, sizeof(zero));
    }
    if (ber_oid_is_plain(contents)) return contents;
    uint32_t lenient = 0;
    if (!ber_oid_scan(contents, &lenient)) {
        ber_fail(r, BER_BAD_OID);
        return SPAN_NULL;
    }
    r->lenient |= lenient;
    return lenient == 0 ? contents : ber_oid_minimise(contents);
}

void ber_write_bytes(struct ber_writer *w, struct span bytes) {
    if (bytes.length > (size_t)(w->at - w->start)) {
        w->error = BER_NO_SPACE;
        w->at = w->start;
    }
    if (w->error != 0 || bytes.length == 0) return;
    w->at -= bytes.length;
    memcpy(w->at, bytes.bytes, bytes.length);
}

void ber_write_header(struct ber_writer *w, uint8_t tag, const uint8_t *mark) {
    if (w->error != 0) return;
    size_t length = (size_t)(mark - w->at);
    uint8_t header[2 + sizeof(length)];
    bool has_room = (size_t)(w->at - w->start) >= sizeof(header);
    uint8_t *end = has_room ? w->at : header + sizeof(header), *at = end;
    if (length < 0x80) {
        *--at = (uint8_t)length;
    } else {
        size_t rest = length;
        for (; rest != 0; rest >>= 8) *--at = (uint8_t)rest;
        size_t octets = (size_t)(end - at);
        *--at = (uint8_t)(0x80 | octets);
    }
    *--at = tag;
    if (has_room) w->at = at;
    else ber_write_bytes(w, span_of(at, (size_t)(end - at)));
}

void ber_write_long(struct ber_writer *w, uint8_t tag, struct span contents) {
    const uint8_t *mark = w->at;
    ber_write_bytes(w, contents);
    ber_write_header(w, tag, mark);
}

void ber_write_integer(struct ber_writer *w, uint8_t tag, int64_t value) {
    uint8_t octets[8];
    uint8_t *end = octets + sizeof(octets), *at = end;
    uint64_t rest = (uint64_t)value;
    uint64_t sign = value < 0 ? UINT64_MAX : 0;
    do {
        *--at = (uint8_t)rest;
        rest = rest >> 8 | sign << 56;
    } while (rest != sign || ((*at ^ sign) & 0x80) != 0);
    ber_write(w, tag, span_of(at, (size_t)(end - at)));
}

void ber_write_unsigned(struct ber_writer *w, uint8_t tag, uint64_t value) {
    uint8_t octets[9];
    uint8_t *end = octets + sizeof(octets), *at = end;
    uint64_t rest = value;
    do {
        *--at = (uint8_t)rest;
        rest >>= 8;
    } while (rest != 0);
    if ((*at & 0x80) != 0) *--at = 0;
    ber_write(w, tag, span_of(at, (size_t)(end - at)));
}

const char *ber_error_name(int error) {
    switch (error) {
    case BER_OK: return "ok";
    case BER_TRUNCATED: return "truncated";
    case BER_UNEXPECTED_TAG: return "unexpected-tag";
    case BER_BAD_LENGTH: return "bad-length";
    case BER_BAD_OID: return "bad-oid";
    case BER_BAD_VALUE: return "bad-value";
    case BER_NO_SPACE: return "no-space";
    default: return "unknown";
    }
}

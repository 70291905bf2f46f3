/*
 * varbind: one name and its typed value (RFC 3416 section 3).
 *
 * This is where a poller spends its decoding time. A varbind as agents send it has one octet for
 * each of its three lengths, and its value ends where it ends; that shape is recognised at once and
 * needs no cursor. Its numbers are loaded as one word, whatever their width. Any other varbind, be
 * it sloppy, long or broken, goes through the reader, and any other value through one function for
 * both, which find out what is wrong with it, if anything.
 *
 * Net-SNMP wraps numbers that SMI has no type for in an Opaque, behind a context tag of two octets:
 * 9f 78 a float, 9f 79 a double (both IEEE 754), 9f 76 a Counter64, 9f 7b an unsigned and 9f 7a a
 * signed 64-bit integer. The unsigned ones become Counter64. The signed one becomes an INTEGER
 * whose value may exceed 32 bits, and that is written back wrapped. What only looks like one of
 * these stays an Opaque.
 */
#include "wire/message.h"

#include <endian.h>

static bool varbind_next_long(struct ber_reader *r, struct varbind *ret_varbind);
static void varbind_decode_value(struct ber_reader *r, uint8_t tag, struct span contents,
                                 struct fleet_value *ret_value);
static void varbind_decode_opaque(struct ber_reader *r, struct span contents,
                                  struct fleet_value *ret_value);
static void varbind_write_value(struct ber_writer *w, const struct fleet_value *value);

/*
 * A number of one to eight octets, minimally encoded and in its type's range, at @value (its tag),
 * when at least eight octets up to its end may be read: a varbind has them, of which two are its
 * header and three at least are its name. Widths vary from one varbind to the next, and no branch
 * here depends on them. False when it is anything else.
 */
static inline bool varbind_decode_number(const uint8_t *value, struct fleet_value *ret_value) {
    unsigned length = value[1];
    if (length - 1 > 7) return false;
    uint64_t word;
    memcpy(&word, value + 2 + length - sizeof(word), sizeof(word));
    word = be64toh(word) << (64 - 8 * length);
    uint64_t number = word >> (64 - 8 * length);
    int64_t sign_and_next = (int64_t)word >> 55;
    if (length > 1 && (sign_and_next == 0 || sign_and_next == -1)) return false;
    switch (value[0]) {
    case FLEET_INTEGER32:
        if (length > 4) return false;
        number = (uint64_t)((int64_t)word >> (64 - 8 * length));
        break;
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_UINTEGER32:
        if (sign_and_next < 0 || number > UINT32_MAX) return false;
        break;
    case FLEET_COUNTER64:
        if (sign_and_next < 0) return false;
        break;
    default:
        return false;
    }
    *ret_value = (struct fleet_value){ .type = value[0], .counter = number };
    return true;
}

bool varbind_next(struct ber_reader *r, struct varbind *ret_varbind) {
    const uint8_t *at = r->at;
    size_t left = (size_t)(r->end - at);
    if (left == 0) return false;
    if (left < 6 || at[0] != BER_SEQUENCE || at[1] > 0x7f || at[1] > left - 2 ||
        at[2] != BER_OBJECT_IDENTIFIER || at[3] == 0 || at[3] + 4u > at[1])
        return varbind_next_long(r, ret_varbind);
    const uint8_t *value = at + 4 + at[3];
    if (at[3] + 4u + value[1] != at[1]) return varbind_next_long(r, ret_varbind);

    r->at = at + 2 + at[1];
    ret_varbind->oid = ber_oid(r, span_of(at + 4, at[3]));
    if (!varbind_decode_number(value, &ret_varbind->value))
        varbind_decode_value(r, value[0], span_of(value + 2, value[1]), &ret_varbind->value);
    return r->error == 0;
}

bool varbind_next_of(struct ber_reader *r, struct span oid, struct varbind *ret_varbind,
                     bool *ret_is_of) {
    const uint8_t *at = r->at;
    size_t left = (size_t)(r->end - at), length = oid.length;
    *ret_is_of = left >= length + 6 && at[0] == BER_SEQUENCE && at[1] <= 0x7f &&
                 at[1] <= left - 2 && at[2] == BER_OBJECT_IDENTIFIER && at[3] == length &&
                 length >= 3 && length + 4u + at[length + 5] == at[1] &&
                 octets_equal(at + 4, oid.bytes, length);
    if (!*ret_is_of) {
        if (!varbind_next(r, ret_varbind)) return false;
        *ret_is_of = span_equal(ret_varbind->oid, oid);
        return true;
    }
    const uint8_t *value = at + 4 + length;
    r->at = at + 2 + at[1];
    ret_varbind->oid = span_of(at + 4, length);
    if (!varbind_decode_number(value, &ret_varbind->value))
        varbind_decode_value(r, value[0], span_of(value + 2, value[1]), &ret_varbind->value);
    return r->error == 0;
}

static bool varbind_next_long(struct ber_reader *r, struct varbind *ret_varbind) {
    struct ber_reader fields = ber_enter(r, BER_SEQUENCE);
    struct span oid = ber_read(&fields, BER_OBJECT_IDENTIFIER), contents;
    uint8_t tag = ber_read_any(&fields, &contents);
    if (fields.error == 0) {
        ret_varbind->oid = ber_oid(&fields, oid);
        varbind_decode_value(&fields, tag, contents, &ret_varbind->value);
    }
    ber_leave(r, &fields);
    return r->error == 0;
}

/*
 * @r has failed at the varbind at @at: go back, and past it, as long as the list is what it should
 * be.
 */
bool varbind_skip(struct ber_reader *r, const uint8_t *at, struct varbind *ret_varbind) {
    struct ber_reader list = { .at = at, .end = r->end, .lenient = r->lenient };
    struct span fields = ber_read(&list, BER_SEQUENCE);
    if (list.error != 0) return false;
    *r = list;
    struct ber_reader in = BER_READER(fields);
    *ret_varbind = (struct varbind){ .oid = SPAN_NULL };
    struct span oid = ber_read(&in, BER_OBJECT_IDENTIFIER);
    if (in.error == 0) oid = ber_oid(&in, oid);
    if (in.error == 0) ret_varbind->oid = oid;
    return true;
}

/*
 * BITS are an OCTET STRING (RFC 3416 section 8); some agents send the BIT STRING of RFC 1442, whose
 * first octet counts the bits of the last one that are not used.
 */
static void varbind_decode_bits(struct ber_reader *r, struct span contents,
                                struct fleet_value *ret_value) {
    if (contents.length == 0 || contents.bytes[0] > 7) {
        ber_fail(r, BER_BAD_VALUE);
        return;
    }
    r->lenient |= BER_LENIENT_BITS;
    *ret_value = (struct fleet_value){ .type = FLEET_OCTET_STRING,
                                       .bytes = contents.bytes + 1,
                                       .length = (uint32_t)contents.length - 1 };
}

static void varbind_decode_value(struct ber_reader *r, uint8_t tag, struct span contents,
                                 struct fleet_value *ret_value) {
    *ret_value = (struct fleet_value){ .type = tag };
    switch (tag) {
    case FLEET_INTEGER32:
        ret_value->integer = ber_int32(r, contents);
        break;
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_UINTEGER32:
        ret_value->counter = ber_unsigned(r, contents, 32);
        break;
    case FLEET_COUNTER64:
        ret_value->counter = ber_unsigned(r, contents, 64);
        break;
    case FLEET_OBJECT_IDENTIFIER:
        contents = ber_oid(r, contents);
        ret_value->bytes = contents.bytes;
        ret_value->length = (uint32_t)contents.length;
        break;
    case FLEET_IP_ADDRESS:
        if (contents.length != 4) r->lenient |= BER_LENIENT_ADDRESS;
        ret_value->bytes = contents.bytes;
        ret_value->length = (uint32_t)contents.length;
        break;
    case FLEET_OCTET_STRING:
        ret_value->bytes = contents.bytes;
        ret_value->length = (uint32_t)contents.length;
        break;
    case FLEET_OPAQUE:
        varbind_decode_opaque(r, contents, ret_value);
        break;
    case BER_BIT_STRING:
        varbind_decode_bits(r, contents, ret_value);
        break;
    case FLEET_NULL:
    case FLEET_NO_SUCH_OBJECT:
    case FLEET_NO_SUCH_INSTANCE:
    case FLEET_END_OF_MIB_VIEW:
        if (contents.length != 0) r->lenient |= BER_LENIENT_EXCEPTION;
        break;
    default:
        ber_fail(r, BER_UNEXPECTED_TAG);
    }
}

enum {
    OPAQUE_CONTEXT = 0x9f,
    OPAQUE_HEADER_SIZE = 3,
};

static uint64_t varbind_big_endian(struct span bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.length; i++) value = value << 8 | bytes.bytes[i];
    return value;
}

static void varbind_decode_opaque(struct ber_reader *r, struct span contents,
                                  struct fleet_value *ret_value) {
    const uint8_t *at = contents.bytes;
    ret_value->bytes = at;
    ret_value->length = (uint32_t)contents.length;
    if (contents.length <= OPAQUE_HEADER_SIZE || at[0] != OPAQUE_CONTEXT ||
        at[2] != contents.length - OPAQUE_HEADER_SIZE)
        return;

    struct span number = span_skip(contents, OPAQUE_HEADER_SIZE);
    if (at[1] == FLEET_OPAQUE_FLOAT && number.length == sizeof(float)) {
        uint32_t bits = (uint32_t)varbind_big_endian(number);
        float real;
        memcpy(&real, &bits, sizeof(real));
        *ret_value = (struct fleet_value){ .type = FLEET_OPAQUE_FLOAT, .real = (double)real };
    } else if (at[1] == FLEET_OPAQUE_DOUBLE && number.length == sizeof(double)) {
        uint64_t bits = varbind_big_endian(number);
        double real;
        memcpy(&real, &bits, sizeof(real));
        *ret_value = (struct fleet_value){ .type = FLEET_OPAQUE_DOUBLE, .real = real };
    } else if (at[1] == FLEET_OPAQUE_COUNTER64 || at[1] == FLEET_OPAQUE_UINT64) {
        *ret_value = (struct fleet_value){ .type = FLEET_COUNTER64, .opaque = at[1],
                                           .counter = ber_unsigned(r, number, 64) };
    } else if (at[1] == FLEET_OPAQUE_INT64) {
        *ret_value = (struct fleet_value){ .type = FLEET_INTEGER32, .opaque = at[1],
                                           .integer = ber_integer(r, number) };
    }
}

void varbind_write(struct ber_writer *w, struct span oid, const struct fleet_value *value) {
    const uint8_t *mark = w->at;
    varbind_write_value(w, value);
    ber_write(w, BER_OBJECT_IDENTIFIER, oid);
    ber_write_header(w, BER_SEQUENCE, mark);
}

/* For all but very long names, whose headers have more octets. False: nothing is written. */
static bool varbind_write_short_null(struct ber_writer *w, struct span oid, struct span suffix) {
    enum { HEADERS = 4, NO_VALUE = 2, SHORT = 0x7f };
    size_t name = oid.length + suffix.length, whole = HEADERS + name + NO_VALUE;
    if (whole > SHORT || (size_t)(w->at - w->start) < whole || w->error != 0) return false;
    uint8_t *at = w->at -= whole;
    at[0] = BER_SEQUENCE;
    at[1] = (uint8_t)(whole - 2);
    at[2] = BER_OBJECT_IDENTIFIER;
    at[3] = (uint8_t)name;
    if (oid.length > 0) memcpy(at + HEADERS, oid.bytes, oid.length);
    if (suffix.length > 0) memcpy(at + HEADERS + oid.length, suffix.bytes, suffix.length);
    at[HEADERS + name] = BER_NULL;
    at[HEADERS + name + 1] = 0;
    return true;
}

void varbind_write_null(struct ber_writer *w, struct span oid, struct span suffix) {
    if (varbind_write_short_null(w, oid, suffix)) return;
    const uint8_t *mark = w->at;
    ber_write_header(w, BER_NULL, w->at);
    const uint8_t *oid_mark = w->at;
    ber_write_bytes(w, suffix);
    ber_write_bytes(w, oid);
    ber_write_header(w, BER_OBJECT_IDENTIFIER, oid_mark);
    ber_write_header(w, BER_SEQUENCE, mark);
}

/*
 * The second octet of the wrapped tag, a length and a number are written since @mark: put the rest
 * in front.
 */
static void varbind_wrap_opaque(struct ber_writer *w, const uint8_t *mark) {
    static const uint8_t context = OPAQUE_CONTEXT;
    ber_write_bytes(w, span_of(&context, 1));
    ber_write_header(w, FLEET_OPAQUE, mark);
}

static void varbind_write_real(struct ber_writer *w, uint8_t kind, uint64_t bits, size_t size) {
    const uint8_t *mark = w->at;
    uint8_t octets[sizeof(bits)];
    for (size_t i = size; i-- > 0; bits >>= 8) octets[i] = (uint8_t)bits;
    ber_write(w, kind, span_of(octets, size));
    varbind_wrap_opaque(w, mark);
}

static void varbind_write_integer(struct ber_writer *w, const struct fleet_value *value) {
    const uint8_t *mark = w->at;
    bool is_wide = value->integer < INT32_MIN || value->integer > INT32_MAX || value->opaque != 0;
    ber_write_integer(w, is_wide ? FLEET_OPAQUE_INT64 : BER_INTEGER, value->integer);
    if (is_wide) varbind_wrap_opaque(w, mark);
}

static void varbind_write_counter64(struct ber_writer *w, const struct fleet_value *value) {
    const uint8_t *mark = w->at;
    ber_write_unsigned(w, value->opaque != 0 ? value->opaque : FLEET_COUNTER64, value->counter);
    if (value->opaque != 0) varbind_wrap_opaque(w, mark);
}

static void varbind_write_value(struct ber_writer *w, const struct fleet_value *value) {
    switch (value->type) {
    case FLEET_INTEGER32:
        varbind_write_integer(w, value);
        break;
    case FLEET_COUNTER64:
        varbind_write_counter64(w, value);
        break;
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_UINTEGER32:
        ber_write_unsigned(w, value->type, value->counter);
        break;
    case FLEET_OCTET_STRING:
    case FLEET_OBJECT_IDENTIFIER:
    case FLEET_IP_ADDRESS:
    case FLEET_OPAQUE:
        ber_write(w, value->type, span_of(value->bytes, value->length));
        break;
    case FLEET_OPAQUE_FLOAT: {
        float real = (float)value->real;
        uint32_t bits;
        memcpy(&bits, &real, sizeof(bits));
        varbind_write_real(w, FLEET_OPAQUE_FLOAT, bits, sizeof(bits));
        break;
    }
    case FLEET_OPAQUE_DOUBLE: {
        uint64_t bits;
        memcpy(&bits, &value->real, sizeof(bits));
        varbind_write_real(w, FLEET_OPAQUE_DOUBLE, bits, sizeof(bits));
        break;
    }
    case FLEET_NO_SUCH_OBJECT:
    case FLEET_NO_SUCH_INSTANCE:
    case FLEET_END_OF_MIB_VIEW:
        ber_write_header(w, value->type, w->at);
        break;
    default:
        ber_write_header(w, BER_NULL, w->at);
    }
}

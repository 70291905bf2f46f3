/*
 * snmprec: the recordings of snmpsim, and what both text readers share.
 *
 * Read as snmpsim reads them where it makes a value of a line at all: blanks around a line are no
 * part of its value, a lone hexadecimal digit at the end is the high half of a byte, and an
 * IpAddress given as octets may have any number of them. Where snmpsim answers with an error
 * instead of a value, the line is a fault here: an unknown tag (ise_3855 says 40 for 0x40), a
 * number with other characters, an OID with letters in it.
 */
#include "sim/recording_text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "wire/ber.h"
#include "wire/oid.h"

void recording_fault(struct recording_faults *faults, uint32_t line, const char *what) {
    if (faults->count < RECORDING_FAULTS_SHOWN) {
        faults->first[faults->count].line = line;
        faults->first[faults->count].what = what;
    }
    faults->count++;
}

struct span recording_next_line(struct span *text) {
    const uint8_t *end = text->length == 0 ? NULL : memchr(text->bytes, '\n', text->length);
    size_t length = end == NULL ? text->length : (size_t)(end - text->bytes);
    struct span line = span_of(text->bytes, length);
    *text = span_skip(*text, end == NULL ? length : length + 1);
    return line;
}

/* What Python's strip() takes off in ASCII. */
static bool is_blank(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

struct span recording_trim(struct span text) {
    while (text.length > 0 && is_blank(text.bytes[0])) text = span_skip(text, 1);
    while (text.length > 0 && is_blank(text.bytes[text.length - 1])) text.length--;
    return text;
}

bool recording_number(struct span text, uint8_t type, struct fleet_value *ret_value) {
    text = recording_trim(text);
    bool negative = text.length > 0 && text.bytes[0] == '-';
    if (text.length > 0 && (negative || text.bytes[0] == '+')) text = span_skip(text, 1);
    if (text.length == 0) return false;
    uint64_t number = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        if (__builtin_mul_overflow(number, (uint64_t)10, &number)) return false;
        if (__builtin_add_overflow(number, (uint64_t)(text.bytes[i] - '0'), &number)) return false;
    }
    *ret_value = (struct fleet_value){ .type = type, .counter = number };
    switch (type) {
    case FLEET_INTEGER32:
        if (number > (uint64_t)INT32_MAX + negative) return false;
        ret_value->integer = negative ? -(int64_t)number : (int64_t)number;
        return true;
    case FLEET_COUNTER64:
        return !negative || number == 0;
    default:
        return number <= (negative ? 0 : UINT32_MAX);
    }
}

bool recording_ip4(struct span text, uint8_t ret_bytes[static 4]) {
    char copy[INET_ADDRSTRLEN];
    if (text.length >= sizeof(copy)) return false;
    if (text.length > 0) memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    return inet_pton(AF_INET, copy, ret_bytes) == 1;
}

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

long recording_hex(struct span text, uint8_t *ret_bytes, size_t size) {
    if ((text.length + 1) / 2 > size) return -1;
    for (size_t i = 0; i < text.length; i++) {
        int digit = hex_digit(text.bytes[i]);
        if (digit < 0) return -1;
        if (i % 2 == 0) ret_bytes[i / 2] = (uint8_t)(digit << 4);
        else ret_bytes[i / 2] |= (uint8_t)digit;
    }
    return (long)((text.length + 1) / 2);
}

/* Python's escapes, as far as snmpsim knows them; the length, or -1. */
static long unescape(struct span text, uint8_t *ret_bytes) {
    static const char names[] = "\\'\"abfnrtv", values[] = "\\'\"\a\b\f\n\r\t\v";
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t c = text.bytes[i];
        if (c == '\\') {
            if (++i == text.length) return -1;
            const char *name = text.bytes[i] == 0 ? NULL : strchr(names, text.bytes[i]);
            if (name != NULL) {
                c = (uint8_t)values[name - names];
            } else if (text.bytes[i] == 'x' && text.length - i > 2) {
                if (recording_hex(span_of(text.bytes + i + 1, 2), &c, 1) != 1) return -1;
                i += 2;
            } else {
                return -1;
            }
        }
        ret_bytes[length++] = c;
    }
    return (long)length;
}

/* Room for one value and its OID; a reader has one. */
struct snmprec_scratch {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    uint8_t value[RECORDING_VALUE_MAX];
};

/* The octets of a value: plain, hexadecimal or escaped. False when they are neither. */
static bool snmprec_octets(struct span text, uint8_t form, struct snmprec_scratch *scratch,
                           struct fleet_value *value) {
    long length = (long)text.length;
    value->bytes = text.bytes;
    if (form != 0) {
        length = form == 'x' ? recording_hex(text, scratch->value, sizeof(scratch->value))
                             : unescape(text, scratch->value);
        value->bytes = scratch->value;
    }
    if (length < 0) return false;
    value->length = (uint32_t)length;
    return true;
}

/* NULL, or what is wrong. */
static const char *snmprec_value(uint64_t tag, uint8_t form, struct span text,
                                 struct snmprec_scratch *scratch, struct fleet_value *value) {
    *value = (struct fleet_value){ .type = (uint8_t)tag };
    switch (tag) {
    case FLEET_NULL:
        return NULL;
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32:
        if (form != 0) return "a number cannot be in hexadecimal";
        return recording_number(text, (uint8_t)tag, value) ? NULL : "not a number of this type";
    case FLEET_OCTET_STRING:
    case FLEET_OPAQUE:
        return snmprec_octets(text, form, scratch, value) ? NULL : "bad digits or escapes";
    case FLEET_IP_ADDRESS:
        if (form != 0)
            return snmprec_octets(text, form, scratch, value) ? NULL : "bad digits or escapes";
        value->bytes = scratch->value;
        value->length = 4;
        return recording_ip4(text, scratch->value) ? NULL : "not an IPv4 address";
    case FLEET_OBJECT_IDENTIFIER: {
        int length = form == 0 ? oid_parse(text, scratch->value) : -1;
        if (length <= 0) return "the value is no OID";
        value->bytes = scratch->value;
        value->length = (uint32_t)length;
        return NULL;
    }
    default:
        return "unknown tag";
    }
}

static const char *snmprec_line(struct span line, struct recording_builder *b,
                                struct snmprec_scratch *scratch) {
    const uint8_t *first = memchr(line.bytes, '|', line.length);
    if (first == NULL) return "no OID|TAG|VALUE";
    struct span name = span_of(line.bytes, (size_t)(first - line.bytes)),
                rest = span_skip(line, name.length + 1);
    const uint8_t *second = rest.length == 0 ? NULL : memchr(rest.bytes, '|', rest.length);
    if (second == NULL) return "no OID|TAG|VALUE";
    struct span tag = span_of(rest.bytes, (size_t)(second - rest.bytes)),
                text = span_skip(rest, tag.length + 1);
    uint8_t form = 0;
    if (tag.length > 0 && (tag.bytes[tag.length - 1] == 'x' || tag.bytes[tag.length - 1] == 'e'))
        form = tag.bytes[--tag.length];
    struct fleet_value number, value;
    if (!recording_number(tag, FLEET_GAUGE32, &number)) return "the tag is no number";

    int oid_length = oid_parse(name, scratch->oid);
    if (oid_length <= 0) return "no OID";
    if (text.length > RECORDING_VALUE_MAX) return "the value is too long";
    const char *what = snmprec_value(number.counter, form, text, scratch, &value);
    if (what == NULL) recording_add(b, span_of(scratch->oid, (size_t)oid_length), &value, NULL);
    return what;
}

void recording_read_snmprec(struct span text, struct recording_builder *b,
                            struct recording_faults *faults) {
    struct snmprec_scratch *scratch = malloc(sizeof(*scratch));
    if (scratch == NULL) {
        b->error = -ENOMEM;
        return;
    }
    for (uint32_t line_number = 1; text.length > 0; line_number++) {
        struct span line = recording_trim(recording_next_line(&text));
        if (line.length == 0 || line.bytes[0] == '#') continue;
        const char *what = snmprec_line(line, b, scratch);
        if (what != NULL) recording_fault(faults, line_number, what);
    }
    free(scratch);
}

void recording_read(struct span text, struct recording_builder *b,
                    struct recording_faults *faults) {
    struct span rest = text;
    while (rest.length > 0) {
        struct span line = recording_trim(recording_next_line(&rest));
        if (line.length == 0 || line.bytes[0] == '#') continue;
        const uint8_t *bar = memchr(line.bytes, '|', line.length);
        const uint8_t *equals = memmem(line.bytes, line.length, " = ", 3);
        if (bar == NULL && equals == NULL) continue;
        if (bar == NULL || (equals != NULL && equals < bar)) {
            recording_read_walk(text, b, faults);
            return;
        }
        break;
    }
    recording_read_snmprec(text, b, faults);
}

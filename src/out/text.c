/*
 * text: values as text.
 *
 * One place decides how a value reads, so that CSV, line protocol and NDJSON cannot disagree. An
 * octet string is text when it is well-formed UTF-8 without control characters, but for NULs at its
 * end, which are left out (base/nul.h), otherwise hexadecimal behind 0x: the reader can always tell
 * which, because text that itself begins with 0x is written as hexadecimal too.
 *
 * Identifiers are expanded here from their BER contents rather than through wire/: out/ sees
 * nothing of the protocol but the public headers, and here bytes that are no valid encoding must
 * still give some text.
 */
#include "out/text.h"
#include "row/schema.h"
#include "base/nul.h"
#include "base/real.h"
#include "base/utf8.h"

#include <time.h>

#define C TEXT_CONTROL
#define H TEXT_HIGH
#define H16 H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H
const uint8_t text_classes[256] = {
    C, C, C, C, C, C, C, C, C, TEXT_TAB, TEXT_BREAK, C, C, TEXT_BREAK, C, C,
    C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    [' '] = TEXT_BLANK, ['"'] = TEXT_QUOTE, [','] = TEXT_COMMA, ['='] = TEXT_BLANK,
    ['\\'] = TEXT_BACKSLASH, [0x7f] = C,
    [0x80] = H16, H16, H16, H16, H16, H16, H16, H16,
};
#undef C
#undef H
#undef H16

const char text_digit_pairs[200] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

char *text_put_ms(char *at, int64_t ns) {
    uint64_t us = (ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns) / 1000;
    if (ns < 0 && us > 0) *at++ = '-';
    at = text_put_u64(at, us / 1000);
    unsigned rest = (unsigned)(us % 1000);
    *at++ = '.';
    *at++ = (char)('0' + rest / 100);
    return text_put(at, text_digit_pairs + 2 * (rest % 100), 2);
}

char *text_put_real(char *at, double real) {
    return at + real_format(real, false, at);
}

char *text_put_single(char *at, double real) {
    return at + real_format(real, true, at);
}

char *text_put_hex(char *at, const uint8_t *bytes, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 15];
    }
    return at;
}

static uint32_t next_subid(const uint8_t **bytes, const uint8_t *end) {
    uint32_t subid = 0;
    while (*bytes < end) {
        uint8_t b = *(*bytes)++;
        subid = subid << 7 | (b & 0x7f);
        if (b < 0x80) break;
    }
    return subid;
}

char *text_put_index(char *at, const uint8_t *bytes, size_t length) {
    if (length == 0) return at;
    const uint8_t *end = bytes + length;
    while (bytes < end) {
        at = text_put_u64(at, *bytes < 0x80 ? *bytes++ : next_subid(&bytes, end));
        *at++ = '.';
    }
    return at - 1;
}

char *text_put_oid(char *at, const uint8_t *bytes, size_t length) {
    if (length == 0) return text_put(at, "0.0", 3);
    const uint8_t *end = bytes + length;
    /* X.690 section 8.19.4: the first two arcs are one number, 40 * first + second. */
    uint32_t both = next_subid(&bytes, end);
    uint32_t first = both < 40 ? 0 : both < 80 ? 1 : 2;
    at = text_put_u64(at, first);
    *at++ = '.';
    at = text_put_u64(at, both - 40 * first);
    if (bytes == end) return at;
    *at++ = '.';
    return text_put_index(at, bytes, (size_t)(end - bytes));
}

char *text_put_index_component(char *at, const uint8_t *bytes, size_t length, size_t component,
                               size_t count) {
    const uint8_t *p = bytes, *end = bytes + length;
    for (size_t i = 0; i < component; i++) (void)next_subid(&p, end);
    if (p == end) return at;
    if (component + 1 == count) return text_put_index(at, p, (size_t)(end - p));
    return text_put_u64(at, next_subid(&p, end));
}

char *text_put_time(struct text_clock *clock, char *at, int64_t time_ns) {
    int64_t second = time_ns / 1000000000;
    int64_t rest = time_ns % 1000000000;
    if (rest < 0) {
        second--;
        rest += 1000000000;
    }
    if (!clock->is_set || clock->second != second) {
        time_t t = (time_t)second;
        struct tm tm;
        if (gmtime_r(&t, &tm) == NULL) memset(&tm, 0, sizeof(tm));
        (void)strftime(clock->text, sizeof(clock->text), "%Y-%m-%dT%H:%M:%S", &tm);
        clock->second = second;
        clock->is_set = true;
    }
    memcpy(at, clock->text, 19);
    at[19] = '.';
    uint32_t us = (uint32_t)(rest / 1000);
    memcpy(at + 20, text_digit_pairs + 2 * (us / 10000), 2);
    memcpy(at + 22, text_digit_pairs + 2 * (us / 100 % 100), 2);
    memcpy(at + 24, text_digit_pairs + 2 * (us % 100), 2);
    at[26] = 'Z';
    return at + 27;
}

static enum nul_trust trust_of(enum fleet_as as) {
    switch ((unsigned)as) {
    case SCHEMA_IS_TEXT:
    case SCHEMA_NO_TEXT: return NUL_NONE;
    case SCHEMA_OCTETS: return NUL_ONE;
    default: return NUL_ALL;
    }
}

bool text_is_text(const struct fleet_value *value, enum fleet_as as, unsigned *ret_classes) {
    if (value->type != FLEET_OCTET_STRING || as == FLEET_AS_HEX) return false;
    const uint8_t *bytes = value->bytes;
    size_t length = value->length;
    if (as == FLEET_AS_MAC && length == 6) return false;
    bool is_given = (unsigned)as == SCHEMA_IS_TEXT;
    if (!is_given && length >= 2 && bytes[0] == '0' && bytes[1] == 'x') return false;
    unsigned classes = text_classify(bytes, length);
    if ((classes & TEXT_CONTROL) != 0) return false;
    if ((classes & TEXT_HIGH) != 0 && !utf8_is_valid(bytes, length)) return false;
    *ret_classes = classes;
    return true;
}

/* Apart from what calls it, because it is rare. */
__attribute__((noinline, cold)) const struct fleet_value *
text_without_nuls(const struct fleet_value *value, enum fleet_as as, struct fleet_value *room,
                  unsigned *ret_classes) {
    if (as == FLEET_AS_MAC && value->length == 6) return NULL;
    size_t length = nul_text_length(value->bytes, value->length, trust_of(as));
    if (length == value->length) return NULL;
    *room = *value;
    room->length = (uint32_t)length;
    return text_is_text(room, as == FLEET_AS_MAC ? FLEET_AS_RAW : as, ret_classes) ? room : NULL;
}

static char *put_octets(char *at, const struct fleet_value *value, enum fleet_as as) {
    if (as == FLEET_AS_MAC && value->length == 6) {
        for (size_t i = 0; i < 6; i++) {
            at = text_put_hex(at, value->bytes + i, 1);
            if (i < 5) *at++ = ':';
        }
        return at;
    }
    at = text_put(at, "0x", 2);
    return text_put_hex(at, value->bytes, value->length);
}

char *text_put_value(char *at, const struct fleet_value *value, enum fleet_as as) {
    switch (value->type) {
    case FLEET_INTEGER32:
        return text_put_i64(at, value->integer);
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32:
        return text_put_u64(at, value->counter);
    case FLEET_OBJECT_IDENTIFIER:
        return text_put_oid(at, value->bytes, value->length);
    case FLEET_IP_ADDRESS:
        if (value->length == 4) {
            for (size_t i = 0; i < 4; i++) {
                at = text_put_u64(at, value->bytes[i]);
                if (i < 3) *at++ = '.';
            }
            return at;
        }
        return put_octets(at, value, FLEET_AS_HEX);
    case FLEET_OCTET_STRING:
        return put_octets(at, value, as);
    case FLEET_OPAQUE:
        return put_octets(at, value, FLEET_AS_HEX);
    case FLEET_OPAQUE_FLOAT:
        return text_put_single(at, value->real);
    case FLEET_OPAQUE_DOUBLE:
        return text_put_real(at, value->real);
    default:
        return at;
    }
}

const char *text_type_name(uint8_t type) {
    switch (type) {
    case FLEET_INTEGER32: return "Integer32";
    case FLEET_OCTET_STRING: return "OctetString";
    case FLEET_NULL: return "Null";
    case FLEET_OBJECT_IDENTIFIER: return "ObjectIdentifier";
    case FLEET_IP_ADDRESS: return "IpAddress";
    case FLEET_COUNTER32: return "Counter32";
    case FLEET_GAUGE32: return "Gauge32";
    case FLEET_TIME_TICKS: return "TimeTicks";
    case FLEET_OPAQUE: return "Opaque";
    case FLEET_COUNTER64: return "Counter64";
    case FLEET_UINTEGER32: return "Unsigned32";
    case FLEET_OPAQUE_FLOAT: return "Float";
    case FLEET_OPAQUE_DOUBLE: return "Double";
    case FLEET_NO_SUCH_OBJECT: return "NoSuchObject";
    case FLEET_NO_SUCH_INSTANCE: return "NoSuchInstance";
    case FLEET_END_OF_MIB_VIEW: return "EndOfMibView";
    default: return "Unknown";
    }
}

/*
 * value_text: values as writers write them (fleet_value_text).
 *
 * This runs for every cell of every row, so it keeps nothing, allocates nothing and looks at each
 * octet once or twice. How values read of which nothing is known is a promise that the formats of
 * out/ share (RAW): octets are text when they are printable UTF-8 that does not begin with 0x, NULs
 * at the end left out (base/nul.h), and otherwise hexadecimal behind 0x; all other ways fall back
 * to it.
 */
#include "base/nul.h"
#include "base/real.h"
#include "base/span.h"
#include "mib/text/hint.h"
#include "mib/text/put.h"
#include "mib/text/value.h"
#include "wire/oid.h"

#include <arpa/inet.h>

static bool value_is_octets(const struct fleet_value *value) {
    return value->type == FLEET_OCTET_STRING || value->type == FLEET_OPAQUE ||
           value->type == FLEET_IP_ADDRESS;
}

const char *value_name_of(const struct fleet_syntax *syntax, int64_t number) {
    for (uint32_t i = 0; syntax != NULL && i < syntax->name_count; i++) {
        if (syntax->names[i].number == number) return syntax->names[i].name;
    }
    return NULL;
}

static void put_hexadecimal(struct put *out, const uint8_t *bytes, size_t length) {
    put_text(out, "0x");
    for (size_t i = 0; i < length; i++) put_hex(out, bytes[i]);
}

static void put_dotted(struct put *out, const uint8_t *bytes) {
    for (size_t i = 0; i < 4; i++) {
        if (i > 0) put_char(out, '.');
        put_u64(out, bytes[i]);
    }
}

static void put_oid(struct put *out, const uint8_t *bytes, size_t length) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    if (length == 0 || (bytes[length - 1] & 0x80) != 0) {  /* the last one must have an end */
        put_text(out, "0.0");
        return;
    }
    size_t count = oid_to_numbers(span_of(bytes, length), numbers, FLEET_OID_SUBIDS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put_char(out, '.');
        put_u64(out, numbers[i]);
    }
}

/* False, with nothing written: octets that are no text as they are. */
static bool put_raw(struct put *out, const struct fleet_value *value) {
    char real[REAL_TEXT_MAX];
    const uint8_t *bytes = value->bytes;
    switch (value->type) {
    case FLEET_INTEGER32: put_i64(out, value->integer); break;
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32: put_u64(out, value->counter); break;
    case FLEET_OBJECT_IDENTIFIER: put_oid(out, bytes, value->length); break;
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE:
        put_bytes(out, real, real_format(value->real, value->type == FLEET_OPAQUE_FLOAT, real));
        break;
    case FLEET_IP_ADDRESS:
        if (value->length == 4) put_dotted(out, bytes);
        else put_hexadecimal(out, bytes, value->length);
        break;
    case FLEET_OPAQUE: put_hexadecimal(out, bytes, value->length); break;
    case FLEET_OCTET_STRING:
        if (value->length >= 2 && bytes[0] == '0' && bytes[1] == 'x') return false;
        return hint_put_printable(out, bytes, value->length, 0);
    default: break;
    }
    return true;
}

/*
 * Octets that are no text, unless it is NULs at their end that they are not; as of nothing that is
 * known unless @as is AUTO. Apart, because it is rare and what calls it is not.
 */
static __attribute__((noinline, cold)) void put_no_text(struct put *out,
                                                        const struct fleet_value *value,
                                                        const struct fleet_syntax *syntax,
                                                        enum fleet_as as) {
    const uint8_t *bytes = value->bytes;
    enum nul_trust trust = NUL_ALL;
    if (as == FLEET_AS_AUTO && syntax != NULL && syntax->type == FLEET_OCTET_STRING) {
        if (syntax->is_bits) trust = NUL_NONE;
        else if (syntax->hint == NULL) trust = NUL_ONE;
        else trust = hint_is_text(syntax->hint) ? NUL_ALL : NUL_NONE;
    }
    size_t length = nul_text_length(bytes, value->length, trust);
    bool is_hexadecimal = value->length >= 2 && bytes[0] == '0' && bytes[1] == 'x';
    if (is_hexadecimal || length == value->length || !hint_put_printable(out, bytes, length, 0))
        put_hexadecimal(out, bytes, value->length);
}

static bool put_mac(struct put *out, const struct fleet_value *value) {
    if (value->type != FLEET_OCTET_STRING || value->length != 6) return false;
    for (size_t i = 0; i < 6; i++) {
        if (i > 0) put_char(out, ':');
        put_hex(out, value->bytes[i]);
    }
    return true;
}

/* RFC 4001: with a zone, in network order, behind 8 and 20 octets. */
static bool put_address(struct put *out, const struct fleet_value *value) {
    uint32_t length = value->length;
    if (!value_is_octets(value)) return false;
    if (length == 4 || length == 8) {
        put_dotted(out, value->bytes);
    } else if (length == 16 || length == 20) {
        char text[INET6_ADDRSTRLEN];
        if (inet_ntop(AF_INET6, value->bytes, text, sizeof(text)) == NULL) return false;
        put_text(out, text);
    } else {
        return false;
    }
    if (length == 8 || length == 20) {
        const uint8_t *zone = value->bytes + length - 4;
        put_char(out, '%');
        put_u64(out, (uint32_t)zone[0] << 24 | (uint32_t)zone[1] << 16 | (uint32_t)zone[2] << 8 |
                         zone[3]);
    }
    return true;
}

/*
 * InetAddress says no more than that it is an address of a kind that another object tells. A name
 * (InetAddressDNS) is all printable, which an IPv6 address or a zone never is.
 */
static bool put_inet_address(struct put *out, const struct fleet_value *value) {
    if (value->length == 4) return put_address(out, value);
    for (uint32_t i = 0; i < value->length; i++) {
        if (value->bytes[i] < ' ' || value->bytes[i] >= 0x7f) return put_address(out, value);
    }
    return false;
}

/* A text as 0x1f must not be taken for octets in hexadecimal, whoever wrote it. */
static bool put_hinted(struct put *out, const struct fleet_value *value, const char *hint) {
    if (hint == NULL) return false;
    if (value_is_number(value)) {
        bool is_negative = value->type == FLEET_INTEGER32 && value->integer < 0;
        return hint_put_integer(out, hint, is_negative,
                                is_negative ? 0 - value->counter : value->counter);
    }
    if (value->type != FLEET_OCTET_STRING) return false;
    if (value->length >= 2 && value->bytes[0] == '0' && value->bytes[1] == 'x' &&
        hint_is_text(hint)) return false;
    return hint_put_octets(out, hint, value->bytes, value->length, HINT_TWO_DIGITS);
}

static bool is_inet_address(const struct fleet_syntax *syntax) {
    return syntax->convention != NULL && strcmp(syntax->convention, "InetAddress") == 0;
}

static bool length_is_in_range(const struct fleet_syntax *syntax, size_t length) {
    for (uint32_t i = 0; i < syntax->range_count; i++) {
        if ((int64_t)length >= syntax->ranges[i].low && (int64_t)length <= syntax->ranges[i].high)
            return true;
    }
    return syntax->range_count == 0;
}

/* Octets of a shape of their own: bits, addresses, dates. Text is written as any text. */
static bool put_automatic(struct put *out, const struct fleet_value *value,
                          const struct fleet_syntax *syntax) {
    if (syntax == NULL || value->type != FLEET_OCTET_STRING) return false;
    if (syntax->is_bits) {
        put_hexadecimal(out, value->bytes, value->length);
        return true;
    }
    if (value->length == 0) return false;
    if (syntax->hint == NULL)
        return is_inet_address(syntax) && put_inet_address(out, value);
    if (hint_is_text(syntax->hint) || !length_is_in_range(syntax, value->length) ||
        !hint_fits(syntax->hint, value->length)) return false;
    return put_hinted(out, value, syntax->hint);
}

/* Bits that are set, most significant first (RFC 2578 section 7.1.4): "dot3,dot4". */
static void put_bits(struct put *out, const struct fleet_value *value,
                     const struct fleet_syntax *syntax, bool is_both) {
    if (is_both) put_hexadecimal(out, value->bytes, value->length);
    bool is_first = true;
    for (uint32_t i = 0; i < value->length * 8; i++) {
        if ((value->bytes[i / 8] & (0x80 >> i % 8)) == 0) continue;
        if (is_both) put_char(out, ' ');
        else if (!is_first) put_char(out, ',');
        is_first = false;
        const char *name = value_name_of(syntax, i);
        if (name != NULL) put_text(out, name);
        if (name != NULL && is_both) put_char(out, '(');
        if (name == NULL || is_both) put_u64(out, i);
        if (name != NULL && is_both) put_char(out, ')');
    }
}

static bool put_names(struct put *out, const struct fleet_value *value,
                      const struct fleet_syntax *syntax, bool is_both) {
    if (syntax == NULL || syntax->name_count == 0) return false;
    if (value->type == FLEET_OCTET_STRING && syntax->is_bits) {
        put_bits(out, value, syntax, is_both);
        return true;
    }
    if (!value_is_number(value) || syntax->is_bits) return false;
    if (value_is_unsigned(value) && value->counter > INT64_MAX) return false;
    const char *name = value_name_of(syntax, value->integer);
    if (name == NULL) return false;
    put_text(out, name);
    if (is_both) {
        put_char(out, '(');
        put_i64(out, value->integer);
        put_char(out, ')');
    }
    return true;
}

static bool put_as(struct put *out, const struct fleet_value *value,
                   const struct fleet_syntax *syntax, enum fleet_as as) {
    switch (as) {
    case FLEET_AS_AUTO: return put_automatic(out, value, syntax);
    case FLEET_AS_HEX:
        if (value->type != FLEET_OCTET_STRING) return false;
        put_hexadecimal(out, value->bytes, value->length);
        return true;
    case FLEET_AS_MAC: return put_mac(out, value);
    case FLEET_AS_ENUM: return put_names(out, value, syntax, false);
    case FLEET_AS_BOTH: return put_names(out, value, syntax, true);
    case FLEET_AS_HINT: return syntax != NULL && put_hinted(out, value, syntax->hint);
    case FLEET_AS_IP: return put_address(out, value);
    case FLEET_AS_RAW:
    case FLEET_AS_NUMBER:
    case FLEET_AS_COUNT: return false;
    }
    return false;
}

size_t fleet_value_text(const struct fleet_value *value, const struct fleet_syntax *syntax,
                        enum fleet_as as, char *buffer, size_t size) {
    struct put out = PUT_INIT(buffer, size);
    struct fleet_value number;
    if (as == FLEET_AS_NUMBER && fleet_value_number(value, syntax, &number)) value = &number;
    if (!put_as(&out, value, syntax, as) && !put_raw(&out, value))
        put_no_text(&out, value, syntax, as);
    return put_end(&out);
}

/*
 * value_parse: text as values (fleet_value_parse): what fleet_value_text writes, and what people
 * write in filters and for SET.
 *
 * The type comes from the syntax; then the spellings of that type are tried from the most telling
 * one to the plainest, and the first that takes the whole text wins.
 */
#include "base/hex.h"
#include "base/span.h"
#include "mib/text/hint.h"
#include "mib/text/value.h"
#include "wire/oid.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "snmpfleet/error.h"

/* What is parsed, and where to. */
struct parse {
    const char *text;
    const struct fleet_syntax *syntax;
    uint8_t *scratch;
    size_t size;
    struct fleet_value *value;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static int parse_done(struct parse *p, size_t length) {
    p->value->bytes = p->scratch;
    p->value->length = (uint32_t)length;
    return 0;
}

static bool parse_decimal(const char *text, bool *ret_negative, uint64_t *ret_magnitude) {
    bool is_negative = *text == '-';
    if (is_negative || *text == '+') text++;
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    if (base == 16) text += 2;
    if (base == 16 ? hex_digit(*text) < 0 : !is_digit(*text)) return false;
    char *end;
    errno = 0;
    *ret_magnitude = strtoull(text, &end, base);
    *ret_negative = is_negative;
    return errno == 0 && *end == '\0';
}

/* "up", "up(1)", whatever the number in brackets. */
static bool parse_name(const struct fleet_syntax *syntax, const char *text, size_t length,
                       int64_t *ret_number) {
    const char *bracket = length > 0 && text[length - 1] == ')' ? memchr(text, '(', length) : NULL;
    if (bracket != NULL) length = (size_t)(bracket - text);
    for (uint32_t i = 0; syntax != NULL && i < syntax->name_count; i++) {
        const struct fleet_named_number *n = &syntax->names[i];
        if (strlen(n->name) != length || memcmp(n->name, text, length) != 0) continue;
        *ret_number = n->number;
        return true;
    }
    return false;
}

/*
 * Hundredths of a second as people and Net-SNMP write them: "1 day, 2:03:04.05",
 * "(93784) 0:15:37.84", "1:2:03:04.05", "0:15:37".
 */
static bool parse_ticks(const char *text, uint64_t *ret_ticks) {
    unsigned days = 0, fields[4], hundredths = 0;
    int at = 0;
    unsigned long long ticks;
    if (sscanf(text, "(%18llu) %n", &ticks, &at) == 1 && at > 0) {
        *ret_ticks = ticks;
        return true;
    }
    if (sscanf(text, "%9u day%*[s,] %n", &days, &at) >= 1 && at > 0) text += at;
    else days = 0;
    int count = sscanf(text, "%9u:%9u:%9u:%9u%n", &fields[0], &fields[1], &fields[2], &fields[3],
                       &at);
    if (count < 4) count = sscanf(text, "%9u:%9u:%9u%n", &fields[1], &fields[2], &fields[3], &at);
    else days += fields[0];
    if (count < 3) return false;
    text += at;
    if (*text == '.') {
        if (!is_digit(text[1]) || !is_digit(text[2])) return false;
        hundredths = (unsigned)(text[1] - '0') * 10 + (unsigned)(text[2] - '0');
        text += 3;
    }
    if (*text != '\0') return false;
    uint64_t seconds = (uint64_t)days * 86400 + (uint64_t)fields[1] * 3600 +
                       (uint64_t)fields[2] * 60 + fields[3];
    *ret_ticks = seconds * 100 + hundredths;
    return true;
}

static int parse_unsigned(struct parse *p, bool is_negative, uint64_t magnitude) {
    if (is_negative && magnitude > 0) return FLEET_E_INVALID;
    if (p->value->type != FLEET_COUNTER64 && magnitude > UINT32_MAX) return FLEET_E_INVALID;
    p->value->counter = magnitude;
    return 0;
}

static int parse_integer(struct parse *p) {
    bool is_negative = false;
    uint64_t magnitude;
    int64_t number;
    const char *hint = p->syntax->hint;
    if (parse_name(p->syntax, p->text, strlen(p->text), &number) ||
        (hint != NULL && hint_parse_integer(hint, p->text, &number))) {
        is_negative = number < 0;
        magnitude = is_negative ? 0 - (uint64_t)number : (uint64_t)number;
    } else if (!parse_decimal(p->text, &is_negative, &magnitude) &&
               !(p->value->type == FLEET_TIME_TICKS && parse_ticks(p->text, &magnitude))) {
        return FLEET_E_INVALID;
    }
    if (p->value->type != FLEET_INTEGER32) return parse_unsigned(p, is_negative, magnitude);
    if (magnitude > (uint64_t)INT32_MAX + (is_negative ? 1 : 0)) return FLEET_E_INVALID;
    p->value->integer = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return 0;
}

/* Octets behind 0x; -1: it is none of it. */
static int parse_hexadecimal(struct parse *p, const char *text) {
    if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return -1;
    text += 2;
    size_t digits = 0;
    while (hex_digit(text[digits]) >= 0) digits++;
    if (text[digits] != '\0' || digits % 2 != 0) return -1;
    if (digits / 2 > p->size) return FLEET_E_FULL;
    for (size_t i = 0; i < digits; i += 2)
        p->scratch[i / 2] = (uint8_t)(hex_digit(text[i]) << 4 | hex_digit(text[i + 1]));
    return parse_done(p, digits / 2);
}

/* Bits by name, number or both, with commas or blanks; hexadecimal in front of them is passed. */
static int parse_bits(struct parse *p) {
    size_t length = 0;
    int r = parse_hexadecimal(p, p->text);
    if (r >= 0) return r;
    const char *at = p->text;
    if (at[0] == '0' && at[1] == 'x') {
        for (at += 2; hex_digit(*at) >= 0; at++) length++;
        length /= 2;
    }
    if (length > p->size) return FLEET_E_FULL;
    memset(p->scratch, 0, length);
    for (;;) {
        at += strspn(at, ", ");
        size_t n = strcspn(at, ", ");
        if (n == 0) return parse_done(p, length);
        int64_t bit = 0;
        if (!parse_name(p->syntax, at, n, &bit)) {
            for (size_t i = 0; i < n; i++) {
                if (!is_digit(at[i]) || bit > UINT16_MAX) return FLEET_E_INVALID;
                bit = bit * 10 + (at[i] - '0');
            }
        }
        if (bit < 0 || bit > UINT16_MAX * 8) return FLEET_E_INVALID;
        size_t octet = (size_t)bit / 8;
        if (octet >= p->size) return FLEET_E_FULL;
        while (length <= octet) p->scratch[length++] = 0;
        p->scratch[octet] |= (uint8_t)(0x80 >> bit % 8);
        at += n;
    }
}

/* Six octets as 00:1b:2c, 0-1b-2c, 001b.2c00 and 001b2c write them. */
static bool parse_mac(const char *text, uint8_t ret_bytes[static 6]) {
    unsigned fields[6];
    int end = 0;
    if ((sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &fields[0], &fields[1], &fields[2], &fields[3],
                &fields[4], &fields[5], &end) == 6 ||
         sscanf(text, "%2x-%2x-%2x-%2x-%2x-%2x%n", &fields[0], &fields[1], &fields[2], &fields[3],
                &fields[4], &fields[5], &end) == 6) && text[end] == '\0') {
        for (size_t i = 0; i < 6; i++) ret_bytes[i] = (uint8_t)fields[i];
        return true;
    }
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.' && digits % 4 == 0 && digits > 0) continue;
        int digit = hex_digit(*text);
        if (digit < 0 || digits == 12) return false;
        if (digits % 2 == 0) ret_bytes[digits / 2] = (uint8_t)(digit << 4);
        else ret_bytes[digits / 2] |= (uint8_t)digit;
        digits++;
    }
    return digits == 12;
}

/* An address of RFC 4001, with its zone behind %; how many octets, 0: none. */
static size_t parse_address(const char *text, uint8_t ret_bytes[static 20]) {
    char host[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "%");
    if (length >= sizeof(host)) return 0;
    memcpy(host, text, length);
    host[length] = '\0';
    size_t octets = inet_pton(AF_INET, host, ret_bytes) == 1    ? 4
                    : inet_pton(AF_INET6, host, ret_bytes) == 1 ? 16
                                                                : 0;
    if (octets == 0 || text[length] == '\0') return octets;
    bool is_negative;
    uint64_t zone;
    if (!is_digit(text[length + 1]) || !parse_decimal(text + length + 1, &is_negative, &zone) ||
        zone > UINT32_MAX) return 0;
    for (size_t i = 0; i < 4; i++) ret_bytes[octets + i] = (uint8_t)(zone >> (24 - 8 * i));
    return octets + 4;
}

/* DateAndTime (RFC 2579) from RFC 3339; how many octets, 0: none. */
static size_t parse_date(const char *text, uint8_t ret_bytes[static 11]) {
    unsigned year, month, day, hour, minute, second;
    int end = 0;
    char t;
    if (sscanf(text, "%4u-%2u-%2u%c%2u:%2u:%2u%n", &year, &month, &day, &t, &hour, &minute,
               &second, &end) != 7 || end == 0 || (t != 'T' && t != 't' && t != ' ')) return 0;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return 0;
    text += end;
    unsigned tenth = 0;
    if (*text == '.' && is_digit(text[1])) {
        tenth = (unsigned)(text[1] - '0');
        for (text++; is_digit(*text); text++) continue;
    }
    const uint8_t bytes[8] = { (uint8_t)(year >> 8), (uint8_t)year,   (uint8_t)month,
                               (uint8_t)day,         (uint8_t)hour,   (uint8_t)minute,
                               (uint8_t)second,      (uint8_t)tenth };
    memcpy(ret_bytes, bytes, sizeof(bytes));
    if (*text == '\0') return 8;
    unsigned zone_hour = 0, zone_minute = 0;
    bool is_utc = (*text == 'Z' || *text == 'z') && text[1] == '\0';
    char sign = is_utc ? '+' : *text;
    if (!is_utc && ((sign != '+' && sign != '-') ||
                    sscanf(text + 1, "%2u:%2u%n", &zone_hour, &zone_minute, &end) != 2 ||
                    text[1 + end] != '\0' || zone_hour > 14 || zone_minute > 59)) return 0;
    ret_bytes[8] = (uint8_t)sign;
    ret_bytes[9] = (uint8_t)zone_hour;
    ret_bytes[10] = (uint8_t)zone_minute;
    return 11;
}

/* What people write for octets of a shape; 0: none of it. */
static size_t parse_shaped(const char *hint, const char *text, uint8_t ret_bytes[static 20]) {
    size_t length = 0;
    if (strncmp(hint, "1x:", 3) == 0) length = parse_mac(text, ret_bytes) ? 6 : 0;
    else if (strncmp(hint, "2d-1d-1d,", 9) == 0) length = parse_date(text, ret_bytes);
    else if (strncmp(hint, "1d.", 3) == 0 || strncmp(hint, "2x:", 3) == 0)
        length = parse_address(text, ret_bytes);
    return length;
}

static int parse_octets(struct parse *p) {
    if (p->syntax->is_bits) return parse_bits(p);
    int r = parse_hexadecimal(p, p->text);
    if (r >= 0) return r;
    const char *hint = p->syntax->hint, *convention = p->syntax->convention;
    size_t length = strlen(p->text);
    uint8_t octets[20];
    size_t shaped = 0;
    bool has_shape = hint != NULL && hint_is_good(hint) && !hint_is_text(hint);
    if (has_shape) shaped = parse_shaped(hint, p->text, octets);
    else if (convention != NULL && strcmp(convention, "InetAddress") == 0)
        shaped = parse_address(p->text, octets);
    if (shaped > 0 && shaped > p->size) return FLEET_E_FULL;
    if (shaped > 0) {
        memcpy(p->scratch, octets, shaped);
        return parse_done(p, shaped);
    }
    if (has_shape) {
        int n = hint_parse_octets(hint, p->text, p->scratch, p->size);
        return n < 0 ? FLEET_E_INVALID : parse_done(p, (size_t)n);
    }
    if (length > p->size) return FLEET_E_FULL;
    memcpy(p->scratch, p->text, length);
    return parse_done(p, length);
}

static int parse_oid(struct parse *p) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    int length = oid_parse(span_text(p->text), bytes);
    if (length <= 0) return FLEET_E_INVALID;
    if ((size_t)length > p->size) return FLEET_E_FULL;
    memcpy(p->scratch, bytes, (size_t)length);
    return parse_done(p, (size_t)length);
}

static int parse_real(struct parse *p) {
    char *end;
    double real = strtod(p->text, &end);
    if (end == p->text || *end != '\0') return FLEET_E_INVALID;
    p->value->real = p->value->type == FLEET_OPAQUE_FLOAT ? (double)(float)real : real;
    return 0;
}

static int parse_typed(struct parse *p) {
    switch (p->value->type) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32: return parse_integer(p);
    case FLEET_OCTET_STRING: return parse_octets(p);
    case FLEET_OBJECT_IDENTIFIER: return parse_oid(p);
    case FLEET_IP_ADDRESS: {
        uint8_t bytes[4];
        if (inet_pton(AF_INET, p->text, bytes) != 1) {
            int r = parse_hexadecimal(p, p->text);
            return r < 0 ? FLEET_E_INVALID : r;
        }
        if (p->size < sizeof(bytes)) return FLEET_E_FULL;
        memcpy(p->scratch, bytes, sizeof(bytes));
        return parse_done(p, sizeof(bytes));
    }
    case FLEET_OPAQUE: {
        int r = parse_hexadecimal(p, p->text);
        return r < 0 ? FLEET_E_INVALID : r;
    }
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE: return parse_real(p);
    default: return FLEET_E_INVALID;
    }
}

/* What a text most likely is when nobody says. */
static int parse_untyped(struct parse *p) {
    bool is_negative;
    uint64_t magnitude;
    bool is_hexadecimal = p->text[0] == '0' && (p->text[1] == 'x' || p->text[1] == 'X');
    if (!is_hexadecimal && parse_decimal(p->text, &is_negative, &magnitude) &&
        !(is_negative && magnitude > (uint64_t)INT32_MAX + 1)) {
        bool is_wide = !is_negative && magnitude > INT32_MAX;
        p->value->type = is_wide ? FLEET_COUNTER64 : FLEET_INTEGER32;
        if (is_wide) p->value->counter = magnitude;
        else p->value->integer = is_negative ? -(int64_t)magnitude : (int64_t)magnitude;
        return 0;
    }
    p->value->type = FLEET_OCTET_STRING;
    return parse_octets(p);
}

int fleet_value_parse(const char *text, const struct fleet_syntax *syntax, uint8_t *scratch,
                      size_t size, struct fleet_value *ret_value) {
    static const struct fleet_syntax unknown = { .type = FLEET_ABSENT };
    struct fleet_value value = { .type = syntax != NULL ? syntax->type : FLEET_ABSENT };
    struct parse p = { text, syntax != NULL ? syntax : &unknown, scratch, size, &value };
    int r = value.type == FLEET_ABSENT ? parse_untyped(&p) : parse_typed(&p);
    if (r == 0) *ret_value = value;
    return r;
}

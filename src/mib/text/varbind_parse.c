/*
 * varbind_parse: "sysName.0 s text" as a varbind for SET, as snmpset reads it.
 *
 * What the module says of the object decides what is taken; the texts of what is not are snmpset's.
 * That program cuts numbers to 32 bits; here they are refused.
 */
#include "base/hex.h"
#include "mib/text/hint.h"
#include "mib/load/state.h"
#include "mib/text/put.h"
#include "snmpfleet/request.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>

enum { BITS_MAX = 1 << 15, OPAQUE_BYTES = 11 };

struct reading {
    struct fleet_mib *mib;
    const struct fleet_name_style *style;
    const struct fleet_syntax *syntax;  /* NULL: not known */
    const char *text;
    uint8_t *room;
    size_t size;
    struct fleet_value *value;
    char *why;
};

static bool has(const struct reading *r, uint32_t flag) {
    return r->style != NULL && (r->style->flags & flag) != 0;
}

static int refuse(const struct reading *r, const char *what, const char *detail) {
    (void)snprintf(r->why, FLEET_MIB_WHY_MAX, "%s (%.400s)", what, detail);
    for (char *at = r->why; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) *at = '?';
    }
    return FLEET_E_INVALID;
}

static int bad_notation(const struct reading *r) {
    return refuse(r, "Bad value notation", r->text);
}

static int out_of_range(const struct reading *r, const char *detail) {
    return refuse(r, "Value out of range", detail);
}

static int is_full(const struct reading *r) {
    (void)refuse(r, "Too long", r->text);
    return FLEET_E_FULL;
}

/* The type of an object in snmpset's words. */
static const char *type_text(const struct fleet_syntax *s) {
    if (s->is_bits) return "BITS";
    switch (s->type) {
    case FLEET_INTEGER32: return strcmp(s->base, "Integer32") == 0 ? "Integer32" : "INTEGER";
    case FLEET_OCTET_STRING: return "OCTET STRING";
    case FLEET_OBJECT_IDENTIFIER: return "OBJECT IDENTIFIER";
    case FLEET_IP_ADDRESS:
        return strcmp(s->base, "NetworkAddress") == 0 ? "NetworkAddress" : "IpAddress";
    case FLEET_COUNTER32: return "Counter32";
    case FLEET_GAUGE32: return strcmp(s->base, "Unsigned32") == 0 ? "Unsigned32" : "Gauge32";
    case FLEET_TIME_TICKS: return "Timeticks";
    case FLEET_OPAQUE: return "Opaque";
    case FLEET_COUNTER64: return "Counter64";
    case FLEET_UINTEGER32: return "UInteger";
    default: return "Null";
    }
}

/* The letter that = stands for; '=' where the module says nothing. */
static char letter_of(const struct fleet_syntax *s) {
    if (s == NULL) return '=';
    if (s->is_bits) return 'b';
    switch (s->type) {
    case FLEET_INTEGER32: return 'i';
    case FLEET_GAUGE32: return 'u';
    case FLEET_UINTEGER32: return '3';
    case FLEET_COUNTER32: return 'c';
    case FLEET_COUNTER64: return 'C';
    case FLEET_TIME_TICKS: return 't';
    case FLEET_OCTET_STRING: return 's';
    case FLEET_IP_ADDRESS: return 'a';
    case FLEET_OBJECT_IDENTIFIER: return 'o';
    default: return '=';
    }
}

/* Is @type, which snmpset calls @name, what the object wants? Otherwise told. */
static int hold_type(const struct reading *r, uint8_t type, const char *name) {
    char detail[128];
    const struct fleet_syntax *s = r->syntax;
    if (s == NULL || s->type == FLEET_ABSENT || has(r, FLEET_NAME_ANY_RANGE)) return 0;
    bool wants_bits = strcmp(name, "BITS") == 0;
    if (wants_bits ? s->is_bits : s->type == type) return 0;
    (void)snprintf(detail, sizeof(detail), "Type of attribute is %s, not %s", type_text(s), name);
    return refuse(r, "Bad variable type", detail);
}

static int hold_range(const struct reading *r, int64_t number, const char *detail) {
    char text[300];
    const struct fleet_syntax *s = r->syntax;
    if (s == NULL || s->range_count == 0 || has(r, FLEET_NAME_ANY_RANGE)) return 0;
    struct put out = PUT_INIT(text, sizeof(text));
    for (uint32_t i = 0; i < s->range_count; i++) {
        const struct fleet_range *range = &s->ranges[i];
        if (range->low <= number && number <= range->high) return 0;
        put_text(&out, i == 0 ? " :: {(" : ", (");
        put_i64(&out, range->low);
        if (range->low != range->high) put_text(&out, "..");
        if (range->low != range->high) put_i64(&out, range->high);
        put_char(&out, ')');
    }
    put_char(&out, '}');
    (void)put_end(&out);
    char whole[FLEET_MIB_WHY_MAX];
    (void)snprintf(whole, sizeof(whole), "%.100s%s", detail, text);
    return out_of_range(r, whole);
}

static bool find_name(const struct reading *r, const char *name, size_t length, long *ret_number) {
    for (uint32_t i = 0; r->syntax != NULL && i < r->syntax->name_count; i++) {
        const struct fleet_named_number *n = &r->syntax->names[i];
        if (strncmp(n->name, name, length) != 0 || n->name[length] != '\0') continue;
        *ret_number = (long)n->number;
        return true;
    }
    return false;
}

static bool is_named(const struct fleet_syntax *syntax, int64_t number) {
    for (uint32_t i = 0; i < syntax->name_count; i++) {
        if (syntax->names[i].number == number) return true;
    }
    return syntax->name_count == 0;
}

static int read_integer(struct reading *r) {
    int error = hold_type(r, FLEET_INTEGER32, "INTEGER");
    if (error != 0) return error;
    if (*r->text == '\0') return bad_notation(r);
    char *end;
    errno = 0;
    long number = strtol(r->text, &end, 10);
    if (*end != '\0') {
        if (!find_name(r, r->text, strlen(r->text), &number)) return out_of_range(r, r->text);
    } else if (errno != 0 || number < INT32_MIN || number > INT32_MAX) {
        return out_of_range(r, r->text);
    } else if (r->syntax != NULL && !r->syntax->is_bits && !is_named(r->syntax, number) &&
               !has(r, FLEET_NAME_ANY_RANGE) && !has(r, FLEET_NAME_ANY_NUMBER)) {
        return out_of_range(r, r->text);
    }
    r->value->integer = number;
    return hold_range(r, number, r->text);
}

static int read_unsigned(struct reading *r, const char *name, uint64_t max) {
    int error = hold_type(r, r->value->type, name);
    if (error != 0) return error;
    char *end;
    const char *text = r->text + strspn(r->text, " \t");
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text == '\0' || *text == '-' || *end != '\0' || errno != 0 || number > max)
        return bad_notation(r);
    r->value->counter = number;
    return 0;
}

static int read_address(struct reading *r) {
    int error = hold_type(r, FLEET_IP_ADDRESS, "IpAddress");
    if (error != 0) return error;
    struct in_addr address;
    if (r->size < sizeof(address)) return is_full(r);
    if (inet_aton(r->text, &address) == 0) return bad_notation(r);
    memcpy(r->room, &address, sizeof(address));
    r->value->length = sizeof(address);
    return 0;
}

static int read_oid(struct reading *r) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX];
    int error = hold_type(r, FLEET_OBJECT_IDENTIFIER, "OBJECT IDENTIFIER");
    if (error != 0) return error;
    if (r->size < FLEET_OID_BYTES_MAX) return is_full(r);
    if (fleet_mib_parse_name(r->mib, r->text, r->style, &name, why) != 0)
        return refuse(r, "Unknown Object Identifier", why);
    r->value->length = (uint32_t)fleet_oid_bytes(name.oid, name.length, r->room);
    return r->value->length > 0 ? 0 : bad_notation(r);
}

/* Octets in hexadecimal, with blanks between them; -1: they are not, -2: there is no room. */
static int parse_hexadecimal(const struct reading *r) {
    size_t length = 0;
    const char *at = r->text;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) at += 2;
    while (*at != '\0') {
        int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
        if (low < 0) {
            if (*at++ != ' ') return -1;
            continue;
        }
        if (length == r->size) return -2;
        r->room[length++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    return (int)length;
}

/* Octets as numbers, with blanks or dots between them. */
static int parse_decimals(const struct reading *r) {
    size_t length = 0;
    for (const char *at = r->text; *at != '\0';) {
        if (isspace((unsigned char)*at) || *at == '.') {
            at++;
            continue;
        }
        if (!isdigit((unsigned char)*at)) return -1;
        unsigned number = 0;
        for (; isdigit((unsigned char)*at); at++) {
            number = number * 10 + (unsigned)(*at - '0');
            if (number > 255) return -1;
        }
        if (length == r->size) return -2;
        r->room[length++] = (uint8_t)number;
    }
    return (int)length;
}

static int read_octets(struct reading *r, char type) {
    int error = hold_type(r, FLEET_OCTET_STRING, "OCTET STRING");
    if (error != 0) return error;
    const char *wrong = "Bad string length";
    const char *hint = r->syntax != NULL && !has(r, FLEET_NAME_NO_HINTS) ? r->syntax->hint : NULL;
    int length = -1;
    if (type == 's' && hint != NULL && hint_is_good(hint))
        length = hint_parse_octets(hint, r->text, r->room, r->size);
    if (length >= 0) {
        wrong = "Value does not match DISPLAY-HINT";
    } else if (type == 's') {
        size_t whole = strlen(r->text);
        if (whole > r->size) return is_full(r);
        memcpy(r->room, r->text, whole);
        length = (int)whole;
    } else {
        length = type == 'x' ? parse_hexadecimal(r) : parse_decimals(r);
        if (length == -1) return bad_notation(r);
        if (length < 0) return is_full(r);
    }
    r->value->length = (uint32_t)length;
    return hold_range(r, length, wrong);
}

static int read_bits(struct reading *r) {
    static const char between[] = " ,\t";
    int error = hold_type(r, FLEET_OCTET_STRING, "BITS");
    if (error != 0) return error;
    size_t length = 0;
    for (uint32_t i = 0; r->syntax != NULL && i < r->syntax->name_count; i++) {
        int64_t bit = r->syntax->names[i].number;
        if (bit >= 0 && bit < BITS_MAX && (size_t)(bit / 8) >= length) length = (size_t)bit / 8 + 1;
    }
    if (length > r->size) return is_full(r);
    memset(r->room, 0, length);
    for (const char *at = r->text + strspn(r->text, between); *at != '\0';) {
        size_t word = strcspn(at, between);
        char *end;
        long bit = strtol(at, &end, 0);
        char shown[64];
        (void)snprintf(shown, sizeof(shown), "%.*s", (int)(word < 60 ? word : 60), at);
        if (end != at + word && !find_name(r, at, word, &bit)) return out_of_range(r, shown);
        if (bit < 0 || bit >= BITS_MAX) return out_of_range(r, shown);
        size_t needed = (size_t)bit / 8 + 1;
        if (needed > r->size) return is_full(r);
        if (needed > length) {
            memset(r->room + length, 0, needed - length);
            length = needed;
        }
        r->room[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
        at += word;
        at += strspn(at, between);
    }
    r->value->length = (uint32_t)length;
    return 0;
}

static int read_real(struct reading *r) {
    char *end;
    double real = strtod(r->text, &end);
    bool fits = r->value->type == FLEET_OPAQUE_DOUBLE || real != real || real > DBL_MAX ||
                real < -DBL_MAX || (real <= (double)FLT_MAX && real >= -(double)FLT_MAX);
    if (end == r->text || !fits) return bad_notation(r);
    r->value->real = real;
    return 0;
}

/* Of 64 bits, inside Opaque (draft-perkins-opaque-01): 9f, its tag, the length, an INTEGER. */
static int read_opaque(struct reading *r, char type) {
    char *end;
    errno = 0;
    uint64_t number = type == 'I' ? (uint64_t)strtoll(r->text, &end, 10)
                                  : strtoull(r->text, &end, 10);
    if (end == r->text || *end != '\0' || errno != 0 || (type == 'U' && *r->text == '-'))
        return bad_notation(r);
    if (r->size < OPAQUE_BYTES + 1) return is_full(r);
    uint8_t octets[9] = { 0 };
    for (int i = 0; i < 8; i++) octets[1 + i] = (uint8_t)(number >> (56 - 8 * i));
    if (type == 'I' && (octets[1] & 0x80) != 0) octets[0] = 0xff;
    size_t first = 0;
    while (first < 8 && (octets[first] == 0 || octets[first] == 0xff) &&
           (octets[first] & 0x80) == (octets[first + 1] & 0x80) && octets[first] == octets[0])
        first++;
    r->room[0] = 0x9f;
    r->room[1] = type == 'I' ? 0x7a : 0x7b;
    r->room[2] = (uint8_t)(9 - first);
    memcpy(r->room + 3, octets + first, 9 - first);
    r->value->length = (uint32_t)(3 + 9 - first);
    return 0;
}

static int read_value(struct reading *r, char type) {
    static const char letters[] = "iu3cCtaosxdbnUIFD";
    static const uint8_t types[] = {
        FLEET_INTEGER32, FLEET_GAUGE32, FLEET_UINTEGER32, FLEET_COUNTER32, FLEET_COUNTER64,
        FLEET_TIME_TICKS, FLEET_IP_ADDRESS, FLEET_OBJECT_IDENTIFIER, FLEET_OCTET_STRING,
        FLEET_OCTET_STRING, FLEET_OCTET_STRING, FLEET_OCTET_STRING, FLEET_NULL, FLEET_OPAQUE,
        FLEET_OPAQUE, FLEET_OPAQUE_FLOAT, FLEET_OPAQUE_DOUBLE,
    };
    if (type == '=') type = letter_of(r->syntax);
    const char *at = type != '\0' ? strchr(letters, type) : NULL;
    if (at == NULL) {
        char detail[] = { '"', type, '"', '\0' };
        return refuse(r, "Bad variable type", detail);
    }
    *r->value = (struct fleet_value){ .type = types[at - letters] };
    switch (type) {
    case 'i': return read_integer(r);
    case 'u': return read_unsigned(r, "Unsigned32", UINT32_MAX);
    case '3': return read_unsigned(r, "UInteger32", UINT32_MAX);
    case 'c': return read_unsigned(r, "Counter32", UINT32_MAX);
    case 'C': return read_unsigned(r, "Counter64", UINT64_MAX);
    case 't': return read_unsigned(r, "Timeticks", UINT32_MAX);
    case 'n': return 0;
    case 'F':
    case 'D': return read_real(r);
    default: break;
    }
    r->value->bytes = r->room;
    switch (type) {
    case 'a': return read_address(r);
    case 'o': return read_oid(r);
    case 'b': return read_bits(r);
    case 'U':
    case 'I': return read_opaque(r, type);
    default: return read_octets(r, type);
    }
}

int fleet_varbind_parse(struct fleet_mib *mib, const char *name, char type,
                        const char *text, const struct fleet_name_style *style,
                        uint8_t *scratch, size_t size, struct fleet_varbind *ret_varbind,
                        char why[static FLEET_MIB_WHY_MAX]) {
    struct fleet_name parsed;
    struct fleet_varbind varbind = { .oid = scratch };
    struct reading r = { .mib = mib, .style = style, .text = text, .value = &varbind.value,
                         .why = why };
    int error = fleet_mib_parse_name(mib, name, style, &parsed, why);
    if (error != 0) return error;
    if (size < FLEET_OID_BYTES_MAX) return is_full(&r);
    varbind.oid_length = fleet_oid_bytes(parsed.oid, parsed.length, scratch);
    if (varbind.oid_length == 0 || parsed.is_wildcard) {
        (void)snprintf(why, FLEET_MIB_WHY_MAX, "not the name of one object");
        return FLEET_E_OID;
    }
    r.room = scratch + varbind.oid_length;
    r.size = size - varbind.oid_length;
    const struct fleet_object *object = fleet_mib_at(mib, parsed.oid, parsed.length);
    r.syntax = object != NULL ? object->syntax : NULL;
    error = read_value(&r, type);
    if (error == 0) *ret_varbind = varbind;
    return error;
}

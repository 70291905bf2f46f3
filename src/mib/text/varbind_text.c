/*
 * varbind_text: "IF-MIB::ifDescr.5 = STRING: eth0", as Net-SNMP's programs write it.
 *
 * The type that the module gives an object decides how its value is written, and the type that came
 * is told when it is another one. Two things are not as there: what is not printable never goes to
 * the terminal as it is, and a bit without a name does not take the names of those behind it.
 */
#include "mib/text/hint.h"
#include "mib/text/oid_text.h"
#include "mib/text/raw_text.h"
#include "mib/text/value.h"
#include "snmpfleet/mib.h"
#include "wire/oid.h"

#include <stdio.h>

enum { REAL_DIGITS_MAX = 64, REAL_TEXT_BYTES = 400 };

/* A value on its way to text. */
struct writing {
    struct put *out;
    struct fleet_mib *mib;
    const struct fleet_value *value;
    const struct fleet_text_style *style;
    const struct fleet_syntax *syntax;  /* NULL: not known */
    const char *hint, *units;           /* NULL: none */
};

static bool has(const struct writing *w, uint32_t flag) {
    return (w->style->flags & flag) != 0;
}

static void put_type(const struct writing *w, const char *type) {
    if (!has(w, FLEET_TEXT_QUICK)) put_text(w->out, type);
}

static void put_hinted_number(const struct writing *w) {
    const char *hint = w->hint;
    bool is_negative = w->value->type == FLEET_INTEGER32 && w->value->integer < 0;
    uint64_t n = is_negative ? 0 - w->value->counter : w->value->counter;
    if (hint != NULL && strcmp(hint, "b") == 0) {
        for (int i = 31; i >= 0; i--)
            put_char(w->out, (w->value->counter >> i & 1) != 0 ? '1' : '0');
        return;
    }
    char text[96];
    struct put number = PUT_INIT(text, sizeof(text));
    if (hint == NULL || !hint_put_integer(&number, hint, is_negative, n)) {
        if (is_negative) put_char(&number, '-');
        put_u64(&number, n);
    }
    (void)put_end(&number);
    /* Net-SNMP begins with the point: .05 */
    char *point = strstr(text, "0.");
    bool is_leading = point != NULL && (point == text || (is_negative && point == text + 1));
    if (is_leading) memmove(point, point + 1, strlen(point));
    put_text(w->out, text);
}

static void put_integer(const struct writing *w) {
    const char *name = has(w, FLEET_TEXT_NUMERIC_ENUMS)
                           ? NULL
                           : value_name_of(w->syntax, w->value->integer);
    put_type(w, "INTEGER: ");
    if (name == NULL) {
        put_hinted_number(w);
    } else {
        put_text(w->out, name);
        if (!has(w, FLEET_TEXT_QUICK)) {
            put_char(w->out, '(');
            put_i64(w->out, w->value->integer);
            put_char(w->out, ')');
        }
    }
    raw_put_units(w->out, w->units);
}

static void put_bits(const struct writing *w) {
    put_text(w->out, has(w, FLEET_TEXT_QUICK) ? "\"" : "BITS: ");
    raw_put_hexadecimal(w->out, w->style, w->value->bytes, w->value->length);
    if (has(w, FLEET_TEXT_QUICK)) {
        put_char(w->out, '"');
        return;
    }
    for (uint32_t i = 0; i < w->value->length * 8; i++) {
        if ((w->value->bytes[i / 8] & (0x80 >> i % 8)) == 0) continue;
        const char *name = has(w, FLEET_TEXT_NUMERIC_ENUMS) ? NULL : value_name_of(w->syntax, i);
        if (name != NULL) {
            put_text(w->out, name);
            put_char(w->out, '(');
        }
        put_u64(w->out, i);
        put_text(w->out, name != NULL ? ") " : " ");
    }
}

static void put_oid(const struct writing *w) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length = w->value->length;
    bool is_whole = length > 0 && (w->value->bytes[length - 1] & 0x80) == 0;
    size_t count = !is_whole ? 0
                             : oid_to_numbers(span_of(w->value->bytes, length), numbers,
                                              FLEET_OID_SUBIDS_MAX);
    put_type(w, "OID: ");
    oid_text_put(w->out, w->mib, numbers, count, w->style);
    raw_put_units(w->out, w->units);
}

static void put_ip(const struct writing *w, bool is_network) {
    put_type(w, is_network ? "Network Address: " : "IpAddress: ");
    for (uint32_t i = 0; i < w->value->length; i++) {
        if (i > 0) put_char(w->out, is_network ? ':' : '.');
        if (is_network) {
            char pair[3];
            (void)snprintf(pair, sizeof(pair), "%02X", w->value->bytes[i]);
            put_text(w->out, pair);
        } else {
            put_u64(w->out, w->value->bytes[i]);
        }
    }
}

/* At most REAL_DIGITS_MAX, of digits at *text, which is moved behind them. */
static int real_number(const char **text) {
    int n = 0;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        n = 10 * n + (**text - '0');
        if (n > REAL_DIGITS_MAX) n = REAL_DIGITS_MAX;
    }
    return n;
}

static void put_real(const struct writing *w) {
    static const char flags[] = "-+ #0'";
    char format[sizeof(flags) + 8] = "%", text[REAL_TEXT_BYTES];
    const char *at = w->style->real != NULL ? w->style->real : "";
    size_t length = 1;
    for (at += *at == '%'; *at != '\0' && strchr(flags, *at) != NULL; at++) {
        if (strchr(format, *at) == NULL) format[length++] = *at;
    }
    int width = real_number(&at), digits = 6;
    if (*at == '.') {
        at++;
        digits = real_number(&at);
    }
    char letter = *at != '\0' && strchr("efg", *at) != NULL ? *at : 'f';
    (void)snprintf(format + length, sizeof(format) - length, "*.*%c", letter);
    put_type(w, "Opaque: Float: ");
    (void)snprintf(text, sizeof(text), format, width, digits, w->value->real);
    put_text(w->out, text);
    raw_put_units(w->out, w->units);
}

static void put_ticks(const struct writing *w) {
    uint32_t ticks = (uint32_t)w->value->counter;
    if (!has(w, FLEET_TEXT_NUMERIC_TICKS) && !has(w, FLEET_TEXT_QUICK)) {
        put_text(w->out, "Timeticks: (");
        put_u64(w->out, ticks);
        put_text(w->out, ") ");
    }
    raw_put_ticks(w->out, w->style, ticks);
    if (!has(w, FLEET_TEXT_NUMERIC_TICKS)) raw_put_units(w->out, w->units);
}

/* A number that came inside an Opaque. */
static void put_opaque_number(const struct writing *w) {
    switch ((enum fleet_opaque)w->value->opaque) {
    case FLEET_OPAQUE_INT64: put_type(w, "Opaque: Int64: "); break;
    case FLEET_OPAQUE_UINT64: put_type(w, "Opaque: UInt64: "); break;
    default: put_type(w, "Opaque: Counter64: "); break;
    }
    if (w->value->type == FLEET_INTEGER32) put_i64(w->out, w->value->integer);
    else put_u64(w->out, w->value->counter);
    raw_put_units(w->out, w->units);
}

/* By the type that came. */
static void put_typed(const struct writing *w) {
    if (w->value->opaque != 0) {
        put_opaque_number(w);
        return;
    }
    switch (w->value->type) {
    case FLEET_INTEGER32: put_integer(w); return;
    case FLEET_OCTET_STRING:
        raw_put_octets(w->out, w->style, w->value->bytes, w->value->length, w->hint, w->units);
        return;
    case FLEET_OBJECT_IDENTIFIER: put_oid(w); return;
    case FLEET_TIME_TICKS: put_ticks(w); return;
    case FLEET_IP_ADDRESS: put_ip(w, false); return;
    case FLEET_NULL: put_text(w->out, "NULL"); return;
    case FLEET_GAUGE32:
        put_type(w, "Gauge32: ");
        put_hinted_number(w);
        break;
    case FLEET_UINTEGER32: put_hinted_number(w); break;
    case FLEET_COUNTER32:
        put_type(w, "Counter32: ");
        put_u64(w->out, w->value->counter);
        break;
    case FLEET_COUNTER64:
        put_type(w, "Counter64: ");
        put_u64(w->out, w->value->counter);
        break;
    case FLEET_OPAQUE_FLOAT:
    case FLEET_OPAQUE_DOUBLE: put_real(w); return;
    case FLEET_OPAQUE:
        put_type(w, "OPAQUE: ");
        raw_put_hexadecimal(w->out, w->style, w->value->bytes, w->value->length);
        break;
    default: put_text(w->out, "Variable has bad type"); return;
    }
    raw_put_units(w->out, w->units);
}

/* What the module says the type should be; NULL: what came is good. */
static const char *expected_type(const struct writing *w) {
    uint8_t type = w->value->type;
    /* What came inside an Opaque is good where an Opaque is, or a Counter64. */
    bool is_counter = w->syntax->type == FLEET_COUNTER64;
    if (w->value->opaque != 0) type = is_counter ? FLEET_COUNTER64 : FLEET_OPAQUE;
    if (w->syntax->is_bits) return type == FLEET_OCTET_STRING ? NULL : "BITS";
    if (w->syntax->type == FLEET_ABSENT || w->syntax->type == type) return NULL;
    switch (w->syntax->type) {
    case FLEET_INTEGER32: return "INTEGER";
    case FLEET_OCTET_STRING: return "OCTET STRING";
    case FLEET_OBJECT_IDENTIFIER: return "OBJECT IDENTIFIER";
    case FLEET_IP_ADDRESS:
        return strcmp(w->syntax->base, "NetworkAddress") == 0 ? "NetworkAddress" : "IpAddress";
    case FLEET_COUNTER32: return "Counter32";
    case FLEET_GAUGE32: return "Gauge32 or Unsigned32";
    case FLEET_TIME_TICKS: return "Timeticks";
    case FLEET_OPAQUE:
        return type == FLEET_OPAQUE_FLOAT || type == FLEET_OPAQUE_DOUBLE ? NULL : "Opaque";
    case FLEET_COUNTER64: return "Counter64";
    case FLEET_UINTEGER32: return "UInteger32";
    case FLEET_NULL: return "NULL";
    default: return NULL;
    }
}

static void put_value(struct writing *w) {
    const char *expected = w->syntax != NULL ? expected_type(w) : NULL;
    if (expected != NULL) {
        if (!has(w, FLEET_TEXT_QUICK_EQUAL)) {
            put_text(w->out, "Wrong Type (should be ");
            put_text(w->out, expected);
            put_text(w->out, "): ");
        }
        w->syntax = NULL;
        w->hint = w->units = NULL;
    }
    if (w->syntax != NULL && w->syntax->is_bits) put_bits(w);
    else if (w->syntax != NULL && w->value->type == FLEET_IP_ADDRESS &&
             strcmp(w->syntax->base, "NetworkAddress") == 0) put_ip(w, true);
    else put_typed(w);
}

static const char *exception_text(uint8_t type) {
    switch (type) {
    case FLEET_NO_SUCH_OBJECT: return "No Such Object available on this agent at this OID";
    case FLEET_NO_SUCH_INSTANCE: return "No Such Instance currently exists at this OID";
    case FLEET_END_OF_MIB_VIEW:
        return "No more variables left in this MIB View (It is past the end of the MIB tree)";
    default: return NULL;
    }
}

size_t fleet_mib_varbind_text(struct fleet_mib *mib, const uint32_t *oid, size_t length,
                              const struct fleet_value *value,
                              const struct fleet_text_style *style, char *buffer,
                              size_t size) {
    struct put out = PUT_INIT(buffer, size);
    if (style == NULL) style = &text_style_default;
    if ((style->flags & FLEET_TEXT_VALUE_ONLY) == 0) {
        bool has_blank = (style->flags & (FLEET_TEXT_QUICK | FLEET_TEXT_QUICK_EQUAL)) ==
                         FLEET_TEXT_QUICK;
        oid_text_put(&out, mib, oid, length, style);
        put_text(&out, has_blank ? " " : " = ");
    }
    const char *exception = exception_text(value->type);
    if (exception != NULL) {
        put_text(&out, exception);
        return put_end(&out);
    }
    struct writing w = { .out = &out, .mib = mib, .value = value, .style = style };
    const struct fleet_object *object = length > 0 ? fleet_mib_at(mib, oid, length) : NULL;
    if (object != NULL) {
        w.syntax = object->syntax;
        if (w.syntax != NULL && (style->flags & FLEET_TEXT_NO_HINTS) == 0) w.hint = w.syntax->hint;
        if ((style->flags & FLEET_TEXT_NO_UNITS) == 0) w.units = object->units;
    }
    put_value(&w);
    return put_end(&out);
}

/*
 * snmpwalk: the text of Net-SNMP's snmpwalk -On, read back into objects.
 *
 * A record is ".1.3... = TYPE: value" and lasts until the next line that begins like one, so that
 * strings and hexadecimal dumps over several lines are whole; within double quotes nothing begins.
 * Net-SNMP escapes a quote and a backslash in quoted strings and prints a dot for what it cannot
 * print; those dots stay. Where a MIB was loaded, enumerations come as name(number) and numbers may
 * have a unit behind them.
 */
#include "sim/recording_text.h"

#include <errno.h>
#include <stdlib.h>

#include "wire/ber.h"
#include "wire/oid.h"

/* Where the bytes of the record being read are put. */
struct walk_record {
    uint8_t oid_bytes[FLEET_OID_BYTES_MAX];
    uint8_t bytes[RECORDING_VALUE_MAX];
};

enum { WALK_BITS_TEXT_MAX = 4096 };

static bool skip_text(struct span *text, const char *prefix) {
    if (!span_starts_with(*text, span_text(prefix))) return false;
    *text = span_skip(*text, strlen(prefix));
    return true;
}

/*
 * An OID as -On prints it, or beginning with "iso" as without; the length of its contents, or -1.
 */
static int walk_oid(struct span text, uint8_t ret_bytes[static FLEET_OID_BYTES_MAX]) {
    char copy[FLEET_OID_TEXT_MAX];
    if (!skip_text(&text, "iso.")) return oid_parse(text, ret_bytes);
    if (text.length + 2 > sizeof(copy)) return -1;
    memcpy(copy, "1.", 2);
    memcpy(copy + 2, text.bytes, text.length);
    return oid_parse(span_of(copy, text.length + 2), ret_bytes);
}

/* Does a record begin with @line? Splits it. */
static bool walk_split(struct span line, struct span *ret_oid, struct span *ret_value) {
    bool named = span_starts_with(line, span_text("iso."));
    if (line.length == 0 ||
        (!named && line.bytes[0] != '.' && (line.bytes[0] < '0' || line.bytes[0] > '2')))
        return false;
    const uint8_t *equals = memmem(line.bytes, line.length, " = ", 3);
    size_t length = equals == NULL ? 0 : (size_t)(equals - line.bytes);
    if (equals == NULL) {  /* an empty value whose blank was trimmed away */
        if (line.length < 2 || memcmp(line.bytes + line.length - 2, " =", 2) != 0) return false;
        length = line.length - 2;
    }
    for (size_t i = named ? 3 : 0; i < length; i++) {
        if (line.bytes[i] != '.' && (line.bytes[i] < '0' || line.bytes[i] > '9')) return false;
    }
    *ret_oid = span_of(line.bytes, length);
    *ret_value = equals == NULL ? span_skip(line, line.length) : span_skip(line, length + 3);
    return true;
}

/*
 * Where a quoted string that starts at text.bytes[0] ends (behind the closing quote); 0 when it
 * does not within reason.
 */
static size_t quoted_length(struct span text) {
    for (size_t i = 1; i < text.length && i < 2 * RECORDING_VALUE_MAX; i++) {
        if (text.bytes[i] == '\\') i++;
        else if (text.bytes[i] == '"') return i + 1;
    }
    return 0;
}

static struct span without_line_end(struct span text) {
    while (text.length > 0 &&
           (text.bytes[text.length - 1] == '\n' || text.bytes[text.length - 1] == '\r'))
        text.length--;
    return text;
}

static const char *walk_string(struct walk_record *r, struct span text, struct fleet_value *value) {
    *value = (struct fleet_value){ .type = FLEET_OCTET_STRING };
    size_t quoted = text.length > 0 && text.bytes[0] == '"' ? quoted_length(text) : 0;
    value->bytes = text.bytes;
    value->length = (uint32_t)text.length;
    if (text.length > sizeof(r->bytes)) return "the value is too long";
    if (quoted == 0) return NULL;
    uint32_t length = 0;
    for (size_t i = 1; i + 1 < quoted; i++) {
        if (text.bytes[i] == '\\' && i + 2 < quoted) i++;
        r->bytes[length++] = text.bytes[i];
    }
    value->bytes = r->bytes;
    value->length = length;
    return NULL;
}

/* The next blank-separated word of *text. */
static struct span next_word(struct span *text) {
    *text = recording_trim(*text);
    size_t length = 0;
    while (length < text->length && recording_trim(span_of(text->bytes + length, 1)).length > 0)
        length++;
    struct span word = span_of(text->bytes, length);
    *text = span_skip(*text, length);
    return word;
}

/* "00 1B 2C" over any number of lines. */
static const char *walk_hex(struct walk_record *r, struct span text, uint8_t type,
                            struct fleet_value *value) {
    uint32_t length = 0;
    for (;;) {
        struct span word = next_word(&text);
        if (word.length == 0) break;
        if (length == sizeof(r->bytes)) return "the value is too long";
        if (word.length != 2 || recording_hex(word, &r->bytes[length], 1) != 1)
            return "bad hexadecimal digits";
        length++;
    }
    *value = (struct fleet_value){ .type = type, .length = length, .bytes = r->bytes };
    return NULL;
}

/*
 * "C0 00 0 1 " or "C0 00 up(0) down(1) ": octets, then the bits set. Where the octets end is not
 * marked: it is where the words left are just as many as there are bits set so far, and the first
 * of them is the first bit.
 */
static const char *walk_bits(struct walk_record *r, struct span text, struct fleet_value *value) {
    uint32_t length = 0, set = 0, first = 0;
    if (text.length > WALK_BITS_TEXT_MAX) return "the value is too long";
    for (;;) {
        struct span rest = text, words = text;
        uint32_t left = 0;
        while (next_word(&words).length > 0) left++;
        struct span word = next_word(&rest);
        struct fleet_value number;
        const uint8_t *open = word.length == 0 ? NULL : memchr(word.bytes, '(', word.length);
        struct span bit = word;
        if (open != NULL) bit = span_of(open + 1, (size_t)(word.bytes + word.length - open - 1));
        if (bit.length > 0 && bit.bytes[bit.length - 1] == ')') bit.length--;
        bool ends = left == set && (set == 0 || (recording_number(bit, FLEET_GAUGE32, &number) &&
                                                 number.counter == first));
        if (ends && (length > 0 || left == 0)) break;
        if (length == sizeof(r->bytes)) return "the value is too long";
        if (word.length != 2 || recording_hex(word, &r->bytes[length], 1) != 1) return "bad bits";
        if (set == 0 && r->bytes[length] != 0)
            first = length * 8 + (uint32_t)__builtin_clz(r->bytes[length]) - 24;
        set += (uint32_t)__builtin_popcount(r->bytes[length]);
        length++;
        text = rest;
    }
    *value = (struct fleet_value){
        .type = FLEET_OCTET_STRING, .length = length, .bytes = r->bytes,
    };
    return NULL;
}

/* "5", "up(1)", "(123) 0:00:01.23", "42 seconds" */
static const char *walk_number(struct span text, uint8_t type, struct fleet_value *value) {
    const uint8_t *open = text.length == 0 ? NULL : memchr(text.bytes, '(', text.length);
    const uint8_t *close =
        open == NULL ? NULL : memchr(open, ')', (size_t)(text.bytes + text.length - open));
    if (close != NULL &&
        recording_number(span_of(open + 1, (size_t)(close - open - 1)), type, value))
        return NULL;
    return recording_number(next_word(&text), type, value) ? NULL : "not a number of this type";
}

static const char *walk_ip_address(struct walk_record *r, struct span text,
                                   struct fleet_value *value) {
    *value = (struct fleet_value){ .type = FLEET_IP_ADDRESS, .length = 4, .bytes = r->bytes };
    return recording_ip4(recording_trim(text), r->bytes) ? NULL : "not an IPv4 address";
}

/* "0A:00:00:01", the obsolete NetworkAddress. */
static const char *walk_network_address(struct walk_record *r, struct span text,
                                        struct fleet_value *value) {
    text = recording_trim(text);
    if (text.length != 11) return "not a network address";
    for (size_t i = 0; i < 4; i++) {
        if (recording_hex(span_of(text.bytes + 3 * i, 2), &r->bytes[i], 1) != 1)
            return "not a network address";
    }
    *value = (struct fleet_value){ .type = FLEET_IP_ADDRESS, .length = 4, .bytes = r->bytes };
    return NULL;
}

/* Numbers that Net-SNMP wraps in an Opaque. */
static const char *walk_opaque(struct walk_record *r, struct span text, struct fleet_value *value) {
    enum {
        OPAQUE_CONTEXT = 0x9f,
        OPAQUE_COUNTER64 = 0x76,
        OPAQUE_INTEGER64 = 0x7a,
        OPAQUE_UNSIGNED64 = 0x7b
    };
    bool is_float = skip_text(&text, "Float: ");
    if (is_float || skip_text(&text, "Double: ")) {
        char copy[400], *end;
        text = recording_trim(text);
        if (text.length == 0 || text.length >= sizeof(copy)) return "not a real number";
        memcpy(copy, text.bytes, text.length);
        copy[text.length] = '\0';
        double real = strtod(copy, &end);
        if (end == copy) return "not a real number";
        *value = (struct fleet_value){
            .type = is_float ? FLEET_OPAQUE_FLOAT : FLEET_OPAQUE_DOUBLE, .real = real,
        };
        return NULL;
    }
    uint8_t tag = skip_text(&text, "Int64: ")       ? OPAQUE_INTEGER64
                  : skip_text(&text, "UInt64: ")    ? OPAQUE_UNSIGNED64
                  : skip_text(&text, "Counter64: ") ? OPAQUE_COUNTER64
                                                    : 0;
    if (tag == 0) return walk_hex(r, text, FLEET_OPAQUE, value);
    struct span digits = recording_trim(text);
    bool negative = skip_text(&digits, "-");
    if (negative && tag != OPAQUE_INTEGER64) return "not a number of this type";
    const char *what = walk_number(digits, FLEET_COUNTER64, value);
    if (what != NULL) return what;
    struct ber_writer w = BER_WRITER(r->bytes, 16);
    static const uint8_t context = OPAQUE_CONTEXT;
    if (tag == OPAQUE_INTEGER64)
        ber_write_integer(&w, tag, (int64_t)(negative ? 0 - value->counter : value->counter));
    else ber_write_unsigned(&w, tag, value->counter);
    ber_write_bytes(&w, span_of(&context, 1));
    struct span written = ber_written(&w);
    *value = (struct fleet_value){
        .type = FLEET_OPAQUE, .length = (uint32_t)written.length, .bytes = written.bytes,
    };
    return NULL;
}

static const char *walk_value(struct walk_record *r, struct span text, struct fleet_value *value) {
    if (skip_text(&text, "Wrong Type (should be ")) {
        const uint8_t *end = memmem(text.bytes, text.length, "): ", 3);
        if (end == NULL) return "unknown type";
        text = span_skip(text, (size_t)(end + 3 - text.bytes));
    }
    if (skip_text(&text, "STRING:")) {
        skip_text(&text, " ");
        return walk_string(r, text, value);
    }
    if (skip_text(&text, "Hex-STRING:")) return walk_hex(r, text, FLEET_OCTET_STRING, value);
    if (skip_text(&text, "INTEGER: ")) return walk_number(text, FLEET_INTEGER32, value);
    if (skip_text(&text, "Gauge32: ") || skip_text(&text, "Unsigned32: "))
        return walk_number(text, FLEET_GAUGE32, value);
    if (skip_text(&text, "Counter32: ")) return walk_number(text, FLEET_COUNTER32, value);
    if (skip_text(&text, "Counter64: ")) return walk_number(text, FLEET_COUNTER64, value);
    if (skip_text(&text, "Timeticks: ")) return walk_number(text, FLEET_TIME_TICKS, value);
    if (skip_text(&text, "UInteger32: ")) return walk_number(text, FLEET_UINTEGER32, value);
    if (skip_text(&text, "IpAddress: ")) return walk_ip_address(r, text, value);
    if (skip_text(&text, "Network Address: ")) return walk_network_address(r, text, value);
    if (skip_text(&text, "BITS:")) return walk_bits(r, text, value);
    if (skip_text(&text, "Opaque: ") || skip_text(&text, "OPAQUE:"))
        return walk_opaque(r, text, value);
    if (skip_text(&text, "OID: ")) {
        int length = walk_oid(recording_trim(text), r->bytes);
        *value = (struct fleet_value){
            .type = FLEET_OBJECT_IDENTIFIER, .length = (uint32_t)length, .bytes = r->bytes,
        };
        return length > 0 ? NULL : "the value is no OID";
    }
    struct span bare = recording_trim(text);
    if (bare.length > 0 && bare.bytes[0] == '"') return walk_string(r, bare, value);
    *value = (struct fleet_value){ .type = FLEET_NULL };
    if (span_equal(bare, span_text("NULL"))) return NULL;
    *value = (struct fleet_value){ .type = FLEET_OCTET_STRING };
    return bare.length == 0 ? NULL : "unknown type";
}

/* Lines that say that there is no object. */
static bool walk_is_exception(struct span text) {
    return span_starts_with(text, span_text("No Such ")) ||
           span_starts_with(text, span_text("No more variables"));
}

/*
 * Cut the value that begins at @text.bytes out of all that follows; returns the lines it takes
 * beyond the first.
 */
static uint32_t walk_value_end(struct span *text, struct span *rest) {
    uint32_t lines = 0;
    const uint8_t *start = text->bytes, *end = rest->bytes;
    struct span string = span_of(start, (size_t)(end - start) + rest->length);
    skip_text(&string, "STRING: ");
    size_t quoted = string.length > 0 && string.bytes[0] == '"' ? quoted_length(string) : 0;
    const uint8_t *quoted_end = quoted > 0 ? string.bytes + quoted : start;
    while (rest->length > 0) {
        struct span after = *rest, oid, value;
        struct span line = recording_next_line(&after);
        if (line.bytes >= quoted_end && walk_split(recording_trim(line), &oid, &value)) break;
        *rest = after;
        lines++;
    }
    *text = without_line_end(span_of(start, (size_t)(rest->bytes - start)));
    return lines;
}

void recording_read_walk(struct span text, struct recording_builder *b,
                         struct recording_faults *faults) {
    struct walk_record *r = malloc(sizeof(*r));
    if (r == NULL) {
        b->error = -ENOMEM;
        return;
    }
    for (uint32_t line_number = 1; text.length > 0; line_number++) {
        struct span line = recording_next_line(&text), trimmed = recording_trim(line), oid,
                    value_text;
        if (trimmed.length == 0 || trimmed.bytes[0] == '#') continue;
        if (!walk_split(trimmed, &oid, &value_text)) {
            recording_fault(faults, line_number, "no \".OID = TYPE: value\"");
            continue;
        }
        uint32_t more_lines = walk_value_end(&value_text, &text);
        struct fleet_value value;
        int oid_length = walk_oid(oid, r->oid_bytes);
        const char *what = oid_length <= 0 ? "no OID" : NULL;
        if (what == NULL && !walk_is_exception(value_text)) {
            what = walk_value(r, value_text, &value);
            if (what == NULL)
                recording_add(b, span_of(r->oid_bytes, (size_t)oid_length), &value, NULL);
        }
        if (what != NULL) recording_fault(faults, line_number, what);
        line_number += more_lines;
    }
    free(r);
}

/*
 * value_number: octets that hold a number (fleet_value_number), as devices send measured values:
 * "14.250000", "887W", or eight octets of a counter.
 */
#include "mib/text/value.h"
#include "snmpfleet/syntax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT_MAX = 63, UNIT_MAX = 8 };

static bool syntax_is_whole(const struct fleet_syntax *syntax) {
    switch (syntax != NULL ? syntax->type : FLEET_ABSENT) {
    case FLEET_INTEGER32:
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32: return true;
    default: return false;
    }
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Blanks, then perhaps a unit: "W", "dBm", "%", "°C", "m/s". */
static bool is_unit(const char *text) {
    text += strspn(text, " ");
    size_t length = 0;
    for (; text[length] != '\0' && text[length] != ' '; length++) {
        unsigned char c = (unsigned char)text[length];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!is_letter && c != '%' && c != '/') return false;
    }
    return length <= UNIT_MAX && text[length + strspn(text + length, " ")] == '\0';
}

/* Digits with a sign, a point and an exponent, no more of what strtod takes. */
static size_t number_length(const char *text, bool *ret_is_whole) {
    size_t at = text[0] == '-' || text[0] == '+' ? 1 : 0, digits = at;
    while (is_digit(text[at])) at++;
    digits = at - digits;
    *ret_is_whole = true;
    if (text[at] == '.' && (digits > 0 || is_digit(text[at + 1]))) {
        *ret_is_whole = false;
        for (at++; is_digit(text[at]); at++) digits++;
    }
    if (digits == 0) return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t sign = text[at + 1] == '-' || text[at + 1] == '+' ? 1 : 0;
        if (is_digit(text[at + 1 + sign])) {
            *ret_is_whole = false;
            for (at += 1 + sign; is_digit(text[at]);) at++;
        }
    }
    return at;
}

static void set_real(struct fleet_value *number, double real) {
    *number = (struct fleet_value){ .type = FLEET_OPAQUE_DOUBLE, .real = real };
}

static bool set_whole(struct fleet_value *number, const char *text) {
    char *end;
    errno = 0;
    if (text[0] == '-') {
        long long n = strtoll(text, &end, 10);
        *number = (struct fleet_value){ .type = FLEET_INTEGER32, .integer = n };
    } else {
        unsigned long long n = strtoull(text, &end, 10);
        *number = (struct fleet_value){ .type = FLEET_COUNTER64, .counter = n };
    }
    return errno == 0;
}

static bool read_text(const struct fleet_value *value, bool is_whole_wanted,
                      struct fleet_value *number) {
    char room[NUMBER_TEXT_MAX + 1];
    uint32_t length = value->length;
    while (length > 0 && value->bytes[length - 1] == '\0') length--;
    if (length == 0 || length > NUMBER_TEXT_MAX || memchr(value->bytes, '\0', length) != NULL)
        return false;
    memcpy(room, value->bytes, length);
    room[length] = '\0';
    bool is_whole;
    char *text = room + strspn(room, " \t\r\n");
    size_t digits = number_length(text, &is_whole);
    size_t end = strlen(text);
    while (end > digits && strchr(" \t\r\n", text[end - 1]) != NULL) text[--end] = '\0';
    if (digits == 0 || !is_unit(text + digits)) return false;
    text[digits] = '\0';
    if (is_whole && is_whole_wanted && set_whole(number, text)) return true;
    set_real(number, strtod(text, NULL));
    return true;
}

static bool is_printable(const struct fleet_value *value) {
    for (uint32_t i = 0; i < value->length; i++) {
        if (value->bytes[i] < ' ' || value->bytes[i] >= 0x7f) return false;
    }
    return true;
}

bool fleet_value_number(const struct fleet_value *value, const struct fleet_syntax *syntax,
                        struct fleet_value *ret_number) {
    bool is_whole = syntax_is_whole(syntax);
    if (value_is_number(value) && !is_whole) {
        bool is_signed = value->type == FLEET_INTEGER32;
        set_real(ret_number, is_signed ? (double)value->integer : (double)value->counter);
        return true;
    }
    if (value->type != FLEET_OCTET_STRING) return false;
    if (read_text(value, is_whole, ret_number)) return true;
    if (value->length == 0 || value->length > 8 || is_printable(value)) return false;
    uint64_t n = 0;
    for (uint32_t i = 0; i < value->length; i++) n = n << 8 | value->bytes[i];
    if (is_whole) *ret_number = (struct fleet_value){ .type = FLEET_COUNTER64, .counter = n };
    else set_real(ret_number, (double)n);
    return true;
}

/* raw_text: see raw_text.h. */
#include "mib/text/raw_text.h"

#include <stdio.h>
#include <string.h>

#include "mib/text/hint.h"

enum { HEX_LINE = 16 };

void raw_put_units(struct put *out, const char *units) {
    if (units == NULL) return;
    put_char(out, ' ');
    (void)hint_put_printable(out, (const uint8_t *)units, strlen(units), HINT_DOTS);
}

/* What Net-SNMP takes for text. */
static bool is_text(uint8_t c) {
    return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
}

/* Of that, vertical tabs and form feeds are nothing for a terminal. */
static char shown(uint8_t c) {
    return is_text(c) && c != '\v' && c != '\f' ? (char)c : '.';
}

void raw_put_hexadecimal(struct put *out, const struct fleet_text_style *style,
                         const uint8_t *bytes, size_t length) {
    static const char digits[] = "0123456789ABCDEF";
    size_t line = style->hex_line > 0    ? (size_t)style->hex_line
                  : style->hex_line == 0 ? HEX_LINE
                                         : length;
    if (length == 0 && (style->flags & FLEET_TEXT_HEX_TEXT) != 0) put_text(out, "  []");
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && i % line == 0) put_char(out, '\n');
        put_char(out, digits[bytes[i] >> 4]);
        put_char(out, digits[bytes[i] & 15]);
        put_char(out, ' ');
        if ((style->flags & FLEET_TEXT_HEX_TEXT) == 0) continue;
        if (i + 1 < length && (i + 1) % line != 0) continue;
        put_text(out, "  [");
        for (size_t k = i - i % line; k <= i; k++)
            put_char(out, shown(bytes[k]));
        put_char(out, ']');
    }
}

static void put_ascii(struct put *out, const uint8_t *bytes, size_t length) {
    put_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\\' || bytes[i] == '"') put_char(out, '\\');
        put_char(out, shown(bytes[i]));
    }
    put_char(out, '"');
}

static void put_plain_octets(struct put *out, const struct fleet_text_style *style,
                             const uint8_t *bytes, size_t length) {
    bool is_quick = (style->flags & FLEET_TEXT_QUICK) != 0;
    bool is_hex = (style->flags & FLEET_TEXT_HEX) != 0;
    for (size_t i = 0; i < length && (style->flags & FLEET_TEXT_ASCII) == 0; i++) {
        if (!is_text(bytes[i])) is_hex = true;
    }
    if (length == 0) {
        put_text(out, "\"\"");
    } else if (is_hex) {
        put_text(out, is_quick ? "\"" : "Hex-STRING: ");
        raw_put_hexadecimal(out, style, bytes, length);
        if (is_quick) put_char(out, '"');
    } else {
        if (!is_quick) put_text(out, "STRING: ");
        put_ascii(out, bytes, length);
    }
}

void raw_put_octets(struct put *out, const struct fleet_text_style *style, const uint8_t *bytes,
                    size_t length, const char *hint, const char *units) {
    bool is_done = false;
    if (hint != NULL && hint_is_good(hint)) {
        size_t mark = out->length;
        unsigned how = HINT_DOTS;
        if ((style->flags & FLEET_TEXT_TWO_DIGITS) != 0) how |= HINT_TWO_DIGITS;
        if ((style->flags & FLEET_TEXT_QUICK) == 0) put_text(out, "STRING: ");
        is_done = hint_put_octets(out, hint, bytes, length, how);
        if (!is_done) out->length = mark;
    } else if (hint != NULL) {
        put_text(out, "(Bad hint ignored: ");
        (void)hint_put_printable(out, (const uint8_t *)hint, strlen(hint), HINT_DOTS);
        put_text(out, ") ");
        units = NULL;
    }
    if (!is_done) put_plain_octets(out, style, bytes, length);
    raw_put_units(out, units);
}

void raw_put_ticks(struct put *out, const struct fleet_text_style *style, uint32_t ticks) {
    char text[48];
    unsigned hundredths = ticks % 100, seconds = ticks / 100 % 60, minutes = ticks / 6000 % 60;
    unsigned hours = ticks / 360000 % 24, days = ticks / 8640000;
    if ((style->flags & FLEET_TEXT_NUMERIC_TICKS) != 0) {
        put_u64(out, ticks);
        return;
    }
    if ((style->flags & FLEET_TEXT_QUICK) != 0)
        (void)snprintf(text, sizeof(text), "%u:%u:%02u:%02u.%02u", days, hours, minutes, seconds,
                       hundredths);
    else if (days == 0)
        (void)snprintf(text, sizeof(text), "%u:%02u:%02u.%02u", hours, minutes, seconds,
                       hundredths);
    else
        (void)snprintf(text, sizeof(text), "%u day%s, %u:%02u:%02u.%02u", days,
                       days == 1 ? "" : "s", hours, minutes, seconds, hundredths);
    put_text(out, text);
}

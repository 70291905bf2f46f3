/* measure: see measure.h. */
#include "bench/measure.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *unknown(char text[static MEASURE_MAX]) {
    return memcpy(text, "-", 2);
}

/* Three digits that count, without zeros at the end of a fraction. */
static void put_digits(double number, const char *unit, char text[static MEASURE_MAX]) {
    double size = fabs(number);
    int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    if (size >= 1e15) {
        (void)snprintf(text, MEASURE_MAX, "%.3g%s", number, unit);
        return;
    }
    int length = snprintf(text, MEASURE_MAX, "%.*f", decimals, number);
    if (decimals > 0) {
        while (text[length - 1] == '0') length--;
        if (text[length - 1] == '.') length--;
    }
    (void)snprintf(text + length, (size_t)(MEASURE_MAX - length), "%s", unit);
}

const char *measure_duration(double ns, char text[static MEASURE_MAX]) {
    double size = fabs(ns);
    if (isnan(ns)) return unknown(text);
    if (size < 999.5 || ns == 0) put_digits(round(ns), "ns", text);
    else if (size < 999.5e3) put_digits(ns / 1e3, "us", text);
    else if (size < 999.5e6) put_digits(ns / 1e6, "ms", text);
    else put_digits(ns / 1e9, "s", text);
    return text;
}

const char *measure_number(double number, char text[static MEASURE_MAX]) {
    if (isnan(number)) return unknown(text);
    put_digits(number, "", text);
    return text;
}

const char *measure_share(double share, char text[static MEASURE_MAX]) {
    if (isnan(share)) return unknown(text);
    double percent = share * 100;
    if (percent > 0 && percent < 0.001) (void)snprintf(text, MEASURE_MAX, "<0.001%%");
    else if (percent > 99.9 && percent < 100)
        (void)snprintf(text, MEASURE_MAX, "%.3f%%", floor(percent * 1000) / 1000);
    else put_digits(percent, "%", text);
    return text;
}

const char *measure_octets(double octets, char text[static MEASURE_MAX]) {
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
    size_t unit = 0;
    if (isnan(octets)) return unknown(text);
    for (; fabs(octets) >= 999.5 && unit < 4; unit++) octets /= 1000;
    put_digits(octets, units[unit], text);
    return text;
}

double measure_part(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

/* U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069. */
bool measure_turns_direction(const uint8_t *bytes, size_t length) {
    if (length == 2) return bytes[0] == 0xd8 && bytes[1] == 0x9c;  /* U+061C */
    if (length != 3 || bytes[0] != 0xe2) return false;
    uint8_t last = bytes[2];
    if (bytes[1] == 0x80)
        return last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae);
    return bytes[1] == 0x81 && last >= 0xa6 && last <= 0xa9;
}

const char *measure_text(const char *text, char *shown, size_t size) {
    const uint8_t *bytes = (const uint8_t *)(text == NULL ? "" : text);
    size_t length = strlen((const char *)bytes), n = 0, fit = 0;
    for (size_t i = 0; i < length;) {
        size_t sequence = utf8_sequence(bytes + i, length - i);
        bool is_shown = sequence > 0 && bytes[i] >= 0x20 && bytes[i] != 0x7f &&
                        !measure_turns_direction(bytes + i, sequence);
        size_t taken = sequence == 0 ? 1 : sequence, put = is_shown ? taken : 1;
        if (n + put >= size) {
            memcpy(shown + fit, "...", 4);
            return shown;
        }
        if (is_shown) memcpy(shown + n, bytes + i, put);
        else shown[n] = '?';
        n += put;
        i += taken;
        if (n + 3 < size) fit = n;  /* up to here the dots fit behind it */
    }
    shown[n] = '\0';
    return shown;
}

size_t measure_columns(const char *shown) {
    size_t columns = 0;
    for (; *shown != '\0'; shown++) columns += ((uint8_t)*shown & 0xc0) != 0x80;
    return columns;
}

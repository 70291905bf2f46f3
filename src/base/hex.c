/* hex: see hex.h. */
#include "base/hex.h"

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_parse(const char *text, uint8_t *ret_bytes, size_t max, size_t *ret_length) {
    const char *at = text;
    size_t length = 0;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) at += 2;
    while (*at != '\0') {
        if (length > 0 && *at == ':') at++;
        int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);
        if (low < 0 || length == max) return false;
        ret_bytes[length++] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *ret_length = length;
    return length > 0;
}

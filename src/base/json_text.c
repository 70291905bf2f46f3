/* json_text: see json_text.h. */
#include "base/json_text.h"

#include "base/utf8.h"

#include <string.h>

static char *put(char *at, const void *bytes, size_t length) {
    memcpy(at, bytes, length);
    return at + length;
}

char *json_put_escaped(char *at, const uint8_t *bytes, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length;) {
        uint8_t b = bytes[i];
        size_t n = utf8_sequence(bytes + i, length - i);
        if (n == 0) {
            at = put(at, "\\ufffd", 6);
            n = 1;
        } else if (b == '"' || b == '\\') {
            *at++ = '\\';
            *at++ = (char)b;
        } else if (b == '\n' || b == '\r' || b == '\t') {
            *at++ = '\\';
            *at++ = b == '\n' ? 'n' : b == '\r' ? 'r' : 't';
        } else if (b < 0x20 || b == 0x7f) {
            at = put(at, "\\u00", 4);
            *at++ = digits[b >> 4];
            *at++ = digits[b & 15];
        } else {
            at = put(at, bytes + i, n);
        }
        i += n;
    }
    return at;
}

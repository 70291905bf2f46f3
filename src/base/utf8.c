/*
 * utf8: RFC 3629's table of well-formed sequences, as ranges of the second byte. Overlong forms and
 * surrogates are out; so are the C1 controls, which some terminals obey.
 */
#include "base/utf8.h"

#include <string.h>

size_t utf8_sequence(const uint8_t *bytes, size_t length) {
    uint8_t b = bytes[0];
    if (b < 0x80) return 1;
    size_t want = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
    if (b < 0xc2 || b > 0xf4 || length < want) return 0;
    for (size_t i = 1; i < want; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    }
    uint8_t second = bytes[1];
    if (b == 0xc2 && second < 0xa0) return 0;  /* U+0080..9F: C1 controls */
    if (b == 0xe0 && second < 0xa0) return 0;  /* overlong */
    if (b == 0xed && second > 0x9f) return 0;  /* surrogates */
    if (b == 0xf0 && second < 0x90) return 0;  /* overlong */
    if (b == 0xf4 && second > 0x8f) return 0;  /* above U+10FFFF */
    return want;
}

bool utf8_is_valid(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t n = utf8_sequence(bytes + i, length - i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

size_t utf8_mark(const char *text, size_t length) {
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool utf16_is_marked(const char *text, size_t length) {
    return length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

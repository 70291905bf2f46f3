/* glob: see glob.h. */
#include "base/glob.h"

#include <stdint.h>

bool glob_matches(const char *pattern, const void *text, size_t length) {
    const uint8_t *bytes = text;
    const char *star = NULL;
    size_t at = 0, star_at = 0;
    while (at < length || *pattern == '*') {
        if (*pattern == '*') {
            star = ++pattern;
            star_at = at;
            continue;
        }
        const char *literal = *pattern == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;
        bool is_any = *pattern == '?';
        if (*pattern != '\0' && (is_any || (uint8_t)*literal == bytes[at])) {
            pattern = literal + 1;
            at++;
        } else if (star != NULL) {
            pattern = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    return *pattern == '\0';
}

bool glob_is_pattern(const char *pattern) {
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '*' || *pattern == '?') return true;
        if (*pattern == '\\' && pattern[1] != '\0') pattern++;
    }
    return false;
}

void glob_escape(const char *text, char *to) {
    for (; *text != '\0'; text++) {
        if (*text == '*' || *text == '?' || *text == '\\') *to++ = '\\';
        *to++ = *text;
    }
    *to = '\0';
}

void glob_unescape(const char *pattern, char *to) {
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '\\' && pattern[1] != '\0') pattern++;
        *to++ = *pattern;
    }
    *to = '\0';
}

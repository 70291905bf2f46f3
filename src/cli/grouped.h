/* grouped: numbers for people: with commas between thousands, and words that follow them. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { GROUPED_TEXT = 32 };

/* 1234567 as "1,234,567"; returns @text. */
static inline const char *grouped(uint64_t number, char text[static GROUPED_TEXT]) {
    char digits[GROUPED_TEXT];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

/* "", or "s" behind a word of which there are @count. */
static inline const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

/*
 * duration: a decimal number and a unit, in integers: 0.1s is exactly 100 ms.
 */
#include "conf/duration.h"

#include <stdio.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t ns;
};

static const struct unit units[] = {
    { "us", 1000u },
    { "ms", 1000000u },
    { "s", 1000000000u },
    { "", 1000000000u },
    { "m", 60 * (uint64_t)1000000000u },
    { "h", 3600 * (uint64_t)1000000000u },
    { "d", 86400 * (uint64_t)1000000000u },
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* One number with its unit, up to *ret_end: the end, or the next number. */
static bool part_parse(const char *text, const char **ret_end, const struct unit **ret_unit,
                       uint64_t *ret_ns) {
    const char *at = text, *fraction = NULL;
    uint64_t whole = 0, ns;
    for (; is_digit(*at); at++) {
        whole = whole * 10 + (uint64_t)(*at - '0');
        if (whole > DURATION_MAX_NS) return false;
    }
    if (at == text) return false;
    if (*at == '.') {
        fraction = ++at;
        if (!is_digit(*at)) return false;
        while (is_digit(*at)) at++;
    }
    size_t length = strcspn(at, "0123456789");
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strlen(units[i].name) != length || strncmp(at, units[i].name, length) != 0) continue;
        if (__builtin_mul_overflow(whole, units[i].ns, &ns) || ns > DURATION_MAX_NS) return false;
        uint64_t scale = units[i].ns;
        for (; fraction != NULL && is_digit(*fraction) && scale > 0; fraction++) {
            /*
             * Of a day a tenth is whole in nanoseconds down to the ninth digit; what is cut off is
             * below that.
             */
            scale /= 10;
            ns += (uint64_t)(*fraction - '0') * scale;
        }
        *ret_end = at + length;
        *ret_unit = &units[i];
        *ret_ns = ns;
        return true;
    }
    return false;
}

bool duration_parse(const char *text, uint64_t *ret_ns) {
    uint64_t all = 0, ns, before = UINT64_MAX;
    for (const char *at = text; at == text || *at != '\0';) {
        const struct unit *unit;
        if (!part_parse(at, &at, &unit, &ns)) return false;
        /* 1m30s: from the largest unit down, and each with its name. */
        bool has_name = unit->name[0] != '\0';
        if (unit->ns >= before || (!has_name && before != UINT64_MAX)) return false;
        before = unit->ns;
        all += ns;
        if (all > DURATION_MAX_NS || (!has_name && *at != '\0')) return false;
    }
    if (all == 0) return false;
    *ret_ns = all;
    return true;
}

size_t duration_format(uint64_t ns, char text[static DURATION_TEXT_MAX]) {
    static const struct unit shown[] = {
        { "d", 86400 * (uint64_t)1000000000u }, { "h", 3600 * (uint64_t)1000000000u },
        { "m", 60 * (uint64_t)1000000000u },    { "s", 1000000000u },
        { "ms", 1000000u },                     { "us", 1000u },
    };
    size_t i = 0;
    while (i < 5 && (ns < shown[i].ns || (i < 3 && ns % shown[i].ns != 0))) i++;
    uint64_t whole = ns / shown[i].ns, rest = ns % shown[i].ns * 1000 / shown[i].ns;
    int n;
    if (rest == 0) {
        n = snprintf(text, DURATION_TEXT_MAX, "%llu%s", (unsigned long long)whole, shown[i].name);
    } else {
        char decimals[8];
        (void)snprintf(decimals, sizeof(decimals), "%03u", (unsigned)rest);
        for (size_t k = 2; k > 0 && decimals[k] == '0'; k--) decimals[k] = '\0';
        n = snprintf(text, DURATION_TEXT_MAX, "%llu.%s%s", (unsigned long long)whole, decimals,
                     shown[i].name);
    }
    return (size_t)n;
}

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number) {
    if (!is_digit(*text)) return false;
    uint64_t n = 0;
    for (; is_digit(*text); text++) {
        n = n * 10 + (uint64_t)(*text - '0');
        if (n > max) return false;
    }
    if (*text != '\0' || n < min) return false;
    *ret_number = n;
    return true;
}

static const char size_letters[] = "KMGT";

bool size_parse(const char *text, uint64_t min, uint64_t max, uint64_t *ret_bytes) {
    const char *at = text;
    uint64_t bytes = 0;
    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(bytes, 10, &bytes) ||
            __builtin_add_overflow(bytes, (uint64_t)(*at - '0'), &bytes))
            return false;
    }
    if (at == text) return false;
    const char *letter = *at == '\0' ? NULL : strchr(size_letters, *at == 'k' ? 'K' : *at);
    if (letter != NULL) {
        uint64_t scale = (uint64_t)1 << 10 * (letter - size_letters + 1);
        if (__builtin_mul_overflow(bytes, scale, &bytes)) return false;
        at++;
    }
    if (*at == 'B') at++;
    if (*at != '\0' || bytes < min || bytes > max) return false;
    *ret_bytes = bytes;
    return true;
}

const char *size_format(uint64_t bytes, char text[static SIZE_TEXT_MAX]) {
    size_t unit = 0;
    for (; bytes != 0 && bytes % 1024 == 0 && unit < sizeof(size_letters) - 1; unit++)
        bytes /= 1024;
    const char letter[2] = { unit > 0 ? size_letters[unit - 1] : '\0' };
    (void)snprintf(text, SIZE_TEXT_MAX, "%llu%s", (unsigned long long)bytes, letter);
    return text;
}

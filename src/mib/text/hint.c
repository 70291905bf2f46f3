/*
 * hint: a hint is read again for every value: it is a few characters long, and what it says is used
 * at once.
 *
 * Both directions go over the specifications with the same cursor, so that they cannot disagree on
 * what a hint means. Each step consumes an octet, a character, or a specification that is not the
 * last one; so each ends whatever the hint.
 */
#include "mib/text/hint.h"
#include "base/utf8.h"

#include <stdlib.h>

enum { LENGTH_MAX = 65535 };

struct spec {
    uint32_t length;
    char format;               /* x, d, o, a, t */
    char separator, terminator;   /* NUL: none */
    bool repeats;
    bool is_last;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The specification at *at; false when it is none. */
static bool spec_next(const char **at, struct spec *ret_spec) {
    const char *p = *at;
    struct spec s = { .repeats = *p == '*' };
    if (s.repeats) p++;
    bool has_length = is_digit(*p);
    for (; is_digit(*p); p++) {
        s.length = s.length * 10 + (uint32_t)(*p - '0');
        if (s.length > LENGTH_MAX) s.length = LENGTH_MAX;
    }
    if (!has_length) s.length = 1;
    s.format = *p;
    if (*p == '\0' || strchr("xdoat", *p) == NULL) return false;
    p++;
    if (*p != '\0' && !is_digit(*p) && *p != '*') s.separator = *p++;
    if (*p != '\0' && !is_digit(*p) && *p != '*') s.terminator = *p++;
    if ((s.separator != 0 && (s.separator < ' ' || s.separator > '~')) ||
        (s.terminator != 0 && (s.terminator < ' ' || s.terminator > '~'))) return false;
    s.is_last = *p == '\0';
    *at = p;
    *ret_spec = s;
    return true;
}

static bool spec_is_text(const struct spec *s) {
    return s->format == 'a' || s->format == 't';
}

/* The last specification; false when any is bad. */
static bool spec_last(const char *hint, struct spec *ret_spec) {
    do {
        if (!spec_next(&hint, ret_spec)) return false;
    } while (!ret_spec->is_last);
    return true;
}

bool hint_is_good(const char *hint) {
    struct spec s;
    return spec_last(hint, &s);
}

bool hint_is_text(const char *hint) {
    struct spec s;
    return spec_last(hint, &s) && spec_is_text(&s) && s.length > 0;
}

bool hint_fits(const char *hint, size_t length) {
    if (strcmp(hint, "2d-1d-1d,1d:1d:1d.1d,1a1d:1d") == 0) return length == 8 || length == 11;
    struct spec s = { .length = 0 };
    size_t at = 0;
    do {
        if (!spec_next(&hint, &s)) return false;
        if (s.repeats) return true;
        at += s.length;
    } while (!s.is_last);
    if (at > length) return false;
    return at == length || (s.length > 0 && (length - at) % s.length == 0);
}

/* As Net-SNMP writes a text with a NUL in it. */
static void put_ascii(struct put *out, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        bool is_shown = (bytes[i] >= ' ' && bytes[i] <= '~') || bytes[i] == '\t' ||
                        bytes[i] == '\r' || bytes[i] == '\n';
        if (bytes[i] == '\\' || bytes[i] == '"') put_char(out, '\\');
        put_char(out, is_shown ? (char)bytes[i] : '.');
    }
}

/* How many octets from the first on are ASCII that is printable, or a tab or line break. */
static size_t plain_run(const uint8_t *bytes, size_t length) {
    size_t n = 0;
    for (; n < length; n++) {
        uint8_t c = bytes[n];
        if ((c < ' ' || c > '~') && c != '\t' && c != '\r' && c != '\n') break;
    }
    return n;
}

bool hint_put_printable(struct put *out, const uint8_t *bytes, size_t length, unsigned how) {
    size_t mark = out->length;
    if ((how & HINT_DOTS) != 0 && length > 0 && memchr(bytes, 0, length) != NULL) {
        put_ascii(out, bytes, length);
        return true;
    }
    for (size_t i = 0; i < length;) {
        size_t n = plain_run(bytes + i, length - i);
        if (n == 0 && bytes[i] >= 0x80) n = utf8_sequence(bytes + i, length - i);
        if (n > 0) {
            put_bytes(out, bytes + i, n);
            i += n;
        } else if ((how & HINT_DOTS) != 0) {
            put_char(out, '.');
            i++;
        } else {
            out->length = mark;
            return false;
        }
    }
    return true;
}

static void put_digits(struct put *out, uint64_t n, unsigned base) {
    char digits[64], *at = digits + sizeof(digits);
    do *--at = "0123456789abcdef"[n % base];
    while ((n /= base) != 0);
    put_bytes(out, at, (size_t)(digits + sizeof(digits) - at));
}

/* One application of a specification to octets; false when they do not go through it. */
static bool put_number(struct put *out, const struct spec *s, const uint8_t *bytes, size_t length,
                       unsigned how) {
    /* A run of octets without anything between them would not be readable without both digits. */
    bool is_run = s->is_last && s->separator == 0;
    if (s->format == 'x' && s->length == 1 && ((how & HINT_TWO_DIGITS) != 0 || is_run)) {
        put_hex(out, bytes[0]);
        return true;
    }
    while (length > 1 && bytes[0] == 0) {
        bytes++;
        length--;
    }
    if (length > sizeof(uint64_t)) {
        if (s->format != 'x') return false;
        put_digits(out, bytes[0], 16);
        for (size_t i = 1; i < length; i++) put_hex(out, bytes[i]);
        return true;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < length; i++) n = n << 8 | bytes[i];
    put_digits(out, n, s->format == 'x' ? 16 : s->format == 'd' ? 10 : 8);
    return true;
}

/* How many octets of @length a text takes: whole characters, where it holds any. */
static size_t text_extent(const struct spec *s, const uint8_t *bytes, size_t length) {
    if (length <= s->length) return length;
    size_t n = s->length;
    if (s->format == 't') {
        while (n > 0 && (bytes[n] & 0xc0) == 0x80) n--;
    }
    return n > 0 ? n : s->length;
}

static bool put_spec(struct put *out, const struct spec *s, const uint8_t **bytes, size_t *length,
                     unsigned how) {
    size_t n = *length < s->length ? *length : s->length;
    if (spec_is_text(s)) {
        n = text_extent(s, *bytes, *length);
        if (!hint_put_printable(out, *bytes, n, how)) return false;
    } else if (n > 0 && !put_number(out, s, *bytes, n, how)) {
        return false;
    }
    *bytes += n;
    *length -= n;
    return true;
}

static bool put_specs(struct put *out, const char *hint, const uint8_t *bytes, size_t length,
                      unsigned how) {
    struct spec s = { .is_last = false };
    while (length > 0) {
        if (!s.is_last && !spec_next(&hint, &s)) return false;
        size_t left = length;
        uint32_t repeat = 1;
        if (s.repeats) {
            repeat = *bytes++;
            length--;
        }
        if (s.length == 0 && repeat > 1) repeat = 1;
        for (; repeat > 0 && (length > 0 || s.length == 0); repeat--) {
            if (!put_spec(out, &s, &bytes, &length, how)) return false;
            /* RFC 2579: a terminator stands in the last separator's place; nothing ends a text. */
            bool is_last = s.repeats && repeat == 1 && s.terminator != 0;
            if (s.separator != 0 && length > 0 && !is_last) put_char(out, s.separator);
        }
        if (s.terminator != 0 && length > 0) put_char(out, s.terminator);
        if (s.is_last && left == length) return false;
    }
    return true;
}

bool hint_put_octets(struct put *out, const char *hint, const uint8_t *bytes, size_t length,
                     unsigned how) {
    size_t mark = out->length;
    if (hint_is_good(hint) && put_specs(out, hint, bytes, length, how)) return true;
    out->length = mark;
    return false;
}

/* "d-2": 2; -1 when the hint is none of integers. */
static int integer_shift(const char *hint) {
    if (hint[0] == '\0' || strchr("dxob", hint[0]) == NULL) return -1;
    if (hint[1] == '\0') return 0;
    if (hint[0] != 'd' || hint[1] != '-' || !is_digit(hint[2])) return -1;
    char *end;
    unsigned long shift = strtoul(hint + 2, &end, 10);
    return *end == '\0' && shift <= 32 ? (int)shift : -1;
}

bool hint_put_integer(struct put *out, const char *hint, bool is_negative, uint64_t magnitude) {
    int shift = integer_shift(hint);
    if (shift < 0) return false;
    if (is_negative) put_char(out, '-');
    if (hint[0] != 'd') {
        put_digits(out, magnitude, hint[0] == 'x' ? 16 : hint[0] == 'o' ? 8 : 2);
        return true;
    }
    char digits[64];
    struct put number = PUT_INIT(digits, sizeof(digits));
    put_digits(&number, magnitude, 10);
    size_t length = number.length;
    if (shift == 0) {
        put_bytes(out, digits, length);
        return true;
    }
    size_t whole = length > (size_t)shift ? length - (size_t)shift : 0;
    if (whole > 0) put_bytes(out, digits, whole);
    else put_char(out, '0');
    put_char(out, '.');
    for (size_t i = length - whole; i < (size_t)shift; i++) put_char(out, '0');
    put_bytes(out, digits + whole, length - whole);
    return true;
}

static int digit_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

/* The digits at *text, at most @max, as @length octets; false: none, or too large. */
static bool parse_number(const char **text, int base, size_t max, uint8_t *bytes, size_t length) {
    memset(bytes, 0, length);
    const char *p = *text;
    for (; digit_value(*p) < base && (size_t)(p - *text) < max; p++) {
        unsigned carry = (unsigned)digit_value(*p);
        for (size_t i = length; i-- > 0;) {
            carry += (unsigned)base * bytes[i];
            bytes[i] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry != 0) return false;
    }
    bool has_any = p != *text;
    *text = p;
    return has_any;
}

/* One application: how many octets, or -1. */
static int parse_spec(const struct spec *s, const char **text, uint8_t *bytes, size_t room) {
    if (s->length == 0) return 0;
    if (spec_is_text(s)) {
        size_t n = 0;
        const char *p = *text;
        while (p[n] != '\0' && n < s->length && (s->separator == 0 || p[n] != s->separator)) n++;
        if (n > room) return -1;
        memcpy(bytes, p, n);
        *text += n;
        return (int)n;
    }
    if (s->length > room) return -1;
    int base = s->format == 'x' ? 16 : s->format == 'd' ? 10 : 8;
    size_t max = s->format == 'x' && s->separator == 0 ? 2 * s->length : SIZE_MAX;
    return parse_number(text, base, max, bytes, s->length) ? (int)s->length : -1;
}

/* All applications of one specification and what follows them; how many octets, or -1. */
static int parse_group(const struct spec *s, const char **text, uint8_t *bytes, size_t room) {
    size_t length = 0, count = 0;
    if (s->repeats) {
        if (room == 0) return -1;
        length = 1;
    }
    bool is_none = s->repeats && s->terminator != 0 && **text == s->terminator;
    while (!is_none) {
        int n = parse_spec(s, text, bytes + length, room - length);
        if (n < 0) return -1;
        length += (size_t)n;
        count++;
        if (**text == '\0') break;
        bool ends = s->repeats && s->terminator != 0 && **text == s->terminator;
        if (s->separator != 0 && !ends) {
            if (**text != s->separator) return -1;
            (*text)++;
        }
        if (!s->repeats || ends || count > UINT8_MAX || s->length == 0) break;
    }
    if (s->terminator != 0 && **text != '\0') {
        if (**text != s->terminator) return -1;
        (*text)++;
    }
    if (s->repeats) {
        if (count > UINT8_MAX) return -1;
        bytes[0] = (uint8_t)count;
    }
    return (int)length;
}

int hint_parse_octets(const char *hint, const char *text, uint8_t *ret_bytes, size_t size) {
    if (!hint_is_good(hint)) return -1;
    if (size > LENGTH_MAX) size = LENGTH_MAX;
    struct spec s = { .is_last = false };
    size_t length = 0;
    while (*text != '\0') {
        const char *before = text;
        bool was_last = s.is_last;
        if (!was_last && !spec_next(&hint, &s)) return -1;
        int n = parse_group(&s, &text, ret_bytes + length, size - length);
        if (n < 0 || (was_last && text == before)) return -1;
        length += (size_t)n;
    }
    return (int)length;
}

/* Digits of @base with a point @shift digits from their end, which may be left out. */
static bool parse_shifted(const char *text, unsigned base, int shift, uint64_t *ret_magnitude) {
    uint64_t n = 0;
    int behind = -1;   /* digits behind the point; -1: no point yet */
    bool has_any = false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && behind < 0 && shift > 0) {
            behind = 0;
            continue;
        }
        int digit = digit_value(*text);
        if (digit >= (int)base || behind == shift) return false;
        if (__builtin_mul_overflow(n, (uint64_t)base, &n)) return false;
        if (__builtin_add_overflow(n, (uint64_t)digit, &n)) return false;
        has_any = true;
        if (behind >= 0) behind++;
    }
    for (int i = behind < 0 ? 0 : behind; i < shift; i++) {
        if (__builtin_mul_overflow(n, (uint64_t)base, &n)) return false;
    }
    *ret_magnitude = n;
    return has_any;
}

bool hint_parse_integer(const char *hint, const char *text, int64_t *ret_integer) {
    int shift = integer_shift(hint);
    if (shift < 0) return false;
    bool is_negative = *text == '-';
    if (is_negative) text++;
    unsigned base = hint[0] == 'd' ? 10 : hint[0] == 'x' ? 16 : hint[0] == 'o' ? 8 : 2;
    if (base == 16 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) text += 2;
    uint64_t magnitude;
    if (!parse_shifted(text, base, shift, &magnitude)) return false;
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0)) return false;
    *ret_integer = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

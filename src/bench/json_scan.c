/* json_scan: see json_scan.h. */
#include "bench/json_scan.h"

#include "base/utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 400 };

void json_scan_init(struct json_scan *s, const char *name, const char *text, size_t length) {
    *s = (struct json_scan){ .name = name, .text = (const uint8_t *)text };
    s->at = s->text + utf8_mark(text, length);
    s->end = s->text + length;
}

bool json_fail(struct json_scan *s, const uint8_t *where, const char *format, ...) {
    if (s->failed) return false;
    s->failed = true;
    size_t line = 1, column = 1;
    for (const uint8_t *at = s->text; at < where; at++) {
        if (*at == '\n') {
            line++;
            column = 1;
        } else if ((*at & 0xc0) != 0x80) {
            column++;
        }
    }
    int length = snprintf(s->error, sizeof(s->error), "%.160s:%zu:%zu: ", s->name, line, column);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(s->error + length, sizeof(s->error) - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_blank(uint8_t b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
}

const uint8_t *json_here(struct json_scan *s) {
    while (s->at < s->end && is_blank(*s->at)) s->at++;
    return s->at;
}

static bool expected(struct json_scan *s, const char *what) {
    const uint8_t *at = json_here(s);
    if (at == s->end) return json_fail(s, at, "expected %s, found the end of the file", what);
    if (*at > 0x20 && *at < 0x7f)
        return json_fail(s, at, "expected %s, found the character '%c'", what, *at);
    return json_fail(s, at, "expected %s, found the byte 0x%02x", what, *at);
}

enum json_kind json_kind(struct json_scan *s) {
    const uint8_t *at = json_here(s);
    if (s->failed || at == s->end) return JSON_NONE;
    switch (*at) {
    case '{': return JSON_OBJECT;
    case '[': return JSON_ARRAY;
    case '"': return JSON_TEXT;
    case 't':
    case 'f': return JSON_BOOL;
    case 'n': return JSON_NULL;
    default: return *at == '-' || (*at >= '0' && *at <= '9') ? JSON_NUMBER : JSON_NONE;
    }
}

/* A byte of the grammar, if it is ahead. */
static bool take(struct json_scan *s, char byte) {
    if (json_here(s) == s->end || *s->at != (uint8_t)byte) return false;
    s->at++;
    return true;
}

static bool take_word(struct json_scan *s, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(s->end - json_here(s)) < length || memcmp(s->at, word, length) != 0) return false;
    s->at += length;
    s->is_first = false;
    return true;
}

bool json_enter(struct json_scan *s, enum json_kind kind) {
    if (s->failed) return false;
    bool is_object = kind == JSON_OBJECT;
    if (!take(s, is_object ? '{' : '[')) return expected(s, is_object ? "an object" : "an array");
    s->is_first = true;
    return true;
}

/* Is there one more in the object or array? Passes its end, or the comma. */
static bool next(struct json_scan *s, char end, const char *what) {
    if (s->failed) return false;
    if (take(s, end)) {
        s->is_first = false;
        return false;
    }
    if (!s->is_first && !take(s, ',')) return expected(s, what);
    s->is_first = false;
    return true;
}

bool json_next_element(struct json_scan *s) {
    return next(s, ']', "',' or ']'");
}

static size_t put_code_point(uint32_t code, char bytes[static 4]) {
    if (code < 0x80) {
        bytes[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = length; i-- > 1; code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[length] | code);
    return length;
}

/* Four hexadecimal digits. */
static bool take_hex(struct json_scan *s, uint32_t *ret_unit) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        if (s->at == s->end) return false;
        uint8_t b = *s->at;
        uint8_t lower = (uint8_t)(b | 0x20);
        if (b >= '0' && b <= '9') unit = unit << 4 | (uint32_t)(b - '0');
        else if (lower >= 'a' && lower <= 'f') unit = unit << 4 | (uint32_t)(lower - 'a' + 10);
        else return false;
    }
    *ret_unit = unit;
    return true;
}

/* What stands behind "\u". */
static bool take_unicode(struct json_scan *s, const uint8_t *where, uint32_t *ret_code) {
    uint32_t code, low;
    if (!take_hex(s, &code)) return json_fail(s, where, "\\u needs four hexadecimal digits");
    if (code >= 0xd800 && code < 0xe000) {
        bool is_pair = code < 0xdc00 && s->end - s->at >= 6 && s->at[0] == '\\' && s->at[1] == 'u';
        if (is_pair) s->at += 2;
        if (!is_pair || !take_hex(s, &low) || low < 0xdc00 || low >= 0xe000)
            return json_fail(s, where, "half of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code == 0) return json_fail(s, where, "a text must not contain a NUL");
    *ret_code = code;
    return true;
}

/* One escape; its bytes go to @bytes. 0: an error. */
static size_t take_escape(struct json_scan *s, char bytes[static 4]) {
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const uint8_t *where = s->at++;
    const char *found = s->at < s->end && *s->at != '\0' ? strchr(names, *s->at) : NULL;
    if (found != NULL) {
        s->at++;
        bytes[0] = meant[found - names];
        return 1;
    }
    uint32_t code = 0;
    if (s->at == s->end || *s->at != 'u') {
        (void)json_fail(s, where, "a backslash must be followed by one of \" \\ / b f n r t u");
        return 0;
    }
    s->at++;
    return take_unicode(s, where, &code) ? put_code_point(code, bytes) : 0;
}

/* One character of a text, as 1 to 4 bytes. 0: an error. */
static size_t take_character(struct json_scan *s, char bytes[static 4]) {
    if (*s->at == '\\') return take_escape(s, bytes);
    if (*s->at < 0x20) {
        (void)json_fail(s, s->at, "the control character 0x%02x in a text must be escaped", *s->at);
        return 0;
    }
    size_t length = utf8_sequence(s->at, (size_t)(s->end - s->at));
    if (length == 0) {
        (void)json_fail(s, s->at, "the byte 0x%02x is not UTF-8", *s->at);
        return 0;
    }
    memcpy(bytes, s->at, length);
    s->at += length;
    return length;
}

/*
 * A text; what fits goes to @room (of @size, with a NUL), whole characters only. *ret_length is
 * that of all.
 */
static bool take_text(struct json_scan *s, char *room, size_t size, size_t *ret_length) {
    if (s->failed) return false;
    const uint8_t *start = json_here(s);
    if (!take(s, '"')) return expected(s, "a text in double quotes");
    size_t length = 0, kept = 0;
    while (s->at < s->end && *s->at != '"') {
        char bytes[4];
        size_t n = take_character(s, bytes);
        if (n == 0) return false;
        if (kept == length && length + n < size) {
            memcpy(room + kept, bytes, n);
            kept += n;
        }
        length += n;
    }
    if (s->at == s->end) return json_fail(s, start, "the text that begins here does not end");
    s->at++;
    s->is_first = false;
    if (size > 0) room[kept] = '\0';
    *ret_length = length;
    return true;
}

bool json_next_member(struct json_scan *s, char key[static JSON_KEY_MAX]) {
    size_t length;
    if (!next(s, '}', "',' or '}'") || !take_text(s, key, JSON_KEY_MAX, &length)) return false;
    return take(s, ':') || expected(s, "':'");
}

/* How many of the bytes ahead are a number by the grammar; 0: none. */
static size_t number_length(const uint8_t *at, const uint8_t *end, bool *ret_is_whole) {
    const uint8_t *start = at;
    *ret_is_whole = true;
    if (at < end && *at == '-') at++;
    const uint8_t *digits = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    if (at == digits || (*digits == '0' && at - digits > 1)) return 0;
    if (at < end && *at == '.') {
        *ret_is_whole = false;
        for (digits = ++at; at < end && *at >= '0' && *at <= '9';) at++;
        if (at == digits) return 0;
    }
    if (at < end && (*at | 0x20) == 'e') {
        *ret_is_whole = false;
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        for (digits = at; at < end && *at >= '0' && *at <= '9';) at++;
        if (at == digits) return 0;
    }
    return (size_t)(at - start);
}

/* A number as a text of its own. */
static bool take_number(struct json_scan *s, char text[static NUMBER_MAX], bool *ret_is_whole) {
    if (json_kind(s) != JSON_NUMBER) return !s->failed && expected(s, "a number");
    size_t length = number_length(s->at, s->end, ret_is_whole);
    if (length == 0) return json_fail(s, s->at, "a number that is not written as JSON has it");
    if (length >= NUMBER_MAX) return json_fail(s, s->at, "a number of more than 399 characters");
    memcpy(text, s->at, length);
    text[length] = '\0';
    s->at += length;
    s->is_first = false;
    return true;
}

bool json_unsigned(struct json_scan *s, uint64_t most, uint64_t *ret_value) {
    char text[NUMBER_MAX];
    bool is_whole, fits;
    const uint8_t *where = json_here(s);
    if (!take_number(s, text, &is_whole)) return false;
    uint64_t value = 0;
    if (is_whole && text[0] != '-') {
        fits = strlen(text) <= 20;
        unsigned __int128 exact = 0;
        for (const char *c = text; fits && *c != '\0'; c++)
            exact = exact * 10 + (unsigned)(*c - '0');
        fits = fits && exact <= UINT64_MAX;
        value = (uint64_t)exact;
    } else {
        double real = strtod(text, NULL);
        fits = real >= 0 && real < 0x1p64 && floor(real) == real;
        if (fits) value = (uint64_t)real;
    }
    if (!fits || value > most)
        return json_fail(s, where, "expected a whole number from 0 to %llu, found %.40s",
                         (unsigned long long)most, text);
    *ret_value = value;
    return true;
}

bool json_signed(struct json_scan *s, int64_t *ret_value) {
    char text[NUMBER_MAX];
    bool is_whole;
    const uint8_t *where = json_here(s);
    if (!take_number(s, text, &is_whole)) return false;
    double real = strtod(text, NULL);
    if (!(real >= -0x1p63 && real < 0x1p63) || floor(real) != real)
        return json_fail(s, where, "expected a whole number of 64 bits, found %.40s", text);
    *ret_value = is_whole ? (int64_t)strtoll(text, NULL, 10) : (int64_t)real;
    return true;
}

bool json_real(struct json_scan *s, double *ret_value) {
    char text[NUMBER_MAX];
    bool is_whole;
    if (json_kind(s) == JSON_NULL && take_word(s, "null")) {
        *ret_value = NAN;
        return true;
    }
    const uint8_t *where = json_here(s);
    if (!take_number(s, text, &is_whole)) return false;
    double real = strtod(text, NULL);
    if (!isfinite(real)) return json_fail(s, where, "a number that is too large: %.40s", text);
    *ret_value = real;
    return true;
}

bool json_bool(struct json_scan *s, bool *ret_value) {
    if (s->failed) return false;
    bool is_true = take_word(s, "true");
    if (!is_true && !take_word(s, "false")) return expected(s, "true or false");
    *ret_value = is_true;
    return true;
}

bool json_text(struct json_scan *s, size_t length_max, char **ret_text) {
    if (json_kind(s) == JSON_NULL && take_word(s, "null")) {
        *ret_text = NULL;
        return true;
    }
    const uint8_t *where = json_here(s);
    struct json_scan measured = *s;
    size_t length;
    if (!take_text(&measured, NULL, 0, &length)) {
        *s = measured;
        return false;
    }
    if (length > length_max)
        return json_fail(s, where, "a text of more than %zu bytes", length_max);
    char *text = malloc(length + 1);
    if (text == NULL) return json_fail(s, where, "there is no memory for a text");
    (void)take_text(s, text, length + 1, &length);
    *ret_text = text;
    return true;
}

static bool skip_plain(struct json_scan *s) {
    char number[NUMBER_MAX];
    bool is_whole;
    size_t length;
    switch (json_kind(s)) {
    case JSON_TEXT: return take_text(s, NULL, 0, &length);
    case JSON_NUMBER: return take_number(s, number, &is_whole);
    case JSON_BOOL: return json_bool(s, &is_whole);
    case JSON_NULL: return take_word(s, "null") || expected(s, "null");
    default: return !s->failed && expected(s, "a value");
    }
}

bool json_skip(struct json_scan *s) {
    enum json_kind open[JSON_DEPTH_MAX];
    size_t depth = 0;
    char key[JSON_KEY_MAX];
    do {
        /* Here a value is ahead. */
        enum json_kind kind = json_kind(s);
        if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
            if (depth == JSON_DEPTH_MAX)
                return json_fail(s, s->at, "values are nested more than %d deep", JSON_DEPTH_MAX);
            open[depth++] = kind;
            (void)json_enter(s, kind);
        } else if (!skip_plain(s)) {
            return false;
        }
        while (depth > 0 && !(open[depth - 1] == JSON_OBJECT ? json_next_member(s, key)
                                                             : json_next_element(s)))
            depth--;
    } while (depth > 0 && !s->failed);
    return !s->failed;
}

bool json_finish(struct json_scan *s) {
    if (!s->failed && json_here(s) != s->end) (void)expected(s, "the end of the file");
    return !s->failed;
}

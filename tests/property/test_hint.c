/*
 * Random hints on random octets: nothing loops or writes beyond its buffer, what is written is
 * printable, and where a hint leaves no doubt the way back gives the same octets again.
 */
#include "base/utf8.h"
#include "mib/text/hint.h"
#include "seed.h"
#include "snmpfleet/syntax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { ROUNDS = 60000, OCTETS_MAX = 40, TEXT_MAX = 4096 };

static uint64_t random_state;

static uint64_t random_next(void) {
    random_state += 0x9e3779b97f4a7c15;
    uint64_t x = random_state;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static uint32_t random_below(uint32_t limit) {
    return (uint32_t)(random_next() % limit);
}

/* Anything made of what hints are made of. */
static void any_hint(char hint[static 32]) {
    static const char letters[] = "0123456789*xdoatb:.-/|%[] \x01\xc3\xbc";
    size_t length = random_below(12);
    for (size_t i = 0; i < length; i++) hint[i] = letters[random_below(sizeof(letters) - 1)];
    hint[length] = '\0';
}

/* Specifications of numbers with a separator each, so that a text can be taken apart again. */
static void clear_hint(char hint[static 32]) {
    static const char formats[] = "xdo", separators[] = ":./|%-";
    size_t at = 0;
    for (uint32_t i = 1 + random_below(4); i > 0; i--) {
        bool repeats = random_below(4) == 0;
        if (repeats) hint[at++] = '*';
        hint[at++] = (char)('1' + random_below(4));
        hint[at++] = formats[random_below(3)];
        hint[at++] = separators[random_below(6)];
        if (repeats) hint[at++] = ';';
    }
    hint[at] = '\0';
}

static size_t any_octets(uint8_t octets[static OCTETS_MAX]) {
    size_t length = random_below(OCTETS_MAX);
    uint32_t range = random_below(2) == 0 ? 256 : 5;
    for (size_t i = 0; i < length; i++) octets[i] = (uint8_t)random_below(range);
    return length;
}

static void assert_printable(const char *text, const char *hint) {
    for (const char *c = text; *c != '\0'; c++) {
        bool is_good = (*c & 0x80) != 0 || *c >= ' ' || *c == '\t' || *c == '\r' || *c == '\n';
        if (!is_good || *c == 0x7f) fail_msg("hint %s let %02x out", hint, (unsigned char)*c);
    }
    assert_true(utf8_is_valid((const uint8_t *)text, strlen(text)));
}

static void any_hint_ends_within_its_buffer(void **state) {
    (void)state;
    random_state = seed_of_run();
    for (int round = 0; round < ROUNDS; round++) {
        char hint[32], text[TEXT_MAX], cut[64];
        uint8_t octets[OCTETS_MAX];
        any_hint(hint);
        size_t length = any_octets(octets);
        unsigned how = random_below(2) == 0 ? 0 : HINT_TWO_DIGITS;
        struct put out = PUT_INIT(text, sizeof(text));
        bool is_good = hint_put_octets(&out, hint, octets, length, how);
        (void)put_end(&out);
        if (is_good && out.length < sizeof(text)) assert_printable(text, hint);
        if (!is_good) assert_int_equal(out.length, 0);

        size_t size = random_below(sizeof(cut));
        memset(cut, '#', sizeof(cut));
        struct put small = PUT_INIT(cut, size);
        assert_int_equal(hint_put_octets(&small, hint, octets, length, how), is_good);
        (void)put_end(&small);
        assert_int_equal(small.length, out.length);
        for (size_t i = size; i < sizeof(cut); i++) assert_int_equal(cut[i], '#');

        uint8_t again[OCTETS_MAX];
        int count = hint_parse_octets(hint, text, again, sizeof(again));
        assert_true(count >= -1 && count <= OCTETS_MAX);
        (void)hint_fits(hint, length);
        (void)hint_is_text(hint);
    }
}

static void a_clear_hint_gives_the_same_octets_again(void **state) {
    (void)state;
    random_state = seed_of_run() + 1;
    int compared = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char hint[32], text[TEXT_MAX];
        uint8_t octets[OCTETS_MAX], again[2 * OCTETS_MAX];
        clear_hint(hint);
        size_t length = any_octets(octets);
        struct put out = PUT_INIT(text, sizeof(text));
        if (!hint_put_octets(&out, hint, octets, length, 0)) continue;
        (void)put_end(&out);
        /* Octets that end within a specification, or a count that is not kept, read as others. */
        int count = hint_parse_octets(hint, text, again, sizeof(again));
        if (strchr(hint, '*') != NULL || !hint_fits(hint, length)) continue;
        if (count != (int)length || memcmp(octets, again, length) != 0)
            fail_msg("hint %s: %s gave %d octets of %zu", hint, text, count, length);
        compared++;
    }
    assert_true(compared > ROUNDS / 20);
}

static void integers_come_back(void **state) {
    (void)state;
    random_state = seed_of_run() + 2;
    static const char *const hints[] = { "d", "d-1", "d-2", "d-9", "d-20", "x", "o", "b" };
    for (int round = 0; round < ROUNDS; round++) {
        int64_t n = (int64_t)(random_next() >> random_below(64)), again;
        if (random_below(2) == 0) n = -n;
        const char *hint = hints[random_below(8)];
        char text[128];
        struct put out = PUT_INIT(text, sizeof(text));
        assert_true(hint_put_integer(&out, hint, n < 0, n < 0 ? 0 - (uint64_t)n : (uint64_t)n));
        (void)put_end(&out);
        if (!hint_parse_integer(hint, text, &again) || again != n) fail_msg("%s: %s", hint, text);
    }
}

static void values_of_any_syntax_come_back(void **state) {
    (void)state;
    random_state = seed_of_run() + 3;
    static const struct fleet_named_number names[] = { { 0, "a" }, { 3, "b" }, { 9, "c" } };
    static const struct fleet_syntax syntaxes[] = {
        { .hint = "1x:", .type = FLEET_OCTET_STRING },
        { .hint = "255t", .type = FLEET_OCTET_STRING },
        { .names = names, .name_count = 3, .type = FLEET_OCTET_STRING, .is_bits = true },
        { .type = FLEET_OCTET_STRING },
    };
    for (int round = 0; round < ROUNDS; round++) {
        const struct fleet_syntax *syntax = &syntaxes[random_below(4)];
        enum fleet_as as = (enum fleet_as)random_below(FLEET_AS_COUNT);
        uint8_t octets[OCTETS_MAX], scratch[2 * OCTETS_MAX];
        size_t length = any_octets(octets);
        /* Bits behind the last one that is set are not told by names. */
        if (syntax->is_bits && length > 0) octets[length - 1] |= 1;
        const struct fleet_value value = { .type = FLEET_OCTET_STRING, .length = (uint32_t)length,
                                           .bytes = octets };
        char text[TEXT_MAX];
        size_t whole = fleet_value_text(&value, syntax, as, text, sizeof(text));
        assert_true(whole < sizeof(text));
        assert_printable(text, syntax->hint != NULL ? syntax->hint : "");
        struct fleet_value again;
        /* Text of octets with a shape, addresses and the like are other spellings. */
        bool is_same_way = as == FLEET_AS_AUTO || as == FLEET_AS_HEX ||
                           (as == FLEET_AS_HINT && !syntax->is_bits) ||
                           (syntax->is_bits && (as == FLEET_AS_ENUM || as == FLEET_AS_BOTH));
        if (!is_same_way) continue;
        int r = fleet_value_parse(text, syntax, scratch, sizeof(scratch), &again);
        /* NULs at the end of text are no part of it. */
        bool is_text = r == 0 && again.length == whole && memcmp(again.bytes, text, whole) == 0;
        while (is_text && length > again.length && octets[length - 1] == 0) length--;
        if (r != 0 || again.length != length || memcmp(again.bytes, octets, length) != 0)
            fail_msg("as %d: \"%s\" gave %d, %u octets of %zu", (int)as, text, r, again.length,
                     length);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_hint_ends_within_its_buffer),
        cmocka_unit_test(a_clear_hint_gives_the_same_octets_again),
        cmocka_unit_test(integers_come_back),
        cmocka_unit_test(values_of_any_syntax_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

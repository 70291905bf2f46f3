/*
 * Random OIDs beside a naive model: arrays of numbers. Parsing and formatting go through sprintf
 * and the numbers here, comparison through a loop over them.
 */
#include "wire/ber.h"
#include "wire/oid.h"
#include "seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

enum { ROUNDS = 20000 };

struct model {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t count;
};

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

/* A number of any width, often just at a border between two widths of its encoding. */
static uint32_t random_subid(void) {
    unsigned bits = random_below(33);
    if (random_below(3) == 0) return (uint32_t)((UINT64_C(1) << bits) - random_below(2));
    return (uint32_t)(random_next() & ((UINT64_C(1) << bits) - 1));
}

static struct model model_random(void) {
    uint32_t longest = random_below(8) == 0 ? FLEET_OID_SUBIDS_MAX : 15;
    struct model m = { .count = 2 + random_below(longest - 1) };
    m.numbers[0] = random_below(3);
    m.numbers[1] = m.numbers[0] < 2 ? random_below(40) : random_subid();
    if (m.numbers[1] > UINT32_MAX - 80) m.numbers[1] = UINT32_MAX - 80;
    for (size_t i = 2; i < m.count; i++) m.numbers[i] = random_subid();
    return m;
}

/* Like @m but for one place, or shorter, or the same. */
static struct model model_near(struct model m) {
    switch (random_below(4)) {
    case 0:
        m.count = 2 + random_below((uint32_t)m.count - 1);
        break;
    case 1:
        if (m.count > 2) m.numbers[2 + random_below((uint32_t)m.count - 2)] = random_subid();
        break;
    case 2:
        if (m.count < FLEET_OID_SUBIDS_MAX) m.numbers[m.count++] = random_subid();
        break;
    default:
        break;
    }
    return m;
}

static int model_compare(const struct model *a, const struct model *b) {
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->numbers[i] != b->numbers[i]) return a->numbers[i] < b->numbers[i] ? -1 : 1;
    return (a->count > b->count) - (a->count < b->count);
}

static size_t model_format(const struct model *m, char *text) {
    size_t length = 0;
    for (size_t i = 0; i < m->count; i++)
        length += (size_t)sprintf(text + length, "%s%u", i > 0 ? "." : "", m->numbers[i]);
    return length;
}

static struct span model_encode(const struct model *m, uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    int length = oid_from_numbers(m->numbers, m->count, bytes);
    assert_true(length > 0);
    return span_of(bytes, (size_t)length);
}

/* The same OID, some sub-identifiers with redundant 80 in front. */
static struct span model_encode_padded(const struct model *m,
                                       uint8_t bytes[static 2 * FLEET_OID_BYTES_MAX]) {
    size_t length = 0;
    for (size_t i = 1; i < m->count; i++) {
        for (uint32_t pad = random_below(3); pad > 0; pad--) bytes[length++] = 0x80;
        uint32_t first = m->numbers[0] * 40 + m->numbers[1];
        length += oid_write_subid(i == 1 ? first : m->numbers[i], bytes + length);
    }
    return span_of(bytes, length);
}

static int sign(int number) {
    return (number > 0) - (number < 0);
}

static void order_is_that_of_the_numbers(void **state) {
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct model a = model_random(), b = random_below(4) == 0 ? model_random() : model_near(a);
        uint8_t a_bytes[FLEET_OID_BYTES_MAX], b_bytes[FLEET_OID_BYTES_MAX];
        struct span a_oid = model_encode(&a, a_bytes), b_oid = model_encode(&b, b_bytes);
        assert_int_equal(sign(oid_compare(a_oid, b_oid)), model_compare(&a, &b));
        assert_int_equal(sign(oid_compare(b_oid, a_oid)), model_compare(&b, &a));
    }
}

static void order_does_not_see_padding(void **state) {
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct model a = model_random(), b = model_near(a);
        uint8_t a_bytes[2 * FLEET_OID_BYTES_MAX], b_bytes[2 * FLEET_OID_BYTES_MAX];
        struct span a_oid = model_encode_padded(&a, a_bytes);
        struct span b_oid = model_encode_padded(&b, b_bytes);
        assert_int_equal(sign(oid_compare(a_oid, b_oid)), model_compare(&a, &b));
    }
}

static void padding_is_taken_out(void **state) {
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct model m = model_random();
        uint8_t minimal[FLEET_OID_BYTES_MAX], padded[2 * FLEET_OID_BYTES_MAX];
        struct span expected = model_encode(&m, minimal), oid = model_encode_padded(&m, padded);
        if (oid.length > FLEET_OID_BYTES_MAX) continue;
        for (int reading = 0; reading < 2; reading++) {
            struct ber_reader r = { 0 };
            assert_true(span_equal(ber_oid(&r, oid), expected));
            assert_int_equal(r.lenient, oid.length > expected.length ? BER_LENIENT_OID : 0);
        }
    }
}

static void text_and_numbers_come_back(void **state) {
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct model m = model_random();
        uint8_t bytes[FLEET_OID_BYTES_MAX], parsed[FLEET_OID_BYTES_MAX];
        struct span oid = model_encode(&m, bytes);
        assert_true(ber_oid_is_valid(oid));
        assert_int_equal(oid_count(oid), m.count - 1);

        char expected[FLEET_OID_TEXT_MAX + 1], text[FLEET_OID_TEXT_MAX];
        size_t length = model_format(&m, expected);
        assert_int_equal(oid_format(oid, text), length);
        assert_memory_equal(text, expected, length);
        assert_int_equal(oid_parse(span_of(text, length), parsed), oid.length);
        assert_memory_equal(parsed, bytes, oid.length);

        uint32_t numbers[FLEET_OID_SUBIDS_MAX];
        assert_int_equal(oid_to_numbers(oid, numbers, FLEET_OID_SUBIDS_MAX), m.count);
        assert_memory_equal(numbers, m.numbers, m.count * sizeof(numbers[0]));
    }
}

/* What X.690 section 8.19 says, an octet at a time; the decoder looks at eight. */
static bool model_is_valid(struct span contents, bool *ret_padded) {
    size_t count = 0;
    uint64_t subid = 0;
    bool starts = true;
    *ret_padded = false;
    for (size_t i = 0; i < contents.length; i++) {
        uint8_t octet = contents.bytes[i];
        if (starts && octet == 0x80) *ret_padded = true;
        subid = (starts ? 0 : subid << 7) | (octet & 0x7f);
        if (subid > UINT32_MAX) return false;
        starts = (octet & 0x80) == 0;
        count += starts;
    }
    return starts && count <= FLEET_OID_SUBIDS_MAX - 1 && contents.length <= FLEET_OID_BYTES_MAX;
}

static void validity_is_that_of_the_plain_rule(void **state) {
    (void)state;
    size_t valid = 0;
    for (int i = 0; i < 10 * ROUNDS; i++) {
        uint8_t bytes[200];
        size_t length = 1 + random_below(random_below(8) == 0 ? sizeof(bytes) : 20);
        uint32_t rarity = 1 + random_below(20);
        for (size_t k = 0; k < length; k++) {
            bytes[k] = (uint8_t)random_next() & 0x7f;
            if (random_below(rarity) > 0) continue;
            bytes[k] = (uint8_t)(random_below(6) == 0 ? 0x80 : bytes[k] | 0x80);
        }
        struct span contents = span_of(bytes, length);
        bool padded, expected = model_is_valid(contents, &padded);
        struct ber_reader r = { 0 };
        struct span oid = ber_oid(&r, contents);
        assert_int_equal(ber_oid_is_valid(contents), expected);
        assert_int_equal(r.error, expected ? BER_OK : BER_BAD_OID);
        if (!expected || !padded) assert_ptr_equal(oid.bytes, expected ? bytes : NULL);
        if (expected) assert_ptr_equal(oid.bytes + oid.length, bytes + length);
        if (expected) assert_int_equal(r.lenient, padded ? BER_LENIENT_OID : 0);
        valid += expected;
    }
    assert_true(valid > ROUNDS);
}

int main(void) {
    random_state = seed_of_run();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_that_of_the_numbers),
        cmocka_unit_test(order_does_not_see_padding),
        cmocka_unit_test(padding_is_taken_out),
        cmocka_unit_test(text_and_numbers_come_back),
        cmocka_unit_test(validity_is_that_of_the_plain_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

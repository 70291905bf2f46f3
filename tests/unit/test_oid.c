#include "wire/ber.h"
#include "wire/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct span parse(const char *text, uint8_t bytes[static FLEET_OID_BYTES_MAX]) {
    int length = oid_parse(span_text(text), bytes);
    assert_true(length >= 0);
    return span_of(bytes, (size_t)length);
}

static void assert_refused(const char *text) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    assert_int_equal(oid_parse(span_text(text), bytes), -1);
}

static void assert_encoding(const char *text, const char *bytes, size_t length) {
    uint8_t parsed[FLEET_OID_BYTES_MAX];
    struct span oid = parse(text, parsed);
    assert_int_equal(oid.length, length);
    assert_memory_equal(oid.bytes, bytes, length);
    char again[FLEET_OID_TEXT_MAX];
    size_t again_length = oid_format(oid, again);
    if (text[0] == '.') text++;
    assert_int_equal(again_length, strlen(text));
    assert_memory_equal(again, text, again_length);
}

static void numeric_text_becomes_contents_and_text_again(void **state) {
    (void)state;
    assert_encoding("1.3.6.1.2.1.1.3.0", "\x2b\x06\x01\x02\x01\x01\x03\x00", 8);
    assert_encoding(".1.3.6.1.4.1.2021", "\x2b\x06\x01\x04\x01\x8f\x65", 7);
    assert_encoding("0.0", "\x00", 1);
    assert_encoding("0.39", "\x27", 1);
    assert_encoding("1.0", "\x28", 1);
    assert_encoding("1.39", "\x4f", 1);
    assert_encoding("2.0", "\x50", 1);
    assert_encoding("2.999.3", "\x88\x37\x03", 3);
    assert_encoding("1.3.127.128.16383.16384", "\x2b\x7f\x81\x00\xff\x7f\x81\x80\x00", 9);
    assert_encoding("1.3.4294967295", "\x2b\x8f\xff\xff\xff\x7f", 6);
    assert_encoding("2.4294967215", "\x8f\xff\xff\xff\x7f", 5);
}

static void text_that_is_no_oid_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "1", "2", "0", ".1", "3.1", "0.40", "1.40", "1.3.", "1..3", "..1.3", "1.3.x", "iso.3",
        " 1.3", "1.3 ", "1.-3", "1.+3", "1.3.4294967296", "1.3.99999999999999999999999999",
        "2.4294967216", "1.3.0x10", "..",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) assert_refused(texts[i]);
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    assert_int_equal(oid_parse(span_of("1.3\0.6", 6), bytes), -1);
}

static void empty_text_is_the_empty_oid(void **state) {
    (void)state;
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    char text[FLEET_OID_TEXT_MAX];
    assert_int_equal(oid_parse(SPAN_NULL, bytes), 0);
    assert_int_equal(oid_parse(span_text(""), bytes), 0);
    assert_int_equal(oid_parse(span_text("."), bytes), 0);
    assert_int_equal(oid_format(SPAN_NULL, text), 0);
    assert_int_equal(oid_format_suffix(SPAN_NULL, text), 0);
    assert_int_equal(oid_count(SPAN_NULL), 0);
    assert_int_equal(oid_to_numbers(SPAN_NULL, NULL, 0), 0);
}

static void the_longest_oid_has_128_subidentifiers(void **state) {
    (void)state;
    char text[2 * FLEET_OID_TEXT_MAX] = "2.4294967215";
    for (int i = 2; i < FLEET_OID_SUBIDS_MAX; i++) strcat(text, ".4294967295");
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    struct span oid = parse(text, bytes);
    assert_int_equal(oid.length, 5 * (FLEET_OID_SUBIDS_MAX - 1));
    assert_int_equal(oid_count(oid), FLEET_OID_SUBIDS_MAX - 1);
    assert_true(ber_oid_is_valid(oid));
    char again[FLEET_OID_TEXT_MAX];
    assert_int_equal(oid_format(oid, again), strlen(text));
    assert_memory_equal(again, text, strlen(text));
    uint32_t numbers[FLEET_OID_SUBIDS_MAX + 1] = { 0 };
    assert_int_equal(oid_to_numbers(oid, numbers, FLEET_OID_SUBIDS_MAX + 1), FLEET_OID_SUBIDS_MAX);

    strcat(text, ".1");
    assert_refused(text);
    assert_int_equal(oid_from_numbers(numbers, FLEET_OID_SUBIDS_MAX + 1, bytes), -1);
}

static void numbers_are_cut_at_the_given_maximum(void **state) {
    (void)state;
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    struct span oid = parse("1.3.6.1", bytes);
    uint32_t numbers[4] = { 9, 9, 9, 9 };
    assert_int_equal(oid_to_numbers(oid, numbers, 3), 3);
    assert_int_equal(numbers[2], 6);
    assert_int_equal(numbers[3], 9);
    assert_int_equal(oid_to_numbers(oid, numbers, 1), 1);
    assert_int_equal(oid_to_numbers(oid, numbers, 0), 0);
}

static void order_is_numeric_and_a_prefix_comes_first(void **state) {
    (void)state;
    static const char *const ascending[] = {
        "", "0.0", "0.39", "1.0", "1.3", "1.3.6", "1.3.6.1", "1.3.6.1.127", "1.3.6.1.127.5",
        "1.3.6.1.128", "1.3.6.1.128.0", "1.3.6.1.255", "1.3.6.1.256", "1.3.6.1.16383",
        "1.3.6.1.16384", "1.3.6.1.4294967295", "1.3.6.2", "1.3.7", "2.0", "2.47", "2.48", "2.999",
    };
    size_t count = sizeof(ascending) / sizeof(ascending[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            uint8_t a[FLEET_OID_BYTES_MAX], b[FLEET_OID_BYTES_MAX];
            int order = oid_compare(parse(ascending[i], a), parse(ascending[k], b));
            if (i == k) assert_int_equal(order, 0);
            else assert_true(i < k ? order < 0 : order > 0);
        }
    }
}

static void a_padded_subidentifier_equals_a_plain_one(void **state) {
    (void)state;
    struct span padded = span_of("\x2b\x80\x80\x06\x80\x01", 6), plain = span_of("\x2b\x06\x01", 3);
    assert_int_equal(oid_compare(padded, plain), 0);
    assert_int_equal(oid_compare(plain, padded), 0);
    assert_true(oid_compare(padded, span_of("\x2b\x06\x02", 3)) < 0);
    assert_true(oid_compare(padded, span_of("\x2b\x06", 2)) > 0);
}

static void a_subtree_may_be_a_single_arc(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint8_t first;
        size_t length, prefix_length;
    } cases[] = {
        { "", 0x00, 1, 0 },   { ".", 0x00, 1, 0 }, { "0", 0x00, 1, 0 },
        { "1", 0x28, 1, 0 },  { ".1", 0x28, 1, 0 }, { "2", 0x50, 1, 0 },
        { ".1.3", 0x2b, 1, 1 }, { "1.3.6.1", 0x2b, 3, 3 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t bytes[FLEET_OID_BYTES_MAX];
        size_t prefix_length = 99;
        int length = oid_parse_subtree(span_text(cases[i].text), bytes, &prefix_length);
        assert_int_equal(length, cases[i].length);
        assert_int_equal(bytes[0], cases[i].first);
        assert_int_equal(prefix_length, cases[i].prefix_length);
    }
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t prefix_length = 99;
    assert_int_equal(oid_parse_subtree(span_text("3"), bytes, &prefix_length), -1);
    assert_int_equal(oid_parse_subtree(span_text("1."), bytes, &prefix_length), -1);
    assert_int_equal(oid_parse_subtree(span_text("x"), bytes, &prefix_length), -1);
    assert_int_equal(prefix_length, 99);
}

static void a_suffix_is_formatted_without_splitting_its_first_octet(void **state) {
    (void)state;
    char text[FLEET_OID_TEXT_MAX];
    size_t length = oid_format_suffix(span_of("\x2b\x81\x00\x05", 4), text);
    assert_int_equal(length, strlen("43.128.5"));
    assert_memory_equal(text, "43.128.5", length);
}

static void subidentifiers_are_written_in_as_many_octets_as_they_need(void **state) {
    (void)state;
    static const uint32_t subids[] = { 0,       127,     128,       16383,     16384,
                                       2097151, 2097152, 268435455, 268435456, UINT32_MAX };
    for (size_t i = 0; i < sizeof(subids) / sizeof(subids[0]); i++) {
        uint8_t bytes[5];
        size_t length = oid_write_subid(subids[i], bytes);
        assert_int_equal(length, i / 2 + 1);
        const uint8_t *at = bytes;
        assert_int_equal(oid_next_subid(&at), subids[i]);
        assert_ptr_equal(at, bytes + length);
    }
}

static void expect_numbers(const char *text, const uint32_t *expected, size_t count) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    struct span oid = parse(text, bytes);
    assert_int_equal(fleet_oid_numbers(oid.bytes, oid.length, numbers), count);
    assert_memory_equal(numbers, expected, count * sizeof(*numbers));
    uint8_t again[FLEET_OID_BYTES_MAX];
    assert_int_equal(fleet_oid_bytes(numbers, count, again), oid.length);
    assert_memory_equal(again, bytes, oid.length);
}

static void programs_that_embed_the_library_get_numbers_from_contents_and_back(void **state) {
    (void)state;
    expect_numbers("1.3.6.1.2.1.1.3.0", (uint32_t[]){ 1, 3, 6, 1, 2, 1, 1, 3, 0 }, 9);
    expect_numbers("2.999.4294967295", (uint32_t[]){ 2, 999, UINT32_MAX }, 3);
    expect_numbers("0.0", (uint32_t[]){ 0, 0 }, 2);
}

static void what_is_no_oid_has_neither_numbers_nor_contents(void **state) {
    (void)state;
    uint32_t numbers[FLEET_OID_SUBIDS_MAX + 1] = { 1, 40 };
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    assert_int_equal(fleet_oid_numbers((const uint8_t *)"", 0, numbers), 0);
    assert_int_equal(fleet_oid_numbers((const uint8_t *)"\x2b\x86", 2, numbers), 0);
    assert_int_equal(fleet_oid_numbers((const uint8_t *)"\x2b\xff\xff\xff\xff\x7f", 6, numbers), 0);
    numbers[0] = 1;
    numbers[1] = 40;
    assert_int_equal(fleet_oid_bytes(numbers, 2, bytes), 0);
    numbers[0] = 3;
    assert_int_equal(fleet_oid_bytes(numbers, 1, bytes), 0);
    numbers[0] = 1;
    numbers[1] = 3;
    assert_int_equal(fleet_oid_bytes(numbers, FLEET_OID_SUBIDS_MAX + 1, bytes), 0);
    assert_true(fleet_oid_bytes(numbers, FLEET_OID_SUBIDS_MAX, bytes) > 0);
}

static void an_oid_of_less_than_two_numbers_is_made_up_with_zeros(void **state) {
    (void)state;
    const uint32_t one[] = { 1 };
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    assert_int_equal(fleet_oid_bytes(one, 1, bytes), 1);
    assert_int_equal(bytes[0], 40);
    assert_int_equal(fleet_oid_bytes(one, 0, bytes), 1);
    assert_int_equal(bytes[0], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_embed_the_library_get_numbers_from_contents_and_back),
        cmocka_unit_test(what_is_no_oid_has_neither_numbers_nor_contents),
        cmocka_unit_test(an_oid_of_less_than_two_numbers_is_made_up_with_zeros),
        cmocka_unit_test(numeric_text_becomes_contents_and_text_again),
        cmocka_unit_test(text_that_is_no_oid_is_refused),
        cmocka_unit_test(empty_text_is_the_empty_oid),
        cmocka_unit_test(the_longest_oid_has_128_subidentifiers),
        cmocka_unit_test(numbers_are_cut_at_the_given_maximum),
        cmocka_unit_test(order_is_numeric_and_a_prefix_comes_first),
        cmocka_unit_test(a_padded_subidentifier_equals_a_plain_one),
        cmocka_unit_test(a_subtree_may_be_a_single_arc),
        cmocka_unit_test(a_suffix_is_formatted_without_splitting_its_first_octet),
        cmocka_unit_test(subidentifiers_are_written_in_as_many_octets_as_they_need),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_json_scan: what JSON is taken, and what is said, and where, of what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json_scan.h"

static struct json_scan scan_of(const char *text) {
    struct json_scan s;
    json_scan_init(&s, "f", text, strlen(text));
    return s;
}

static void values_of_every_kind_are_read(void **state) {
    (void)state;
    struct json_scan s = scan_of("\xef\xbb\xbf {\"n\":18446744073709551615, \"i\" : -5,\"e\":1.5e3,"
                                 "\"r\":-0.25,\"none\":null,\"b\":true,\"t\":\"a\\u00e9\\ud83d\\udc22"
                                 "\\n\\/\",\"l\":[1,[],{\"x\":[{}]}],\"last\":false}\n");
    char key[JSON_KEY_MAX], *text = NULL;
    uint64_t n = 0, e = 0;
    int64_t i = 0;
    double real = 0, none = 0;
    bool b = false, last = true;
    assert_true(json_enter(&s, JSON_OBJECT));
    while (json_next_member(&s, key)) {
        if (strcmp(key, "n") == 0) assert_true(json_unsigned(&s, UINT64_MAX, &n));
        else if (strcmp(key, "i") == 0) assert_true(json_signed(&s, &i));
        else if (strcmp(key, "e") == 0) assert_true(json_unsigned(&s, 1500, &e));
        else if (strcmp(key, "r") == 0) assert_true(json_real(&s, &real));
        else if (strcmp(key, "none") == 0) assert_true(json_real(&s, &none));
        else if (strcmp(key, "b") == 0) assert_true(json_bool(&s, &b));
        else if (strcmp(key, "t") == 0) assert_true(json_text(&s, 100, &text));
        else if (strcmp(key, "last") == 0) assert_true(json_bool(&s, &last));
        else assert_true(json_skip(&s));
    }
    assert_true(json_finish(&s));
    assert_true(n == UINT64_MAX && i == -5 && e == 1500 && real == -0.25 && isnan(none));
    assert_true(b && !last);
    assert_string_equal(text, "a\xc3\xa9\xf0\x9f\x90\xa2\n/");
    free(text);
}

static void what_is_no_json_is_told_with_its_place(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        { "", "f:1:1: expected a value, found the end of the file" },
        { "{\"a\":1,\n \"b\" 2}", "f:2:6: expected ':', found the character '2'" },
        { "[1,]", "f:1:4: expected a value, found the character ']'" },
        { "[1 2]", "f:1:4: expected ',' or ']', found the character '2'" },
        { "{\"a\":1,}", "f:1:8: expected a text in double quotes, found the character '}'" },
        { "{,}", "f:1:2: expected a text in double quotes, found the character ','" },
        { "[1]]", "f:1:4: expected the end of the file, found the character ']'" },
        { "[01]", "f:1:2: a number that is not written as JSON has it" },
        { "[1.]", "f:1:2: a number that is not written as JSON has it" },
        { "[-]", "f:1:2: a number that is not written as JSON has it" },
        { "[1e+]", "f:1:2: a number that is not written as JSON has it" },
        { "[+1]", "f:1:2: expected a value, found the character '+'" },
        { "[nul]", "f:1:2: expected null, found the character 'n'" },
        { "[tru]", "f:1:2: expected true or false, found the character 't'" },
        { "\"abc", "f:1:1: the text that begins here does not end" },
        { "\"\xc3\xa9\\x\"", "f:1:3: a backslash must be followed by one of \" \\ / b f n r t u" },
        { "\"\\u12g4\"", "f:1:2: \\u needs four hexadecimal digits" },
        { "\"\\u0000\"", "f:1:2: a text must not contain a NUL" },
        { "\"\\ud800\"", "f:1:2: half of a surrogate pair" },
        { "\"\\ud800\\u0041\"", "f:1:2: half of a surrogate pair" },
        { "\"\\udc00\\ud800\"", "f:1:2: half of a surrogate pair" },
        { "\"a\tb\"", "f:1:3: the control character 0x09 in a text must be escaped" },
        { "\"a\xff\"", "f:1:3: the byte 0xff is not UTF-8" },
        { "\x01", "f:1:1: expected a value, found the byte 0x01" },
        { "'a'", "f:1:1: expected a value, found the character '''" },
        { "[1] # comment", "f:1:5: expected the end of the file, found the character '#'" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json_scan s = scan_of(cases[i][0]);
        (void)json_skip(&s);
        assert_false(json_finish(&s));
        assert_string_equal(s.error, cases[i][1]);
        assert_false(json_skip(&s));  /* and it stays so */
        assert_int_equal(json_kind(&s), JSON_NONE);
    }
}

static void nesting_has_an_end(void **state) {
    (void)state;
    char deep[4 * JSON_DEPTH_MAX] = "";
    memset(deep, '[', JSON_DEPTH_MAX);
    memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    struct json_scan s = scan_of(deep);
    assert_true(json_skip(&s) && json_finish(&s));
    memset(deep, '[', JSON_DEPTH_MAX + 1);
    s = scan_of(deep);
    assert_false(json_skip(&s));
    assert_string_equal(s.error, "f:1:65: values are nested more than 64 deep");
}

static void numbers_outside_of_their_range_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "18446744073709551616", "-1", "1.5", "1e30", "-0.1", "99999999999999999999999999",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct json_scan s = scan_of(texts[i]);
        uint64_t value = 7;
        assert_false(json_unsigned(&s, UINT64_MAX, &value));
        assert_int_equal(value, 7);
        assert_non_null(strstr(s.error, "expected a whole number from 0 to 18446744073709551615"));
    }
    struct json_scan s = scan_of("[1e999]");
    double real;
    assert_true(json_enter(&s, JSON_ARRAY) && json_next_element(&s));
    assert_false(json_real(&s, &real));
    assert_string_equal(s.error, "f:1:2: a number that is too large: 1e999");
    int64_t whole;
    s = scan_of("9223372036854775808");
    assert_false(json_signed(&s, &whole));
    s = scan_of("-9223372036854775808");
    assert_true(json_signed(&s, &whole) && whole == INT64_MIN);
}

static void long_texts_and_keys_are_bounded(void **state) {
    (void)state;
    char *text = NULL;
    struct json_scan s = scan_of("\"12345\"");
    assert_false(json_text(&s, 4, &text));
    assert_string_equal(s.error, "f:1:1: a text of more than 4 bytes");
    assert_null(text);
    char object[300] = "{\"", key[JSON_KEY_MAX];
    memset(object + 2, 'k', 200);
    memcpy(object + 202, "\":0}", 5);
    s = scan_of(object);
    assert_true(json_enter(&s, JSON_OBJECT) && json_next_member(&s, key));
    assert_int_equal(strlen(key), JSON_KEY_MAX - 1);
    assert_true(json_skip(&s) && !json_next_member(&s, key) && json_finish(&s));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_kind_are_read),
        cmocka_unit_test(what_is_no_json_is_told_with_its_place),
        cmocka_unit_test(nesting_has_an_end),
        cmocka_unit_test(numbers_outside_of_their_range_are_refused),
        cmocka_unit_test(long_texts_and_keys_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

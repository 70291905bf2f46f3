#include "mib/text/hint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void assert_octets_how(const char *hint, const char *bytes, size_t length, unsigned how,
                              const char *expected) {
    char text[256];
    struct put out = PUT_INIT(text, sizeof(text));
    bool is_good = hint_put_octets(&out, hint, (const uint8_t *)bytes, length, how);
    (void)put_end(&out);
    if (expected == NULL) {
        assert_false(is_good);
        assert_int_equal(out.length, 0);
        return;
    }
    if (!is_good) fail_msg("hint %s refused", hint);
    assert_string_equal(text, expected);
}

#define assert_octets(hint, bytes, expected) \
    assert_octets_how(hint, bytes, sizeof(bytes) - 1, 0, expected)

static void octets_are_written_by_their_hint(void **state) {
    (void)state;
    assert_octets("1x:", "\x00\x1b\x2c\x03\x04\x05", "0:1b:2c:3:4:5");
    assert_octets("1x:", "", "");
    assert_octets("1x", "\xaa\x01\xbb", "aa01bb");
    assert_octets("2x:", "\x20\x01\x0d\xb8\x00\x00", "2001:db8:0");
    assert_octets("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "\x07\xdb\x01\x02\x03\x04\x05\x06+\x01\x00",
                  "2011-1-2,3:4:5.6,+1:0");
    assert_octets("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "\x07\xdb\x01\x02\x03\x04\x05\x06",
                  "2011-1-2,3:4:5.6");
    assert_octets("1d.1d.1d.1d", "\xc0\x00\x02\x01", "192.0.2.1");
    assert_octets("1d.1d.1d.1d%4d", "\xc0\x00\x02\x01\x00\x00\x00\x07", "192.0.2.1%7");
    assert_octets("1d.1d.1d.1d:2d", "\xc0\x00\x02\x01\x00\xa1", "192.0.2.1:161");
    assert_octets("255a", "plain text", "plain text");
    assert_octets("255t", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
    assert_octets("1a", "abc", "abc");
    assert_octets("1o ", "\x08\xff\x01", "10 377 1");
    assert_octets("4d", "\xff\xff\xff\xff", "4294967295");
    assert_octets("8d", "\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615");
    assert_octets("16x", "\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x09", "10203040506070809");
}

static void the_last_specification_takes_what_is_left(void **state) {
    (void)state;
    assert_octets("1d-2x:", "\x05\x12\x34\x56\x78\x9a", "5-1234:5678:9a");
    assert_octets("2d.1d", "\x01\x00\x02\x03", "256.23");
}

static void a_repeat_takes_its_count_from_an_octet(void **state) {
    (void)state;
    assert_octets("*1x:/1x:", "\x03\xaa\xbb\xcc\x01\x02", "aa:bb:cc/1:2");
    assert_octets("*1x:/1x:", "\x03\xaa", "aa");
    assert_octets("*1d.;", "\x02\x01\x02\x01\x09", "1.2;9");
    assert_octets("*1d.;", "\x00\x02\x01\x02", ";1.2");
}

static void a_length_of_zero_writes_only_what_separates(void **state) {
    (void)state;
    static const char address[] =
        "\xfe\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\xa1";
    assert_octets("0a[2x:2x:2x:2x:2x:2x:2x:2x%4d0a]:2d", address, "[fe80:0:0:0:0:0:0:1%2]:161");
    /* Nothing but such specifications never gets through the octets. */
    assert_octets("0a[", "abc", NULL);
    assert_octets("0x", "abc", NULL);
    assert_octets("*0a.", "abc", "..");
}

static void both_digits_are_written_where_asked(void **state) {
    (void)state;
    assert_octets_how("1x:", "\x00\x1b\x02", 3, HINT_TWO_DIGITS, "00:1b:02");
    assert_octets_how("2x:", "\x00\x1b\x00\x02", 4, HINT_TWO_DIGITS, "1b:2");
}

static void what_is_no_hint_is_refused(void **state) {
    (void)state;
    static const char *const hints[] = { "", "1", "*", "1q:", "1x\n", "1x:\x80", "abc1", "-" };
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        assert_octets_how(hints[i], "abc", 3, 0, NULL);
        assert_false(hint_is_good(hints[i]));
        assert_false(hint_is_text(hints[i]));
        assert_false(hint_fits(hints[i], 1));
    }
    assert_octets("x-", "\x01\x02", "1-2");
    assert_octets("9d", "\1\2\3\4\5\6\7\x8\x9", NULL);
    assert_octets("99999999999999999999x", "\x01\x02", "102");
}

static void what_is_not_printable_is_never_written_as_it_is(void **state) {
    (void)state;
    assert_octets("255a", "a\x1b[2J", NULL);
    assert_octets("255a", "\xff\xfe", NULL);
    assert_octets("255t", "\xc2\x9b", NULL);
    assert_octets_how("255a", "a\x1b[2J\xff", 6, HINT_DOTS, "a.[2J.");
    assert_octets("255a", "two\r\n\tlines", "two\r\n\tlines");
    assert_octets("1d1a", "\x05\x00", NULL);
}

static void text_is_cut_between_characters(void **state) {
    (void)state;
    assert_octets("4t|", "abc\xc3\xbc" "d", "abc|\xc3\xbc" "d");
    assert_octets("1t", "\xc3\xbc", NULL);
}

static void what_hints_are_for_is_known(void **state) {
    (void)state;
    assert_true(hint_is_text("255a"));
    assert_true(hint_is_text("255t"));
    assert_true(hint_is_text("1a"));
    assert_false(hint_is_text("1x:"));
    assert_false(hint_is_text("2d-1d-1d,1d:1d:1d.1d,1a1d:1d"));
    assert_false(hint_is_text("0a[2d"));
    assert_true(hint_fits("1x:", 0) == false);
    assert_true(hint_fits("1x:", 6));
    assert_true(hint_fits("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", 8));
    assert_true(hint_fits("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", 11));
    for (size_t n = 0; n < 20; n++) {
        if (n != 8 && n != 11) assert_false(hint_fits("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", n));
    }
    assert_true(hint_fits("1d.1d.1d.1d", 4));
    assert_false(hint_fits("1d.1d.1d.1d", 3));
    assert_false(hint_fits("2x:", 3));
}

static void assert_integer(const char *hint, int64_t n, const char *expected) {
    char text[128];
    struct put out = PUT_INIT(text, sizeof(text));
    bool is_good = hint_put_integer(&out, hint, n < 0, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
    (void)put_end(&out);
    assert_int_equal(is_good, expected != NULL);
    assert_string_equal(text, expected != NULL ? expected : "");
    int64_t again;
    if (expected != NULL && !hint_parse_integer(hint, text, &again)) fail_msg("%s: %s", hint, text);
    if (expected != NULL) assert_int_equal(again, n);
}

static void integers_are_written_by_their_hint_and_read_again(void **state) {
    (void)state;
    assert_integer("d", 0, "0");
    assert_integer("d", -17, "-17");
    assert_integer("d-2", 1234, "12.34");
    assert_integer("d-2", 5, "0.05");
    assert_integer("d-2", -5, "-0.05");
    assert_integer("d-2", 100, "1.00");
    assert_integer("d-2", 12, "0.12");
    assert_integer("d-1", INT64_MIN, "-922337203685477580.8");
    assert_integer("x", 255, "ff");
    assert_integer("x", -255, "-ff");
    assert_integer("o", 8, "10");
    assert_integer("b", 5, "101");
    assert_integer("b", INT64_MAX,
                   "111111111111111111111111111111111111111111111111111111111111111");
    assert_integer("q", 1, NULL);
    assert_integer("", 1, NULL);
    assert_integer("d-", 1, NULL);
    assert_integer("d-x", 1, NULL);
    assert_integer("d-33", 1, NULL);
    assert_integer("d-99999999999999999999", 1, NULL);
    assert_integer("1x:", 1, NULL);
}

static void integers_are_read_as_people_write_them(void **state) {
    (void)state;
    int64_t n;
    assert_true(hint_parse_integer("d-2", "12", &n) && n == 1200);
    assert_true(hint_parse_integer("d-2", "12.3", &n) && n == 1230);
    assert_true(hint_parse_integer("x", "0xFF", &n) && n == 255);
    static const char *const bad[] = { "", "-", ".", "12.345", "1.2.3", "ff", "12 ", "+-1",
                                       "92233720368547758080" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(hint_parse_integer("d-2", bad[i], &n));
}

static void assert_parsed(const char *hint, const char *text, const char *bytes, size_t length) {
    uint8_t octets[64];
    int n = hint_parse_octets(hint, text, octets, sizeof(octets));
    if (n != (int)length) fail_msg("%s: %s gave %d", hint, text, n);
    assert_memory_equal(octets, bytes, length);
    for (size_t room = 0; room < length; room++)
        assert_int_equal(hint_parse_octets(hint, text, octets, room), -1);
}

static void octets_are_read_by_their_hint(void **state) {
    (void)state;
    assert_parsed("1x:", "0:1b:2C:3", "\x00\x1b\x2c\x03", 4);
    assert_parsed("1x", "aa01bb", "\xaa\x01\xbb", 3);
    assert_parsed("2x:", "2001:db8:0", "\x20\x01\x0d\xb8\x00\x00", 6);
    assert_parsed("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "2011-1-2,3:4:5.6,+1:0",
                  "\x07\xdb\x01\x02\x03\x04\x05\x06+\x01\x00", 11);
    assert_parsed("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", "2011-1-2,3:4:5.6",
                  "\x07\xdb\x01\x02\x03\x04\x05\x06", 8);
    assert_parsed("*1x:/1x:", "aa:bb:cc/1:2", "\x03\xaa\xbb\xcc\x01\x02", 6);
    assert_parsed("*1d.;", ";1.2", "\x00\x02\x01\x02", 4);
    assert_parsed("255a", "text", "text", 4);
    assert_parsed("0a[2x:2x0a]:2d", "[1:2]:161", "\x00\x01\x00\x02\x00\xa1", 6);
    uint8_t octets[8];
    static const char *const bad[] = { "256", "x", "1-2", ":1", "1:2:g", "-1" };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(hint_parse_octets("1d:", bad[i], octets, sizeof(octets)), -1);
    assert_int_equal(hint_parse_octets("0a", "abc", octets, sizeof(octets)), -1);
    assert_int_equal(hint_parse_octets("1q", "abc", octets, sizeof(octets)), -1);
}

static void what_finds_no_room_is_counted(void **state) {
    (void)state;
    char text[5];
    struct put out = PUT_INIT(text, sizeof(text));
    assert_true(hint_put_octets(&out, "1x:", (const uint8_t *)"\x11\x22\x33", 3, 0));
    assert_int_equal(put_end(&out), 8);
    assert_string_equal(text, "11:2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_are_written_by_their_hint),
        cmocka_unit_test(the_last_specification_takes_what_is_left),
        cmocka_unit_test(a_repeat_takes_its_count_from_an_octet),
        cmocka_unit_test(a_length_of_zero_writes_only_what_separates),
        cmocka_unit_test(both_digits_are_written_where_asked),
        cmocka_unit_test(what_is_no_hint_is_refused),
        cmocka_unit_test(what_is_not_printable_is_never_written_as_it_is),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(what_hints_are_for_is_known),
        cmocka_unit_test(integers_are_written_by_their_hint_and_read_again),
        cmocka_unit_test(integers_are_read_as_people_write_them),
        cmocka_unit_test(octets_are_read_by_their_hint),
        cmocka_unit_test(what_finds_no_room_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

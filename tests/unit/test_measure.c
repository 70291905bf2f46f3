/* test_measure: numbers as people read them, and texts that do nothing to a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "bench/measure.h"

static void numbers_have_three_digits_that_count(void **state) {
    (void)state;
    static const struct {
        const char *(*put)(double, char *);
        double number;
        const char *text;
    } cases[] = {
        { measure_duration, 0, "0ns" },          { measure_duration, 850.4, "850ns" },
        { measure_duration, 999.6, "1us" },      { measure_duration, 61234567, "61.2ms" },
        { measure_duration, 50000000, "50ms" },  { measure_duration, 1249000000, "1.25s" },
        { measure_duration, 123456789012, "123s" }, { measure_duration, -1500, "-1.5us" },
        { measure_duration, 999600000, "1s" },   { measure_duration, NAN, "-" },
        { measure_number, 0, "0" },              { measure_number, 0.5, "0.5" },
        { measure_number, 74.96, "75" },         { measure_number, 1234.5, "1234" },
        { measure_number, 99.96, "100" },        { measure_number, NAN, "-" },
        { measure_share, 0, "0%" },              { measure_share, 0.00123, "0.123%" },
        { measure_share, 0.000000001, "<0.001%" }, { measure_share, 1, "100%" },
        { measure_share, 0.9999999, "99.999%" }, { measure_share, 0.034, "3.4%" },
        { measure_share, NAN, "-" },             { measure_octets, 512, "512B" },
        { measure_octets, 1500, "1.5kB" },       { measure_octets, 999600, "1MB" },
        { measure_octets, 2.34e6, "2.34MB" },    { measure_octets, NAN, "-" },
        { measure_number, 1e18, "1e+18" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[MEASURE_MAX];
        assert_string_equal(cases[i].put(cases[i].number, text), cases[i].text);
    }
    assert_true(measure_part(1, 4) == 0.25 && measure_part(1, 0) == 0);
}

static void texts_of_agents_are_made_safe_and_short(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        { "plain", "plain" }, { "a\r\nb\x1b[2J", "a??b?[2J" }, { "\xff\xc0 \xc2\x9b", "?? ??" },
        { "caf\xc3\xa9", "caf\xc3\xa9" }, { "\xe2\x80\xaegpj.exe", "?gpj.exe" },
        { "\xd8\x9cx\xe2\x81\xa6y\xe2\x80\xa8z", "?x?y?z" },
        { "1234567890123456", "123456789012..." }, { "123456789012345", "123456789012345" },
        { "12345678901\xc3\xa9 and more", "12345678901..." }, { "", "" }, { NULL, "" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char shown[16];
        assert_string_equal(measure_text(cases[i][0], shown, sizeof(shown)), cases[i][1]);
    }
    assert_int_equal(measure_columns("caf\xc3\xa9"), 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_three_digits_that_count),
        cmocka_unit_test(texts_of_agents_are_made_safe_and_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

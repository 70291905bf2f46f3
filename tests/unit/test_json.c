/* test_json: NDJSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "out/json.h"
#include "sample_rows.h"

static const struct fleet_writer_options both = { .format = FLEET_FORMAT_JSON,
                                                  .rows = true,
                                                  .reports = true };

static void assert_written(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("no \"%s\" in:\n%s", part, text);
}

static void rows_of_all_kinds_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_all);
    assert_true(sample_is_golden(text, "rows.json"));
    free(text);
}

static void reports_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_reports);
    assert_true(sample_is_golden(text, "reports.json"));
    free(text);
}

static void numbers_are_json_numbers_and_nan_is_null(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_all);
    assert_written(text, "\"ifHCInOctets\":18446744073709551615}");
    assert_written(text, "\"sensorReal\":null");
    assert_written(text, "\"sensorReal\":0.1");
    free(text);
}

static void text_has_its_quotes_and_escapes(void **state) {
    (void)state;
    static const char text[] = "a\"b\\\n\x01\xff\xc3\xbc";
    static const char expected[] = "\"a\\\"b\\\\\\n\\u0001\\ufffd\xc3\xbc\"";
    char room[6 * sizeof(text) + 2];
    char *end = json_put_text(room, text, sizeof(text) - 1);
    assert_int_equal(end - room, sizeof(expected) - 1);
    assert_memory_equal(room, expected, sizeof(expected) - 1);
    assert_int_equal(json_put_text(room, "", 0) - room, 2);
}

static void row_without_values_is_no_line(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_interfaces);
    assert_null(strstr(text, "\"index\":\"4294967295\""));
    free(text);
}

static void write_odd_names(struct fleet_writer *w) {
    const struct fleet_tag tag = { "a\"b", "\xff\x01\xc3\xa9" };
    const struct fleet_target target = {
        .name = "t\\\xed\xa0\x80", .address = "h", .tags = &tag, .tag_count = 1
    };
    const struct fleet_value cells[] = { sample_text("a\tb\"\\\n"), { 0 }, { 0 }, { 0 } };
    sample_write_row(w, &target, &sample_interface, (const uint8_t *)"\x01", 1, cells);
}

static void names_that_are_no_utf8_get_the_replacement_character(void **state) {
    (void)state;
    char *text = sample_written(both, write_odd_names);
    assert_string_equal(
        text, "{\"time\":\"2026-11-20T22:00:00.123456Z\",\"target\":\"t\\\\\\ufffd\\ufffd\\ufffd\","
              "\"address\":\"h\",\"module\":\"interfaces\",\"table\":\"interface\",\"index\":\"1\","
              "\"indexes\":{\"ifIndex\":\"1\"},"
              "\"tags\":{\"a\\\"b\":\"\\ufffd\\u0001\xc3\xa9\"},"
              "\"values\":{\"ifDescr\":\"a\\tb\\\"\\\\\\n\"}}\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_all_kinds_are_as_in_the_golden_file),
        cmocka_unit_test(reports_are_as_in_the_golden_file),
        cmocka_unit_test(numbers_are_json_numbers_and_nan_is_null),
        cmocka_unit_test(row_without_values_is_no_line),
        cmocka_unit_test(text_has_its_quotes_and_escapes),
        cmocka_unit_test(names_that_are_no_utf8_get_the_replacement_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_csv: the long form of CSV, and its reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample_rows.h"

static const struct fleet_writer_options rows_options = { .format = FLEET_FORMAT_CSV,
                                                          .rows = true };
static const struct fleet_writer_options reports_options = { .format = FLEET_FORMAT_CSV,
                                                             .reports = true };

static void assert_holds(const char *text, const char *part) {
    if (strstr(text, part) == NULL) fail_msg("no \"%s\" in:\n%s", part, text);
}

static void rows_of_all_kinds_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_all);
    assert_true(sample_is_golden(text, "rows.csv"));
    free(text);
}

static void reports_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(reports_options, sample_write_reports);
    assert_true(sample_is_golden(text, "reports.csv"));
    free(text);
}

static void first_line_is_the_header_and_lines_end_in_lf(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_interfaces);
    assert_memory_equal(text, "time,target,address,module,table,index,object,oid,type,value\n", 61);
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_null(strstr(text, "\r\n"));
    free(text);
}

static void write_nothing(struct fleet_writer *w) {
    assert_true(fleet_writer_pending(w) > 0);
}

static void file_without_rows_has_its_header(void **state) {
    (void)state;
    char *text = sample_written(rows_options, write_nothing);
    assert_string_equal(text, "time,target,address,module,table,index,object,oid,type,value\n");
    free(text);
}

static void scalar_has_no_table_and_the_last_number_as_index(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_system);
    assert_holds(text, "2026-11-20T22:00:00.123456Z,2001:db8::1,2001:db8::1,system,,0,sysUpTime,"
                       "1.3.6.1.2.1.1.3.0,TimeTicks,4294967295\n");
    free(text);
}

static void fields_with_commas_quotes_and_breaks_are_quoted(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_system);
    assert_holds(text, ",\"core1, \"\"east\"\"\",192.0.2.1,");
    assert_holds(text, ",OctetString,\"Cisco IOS Software, C3750\r\nCompiled by \"\"prod\"\"\"\n");
    free(text);
}

static void field_that_begins_with_a_space_is_quoted(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_sensors);
    assert_holds(text, ",1.2,sensorName,1.3.6.1.4.1.9.9.91.1.1.2,OctetString,\" T\xc3\xbcr "
                       "\xe6\xb8\xa9\xe5\xba\xa6\"\n");
    free(text);
}

static void absent_cells_and_exceptions_are_left_out(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_interfaces);
    assert_null(strstr(text, "NoSuch"));
    assert_null(strstr(text, "4294967295"));
    assert_holds(text, ",128,ifPhysAddress,1.3.6.1.2.1.2.2.1.6.128,OctetString,\n");
    free(text);
}

static void text_that_looks_like_hexadecimal_is_hexadecimal(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_sensors);
    assert_holds(text, ",OctetString,0x30783431\n");
    assert_holds(text, ",OctetString,fan\n");
    assert_holds(text, ",IpAddress,0xc00002\n");
    assert_holds(text, ",Float,0.1\n");
    assert_holds(text, ",Double,NaN\n");
    assert_holds(text, ",OctetString,0x6b6579\n");
    free(text);
}

static void raw_varbind_has_no_object_and_its_whole_oid(void **state) {
    (void)state;
    char *text = sample_written(rows_options, sample_write_raw);
    assert_holds(text, ",walk,1.3.6.1.2.1.4,,,1.3.6.1.2.1.4.1.0,Integer32,-1\n");
    free(text);
}

static void write_numbers(struct fleet_writer *w) {
    const struct fleet_column column = { .object = "n", .oid = "1.3.1" };
    const struct fleet_table table = {
        .name = "t", .columns = &column, .column_count = 1, .module = "m"
    };
    uint64_t n = 1;
    for (int i = 0; i < 20; i++, n *= 10) {
        struct fleet_value values[] = {
            sample_number(FLEET_COUNTER64, n - 1), sample_number(FLEET_COUNTER64, n),
            sample_integer((int64_t)(n > INT64_MAX ? 0 : 0 - n)),
        };
        for (int k = 0; k < 3; k++)
            sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x01", 1, &values[k]);
    }
}

static void numbers_of_every_length_are_written_in_full(void **state) {
    (void)state;
    char *text = sample_written(rows_options, write_numbers);
    uint64_t n = 1;
    for (int i = 0; i < 20; i++, n *= 10) {
        char want[80];
        (void)snprintf(want, sizeof(want), "Counter64,%llu\n", (unsigned long long)(n - 1));
        assert_holds(text, want);
        (void)snprintf(want, sizeof(want), "Counter64,%llu\n", (unsigned long long)n);
        assert_holds(text, want);
    }
    assert_holds(text, "Integer32,-1000000000000000000\n");
    free(text);
}

static void table_whose_number_was_another_s_is_described_anew(void **state) {
    (void)state;
    struct fleet_table other = sample_interface;
    other.number = sample_scalars.number;
    struct fleet_writer *w;
    char path[] = "/tmp/snmpfleet-test-XXXXXX";
    (void)close(mkstemp(path));
    struct fleet_writer_options options = rows_options;
    options.path = path;
    assert_int_equal(fleet_writer_new(&w, &options), 0);
    sample_write_system(w);
    const struct fleet_value cells[] = { sample_text("lo"), { 0 }, { 0 }, { 0 } };
    sample_write_row(w, &sample_plain, &other, (const uint8_t *)"\x01", 1, cells);
    assert_int_equal(fleet_writer_flush(w), 0);
    fleet_writer_free(w);
    char *text = sample_read(path);
    (void)unlink(path);
    assert_holds(text, ",interfaces,interface,1,ifDescr,1.3.6.1.2.1.2.2.1.2.1,OctetString,lo\n");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_all_kinds_are_as_in_the_golden_file),
        cmocka_unit_test(reports_are_as_in_the_golden_file),
        cmocka_unit_test(first_line_is_the_header_and_lines_end_in_lf),
        cmocka_unit_test(file_without_rows_has_its_header),
        cmocka_unit_test(scalar_has_no_table_and_the_last_number_as_index),
        cmocka_unit_test(fields_with_commas_quotes_and_breaks_are_quoted),
        cmocka_unit_test(field_that_begins_with_a_space_is_quoted),
        cmocka_unit_test(absent_cells_and_exceptions_are_left_out),
        cmocka_unit_test(text_that_looks_like_hexadecimal_is_hexadecimal),
        cmocka_unit_test(raw_varbind_has_no_object_and_its_whole_oid),
        cmocka_unit_test(numbers_of_every_length_are_written_in_full),
        cmocka_unit_test(table_whose_number_was_another_s_is_described_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

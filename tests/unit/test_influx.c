/* test_influx: line protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample_rows.h"

static const struct fleet_writer_options both = { .format = FLEET_FORMAT_INFLUX,
                                                  .rows = true,
                                                  .reports = true };

static void assert_written(const char *text, const char *line) {
    if (strstr(text, line) == NULL) fail_msg("no \"%s\" in:\n%s", line, text);
}

static void rows_of_all_kinds_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_all);
    assert_true(sample_is_golden(text, "rows.influx"));
    free(text);
}

static void reports_are_as_in_the_golden_file(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_reports);
    assert_true(sample_is_golden(text, "reports.influx"));
    free(text);
}

static void tags_stand_in_order_of_their_names_and_are_escaped(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_interfaces);
    assert_written(
        text,
        "interface,agent_host=192.0.2.1,ifDescr=Gi1/0/1\\ uplink\\,a\\=b,ifIndex=1,rack=a\\=1,"
        "role=core\\ switch,target=core1\\,\\ \"east\" ifType=6i,"
        "ifPhysAddress=\"c8:5b:76:c9:e6:8c\",ifHCInOctets=9223372036854775807i "
        "1795212000123456789\n");
    free(text);
}

static void backslash_before_something_special_becomes_a_slash(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_interfaces);
    assert_written(text, ",ifDescr=C:/\\ Label:/,ifIndex=128,");
    free(text);
}

static void row_without_a_field_is_no_line(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_interfaces);
    assert_null(strstr(text, "ifIndex=4294967295"));
    free(text);
}

static void scalar_row_has_no_index_tag(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_system);
    assert_written(
        text, "system,agent_host=2001:db8::1,target=2001:db8::1 sysDescr=\"Cisco IOS Software, "
              "C3750\\r\\nCompiled by \\\"prod\\\"\",sysObjectID=\"1.3.6.1.4.1.9.1.516\","
              "sysUpTime=4294967295i 1795212000123456789\n");
    free(text);
}

static void undescribed_index_is_a_dotted_tag(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_sensors);
    assert_written(text, "sensor,agent_host=192.0.2.1,index=1.2,rack=");
    assert_null(strstr(text, "NaN"));
    free(text);
}

static void raw_varbind_s_field_is_named_by_its_kind(void **state) {
    (void)state;
    char *text = sample_written(both, sample_write_raw);
    assert_written(text, ",oid=1.3.6.1.2.1.4.1.0,rack=");
    assert_written(text, " value=-1i ");
    assert_written(text, " text=\"line one\\nline two, \\\"quoted\\\" \\\\\" ");
    assert_written(text, " value=7i ");
    assert_written(text, " real=21.5 ");
    assert_written(text, " text=\"0.0\" ");
    assert_null(strstr(text, "oid=1.3.6.1.2.1.4.1.5"));
    free(text);
}

static void counter64_is_unsigned_on_request(void **state) {
    (void)state;
    struct fleet_writer_options options = both;
    options.unsigned_integers = true;
    char *text = sample_written(options, sample_write_interfaces);
    assert_written(text, "ifHCInOctets=18446744073709551615u ");
    free(text);
}

static void write_collisions(struct fleet_writer *w) {
    const struct fleet_tag tags[] = {
        { "agent_host", "x" }, { "ifIndex", "x" }, { "target", "x" }, { "z", "y\\" }
    };
    const struct fleet_target target = {
        .name = "t", .address = "::1", .tags = tags, .tag_count = 4
    };
    const struct fleet_column columns[] = {
        { .object = "target", .oid = "1.3.1", .is_tag = true },
        { .object = "ifName", .oid = "1.3.2", .is_tag = true },
        { .object = "in,Octets", .oid = "1.3.3" },
    };
    const struct fleet_table table = {
        .name = "#if, x=",
        .columns = columns,
        .column_count = 3,
        .index = sample_interface_index,
        .index_count = 1,
        .module = "m",
    };
    const struct fleet_value cells[] = { sample_text("u"), sample_text("a\nb"), sample_integer(1) };
    sample_write_row(w, &target, &table, (const uint8_t *)"\x07", 1, cells);
}

static void tag_whose_name_is_taken_gets_its_role_behind_it(void **state) {
    (void)state;
    char *text = sample_written(both, write_collisions);
    assert_string_equal(text, "\\#if\\,\\ x=,agent_host=::1,ifIndex=7,ifName=a\\nb,target=t,"
                              "target_tag=u,z=y/ in\\,Octets=1i 1795212000123456789\n");
    free(text);
}

static void write_two_indexes(struct fleet_writer *w) {
    static const struct fleet_index index[] = { { .name = "a" }, { .name = "b" } };
    const struct fleet_column column = { .object = "n", .oid = "1.3.1" };
    const struct fleet_table table = {
        .name = "t",
        .columns = &column,
        .column_count = 1,
        .index = index,
        .index_count = 2,
        .module = "m",
    };
    const struct fleet_value one = sample_integer(1);
    sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x05\x84\x04", 3, &one);
    sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x05", 1, &one);
    sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x05\x06\x07", 3, &one);
    sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x05\x86", 2, &one);
}

static void index_components_take_all_numbers_of_the_index(void **state) {
    (void)state;
    char *text = sample_written(both, write_two_indexes);
    assert_written(text, "t,a=5,agent_host=2001:db8::1,b=516,target=");
    assert_written(text, "t,a=5,agent_host=2001:db8::1,target=");
    assert_written(text, ",b=6.7,target=");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_all_kinds_are_as_in_the_golden_file),
        cmocka_unit_test(reports_are_as_in_the_golden_file),
        cmocka_unit_test(tags_stand_in_order_of_their_names_and_are_escaped),
        cmocka_unit_test(backslash_before_something_special_becomes_a_slash),
        cmocka_unit_test(row_without_a_field_is_no_line),
        cmocka_unit_test(scalar_row_has_no_index_tag),
        cmocka_unit_test(undescribed_index_is_a_dotted_tag),
        cmocka_unit_test(raw_varbind_s_field_is_named_by_its_kind),
        cmocka_unit_test(counter64_is_unsigned_on_request),
        cmocka_unit_test(tag_whose_name_is_taken_gets_its_role_behind_it),
        cmocka_unit_test(index_components_take_all_numbers_of_the_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_csv_wide: one file a table in a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "sample_rows.h"

struct folder {
    char path[64];
};

static int make_folder(void **state) {
    static struct folder folder;
    (void)snprintf(folder.path, sizeof(folder.path), "/tmp/snmpfleet-test-XXXXXX");
    *state = &folder;
    return mkdtemp(folder.path) != NULL ? 0 : -1;
}

static const char *const files[] = {
    "system.csv",    "interfaces.interface.csv",    "sensors.sensor.csv",  "walk.1.3.6.1.2.1.4.csv",
    "snmp_poll.csv", "%2e%2e%2fevil%2ex.a%2f..csv", "other.interface.csv",
};

static int remove_folder(void **state) {
    struct folder *f = *state;
    char path[256];
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s/%s", f->path, files[i]);
        (void)unlink(path);
    }
    return rmdir(f->path);
}

static char *read_file(const struct folder *f, const char *name) {
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/%s", f->path, name);
    return sample_read(path);
}

static void write_once(const struct folder *f, bool reports, void (*write)(struct fleet_writer *)) {
    struct fleet_writer *w;
    struct fleet_writer_options options = {
        .format = FLEET_FORMAT_CSV_WIDE, .path = f->path, .rows = true, .reports = reports,
    };
    assert_int_equal(fleet_writer_new(&w, &options), 0);
    write(w);
    assert_true(fleet_writer_pending(w) > 0);
    assert_int_equal(fleet_writer_flush(w), 0);
    assert_int_equal(fleet_writer_pending(w), 0);
    assert_true(fleet_writer_written(w) > 0);
    fleet_writer_free(w);
}

static void each_table_has_a_file_with_a_column_for_each_object(void **state) {
    write_once(*state, false, sample_write_all);
    char *text = read_file(*state, "interfaces.interface.csv");
    assert_string_equal(
        text, "time,target,address,index,ifIndex,ifDescr,ifType,ifPhysAddress,ifHCInOctets\n"
              "2026-11-20T22:00:00.123456Z,\"core1, \"\"east\"\"\",192.0.2.1,1,1,\"Gi1/0/1 "
              "uplink,a=b\",6,"
              "c8:5b:76:c9:e6:8c,18446744073709551615\n"
              "2026-11-20T22:00:00.123456Z,\"core1, \"\"east\"\"\",192.0.2.1,128,128,C:\\ Label:\\,"
              "-2147483648,,\n");
    free(text);
    text = read_file(*state, "system.csv");
    assert_memory_equal(text, "time,target,address,sysDescr,sysObjectID,sysUpTime,sysContact\n",
                        62);
    free(text);
}

static void raw_subtree_keeps_one_line_a_value(void **state) {
    write_once(*state, false, sample_write_raw);
    char *text = read_file(*state, "walk.1.3.6.1.2.1.4.csv");
    assert_non_null(text);
    assert_memory_equal(text, "time,target,address,oid,type,value\n", 35);
    assert_non_null(strstr(text, ",1.3.6.1.2.1.4.1.0,Integer32,-1\n"));
    free(text);
}

static void second_run_appends_without_another_header(void **state) {
    write_once(*state, false, sample_write_interfaces);
    char *once = read_file(*state, "interfaces.interface.csv");
    write_once(*state, false, sample_write_interfaces);
    char *twice = read_file(*state, "interfaces.interface.csv");
    size_t header = strcspn(once, "\n") + 1;
    assert_int_equal(strlen(twice), 2 * strlen(once) - header);
    assert_string_equal(twice + strlen(once), once + header);
    free(once);
    free(twice);
}

static void reports_go_to_their_own_file(void **state) {
    write_once(*state, true, sample_write_reports);
    char *text = read_file(*state, "snmp_poll.csv");
    assert_true(sample_is_golden(text, "reports.csv"));
    free(text);
}

static void write_evil(struct fleet_writer *w) {
    struct fleet_table table = sample_interface;
    table.module = "../evil.x";
    table.name = "a/.";
    const struct fleet_value cells[] = { sample_text("lo"), { 0 }, { 0 }, { 0 } };
    sample_write_row(w, &sample_plain, &table, (const uint8_t *)"\x01", 1, cells);
}

static void no_name_leaves_the_folder(void **state) {
    write_once(*state, false, write_evil);
    char *text = read_file(*state, "%2e%2e%2fevil%2ex.a%2f..csv");
    assert_non_null(text);
    free(text);
}

static void write_two_modules(struct fleet_writer *w) {
    struct fleet_table other = sample_interface;
    other.module = "other";
    other.number = 9;
    const struct fleet_value cells[] = { sample_text("lo"), { 0 }, { 0 }, { 0 } };
    sample_write_row(w, &sample_plain, &sample_interface, (const uint8_t *)"\x01", 1, cells);
    sample_write_row(w, &sample_plain, &other, (const uint8_t *)"\x01", 1, cells);
}

static void tables_of_one_name_in_two_modules_have_two_files(void **state) {
    write_once(*state, false, write_two_modules);
    char *text = read_file(*state, "other.interface.csv");
    assert_non_null(text);
    free(text);
    text = read_file(*state, "interfaces.interface.csv");
    assert_non_null(text);
    free(text);
}

static void standard_output_is_refused(void **state) {
    (void)state;
    struct fleet_writer *w = NULL;
    struct fleet_writer_options options = { .format = FLEET_FORMAT_CSV_WIDE,
                                            .path = "-",
                                            .rows = true };
    assert_int_equal(fleet_writer_new(&w, &options), FLEET_E_INVALID);
    assert_null(w);
}

#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        in_folder(each_table_has_a_file_with_a_column_for_each_object),
        in_folder(raw_subtree_keeps_one_line_a_value),
        in_folder(second_run_appends_without_another_header),
        in_folder(reports_go_to_their_own_file),
        in_folder(no_name_leaves_the_folder),
        in_folder(tables_of_one_name_in_two_modules_have_two_files),
        cmocka_unit_test(standard_output_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

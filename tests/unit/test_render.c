/*
 * Values with a syntax in each format: names, hints, addresses, components of an index; and that a
 * field keeps its type whatever an agent sends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_rows.h"

static const struct fleet_named_number up_down[] = { { 1, "up" }, { 2, "down" } };
static const struct fleet_syntax status = { .base = "INTEGER", .type = FLEET_INTEGER32,
                                            .names = up_down, .name_count = 2 };
static const struct fleet_syntax mac = { .base = "OCTET STRING", .convention = "PhysAddress",
                                         .hint = "1x:", .type = FLEET_OCTET_STRING };
static const struct fleet_syntax text = { .base = "OCTET STRING", .hint = "255a",
                                          .type = FLEET_OCTET_STRING };
static const struct fleet_syntax counter = { .base = "Counter64", .type = FLEET_COUNTER64 };
static const struct fleet_syntax real = { .base = "Opaque", .type = FLEET_OPAQUE };

static const struct fleet_column columns[] = {
    { .object = "status", .oid = "1.3.1", .syntax = &status },
    { .object = "named", .oid = "1.3.2", .syntax = &status, .as = FLEET_AS_ENUM },
    { .object = "both", .oid = "1.3.3", .syntax = &status, .as = FLEET_AS_BOTH },
    { .object = "mac", .oid = "1.3.4", .syntax = &mac },
    { .object = "name", .oid = "1.3.5", .syntax = &text },
    { .object = "octets", .oid = "1.3.6", .syntax = &counter },
    { .object = "load", .oid = "1.3.7", .syntax = &real },
    { .object = "secret", .oid = "1.3.8", .syntax = &text, .is_hidden = true },
    { .object = "tag", .oid = "1.3.9", .syntax = &status, .as = FLEET_AS_ENUM, .is_tag = true },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static const struct fleet_index port_and_mac[] = {
    { .name = "port" },
    { .name = "mac_of", .kind = FLEET_INDEX_FIXED_STRING, .size = 6, .syntax = &mac },
    { .name = "vlan", .kind = FLEET_INDEX_STRING },
};

static struct fleet_table table(void) {
    return (struct fleet_table){ .name = "t", .columns = columns, .column_count = COLUMNS,
                                 .index = port_and_mac, .index_count = 3, .module = "m",
                                 .number = 7 };
}

static struct fleet_value octets(const char *bytes, uint32_t length) {
    return (struct fleet_value){ .type = FLEET_OCTET_STRING, .length = length,
                                 .bytes = (const uint8_t *)bytes };
}

static struct fleet_value number(enum fleet_type type, uint64_t n) {
    return (struct fleet_value){ .type = (uint8_t)type, .counter = n };
}

/* 7, 00:1b:02:03:04:05, "a,b c" */
static const uint8_t index_bytes[] = { 7, 0, 0x1b, 2, 3, 4, 5, 5, 'a', ',', 'b', ' ', 'c' };

static void write_row(struct fleet_writer *w, const struct fleet_value *cells,
                      const struct fleet_table *t) {
    sample_write_row(w, &sample_plain, t, index_bytes, sizeof(index_bytes), cells);
}

static void write_expected(struct fleet_writer *w) {
    const struct fleet_table t = table();
    const struct fleet_value cells[COLUMNS] = {
        number(FLEET_INTEGER32, 1), number(FLEET_INTEGER32, 2), number(FLEET_INTEGER32, 1),
        octets("\xc8\x5b\x76\xc9\xe6\x8c", 6), octets("eth0", 4), number(FLEET_COUNTER64, 5),
        { .type = FLEET_OPAQUE_FLOAT, .real = 1.5 }, octets("hidden", 6),
        number(FLEET_INTEGER32, 1),
    };
    write_row(w, cells, &t);
}

static void write_odd(struct fleet_writer *w) {
    const struct fleet_table t = table();
    const struct fleet_value cells[COLUMNS] = {
        octets("n/a", 3), number(FLEET_INTEGER32, 9), octets("x", 1), octets("", 0),
        number(FLEET_GAUGE32, 4), number(FLEET_GAUGE32, 6), number(FLEET_INTEGER32, 2),
        { .type = FLEET_ABSENT }, { .type = FLEET_ABSENT },
    };
    write_row(w, cells, &t);
}

static const struct fleet_writer_options influx = { .format = FLEET_FORMAT_INFLUX, .rows = true };
static const struct fleet_writer_options json = { .format = FLEET_FORMAT_JSON, .rows = true };
static const struct fleet_writer_options csv = { .format = FLEET_FORMAT_CSV, .rows = true };

static void assert_holds(char *all, const char *part) {
    if (strstr(all, part) == NULL) fail_msg("no '%s' in\n%s", part, all);
    free(all);
}

static void values_are_written_by_their_syntax(void **state) {
    (void)state;
    assert_holds(sample_written(influx, write_expected),
                 "t,agent_host=2001:db8::1,mac_of=00:1b:02:03:04:05,port=7,tag=up,"
                 "target=2001:db8::1,vlan=a\\,b\\ c status=1i,named=\"down\",both=\"up(1)\","
                 "mac=\"c8:5b:76:c9:e6:8c\",name=\"eth0\",octets=5i,load=1.5 ");
    assert_holds(sample_written(json, write_expected),
                 "\"index\":\"7.0.27.2.3.4.5.5.97.44.98.32.99\",\"indexes\":{\"port\":\"7\","
                 "\"mac_of\":\"00:1b:02:03:04:05\",\"vlan\":\"a,b c\"},\"tags\":{},\"values\":{"
                 "\"status\":1,\"named\":\"down\",\"both\":\"up(1)\",\"mac\":\"c8:5b:76:c9:e6:8c\","
                 "\"name\":\"eth0\",\"octets\":5,\"load\":1.5,\"tag\":\"up\"}}\n");
    assert_holds(sample_written(csv, write_expected),
                 ",named,1.3.2.7.0.27.2.3.4.5.5.97.44.98.32.99,Integer32,down\n");
    char *all = sample_written(csv, write_expected);
    assert_null(strstr(all, "hidden"));
    free(all);
}

static void a_field_keeps_its_type(void **state) {
    (void)state;
    assert_holds(sample_written(influx, write_odd),
                 " status_text=\"n/a\",named=\"9\",both=\"x\",mac=\"\",name_integer=4i,octets=6i,"
                 "load_integer=2i ");
    assert_holds(sample_written(json, write_odd),
                 "{\"status_text\":\"n/a\",\"named\":\"9\",\"both\":\"x\",\"mac\":\"\","
                 "\"name_integer\":4,\"octets\":6,\"load_integer\":2}}");
    struct fleet_writer_options options = influx;
    options.unsigned_integers = true;
    assert_holds(sample_written(options, write_odd), "octets=6u,");
    assert_holds(sample_written(options, write_expected), "octets=5u,");
}

static const struct fleet_syntax plain = { .base = "OCTET STRING", .type = FLEET_OCTET_STRING };
static const struct fleet_syntax bits = { .base = "BITS", .type = FLEET_OCTET_STRING,
                                          .is_bits = true };
/* No hint of octets: a date takes any, a number in text none. */
static const struct fleet_syntax odd = { .base = "OCTET STRING", .hint = "d-1",
                                         .type = FLEET_OCTET_STRING };

static const struct fleet_column nul_columns[] = {
    { .object = "unknown", .oid = "1.3.1" },
    { .object = "text", .oid = "1.3.2", .syntax = &text },
    { .object = "plain", .oid = "1.3.3", .syntax = &plain },
    { .object = "bits", .oid = "1.3.4", .syntax = &bits },
    { .object = "real", .oid = "1.3.5", .syntax = &odd },
    { .object = "hex", .oid = "1.3.6", .syntax = &text, .as = FLEET_AS_HEX },
    { .object = "hint", .oid = "1.3.7", .syntax = &text, .as = FLEET_AS_HINT },
    { .object = "tag", .oid = "1.3.8", .syntax = &text, .is_tag = true },
};
enum { NUL_COLUMNS = sizeof(nul_columns) / sizeof(nul_columns[0]) };

static void write_all(struct fleet_writer *w, struct fleet_value value) {
    static const struct fleet_index key[] = {
        { .name = "key", .kind = FLEET_INDEX_STRING, .syntax = &text },
    };
    static const uint8_t index[] = { 3, 'k', 'y', 0 };
    const struct fleet_table t = { .name = "n", .columns = nul_columns, .module = "m",
                                   .column_count = NUL_COLUMNS, .index = key, .index_count = 1 };
    struct fleet_value cells[NUL_COLUMNS];
    for (size_t i = 0; i < NUL_COLUMNS; i++) cells[i] = value;
    sample_write_row(w, &sample_plain, &t, index, sizeof(index), cells);
}

static void write_one_nul(struct fleet_writer *w) {
    write_all(w, octets("ab, c\0", 6));
}

static void write_many_nuls(struct fleet_writer *w) {
    write_all(w, octets("ab\0\0\0", 5));
}

static void write_only_nuls(struct fleet_writer *w) {
    write_all(w, octets("\0\0", 2));
}

static void nuls_at_the_end_are_no_part_of_text_in_any_format(void **state) {
    (void)state;
    assert_holds(sample_written(influx, write_one_nul),
                 "n,agent_host=2001:db8::1,key=ky,tag=ab\\,\\ c,target=2001:db8::1 "
                 "unknown=\"ab, c\",text=\"ab, c\",plain=\"ab, c\",bits=\"0x61622c206300\","
                 "real=\"0x61622c206300\",hex=\"0x61622c206300\",hint=\"ab, c\" ");
    assert_holds(sample_written(json, write_one_nul),
                 "{\"unknown\":\"ab, c\",\"text\":\"ab, c\",\"plain\":\"ab, c\","
                 "\"bits\":\"0x61622c206300\",\"real\":\"0x61622c206300\","
                 "\"hex\":\"0x61622c206300\",\"hint\":\"ab, c\",\"tag\":\"ab, c\"}}");
    assert_holds(sample_written(csv, write_one_nul), ",text,1.3.2.3.107.121.0,OctetString,\"ab, c\"\n");
    assert_holds(sample_written(influx, write_many_nuls),
                 ",tag=ab,target=2001:db8::1 unknown=\"ab\",text=\"ab\",plain=\"0x6162000000\","
                 "bits=\"0x6162000000\",real=\"0x6162000000\",hex=\"0x6162000000\",hint=\"ab\" ");
    assert_holds(sample_written(influx, write_only_nuls),
                 ",key=ky,tag=0x0000,target=2001:db8::1 unknown=\"0x0000\",text=\"0x0000\","
                 "plain=\"0x0000\",bits=\"0x0000\",real=\"0x0000\",hex=\"0x0000\",hint=\"0x0000\" ");
    assert_holds(sample_written(csv, write_only_nuls), ",text,1.3.2.3.107.121.0,OctetString,0x0000\n");
}

static void write_numbers(struct fleet_writer *w) {
    static const struct fleet_syntax whole = { .type = FLEET_GAUGE32 };
    static const struct fleet_column numbers[] = {
        { .object = "real", .oid = "1.3.1", .as = FLEET_AS_NUMBER },
        { .object = "whole", .oid = "1.3.2", .as = FLEET_AS_NUMBER, .syntax = &whole },
    };
    const struct fleet_table t = { .name = "n", .columns = numbers, .column_count = 2,
                                   .module = "m", .index = port_and_mac, .index_count = 1 };
    const struct fleet_value cells[][2] = {
        { octets("887W", 4), octets("5", 1) },
        { number(FLEET_GAUGE32, 7), number(FLEET_GAUGE32, 7) },
        { octets("n/a", 3), octets("1.5", 3) },
    };
    for (size_t i = 0; i < 3; i++) sample_write_row(w, &sample_plain, &t, index_bytes, 1, cells[i]);
}

static void number_in_octets_is_a_field_of_its_type(void **state) {
    (void)state;
    assert_holds(sample_written(influx, write_numbers), " real=887.0,whole=5i ");
    assert_holds(sample_written(influx, write_numbers), " real=7.0,whole=7i ");
    assert_holds(sample_written(influx, write_numbers), " real_text=\"n/a\",whole_real=1.5 ");
    assert_holds(sample_written(json, write_numbers), "{\"real\":887.0,\"whole\":5}");
}

static void write_context(struct fleet_writer *w) {
    struct fleet_table t = table();
    t.context = "vlan 10";
    const struct fleet_value cells[COLUMNS] = { number(FLEET_INTEGER32, 1) };
    write_row(w, cells, &t);
    const struct fleet_report report = { .target = &sample_plain, .module = "m",
                                         .context = "vlan 10", .detail = "", .rtt_ns = -1 };
    fleet_writer_report(w, &report);
}

static void a_context_is_a_tag_of_rows_and_reports(void **state) {
    (void)state;
    struct fleet_writer_options options = influx;
    options.reports = true;
    assert_holds(sample_written(options, write_context), ",context=vlan\\ 10,mac_of=00:1b:02:03:04:05,port=7,target=");
    assert_holds(sample_written(options, write_context),
                 "snmp_poll,agent_host=2001:db8::1,context=vlan\\ 10,module=m,target=");
    options = json;
    options.reports = true;
    assert_holds(sample_written(options, write_context), "\"table\":\"t\",\"context\":\"vlan 10\"");
    assert_holds(sample_written(csv, write_context), ",m@vlan 10,t,");
}

static void what_does_not_fit_the_index_is_shown_as_numbers(void **state) {
    (void)state;
    const struct fleet_table t = table();
    const struct fleet_value cells[COLUMNS] = { number(FLEET_INTEGER32, 1) };
    for (size_t length = 0; length <= sizeof(index_bytes); length++) {
        struct fleet_writer_options options = influx;
        char path[] = "/tmp/snmpfleet-render-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        options.path = path;
        struct fleet_writer *w;
        assert_int_equal(fleet_writer_new(&w, &options), 0);
        sample_write_row(w, &sample_plain, &t, index_bytes, length, cells);
        assert_int_equal(fleet_writer_flush(w), 0);
        fleet_writer_free(w);
        (void)close(fd);
        (void)unlink(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_written_by_their_syntax),
        cmocka_unit_test(a_field_keeps_its_type),
        cmocka_unit_test(nuls_at_the_end_are_no_part_of_text_in_any_format),
        cmocka_unit_test(number_in_octets_is_a_field_of_its_type),
        cmocka_unit_test(a_context_is_a_tag_of_rows_and_reports),
        cmocka_unit_test(what_does_not_fit_the_index_is_shown_as_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

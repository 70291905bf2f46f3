#include "sim/recording_text.h"
#include "wire/message.h"
#include "wire/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct recording_faults faults;

static struct recording *read_text(const char *text) {
    struct recording_builder b = RECORDING_BUILDER_NULL;
    struct recording *r;
    /* a copy without a NUL behind it, so that a read beyond the end shows */
    size_t length = strlen(text);
    uint8_t *copy = malloc(length + (length == 0));
    memcpy(copy, text, length);
    faults = (struct recording_faults){ 0 };
    recording_read(span_of(copy, length), &b, &faults);
    free(copy);
    assert_int_equal(recording_build(&b, &r), 0);
    assert_true(recording_check(r));
    return r;
}

static uint32_t place(const struct recording *r, const char *oid_text) {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    int length = oid_parse(span_text(oid_text), oid);
    assert_true(length > 0);
    return recording_find(r, span_of(oid, (size_t)length));
}

static struct fleet_value value_at(const struct recording *r, const char *oid_text) {
    uint32_t index = place(r, oid_text);
    assert_true(index < r->count);
    struct ber_reader reader = BER_READER(recording_varbind(r, index));
    struct varbind varbind;
    assert_true(varbind_next(&reader, &varbind));
    return varbind.value;
}

static void assert_bytes(const struct recording *r, const char *oid, uint8_t type,
                         const char *bytes, size_t length) {
    struct fleet_value v = value_at(r, oid);
    assert_int_equal(v.type, type);
    assert_int_equal(v.length, length);
    if (length > 0) assert_memory_equal(v.bytes, bytes, length);
}

static void assert_number(const struct recording *r, const char *oid, uint8_t type,
                          int64_t number) {
    struct fleet_value v = value_at(r, oid);
    assert_int_equal(v.type, type);
    assert_true(v.integer == number);
}

static void snmprec_lines_of_every_tag_are_read(void **state) {
    (void)state;
    struct recording *r = read_text(
        "1.3.6.1.1|2|-5\n1.3.6.1.2|4|plain | text\n1.3.6.1.3|4x|00ff7C\n1.3.6.1.4|5|\n"
        "1.3.6.1.5|6|1.3.6.1.4.1.9\n1.3.6.1.6|64|10.0.0.1\n1.3.6.1.7|65|4294967295\n"
        "1.3.6.1.8|66|7\n1.3.6.1.9|67|8\n1.3.6.1.10|68x|9f78043f800000\n"
        "1.3.6.1.11|70|18446744073709551615\n1.3.6.1.12|64x|0A000002\n"
        "1.3.6.1.13|4e|a\\n\\x41\\\\\\\"b\n1.3.6.1.14|4|\n1.3.6.1.15|64e|\\x7f\\x00\\x00\\x01");
    assert_int_equal(faults.count, 0);
    assert_int_equal(r->count, 15);
    assert_number(r, "1.3.6.1.1", FLEET_INTEGER32, -5);
    assert_bytes(r, "1.3.6.1.2", FLEET_OCTET_STRING, "plain | text", 12);
    assert_bytes(r, "1.3.6.1.3", FLEET_OCTET_STRING, "\x00\xff\x7c", 3);
    assert_int_equal(value_at(r, "1.3.6.1.4").type, FLEET_NULL);
    assert_bytes(r, "1.3.6.1.5", FLEET_OBJECT_IDENTIFIER, "\x2b\x06\x01\x04\x01\x09", 6);
    assert_bytes(r, "1.3.6.1.6", FLEET_IP_ADDRESS, "\x0a\x00\x00\x01", 4);
    assert_number(r, "1.3.6.1.7", FLEET_COUNTER32, 4294967295);
    assert_number(r, "1.3.6.1.8", FLEET_GAUGE32, 7);
    assert_number(r, "1.3.6.1.9", FLEET_TIME_TICKS, 8);
    assert_int_equal(value_at(r, "1.3.6.1.10").type, FLEET_OPAQUE_FLOAT);
    assert_number(r, "1.3.6.1.11", FLEET_COUNTER64, -1);
    assert_bytes(r, "1.3.6.1.12", FLEET_IP_ADDRESS, "\x0a\x00\x00\x02", 4);
    assert_bytes(r, "1.3.6.1.13", FLEET_OCTET_STRING, "a\nA\\\"b", 6);
    assert_bytes(r, "1.3.6.1.14", FLEET_OCTET_STRING, "", 0);
    assert_bytes(r, "1.3.6.1.15", FLEET_IP_ADDRESS, "\x7f\x00\x00\x01", 4);
    recording_free(r);
}

static void damaged_snmprec_lines_are_left_out_and_noted(void **state) {
    (void)state;
    struct recording *r = read_text(
        "# a comment\n\n1.3.6.1.1|2|1\n1.3.6.1.2|40|1\n1.3.6.xx.2|2|1\n1.3.6.1.3|65|6git3159\n"
        "1.3.6.1.4|4xx|00\n1.3.6.1.5|2\nrubbish\n1.3.6.1.6|4x|0g\n1.3.6.1.7|65|4294967296\n"
        "1.3.6.1.8|2|2147483648\n1.3.6.1.9|64|1.2.3\n1.3.6.1.10|6|\n1.3.6.1.11|4e|\\q\n||\n"
        "1.3.6.1.12|2|2\n");
    assert_int_equal(r->count, 2);
    assert_int_equal(faults.count, 13);
    assert_int_equal(faults.first[0].line, 4);
    assert_string_equal(faults.first[0].what, "unknown tag");
    assert_int_equal(faults.first[1].line, 5);
    assert_string_equal(faults.first[1].what, "no OID");
    recording_free(r);
}

static void line_ends_and_blanks_around_a_line_do_not_count(void **state) {
    (void)state;
    struct recording *r =
        read_text("1.3.6.1.1|4|one\r\n  1.3.6.1.2|4|two \t\r\n.1.3.6.1.3|2|3\r\n");
    assert_int_equal(faults.count, 0);
    assert_bytes(r, "1.3.6.1.1", FLEET_OCTET_STRING, "one", 3);
    assert_bytes(r, "1.3.6.1.2", FLEET_OCTET_STRING, "two", 3);
    assert_number(r, "1.3.6.1.3", FLEET_INTEGER32, 3);
    recording_free(r);
}

static void objects_are_sorted_by_number_and_the_first_of_duplicates_wins(void **state) {
    (void)state;
    struct recording *r = read_text(
        "1.3.6.1.200|2|4\n1.3.6.1.127|2|2\n1.3.6.1.128|2|3\n1.3.6.1.2|2|1\n1.3.6.1.127|2|9\n"
        "1.3.6.1.127.1|2|5\n1.3.6.1.4294967295|2|6\n");
    assert_int_equal(r->count, 6);
    assert_int_equal(r->duplicates, 1);
    static const char *const order[] = { "1.3.6.1.2",   "1.3.6.1.127", "1.3.6.1.127.1",
                                         "1.3.6.1.128", "1.3.6.1.200", "1.3.6.1.4294967295" };
    for (uint32_t i = 0; i < 6; i++) assert_int_equal(place(r, order[i]), i);
    assert_number(r, "1.3.6.1.127", FLEET_INTEGER32, 2);
    assert_int_equal(place(r, "1.3.6.1.3"), r->count);
    recording_free(r);
}

static void what_snmpwalk_prints_is_read_back(void **state) {
    (void)state;
    struct recording *r = read_text(
        ".1.3.6.1.1 = STRING: \"text with \\\"quotes\\\" and \\\\\"\n"
        ".1.3.6.1.2 = STRING: \"two\n.1.3.6.1.99 = INTEGER: 5\nlines\"\n"
        ".1.3.6.1.3 = STRING: unquoted, as with a MIB\n"
        ".1.3.6.1.4 = \"\"\n"
        ".1.3.6.1.5 = Hex-STRING: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F \n10 11 \n"
        ".1.3.6.1.6 = INTEGER: 5\n"
        ".1.3.6.1.7 = INTEGER: up(1)\n"
        ".1.3.6.1.8 = Gauge32: 4294967295\n"
        ".1.3.6.1.9 = Counter32: 9\n"
        ".1.3.6.1.10 = Counter64: 18446744073709551615\n"
        ".1.3.6.1.11 = Timeticks: (12345) 0:02:03.45\n"
        ".1.3.6.1.12 = OID: .1.3.6.1.4.1.8072\n"
        ".1.3.6.1.13 = IpAddress: 10.1.2.3\n"
        ".1.3.6.1.14 = Network Address: 0A:01:02:04\n"
        ".1.3.6.1.15 = NULL\n"
        ".1.3.6.1.16 = Opaque: Float: 0.500000\n"
        ".1.3.6.1.17 = BITS: C0 00 0 1 \n"
        ".1.3.6.1.18 = BITS: 00 01 15 \n"
        ".1.3.6.1.19 = Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 12 units\n"
        ".1.3.6.1.20 = No Such Instance currently exists at this OID\n"
        ".1.3.6.1.21 = Opaque: Int64: -2\n"
        "iso.3.6.1.22 = OPAQUE: 01 02 03 \n"
        ".1.3.6.1.23 = STRING: \n"
        ".1.3.6.1.24 = BITS: up(1)\n"
        ".1.3.6.1.25 = No more variables left in this MIB View (It is past the end of the MIB "
        "tree)\n");
    assert_bytes(r, "1.3.6.1.1", FLEET_OCTET_STRING, "text with \"quotes\" and \\", 24);
    assert_bytes(r, "1.3.6.1.2", FLEET_OCTET_STRING, "two\n.1.3.6.1.99 = INTEGER: 5\nlines", 34);
    assert_bytes(r, "1.3.6.1.3", FLEET_OCTET_STRING, "unquoted, as with a MIB", 23);
    assert_bytes(r, "1.3.6.1.4", FLEET_OCTET_STRING, "", 0);
    assert_bytes(r, "1.3.6.1.5", FLEET_OCTET_STRING,
                 "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21", 18);
    assert_number(r, "1.3.6.1.6", FLEET_INTEGER32, 5);
    assert_number(r, "1.3.6.1.7", FLEET_INTEGER32, 1);
    assert_number(r, "1.3.6.1.8", FLEET_GAUGE32, 4294967295);
    assert_number(r, "1.3.6.1.9", FLEET_COUNTER32, 9);
    assert_number(r, "1.3.6.1.10", FLEET_COUNTER64, -1);
    assert_number(r, "1.3.6.1.11", FLEET_TIME_TICKS, 12345);
    assert_bytes(r, "1.3.6.1.12", FLEET_OBJECT_IDENTIFIER, "\x2b\x06\x01\x04\x01\xbf\x08", 7);
    assert_bytes(r, "1.3.6.1.13", FLEET_IP_ADDRESS, "\x0a\x01\x02\x03", 4);
    assert_bytes(r, "1.3.6.1.14", FLEET_IP_ADDRESS, "\x0a\x01\x02\x04", 4);
    assert_int_equal(value_at(r, "1.3.6.1.15").type, FLEET_NULL);
    assert_true(value_at(r, "1.3.6.1.16").real == 0.5);
    assert_bytes(r, "1.3.6.1.17", FLEET_OCTET_STRING, "\xc0\x00", 2);
    assert_bytes(r, "1.3.6.1.18", FLEET_OCTET_STRING, "\x00\x01", 2);
    assert_number(r, "1.3.6.1.19", FLEET_INTEGER32, 12);
    assert_int_equal(place(r, "1.3.6.1.20"), r->count);
    assert_number(r, "1.3.6.1.21", FLEET_INTEGER32, -2);
    assert_bytes(r, "1.3.6.1.22", FLEET_OPAQUE, "\1\2\3", 3);
    assert_bytes(r, "1.3.6.1.23", FLEET_OCTET_STRING, "", 0);
    assert_int_equal(place(r, "1.3.6.1.99"), r->count);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.first[0].line, 27);
    recording_free(r);
}

static void damaged_walks_lose_only_what_is_damaged(void **state) {
    (void)state;
    struct recording *r = read_text(
        "Timeout: No Response from 192.0.2.1\n.1.3.6.1.1 = INTEGER: five\n.1.3.6.1.2 = Hex-STRING: "
        "0\n"
        ".1.3.6.1.3 = FOO: 1\n.1.3.6.1.4 = INTEGER: 4\n.1.3.6.1.5 = STRING: \"never closed\n");
    assert_int_equal(faults.count, 4);
    assert_int_equal(r->count, 2);
    assert_number(r, "1.3.6.1.4", FLEET_INTEGER32, 4);
    recording_free(r);
}

static void nothing_makes_an_empty_recording(void **state) {
    (void)state;
    struct recording *r = read_text("");
    assert_int_equal(r->count, 0);
    assert_int_equal(recording_after(r, span_of("\x2b", 1)), 0);
    recording_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snmprec_lines_of_every_tag_are_read),
        cmocka_unit_test(damaged_snmprec_lines_are_left_out_and_noted),
        cmocka_unit_test(line_ends_and_blanks_around_a_line_do_not_count),
        cmocka_unit_test(objects_are_sorted_by_number_and_the_first_of_duplicates_wins),
        cmocka_unit_test(what_snmpwalk_prints_is_read_back),
        cmocka_unit_test(damaged_walks_lose_only_what_is_damaged),
        cmocka_unit_test(nothing_makes_an_empty_recording),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

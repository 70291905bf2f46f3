/*
 * Values in the styles that no recording has an example of: floating point by -Op, lines of
 * hexadecimal, numbers of 64 bits in Opaque.
 */
#include "snmpfleet/mib.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct fleet_mib *mib;

static void expect(const struct fleet_value *value, struct fleet_text_style style,
                   const char *expected) {
    static const uint32_t oid[] = { 1, 3, 6, 1, 4, 1, 99999, 1 };
    char text[256];
    style.flags |= FLEET_TEXT_VALUE_ONLY;
    (void)fleet_mib_varbind_text(mib, oid, 8, value, &style, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void expect_real(double real, const char *how, const char *expected) {
    const struct fleet_value value = { .type = FLEET_OPAQUE_DOUBLE, .real = real };
    expect(&value, (struct fleet_text_style){ .real = how, .flags = FLEET_TEXT_QUICK }, expected);
}

static void expect_octets(uint8_t type, const void *bytes, uint32_t length,
                          struct fleet_text_style style, const char *expected) {
    const struct fleet_value value = { .type = type, .length = length, .bytes = bytes };
    expect(&value, style, expected);
}

static void floating_point_is_written_as_asked_for(void **state) {
    (void)state;
    expect_real(1.5, NULL, "1.500000");
    expect_real(1.5, ".2", "1.50");
    expect_real(1.5, "+020.12", "+000001.500000000000");
    expect_real(1.5, "8.3", "   1.500");
    expect_real(1.5, "%.1e", "1.5e+00");
}

static void what_is_no_way_to_write_floating_point_harms_nobody(void **state) {
    (void)state;
    expect_real(1.5, "%s%s%n", "1.500000");
    expect_real(1.5, "99999999999999999999",
                "                                " "                        " "1.500000");
    expect_real(1.5, "------------------------------", "1.500000");
    expect_real(1.5, ".*", "2");
}

static void lines_of_hexadecimal_are_as_long_as_asked_for(void **state) {
    (void)state;
    static const char bytes[] = "\x01\x02\x03\x04\x05";
    expect_octets(FLEET_OCTET_STRING, bytes, 5, (struct fleet_text_style){ .hex_line = 2 },
                  "Hex-STRING: 01 02 \n03 04 \n05 ");
    expect_octets(FLEET_OCTET_STRING, bytes, 5, (struct fleet_text_style){ .hex_line = -1 },
                  "Hex-STRING: 01 02 03 04 05 ");
    expect_octets(FLEET_OCTET_STRING, bytes, 5,
                  (struct fleet_text_style){ .hex_line = 4, .flags = FLEET_TEXT_HEX_TEXT },
                  "Hex-STRING: 01 02 03 04   [....]\n05   [.]");
}

static void numbers_of_64_bits_in_opaque_are_told_as_such(void **state) {
    (void)state;
    const struct fleet_text_style style = { .flags = 0 };
    struct fleet_value value = { .type = FLEET_COUNTER64, .opaque = FLEET_OPAQUE_UINT64,
                                 .counter = UINT64_MAX };
    expect(&value, style, "Opaque: UInt64: 18446744073709551615");
    value.opaque = FLEET_OPAQUE_COUNTER64;
    value.counter = 7;
    expect(&value, style, "Opaque: Counter64: 7");
    expect(&value, (struct fleet_text_style){ .flags = FLEET_TEXT_QUICK }, "7");
    value = (struct fleet_value){ .type = FLEET_INTEGER32, .opaque = FLEET_OPAQUE_INT64,
                                  .integer = INT64_MIN };
    expect(&value, style, "Opaque: Int64: -9223372036854775808");
    expect_octets(FLEET_OPAQUE, "\x9f\x7b\x00", 3, style, "OPAQUE: 9F 7B 00 ");
}

static void names_can_be_left_out(void **state) {
    (void)state;
    static const uint32_t oid[] = { 1, 3, 6, 1 };
    const struct fleet_value value = { .type = FLEET_INTEGER32, .integer = 5 };
    char text[64];
    (void)fleet_mib_varbind_text(mib, oid, 4, &value,
                                 &(struct fleet_text_style){ .oid = FLEET_OID_NONE }, text,
                                 sizeof(text));
    assert_string_equal(text, " = INTEGER: 5");
}

static int setup(void **state) {
    (void)state;
    return fleet_mib_new(&mib, &(struct fleet_mib_options){ .from = FLEET_MIB_FILES });
}

static int teardown(void **state) {
    (void)state;
    fleet_mib_free(mib);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floating_point_is_written_as_asked_for),
        cmocka_unit_test(what_is_no_way_to_write_floating_point_harms_nobody),
        cmocka_unit_test(lines_of_hexadecimal_are_as_long_as_asked_for),
        cmocka_unit_test(names_can_be_left_out),
        cmocka_unit_test(numbers_of_64_bits_in_opaque_are_told_as_such),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "snmpfleet/error.h"
#include "snmpfleet/request.h"
#include "zoo_mib.h"

static uint8_t scratch[FLEET_VARBIND_SCRATCH];
static char why[FLEET_MIB_WHY_MAX];

static struct fleet_varbind parsed(const char *name, char type, const char *text) {
    struct fleet_varbind varbind = { .oid_length = 0 };
    why[0] = '\0';
    int error = fleet_varbind_parse(zoo, name, type, text, NULL, scratch, sizeof(scratch),
                                    &varbind, why);
    if (error != 0) fail_msg("%s %c %s: %s", name, type, text, why);
    return varbind;
}

static void assert_octets(const char *name, char type, const char *text, const char *octets,
                          size_t length) {
    struct fleet_varbind v = parsed(name, type, text);
    assert_int_equal(v.value.length, length);
    assert_memory_equal(v.value.bytes, octets, length);
}

static void assert_refused(const char *name, char type, const char *text, const char *said) {
    struct fleet_varbind varbind;
    int error = fleet_varbind_parse(zoo, name, type, text, NULL, scratch, sizeof(scratch),
                                    &varbind, why);
    if (error != FLEET_E_INVALID) fail_msg("%s %c %s gave %d", name, type, text, error);
    assert_string_equal(why, said);
}

static void the_name_becomes_an_oid(void **state) {
    (void)state;
    struct fleet_varbind v = parsed("zooWeight.0", 'u', "5");
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    static const uint32_t expected[] = { 1, 3, 6, 1, 4, 1, 99999, 10, 0 };
    assert_int_equal(fleet_oid_numbers(v.oid, v.oid_length, numbers), 9);
    assert_memory_equal(numbers, expected, sizeof(expected));
    assert_int_equal(fleet_varbind_parse(zoo, "noSuchThing.0", 'i', "5", NULL, scratch,
                                         sizeof(scratch), &v, why), FLEET_E_UNKNOWN);
    assert_int_equal(fleet_varbind_parse(zoo, "zooWeight.0", 'u', "5", NULL, scratch, 8, &v, why),
                     FLEET_E_FULL);
}

static void every_type_is_read(void **state) {
    (void)state;
    struct fleet_varbind v = parsed("1.3.9.1", 'i', "-5");
    assert_int_equal(v.value.type, FLEET_INTEGER32);
    assert_int_equal(v.value.integer, -5);
    static const struct { char letter; uint8_t type; const char *text; uint64_t counter; } all[] = {
        { 'u', FLEET_GAUGE32, "4294967295", 4294967295u }, { 't', FLEET_TIME_TICKS, "7", 7 },
        { '3', FLEET_UINTEGER32, "9", 9 }, { 'c', FLEET_COUNTER32, "1", 1 },
        { 'C', FLEET_COUNTER64, "18446744073709551615", UINT64_MAX },
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        v = parsed("1.3.9.1", all[i].letter, all[i].text);
        assert_int_equal(v.value.type, all[i].type);
        assert_true(v.value.counter == all[i].counter);
    }
    v = parsed("1.3.9.1", 'F', "1.5");
    assert_true(v.value.type == FLEET_OPAQUE_FLOAT && v.value.real == 1.5);
    v = parsed("1.3.9.1", 'D', "-2.5e300");
    assert_true(v.value.type == FLEET_OPAQUE_DOUBLE && v.value.real == -2.5e300);
    assert_int_equal(parsed("1.3.9.1", 'n', "").value.type, FLEET_NULL);
    assert_octets("1.3.9.1", 'a', "192.0.2.1", "\xc0\x00\x02\x01", 4);
    assert_octets("1.3.9.1", 'o', "1.3.6.1", "\x2b\x06\x01", 3);
    assert_octets("1.3.9.1", 's', "text", "text", 4);
    assert_octets("1.3.9.1", 's', "", "", 0);
    assert_octets("1.3.9.1", 'x', "0x00 1b2C", "\x00\x1b\x2c", 3);
    assert_octets("1.3.9.1", 'd', "0.27 255", "\x00\x1b\xff", 3);
    assert_octets("1.3.9.1", 'b', "0, 9", "\x80\x40", 2);
    assert_octets("1.3.9.1", 'U', "128", "\x9f\x7b\x02\x00\x80", 5);
    assert_octets("1.3.9.1", 'I', "-1", "\x9f\x7a\x01\xff", 4);
    assert_octets("1.3.9.1", 'I', "-129", "\x9f\x7a\x02\xff\x7f", 5);
    assert_octets("1.3.9.1", 'U', "18446744073709551615",
                  "\x9f\x7b\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff", 12);
}

static void the_module_says_what_equals_means(void **state) {
    (void)state;
    assert_int_equal(parsed("peerState.1.0.5", '=', "down").value.integer, 2);
    assert_int_equal(parsed("zooAge.0", '=', "5").value.type, FLEET_TIME_TICKS);
    assert_int_equal(parsed("zooBytes.0", '=', "5").value.type, FLEET_COUNTER64);
    assert_octets("routeBits.1", '=', "dot4 far", "\x40\x40", 2);
    assert_octets("mixedMac.1", '=', "0:1b:2:3:4:5", "\x00\x1b\x02\x03\x04\x05", 6);
    assert_octets("moreDate.1", 's', "2020-1-2,3:4:5.6", "\x07\xe4\x01\x02\x03\x04\x05\x06", 8);
    assert_refused("zooLoad.0", '=', "5", "Bad variable type (\"=\")");
    assert_refused("1.3.9.1", '=', "5", "Bad variable type (\"=\")");
    assert_refused("1.3.9.1", 'q', "5", "Bad variable type (\"q\")");
}

static void what_does_not_fit_the_module_is_refused(void **state) {
    (void)state;
    assert_refused("peerState.1.0.5", 's', "up",
                   "Bad variable type (Type of attribute is INTEGER, not OCTET STRING)");
    assert_refused("mixedName.1", 'i', "5",
                   "Bad variable type (Type of attribute is OCTET STRING, not INTEGER)");
    assert_refused("zooWeight.0", 'i', "5",
                   "Bad variable type (Type of attribute is Unsigned32, not INTEGER)");
    assert_refused("routeBits.1", 'i', "5",
                   "Bad variable type (Type of attribute is BITS, not INTEGER)");
    assert_refused("mixedName.1", 'b', "5",
                   "Bad variable type (Type of attribute is OCTET STRING, not BITS)");
    assert_refused("peerState.1.0.5", 'i', "3", "Value out of range (3)");
    assert_refused("peerState.1.0.5", 'i', "sideways", "Value out of range (sideways)");
    assert_refused("routeBits.1", 'b', "dot3 none", "Value out of range (none)");
    assert_refused("mixedName.1", 's', "eleven char", "Value out of range (Bad string length :: "
                                                     "{(0..10)})");
    assert_refused("mixedMac.1", 'x', "00", "Value out of range (Bad string length :: {(6)})");
}

static void what_is_no_value_is_refused(void **state) {
    (void)state;
    assert_refused("1.3.9.1", 'i', "", "Bad value notation ()");
    assert_refused("1.3.9.1", 'i', "5x", "Value out of range (5x)");
    assert_refused("1.3.9.1", 'i', "2147483648", "Value out of range (2147483648)");
    assert_refused("1.3.9.1", 'u', "-1", "Bad value notation (-1)");
    assert_refused("1.3.9.1", 'u', "4294967296", "Bad value notation (4294967296)");
    assert_refused("1.3.9.1", 't', "", "Bad value notation ()");
    assert_refused("1.3.9.1", 'a', "1.2.3.4.5", "Bad value notation (1.2.3.4.5)");
    assert_refused("1.3.9.1", 'x', "123", "Bad value notation (123)");
    assert_refused("1.3.9.1", 'x', "zz", "Bad value notation (zz)");
    assert_refused("1.3.9.1", 'd', "1 256", "Bad value notation (1 256)");
    assert_refused("1.3.9.1", 'b', "x", "Value out of range (x)");
    assert_refused("1.3.9.1", 'b', "-1", "Value out of range (-1)");
    assert_refused("1.3.9.1", 'b', "99999999", "Value out of range (99999999)");
    assert_refused("1.3.9.1", 'F', "1e99", "Bad value notation (1e99)");
    assert_refused("1.3.9.1", 'U', "-1", "Bad value notation (-1)");
    assert_refused("1.3.9.1", 'I', "9223372036854775808",
                   "Bad value notation (9223372036854775808)");
    assert_refused("1.3.9.1", 'i', "a\x1b[2J", "Value out of range (a?[2J)");
}

static void checks_can_be_switched_off(void **state) {
    (void)state;
    struct fleet_name_style style = { .flags = FLEET_NAME_ANY_RANGE };
    struct fleet_varbind v;
    assert_int_equal(fleet_varbind_parse(zoo, "peerState.1.0.5", 's', "up", &style, scratch,
                                         sizeof(scratch), &v, why), 0);
    assert_int_equal(fleet_varbind_parse(zoo, "mixedMac.1", 'x', "00", &style, scratch,
                                         sizeof(scratch), &v, why), 0);
    style.flags = FLEET_NAME_ANY_NUMBER;
    assert_int_equal(fleet_varbind_parse(zoo, "peerState.1.0.5", 'i', "3", &style, scratch,
                                         sizeof(scratch), &v, why), 0);
    assert_int_equal(fleet_varbind_parse(zoo, "peerState.1.0.5", 's', "up", &style, scratch,
                                         sizeof(scratch), &v, why), FLEET_E_INVALID);
    style.flags = FLEET_NAME_NO_HINTS;
    assert_int_equal(fleet_varbind_parse(zoo, "mixedMac.1", 's', "abcdef", &style, scratch,
                                         sizeof(scratch), &v, why), 0);
    assert_memory_equal(v.value.bytes, "abcdef", 6);
}

static void what_has_no_room_is_refused(void **state) {
    (void)state;
    char text[2000];
    struct fleet_varbind v;
    memset(text, '1', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    static const char letters[] = "sx";
    for (const char *at = letters; *at != '\0'; at++)
        assert_int_equal(fleet_varbind_parse(zoo, "1.3.9.1", *at, *at == 's' ? text : text + 1,
                                             NULL, scratch, FLEET_OID_BYTES_MAX + 8, &v, why),
                         FLEET_E_FULL);
    assert_int_equal(fleet_varbind_parse(zoo, "1.3.9.1", 'b', "9999", NULL, scratch,
                                         FLEET_OID_BYTES_MAX + 8, &v, why), FLEET_E_FULL);
}

static void oids_go_both_ways_as_numbers(void **state) {
    (void)state;
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    const uint32_t oid[] = { 2, 999, 4294967295u }, no_oid[] = { 3, 1 }, one[] = { 1 };
    size_t length = fleet_oid_bytes(oid, 3, bytes);
    assert_int_equal(fleet_oid_numbers(bytes, length, numbers), 3);
    assert_memory_equal(numbers, oid, sizeof(oid));
    assert_int_equal(fleet_oid_bytes(no_oid, 2, bytes), 0);
    assert_int_equal(fleet_oid_bytes(one, 1, bytes), 1);
    assert_int_equal(bytes[0], 40);
    assert_int_equal(fleet_oid_bytes(NULL, 0, bytes), 1);
    assert_int_equal(bytes[0], 0);
    assert_int_equal(fleet_oid_numbers((const uint8_t *)"\x2b\x86", 2, numbers), 0);
    assert_int_equal(fleet_oid_numbers((const uint8_t *)"", 0, numbers), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_becomes_an_oid),
        cmocka_unit_test(every_type_is_read),
        cmocka_unit_test(the_module_says_what_equals_means),
        cmocka_unit_test(what_does_not_fit_the_module_is_refused),
        cmocka_unit_test(what_is_no_value_is_refused),
        cmocka_unit_test(checks_can_be_switched_off),
        cmocka_unit_test(what_has_no_room_is_refused),
        cmocka_unit_test(oids_go_both_ways_as_numbers),
    };
    return cmocka_run_group_tests_name("varbind_parse", tests, zoo_set_up, zoo_tear_down);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "zoo_mib.h"

#define ZOO ".1.3.6.1.4.1.99999"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_oid_as(const char *text, const struct fleet_name_style *style,
                          const char *expected) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], got[FLEET_OID_TEXT_MAX];
    int r = fleet_mib_parse_name(zoo, text, style, &name, why);
    if (r != 0) fail_msg("%s: %s", text, why);
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    (void)fleet_mib_oid_text(zoo, name.oid, name.length, &numeric, got, sizeof(got));
    assert_string_equal(got, expected);
}

static void assert_oid(const char *text, const char *expected) {
    assert_oid_as(text, NULL, expected);
}

static void assert_refused(const char *text, int error, const char *said) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX] = "";
    int r = fleet_mib_parse_name(zoo, text, NULL, &name, why);
    if (r != error) fail_msg("%s gave %d: %s", text, r, why);
    if (strstr(why, said) == NULL) fail_msg("%s: \"%s\" does not say \"%s\"", text, why, said);
    for (const char *c = why; *c != '\0'; c++) assert_true((*c & 0x80) != 0 || *c >= ' ');
}

static void names_begin_anywhere(void **state) {
    (void)state;
    assert_oid("IF-MIB::ifDescr", ".1.3.6.1.2.1.2.2.1.2");
    assert_oid("IF-MIB:ifDescr", ".1.3.6.1.2.1.2.2.1.2");
    assert_oid("ifDescr.5", ".1.3.6.1.2.1.2.2.1.2.5");
    assert_oid(".ifDescr.5", ".1.3.6.1.2.1.2.2.1.2.5");
    assert_oid("ANY::ifDescr.5", ".1.3.6.1.2.1.2.2.1.2.5");
    assert_oid(".1.3.6.1.99", ".1.3.6.1.99");
    assert_oid("1.3.6.1.99", ".1.3.6.1.99");
    assert_oid("iso.org.dod", ".1.3.6");
    assert_oid(".iso.3.dod.1", ".1.3.6.1");
    assert_oid("system.sysUpTime.0", ".1.3.6.1.2.1.1.3.0");
    assert_oid("interfaces.2.ifEntry.2.7", ".1.3.6.1.2.1.2.2.1.2.7");
    assert_oid("ifTable.1.99.5", ".1.3.6.1.2.1.2.2.1.99.5");
    assert_oid("zoo.0x10", ZOO ".16");
    assert_oid(".", "");
}

static void indexes_are_read_as_what_they_stand_for(void **state) {
    (void)state;
    assert_oid("mixedValue.tiger.\"ab\".'0:1b:2c:3:4:5'", ZOO ".1.1.4.2.2.97.98.0.27.44.3.4.5");
    assert_oid("mixedValue.2.2.97.98.0.27.44.3.4.5", ZOO ".1.1.4.2.2.97.98.0.27.44.3.4.5");
    assert_oid("mixedValue.2.\"\"", ZOO ".1.1.4.2.0");
    assert_oid("mixedValue.2.\"a\\\"b\\\\\"", ZOO ".1.1.4.2.4.97.34.98.92");
    assert_oid("mixedValue.2.'a.b'", ZOO ".1.1.4.2.3.97.46.98");
    assert_oid("mixedValue.1", ZOO ".1.1.4.1");
    assert_oid("impliedValue.'abc'", ZOO ".2.1.2.97.98.99");
    assert_oid("impliedValue.\"abc\"", ZOO ".2.1.2.97.98.99");
    assert_oid("impliedValue.97.98", ZOO ".2.1.2.97.98");
    assert_oid("routeBits.192.0.2.1.2.1.3", ZOO ".4.1.3.192.0.2.1.2.1.3");
    assert_oid("routeBits.\"192.0.2.1\".2.1.3", ZOO ".4.1.3.192.0.2.1.2.1.3");
    assert_oid("moreDate.lion.\"x\"", ZOO ".5.1.1.1.1.120");
    assert_oid("zooWeight.\"ab\".'c'", ZOO ".10.2.97.98.99");
}

static void addresses_go_by_the_type_in_front_of_them(void **state) {
    (void)state;
    assert_oid("peerState.ipv4.\"195.218.254.105\".41511", ZOO ".3.1.4.1.4.195.218.254.105.41511");
    assert_oid("peerState.ipv6.\"2001:db8::1\".1",
               ZOO ".3.1.4.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.1");
    assert_oid("peerState.2.\"20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01\".1",
               ZOO ".3.1.4.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.1");
    assert_oid("peerState.ipv4z.\"192.0.2.1%7\".1", ZOO ".3.1.4.3.8.192.0.2.1.0.0.0.7.1");
    assert_oid("peerState.dns.\"a.b\".1", ZOO ".3.1.4.16.3.97.46.98.1");
    assert_oid("peerState.unknown.\"\".1", ZOO ".3.1.4.0.0.1");
    assert_refused("peerState.ipv4.\"host\".1", FLEET_E_OID, "is no address");
    assert_refused("peerState.ipv4.\"192.0.2.1%1\".1", FLEET_E_OID, "is no address");
    assert_refused("peerState.ipv6z.\"fe80::1\".1", FLEET_E_OID, "is no address");
}

static void a_wildcard_is_every_instance(void **state) {
    (void)state;
    static const char *const texts[] = { "ifDescr.*", "IF-MIB::ifDescr.*", "mixedValue.2.*",
                                         ".1.3.6.*" };
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX];
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(fleet_mib_parse_name(zoo, texts[i], NULL, &name, why), 0);
        assert_true(name.is_wildcard);
    }
    uint32_t oid[FLEET_OID_SUBIDS_MAX];
    const struct fleet_object *object;
    size_t length;
    assert_int_equal(fleet_mib_parse(zoo, "ifDescr.*", oid, &length, &object, why), 0);
    assert_int_equal(length, 10);
    assert_string_equal(object->name, "ifDescr");
    assert_refused("ifDescr.*.1", FLEET_E_OID, "");
    assert_refused("ifDescr.**", FLEET_E_OID, "");
}

static void styles_change_how_names_are_read(void **state) {
    (void)state;
    assert_oid_as("ifDescr.0", &(struct fleet_name_style){ .flags = FLEET_NAME_ANY_RANGE },
                  ".1.3.6.1.2.1.2.2.1.2.0");
    assert_oid_as("1.3", &(struct fleet_name_style){ .flags = FLEET_NAME_UCD },
                  ".1.3.6.1.2.1.1.3");
    assert_oid_as(".1.3", &(struct fleet_name_style){ .flags = FLEET_NAME_UCD }, ".1.3");
    assert_oid_as("system.3", &(struct fleet_name_style){ .flags = FLEET_NAME_UCD },
                  ".1.3.6.1.2.1.1.3");
    assert_oid_as("^MIXEDval.1", &(struct fleet_name_style){ .flags = FLEET_NAME_PATTERN },
                  ZOO ".1.1.4.1");
    assert_oid_as("sysUpTime", &(struct fleet_name_style){ .suffix = "0" }, ".1.3.6.1.2.1.1.3.0");
    assert_oid_as("Descr", &(struct fleet_name_style){ .prefix = "if", .suffix = ".7" },
                  ".1.3.6.1.2.1.2.2.1.2.7");
    assert_oid_as("mixedValue.2.\"\".'0:1:2'",
                  &(struct fleet_name_style){ .flags = FLEET_NAME_NO_HINTS | FLEET_NAME_ANY_RANGE },
                  ZOO ".1.1.4.2.0.48.58.49.58.50");
}

static void what_is_wrong_is_told(void **state) {
    (void)state;
    assert_refused("ifHCInOctet", FLEET_E_UNKNOWN, "did you mean ifHCInOctets?");
    assert_refused("ifHCInOctet", FLEET_E_UNKNOWN, "/nonexistent");
    assert_refused("IF-MIB::mixedValue", FLEET_E_UNKNOWN, "no object \"IF-MIB::mixedValue\"");
    assert_refused("IF-MIBX::ifDescr", FLEET_E_UNKNOWN, "did you mean IF-MIB?");
    assert_refused("NOWHERE-MIB::ifDescr", FLEET_E_UNKNOWN, "no module \"NOWHERE-MIB\"");
    assert_refused("ifDescr.0", FLEET_E_OID, "out of the range of ifIndex");
    assert_refused("mixedValue.3x", FLEET_E_OID, "neither a number nor a name of mixedKind");
    assert_refused("mixedValue.2.\"12345678901\"", FLEET_E_OID, "too short or too long");
    assert_refused("mixedValue.2.\"\".'12345'", FLEET_E_OID, "too short or too long");
    assert_refused("mixedValue.2.ab", FLEET_E_OID, "strings go in quotes");
    assert_refused("mixedValue.2.\"ab", FLEET_E_OID, "do not end");
    assert_refused("mixedValue.2.\"ab\"x", FLEET_E_OID, "do not end");
    assert_refused("routeBits.1.2.3.256", FLEET_E_OID, "routeTo");
    assert_refused("zooWeight.x", FLEET_E_UNKNOWN, "no \"x\" below ZOO-MIB::zooWeight");
    assert_refused("", FLEET_E_OID, "empty");
    assert_refused("..", FLEET_E_OID, "empty");
    assert_refused("1..3", FLEET_E_OID, "empty");
    assert_refused("IF-MIB::", FLEET_E_OID, "no name behind");
    assert_refused("1.3.4294967296", FLEET_E_OID, "no sub-identifier");
    assert_refused("\x1b[31m\x80", FLEET_E_UNKNOWN, "?[31m?");
    char text[8192];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_refused(text, FLEET_E_OID, "too long");
    size_t at = 0;
    for (int i = 0; i < 129; i++) at += (size_t)sprintf(text + at, ".1");
    assert_refused(text, FLEET_E_OID, "more than 128");
}

static void assert_text_as(const char *oid, enum fleet_oid_style how, uint32_t flags,
                           const char *expected) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], got[512];
    assert_int_equal(fleet_mib_parse_name(zoo, oid, NULL, &name, why), 0);
    const struct fleet_text_style style = { .oid = how, .flags = flags };
    size_t length = fleet_mib_oid_text(zoo, name.oid, name.length, &style, got, sizeof(got));
    assert_string_equal(got, expected);
    assert_int_equal(length, strlen(expected));
}

static void assert_text(const char *oid, const char *expected) {
    assert_text_as(oid, FLEET_OID_MODULE, 0, expected);
    char again[512];
    struct fleet_name name, same;
    char why[FLEET_MIB_WHY_MAX];
    assert_int_equal(fleet_mib_parse_name(zoo, oid, NULL, &name, why), 0);
    (void)fleet_mib_oid_text(zoo, name.oid, name.length, NULL, again, sizeof(again));
    if (strpbrk(again, "\".'") != NULL && strstr(oid, ".46") != NULL) return;
    int r = fleet_mib_parse_name(zoo, again, NULL, &same, why);
    if (r != 0) fail_msg("%s: %s", again, why);
    assert_int_equal(same.length, name.length);
    assert_memory_equal(same.oid, name.oid, name.length * sizeof(*name.oid));
}

static void indexes_are_written_as_what_they_stand_for(void **state) {
    (void)state;
    assert_text(ZOO ".1.1.4.2.2.97.98", "ZOO-MIB::mixedValue.tiger.\"ab\"");
    assert_text(ZOO ".1.1.4.3.0", "ZOO-MIB::mixedValue.3.\"\"");
    assert_text(ZOO ".2.1.2.97.98.99", "ZOO-MIB::impliedValue.'abc'");
    assert_text(ZOO ".3.1.4.1.4.195.218.254.105.41511",
                "ZOO-MIB::peerState.ipv4.\"195.218.254.105\".41511");
    assert_text(ZOO ".3.1.4.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.1",
                "ZOO-MIB::peerState.ipv6.\"20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01\".1");
    assert_text(ZOO ".3.1.4.3.8.192.0.2.1.0.0.0.7.1",
                "ZOO-MIB::peerState.ipv4z.\"192.0.2.1%7\".1");
    assert_text(ZOO ".4.1.3.192.0.2.1.2.1.3", "ZOO-MIB::routeBits.192.0.2.1.2.1.3");
    assert_text(ZOO ".5.1.1.1.1.120", "ZOO-MIB::moreDate.lion.\"x\"");
    assert_text(ZOO ".10.0", "ZOO-MIB::zooWeight.0");
    /* What does not fit is numbers from there on. */
    assert_text(ZOO ".1.1.4.2.9.1", "ZOO-MIB::mixedValue.tiger.9.1");
    assert_text(ZOO ".1.1.4.2.1.97.1.2.3", "ZOO-MIB::mixedValue.tiger.\"a\".1.2.3");
    assert_text_as(ZOO ".1.1.4.2.2.27.255", FLEET_OID_MODULE, 0,
                   "ZOO-MIB::mixedValue.tiger.\"..\"");
    assert_text_as(ZOO ".1.1.9.2.1.97", FLEET_OID_MODULE, 0, "ZOO-MIB::mixedEntry.9.tiger.\"a\"");
}

static void styles_change_how_oids_are_written(void **state) {
    (void)state;
    static const char oid[] = ZOO ".1.1.4.2.2.97.98";
    assert_text_as(oid, FLEET_OID_NUMERIC, 0, oid);
    assert_text_as(oid, FLEET_OID_SUFFIX, 0, "mixedValue.tiger.\"ab\"");
    assert_text_as(oid, FLEET_OID_FULL, 0,
                   ".iso.org.dod.internet.private.enterprises.zoo.mixedTable.mixedEntry.mixedValue"
                   ".tiger.\"ab\"");
    assert_text_as(oid, FLEET_OID_UCD, 0,
                   "enterprises.zoo.mixedTable.mixedEntry.mixedValue.tiger.\"ab\"");
    assert_text_as(oid, FLEET_OID_SUFFIX, FLEET_TEXT_PLAIN_INDEX, "mixedValue.2.2.97.98");
    assert_text_as(oid, FLEET_OID_SUFFIX, FLEET_TEXT_BRACKETS, "mixedValue[tiger][\"ab\"]");
    assert_text_as(oid, FLEET_OID_SUFFIX, FLEET_TEXT_ESCAPE_QUOTES,
                   "mixedValue.tiger.\\\"ab\\\"");
    assert_text_as(".1.3.6.1.2.1.1.3.0", FLEET_OID_UCD, 0, "system.sysUpTime.0");
    assert_text_as(".3.1", FLEET_OID_MODULE, 0, ".3.1");
    assert_text_as(".1", FLEET_OID_MODULE, 0, "iso");
    assert_text_as(".", FLEET_OID_MODULE, 0, "");
}

static void assert_varbind(const char *oid, struct fleet_value value, uint32_t flags,
                           const char *expected) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], got[512];
    assert_int_equal(fleet_mib_parse_name(zoo, oid, NULL, &name, why), 0);
    const struct fleet_text_style style = { .oid = FLEET_OID_SUFFIX, .flags = flags };
    size_t length = fleet_mib_varbind_text(zoo, name.oid, name.length, &value, &style, got,
                                           sizeof(got));
    assert_string_equal(got, expected);
    assert_int_equal(length, strlen(expected));
    for (size_t size = 0; size < length; size++) {
        got[size] = 'x';
        assert_int_equal(fleet_mib_varbind_text(zoo, name.oid, name.length, &value, &style, got,
                                                size), length);
        assert_int_equal(got[size], 'x');
    }
}

static struct fleet_value octets(const char *bytes, size_t length) {
    return (struct fleet_value){ .type = FLEET_OCTET_STRING, .length = (uint32_t)length,
                                 .bytes = (const uint8_t *)bytes };
}

#define OCTETS(literal) octets(literal, sizeof(literal) - 1)
#define NUMBER(type_, n) ((struct fleet_value){ .type = (type_), .counter = (uint64_t)(n) })

static void values_are_written_as_net_snmp_does(void **state) {
    (void)state;
    assert_varbind("peerState.0.0.1", NUMBER(FLEET_INTEGER32, 1), 0,
                   "peerState.unknown.\"\".1 = INTEGER: up(1)");
    assert_varbind("peerState", NUMBER(FLEET_INTEGER32, 3), 0, "peerState = INTEGER: 3");
    assert_varbind("mixedValue", NUMBER(FLEET_INTEGER32, 123), 0, "mixedValue = INTEGER: 12.3");
    assert_varbind("mixedValue", NUMBER(FLEET_INTEGER32, -5), 0, "mixedValue = INTEGER: -.5");
    assert_varbind("zooWeight.0", NUMBER(FLEET_GAUGE32, 3), 0, "zooWeight.0 = Gauge32: 3 kg");
    assert_varbind("zooWeight.0", NUMBER(FLEET_INTEGER32, 3), 0,
                   "zooWeight.0 = Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 3");
    assert_varbind("zooBytes.0", NUMBER(FLEET_COUNTER64, UINT64_MAX), 0,
                   "zooBytes.0 = Counter64: 18446744073709551615");
    assert_varbind("zooAge.0", NUMBER(FLEET_TIME_TICKS, 8640123), 0,
                   "zooAge.0 = Timeticks: (8640123) 1 day, 0:00:01.23");
    assert_varbind("zooLoad.0", (struct fleet_value){ .type = FLEET_OPAQUE_FLOAT, .real = 1 }, 0,
                   "zooLoad.0 = Opaque: Float: 1.000000");
    assert_varbind("routeBits", OCTETS("\xc0\x60"), 0,
                   "routeBits = BITS: C0 60 dot3(0) dot4(1) far(9) 10 ");
    assert_varbind("moreDate", OCTETS("\x07\xdb\x01\x02\x03\x04\x05\x06+\x01\x00"), 0,
                   "moreDate = STRING: 2011-1-2,3:4:5.6,+1:0");
    assert_varbind("mixedName", OCTETS("a\"b\\"), 0, "mixedName = STRING: \"a\\\"b\\\\\"");
    assert_varbind("mixedName", OCTETS(""), 0, "mixedName = \"\"");
    assert_varbind("mixedName", OCTETS("\x1b[2J"), 0, "mixedName = Hex-STRING: 1B 5B 32 4A ");
    assert_varbind("impliedName", OCTETS("\x1b[2J"), 0, "impliedName = STRING: .[2J");
    assert_varbind("routeTo", (struct fleet_value){ .type = FLEET_IP_ADDRESS, .length = 4,
                                                    .bytes = (const uint8_t *)"\xc0\0\2\1" }, 0,
                   "routeTo = IpAddress: 192.0.2.1");
    assert_varbind("routeOid", (struct fleet_value){ .type = FLEET_OBJECT_IDENTIFIER, .length = 7,
                                                     .bytes = (const uint8_t *)"\x2b\6\1\2\1\1\3" },
                   0, "routeOid = OID: sysUpTime");
    assert_varbind(ZOO ".77.1", (struct fleet_value){ .type = FLEET_NULL }, 0, "zoo.77.1 = NULL");
    assert_varbind("zooAge.0", (struct fleet_value){ .type = FLEET_NO_SUCH_OBJECT }, 0,
                   "zooAge.0 = No Such Object available on this agent at this OID");
}

static void styles_change_how_values_are_written(void **state) {
    (void)state;
    struct fleet_value up = NUMBER(FLEET_INTEGER32, 1), age = NUMBER(FLEET_TIME_TICKS, 123);
    struct fleet_value text = OCTETS("0123456789abcdefg");
    assert_varbind("peerState", up, FLEET_TEXT_NUMERIC_ENUMS, "peerState = INTEGER: 1");
    assert_varbind("peerState", up, FLEET_TEXT_QUICK, "peerState up");
    assert_varbind("peerState", up, FLEET_TEXT_QUICK | FLEET_TEXT_QUICK_EQUAL, "peerState = up");
    assert_varbind("peerState", up, FLEET_TEXT_VALUE_ONLY, "INTEGER: up(1)");
    assert_varbind("zooAge.0", age, FLEET_TEXT_NUMERIC_TICKS, "zooAge.0 = 123");
    assert_varbind("zooAge.0", age, FLEET_TEXT_QUICK, "zooAge.0 0:0:00:01.23");
    assert_varbind("zooWeight.0", NUMBER(FLEET_GAUGE32, 3), FLEET_TEXT_NO_UNITS,
                   "zooWeight.0 = Gauge32: 3");
    assert_varbind("mixedValue", NUMBER(FLEET_INTEGER32, 123), FLEET_TEXT_NO_HINTS,
                   "mixedValue = INTEGER: 123");
    assert_varbind("mixedName", text, FLEET_TEXT_HEX | FLEET_TEXT_HEX_TEXT,
                   "mixedName = Hex-STRING: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66   "
                   "[0123456789abcdef]\n67   [g]");
    assert_varbind("mixedName", OCTETS("a\1"), FLEET_TEXT_ASCII, "mixedName = STRING: \"a.\"");
    assert_varbind("mixedMac", OCTETS("\0\x1b\2\3\4\5"), 0, "mixedMac = STRING: 0:1b:2:3:4:5");
    assert_varbind("mixedMac", OCTETS("\0\x1b\2\3\4\5"), FLEET_TEXT_TWO_DIGITS,
                   "mixedMac = STRING: 00:1b:02:03:04:05");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_begin_anywhere),
        cmocka_unit_test(indexes_are_read_as_what_they_stand_for),
        cmocka_unit_test(addresses_go_by_the_type_in_front_of_them),
        cmocka_unit_test(a_wildcard_is_every_instance),
        cmocka_unit_test(styles_change_how_names_are_read),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(indexes_are_written_as_what_they_stand_for),
        cmocka_unit_test(styles_change_how_oids_are_written),
        cmocka_unit_test(values_are_written_as_net_snmp_does),
        cmocka_unit_test(styles_change_how_values_are_written),
    };
    return cmocka_run_group_tests(tests, zoo_set_up, zoo_tear_down);
}

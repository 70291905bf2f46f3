/*
 * test_telegraf: octets and reals to the letter as Telegraf 1.37 wrote them
 * (tests/system/compare_telegraf.py asks it), and the differences that are meant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "out/telegraf.h"
#include "row/schema.h"

enum { ROOM = 256 };

static struct fleet_value octets(const char *bytes, size_t length) {
    return (struct fleet_value){ .type = FLEET_OCTET_STRING, .length = (uint32_t)length,
                                 .bytes = (const uint8_t *)bytes };
}

static void assert_written(const char *bytes, size_t length, enum fleet_as as, const char *tag,
                           const char *field) {
    char text[ROOM];
    struct fleet_value v = octets(bytes, length);
    *telegraf_put_tag(text, &v, as) = '\0';
    assert_string_equal(text, tag);
    *telegraf_put_field(text, &v, as) = '\0';
    assert_string_equal(text, field);
}

#define WRITTEN(bytes, tag, field) \
    assert_written(bytes, sizeof(bytes) - 1, FLEET_AS_AUTO, tag, field)

static void octets_are_written_as_telegraf_writes_them(void **state) {
    (void)state;
    WRITTEN("D:\\", "D:", "\"D:\\\\\"");
    WRITTEN("C:\\ Label: 1", "C:\\\\ Label:\\ 1", "\"C:\\\\ Label: 1\"");
    WRITTEN("a\\,b=c", "a\\\\,b\\=c", "\"a\\\\,b=c\"");
    WRITTEN("\\\\ \\", "\\\\\\ ", "\"\\\\\\\\ \\\\\"");
    WRITTEN("\\", "", "\"\\\\\"");
    WRITTEN("say \"hi\"", "say\\ \"hi\"", "\"say \\\"hi\\\"\"");
    WRITTEN("end\\\n", "end\\\\n", "\"end\\\\\n\"");
    WRITTEN("a\tb\rc", "a\\tb\\rc", "\"a\tb\rc\"");
    WRITTEN("0x1f", "0x1f", "\"0x1f\"");
    WRITTEN("\xc3\xbc", "\xc3\xbc", "\"\xc3\xbc\"");
    WRITTEN("caf\xe9", "636166e9", "\"636166e9\"");
    WRITTEN("(", "(", "\"(\"");
}

static void control_characters_are_hexadecimal_and_nuls_at_the_end_left_out(void **state) {
    (void)state;
    WRITTEN("a\x1b[2J", "611b5b324a", "\"611b5b324a\"");
    WRITTEN("eth0\0\0", "eth0", "\"eth0\"");
    WRITTEN("\0\0", "0000", "\"0000\"");
}

static void ways_that_were_asked_for_are_kept(void **state) {
    (void)state;
    static const char mac[] = "\x00\x1b\x2c\x03\x04\x05";
    assert_written(mac, 6, FLEET_AS_MAC, "00:1b:2c:03:04:05", "\"00:1b:2c:03:04:05\"");
    assert_written("ab", 2, FLEET_AS_HEX, "6162", "\"6162\"");
    assert_written("0x6162", 6, (enum fleet_as)SCHEMA_IS_TEXT, "6162", "\"6162\"");
    const struct fleet_column automatic = { .as = FLEET_AS_AUTO }, hex = { .as = FLEET_AS_HEX };
    assert_int_equal(telegraf_way(&automatic, FLEET_AS_HEX), FLEET_AS_RAW);
    assert_int_equal(telegraf_way(&hex, FLEET_AS_HEX), FLEET_AS_HEX);
    assert_int_equal(telegraf_way(&automatic, FLEET_AS_MAC), FLEET_AS_MAC);
}

static void whole_reals_have_no_point(void **state) {
    (void)state;
    static const struct {
        double real;
        const char *text;
    } cases[] = { { 5, "5" }, { -2, "-2" }, { 0.25, "0.25" }, { 0, "0" },
                  { (double)0.1f, "0.10000000149011612" } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[ROOM];
        const struct fleet_value v = { .type = FLEET_OPAQUE_FLOAT, .real = cases[i].real };
        *telegraf_put_real(text, &v) = '\0';
        assert_string_equal(text, cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_are_written_as_telegraf_writes_them),
        cmocka_unit_test(control_characters_are_hexadecimal_and_nuls_at_the_end_left_out),
        cmocka_unit_test(ways_that_were_asked_for_are_kept),
        cmocka_unit_test(whole_reals_have_no_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

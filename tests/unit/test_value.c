#include "snmpfleet/error.h"
#include "snmpfleet/syntax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/prng.h"
#include "out/text.h"
#include "seed.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct fleet_named_number up_down[] = { { 1, "up" }, { 2, "down" }, { -3, "odd" } };
static const struct fleet_named_number dots[] = { { 0, "dot3" }, { 1, "dot4" }, { 9, "far" } };
static const struct fleet_range six[] = { { 6, 6 } };
static const struct fleet_range date_sizes[] = { { 8, 8 }, { 11, 11 } };

static const struct fleet_syntax status = {
    .base = "INTEGER", .names = up_down, .name_count = 3, .type = FLEET_INTEGER32,
};
static const struct fleet_syntax bits = {
    .base = "BITS", .names = dots, .name_count = 3, .type = FLEET_OCTET_STRING, .is_bits = true,
};
static const struct fleet_syntax display = { .hint = "255a", .type = FLEET_OCTET_STRING };
static const struct fleet_syntax mac = {
    .hint = "1x:", .ranges = six, .range_count = 1, .type = FLEET_OCTET_STRING,
};
static const struct fleet_syntax date = {
    .hint = "2d-1d-1d,1d:1d:1d.1d,1a1d:1d", .ranges = date_sizes, .range_count = 2,
    .type = FLEET_OCTET_STRING,
};
static const struct fleet_syntax tenths = { .hint = "d-1", .type = FLEET_INTEGER32 };
static const struct fleet_syntax ticks = { .base = "TimeTicks", .type = FLEET_TIME_TICKS };
static const struct fleet_syntax inet = {
    .convention = "InetAddress", .type = FLEET_OCTET_STRING,
};
static const struct fleet_syntax inet4 = { .hint = "1d.1d.1d.1d", .type = FLEET_OCTET_STRING };

static struct fleet_value octets(const char *bytes, size_t length) {
    return (struct fleet_value){ .type = FLEET_OCTET_STRING, .length = (uint32_t)length,
                                 .bytes = (const uint8_t *)bytes };
}

#define OCTETS(literal) octets(literal, sizeof(literal) - 1)

static struct fleet_value integer(int64_t n) {
    return (struct fleet_value){ .type = FLEET_INTEGER32, .integer = n };
}

static struct fleet_value counter(uint8_t type, uint64_t n) {
    return (struct fleet_value){ .type = type, .counter = n };
}

static void assert_text(struct fleet_value value, const struct fleet_syntax *syntax,
                        enum fleet_as as, const char *expected) {
    char text[256], cut[256];
    size_t length = fleet_value_text(&value, syntax, as, text, sizeof(text));
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
    for (size_t size = 0; size <= length; size++) {
        memset(cut, 'x', sizeof(cut));
        assert_int_equal(fleet_value_text(&value, syntax, as, cut, size), length);
        if (size > 0) assert_int_equal(strlen(cut), size - 1);
        assert_int_equal(cut[size], 'x');
    }
}

static void values_of_which_nothing_is_known_read_as_in_every_format(void **state) {
    (void)state;
    for (int as = FLEET_AS_AUTO; as < FLEET_AS_COUNT; as++) {
        enum fleet_as way = (enum fleet_as)as;
        if (way == FLEET_AS_NUMBER) continue;  /* without a syntax all are real */
        assert_text(integer(-5), NULL, way, "-5");
        assert_text(counter(FLEET_COUNTER64, UINT64_MAX), NULL, way, "18446744073709551615");
        assert_text(counter(FLEET_TIME_TICKS, 12345), NULL, way, "12345");
        assert_text((struct fleet_value){ .type = FLEET_NULL }, NULL, way, "");
        assert_text((struct fleet_value){ .type = FLEET_NO_SUCH_OBJECT }, NULL, way, "");
        assert_text((struct fleet_value){ .type = FLEET_ABSENT }, NULL, way, "");
        assert_text((struct fleet_value){ .type = FLEET_OPAQUE_FLOAT, .real = 0.1f }, NULL, way,
                    "0.1");
        struct fleet_value oid = OCTETS("\x2b\x06\x01\x04\x01\x8f\x65");
        oid.type = FLEET_OBJECT_IDENTIFIER;
        assert_text(oid, NULL, way, "1.3.6.1.4.1.2021");
        if (way == FLEET_AS_HEX || way == FLEET_AS_IP) continue;
        assert_text(OCTETS("two\r\nlines\t\xc3\xbc"), NULL, way, "two\r\nlines\t\xc3\xbc");
        assert_text(OCTETS("\x1b[2J!"), NULL, way, "0x1b5b324a21");
        assert_text(OCTETS("0x12"), NULL, way, "0x30783132");
        assert_text(OCTETS(""), NULL, way, "");
    }
    assert_text(OCTETS("abc"), NULL, FLEET_AS_HEX, "0x616263");
    assert_text(OCTETS(""), NULL, FLEET_AS_HEX, "0x");
}

static void nuls_at_the_end_are_no_part_of_text(void **state) {
    (void)state;
    static const struct fleet_syntax
        plain = { .base = "OCTET STRING", .type = FLEET_OCTET_STRING },
        physical = { .base = "OCTET STRING", .hint = "1x:", .type = FLEET_OCTET_STRING };
    static const struct fleet_syntax *const known[] = { NULL, &display, &plain };
    for (size_t i = 0; i < COUNT(known); i++) {
        assert_text(OCTETS("eth0\0"), known[i], FLEET_AS_AUTO, "eth0");
        assert_text(OCTETS("\xc3\xbc\0"), known[i], FLEET_AS_AUTO, "\xc3\xbc");
        assert_text(OCTETS("a\0b"), known[i], FLEET_AS_AUTO, "0x610062");
        assert_text(OCTETS("\0eth0"), known[i], FLEET_AS_AUTO, "0x0065746830");
        assert_text(OCTETS("\0\1\xff\0"), known[i], FLEET_AS_AUTO, "0x0001ff00");
        assert_text(OCTETS("0x1\0"), known[i], FLEET_AS_AUTO, "0x30783100");
        assert_text(OCTETS("eth0\0"), known[i], FLEET_AS_HEX, "0x6574683000");
        assert_text(OCTETS("eth0\0\0"), known[i], FLEET_AS_RAW, "eth0");
    }
    assert_text(OCTETS("eth0\0\0\0"), NULL, FLEET_AS_AUTO, "eth0");
    assert_text(OCTETS("eth0\0\0\0"), &display, FLEET_AS_AUTO, "eth0");
    assert_text(OCTETS("eth0\0"), &display, FLEET_AS_HINT, "eth0");
    /* A list of ports may end in zeros, too. */
    assert_text(OCTETS("@\0\0\0"), &plain, FLEET_AS_AUTO, "0x40000000");
    assert_text(OCTETS("@\0"), &physical, FLEET_AS_AUTO, "40:00");
    assert_text(OCTETS("@\0"), &bits, FLEET_AS_AUTO, "0x4000");
    assert_text(OCTETS("\0\0"), NULL, FLEET_AS_AUTO, "0x0000");
    assert_text(OCTETS("\0\0"), &plain, FLEET_AS_AUTO, "0x0000");
    assert_text(OCTETS("\0"), &plain, FLEET_AS_AUTO, "0x00");
    assert_text(OCTETS("\0"), &display, FLEET_AS_AUTO, "0x00");
    assert_text(OCTETS("ABCDE\0"), NULL, FLEET_AS_MAC, "41:42:43:44:45:00");
}

static void numbers_have_names(void **state) {
    (void)state;
    assert_text(integer(1), &status, FLEET_AS_AUTO, "1");
    assert_text(integer(1), &status, FLEET_AS_ENUM, "up");
    assert_text(integer(1), &status, FLEET_AS_BOTH, "up(1)");
    assert_text(integer(-3), &status, FLEET_AS_BOTH, "odd(-3)");
    assert_text(integer(7), &status, FLEET_AS_ENUM, "7");
    assert_text(integer(7), &status, FLEET_AS_BOTH, "7");
    assert_text(counter(FLEET_GAUGE32, 2), &status, FLEET_AS_ENUM, "down");
    assert_text(OCTETS("up"), &status, FLEET_AS_ENUM, "up");
    assert_text(counter(FLEET_COUNTER64, UINT64_MAX), &status, FLEET_AS_ENUM,
                "18446744073709551615");
}

static void bits_have_names(void **state) {
    (void)state;
    assert_text(OCTETS("\xc0"), &bits, FLEET_AS_AUTO, "0xc0");
    assert_text(OCTETS("A"), &bits, FLEET_AS_AUTO, "0x41");
    assert_text(OCTETS("\xc0"), &bits, FLEET_AS_ENUM, "dot3,dot4");
    assert_text(OCTETS("\xc0"), &bits, FLEET_AS_BOTH, "0xc0 dot3(0) dot4(1)");
    assert_text(OCTETS("\x01\x40"), &bits, FLEET_AS_ENUM, "7,far");
    assert_text(OCTETS("\x01\x40"), &bits, FLEET_AS_BOTH, "0x0140 7 far(9)");
    assert_text(OCTETS("\0"), &bits, FLEET_AS_ENUM, "");
    assert_text(OCTETS("\0"), &bits, FLEET_AS_BOTH, "0x00");
    assert_text(integer(3), &bits, FLEET_AS_ENUM, "3");
}

static void hints_are_applied_where_octets_have_a_shape(void **state) {
    (void)state;
    assert_text(OCTETS("\x00\x1b\x2c\x03\x04\x05"), &mac, FLEET_AS_AUTO, "00:1b:2c:03:04:05");
    assert_text(OCTETS("\x00\x1b\x2c"), &mac, FLEET_AS_AUTO, "0x001b2c");
    assert_text(OCTETS("\x00\x1b\x2c"), &mac, FLEET_AS_HINT, "00:1b:2c");
    assert_text(OCTETS(""), &mac, FLEET_AS_AUTO, "");
    assert_text(OCTETS("\x07\xdb\x01\x02\x03\x04\x05\x06"), &date, FLEET_AS_AUTO,
                "2011-1-2,3:4:5.6");
    assert_text(OCTETS("\x07\xdb\x01\x02\x03\x04\x05\x06-\x01\x1e"), &date, FLEET_AS_AUTO,
                "2011-1-2,3:4:5.6,-1:30");
    assert_text(OCTETS("2011"), &date, FLEET_AS_AUTO, "2011");
    assert_text(OCTETS("plain"), &display, FLEET_AS_AUTO, "plain");
    assert_text(OCTETS("0x1"), &display, FLEET_AS_HINT, "0x307831");
    assert_text(OCTETS("\x01"), &display, FLEET_AS_HINT, "0x01");
    assert_text(integer(1234), &tenths, FLEET_AS_AUTO, "1234");
    assert_text(integer(1234), &tenths, FLEET_AS_HINT, "123.4");
    assert_text(counter(FLEET_GAUGE32, 4), &tenths, FLEET_AS_HINT, "0.4");
}

static void addresses_are_written_by_their_length(void **state) {
    (void)state;
    assert_text(OCTETS("\xc0\x00\x02\x01"), NULL, FLEET_AS_IP, "192.0.2.1");
    assert_text(OCTETS("\xc0\x00\x02\x01\x00\x00\x00\x09"), NULL, FLEET_AS_IP, "192.0.2.1%9");
    assert_text(OCTETS("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"), NULL, FLEET_AS_IP,
                "2001:db8::1");
    assert_text(OCTETS("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02"), NULL, FLEET_AS_IP,
                "fe80::1%2");
    assert_text(OCTETS("abc"), NULL, FLEET_AS_IP, "abc");
    assert_text(OCTETS("\x00\x1b\x2c\x03\x04\x05"), NULL, FLEET_AS_MAC, "00:1b:2c:03:04:05");
    /* InetAddress: whatever octets the address has, but a name stays a name. */
    assert_text(OCTETS("\x0a\x00\x00\x01"), &inet, FLEET_AS_AUTO, "10.0.0.1");
    assert_text(OCTETS("ABCD"), &inet, FLEET_AS_AUTO, "65.66.67.68");
    assert_text(OCTETS("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"), &inet, FLEET_AS_AUTO,
                "2001:db8::1");
    assert_text(OCTETS("host.example.org"), &inet, FLEET_AS_AUTO, "host.example.org");
    assert_text(OCTETS("h.ex.org"), &inet, FLEET_AS_AUTO, "h.ex.org");
    assert_text(OCTETS(""), &inet, FLEET_AS_AUTO, "");
    assert_text(OCTETS("ABCD"), &inet, FLEET_AS_RAW, "ABCD");
    struct fleet_value address = OCTETS("\x7f\x00\x00\x01");
    address.type = FLEET_IP_ADDRESS;
    assert_text(address, NULL, FLEET_AS_AUTO, "127.0.0.1");
    address.length = 3;
    assert_text(address, NULL, FLEET_AS_IP, "0x7f0000");
}

static void assert_whole(struct fleet_value v, const struct fleet_syntax *syntax, uint8_t type,
                         int64_t expected) {
    struct fleet_value n;
    assert_true(fleet_value_number(&v, syntax, &n));
    assert_int_equal(n.type, type);
    assert_int_equal(n.integer, expected);
}

static void assert_real(struct fleet_value v, const struct fleet_syntax *syntax, double expected) {
    struct fleet_value n;
    assert_true(fleet_value_number(&v, syntax, &n));
    assert_int_equal(n.type, FLEET_OPAQUE_DOUBLE);
    assert_true(n.real == expected);
}

static void octets_may_hold_a_number(void **state) {
    (void)state;
    static const struct fleet_syntax whole = { .type = FLEET_COUNTER64 };
    static const struct fleet_syntax real = { .type = FLEET_OPAQUE_FLOAT };
    assert_real(OCTETS("14.250000"), &real, 14.25);
    assert_real(OCTETS("14"), &real, 14);
    assert_real(OCTETS(" -3.5 dBm\r\n"), NULL, -3.5);
    assert_real(OCTETS("1e3\xc2\xb0" "C\0\0"), NULL, 1000);
    assert_real(integer(-7), &real, -7);
    assert_real(OCTETS("1.5"), &whole, 1.5);
    assert_whole(OCTETS("887W"), &whole, FLEET_COUNTER64, 887);
    assert_whole(OCTETS("+5"), &whole, FLEET_COUNTER64, 5);
    assert_whole(OCTETS("-5 %"), &whole, FLEET_INTEGER32, -5);
    assert_whole(OCTETS("\x00\x09\x3e\xe3\xf6\xd5\x3b\x60"), &whole, FLEET_COUNTER64,
                 2602423610063712);
    assert_whole(OCTETS("\x01"), &whole, FLEET_COUNTER64, 1);
    static const char *const none[] = { "", "n/a", "1.2.3", "1,5", "0x10", "inf", "nan", "5 W 6",
                                        "--5", ".", "5 toolongunit", "1-48" };
    struct fleet_value n;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct fleet_value v = octets(none[i], strlen(none[i]));
        if (fleet_value_number(&v, &whole, &n)) fail_msg("'%s' is a number", none[i]);
    }
    struct fleet_value nine = OCTETS("\1\2\3\4\5\6\7\10\11"), number = integer(1);
    assert_false(fleet_value_number(&nine, &whole, &n));
    assert_false(fleet_value_number(&number, &whole, &n));
    assert_text(OCTETS("887W"), &whole, FLEET_AS_NUMBER, "887");
    assert_text(OCTETS("n/a"), &whole, FLEET_AS_NUMBER, "n/a");
}

static struct fleet_value parse(const char *text, const struct fleet_syntax *syntax,
                                uint8_t scratch[static 128]) {
    struct fleet_value value;
    int r = fleet_value_parse(text, syntax, scratch, 128, &value);
    if (r != 0) fail_msg("\"%s\" gave %d", text, r);
    return value;
}

static void assert_number(const char *text, const struct fleet_syntax *syntax, uint8_t type,
                          int64_t n) {
    uint8_t scratch[128];
    struct fleet_value value = parse(text, syntax, scratch);
    assert_int_equal(value.type, type);
    assert_int_equal(value.length, 0);
    assert_int_equal(value.integer, n);
}

static void assert_bytes(const char *text, const struct fleet_syntax *syntax, const char *bytes,
                         size_t length) {
    uint8_t scratch[128];
    struct fleet_value value = parse(text, syntax, scratch);
    assert_int_equal(value.length, length);
    if (length > 0) assert_memory_equal(value.bytes, bytes, length);
    for (size_t size = 0; size < length; size++)
        assert_int_not_equal(fleet_value_parse(text, syntax, scratch, size, &value), 0);
}

static void assert_refused(const char *text, const struct fleet_syntax *syntax) {
    uint8_t scratch[128];
    struct fleet_value value;
    int r = fleet_value_parse(text, syntax, scratch, sizeof(scratch), &value);
    if (r != FLEET_E_INVALID) fail_msg("\"%s\" gave %d", text, r);
}

static void numbers_are_read(void **state) {
    (void)state;
    assert_number("up", &status, FLEET_INTEGER32, 1);
    assert_number("up(1)", &status, FLEET_INTEGER32, 1);
    assert_number("2", &status, FLEET_INTEGER32, 2);
    assert_number("0x10", &status, FLEET_INTEGER32, 16);
    assert_number("odd", &status, FLEET_INTEGER32, -3);
    assert_number("-2147483648", &status, FLEET_INTEGER32, INT32_MIN);
    assert_number("123.4", &tenths, FLEET_INTEGER32, 1234);
    assert_number("12345", &ticks, FLEET_TIME_TICKS, 12345);
    assert_number("(93784) 0:15:37.84", &ticks, FLEET_TIME_TICKS, 93784);
    assert_number("0:15:37.84", &ticks, FLEET_TIME_TICKS, 93784);
    assert_number("1 day, 0:00:01.23", &ticks, FLEET_TIME_TICKS, 8640123);
    assert_number("2 days, 0:00:01.23", &ticks, FLEET_TIME_TICKS, 2 * 8640000 + 123);
    assert_number("1:0:00:01.23", &ticks, FLEET_TIME_TICKS, 8640123);
    static const char *const bad[] = { "", "u", "upp", "up(", "2147483648", "1.5", "1 ", "--1",
                                       "99999999999999999999999", "0x" };
    for (size_t i = 0; i < COUNT(bad); i++) assert_refused(bad[i], &status);
    static const char *const bad_ticks[] = { "", "1:2", "0:15:37.8", "-1", "4294967296", "x day" };
    for (size_t i = 0; i < COUNT(bad_ticks); i++) assert_refused(bad_ticks[i], &ticks);
}

static void octets_are_read(void **state) {
    (void)state;
    assert_bytes("dot3,dot4", &bits, "\xc0", 1);
    assert_bytes("0xc0 dot3(0) dot4(1)", &bits, "\xc0", 1);
    assert_bytes("7 far", &bits, "\x01\x40", 2);
    assert_bytes("0x0000 dot3(0)", &bits, "\x80\x00", 2);
    assert_bytes("", &bits, "", 0);
    assert_bytes("0x8000", &bits, "\x80\x00", 2);
    assert_refused("dot5", &bits);
    assert_refused("99999999999", &bits);
    static const char six_octets[] = "\x00\x1b\x2c\x03\x04\x05";
    static const char *const macs[] = { "00:1b:2c:03:04:05", "0:1b:2c:3:4:5", "00-1B-2C-03-04-05",
                                        "001b.2c03.0405", "001b2c030405", "0x001b2c030405" };
    for (size_t i = 0; i < COUNT(macs); i++) assert_bytes(macs[i], &mac, six_octets, 6);
    assert_bytes("0:1b:2c", &mac, six_octets, 3);
    assert_refused("router", &mac);
    assert_bytes("plain, text", &display, "plain, text", 11);
    assert_bytes("0xzz", &display, "0xzz", 4);
    static const char with_zone[] = "\x07\xdb\x01\x02\x03\x04\x05\x06+\x01\x00";
    assert_bytes("2011-1-2,3:4:5.6,+1:0", &date, with_zone, 11);
    assert_bytes("2011-01-02T03:04:05.6+01:00", &date, with_zone, 11);
    assert_bytes("2011-01-02 03:04:05.67", &date, with_zone, 8);
    assert_bytes("2011-01-02T03:04:05.6Z", &date, "\x07\xdb\x01\x02\x03\x04\x05\x06+\0\0", 11);
    assert_refused("2011-13-02T03:04:05", &date);
    assert_refused("yesterday", &date);
    assert_bytes("192.0.2.1", &inet, "\xc0\x00\x02\x01", 4);
    assert_bytes("fe80::1%2", &inet, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02", 20);
    assert_bytes("host.example", &inet, "host.example", 12);
    assert_bytes("192.0.2.1", &inet4, "\xc0\x00\x02\x01", 4);
}

static void other_types_are_read(void **state) {
    (void)state;
    const struct fleet_syntax address = { .type = FLEET_IP_ADDRESS };
    const struct fleet_syntax oid = { .type = FLEET_OBJECT_IDENTIFIER };
    const struct fleet_syntax real = { .type = FLEET_OPAQUE_FLOAT };
    const struct fleet_syntax wide = { .type = FLEET_COUNTER64 };
    assert_bytes("192.0.2.1", &address, "\xc0\x00\x02\x01", 4);
    assert_refused("192.0.2", &address);
    assert_bytes(".1.3.6.1", &oid, "\x2b\x06\x01", 3);
    assert_refused("", &oid);
    assert_refused("ifDescr", &oid);
    assert_number("18446744073709551615", &wide, FLEET_COUNTER64, -1);
    assert_refused("-1", &wide);
    uint8_t scratch[128];
    struct fleet_value value = parse("0.1", &real, scratch);
    assert_true(value.real == (double)0.1f);
    assert_refused("0.1x", &real);
}

static void without_syntax_a_text_says_what_it_is(void **state) {
    (void)state;
    assert_number("-5", NULL, FLEET_INTEGER32, -5);
    assert_number("4294967295", NULL, FLEET_COUNTER64, 4294967295);
    assert_bytes("0x0102", NULL, "\x01\x02", 2);
    assert_bytes("text", NULL, "text", 4);
    assert_bytes("", NULL, "", 0);
    assert_bytes("99999999999999999999", NULL, "99999999999999999999", 20);
}

/* out/text is the hot path of the formats; whatever an agent sends, both say the same of it. */
static void assert_same_as_formats(const struct fleet_value *v, enum fleet_as as) {
    char ours[4096], theirs[4096];
    unsigned classes;
    struct fleet_value room;
    const struct fleet_value *text = text_of(v, as, &room, &classes);
    char *end = text != NULL ? text_put(theirs, text->bytes, text->length)
                             : text_put_value(theirs, v, as);
    *end = '\0';
    size_t length = fleet_value_text(v, NULL, as, ours, sizeof(ours));
    assert_int_equal(length, end - theirs);
    assert_memory_equal(ours, theirs, length);
}

static void formats_write_what_we_write(void **state) {
    (void)state;
    static const uint8_t types[] = { FLEET_OCTET_STRING, FLEET_IP_ADDRESS, FLEET_OPAQUE };
    static const uint8_t numbers[] = { FLEET_COUNTER32, FLEET_GAUGE32, FLEET_TIME_TICKS,
                                       FLEET_COUNTER64, FLEET_UINTEGER32, FLEET_INTEGER32 };
    static const enum fleet_as ways[] = { FLEET_AS_RAW, FLEET_AS_AUTO, FLEET_AS_HEX, FLEET_AS_MAC };
    struct prng p;
    prng_init(&p, seed_of_run());
    uint8_t bytes[24];
    for (int i = 0; i < 20000; i++) {
        uint32_t length = (uint32_t)prng_below(&p, sizeof(bytes) + 1);
        /* Mostly text, so that a single odd octet decides. */
        for (uint32_t k = 0; k < length; k++)
            bytes[k] = (uint8_t)(prng_below(&p, 16) == 0 ? prng_below(&p, 256)
                                                         : ' ' + prng_below(&p, 95));
        if (length >= 2 && i % 8 == 0) memcpy(bytes, "0x", 2);
        if (i % 5 == 0 && length > 0) {
            size_t nuls = 1 + prng_below(&p, length);
            memset(bytes + length - nuls, 0, nuls);
        }
        struct fleet_value v = { .type = types[i % 3 == 0 ? prng_below(&p, 3) : 0],
                                 .length = length, .bytes = bytes };
        assert_same_as_formats(&v, ways[prng_below(&p, COUNT(ways))]);
        v = (struct fleet_value){ .type = numbers[prng_below(&p, COUNT(numbers))],
                                  .counter = prng_next(&p) >> prng_below(&p, 64) };
        assert_same_as_formats(&v, FLEET_AS_AUTO);
        v = (struct fleet_value){ .type = i % 2 ? FLEET_OPAQUE_FLOAT : FLEET_OPAQUE_DOUBLE,
                                  .real = (float)prng_unit(&p) * (float)i };
        assert_same_as_formats(&v, FLEET_AS_AUTO);
    }
    const struct fleet_value oid = { .type = FLEET_OBJECT_IDENTIFIER, .length = 4,
                                     .bytes = (const uint8_t *)"\x2b\x06\x81\x04" };
    assert_same_as_formats(&oid, FLEET_AS_AUTO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_which_nothing_is_known_read_as_in_every_format),
        cmocka_unit_test(nuls_at_the_end_are_no_part_of_text),
        cmocka_unit_test(numbers_have_names),
        cmocka_unit_test(bits_have_names),
        cmocka_unit_test(hints_are_applied_where_octets_have_a_shape),
        cmocka_unit_test(addresses_are_written_by_their_length),
        cmocka_unit_test(octets_may_hold_a_number),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(octets_are_read),
        cmocka_unit_test(other_types_are_read),
        cmocka_unit_test(without_syntax_a_text_says_what_it_is),
        cmocka_unit_test(formats_write_what_we_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

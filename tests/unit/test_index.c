/* Indexes: taken apart and put together, and what does not fit its description. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wire/index.h"
#include "wire/oid.h"

static const struct fleet_named_number types[] = { { 1, "ipv4" }, { 2, "ipv6" }, { 16, "dns" } };
static const struct fleet_syntax inet_type = { .base = "INTEGER", .convention = "InetAddressType",
                                               .type = FLEET_INTEGER32, .names = types,
                                               .name_count = 3 };
static const struct fleet_syntax inet = { .base = "OCTET STRING", .convention = "InetAddress",
                                          .type = FLEET_OCTET_STRING };
static const struct fleet_syntax mac = { .base = "OCTET STRING", .convention = "MacAddress",
                                         .hint = "1x:", .type = FLEET_OCTET_STRING };

/* Components of an index given as text, as fleet_index_text has them, with '|' between them. */
static const char *told(const struct fleet_index *index, size_t count, const char *text) {
    static char all[1024];
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t length = 0, at = 0;
    for (const char *p = text; *p != '\0'; p += *p == '.') {
        uint32_t subid = 0;
        for (; *p >= '0' && *p <= '9'; p++) subid = subid * 10 + (uint32_t)(*p - '0');
        length += oid_write_subid(subid, bytes + length);
    }
    all[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i > 0) at += (size_t)snprintf(all + at, sizeof(all) - at, "|");
        at += fleet_index_text(index, count, bytes, length, i, all + at, sizeof(all) - at);
    }
    return all;
}

#define TOLD(index, text) told(index, sizeof(index) / sizeof((index)[0]), text)

static void each_kind_is_taken_apart(void **state) {
    (void)state;
    static const struct fleet_index numbers[] = { { .name = "a" }, { .name = "b" } };
    static const struct fleet_index strings[] = {
        { .name = "a", .kind = FLEET_INDEX_STRING },
        { .name = "b", .kind = FLEET_INDEX_FIXED_STRING, .size = 6, .syntax = &mac },
        { .name = "c", .kind = FLEET_INDEX_IMPLIED_STRING },
    };
    static const struct fleet_index oids[] = {
        { .name = "a", .kind = FLEET_INDEX_OID },
        { .name = "b", .kind = FLEET_INDEX_IMPLIED_OID },
    };
    static const struct fleet_index addresses[] = {
        { .name = "a", .kind = FLEET_INDEX_IP_ADDRESS },
        { .name = "b", .kind = FLEET_INDEX_NETWORK_ADDRESS },
    };
    assert_string_equal(TOLD(numbers, "7.4294967295"), "7|4294967295");
    assert_string_equal(TOLD(strings, "2.97.98.0.27.1.2.3.4.99.100"), "ab|00:1b:01:02:03:04|cd");
    assert_string_equal(TOLD(strings, "0.0.27.1.2.3.4"), "|00:1b:01:02:03:04|");
    assert_string_equal(TOLD(oids, "3.1.3.6.1.3.7.8"), "1.3.6|1.3.7.8");
    assert_string_equal(TOLD(addresses, "10.0.0.1.1.192.0.2.3"), "10.0.0.1|192.0.2.3");
}

static void an_address_is_written_by_the_type_in_front_of_it(void **state) {
    (void)state;
    static const struct fleet_index index[] = {
        { .name = "type", .syntax = &inet_type },
        { .name = "address", .kind = FLEET_INDEX_STRING, .syntax = &inet },
    };
    static const struct fleet_index named[] = {
        { .name = "type", .syntax = &inet_type, .as = FLEET_AS_ENUM },
        { .name = "address", .kind = FLEET_INDEX_STRING, .syntax = &inet },
    };
    assert_string_equal(TOLD(index, "1.4.192.0.2.1"), "1|192.0.2.1");
    assert_string_equal(TOLD(index, "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"), "2|2001:db8::1");
    assert_string_equal(TOLD(named, "16.4.110.111.100.101"), "dns|node");
    assert_string_equal(TOLD(named, "1.3.192.0.2"), "ipv4|0xc00002");
}

static void what_does_not_fit_is_told_as_numbers(void **state) {
    (void)state;
    static const struct fleet_index index[] = {
        { .name = "a" }, { .name = "b", .kind = FLEET_INDEX_STRING }, { .name = "c" },
    };
    assert_string_equal(TOLD(index, "1.2.97.98.3"), "1|ab|3");
    assert_string_equal(TOLD(index, ""), "||");
    assert_string_equal(TOLD(index, "1"), "1||");
    assert_string_equal(TOLD(index, "1.5.97.98"), "1|5.97.98|");
    assert_string_equal(TOLD(index, "1.2.97.300.3"), "1|2.97.300.3|");
    assert_string_equal(TOLD(index, "1.2.97.98.3.4"), "1|ab|3.4");
    assert_string_equal(TOLD(index, "1.4294967295.97"), "1|4294967295.97|");
}

static void values_make_the_index_that_they_came_from(void **state) {
    (void)state;
    static const struct fleet_index kinds[] = {
        { .name = "a" },
        { .name = "a", .kind = FLEET_INDEX_STRING },
        { .name = "a", .kind = FLEET_INDEX_FIXED_STRING, .size = 2 },
        { .name = "a", .kind = FLEET_INDEX_IMPLIED_STRING },
        { .name = "a", .kind = FLEET_INDEX_OID },
        { .name = "a", .kind = FLEET_INDEX_IMPLIED_OID },
        { .name = "a", .kind = FLEET_INDEX_IP_ADDRESS },
        { .name = "a", .kind = FLEET_INDEX_NETWORK_ADDRESS },
    };
    static const uint32_t subids[][6] = {
        { 4294967295 }, { 2, 97, 98 },         { 97, 98 },   { 97, 98, 99 },
        { 3, 1, 3, 6 }, { 1, 3, 6, 1, 4 }, { 10, 0, 0, 1 }, { 1, 10, 0, 0, 1 },
    };
    static const size_t counts[] = { 1, 3, 2, 3, 4, 5, 4, 5 };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct index_part part;
        uint8_t scratch[FLEET_OID_BYTES_MAX];
        uint32_t written[8];
        struct fleet_value value;
        assert_true(index_split(&kinds[i], 1, subids[i], counts[i], &part));
        assert_true(index_value(&kinds[i], &part, scratch, &value));
        assert_int_equal(index_write(&kinds[i], &value, written, 8), counts[i]);
        assert_memory_equal(written, subids[i], counts[i] * sizeof(written[0]));
        if (counts[i] > 1) assert_int_equal(index_write(&kinds[i], &value, written, 1), -1);
    }
    const struct fleet_value negative = { .type = FLEET_INTEGER32, .integer = -1 };
    const struct fleet_value text = { .type = FLEET_OCTET_STRING,
                                      .bytes = (const uint8_t *)"abc", .length = 3 };
    uint32_t written[8];
    assert_int_equal(index_write(&kinds[0], &negative, written, 8), -1);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        int expected = i == 1 ? 4 : i == 3 ? 3 : -1;
        assert_int_equal(index_write(&kinds[i], &text, written, 8), expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_taken_apart),
        cmocka_unit_test(an_address_is_written_by_the_type_in_front_of_it),
        cmocka_unit_test(what_does_not_fit_is_told_as_numbers),
        cmocka_unit_test(values_make_the_index_that_they_came_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

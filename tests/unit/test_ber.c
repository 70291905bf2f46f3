#include "guard.h"
#include "wire/ber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define BYTES(...) \
    span_of((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void an_element_gives_its_tag_and_contents(void **state) {
    (void)state;
    struct span bytes = BYTES(0x04, 0x02, 'a', 'b', 0x05, 0x00);
    struct ber_reader r = BER_READER(bytes);
    struct span contents;
    assert_int_equal(ber_peek(&r), BER_OCTET_STRING);
    assert_int_equal(ber_read_any(&r, &contents), BER_OCTET_STRING);
    assert_ptr_equal(contents.bytes, bytes.bytes + 2);
    assert_int_equal(contents.length, 2);
    assert_int_equal(ber_read(&r, BER_NULL).length, 0);
    assert_true(ber_at_end(&r));
    assert_int_equal(r.error, BER_OK);
    assert_int_equal(r.lenient, 0);
}

static void lengths_are_read_in_any_number_of_octets(void **state) {
    (void)state;
    static uint8_t bytes[0x1000a];
    static const struct {
        uint8_t header[10];
        size_t header_length, length;
        uint32_t lenient;
    } cases[] = {
        { { 4, 0x7f }, 2, 0x7f, 0 },
        { { 4, 0x81, 0x80 }, 3, 0x80, 0 },
        { { 4, 0x82, 0x01, 0x00 }, 4, 0x100, 0 },
        { { 4, 0x83, 0x01, 0x00, 0x00 }, 5, 0x10000, 0 },
        { { 4, 0x81, 0x7f }, 3, 0x7f, BER_LENIENT_LENGTH },
        { { 4, 0x81, 0x00 }, 3, 0, BER_LENIENT_LENGTH },
        { { 4, 0x82, 0x00, 0x80 }, 4, 0x80, BER_LENIENT_LENGTH },
        { { 4, 0x84, 0x00, 0x00, 0x01, 0x00 }, 6, 0x100, BER_LENIENT_LENGTH },
        { { 4, 0x88, 0, 0, 0, 0, 0, 1, 0, 0 }, 10, 0x10000, BER_LENIENT_LENGTH },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memcpy(bytes, cases[i].header, cases[i].header_length);
        struct ber_reader r = BER_READER(span_of(bytes, cases[i].header_length + cases[i].length));
        struct span contents = ber_read(&r, BER_OCTET_STRING);
        assert_int_equal(r.error, BER_OK);
        assert_int_equal(contents.length, cases[i].length);
        assert_ptr_equal(contents.bytes, bytes + cases[i].header_length);
        assert_int_equal(r.lenient, cases[i].lenient);
    }
}

static void what_cannot_be_delimited_is_refused(void **state) {
    (void)state;
    struct {
        struct span bytes;
        int error;
    } cases[] = {
        { SPAN_NULL, BER_TRUNCATED },
        { BYTES(0x02), BER_TRUNCATED },
        { BYTES(0x02, 0x01), BER_TRUNCATED },
        { BYTES(0x02, 0x02, 0x01), BER_TRUNCATED },
        { BYTES(0x02, 0x81), BER_TRUNCATED },
        { BYTES(0x02, 0x82, 0x00), BER_TRUNCATED },
        { BYTES(0x02, 0x84, 0xff, 0xff, 0xff, 0xff), BER_TRUNCATED },
        { BYTES(0x02, 0x84, 0x7f, 0xff, 0xff, 0xff, 0x00), BER_TRUNCATED },
        { BYTES(0x02, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00), BER_BAD_LENGTH },
        { BYTES(0x02, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), BER_BAD_LENGTH },
        { BYTES(0x30, 0x80, 0x00, 0x00), BER_BAD_LENGTH },
        { BYTES(0x30, 0xff, 0x00, 0x00), BER_BAD_LENGTH },
        { BYTES(0x1f, 0x01, 0x00), BER_UNEXPECTED_TAG },
    };
    struct guard g = guard_new(64);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ber_reader r = BER_READER(guard_at_end(&g, cases[i].bytes));
        struct span contents = BYTES(1);
        assert_int_equal(ber_read_any(&r, &contents), 0);
        assert_int_equal(r.error, cases[i].error);
        assert_int_equal(contents.length, 0);
        assert_true(ber_at_end(&r));
    }
    guard_free(&g);
}

static void after_the_first_error_reads_give_nothing(void **state) {
    (void)state;
    struct ber_reader r = BER_READER(BYTES(0x02, 0x01, 0x07, 0x02, 0x01, 0x08));
    assert_int_equal(ber_read(&r, BER_OCTET_STRING).length, 0);
    assert_int_equal(r.error, BER_UNEXPECTED_TAG);
    assert_int_equal(ber_read_int32(&r), 0);
    assert_int_equal(ber_peek(&r), 0);
    struct ber_reader inner = ber_enter(&r, BER_SEQUENCE);
    assert_int_equal(ber_read_int32(&inner), 0);
    ber_leave(&r, &inner);
    ber_fail(&r, BER_BAD_VALUE);
    assert_int_equal(r.error, BER_UNEXPECTED_TAG);
}

static void leaving_an_element_hands_on_what_was_seen_in_it(void **state) {
    (void)state;
    struct ber_reader r = BER_READER(BYTES(0x30, 5, 0x02, 0x81, 1, 7, 0xff, 0x02, 1, 8));
    struct ber_reader inner = ber_enter(&r, BER_SEQUENCE);
    assert_int_equal(ber_read_int32(&inner), 7);
    ber_leave(&r, &inner);
    assert_int_equal(r.lenient, BER_LENIENT_LENGTH | BER_LENIENT_TRAILING);
    assert_int_equal(ber_read_int32(&r), 8);
    assert_int_equal(r.error, BER_OK);
}

static void integers_are_read_with_their_sign(void **state) {
    (void)state;
    struct {
        struct span contents;
        int64_t value;
        uint32_t lenient;
    } cases[] = {
        { BYTES(0x00), 0, 0 },
        { BYTES(0x7f), 127, 0 },
        { BYTES(0x00, 0x80), 128, 0 },
        { BYTES(0x80), -128, 0 },
        { BYTES(0xff, 0x7f), -129, 0 },
        { BYTES(0x7f, 0xff, 0xff, 0xff), INT32_MAX, 0 },
        { BYTES(0x80, 0, 0, 0), INT32_MIN, 0 },
        { BYTES(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), INT64_MAX, 0 },
        { BYTES(0x80, 0, 0, 0, 0, 0, 0, 0), INT64_MIN, 0 },
        { SPAN_NULL, 0, BER_LENIENT_EMPTY },
        { BYTES(0x00, 0x7f), 127, BER_LENIENT_INTEGER },
        { BYTES(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe), -2, BER_LENIENT_INTEGER },
        { BYTES(0x12, 0, 0, 0, 0, 0, 0, 0, 5), 5, BER_LENIENT_INTEGER },
    };
    struct guard g = guard_new(64);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ber_reader r = { 0 };
        assert_int_equal(ber_integer(&r, guard_at_end(&g, cases[i].contents)), cases[i].value);
        assert_int_equal(r.lenient, cases[i].lenient);
        assert_int_equal(ber_integer(&r, guard_at_start(&g, cases[i].contents)), cases[i].value);
    }
    guard_free(&g);
}

static void integers_wider_than_32_bits_wrap(void **state) {
    (void)state;
    struct ber_reader r = BER_READER(BYTES(0x02, 0x05, 0x00, 0xff, 0xff, 0xff, 0xfe));
    assert_int_equal(ber_read_int32(&r), -2);
    assert_int_equal(r.lenient, BER_LENIENT_INTEGER);
    assert_int_equal(r.error, BER_OK);
}

static void unsigned_numbers_are_masked_to_their_type(void **state) {
    (void)state;
    struct {
        struct span contents;
        unsigned bits;
        uint64_t value;
        uint32_t lenient;
    } cases[] = {
        { BYTES(0x00), 32, 0, 0 },
        { BYTES(0x00, 0xff, 0xff, 0xff, 0xff), 32, UINT32_MAX, 0 },
        { BYTES(0x00, 0xff, 0xff, 0xff, 0xff), 64, UINT32_MAX, 0 },
        { BYTES(0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 64, UINT64_MAX, 0 },
        { SPAN_NULL, 64, 0, BER_LENIENT_EMPTY },
        { BYTES(0x00, 0x01), 32, 1, BER_LENIENT_INTEGER },
        { BYTES(0x01, 0x00, 0x00, 0x00, 0x02), 32, 2, BER_LENIENT_INTEGER },
        { BYTES(0x01, 0, 0, 0, 0, 0, 0, 0, 3), 64, 3, BER_LENIENT_INTEGER },
        { BYTES(0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, 3), 64, 3, BER_LENIENT_INTEGER },
        { BYTES(0xff), 32, 255, BER_LENIENT_NEGATIVE },
        { BYTES(0xff), 64, 255, BER_LENIENT_NEGATIVE },
        { BYTES(0x80, 0xe8), 32, 33000, BER_LENIENT_NEGATIVE },
        { BYTES(0x80, 0xe8, 0xff), 32, 8448255, BER_LENIENT_NEGATIVE },
        { BYTES(0xc4, 0x65, 0x36, 0x00), 64, 3294967296, BER_LENIENT_NEGATIVE },
        { BYTES(0xff, 0xff, 0xff, 0xff, 0xfe), 64, 0xfffffffffe, BER_LENIENT_NEGATIVE },
        { BYTES(0xff, 0x80, 0xe8), 32, 0xff80e8, BER_LENIENT_NEGATIVE },
        { BYTES(0x80, 0, 0, 0), 32, 0x80000000, BER_LENIENT_NEGATIVE },
        { BYTES(0x80, 0, 0, 0, 0, 0, 0, 0), 64, UINT64_C(1) << 63, BER_LENIENT_NEGATIVE },
        { BYTES(0xff, 0xff, 0xff, 0xff, 0xfe), 32, 0xfffffffe,
          BER_LENIENT_NEGATIVE | BER_LENIENT_INTEGER },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ber_reader r = { 0 };
        assert_true(ber_unsigned(&r, cases[i].contents, cases[i].bits) == cases[i].value);
        assert_int_equal(r.lenient, cases[i].lenient);
    }
}

static void oids_are_checked_to_their_last_octet(void **state) {
    (void)state;
    struct {
        struct span contents;
        bool valid;
        uint32_t lenient;
    } cases[] = {
        { BYTES(0x2b), true, 0 },
        { BYTES(0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f), true, 0 },
        { BYTES(0x2b, 0x90, 0x80, 0x80, 0x80, 0x00), false, 0 },
        { BYTES(0x2b, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00), false, 0 },
        { BYTES(0x2b, 0x86), false, 0 },
        { BYTES(0x80), false, 0 },
        { BYTES(0x2b, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01), true, BER_LENIENT_OID },
        { BYTES(0x2b, 0x81, 0x80, 0x00), true, 0 },
        { BYTES(1, 2, 3, 4, 0x8f, 0xff, 0xff, 0xff, 0x7f, 5), true, 0 },
        { BYTES(1, 2, 3, 4, 0x9f, 0xff, 0xff, 0xff, 0x7f, 5), false, 0 },
        { BYTES(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x81), false, 0 },
        { BYTES(1, 2, 3, 4, 5, 6, 7, 8, 9, 0x81, 0x80, 1), true, 0 },
        { BYTES(1, 2, 3, 4, 5, 6, 7, 8, 9, 0x80, 0x81, 1), true, BER_LENIENT_OID },
    };
    struct guard g = guard_new(64);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct span contents = guard_at_end(&g, cases[i].contents);
        struct ber_reader r = { 0 };
        size_t length = ber_oid(&r, contents).length;
        if (cases[i].lenient == 0)
            assert_int_equal(length, cases[i].valid ? contents.length : 0);
        assert_int_equal(r.error, cases[i].valid ? BER_OK : BER_BAD_OID);
        if (cases[i].valid) assert_int_equal(r.lenient, cases[i].lenient);
        contents = guard_at_start(&g, cases[i].contents);
        assert_int_equal(ber_oid_is_valid(contents), cases[i].valid);
    }
    guard_free(&g);
}

static void the_padding_of_an_oid_is_taken_out_where_it_stands(void **state) {
    (void)state;
    static const struct {
        uint8_t padded[16];
        size_t padded_length;
        uint8_t minimal[13];
        size_t minimal_length;
    } cases[] = {
        { { 0x80, 0x2b }, 2, { 0x2b }, 1 },
        { { 0x80, 0x80, 0x2b, 6, 0x80, 1 }, 6, { 0x2b, 6, 1 }, 3 },
        { { 0x2b, 6, 1, 4, 1, 0x80, 0x81, 0xfe, 0x48, 1, 8, 5, 1, 0 }, 14,
          { 0x2b, 6, 1, 4, 1, 0x81, 0xfe, 0x48, 1, 8, 5, 1, 0 }, 13 },
        { { 0x2b, 0x81, 0x80, 0x00, 0x80, 0x00 }, 6, { 0x2b, 0x81, 0x80, 0x00, 0x00 }, 5 },
        { { 0x2b, 0x80, 0x80, 0x80, 0x80, 0x80, 0x8f, 0xff, 0xff, 0xff, 0x7f }, 11,
          { 0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f }, 6 },
    };
    struct guard g = guard_new(64);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct span padded = guard_at_end(&g, span_of(cases[i].padded, cases[i].padded_length));
        for (int reading = 0; reading < 3; reading++) {  /* read again it is the same */
            struct ber_reader r = { 0 };
            struct span oid = ber_oid(&r, padded);
            assert_int_equal(oid.length, cases[i].minimal_length);
            assert_memory_equal(oid.bytes, cases[i].minimal, cases[i].minimal_length);
            assert_true(oid.bytes + oid.length == padded.bytes + padded.length);
            assert_int_equal(r.lenient, BER_LENIENT_OID);
        }
    }
    guard_free(&g);
}

static void an_oid_is_limited_in_count_and_octets(void **state) {
    (void)state;
    uint8_t bytes[FLEET_OID_BYTES_MAX + 1];
    memset(bytes, 0x01, sizeof(bytes));
    assert_true(ber_oid_is_valid(span_of(bytes, FLEET_OID_SUBIDS_MAX - 1)));
    assert_false(ber_oid_is_valid(span_of(bytes, FLEET_OID_SUBIDS_MAX)));
    memset(bytes, 0x80, sizeof(bytes) - 1);
    bytes[FLEET_OID_BYTES_MAX - 1] = bytes[FLEET_OID_BYTES_MAX] = 0x01;
    assert_true(ber_oid_is_valid(span_of(bytes, FLEET_OID_BYTES_MAX)));
    assert_false(ber_oid_is_valid(span_of(bytes, FLEET_OID_BYTES_MAX + 1)));
}

static void an_empty_oid_reads_as_zero_dot_zero(void **state) {
    (void)state;
    struct ber_reader r = { 0 };
    struct span oid = ber_oid(&r, SPAN_NULL);
    assert_int_equal(oid.length, 1);
    assert_int_equal(oid.bytes[0], 0);
    assert_int_equal(r.lenient, BER_LENIENT_EMPTY);
    assert_true(ber_oid_is_valid(SPAN_NULL));
}

static void assert_written(const struct ber_writer *w, struct span expected) {
    struct span written = ber_written(w);
    assert_int_equal(w->error, BER_OK);
    assert_int_equal(written.length, expected.length);
    assert_memory_equal(written.bytes, expected.bytes, expected.length);
}

static void integers_are_written_minimally_and_come_back(void **state) {
    (void)state;
    uint8_t buffer[16];
    for (unsigned bit = 0; bit < 63; bit++) {
        for (int64_t near = -2; near <= 2; near++) {
            int64_t value = ((int64_t)1 << bit) + near;
            for (int negate = 0; negate < 2; negate++, value = -value) {
                struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
                ber_write_integer(&w, BER_INTEGER, value);
                struct ber_reader r = BER_READER(ber_written(&w));
                assert_true(ber_integer(&r, ber_read(&r, BER_INTEGER)) == value);
                assert_int_equal(r.lenient | (uint32_t)r.error, 0);
                if (value < 0) continue;
                w = BER_WRITER(buffer, sizeof(buffer));
                uint64_t twice = (uint64_t)value << 1;
                ber_write_unsigned(&w, FLEET_COUNTER64, twice);
                r = BER_READER(ber_written(&w));
                assert_true(ber_unsigned(&r, ber_read(&r, FLEET_COUNTER64), 64) == twice);
                assert_int_equal(r.lenient | (uint32_t)r.error, 0);
            }
        }
    }
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
    ber_write_integer(&w, BER_INTEGER, INT64_MIN);
    assert_written(&w, BYTES(0x02, 0x08, 0x80, 0, 0, 0, 0, 0, 0, 0));
    w = BER_WRITER(buffer, sizeof(buffer));
    ber_write_unsigned(&w, FLEET_COUNTER64, UINT64_MAX);
    assert_written(&w, BYTES(0x46, 0x09, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    w = BER_WRITER(buffer, sizeof(buffer));
    ber_write_integer(&w, BER_INTEGER, 0);
    assert_written(&w, BYTES(0x02, 0x01, 0x00));
}

static void a_positive_integer_from_2_to_the_23_takes_four_octets(void **state) {
    (void)state;
    uint8_t buffer[8];
    static const uint32_t values[] = { 1u << 23, 1u << 24, INT32_MAX };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
        ber_write_integer(&w, BER_INTEGER, values[i]);
        assert_int_equal(ber_written(&w).length, 6);
        struct ber_reader r = BER_READER(ber_written(&w));
        assert_int_equal(ber_read_int32(&r), values[i]);
        assert_int_equal(r.lenient, 0);
    }
}

static void headers_use_the_shortest_length(void **state) {
    (void)state;
    static uint8_t buffer[0x10010], contents[0x10000];
    static const size_t lengths[] = { 0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000 };
    static const size_t header_lengths[] = { 2, 2, 3, 3, 4, 4, 5 };
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct ber_writer w = BER_WRITER(buffer, sizeof(buffer));
        ber_write(&w, BER_OCTET_STRING, span_of(contents, lengths[i]));
        assert_int_equal(ber_written(&w).length, lengths[i] + header_lengths[i]);
        struct ber_reader r = BER_READER(ber_written(&w));
        assert_int_equal(ber_read(&r, BER_OCTET_STRING).length, lengths[i]);
        assert_int_equal(r.lenient | (uint32_t)r.error, 0);
    }
}

static void a_buffer_too_small_is_an_error_that_sticks(void **state) {
    (void)state;
    struct guard g = guard_new(64);
    for (size_t size = 0; size < 6; size++) {
        struct ber_writer w = BER_WRITER(g.room, size);
        const uint8_t *mark = w.at;
        ber_write_integer(&w, BER_INTEGER, 7);
        ber_write_bytes(&w, BYTES('x'));
        ber_write_header(&w, BER_SEQUENCE, mark);
        assert_int_equal(w.error, BER_NO_SPACE);
        assert_int_equal(ber_written(&w).length, 0);
    }
    struct ber_writer w = BER_WRITER(g.room, 6);
    const uint8_t *mark = w.at;
    ber_write_integer(&w, BER_INTEGER, 7);
    ber_write_bytes(&w, BYTES('x'));
    ber_write_header(&w, BER_SEQUENCE, mark);
    assert_written(&w, BYTES(0x30, 0x04, 'x', 0x02, 0x01, 0x07));
    guard_free(&g);
}

/*
 * Vectors of OpenBSD's BER library on which SNMP's subset differs: tags of more than one octet do
 * not occur in SNMP, and leading zeros of a length are skipped however many they are.
 */
static bool openbsd_verdict_is_not_ours(const char *name, bool *ret_ours) {
    if (strncmp(name, "maximum long form tagging", 25) == 0) *ret_ours = false;
    else if (strncmp(name, "overflow long form length octets", 32) == 0) *ret_ours = true;
    else return false;
    return true;
}

static size_t from_hex(const char *text, uint8_t *bytes) {
    size_t length = 0;
    for (unsigned octet; sscanf(text, "%2x", &octet) == 1; text += 2)
        bytes[length++] = (uint8_t)octet;
    return length;
}

static void openbsd_vectors_are_read_or_refused(void **state) {
    (void)state;
    FILE *file = fopen(CORPUS "/packets/openbsd_ber.tsv", "r");
    if (file == NULL) {
        print_message("no " CORPUS "/packets/openbsd_ber.tsv\n");
        skip();
    }
    struct guard g = guard_new(64);
    char line[512];
    int count = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        char verdict[8], name[256], hex[128];
        if (sscanf(line, "%7[^\t]\t%255[^\t]\t%127s", verdict, name, hex) != 3) continue;
        uint8_t bytes[64];
        struct span vector = guard_at_end(&g, span_of(bytes, from_hex(hex, bytes)));
        bool expected = verdict[0] == 'o';
        openbsd_verdict_is_not_ours(name, &expected);
        struct ber_reader r = BER_READER(vector);
        struct span contents;
        ber_read_any(&r, &contents);
        if ((r.error == BER_OK) != expected) fail_msg("%s: %s", name, ber_error_name(r.error));
        count++;
    }
    fclose(file);
    guard_free(&g);
    assert_int_equal(count, 17);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_element_gives_its_tag_and_contents),
        cmocka_unit_test(lengths_are_read_in_any_number_of_octets),
        cmocka_unit_test(what_cannot_be_delimited_is_refused),
        cmocka_unit_test(after_the_first_error_reads_give_nothing),
        cmocka_unit_test(leaving_an_element_hands_on_what_was_seen_in_it),
        cmocka_unit_test(integers_are_read_with_their_sign),
        cmocka_unit_test(integers_wider_than_32_bits_wrap),
        cmocka_unit_test(unsigned_numbers_are_masked_to_their_type),
        cmocka_unit_test(oids_are_checked_to_their_last_octet),
        cmocka_unit_test(the_padding_of_an_oid_is_taken_out_where_it_stands),
        cmocka_unit_test(an_oid_is_limited_in_count_and_octets),
        cmocka_unit_test(an_empty_oid_reads_as_zero_dot_zero),
        cmocka_unit_test(integers_are_written_minimally_and_come_back),
        cmocka_unit_test(a_positive_integer_from_2_to_the_23_takes_four_octets),
        cmocka_unit_test(headers_use_the_shortest_length),
        cmocka_unit_test(a_buffer_too_small_is_an_error_that_sticks),
        cmocka_unit_test(openbsd_vectors_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

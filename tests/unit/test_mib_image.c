#include "mib/load/builder.h"
#include "mib/load/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <string.h>

enum { KEY = 4711 };

static const uint32_t table_oid[] = { 1, 3, 6, 1, 4, 1, 99, 1 };
static const uint32_t row_oid[] = { 1, 3, 6, 1, 4, 1, 99, 1, 1 };
static const uint32_t state_oid[] = { 1, 3, 6, 1, 4, 1, 99, 1, 1, 2 };

static const struct fleet_named_number states[] = { { 1, "up" }, { 2, "down" } };
static const struct fleet_range sizes[] = { { 6, 6 } };
static const struct fleet_syntax state = {
    .base = "INTEGER", .convention = "State", .names = states, .name_count = 2,
    .type = FLEET_INTEGER32,
};
static const struct fleet_syntax mac = {
    .base = "OCTET STRING", .convention = "MacAddress", .hint = "1x:", .ranges = sizes,
    .range_count = 1, .type = FLEET_OCTET_STRING,
};
static const struct fleet_index keys[] = {
    { .name = "thingMac", .syntax = &mac, .kind = FLEET_INDEX_FIXED_STRING, .size = 6 },
};

static void build(void **ret_bytes, size_t *ret_size) {
    static const char *const members[] = { "X-MIB::thingState", "X-MIB::thingMac" };
    struct builder *b;
    assert_int_equal(builder_new(&b, "X-MIB"), 0);
    struct fleet_object column = {
        .name = "thingState", .oid = state_oid, .oid_length = 10, .kind = FLEET_OBJECT_COLUMN,
        .access = FLEET_READ_WRITE, .status = FLEET_STATUS_CURRENT, .syntax = &state,
        .index = keys, .index_count = 1, .default_value = "up", .description = "Its state.",
    };
    builder_object(b, &column);
    builder_object(b, &column);
    builder_object(b, &(struct fleet_object){
        .name = "thingTable", .oid = table_oid, .oid_length = 8, .kind = FLEET_OBJECT_TABLE,
        .index = keys, .index_count = 1 });
    builder_object(b, &(struct fleet_object){
        .name = "aThing", .oid = row_oid, .oid_length = 9, .kind = FLEET_OBJECT_GROUP,
        .objects = members, .object_count = 2 });
    builder_message(b, "a message");
    assert_int_equal(builder_count(b), 4);
    assert_int_equal(builder_finish(b, KEY, ret_bytes, ret_size), 0);
    builder_free(b);
}

static void an_image_says_what_was_put_into_it(void **unused) {
    (void)unused;
    void *bytes;
    size_t size;
    struct image image;
    build(&bytes, &size);
    assert_true(image_is_of(bytes, size, KEY));
    assert_false(image_is_of(bytes, size, KEY + 1));
    assert_int_equal(image_copy(bytes, size, &image), 0);
    assert_string_equal(image.module, "X-MIB");
    assert_int_equal(image.object_count, 3);
    assert_int_equal(image.message_count, 1);
    assert_string_equal(image.messages[0], "a message");
    assert_false(image.is_failed);
    assert_string_equal(image.objects[0].name, "thingTable");
    assert_string_equal(image.objects[1].name, "aThing");
    assert_string_equal(image.objects[1].objects[1], "X-MIB::thingMac");
    const struct fleet_object *o = image_find(&image, "thingState");
    assert_ptr_equal(o, &image.objects[2]);
    assert_string_equal(o->module, "X-MIB");
    assert_int_equal(image_compare(o->oid, o->oid_length, state_oid, 10), 0);
    assert_int_equal(o->access, FLEET_READ_WRITE);
    assert_string_equal(o->syntax->convention, "State");
    assert_int_equal(o->syntax->name_count, 2);
    assert_string_equal(o->syntax->names[1].name, "down");
    assert_int_equal(o->syntax->names[1].number, 2);
    assert_null(o->syntax->hint);
    assert_int_equal(o->index_count, 1);
    assert_int_equal(o->index[0].size, 6);
    assert_string_equal(o->index[0].syntax->hint, "1x:");
    assert_int_equal(o->index[0].syntax->ranges[0].high, 6);
    assert_string_equal(o->default_value, "up");
    assert_null(o->units);
    /* What is said twice is kept once. */
    assert_ptr_equal(o->index, image.objects[0].index);
    assert_null(image_find(&image, "thing"));
    assert_null(image_find(&image, "zzz"));
    image_close(&image);
    free(bytes);
}

static void an_empty_image_is_one_too(void **unused) {
    (void)unused;
    struct builder *b;
    void *bytes;
    size_t size;
    struct image image;
    assert_int_equal(builder_new(&b, "EMPTY-MIB"), 0);
    builder_fail(b);
    assert_int_equal(builder_finish(b, KEY, &bytes, &size), 0);
    builder_free(b);
    assert_int_equal(image_copy(bytes, size, &image), 0);
    assert_int_equal(image.object_count, 0);
    assert_true(image.is_failed);
    assert_null(image_find(&image, "x"));
    image_close(&image);
    free(bytes);
}

static void damage_of_any_octet_is_noticed(void **unused) {
    (void)unused;
    uint8_t *bytes;
    size_t size;
    struct image image;
    build((void **)&bytes, &size);
    for (size_t i = 0; i < size; i++) {
        for (uint8_t bit = 1; bit != 0; bit = (uint8_t)(bit << 3)) {
            bytes[i] ^= bit;
            assert_int_equal(image_copy(bytes, size, &image), 1);
            bytes[i] ^= bit;
        }
    }
    for (size_t i = 0; i < size; i++) assert_int_equal(image_copy(bytes, i, &image), 1);
    assert_int_equal(image_copy(bytes, size, &image), 0);
    image_close(&image);
    free(bytes);
}

/* Whoever makes the checksum right too gets no further than the checks. */
static void damage_with_a_right_checksum_never_leads_outside(void **unused) {
    (void)unused;
    uint8_t *bytes;
    size_t size, refused = 0;
    build((void **)&bytes, &size);
    for (size_t i = 8; i < size; i++) {
        uint8_t old = bytes[i];
        bytes[i] = (uint8_t)(old + 0x55);
        /* The size in the header is what the checksum goes by. */
        if (!image_is_of(bytes, size, ((struct image_header *)(void *)bytes)->key)) {
            bytes[i] = old;
            continue;
        }
        image_seal(bytes);
        struct image image;
        if (image_copy(bytes, size, &image) != 0) {
            refused++;
        } else {
            for (uint32_t k = 0; k < image.object_count; k++) {
                const struct fleet_object *o = &image.objects[k];
                assert_true(strlen(o->name) < size && o->oid[o->oid_length - 1] + 1u != 0);
                (void)image_find(&image, o->name);
            }
            image_close(&image);
        }
        bytes[i] = old;
    }
    assert_true(refused > 0);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_says_what_was_put_into_it),
        cmocka_unit_test(an_empty_image_is_one_too),
        cmocka_unit_test(damage_of_any_octet_is_noticed),
        cmocka_unit_test(damage_with_a_right_checksum_never_leads_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * fuzz_mib_image: a damaged image with a right checksum, which is what a child process that has
 * gone wrong could send. It is refused, or all that it says can be read.
 *
 * The input is a list of changes to a small image: three octets each, where (two octets) and what;
 * so the corpus need not follow the format.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mib/load/builder.h"
#include "mib/load/image.h"

static const uint32_t oids[][9] = {
    { 1, 3, 6, 1, 4, 1, 99, 1, 1 }, { 1, 3, 6, 1, 4, 1, 99, 1, 2 }, { 1, 3, 6, 1, 4, 1, 99, 2, 0 },
};
static const struct fleet_named_number names[] = { { 1, "up" }, { 2, "down" } };
static const struct fleet_range ranges[] = { { 0, 6 }, { 8, 8 } };
static const struct fleet_syntax syntax = {
    .base = "INTEGER", .convention = "State", .hint = "d", .names = names, .name_count = 2,
    .ranges = ranges, .range_count = 2, .type = FLEET_INTEGER32,
};
static const struct fleet_index index_parts[] = {
    { .name = "a", .syntax = &syntax }, { .name = "b", .syntax = &syntax, .size = 6 },
};
static const char *const members[] = { "X::a", "X::b" };

static void build(uint8_t **ret_bytes, size_t *ret_size) {
    struct builder *b;
    assert(builder_new(&b, "X-MIB") == 0);
    for (size_t i = 0; i < 3; i++) {
        static const char *const object_names[] = { "c", "a", "b" };
        builder_object(b, &(struct fleet_object){
            .name = object_names[i], .oid = oids[i], .oid_length = 9, .syntax = &syntax,
            .index = index_parts, .index_count = 2, .objects = members, .object_count = 2,
            .kind = FLEET_OBJECT_COLUMN, .units = "s", .description = "text", .augments = "c" });
    }
    builder_message(b, "message");
    assert(builder_finish(b, 1, (void **)ret_bytes, ret_size) == 0);
    builder_free(b);
}

static size_t sum;

static void read_text(const char *text) {
    if (text != NULL) sum += strlen(text);
}

static void read_syntax(const struct fleet_syntax *s) {
    if (s == NULL) return;
    read_text(s->base);
    read_text(s->convention);
    read_text(s->hint);
    for (uint32_t i = 0; i < s->name_count; i++) {
        read_text(s->names[i].name);
        sum += (size_t)s->names[i].number;
    }
    for (uint32_t i = 0; i < s->range_count; i++) {
        sum += (size_t)s->ranges[i].low + (size_t)s->ranges[i].high;
    }
    sum += s->is_bits;
}

static void read_object(const struct fleet_object *o) {
    read_text(o->module);
    read_text(o->name);
    read_text(o->augments);
    read_text(o->units);
    read_text(o->default_value);
    read_text(o->description);
    read_text(o->reference);
    read_syntax(o->syntax);
    for (uint32_t i = 0; i < o->oid_length; i++) sum += o->oid[i];
    for (uint32_t i = 0; i < o->object_count; i++) read_text(o->objects[i]);
    for (uint32_t i = 0; i < o->index_count; i++) {
        read_text(o->index[i].name);
        read_syntax(o->index[i].syntax);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *bytes;
    size_t length;
    struct image image;
    assert(image_copy(data, size, &image) != 0);
    build(&bytes, &length);
    for (size_t i = 0; i + 3 <= size; i += 3) {
        bytes[((size_t)data[i] << 8 | data[i + 1]) % length] = data[i + 2];
    }
    /* The checksum goes by the size that the header tells. */
    uint32_t told = (uint32_t)length;
    memcpy(bytes + offsetof(struct image_header, size), &told, sizeof(told));
    image_seal(bytes);
    if (image_copy(bytes, length, &image) == 0) {
        read_text(image.module);
        for (uint32_t i = 0; i < image.message_count; i++) read_text(image.messages[i]);
        for (uint32_t i = 0; i < image.object_count; i++) {
            read_object(&image.objects[i]);
            assert(image_find(&image, image.objects[i].name) != NULL);
        }
        image_close(&image);
    }
    free(bytes);
    return 0;
}

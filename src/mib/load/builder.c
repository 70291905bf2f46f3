/*
 * builder: see builder.h.
 *
 * Everything but the objects goes into one growing run of bytes as it comes, and is known by its
 * offset from then on: in the structures here a "pointer" is such an offset. The objects are kept
 * aside, to be sorted.
 */
#include "mib/load/builder.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "mib/load/image.h"

enum { SLOTS_FIRST = 1 << 10, SHORT_COUNT = 16 };

/* Where pointers are in a structure; ends with NO_POINTER. */
enum { NO_POINTER = 0xffff };
struct pointers {
    size_t size;              /* of one structure */
    uint16_t at[10];
};

#define AT(type_, field_) ((uint16_t)offsetof(struct type_, field_))

static const struct pointers in_bytes = { 1, { NO_POINTER } };
static const struct pointers in_subids = { sizeof(uint32_t), { NO_POINTER } };
static const struct pointers in_ranges = { sizeof(struct fleet_range), { NO_POINTER } };
static const struct pointers in_texts = { sizeof(char *), { 0, NO_POINTER } };
static const struct pointers in_names = {
    sizeof(struct fleet_named_number), { AT(fleet_named_number, name), NO_POINTER }
};
static const struct pointers in_syntax = {
    sizeof(struct fleet_syntax),
    { AT(fleet_syntax, base), AT(fleet_syntax, convention), AT(fleet_syntax, hint),
      AT(fleet_syntax, names), AT(fleet_syntax, ranges), NO_POINTER },
};
static const struct pointers in_index = {
    sizeof(struct fleet_index), { AT(fleet_index, name), AT(fleet_index, syntax), NO_POINTER }
};
static const uint16_t in_object[] = {
    AT(fleet_object, module),      AT(fleet_object, name),  AT(fleet_object, oid),
    AT(fleet_object, syntax),      AT(fleet_object, index), AT(fleet_object, augments),
    AT(fleet_object, objects),     AT(fleet_object, units), AT(fleet_object, default_value),
    AT(fleet_object, description), AT(fleet_object, reference),
};

/* A run of bytes that is there already. */
struct slot {
    uint32_t offset, size;    /* offset 0: free */
    const struct pointers *kind;
};

struct builder {
    uint8_t *bytes;           /* header and what objects point to */
    size_t length, capacity;
    uint32_t *relocations;    /* in no order */
    size_t relocation_count, relocation_capacity;
    struct fleet_object *objects;
    size_t object_count, object_capacity;
    const char **messages;
    size_t message_count, message_capacity;
    struct slot *slots;       /* hash table of what is in @bytes */
    size_t slot_count, slot_used;
    const char *module;
    bool is_failed;
    int error;
};

/* Room for one more of @size bytes in an array that doubles. */
static bool grow(struct builder *b, void *array, size_t *capacity, size_t count, size_t size) {
    if (b->error != 0) return false;
    if (count < *capacity) return true;
    void *old, *grown;
    memcpy(&old, array, sizeof(old));
    size_t wanted = *capacity < 64 ? 64 : 2 * *capacity;
    grown = count > IMAGE_BYTES_MAX ? NULL : realloc(old, wanted * size);
    if (grown == NULL) {
        b->error = count > IMAGE_BYTES_MAX ? -EFBIG : -ENOMEM;
        return false;
    }
    memcpy(array, &grown, sizeof(grown));
    *capacity = wanted;
    return true;
}

/* @size bytes at the end, zero; their offset, or 0. */
static size_t reserve(struct builder *b, size_t size, size_t alignment) {
    if (b->error != 0) return 0;
    size_t offset = (b->length + alignment - 1) / alignment * alignment;
    if (size > IMAGE_BYTES_MAX || offset + size > IMAGE_BYTES_MAX) {
        b->error = -EFBIG;
        return 0;
    }
    if (offset + size > b->capacity) {
        size_t capacity = b->capacity;
        while (offset + size > capacity) capacity *= 2;
        uint8_t *bytes = realloc(b->bytes, capacity);
        if (bytes == NULL) {
            b->error = -ENOMEM;
            return 0;
        }
        b->bytes = bytes;
        b->capacity = capacity;
    }
    memset(b->bytes + b->length, 0, offset + size - b->length);
    b->length = offset + size;
    return offset;
}

static void relocation(struct builder *b, size_t at) {
    if (!grow(b, &b->relocations, &b->relocation_capacity, b->relocation_count,
              sizeof(*b->relocations))) return;
    b->relocations[b->relocation_count++] = (uint32_t)at;
}

static bool slots_double(struct builder *b) {
    size_t count = 2 * b->slot_count;
    struct slot *slots = calloc(count, sizeof(*slots));
    if (slots == NULL) {
        b->error = -ENOMEM;
        return false;
    }
    for (size_t i = 0; i < b->slot_count; i++) {
        const struct slot *old = &b->slots[i];
        if (old->offset == 0) continue;
        size_t at = prng_hash(b->bytes + old->offset, old->size) & (count - 1);
        while (slots[at].offset != 0) at = (at + 1) & (count - 1);
        slots[at] = *old;
    }
    free(b->slots);
    b->slots = slots;
    b->slot_count = count;
    return true;
}

/* The slot that holds these bytes, or the free one in which they belong; NULL after an error. */
static struct slot *slot_of(struct builder *b, const void *bytes, size_t size,
                            const struct pointers *kind) {
    if (b->error != 0) return NULL;
    if (2 * (b->slot_used + 1) > b->slot_count && !slots_double(b)) return NULL;
    size_t at = prng_hash(bytes, size) & (b->slot_count - 1);
    for (;; at = (at + 1) & (b->slot_count - 1)) {
        struct slot *s = &b->slots[at];
        if (s->offset == 0) return s;
        if (s->size == size && s->kind == kind && memcmp(b->bytes + s->offset, bytes, size) == 0) {
            return s;
        }
    }
}

/* @count structures of a kind, whose pointers are offsets: where they are. */
static const void *put(struct builder *b, const void *structures, size_t count,
                       const struct pointers *kind, size_t alignment) {
    if (count == 0 || b->error != 0) return NULL;
    if (count > IMAGE_BYTES_MAX / kind->size) {
        b->error = -EFBIG;
        return NULL;
    }
    size_t size = count * kind->size;
    struct slot *slot = slot_of(b, structures, size, kind);
    if (slot == NULL) return NULL;
    if (slot->offset != 0) return (const void *)(uintptr_t)slot->offset;
    size_t offset = reserve(b, size, alignment);
    if (offset == 0) return NULL;
    memcpy(b->bytes + offset, structures, size);
    for (size_t i = 0; i < count; i++) {
        for (const uint16_t *at = kind->at; *at != NO_POINTER; at++) {
            uintptr_t pointer;
            memcpy(&pointer, b->bytes + offset + i * kind->size + *at, sizeof(pointer));
            if (pointer != 0) relocation(b, offset + i * kind->size + *at);
        }
    }
    *slot = (struct slot){ (uint32_t)offset, (uint32_t)size, kind };
    b->slot_used++;
    return (const void *)(uintptr_t)offset;
}

static const char *put_text(struct builder *b, const char *text) {
    return text == NULL ? NULL : put(b, text, strlen(text) + 1, &in_bytes, 1);
}

static const char *const *put_texts(struct builder *b, const char *const *texts, size_t count) {
    if (count == 0) return NULL;
    const char **copies = calloc(count, sizeof(*copies));
    if (copies == NULL) {
        b->error = -ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) copies[i] = put_text(b, texts[i]);
    const char *const *offset = put(b, copies, count, &in_texts, alignof(char *));
    free(copies);
    return offset;
}

static const struct fleet_named_number *put_names(struct builder *b, const struct fleet_syntax *s) {
    if (s->name_count == 0) return NULL;
    struct fleet_named_number *copies = calloc(s->name_count, sizeof(*copies));
    if (copies == NULL) {
        b->error = -ENOMEM;
        return NULL;
    }
    for (uint32_t i = 0; i < s->name_count; i++) {
        copies[i].number = s->names[i].number;
        copies[i].name = put_text(b, s->names[i].name);
    }
    const void *offset = put(b, copies, s->name_count, &in_names, alignof(int64_t));
    free(copies);
    return offset;
}

static const struct fleet_syntax *put_syntax(struct builder *b, const struct fleet_syntax *s) {
    if (s == NULL) return NULL;
    /* Gaps are compared too: they have to be zero. */
    struct fleet_syntax copy;
    memset(&copy, 0, sizeof(copy));
    copy.base = put_text(b, s->base);
    copy.convention = put_text(b, s->convention);
    copy.hint = put_text(b, s->hint);
    copy.names = put_names(b, s);
    copy.ranges = put(b, s->ranges, s->range_count, &in_ranges, alignof(int64_t));
    copy.name_count = s->name_count;
    copy.range_count = s->range_count;
    copy.type = s->type;
    copy.is_bits = s->is_bits;
    return put(b, &copy, 1, &in_syntax, alignof(struct fleet_syntax));
}

static const struct fleet_index *put_index(struct builder *b, const struct fleet_index *index,
                                           size_t count) {
    if (count == 0) return NULL;
    struct fleet_index *copies = calloc(count, sizeof(*copies));
    if (copies == NULL) {
        b->error = -ENOMEM;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        copies[i].name = put_text(b, index[i].name);
        copies[i].syntax = put_syntax(b, index[i].syntax);
        copies[i].kind = index[i].kind;
        copies[i].as = index[i].as;
        copies[i].size = index[i].size;
    }
    const void *offset = put(b, copies, count, &in_index, alignof(struct fleet_index));
    free(copies);
    return offset;
}

int builder_new(struct builder **ret_builder, const char *module) {
    struct builder *b = calloc(1, sizeof(*b));
    if (b == NULL) return -ENOMEM;
    b->capacity = 16 << 10;
    b->slot_count = SLOTS_FIRST;
    b->bytes = malloc(b->capacity);
    b->slots = calloc(b->slot_count, sizeof(*b->slots));
    if (b->bytes == NULL || b->slots == NULL) {
        builder_free(b);
        return -ENOMEM;
    }
    (void)reserve(b, sizeof(struct image_header), 1);
    b->module = put_text(b, module);
    *ret_builder = b;
    return 0;
}

void builder_free(struct builder *b) {
    if (b == NULL) return;
    free(b->bytes);
    free(b->relocations);
    free(b->objects);
    free(b->messages);
    free(b->slots);
    free(b);
}

void builder_object(struct builder *b, const struct fleet_object *o) {
    if (b->object_count >= IMAGE_OBJECTS_MAX) b->error = -EFBIG;
    if (!grow(b, &b->objects, &b->object_capacity, b->object_count, sizeof(*b->objects))) return;
    struct fleet_object *copy = &b->objects[b->object_count++];
    memset(copy, 0, sizeof(*copy));
    copy->module = b->module;
    copy->name = put_text(b, o->name);
    copy->oid = put(b, o->oid, o->oid_length, &in_subids, alignof(uint32_t));
    copy->oid_length = o->oid_length;
    copy->kind = o->kind;
    copy->access = o->access;
    copy->status = o->status;
    copy->syntax = put_syntax(b, o->syntax);
    copy->index = put_index(b, o->index, o->index_count);
    copy->index_count = o->index_count;
    copy->augments = put_text(b, o->augments);
    copy->objects = put_texts(b, o->objects, o->object_count);
    copy->object_count = o->object_count;
    copy->units = put_text(b, o->units);
    copy->default_value = put_text(b, o->default_value);
    copy->description = put_text(b, o->description);
    copy->reference = put_text(b, o->reference);
}

void builder_message(struct builder *b, const char *text) {
    if (b->message_count >= SHORT_COUNT ||
        !grow(b, &b->messages, &b->message_capacity, b->message_count, sizeof(*b->messages)))
        return;
    b->messages[b->message_count++] = put_text(b, text);
}

void builder_fail(struct builder *b) {
    b->is_failed = true;
}

uint32_t builder_count(const struct builder *b) {
    return (uint32_t)b->object_count;
}

/* While sorting: the bytes that offsets are of. */
struct order {
    const uint8_t *bytes;
    const struct fleet_object *objects;
};

static int by_oid(const void *x, const void *y, void *context) {
    const struct order *order = context;
    const struct fleet_object *a = x, *b = y;
    int r = image_compare((const uint32_t *)(const void *)(order->bytes + (uintptr_t)a->oid),
                          a->oid_length,
                          (const uint32_t *)(const void *)(order->bytes + (uintptr_t)b->oid),
                          b->oid_length);
    if (r != 0) return r;
    return strcmp((const char *)order->bytes + (uintptr_t)a->name,
                  (const char *)order->bytes + (uintptr_t)b->name);
}

static int by_name(const void *x, const void *y, void *context) {
    const struct order *order = context;
    const uint32_t *a = x, *b = y;
    int r = strcmp((const char *)order->bytes + (uintptr_t)order->objects[*a].name,
                   (const char *)order->bytes + (uintptr_t)order->objects[*b].name);
    return r != 0 ? r : *a < *b ? -1 : *a > *b;
}

/* Sorted by OID, each OID and name once; where they are. */
static size_t finish_objects(struct builder *b) {
    struct order order = { .bytes = b->bytes };
    if (b->object_count > 0)
        qsort_r(b->objects, b->object_count, sizeof(*b->objects), by_oid, &order);
    size_t kept = 0;
    for (size_t i = 0; i < b->object_count; i++) {
        if (kept > 0 && by_oid(&b->objects[kept - 1], &b->objects[i], &order) == 0) continue;
        b->objects[kept++] = b->objects[i];
    }
    b->object_count = kept;
    size_t offset = reserve(b, kept * sizeof(*b->objects), alignof(struct fleet_object));
    if (offset == 0) return 0;
    if (kept > 0) memcpy(b->bytes + offset, b->objects, kept * sizeof(*b->objects));
    for (size_t i = 0; i < kept; i++) {
        for (size_t k = 0; k < sizeof(in_object) / sizeof(in_object[0]); k++) {
            uintptr_t pointer;
            size_t at = offset + i * sizeof(*b->objects) + in_object[k];
            memcpy(&pointer, b->bytes + at, sizeof(pointer));
            if (pointer != 0) relocation(b, at);
        }
    }
    return offset;
}

static size_t finish_names(struct builder *b) {
    size_t offset = reserve(b, b->object_count * sizeof(uint32_t), alignof(uint32_t));
    if (offset == 0) return 0;
    uint32_t *places = (uint32_t *)(void *)(b->bytes + offset);
    for (uint32_t i = 0; i < b->object_count; i++) places[i] = i;
    struct order order = { .bytes = b->bytes, .objects = b->objects };
    qsort_r(places, b->object_count, sizeof(*places), by_name, &order);
    return offset;
}

static int ascending(const void *x, const void *y) {
    const uint32_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

int builder_finish(struct builder *b, uint64_t key, void **ret_bytes, size_t *ret_size) {
    struct image_header h = {
        .magic = IMAGE_MAGIC, .version = IMAGE_VERSION, .layout = image_layout(), .key = key,
        .module = (uint32_t)(uintptr_t)b->module, .is_failed = b->is_failed,
    };
    h.message_count = (uint32_t)b->message_count;
    h.messages = (uint32_t)(uintptr_t)put(b, b->messages, b->message_count, &in_texts,
                                          alignof(char *));
    if (h.messages == 0) h.messages = (uint32_t)reserve(b, 0, alignof(char *));
    h.objects = (uint32_t)finish_objects(b);
    h.by_name = (uint32_t)finish_names(b);
    h.object_count = (uint32_t)b->object_count;
    if (b->relocation_count > 0)
        qsort(b->relocations, b->relocation_count, sizeof(*b->relocations), ascending);
    size_t relocations = reserve(b, b->relocation_count * sizeof(*b->relocations),
                                 alignof(struct fleet_object));
    /* One NUL more: the last text ends, whatever comes of the rest. */
    (void)reserve(b, 1, 1);
    if (b->error != 0) return b->error;
    if (b->relocation_count > 0)
        memcpy(b->bytes + relocations, b->relocations, b->relocation_count * sizeof(uint32_t));
    h.relocations = (uint32_t)relocations;
    h.relocation_count = (uint32_t)b->relocation_count;
    h.size = (uint32_t)b->length;
    memcpy(b->bytes, &h, sizeof(h));
    image_seal(b->bytes);
    *ret_bytes = b->bytes;
    *ret_size = b->length;
    b->bytes = NULL;
    return 0;
}

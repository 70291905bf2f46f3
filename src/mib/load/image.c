/* image: see image.h. */
#include "mib/load/image.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/prng.h"

enum { NAMES_MAX = 1 << 16, COMPONENTS_MAX = 1 << 8 };

uint32_t image_layout(void) {
    static const size_t parts[] = {
        sizeof(struct image_header),
        sizeof(struct fleet_object),
        offsetof(struct fleet_object, syntax),
        offsetof(struct fleet_object, augments),
        offsetof(struct fleet_object, reference),
        sizeof(struct fleet_syntax),
        offsetof(struct fleet_syntax, names),
        offsetof(struct fleet_syntax, is_bits),
        sizeof(struct fleet_index),
        sizeof(struct fleet_named_number),
        sizeof(struct fleet_range),
        sizeof(void *),
    };
    static const uint16_t order = 1;
    uint64_t hash = prng_hash(&order, sizeof(order));
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) hash = prng_mix(hash ^ parts[i]);
    return (uint32_t)hash;
}

/* Four lanes of words at a time: images are megabytes, and all are looked at every start. */
static uint64_t image_checksum(const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    uint64_t lanes[4] = { 1, 2, 3, 4 }, sum = size, word = 0;
    for (; size >= sizeof(lanes); at += sizeof(lanes), size -= sizeof(lanes)) {
        for (size_t i = 0; i < 4; i++) {
            memcpy(&word, at + 8 * i, 8);
            lanes[i] = (lanes[i] ^ word) * 0x9fb21c651e98df25u;
            lanes[i] ^= lanes[i] >> 29;
        }
    }
    for (size_t i = 0; i < 4; i++) sum = prng_mix(sum ^ lanes[i]);
    return prng_mix(sum ^ prng_hash(at, size));
}

/* The header counts too, but for the sum itself. */
static uint64_t checksum_of(const struct image_header *header) {
    struct image_header h = *header;
    h.checksum = 0;
    uint64_t sum = image_checksum(&h, sizeof(h));
    return prng_mix(sum ^ image_checksum(header + 1, h.size - sizeof(h)));
}

void image_seal(void *memory) {
    struct image_header *h = memory;
    h->checksum = checksum_of(h);
}

bool image_is_of(const void *memory, size_t size, uint64_t key) {
    const struct image_header *h = memory;
    return size >= sizeof(*h) && memcmp(h->magic, IMAGE_MAGIC, sizeof(h->magic)) == 0 &&
           h->version == IMAGE_VERSION && h->layout == image_layout() && h->size == size &&
           h->key == key;
}

/* What the checks look at: the image, relocated, with a NUL as its last byte. */
struct bounds {
    const uint8_t *start;
    size_t size;
};

/* @count things of @size bytes at @at lie inside and are aligned; NULL is good for none. */
static bool is_inside(const struct bounds *b, const void *at, size_t count, size_t size,
                      size_t alignment) {
    if (at == NULL) return count == 0;
    size_t offset = (size_t)((uintptr_t)at - (uintptr_t)b->start);
    return offset < b->size && (uintptr_t)at % alignment == 0 &&
           count <= (b->size - offset) / size;
}

/* The last byte of the image is NUL, so whatever begins inside ends there. */
static bool is_text(const struct bounds *b, const char *text) {
    return text != NULL && is_inside(b, text, 1, 1, 1);
}

static bool is_text_or_null(const struct bounds *b, const char *text) {
    return text == NULL || is_text(b, text);
}

static bool are_texts(const struct bounds *b, const char *const *texts, size_t count) {
    if (!is_inside(b, texts, count, sizeof(*texts), alignof(char *))) return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_text(b, texts[i])) return false;
    }
    return true;
}

static bool is_syntax(const struct bounds *b, const struct fleet_syntax *s) {
    if (s == NULL) return true;
    if (!is_inside(b, s, 1, sizeof(*s), alignof(struct fleet_syntax))) return false;
    if (!is_text(b, s->base) || !is_text_or_null(b, s->convention) ||
        !is_text_or_null(b, s->hint) || s->name_count > NAMES_MAX || s->range_count > NAMES_MAX ||
        *((const uint8_t *)s + offsetof(struct fleet_syntax, is_bits)) > 1 ||
        !is_inside(b, s->names, s->name_count, sizeof(*s->names), alignof(int64_t)) ||
        !is_inside(b, s->ranges, s->range_count, sizeof(*s->ranges), alignof(int64_t))) {
        return false;
    }
    for (uint32_t i = 0; i < s->name_count; i++) {
        if (!is_text(b, s->names[i].name)) return false;
    }
    return true;
}

static bool is_index(const struct bounds *b, const struct fleet_object *o) {
    if (o->index_count > COMPONENTS_MAX ||
        !is_inside(b, o->index, o->index_count, sizeof(*o->index), alignof(struct fleet_index))) {
        return false;
    }
    for (uint32_t i = 0; i < o->index_count; i++) {
        if (!is_text(b, o->index[i].name) || !is_syntax(b, o->index[i].syntax) ||
            o->index[i].kind > FLEET_INDEX_NETWORK_ADDRESS || o->index[i].as >= FLEET_AS_COUNT) {
            return false;
        }
    }
    return true;
}

static bool is_object(const struct bounds *b, const struct fleet_object *o) {
    return is_text(b, o->module) && is_text(b, o->name) && o->oid_length >= 1 &&
           o->oid_length <= FLEET_OID_SUBIDS_MAX && o->object_count <= NAMES_MAX &&
           is_inside(b, o->oid, o->oid_length, sizeof(*o->oid), alignof(uint32_t)) &&
           o->kind <= FLEET_OBJECT_CAPABILITIES && o->access <= FLEET_WRITE_ONLY &&
           o->status <= FLEET_STATUS_OPTIONAL && is_syntax(b, o->syntax) && is_index(b, o) &&
           are_texts(b, o->objects, o->object_count) && is_text_or_null(b, o->augments) &&
           is_text_or_null(b, o->units) && is_text_or_null(b, o->default_value) &&
           is_text_or_null(b, o->description) && is_text_or_null(b, o->reference);
}

static bool are_objects(const struct bounds *b, const struct image *image) {
    for (uint32_t i = 0; i < image->object_count; i++) {
        const struct fleet_object *o = &image->objects[i];
        if (!is_object(b, o)) return false;
        if (i > 0 && image_compare(o[-1].oid, o[-1].oid_length, o->oid, o->oid_length) > 0) {
            return false;
        }
    }
    /* Strictly ascending by name and place: each object is there once. */
    for (uint32_t i = 0; i < image->object_count; i++) {
        const uint32_t *place = &image->by_name[i];
        if (*place >= image->object_count) return false;
        if (i == 0) continue;
        int order = strcmp(image->objects[place[-1]].name, image->objects[*place].name);
        if (order > 0 || (order == 0 && place[-1] >= *place)) return false;
    }
    return true;
}

/* Pointers ascend without overlapping, outside the header, and lead into the image. */
static bool relocate(uint8_t *memory, const struct image_header *h) {
    struct bounds b = { memory, h->size };
    const uint32_t *at = (const uint32_t *)(const void *)(memory + h->relocations);
    if (h->relocations % alignof(uint32_t) != 0 ||
        !is_inside(&b, at, h->relocation_count, sizeof(*at), 1)) return false;
    uint64_t next = sizeof(*h);
    for (uint32_t i = 0; i < h->relocation_count; i++) {
        uintptr_t pointer;
        if (at[i] < next || at[i] % alignof(void *) != 0 ||
            at[i] + (uint64_t)sizeof(pointer) > h->relocations) return false;
        memcpy(&pointer, memory + at[i], sizeof(pointer));
        if (pointer < sizeof(*h) || pointer >= h->relocations) return false;
        pointer += (uintptr_t)memory;
        memcpy(memory + at[i], &pointer, sizeof(pointer));
        next = (uint64_t)at[i] + sizeof(pointer);
    }
    return true;
}

bool image_open(void *memory, size_t size, struct image *ret_image) {
    uint8_t *start = memory;
    const struct image_header *h = memory;
    struct bounds b = { start, size };
    if (size > IMAGE_BYTES_MAX || size <= sizeof(*h) || !image_is_of(memory, size, h->key) ||
        start[size - 1] != 0 || h->object_count > IMAGE_OBJECTS_MAX ||
        h->message_count > NAMES_MAX ||
        checksum_of(h) != h->checksum || !relocate(start, h)) {
        return false;
    }
    struct image image = {
        .memory = memory,
        .size = size,
        .module = (const char *)start + h->module,
        .objects = (const struct fleet_object *)(const void *)(start + h->objects),
        .by_name = (const uint32_t *)(const void *)(start + h->by_name),
        .messages = (const char *const *)(const void *)(start + h->messages),
        .object_count = h->object_count,
        .message_count = h->message_count,
        .is_failed = h->is_failed != 0,
    };
    if (!is_text(&b, image.module) ||
        !is_inside(&b, image.objects, image.object_count, sizeof(*image.objects),
                   alignof(struct fleet_object)) ||
        !is_inside(&b, image.by_name, image.object_count, sizeof(*image.by_name),
                   alignof(uint32_t)) ||
        !are_texts(&b, image.messages, image.message_count) || !are_objects(&b, &image)) {
        return false;
    }
    (void)mprotect(memory, size, PROT_READ);
    *ret_image = image;
    return true;
}

int image_copy(const void *bytes, size_t size, struct image *ret_image) {
    if (size == 0 || size > IMAGE_BYTES_MAX) return 1;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    memcpy(memory, bytes, size);
    if (image_open(memory, size, ret_image)) return 0;
    (void)munmap(memory, size);
    return 1;
}

void image_close(struct image *image) {
    if (image->memory != NULL) (void)munmap(image->memory, image->size);
    *image = IMAGE_NULL;
}

const struct fleet_object *image_find(const struct image *image, const char *name) {
    uint32_t low = 0, high = image->object_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(image->objects[image->by_name[middle]].name, name) < 0) low = middle + 1;
        else high = middle;
    }
    if (low == image->object_count) return NULL;
    const struct fleet_object *found = &image->objects[image->by_name[low]];
    return strcmp(found->name, name) == 0 ? found : NULL;
}

int image_compare(const uint32_t *a, uint32_t a_length, const uint32_t *b, uint32_t b_length) {
    uint32_t shorter = a_length < b_length ? a_length : b_length;
    for (uint32_t i = 0; i < shorter; i++) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

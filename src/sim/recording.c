/*
 * recording: see recording.h.
 *
 * A builder appends encoded varbinds as they come and remembers where each begins; sorting is over
 * those places. Most recordings come sorted, which one pass over neighbours tells.
 *
 * The hash table is at most half full and never changes after building, so a look-up of an OID that
 * is there compares 1.5 OIDs on average.
 */
#include "sim/recording.h"

#include <errno.h>
#include <stdlib.h>

#include "base/prng.h"
#include "wire/message.h"
#include "wire/oid.h"

struct recording_draft {
    size_t offset;
    uint32_t length;
    uint16_t oid_offset, oid_length;
    struct recording_mark mark;
};

enum { VARBIND_HEADERS_MAX = 16 };  /* three tags and lengths */

void recording_free(struct recording *r) {
    if (r == NULL) return;
    free(r->entries);
    free(r->marks);
    free(r->bytes);
    free(r->table);
    free(r);
}

static uint64_t recording_hash(struct span oid) {
    const uint64_t multiplier = 0x9e3779b97f4a7c15u;
    uint64_t hash = oid.length, word = 0;
    const uint8_t *at = oid.bytes, *end = oid.bytes + oid.length;
    for (; end - at > 8; at += 8) {
        memcpy(&word, at, 8);
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32;
    }
    if (oid.length >= 8) {
        memcpy(&word, end - 8, 8);
    } else {
        word = 0;
        while (at < end) word = word << 8 | *at++;
    }
    return prng_mix(hash ^ word);
}

uint32_t recording_find(const struct recording *r, struct span oid) {
    uint32_t slot = (uint32_t)recording_hash(oid) & r->table_mask;
    for (; r->table[slot] != 0; slot = (slot + 1) & r->table_mask) {
        uint32_t index = r->table[slot] - 1;
        if (span_equal(recording_oid(r, index), oid)) return index;
    }
    return r->count;
}

uint32_t recording_after(const struct recording *r, struct span oid) {
    uint32_t low = 0, high = r->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (oid_compare(recording_oid(r, middle), oid) <= 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

bool recording_check(const struct recording *r) {
    for (uint32_t i = 0; i < r->count; i++) {
        struct ber_reader reader = BER_READER(recording_varbind(r, i));
        struct varbind varbind;
        if (!varbind_next(&reader, &varbind) || !ber_at_end(&reader)) return false;
        if (!span_equal(varbind.oid, recording_oid(r, i))) return false;
        if (i > 0 && oid_compare(recording_oid(r, i - 1), varbind.oid) >= 0) return false;
        if (recording_find(r, varbind.oid) != i) return false;
        if (recording_after(r, varbind.oid) != i + 1) return false;
    }
    return true;
}

static bool builder_reserve(struct recording_builder *b, size_t bytes) {
    if (b->count == b->capacity) {
        size_t capacity = b->capacity == 0 ? 256 : b->capacity * 2;
        void *drafts = realloc(b->drafts, capacity * sizeof(*b->drafts));
        if (drafts == NULL) return false;
        b->drafts = drafts;
        b->capacity = capacity;
    }
    size_t wanted = b->length + bytes;
    if (wanted <= b->bytes_capacity) return true;
    size_t capacity = b->bytes_capacity == 0 ? 16384 : b->bytes_capacity;
    while (capacity < wanted) capacity *= 2;
    void *grown = realloc(b->bytes, capacity);
    if (grown == NULL) return false;
    b->bytes = grown;
    b->bytes_capacity = capacity;
    return true;
}

static bool value_has_bytes(const struct fleet_value *value) {
    return value->type == FLEET_OCTET_STRING || value->type == FLEET_OBJECT_IDENTIFIER ||
           value->type == FLEET_IP_ADDRESS || value->type == FLEET_OPAQUE;
}

void recording_add(struct recording_builder *b, struct span oid, const struct fleet_value *value,
                   const struct recording_mark *mark) {
    size_t value_length = value_has_bytes(value) ? value->length : 16;
    size_t room = oid.length + value_length + VARBIND_HEADERS_MAX;
    if (b->error != 0) return;
    if (b->length + room > UINT32_MAX || b->count == UINT32_MAX / 4) b->error = -E2BIG;
    else if (!builder_reserve(b, room)) b->error = -ENOMEM;
    if (b->error != 0) return;

    uint8_t *start = b->bytes + b->length;
    struct ber_writer w = BER_WRITER(start, room);
    varbind_write(&w, oid, value);
    struct span written = ber_written(&w);
    struct ber_reader whole = BER_READER(written), fields = ber_enter(&whole, BER_SEQUENCE);
    struct span name = ber_read(&fields, BER_OBJECT_IDENTIFIER);
    b->drafts[b->count++] = (struct recording_draft){
        .offset = b->length,
        .length = (uint32_t)written.length,
        .oid_offset = (uint16_t)(name.bytes - written.bytes),
        .oid_length = (uint16_t)name.length,
        .mark = mark != NULL ? *mark : (struct recording_mark){ 0 },
    };
    b->has_marks |= mark != NULL;
    memmove(start, written.bytes, written.length);
    b->length += written.length;
}

static struct span draft_oid(const struct recording_builder *b, const struct recording_draft *d) {
    return span_of(b->bytes + d->offset + d->oid_offset, d->oid_length);
}

/* By OID; what came first stays first, so that of duplicates it is kept. */
static int draft_compare(const void *left, const void *right, void *context) {
    const struct recording_draft *a = left, *b = right;
    int order = oid_compare(draft_oid(context, a), draft_oid(context, b));
    return order != 0 ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

static void builder_sort(struct recording_builder *b, uint32_t *ret_duplicates) {
    size_t i = 1;
    while (i < b->count && draft_compare(&b->drafts[i - 1], &b->drafts[i], b) < 0) i++;
    if (i < b->count) qsort_r(b->drafts, b->count, sizeof(*b->drafts), draft_compare, b);
    size_t kept = 0;
    for (i = 0; i < b->count; i++) {
        struct span oid = draft_oid(b, &b->drafts[i]);
        if (kept > 0 && oid_compare(draft_oid(b, &b->drafts[kept - 1]), oid) == 0) continue;
        b->drafts[kept++] = b->drafts[i];
    }
    *ret_duplicates = (uint32_t)(b->count - kept);
    b->count = kept;
}

static void recording_index(struct recording *r) {
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t slot = (uint32_t)recording_hash(recording_oid(r, i)) & r->table_mask;
        while (r->table[slot] != 0) slot = (slot + 1) & r->table_mask;
        r->table[slot] = i + 1;
    }
}

int recording_build(struct recording_builder *b, struct recording **ret_recording) {
    struct recording *r = b->error == 0 ? calloc(1, sizeof(*r)) : NULL;
    int error = b->error != 0 ? b->error : -ENOMEM;
    if (r == NULL) goto fail;
    builder_sort(b, &r->duplicates);
    uint32_t slots = 4;
    while (slots / 2 < b->count) slots *= 2;
    r->table_mask = slots - 1;
    r->count = (uint32_t)b->count;
    r->entries = calloc(b->count + 1, sizeof(*r->entries));
    r->bytes = malloc(b->length + 1);
    r->table = calloc(slots, sizeof(*r->table));
    if (b->has_marks) r->marks = calloc(b->count + 1, sizeof(*r->marks));
    if (r->entries == NULL || r->bytes == NULL || r->table == NULL ||
        (b->has_marks && r->marks == NULL))
        goto fail;

    uint32_t offset = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct recording_draft *d = &b->drafts[i];
        memcpy(r->bytes + offset, b->bytes + d->offset, d->length);
        r->entries[i] = (struct recording_entry){ offset, d->oid_offset, d->oid_length };
        if (r->marks != NULL) r->marks[i] = d->mark;
        offset += d->length;
    }
    r->entries[b->count].offset = offset;
    recording_index(r);
    recording_builder_deinit(b);
    *ret_recording = r;
    return 0;
fail:
    recording_free(r);
    recording_builder_deinit(b);
    return error;
}

void recording_builder_deinit(struct recording_builder *b) {
    free(b->drafts);
    free(b->bytes);
    *b = RECORDING_BUILDER_NULL;
}

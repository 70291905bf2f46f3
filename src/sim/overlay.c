/* overlay: see overlay.h. */
#include "sim/overlay.h"

#include <errno.h>
#include <stdlib.h>

#include "base/prng.h"

enum { OVERLAY_SLOTS = OVERLAY_ENTRIES_MAX * 2 };

void overlay_deinit(struct overlay *o) {
    for (uint32_t i = 0; o->entries != NULL && i < OVERLAY_SLOTS; i++) free(o->entries[i].varbind);
    free(o->entries);
    *o = OVERLAY_NULL;
}

/* The entry of @key, or the free one where it would be. */
static struct overlay_entry *overlay_slot(const struct overlay *o, struct overlay_key key) {
    uint64_t hash = prng_mix(((uint64_t)key.agent << 32 | key.index) ^
                             (uint64_t)key.recording * 0x9e3779b97f4a7c15u);
    for (uint32_t i = (uint32_t)hash;; i++) {
        struct overlay_entry *e = &o->entries[i & (OVERLAY_SLOTS - 1)];
        if (e->varbind == NULL || memcmp(&e->key, &key, sizeof(key)) == 0) return e;
    }
}

struct span overlay_get(const struct overlay *o, struct overlay_key key) {
    if (o->entries == NULL) return SPAN_NULL;
    const struct overlay_entry *e = overlay_slot(o, key);
    return span_of(e->varbind, e->length);
}

int overlay_put(struct overlay *o, struct overlay_key key, struct span varbind) {
    if (varbind.length > OVERLAY_VARBIND_MAX) return -ENOSPC;
    if (o->entries == NULL) o->entries = calloc(OVERLAY_SLOTS, sizeof(*o->entries));
    if (o->entries == NULL) return -ENOMEM;
    struct overlay_entry *e = overlay_slot(o, key);
    bool is_new = e->varbind == NULL;
    if (is_new && !overlay_has_room(o, 1)) return -ENOSPC;
    uint8_t *copy = realloc(e->varbind, varbind.length);
    if (copy == NULL) return -ENOMEM;
    memcpy(copy, varbind.bytes, varbind.length);
    *e = (struct overlay_entry){ .key = key, .length = (uint32_t)varbind.length, .varbind = copy };
    o->count += is_new;
    return 0;
}

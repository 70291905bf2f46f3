/*
 * overlay: what SETs have changed. Recordings are shared and never change; this remembers, for an
 * agent and an object, the varbind that stands in for the recorded one. Bounded in entries and in
 * the size of a value.
 */
#pragma once

#include "base/span.h"

enum { OVERLAY_ENTRIES_MAX = 65536, OVERLAY_VARBIND_MAX = 2048 };

/* An object of an agent: the recording (a context has its own) and the place in it. */
struct overlay_key {
    uint32_t agent, recording, index;
};

struct overlay_entry {
    struct overlay_key key;
    uint32_t length;
    uint8_t *varbind;
};

struct overlay {
    struct overlay_entry *entries;  /* open addressing, half full at the most; NULL until the first
                                       SET */
    uint32_t count;
};

#define OVERLAY_NULL ((struct overlay){ .entries = NULL })

void overlay_deinit(struct overlay *o);

/* The varbind set for @key, or SPAN_NULL. Only worth a call while o->count > 0. */
struct span overlay_get(const struct overlay *o, struct overlay_key key);

/* Are there @count entries left? */
static inline bool overlay_has_room(const struct overlay *o, uint32_t count) {
    return count <= OVERLAY_ENTRIES_MAX - o->count;
}

/* Keep a copy of @varbind. 0; -ENOSPC: full or too long; -ENOMEM. */
int overlay_put(struct overlay *o, struct overlay_key key, struct span varbind);

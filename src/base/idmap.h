/*
 * idmap: request-id -> request. An open-addressing hash table with linear probing and no tombstones
 * (what follows a removed entry moves up), so that a look-up touches one cache line nearly always.
 * It starts small, to stay in the cache, and doubles when it is half full, up to a fixed limit.
 *
 * Keys are request-ids that we drew ourselves, uniformly (base/prng.h, permutation), so the key is
 * its own hash. Key 0 is no key.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct idmap_entry {
    uint32_t id, value;
};

struct idmap {
    struct idmap_entry *entries;
    uint32_t mask;      /* slots - 1 */
    uint32_t count;
    uint32_t capacity;  /* of ids at the present size: half the slots */
    uint32_t limit;     /* of ids at the most */
};

#define IDMAP_NULL ((struct idmap){ .entries = NULL })

/* Room for @capacity ids, and for @limit after growing. 0 or -ENOMEM. */
int idmap_init(struct idmap *m, uint32_t capacity, uint32_t limit);
void idmap_deinit(struct idmap *m);

/* False when @id is 0, is there already, or the map is full and cannot grow. */
bool idmap_insert(struct idmap *m, uint32_t id, uint32_t value);

/* The value's place, valid until the map changes; NULL when @id is not there. */
uint32_t *idmap_find(const struct idmap *m, uint32_t id);

/* False when it was not there. */
bool idmap_remove(struct idmap *m, uint32_t id);

/* Is every entry reachable from its home slot, and the count right? For tests. */
bool idmap_check(const struct idmap *m);

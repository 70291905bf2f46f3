/*
 * slab: equal-sized objects from blocks that are never given back, named by pointer and by a dense
 * number.
 *
 * get and put are a few instructions; memory is asked for a block at a time, up to a fixed limit of
 * objects. An object keeps its place for ever, so pointers into it stay good while it is in use.
 * Objects come zeroed only the first time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SLAB_BLOCK_SHIFT = 8, SLAB_BLOCK = 1 << SLAB_BLOCK_SHIFT };

struct slab {
    unsigned char **blocks;
    size_t object_size;
    uint32_t limit;       /* objects at the most */
    uint32_t made;        /* objects that exist; those below are in use or free */
    uint32_t used;
    uint32_t free_first;  /* number of the first free object + 1, chained through their first bytes;
                             0: none */
};

#define SLAB_NULL ((struct slab){ .blocks = NULL })

/* At most @limit objects of @object_size bytes (at least 4). 0 or -ENOMEM. */
int slab_init(struct slab *s, size_t object_size, uint32_t limit);
void slab_deinit(struct slab *s);

/* NULL when the limit is reached or memory is out. *ret_number names the object. */
void *slab_get(struct slab *s, uint32_t *ret_number);
void slab_put(struct slab *s, uint32_t number);

/* The object of a number that slab_get gave. */
static inline void *slab_at(const struct slab *s, uint32_t number) {
    return s->blocks[number >> SLAB_BLOCK_SHIFT] + (number & (SLAB_BLOCK - 1)) * s->object_size;
}

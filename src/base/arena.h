/*
 * arena: memory that is taken piece by piece and given back all at once.
 *
 * Chunks come from a pool that arenas share and go back to it, so that a poll's memory costs no
 * malloc once the pool is warm. A piece larger than a chunk gets one of its own, which is freed
 * with the arena.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct arena_chunk;

struct arena_pool {
    struct arena_chunk *free;
    size_t chunk_size;   /* bytes of a chunk, its header included */
    size_t free_count, free_max;
    size_t held;         /* bytes of the chunks that arenas have */
};

struct arena {
    struct arena_pool *pool;
    struct arena_chunk *chunks;  /* the newest first */
    uint8_t *at, *end;           /* what is left of the newest */
    size_t taken;                /* bytes handed out */
    size_t held;                 /* bytes of its chunks */
};

/* Chunks of @chunk_size bytes, of which at most @free_max are kept for reuse. */
void arena_pool_init(struct arena_pool *pool, size_t chunk_size, size_t free_max);
void arena_pool_deinit(struct arena_pool *pool);

/* Keep at most @free_max chunks for reuse from now on. */
void arena_pool_keep(struct arena_pool *pool, size_t free_max);

#define ARENA_INIT(pool_) ((struct arena){ .pool = (pool_) })
void arena_deinit(struct arena *a);

/* @size bytes aligned for any object, not zeroed; NULL when memory is out. */
void *arena_get(struct arena *a, size_t size);

/* @size bytes without alignment. */
uint8_t *arena_get_bytes(struct arena *a, size_t size);

/* Copies; NULL when memory is out. arena_text ends with a NUL. */
uint8_t *arena_copy(struct arena *a, struct span bytes);
char *arena_text(struct arena *a, const char *text);

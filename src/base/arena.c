/* arena: see arena.h. */
#include "base/arena.h"

#include <stdlib.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;  /* header included */
};

enum { CHUNK_HEADER = 16 };
_Static_assert(sizeof(struct arena_chunk) <= CHUNK_HEADER,
               "the header must keep what follows aligned");

void arena_pool_init(struct arena_pool *pool, size_t chunk_size, size_t free_max) {
    *pool = (struct arena_pool){ .chunk_size = chunk_size, .free_max = free_max };
}

void arena_pool_deinit(struct arena_pool *pool) {
    arena_pool_keep(pool, 0);
}

void arena_pool_keep(struct arena_pool *pool, size_t free_max) {
    pool->free_max = free_max;
    while (pool->free_count > free_max) {
        struct arena_chunk *chunk = pool->free;
        pool->free = chunk->next;
        pool->free_count--;
        free(chunk);
    }
}

void arena_deinit(struct arena *a) {
    struct arena_pool *pool = a->pool;
    pool->held -= a->held;
    while (a->chunks != NULL) {
        struct arena_chunk *chunk = a->chunks;
        a->chunks = chunk->next;
        if (chunk->size == pool->chunk_size && pool->free_count < pool->free_max) {
            chunk->next = pool->free;
            pool->free = chunk;
            pool->free_count++;
        } else {
            free(chunk);
        }
    }
    *a = ARENA_INIT(pool);
}

static struct arena_chunk *arena_new_chunk(struct arena_pool *pool, size_t size) {
    if (size == pool->chunk_size && pool->free != NULL) {
        struct arena_chunk *chunk = pool->free;
        pool->free = chunk->next;
        pool->free_count--;
        return chunk;
    }
    struct arena_chunk *chunk = malloc(size);
    if (chunk != NULL) chunk->size = size;
    return chunk;
}

uint8_t *arena_get_bytes(struct arena *a, size_t size) {
    if (size <= (size_t)(a->end - a->at)) {
        uint8_t *piece = a->at;
        a->at += size;
        a->taken += size;
        return piece;
    }
    size_t chunk_size = a->pool->chunk_size;
    bool own = size > (chunk_size - CHUNK_HEADER) / 2;
    if (own && size > SIZE_MAX - CHUNK_HEADER - 1) return NULL;
    /*
     * One byte more than asked for, so that a chunk of its own never has the size of a pooled one.
     */
    size_t want = own ? CHUNK_HEADER + size + (CHUNK_HEADER + size == chunk_size) : chunk_size;
    struct arena_chunk *chunk = arena_new_chunk(a->pool, want);
    if (chunk == NULL) return NULL;
    uint8_t *start = (uint8_t *)chunk + CHUNK_HEADER;
    a->taken += size;
    a->held += want;
    a->pool->held += want;
    if (own && a->chunks != NULL) {  /* behind the newest, which still has room */
        chunk->next = a->chunks->next;
        a->chunks->next = chunk;
        return start;
    }
    chunk->next = a->chunks;
    a->chunks = chunk;
    a->at = start + size;
    a->end = own ? a->at : (uint8_t *)chunk + chunk_size;
    return start;
}

void *arena_get(struct arena *a, size_t size) {
    size = (size + 15) & ~(size_t)15;
    size_t left = (size_t)(a->end - a->at);
    size_t skew = (size_t)(-(uintptr_t)a->at & 15);
    if (skew + size <= left) a->at += skew;
    else if (size <= left) a->at = a->end;  /* fits only unaligned: begin a chunk */
    return arena_get_bytes(a, size);
}

uint8_t *arena_copy(struct arena *a, struct span bytes) {
    uint8_t *copy = arena_get_bytes(a, bytes.length);
    if (copy != NULL && bytes.length > 0) memcpy(copy, bytes.bytes, bytes.length);
    return copy;
}

char *arena_text(struct arena *a, const char *text) {
    return (char *)arena_copy(a, span_of(text, strlen(text) + 1));
}

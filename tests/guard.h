/*
 * guard: a copy of a test's bytes that touches memory which cannot be read.
 *
 * Between two PROT_NONE pages lies room for `capacity` bytes. guard_at_end copies bytes there so
 * that the first octet behind them faults, guard_at_start so that the last octet before them does.
 * Each copy replaces the one before it.
 */
#pragma once

#include "base/span.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct guard {
    uint8_t *mapping, *room;
    size_t mapping_size, capacity;
};

static inline struct guard guard_new(size_t capacity) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct guard g = { .capacity = (capacity + page - 1) / page * page };
    g.mapping_size = g.capacity + 2 * page;
    g.mapping = mmap(NULL, g.mapping_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.mapping == MAP_FAILED) abort();
    g.room = g.mapping + page;
    if (mprotect(g.room, g.capacity, PROT_READ | PROT_WRITE) != 0) abort();
    return g;
}

static inline void guard_free(struct guard *g) {
    munmap(g->mapping, g->mapping_size);
    *g = (struct guard){ 0 };
}

static inline struct span guard_copy(uint8_t *to, struct span bytes) {
    if (bytes.length > 0) memcpy(to, bytes.bytes, bytes.length);
    return span_of(to, bytes.length);
}

static inline struct span guard_at_end(struct guard *g, struct span bytes) {
    if (bytes.length > g->capacity) abort();
    return guard_copy(g->room + g->capacity - bytes.length, bytes);
}

static inline struct span guard_at_start(struct guard *g, struct span bytes) {
    if (bytes.length > g->capacity) abort();
    return guard_copy(g->room, bytes);
}

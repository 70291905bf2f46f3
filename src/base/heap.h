/*
 * heap: what has the least key first, exactly: for times to the nanosecond, where the wheel's ticks
 * (wheel.h) are too coarse. Adding and removing cost O(log n). Of equal keys the one added first
 * comes first.
 *
 * A node is embedded in its owner, which must remove it before it goes away.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    uint64_t key;
    uint64_t order;    /* how many were added before it */
    size_t place;      /* in .nodes, from 1; 0: in no heap */
};

struct heap {
    struct heap_node **nodes;
    size_t count, capacity;
    uint64_t added;
};

#define HEAP_NULL ((struct heap){ .nodes = NULL })

void heap_deinit(struct heap *h);

/* @node is in no heap. 0 or -ENOMEM. */
int heap_add(struct heap *h, struct heap_node *node, uint64_t key);

/* Harmless on a node that is in no heap. */
void heap_remove(struct heap *h, struct heap_node *node);

/* The node with the least key; it stays in the heap. NULL: there is none. */
static inline struct heap_node *heap_first(const struct heap *h) {
    return h->count == 0 ? NULL : h->nodes[0];
}

/* The least key; UINT64_MAX: there is none. */
static inline uint64_t heap_least(const struct heap *h) {
    return h->count == 0 ? UINT64_MAX : h->nodes[0]->key;
}

/* Does everything that must be true of a heap hold? For tests; walks all of it. */
bool heap_check(const struct heap *h);

/* heap: see heap.h. A binary heap: the children of place p are at 2p and 2p + 1. */
#include "base/heap.h"

#include <errno.h>
#include <stdlib.h>

void heap_deinit(struct heap *h) {
    free(h->nodes);
    *h = HEAP_NULL;
}

static bool heap_is_before(const struct heap_node *a, const struct heap_node *b) {
    return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void heap_put(struct heap *h, struct heap_node *node, size_t place) {
    h->nodes[place - 1] = node;
    node->place = place;
}

/* @node belongs at @place or above. */
static void heap_rise(struct heap *h, struct heap_node *node, size_t place) {
    for (; place > 1 && heap_is_before(node, h->nodes[place / 2 - 1]); place /= 2)
        heap_put(h, h->nodes[place / 2 - 1], place);
    heap_put(h, node, place);
}

/* @node belongs at @place or below. */
static void heap_sink(struct heap *h, struct heap_node *node, size_t place) {
    for (size_t child; (child = 2 * place) <= h->count; place = child) {
        if (child < h->count && heap_is_before(h->nodes[child], h->nodes[child - 1])) child++;
        if (!heap_is_before(h->nodes[child - 1], node)) break;
        heap_put(h, h->nodes[child - 1], place);
    }
    heap_put(h, node, place);
}

int heap_add(struct heap *h, struct heap_node *node, uint64_t key) {
    if (h->count == h->capacity) {
        size_t capacity = h->capacity == 0 ? 64 : h->capacity * 2;
        void *nodes = realloc(h->nodes, capacity * sizeof(struct heap_node *));
        if (nodes == NULL) return -ENOMEM;
        h->nodes = nodes;
        h->capacity = capacity;
    }
    node->key = key;
    node->order = h->added++;
    heap_rise(h, node, ++h->count);
    return 0;
}

void heap_remove(struct heap *h, struct heap_node *node) {
    size_t place = node->place;
    if (place == 0) return;
    node->place = 0;
    struct heap_node *last = h->nodes[--h->count];
    if (last == node) return;
    if (place > 1 && heap_is_before(last, h->nodes[place / 2 - 1])) heap_rise(h, last, place);
    else heap_sink(h, last, place);
}

bool heap_check(const struct heap *h) {
    for (size_t place = 1; place <= h->count; place++) {
        const struct heap_node *node = h->nodes[place - 1];
        if (node->place != place) return false;
        if (place > 1 && heap_is_before(node, h->nodes[place / 2 - 1])) return false;
    }
    return h->count <= h->capacity;
}

/*
 * waiting: replies that leave later: delayed, or held back so that others overtake them. Copies, in
 * three sizes, of a bounded number.
 */
#pragma once

#include "base/heap.h"
#include "base/list.h"
#include "base/slab.h"
#include "base/slot.h"
#include "base/span.h"

enum { WAITING_SIZES = 3, WAITING_BUCKETS = 4096 };

struct waiting_reply {
    struct heap_node due;      /* its key is when it leaves, in nanoseconds */
    struct list held;          /* among those of its bucket, when it waits for the agent's next
                                  reply */
    uint32_t number, size;     /* which object of which slab */
    uint32_t agent;
    uint32_t length;
    struct address to, from;
    uint8_t bytes[];
};

struct waiting {
    struct heap due;
    struct slab slabs[WAITING_SIZES];
    struct list held[WAITING_BUCKETS];  /* by agent */
    uint32_t held_count;
};

int waiting_init(struct waiting *w);
void waiting_deinit(struct waiting *w);

/*
 * Keep a copy of what is in @slot until @expiry_ns; with @is_held also to be found by waiting_held.
 * False when there is no room.
 */
bool waiting_add(struct waiting *w, const struct slot *slot, uint32_t agent, uint64_t expiry_ns,
                 bool is_held);

/*
 * The next reply whose time has come, in the order of their times, or NULL. Give it back by
 * waiting_put.
 */
struct waiting_reply *waiting_due(struct waiting *w, uint64_t now);

/* A reply of @agent that is held for its next one, or NULL. Give it back by waiting_put. */
struct waiting_reply *waiting_held(struct waiting *w, uint32_t agent);

void waiting_put(struct waiting *w, struct waiting_reply *reply);

/* When the next reply leaves; UINT64_MAX: nothing waits. */
static inline uint64_t waiting_next(const struct waiting *w) {
    return heap_least(&w->due);
}

/* waiting: see waiting.h. */
#include "sim/waiting.h"

#include <errno.h>

/* At most 128 MiB each of small, middle and large replies; untouched memory is not asked for. */
static const struct {
    uint32_t bytes, limit;
} waiting_sizes[WAITING_SIZES] = { { 384, 262144 }, { 1920, 65536 }, { SLOT_BYTES, 2048 } };

int waiting_init(struct waiting *w) {
    w->due = HEAP_NULL;
    w->held_count = 0;
    for (int i = 0; i < WAITING_BUCKETS; i++) list_init(&w->held[i]);
    for (int i = 0; i < WAITING_SIZES; i++) w->slabs[i] = SLAB_NULL;
    int error = 0;
    for (int i = 0; i < WAITING_SIZES && error == 0; i++)
        error = slab_init(&w->slabs[i], sizeof(struct waiting_reply) + waiting_sizes[i].bytes,
                          waiting_sizes[i].limit);
    return error;
}

void waiting_deinit(struct waiting *w) {
    heap_deinit(&w->due);
    for (int i = 0; i < WAITING_SIZES; i++) slab_deinit(&w->slabs[i]);
}

bool waiting_add(struct waiting *w, const struct slot *slot, uint32_t agent, uint64_t expiry_ns,
                 bool is_held) {
    uint32_t size = 0, number;
    while (slot->length > waiting_sizes[size].bytes) size++;
    struct waiting_reply *reply = slab_get(&w->slabs[size], &number);
    if (reply == NULL) return false;
    reply->due.place = 0;
    if (heap_add(&w->due, &reply->due, expiry_ns) != 0) {
        slab_put(&w->slabs[size], number);
        return false;
    }
    list_init(&reply->held);
    reply->number = number;
    reply->size = size;
    reply->agent = agent;
    reply->length = slot->length;
    reply->to = slot->to;
    reply->from = slot->from;
    memcpy(reply->bytes, slot->bytes, slot->length);
    if (is_held) {
        list_push(&w->held[agent % WAITING_BUCKETS], &reply->held);
        w->held_count++;
    }
    return true;
}

struct waiting_reply *waiting_due(struct waiting *w, uint64_t now) {
    if (heap_least(&w->due) > now) return NULL;
    struct heap_node *first = heap_first(&w->due);
    heap_remove(&w->due, first);
    return container_of(first, struct waiting_reply, due);
}

struct waiting_reply *waiting_held(struct waiting *w, uint32_t agent) {
    if (w->held_count == 0) return NULL;
    struct list *bucket = &w->held[agent % WAITING_BUCKETS];
    for (struct list *at = bucket->next; at != bucket; at = at->next) {
        struct waiting_reply *reply = container_of(at, struct waiting_reply, held);
        if (reply->agent != agent) continue;
        heap_remove(&w->due, &reply->due);
        return reply;
    }
    return NULL;
}

void waiting_put(struct waiting *w, struct waiting_reply *reply) {
    if (!list_is_empty(&reply->held)) w->held_count--;
    list_remove(&reply->held);
    slab_put(&w->slabs[reply->size], reply->number);
}

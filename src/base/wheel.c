/*
 * wheel: see wheel.h. Slots are filled by the XOR of a timer's tick with the wheel's tick, which
 * keeps this invariant: a timer on level l agrees with the wheel in all digits above l and is
 * larger in digit l. Moving the wheel forward past no occupied slot cannot break it; reaching the
 * start of an occupied slot empties that slot into lower levels.
 */
#include "base/wheel.h"

static uint64_t tick_of(uint64_t expiry_ns) {
    /* The last tick of all is not rounded up, for there is none behind it. */
    uint64_t tick = expiry_ns >> WHEEL_TICK_SHIFT, last = UINT64_MAX >> WHEEL_TICK_SHIFT;
    return (tick << WHEEL_TICK_SHIFT) == expiry_ns || tick == last ? tick : tick + 1;
}

void wheel_init(struct wheel *w, uint64_t now) {
    *w = (struct wheel){ .tick = now >> WHEEL_TICK_SHIFT };
    list_init(&w->due);
    for (int i = 0; i < WHEEL_LEVELS * WHEEL_SLOTS; i++) list_init(&w->slots[i]);
}

void wheel_timer_init(struct wheel_timer *t, uint32_t kind) {
    list_init(&t->link);
    t->expiry_ns = 0;
    t->kind = kind;
}

static void wheel_insert(struct wheel *w, struct wheel_timer *t, struct list *due) {
    uint64_t tick = tick_of(t->expiry_ns);
    if (tick <= w->tick) {
        list_push(due, &t->link);
        return;
    }
    int level = (63 - __builtin_clzll(tick ^ w->tick)) / 6;
    int slot = (int)(tick >> (6 * level)) & 63;
    list_push(&w->slots[level * WHEEL_SLOTS + slot], &t->link);
    w->occupied[level] |= UINT64_C(1) << slot;
    w->levels |= 1u << level;
}

void wheel_arm(struct wheel *w, struct wheel_timer *t, uint64_t expiry_ns) {
    wheel_disarm(w, t);
    t->expiry_ns = expiry_ns;
    wheel_insert(w, t, &w->due);
}

void wheel_disarm(struct wheel *w, struct wheel_timer *t) {
    struct list *neighbour = t->link.next;
    bool alone = neighbour == t->link.prev && neighbour != &t->link;
    list_remove(&t->link);
    /* Alone with a head: if the head is one of our slots, its bit goes with the timer. */
    if (!alone || neighbour < w->slots || neighbour >= w->slots + WHEEL_LEVELS * WHEEL_SLOTS)
        return;
    long index = neighbour - w->slots;
    long level = index / WHEEL_SLOTS;
    w->occupied[level] &= ~(UINT64_C(1) << (index % WHEEL_SLOTS));
    if (w->occupied[level] == 0) w->levels &= ~(1u << level);
}

/*
 * The tick at which the earliest occupied slot starts, and which slot it is; false when there is
 * none.
 */
static bool wheel_earliest(const struct wheel *w, uint64_t *ret_tick, int *ret_level,
                           int *ret_slot) {
    if (w->levels == 0) return false;
    int level = __builtin_ctz(w->levels);
    int slot = __builtin_ctzll(w->occupied[level]);
    int above = 6 * (level + 1);
    uint64_t base = above >= 64 ? 0 : w->tick >> above << above;
    *ret_tick = base | (uint64_t)slot << (6 * level);
    *ret_level = level;
    *ret_slot = slot;
    return true;
}

void wheel_advance(struct wheel *w, uint64_t now, struct list *expired) {
    uint64_t target = now >> WHEEL_TICK_SHIFT;
    list_splice(expired, &w->due);
    uint64_t start;
    int level, slot;
    while (wheel_earliest(w, &start, &level, &slot) && start <= target) {
        w->tick = start;
        w->occupied[level] &= ~(UINT64_C(1) << slot);
        if (w->occupied[level] == 0) w->levels &= ~(1u << level);
        struct list *head = &w->slots[level * WHEEL_SLOTS + slot];
        if (level == 0) {
            list_splice(expired, head);
            continue;
        }
        struct list *link;
        while ((link = list_pop(head)) != NULL) {
            wheel_insert(w, container_of(link, struct wheel_timer, link), expired);
        }
    }
    if (target > w->tick) w->tick = target;
}

uint64_t wheel_next(const struct wheel *w) {
    if (!list_is_empty(&w->due)) return 0;
    uint64_t start;
    int level, slot;
    if (!wheel_earliest(w, &start, &level, &slot)) return UINT64_MAX;
    return start << WHEEL_TICK_SHIFT;
}

bool wheel_check(const struct wheel *w) {
    for (int level = 0; level < WHEEL_LEVELS; level++) {
        if (((w->levels >> level) & 1) != (w->occupied[level] != 0)) return false;
        for (int slot = 0; slot < WHEEL_SLOTS; slot++) {
            const struct list *head = &w->slots[level * WHEEL_SLOTS + slot];
            if (((w->occupied[level] >> slot) & 1) != !list_is_empty(head)) return false;
            for (const struct list *l = head->next; l != head; l = l->next) {
                uint64_t tick = tick_of(container_of(l, struct wheel_timer, link)->expiry_ns);
                if (tick <= w->tick || l->next->prev != l) return false;
                if ((63 - __builtin_clzll(tick ^ w->tick)) / 6 != level) return false;
                if (((tick >> (6 * level)) & 63) != (uint64_t)slot) return false;
            }
        }
    }
    return true;
}

/*
 * lookups: the targets whose host name is to be looked up. The engine's host takes them from here,
 * no more than so many a second.
 */
#pragma once

#include "core/exchange/pace.h"
#include "core/poll/target.h"

struct lookups {
    struct list wanted;
    struct pace pace;
    uint32_t unresolved;   /* targets that have no address yet */
};

/* At most @rate look-ups a second; 0: no limit. */
static inline void lookups_init(struct lookups *l, uint32_t rate, uint64_t now) {
    *l = (struct lookups){ .unresolved = 0 };
    pace_init(&l->pace, rate, now);
    list_init(&l->wanted);
}

/* Harmless where it is wanted already, or the address was given. */
static inline void lookups_want(struct lookups *l, struct target *t) {
    if (t->name_state != TARGET_UNRESOLVED || !list_is_empty(&t->link)) return;
    list_push(&l->wanted, &t->link);
}

/* Look it up again: its address may be another one by now. */
static inline void lookups_want_again(struct lookups *l, struct target *t) {
    if (t->name_state == TARGET_RESOLVED) t->name_state = TARGET_UNRESOLVED;
    lookups_want(l, t);
}

/* The next one, taken off the queue; NULL: none now. */
static inline struct target *lookups_next(struct lookups *l, uint64_t now) {
    if (list_is_empty(&l->wanted) || !pace_allows(&l->pace, now)) return NULL;
    struct target *t = container_of(list_pop(&l->wanted), struct target, link);
    t->name_state = TARGET_RESOLVING;
    return t;
}

/* When there is a next one: 0 at once, UINT64_MAX never. */
static inline uint64_t lookups_deadline_ns(const struct lookups *l, uint64_t now) {
    if (list_is_empty(&l->wanted)) return UINT64_MAX;
    uint64_t next = pace_next_ns(&l->pace);
    return next <= now ? 0 : next;
}

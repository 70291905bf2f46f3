/*
 * lookups: the targets whose host name is to be looked up. The engine's host takes them from here.
 */
#pragma once

#include "core/poll/target.h"

struct lookups {
    struct list wanted;
    uint32_t unresolved;   /* targets that have no address yet */
};

static inline void lookups_init(struct lookups *l) {
    *l = (struct lookups){ .unresolved = 0 };
    list_init(&l->wanted);
}

/* Harmless where it is wanted already, or the address was given. */
static inline void lookups_want(struct lookups *l, struct target *t) {
    if (t->name_state != TARGET_UNRESOLVED || !list_is_empty(&t->link)) return;
    list_push(&l->wanted, &t->link);
}

/* The next one, taken off the queue; NULL: none. */
static inline struct target *lookups_next(struct lookups *l) {
    struct list *link = list_pop(&l->wanted);
    if (link == NULL) return NULL;
    struct target *t = container_of(link, struct target, link);
    t->name_state = TARGET_RESOLVING;
    return t;
}

/*
 * health: which targets are dead. A target that was silent for some polls in a row is dead: once a
 * cycle one of its polls begins with a single cheap question, and only an answer lets it go on; the
 * other polls report `backoff` without sending anything.
 */
#pragma once

#include "core/poll/target.h"

struct health {
    uint32_t dead_after;   /* silent polls in a row; 0: never */
    uint32_t dead_count;
};

static inline bool health_is_dead(const struct health *h, const struct target *t) {
    return h->dead_after != 0 && t->silent_polls >= h->dead_after;
}

/* Dead, and not to be asked at @now. */
static inline bool health_is_backed_off(const struct health *h, const struct target *t,
                                        uint64_t now) {
    return health_is_dead(h, t) && (t->is_probed || now < t->next_probe_ns);
}

/* It was heard: it is not dead, if it was. */
static inline void health_heard(struct health *h, struct target *t) {
    if (t->silent_polls == 0) return;
    if (health_is_dead(h, t)) h->dead_count--;
    t->silent_polls = 0;
}

/* A poll asked it and heard nothing. */
static inline void health_silent(struct health *h, struct target *t) {
    if (t->silent_polls < UINT32_MAX) t->silent_polls++;
    if (t->silent_polls == h->dead_after) h->dead_count++;
}

/* The target comes, with what is known of it, or goes. */
static inline void health_add(struct health *h, const struct target *t) {
    if (health_is_dead(h, t)) h->dead_count++;
}

static inline void health_remove(struct health *h, const struct target *t) {
    if (health_is_dead(h, t)) h->dead_count--;
}

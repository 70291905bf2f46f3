/*
 * wheel: a hierarchical timer wheel. Arming and disarming are O(1); `now` is always an argument.
 *
 * Times are absolute nanoseconds. The wheel counts in ticks of 2^20 ns (about 1 ms); a timer never
 * fires early and at most one tick late. Eleven levels of 64 slots cover all 64 bits, so no expiry
 * is too far. The level of a timer is the highest 6-bit digit in which its tick differs from the
 * wheel's: so every timer of a level is in a slot above the wheel's own position there, the
 * earliest slot is the lowest set bit of the lowest level that is not empty, and nothing ever
 * wraps.
 *
 * A timer is embedded in its owner, which must disarm it before it goes away.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

enum { WHEEL_TICK_SHIFT = 20, WHEEL_LEVELS = 11, WHEEL_SLOTS = 64 };

struct wheel_timer {
    struct list link;    /* on a slot of the wheel, on a list of expired timers, or on itself */
    uint64_t expiry_ns;
    uint32_t kind;       /* the owner's: what the timer is embedded in */
};

struct wheel {
    uint64_t tick;                     /* the time reached by wheel_advance */
    uint32_t levels;                   /* bit l: level l is not empty */
    uint64_t occupied[WHEEL_LEVELS];   /* bit s: slot s is not empty */
    struct list due;                   /* armed for a time that was already over */
    struct list slots[WHEEL_LEVELS * WHEEL_SLOTS];
};

void wheel_init(struct wheel *w, uint64_t now);
void wheel_timer_init(struct wheel_timer *t, uint32_t kind);

/* (Re)arm @t for @expiry_ns; what is already over fires at the next wheel_advance. */
void wheel_arm(struct wheel *w, struct wheel_timer *t, uint64_t expiry_ns);

/* Harmless on a timer that is not armed. */
void wheel_disarm(struct wheel *w, struct wheel_timer *t);

static inline bool wheel_timer_is_armed(const struct wheel_timer *t) {
    return !list_is_empty(&t->link);
}

/*
 * Move the wheel to @now and append every timer that is over to @expired, in the order of their
 * ticks. They stay linked there: the caller pops one after the other, and a timer that another's
 * handler disarms just leaves the list.
 */
void wheel_advance(struct wheel *w, uint64_t now, struct list *expired);

/*
 * A time not after the next expiry at which wheel_advance should be called; UINT64_MAX when nothing
 * is armed.
 */
uint64_t wheel_next(const struct wheel *w);

/* Does everything that must be true of a wheel hold? For tests; walks all of it. */
bool wheel_check(const struct wheel *w);

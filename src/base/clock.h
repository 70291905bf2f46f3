/*
 * clock: the kernel's clocks in nanoseconds. Read in the loop (api/), in the program and in tests,
 * never below: there `now` is an argument.
 */
#pragma once

#include <stdint.h>
#include <time.h>

enum { CLOCK_NS_PER_US = 1000, CLOCK_NS_PER_MS = 1000000 };
#define CLOCK_NS_PER_S UINT64_C(1000000000)

static inline uint64_t clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * CLOCK_NS_PER_S + (uint64_t)t.tv_nsec;
}

static inline uint64_t clock_monotonic_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

/* The moment @ns after @now; UINT64_MAX, which is never, where that is too far. */
static inline uint64_t clock_after(uint64_t now, uint64_t ns) {
    return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

/* Unix time. */
static inline int64_t clock_realtime_ns(void) {
    return (int64_t)clock_ns(CLOCK_REALTIME);
}

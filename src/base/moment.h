/*
 * moment: one moment on two clocks, passed down as an argument. Timers and round trips are on the
 * monotonic clock; rows and reports carry the wall clock.
 */
#pragma once

#include <stdint.h>

struct moment {
    uint64_t now;      /* monotonic nanoseconds */
    int64_t unix_ns;   /* Unix time */
};

/* seed: of a random test, from SEED or the clock, printed so that a run can be repeated. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline uint64_t seed_of_run(void) {
    static uint64_t seed;
    static int is_known;
    if (is_known) return seed;
    const char *given = getenv("SEED");
    seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    is_known = 1;
    printf("SEED=%llu\n", (unsigned long long)seed);
    return seed;
}

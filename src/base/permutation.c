/* permutation: see permutation.h. */
#include "base/permutation.h"

enum { HALF_BITS = PERMUTATION_BITS / 2, HALF = (1 << HALF_BITS) - 1 };

/* The round's number stands above the half, so that no two rounds are alike. */
static uint32_t round_of(const struct permutation *p, uint32_t round, uint32_t half) {
    return (uint32_t)siphash_u32(&p->key, round << HALF_BITS | half) & HALF;
}

uint32_t permutation_of(const struct permutation *p, uint32_t number) {
    uint32_t left = (number >> HALF_BITS) & HALF, right = number & HALF;
    for (uint32_t i = 0; i < PERMUTATION_ROUNDS; i++) {
        uint32_t next = left ^ round_of(p, i, right);
        left = right;
        right = next;
    }
    return left << HALF_BITS | right;
}

uint32_t permutation_inverse(const struct permutation *p, uint32_t number) {
    uint32_t left = (number >> HALF_BITS) & HALF, right = number & HALF;
    for (uint32_t i = PERMUTATION_ROUNDS; i-- > 0;) {
        uint32_t previous = right ^ round_of(p, i, left);
        right = left;
        left = previous;
    }
    return left << HALF_BITS | right;
}

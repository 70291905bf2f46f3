/*
 * prng: pseudo-random numbers for jitter, sampling and tests (xoshiro256**, Blackman and Vigna),
 * and hashes of names. Nothing here is unpredictable: see entropy.h, siphash.h and permutation.h.
 */
#pragma once

#include <stdint.h>
#include <string.h>

struct prng {
    uint64_t state[4];
};

void prng_init(struct prng *p, uint64_t seed);
uint64_t prng_next(struct prng *p);

/* Uniform in [0, bound); @bound > 0. */
static inline uint64_t prng_below(struct prng *p, uint64_t bound) {
    return (uint64_t)(((unsigned __int128)prng_next(p) * bound) >> 64);
}

/* Uniform in [0, 1). */
static inline double prng_unit(struct prng *p) {
    return (double)(prng_next(p) >> 11) * 0x1p-53;
}

/* A mixing of 64 bits (splitmix64's finaliser): for hashes and phases. */
static inline uint64_t prng_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* FNV-1a over bytes, mixed: names to hash tables and phases. */
uint64_t prng_hash(const void *bytes, uint64_t length);

/* @h and a text (NULL: none) behind all that went into it. */
static inline uint64_t prng_hash_text(uint64_t h, const char *text) {
    return prng_mix(h ^ (text == NULL ? 1 : prng_hash(text, strlen(text))));
}

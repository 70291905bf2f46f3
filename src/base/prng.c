/* prng: see prng.h. */
#include "base/prng.h"

static uint64_t splitmix(uint64_t *state) {
    *state += 0x9e3779b97f4a7c15u;
    return prng_mix(*state);
}

static uint64_t rotate(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}

void prng_init(struct prng *p, uint64_t seed) {
    for (int i = 0; i < 4; i++) p->state[i] = splitmix(&seed);
}

uint64_t prng_next(struct prng *p) {
    uint64_t *s = p->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t prng_hash(const void *bytes, uint64_t length) {
    const uint8_t *at = bytes;
    uint64_t h = 0xcbf29ce484222325u;
    for (uint64_t i = 0; i < length; i++) h = (h ^ at[i]) * 0x100000001b3u;
    return prng_mix(h);
}

/* secrets: an engine's secrets from a seed, so that a run can be repeated. */
#pragma once

#include "base/prng.h"
#include "core/exchange/vault.h"

static inline struct secrets secrets_of(uint64_t seed) {
    struct prng p;
    prng_init(&p, seed);
    return (struct secrets){
        .ids = { prng_next(&p), prng_next(&p) },
        .engines = { prng_next(&p), prng_next(&p) },
        .auths = { prng_next(&p), prng_next(&p) },
        .salt = prng_next(&p),
    };
}

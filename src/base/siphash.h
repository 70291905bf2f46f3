/*
 * siphash: SipHash-2-4 (Aumasson and Bernstein, 2012), a keyed hash whose values cannot be foreseen
 * without its key: for tables whose keys an agent chooses, and for request-ids.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t k0, k1;
};

uint64_t siphash(const struct siphash_key *key, const void *bytes, size_t length);

/* The same of the four octets of @number, in little-endian order. */
uint64_t siphash_u32(const struct siphash_key *key, uint32_t number);

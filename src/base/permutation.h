/*
 * permutation: a keyed permutation of 30-bit numbers, and its inverse: counting through it gives
 * every number once, in an order that only the key tells.
 *
 * It is a Feistel network of six rounds over two halves of 15 bits, whose round function is
 * SipHash-2-4 under a key of 128 bits. Up to five rounds over halves as small as these can be taken
 * apart by who sees enough of the numbers (Biryukov, Leurent, Perrin: "Cryptanalysis of Feistel
 * Networks with Secret Round Functions", 2015), and an agent sees one with each request it gets.
 */
#pragma once

#include "base/siphash.h"

enum { PERMUTATION_BITS = 30, PERMUTATION_ROUNDS = 6 };

struct permutation {
    struct siphash_key key;
};

/* @number and the result are below 2^30. */
uint32_t permutation_of(const struct permutation *p, uint32_t number);
uint32_t permutation_inverse(const struct permutation *p, uint32_t number);

/* The keyed permutation of request-ids, and the hash that it is made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/entropy.h"
#include "base/permutation.h"
#include "base/prng.h"
#include "seed.h"

/* The vectors of the reference implementation: key 00 01 .. 0f, input 00 01 .. n-1. */
static void siphash_is_that_of_the_reference(void **state) {
    (void)state;
    static const struct {
        size_t length;
        uint64_t hash;
    } vectors[] = {
        { 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd }, { 4, 0xcf2794e0277187b7 },
        { 7, 0xab0200f58b01d137 }, { 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
    };
    const struct siphash_key key = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
    uint8_t input[16];
    for (uint8_t i = 0; i < sizeof(input); i++) input[i] = i;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        assert_true(siphash(&key, input, vectors[i].length) == vectors[i].hash);
    assert_true(siphash_u32(&key, 0x03020100) == 0xcf2794e0277187b7);
}

static struct permutation some_permutation(struct prng *p) {
    return (struct permutation){ .key = { prng_next(p), prng_next(p) } };
}

static void it_gives_every_number_once(void **state) {
    (void)state;
    struct prng prng;
    prng_init(&prng, seed_of_run());
    struct permutation p = some_permutation(&prng);
    uint8_t *seen = calloc(1, (1u << PERMUTATION_BITS) / 8);
    assert_non_null(seen);
    /* A sample of the numbers is enough to find a network that is no bijection. */
    for (uint32_t i = 0; i < 1u << 23; i++) {
        uint32_t x = permutation_of(&p, i);
        assert_true(x < 1u << PERMUTATION_BITS);
        assert_false(seen[x / 8] >> (x % 8) & 1);
        seen[x / 8] |= (uint8_t)(1 << (x % 8));
    }
    free(seen);
}

static void its_inverse_leads_back(void **state) {
    (void)state;
    struct prng prng;
    prng_init(&prng, seed_of_run());
    for (int keys = 0; keys < 100; keys++) {
        struct permutation p = some_permutation(&prng);
        for (int i = 0; i < 1000; i++) {
            uint32_t number = (uint32_t)prng_below(&prng, 1u << PERMUTATION_BITS);
            assert_int_equal(permutation_inverse(&p, permutation_of(&p, number)), number);
        }
    }
}

/* Each bit of the key, and of the number, changes about half of the result's bits. */
static void every_bit_of_key_and_number_counts(void **state) {
    (void)state;
    struct prng prng;
    prng_init(&prng, seed_of_run());
    for (int bit = 0; bit < 128 + PERMUTATION_BITS; bit++) {
        uint32_t changed = 0;
        for (int i = 0; i < 400; i++) {
            struct permutation p = some_permutation(&prng), q = p;
            uint32_t number = (uint32_t)prng_below(&prng, 1u << PERMUTATION_BITS), other = number;
            if (bit < 64) q.key.k0 ^= UINT64_C(1) << bit;
            else if (bit < 128) q.key.k1 ^= UINT64_C(1) << (bit - 64);
            else other ^= 1u << (bit - 128);
            changed += (uint32_t)__builtin_popcount(permutation_of(&p, number) ^
                                                    permutation_of(&q, other));
        }
        assert_in_range(changed, 400 * 13, 400 * 17);
    }
}

static void each_draw_is_another(void **state) {
    (void)state;
    uint64_t draws[64] = { 0 };
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(entropy_draw(&draws[i], sizeof(draws[i])), 0);
        for (size_t k = 0; k < i; k++) assert_true(draws[k] != draws[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(siphash_is_that_of_the_reference),
        cmocka_unit_test(it_gives_every_number_once),
        cmocka_unit_test(its_inverse_leads_back),
        cmocka_unit_test(every_bit_of_key_and_number_counts),
        cmocka_unit_test(each_draw_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* slab and arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/slab.h"

static void slab_gives_each_object_once_up_to_its_limit(void **state) {
    (void)state;
    enum { LIMIT = 1000 };
    struct slab s = SLAB_NULL;
    assert_int_equal(slab_init(&s, 40, LIMIT), 0);
    void *objects[LIMIT];
    uint32_t number;
    for (uint32_t i = 0; i < LIMIT; i++) {
        objects[i] = slab_get(&s, &number);
        assert_non_null(objects[i]);
        assert_int_equal(number, i);
        assert_ptr_equal(slab_at(&s, number), objects[i]);
        memset(objects[i], (int)i, 40);
    }
    assert_null(slab_get(&s, &number));
    for (uint32_t i = 0; i < LIMIT; i++) assert_int_equal(((uint8_t *)objects[i])[39], (uint8_t)i);
    slab_put(&s, 7);
    slab_put(&s, 999);
    assert_int_equal(s.used, LIMIT - 2);
    assert_ptr_equal(slab_get(&s, &number), objects[999]);  /* the last one put is the first one
                                                               given */
    assert_ptr_equal(slab_get(&s, &number), objects[7]);
    assert_null(slab_get(&s, &number));
    slab_deinit(&s);
}

static void arena_pieces_do_not_overlap_and_are_aligned(void **state) {
    (void)state;
    struct arena_pool pool;
    arena_pool_init(&pool, 512, 8);
    for (int round = 0; round < 3; round++) {
        struct arena a = ARENA_INIT(&pool);
        uint8_t *pieces[200];
        for (size_t i = 0; i < 200; i++) {
            size_t size = i * 7 % 300 + 1;
            pieces[i] = i % 2 == 0 ? arena_get(&a, size) : arena_get_bytes(&a, size);
            assert_non_null(pieces[i]);
            if (i % 2 == 0) assert_int_equal((uintptr_t)pieces[i] % 16, 0);
            memset(pieces[i], (int)i, size);
        }
        for (size_t i = 0; i < 200; i++) {
            size_t size = i * 7 % 300 + 1;
            for (size_t k = 0; k < size; k++) assert_int_equal(pieces[i][k], (uint8_t)i);
        }
        arena_deinit(&a);
        assert_true(pool.free_count <= 8);
    }
    assert_true(pool.free_count > 0);
    arena_pool_deinit(&pool);
}

static void arena_in_memory_of_its_owner_takes_chunks_only_when_that_is_full(void **state) {
    (void)state;
    struct arena_pool pool;
    arena_pool_init(&pool, 4096, 8);
    _Alignas(16) uint8_t own[128];
    struct arena a = ARENA_INIT(&pool);
    a.at = own;
    a.end = own + sizeof(own);
    assert_ptr_equal(arena_get(&a, 64), own);
    assert_ptr_equal(arena_get(&a, 64), own + 64);
    assert_null(a.chunks);
    assert_non_null(arena_get(&a, 16));
    assert_non_null(a.chunks);
    assert_string_equal(arena_text(&a, "text"), "text");
    arena_deinit(&a);
    arena_pool_deinit(&pool);
}

static void pool_that_is_to_keep_less_frees_the_rest(void **state) {
    (void)state;
    struct arena_pool pool;
    arena_pool_init(&pool, 512, 8);
    static const size_t mosts[] = { 8, 4, 0, 2 };
    for (size_t k = 0; k < sizeof(mosts) / sizeof(mosts[0]); k++) {
        arena_pool_keep(&pool, mosts[k]);
        assert_true(pool.free_count <= mosts[k]);
        struct arena a = ARENA_INIT(&pool);
        for (int i = 0; i < 40; i++) assert_non_null(arena_get(&a, 200));
        arena_deinit(&a);
        assert_int_equal(pool.free_count, mosts[k]);
        assert_int_equal(pool.held, 0);
    }
    arena_pool_keep(&pool, 0);
    assert_null(pool.free);
    arena_pool_deinit(&pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slab_gives_each_object_once_up_to_its_limit),
        cmocka_unit_test(arena_pieces_do_not_overlap_and_are_aligned),
        cmocka_unit_test(arena_in_memory_of_its_owner_takes_chunks_only_when_that_is_full),
        cmocka_unit_test(pool_that_is_to_keep_less_frees_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

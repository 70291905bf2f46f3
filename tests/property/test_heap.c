/* The heap beside a model: a plain array of keys. SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/heap.h"
#include "base/prng.h"
#include "seed.h"

enum { NODES = 300, STEPS = 40000 };

/* The node of the least key, of those the one that was added first. */
static size_t model_first(const struct heap_node *nodes, const bool *is_in) {
    size_t first = NODES;
    for (size_t i = 0; i < NODES; i++) {
        if (!is_in[i]) continue;
        if (first == NODES || nodes[i].key < nodes[first].key ||
            (nodes[i].key == nodes[first].key && nodes[i].order < nodes[first].order))
            first = i;
    }
    return first;
}

static void heap_gives_what_the_model_gives(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    static struct heap_node nodes[NODES];
    static bool is_in[NODES];
    struct heap heap = HEAP_NULL;
    uint64_t added = 0;
    for (int step = 0; step < STEPS; step++) {
        size_t i = prng_below(&p, NODES);
        if (is_in[i]) {
            heap_remove(&heap, &nodes[i]);
            is_in[i] = false;
        } else {
            uint64_t key = prng_below(&p, 50);
            assert_int_equal(heap_add(&heap, &nodes[i], key), 0);
            assert_int_equal(nodes[i].key, key);
            assert_int_equal(nodes[i].order, added++);
            is_in[i] = true;
        }
        assert_int_equal(nodes[i].place != 0, is_in[i]);
        if (step % 64 == 0) assert_true(heap_check(&heap));
        size_t first = model_first(nodes, is_in);
        assert_ptr_equal(heap_first(&heap), first == NODES ? NULL : &nodes[first]);
        assert_true(heap_least(&heap) == (first == NODES ? UINT64_MAX : nodes[first].key));
    }
    while (heap_first(&heap) != NULL) {
        size_t first = model_first(nodes, is_in);
        assert_ptr_equal(heap_first(&heap), &nodes[first]);
        heap_remove(&heap, &nodes[first]);
        is_in[first] = false;
    }
    assert_int_equal(model_first(nodes, is_in), NODES);
    heap_deinit(&heap);
}

static void a_node_that_is_in_no_heap_can_be_removed(void **state) {
    (void)state;
    struct heap heap = HEAP_NULL;
    struct heap_node node = { .place = 0 };
    heap_remove(&heap, &node);
    assert_int_equal(heap.count, 0);
    assert_int_equal(heap_add(&heap, &node, 5), 0);
    heap_remove(&heap, &node);
    heap_remove(&heap, &node);
    assert_null(heap_first(&heap));
    heap_deinit(&heap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap_gives_what_the_model_gives),
        cmocka_unit_test(a_node_that_is_in_no_heap_can_be_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

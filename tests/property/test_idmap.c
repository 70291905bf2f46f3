/* The request-id map beside a model: a plain array. SEED repeats a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/idmap.h"
#include "base/prng.h"
#include "seed.h"

enum { MODEL = 3000, LIMIT = 2500, STEPS = 200000 };

static void idmap_holds_what_the_model_holds(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    struct idmap m = IDMAP_NULL;
    assert_int_equal(idmap_init(&m, 8, LIMIT), 0);
    static uint32_t ids[MODEL], values[MODEL];
    uint32_t count = 0;
    /* Few distinct low bits, so that runs are long and wrap. */
    uint32_t mask = 0x8000003f;
    for (int step = 0; step < STEPS; step++) {
        if (step % 50000 == 25000) mask = UINT32_MAX;
        uint64_t what = prng_below(&p, 8);
        uint32_t id = (uint32_t)prng_next(&p) & mask;
        uint32_t at = count;
        if (what < 3 && count > 0) id = ids[prng_below(&p, count)];
        for (uint32_t i = 0; i < count; i++) {
            if (ids[i] == id) at = i;
        }
        bool known = at < count;
        if (what < 5) {
            bool inserted = idmap_insert(&m, id, (uint32_t)step);
            assert_int_equal(inserted, id != 0 && !known && count < LIMIT);
            if (inserted) {
                ids[count] = id;
                values[count++] = (uint32_t)step;
            }
        } else if (what < 7) {
            assert_int_equal(idmap_remove(&m, id), known);
            if (known) {
                ids[at] = ids[--count];
                values[at] = values[count];
            }
        } else {
            uint32_t *value = idmap_find(&m, id);
            assert_int_equal(value != NULL, known);
            if (known) assert_int_equal(*value, values[at]);
        }
        assert_int_equal(m.count, count);
        if (step % 1000 == 0) assert_true(idmap_check(&m));
    }
    for (uint32_t i = 0; i < count; i++) assert_int_equal(*idmap_find(&m, ids[i]), values[i]);
    idmap_deinit(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idmap_holds_what_the_model_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

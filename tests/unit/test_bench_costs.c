/* What objects cost, from times with noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/prng.h"
#include "bench/costs.h"

#define MS UINT64_C(1000000)

static struct costs *begin(void) {
    struct costs *c;
    assert_int_equal(costs_new(&c, COSTS_SLOW_NS), 0);
    return c;
}

struct list {
    struct bench_cost *costs;
    size_t count;
};

static struct list finish(struct costs *c) {
    struct list list;
    assert_int_equal(costs_finish(c, &list.costs, &list.count), 0);
    costs_free(c);
    return list;
}

static void drop(struct list list) {
    for (size_t i = 0; i < list.count; i++) {
        free(list.costs[i].oid);
        free(list.costs[i].name);
        assert_null(list.costs[i].table);
    }
    free(list.costs);
}

/* A way of 5 ms or more; one time in thirty much more. */
static double draw_way(struct prng *p) {
    double way = 5e6 - log1p(-prng_unit(p)) * 3e5;
    return prng_below(p, 30) == 0 ? way + 4e7 * prng_unit(p) : way;
}

static void add_pairs(struct costs *c, struct prng *p, const char *oid, double cost,
                      uint32_t instances, int pairs) {
    for (int i = 0; i < pairs; i++) {
        uint64_t base = (uint64_t)draw_way(p),
                 time = (uint64_t)(draw_way(p) + cost * instances);
        assert_int_equal(costs_add(c, oid, time, base, instances), 0);
    }
}

static void columns_come_dearest_first_with_their_costs(void **state) {
    (void)state;
    static const double costs[] = { 20e3, 2e6, 100e3, 500e3, 0, 8e6 };
    static const size_t order[] = { 5, 1, 3, 2, 0, 4 };
    struct prng p;
    prng_init(&p, 3);
    for (int trial = 0; trial < 50; trial++) {
        struct costs *c = begin();
        for (int round = 0; round < 5; round++) {
            for (unsigned i = 0; i < 6; i++) {
                char oid[40];
                snprintf(oid, sizeof(oid), "1.3.6.1.2.1.2.2.1.%u", i);
                add_pairs(c, &p, oid, costs[i], 20, 6);
            }
        }
        struct list list = finish(c);
        double shares = 0;
        assert_int_equal(list.count, 6);
        for (size_t i = 0; i < 6; i++) {
            char oid[40];
            snprintf(oid, sizeof(oid), "1.3.6.1.2.1.2.2.1.%zu", order[i]);
            if (i < 4) assert_string_equal(list.costs[i].oid, oid);   /* the others are noise */
            assert_string_equal(list.costs[i].oid, list.costs[i].name);
            assert_int_equal(list.costs[i].objects, 600);
            if (i < 4) assert_true(fabs(list.costs[i].mean_ns / costs[order[i]] - 1) < 0.25);
            assert_true(list.costs[i].low_ns <= list.costs[i].mean_ns);
            assert_true(list.costs[i].high_ns >= list.costs[i].mean_ns);
            shares += list.costs[i].share;
        }
        assert_true(fabs(shares - 1) < 1e-9);
        assert_true(list.costs[0].share > 0.7 && list.costs[0].share < 0.8);
        assert_true(list.costs[0].max_ns >= (uint64_t)list.costs[0].mean_ns);
        assert_true(list.costs[0].is_slow && list.costs[1].is_slow);
        for (size_t i = 2; i < 6; i++) assert_false(list.costs[i].is_slow);
        drop(list);
    }
}

static void the_interval_has_the_truth_in_nineteen_of_twenty_cases(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, 4);
    enum { TRIALS = 1000 };
    static const int pairs[] = { 5, 10, 40 };
    for (int k = 0; k < 3; k++) {
        int in = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            struct costs *c = begin();
            add_pairs(c, &p, "1.3", 1e6, 10, pairs[k]);
            struct list list = finish(c);
            in += list.costs[0].low_ns <= 1e6 && list.costs[0].high_ns >= 1e6;
            drop(list);
        }
        assert_in_range(in, TRIALS * 92 / 100, TRIALS * 99 / 100);
    }
}

static void few_samples_have_no_interval_and_are_not_slow(void **state) {
    (void)state;
    struct costs *c = begin();
    costs_add(c, "1.1", 10 * MS, MS, 1);
    costs_add(c, "1.1", 12 * MS, MS, 1);
    for (int i = 0; i < 3; i++) costs_add(c, "1.2", 2 * MS, MS, 10);
    for (int i = 0; i < 3; i++) costs_add(c, "1.3", MS, 2 * MS, 10);
    struct list list = finish(c);
    assert_int_equal(list.count, 3);
    assert_true(list.costs[0].mean_ns == 10e6 && isnan(list.costs[0].low_ns));
    assert_true(isnan(list.costs[0].high_ns) && !list.costs[0].is_slow);
    assert_int_equal(list.costs[0].max_ns, 11 * MS);
    assert_true(list.costs[1].mean_ns == 1e5 && list.costs[1].low_ns == 1e5);
    assert_true(list.costs[2].mean_ns == 0 && list.costs[2].share == 0);   /* not below nothing */
    drop(list);
}

static void what_seems_slow_is_to_be_measured_again_until_it_is_known(void **state) {
    (void)state;
    struct costs *c = begin();
    for (unsigned i = 0; i < 100; i++) {
        char oid[40];
        snprintf(oid, sizeof(oid), "1.3.6.%u", i);
        bool seems_slow = i == 17 || i == 60;   /* 60 was chance */
        costs_add(c, oid, seems_slow ? 50 * MS : 3 * MS, 2 * MS, 1);
    }
    uint32_t rounds = 0, asked = 0;
    for (bool more = true; more; rounds++) {
        char doubtful[8][40];
        uint32_t at = 0, count = 0;
        const char *oid;
        while ((oid = costs_doubtful(c, &at)) != NULL)
            snprintf(doubtful[count++], sizeof(doubtful[0]), "%s", oid);
        for (uint32_t i = 0; i < count; i++)
            costs_add(c, doubtful[i], strcmp(doubtful[i], "1.3.6.17") == 0 ? 50 * MS : 3 * MS,
                      2 * MS, 1);
        more = count > 0;
        asked += count;
        assert_true(count <= 2 && rounds < 10);
    }
    assert_true(asked >= 4 + 2 && asked <= 8);
    struct list list = finish(c);
    assert_string_equal(list.costs[0].oid, "1.3.6.17");
    assert_true(list.costs[0].is_slow);
    for (size_t i = 1; i < list.count; i++) assert_false(list.costs[i].is_slow);
    drop(list);
}

static void all_has_a_bound(void **state) {
    (void)state;
    struct costs *c = begin();
    char oid[COSTS_OID_MAX + 2];
    assert_int_equal(costs_add(c, "1.3", 1, 1, 0), -EINVAL);
    memset(oid, '1', sizeof(oid) - 1);
    oid[sizeof(oid) - 1] = '\0';
    assert_int_equal(costs_add(c, oid, 1, 1, 1), -EINVAL);
    for (unsigned i = 0; i < COSTS_OBJECTS_MAX; i++) {
        snprintf(oid, sizeof(oid), "1.3.%u", i);
        assert_int_equal(costs_add(c, oid, i, 0, 1), 0);
    }
    assert_int_equal(costs_add(c, "1.4", 1, 1, 1), -ENOSPC);
    for (int i = 0; i < 2 * COSTS_SAMPLES_MAX; i++)
        assert_int_equal(costs_add(c, "1.3.7", MS, 0, 1), 0);
    struct list list = finish(c);
    assert_int_equal(list.count, BENCH_COSTS_MAX);
    assert_string_equal(list.costs[0].oid, "1.3.7");
    assert_int_equal(list.costs[0].objects, COSTS_SAMPLES_MAX);
    assert_string_equal(list.costs[1].oid, "1.3.65535");
    drop(list);
    list = finish(begin());
    assert_int_equal(list.count, 0);
    drop(list);
}

static void an_oid_is_read_back_into_its_numbers(void **state) {
    (void)state;
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    static const uint32_t expected[] = { 1, 3, 6, 0, 4294967295 };
    assert_int_equal(costs_oid_numbers("1.3.6.0.4294967295", numbers), 5);
    assert_memory_equal(numbers, expected, sizeof(expected));
    assert_int_equal(costs_oid_numbers("", numbers), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_oid_is_read_back_into_its_numbers),
        cmocka_unit_test(columns_come_dearest_first_with_their_costs),
        cmocka_unit_test(the_interval_has_the_truth_in_nineteen_of_twenty_cases),
        cmocka_unit_test(few_samples_have_no_interval_and_are_not_slow),
        cmocka_unit_test(what_seems_slow_is_to_be_measured_again_until_it_is_known),
        cmocka_unit_test(all_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When requests of a benchmark are planned, and of which kinds they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/load.h"
#include "bench/mix.h"

#define S INT64_C(1000000000)
#define MS INT64_C(1000000)

static int64_t next(struct load *l, bool *is_counted) {
    int64_t planned;
    assert_true(load_peek(l, &planned, is_counted));
    load_pass(l);
    return planned;
}

static void assert_near(int64_t value, int64_t expected) {
    assert_in_range(value - expected + 10, 0, 20);
}

static void a_constant_rate_has_equal_distances(void **state) {
    (void)state;
    struct load l = { .rate = 40, .rate_end = 40, .duration_ns = 2 * S };
    bool is_counted;
    for (int i = 0; i < 80; i++) {
        assert_near(next(&l, &is_counted), i * 25 * MS);
        assert_true(is_counted);
    }
    int64_t planned;
    assert_false(load_peek(&l, &planned, &is_counted));
    assert_int_equal(load_left(&l), 0);
}

static void the_warm_up_lies_before_the_measured_time_and_does_not_count(void **state) {
    (void)state;
    struct load l = { .rate = 10, .rate_end = 10, .warmup_ns = S, .duration_ns = S };
    bool is_counted;
    for (int i = 0; i < 10; i++) {
        assert_near(next(&l, &is_counted), -S + i * 100 * MS);
        assert_false(is_counted);
    }
    assert_int_equal(load_left(&l), 10);
    assert_near(next(&l, &is_counted), 0);
    assert_true(is_counted);
}

static void a_ramp_plans_as_many_as_its_mean_rate(void **state) {
    (void)state;
    struct load l = { .rate = 100, .rate_end = 300, .duration_ns = 10 * S };
    bool is_counted;
    int64_t planned, before = -1, in_first = 0, in_last = 0;
    uint64_t count = 0;
    while (load_peek(&l, &planned, &is_counted)) {
        assert_true(planned > before && planned < 10 * S);
        before = planned;
        in_first += planned < S;
        in_last += planned >= 9 * S;
        count++;
        load_pass(&l);
    }
    assert_int_equal(count, 2000);
    assert_in_range(in_first, 109, 111);
    assert_in_range(in_last, 289, 291);
}

static void a_ramp_may_fall(void **state) {
    (void)state;
    struct load l = { .rate = 300, .rate_end = 100, .duration_ns = 10 * S };
    bool is_counted;
    int64_t planned, before = -1;
    uint64_t count = 0;
    for (; load_peek(&l, &planned, &is_counted); load_pass(&l), count++) {
        assert_true(planned > before);
        before = planned;
    }
    assert_int_equal(count, 2000);
}

static void a_number_of_requests_ends_it_early(void **state) {
    (void)state;
    struct load l = { .rate = 1000, .rate_end = 1000, .duration_ns = 3600 * S, .requests = 7 };
    bool is_counted;
    int64_t planned;
    for (int i = 0; i < 7; i++) (void)next(&l, &is_counted);
    assert_false(load_peek(&l, &planned, &is_counted));
}

static void a_slow_rate_plans_one_at_the_beginning(void **state) {
    (void)state;
    struct load l = { .rate = 0.25, .rate_end = 0.25, .duration_ns = 6 * S };
    bool is_counted;
    int64_t planned;
    assert_near(next(&l, &is_counted), 0);
    assert_near(next(&l, &is_counted), 4 * S);
    assert_false(load_peek(&l, &planned, &is_counted));
}

static void a_burst_is_planned_for_one_moment(void **state) {
    (void)state;
    struct load l = { .rate = 40, .rate_end = 40, .burst = 4, .duration_ns = S };
    bool is_counted;
    for (int i = 0; i < 40; i++) assert_near(next(&l, &is_counted), i / 4 * 100 * MS);
}

static void the_measured_time_has_the_last_requests_share(void **state) {
    (void)state;
    struct load l = { .rate = 40, .rate_end = 40, .duration_ns = 2 * S };
    assert_near((int64_t)load_end_ns(&l), 2 * S);
    l.requests = 10;
    assert_near((int64_t)load_end_ns(&l), 250 * MS);
    l = (struct load){ .rate = 0.3, .rate_end = 0.3, .duration_ns = 2 * S };
    assert_near((int64_t)load_end_ns(&l), 2 * S);
}

static void a_mix_has_its_shares_evenly(void **state) {
    (void)state;
    struct mix m = { .weights = { [BENCH_GET] = 80, [BENCH_WALK] = 20 } };
    for (int round = 0; round < 100; round++) {
        int walks = 0;
        for (int i = 0; i < 5; i++) walks += mix_next(&m) == BENCH_WALK;
        assert_int_equal(walks, 1);
    }
}

static void a_mix_of_one_kind_is_that_kind(void **state) {
    (void)state;
    struct mix m = { .weights = { [BENCH_GETBULK] = 3 } };
    for (int i = 0; i < 10; i++) assert_int_equal(mix_next(&m), BENCH_GETBULK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_rate_has_equal_distances),
        cmocka_unit_test(the_warm_up_lies_before_the_measured_time_and_does_not_count),
        cmocka_unit_test(a_ramp_plans_as_many_as_its_mean_rate),
        cmocka_unit_test(a_ramp_may_fall),
        cmocka_unit_test(a_number_of_requests_ends_it_early),
        cmocka_unit_test(a_slow_rate_plans_one_at_the_beginning),
        cmocka_unit_test(a_burst_is_planned_for_one_moment),
        cmocka_unit_test(the_measured_time_has_the_last_requests_share),
        cmocka_unit_test(a_mix_has_its_shares_evenly),
        cmocka_unit_test(a_mix_of_one_kind_is_that_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

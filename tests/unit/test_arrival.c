/* Kernel's times as moments of the monotonic clock, while somebody sets the wall clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/arrival.h"
#include "base/clock.h"

#define S ((int64_t)CLOCK_NS_PER_S)
#define MS ((int64_t)CLOCK_NS_PER_MS)
#define US ((int64_t)CLOCK_NS_PER_US)

static const int64_t wall = 1700000000 * INT64_C(1000000000);

static void turn(struct arrival *a, int64_t now, int64_t step) {
    arrival_turn(a, (struct moment){ (uint64_t)now, wall + now + step });
}

static void a_time_of_the_kernel_is_a_moment_before_now(void **state) {
    (void)state;
    struct arrival a = { 0 };
    turn(&a, 5 * S, 0);
    assert_int_equal(arrival_ns(&a, wall + 5 * S - 300 * US), 5 * S - 300 * US);
    assert_int_equal(arrival_ns(&a, 0), 5 * S);
    assert_int_equal(arrival_ns(&a, wall + 5 * S + 2 * US), 5 * S);
}

/* @step: how far the wall clock is set between two turns, after one datagram and before another. */
static void step_between_turns(int64_t step) {
    struct arrival a = { 0 };
    turn(&a, 5 * S, 0);
    turn(&a, 5 * S + 10 * MS, step);
    int64_t before = 5 * S + 3 * MS, after = 5 * S + 8 * MS;
    assert_int_equal(arrival_ns(&a, wall + before), before);
    assert_int_equal(arrival_ns(&a, wall + after + step), after);
    /* One that waited in the kernel through a few turns more. */
    turn(&a, 5 * S + 20 * MS, step);
    assert_int_equal(arrival_ns(&a, wall + before), before);
    assert_int_equal(arrival_ns(&a, wall + after + step), after);
    assert_int_equal(arrival_ns(&a, wall + 5 * S + 19 * MS + step), 5 * S + 19 * MS);
}

static void a_step_of_the_wall_clock_bends_nothing(void **state) {
    (void)state;
    static const int64_t steps[] = { 3600 * S, -3600 * S, S, -S, 20 * MS, -20 * MS };
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) step_between_turns(steps[i]);
}

static void a_clock_that_is_slewed_is_no_step(void **state) {
    (void)state;
    struct arrival a = { 0 };
    turn(&a, 5 * S, 0);
    turn(&a, 65 * S, 30 * MS);  /* 500 ppm for a minute */
    assert_int_equal(a.step_before_ns, 0);
    assert_int_equal(arrival_ns(&a, wall + 65 * S + 30 * MS - US), 65 * S - US);
}

static void what_makes_no_sense_is_now(void **state) {
    (void)state;
    struct arrival a = { 0 };
    turn(&a, 5 * S, 0);
    turn(&a, 6 * S, 100 * S);
    assert_int_equal(arrival_ns(&a, wall + 5000 * S), 6 * S);
    assert_int_equal(arrival_ns(&a, 1), 6 * S);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_of_the_kernel_is_a_moment_before_now),
        cmocka_unit_test(a_step_of_the_wall_clock_bends_nothing),
        cmocka_unit_test(a_clock_that_is_slewed_is_no_step),
        cmocka_unit_test(what_makes_no_sense_is_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

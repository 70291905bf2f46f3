/*
 * test_significance: Mann-Whitney's U test against SciPy 1.x (mannwhitneyu: exact, asymptotic with
 * correction, and all permutations where values tie), Holm's correction by hand, and the bootstrap's
 * interval where it is known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/prng.h"
#include "bench/significance.h"
#include "near.h"

#define NUMBERS(...) (const double[]){ __VA_ARGS__ }

static void check_test(const double *a, size_t a_count, const double *b, size_t b_count, double u,
                       double p) {
    double found_u, found_p = significance_u_test(a, a_count, b, b_count, &found_u);
    assert_near(found_u, u, 0);
    assert_near(found_p, p, 1e-12);
    /* The other way round the same. */
    found_p = significance_u_test(b, b_count, a, a_count, &found_u);
    assert_near(found_u, (double)a_count * (double)b_count - u, 0);
    assert_near(found_p, p, 1e-12);
}

static void small_sets_give_the_exact_probability(void **state) {
    (void)state;
    check_test(NUMBERS(1.1, 2.2, 3.3, 4.4, 5.5), 5, NUMBERS(2.0, 6.1, 7.2, 8.3, 9.4), 5, 4,
               0.09523809523809523);
    check_test(NUMBERS(19, 22, 16, 29, 24), 5, NUMBERS(20, 11, 17, 12), 4, 17, 0.1111111111111111);
    check_test(NUMBERS(1), 1, NUMBERS(2), 1, 0, 1);
    check_test(NUMBERS(1, 2, 3), 3, NUMBERS(4, 5, 6), 3, 0, 0.1);
    double a[20], b[20];
    for (int i = 0; i < 20; i++) {
        a[i] = i + 1;
        b[i] = i + 4.5;
    }
    check_test(a, 20, b, 20, 136, 0.0859140199856938);
}

static void small_sets_with_ties_are_exact_too(void **state) {
    (void)state;
    check_test(NUMBERS(1, 2, 2, 3, 4), 5, NUMBERS(2, 3, 5, 5), 4, 4.5, 0.2222222222222222);
    check_test(NUMBERS(0, 0, 0, 0, 0, 0), 6, NUMBERS(0, 0, 0, 1, 1, 2), 6, 9, 0.18181818181818182);
    check_test(NUMBERS(7, 7, 7), 3, NUMBERS(7, 7), 2, 3, 1);
}

static void large_sets_give_the_corrected_approximation(void **state) {
    (void)state;
    double a[100], b[100];
    for (int i = 0; i < 30; i++) a[i] = i * 7 % 13;
    for (int i = 0; i < 25; i++) b[i] = i * 5 % 13 + 2;
    check_test(a, 30, b, 25, 261, 0.05446069905147313);
    for (int i = 0; i < 100; i++) a[i] = i % 5;
    for (int i = 0; i < 80; i++) b[i] = i % 5 + (i % 3 == 0);
    check_test(a, 100, b, 80, 3510, 0.15093744536744508);
    for (int i = 0; i < 40; i++) a[i] = i;
    for (int i = 0; i < 30; i++) b[i] = i + 0.5;
    check_test(a, 40, b, 30, 735, 0.1104393869359311);
    for (int i = 0; i < 30; i++) a[i] = b[i] = 5;
    check_test(a, 25, b, 30, 375, 1);
}

static void an_empty_side_proves_nothing(void **state) {
    (void)state;
    double u;
    assert_true(significance_u_test(NULL, 0, NUMBERS(1, 2), 2, &u) == 1);
    assert_true(significance_u_test(NUMBERS(1, 2), 2, NULL, 0, &u) == 1);
    struct significance_interval i = significance_bootstrap(
        NULL, 0, NUMBERS(1), 1, SIGNIFICANCE_MEAN, SIGNIFICANCE_RATIO, 1);
    assert_true(isnan(i.value) && isnan(i.low) && isnan(i.high));
}

/* Of 1,000 pairs of sets from one distribution about 5 in 100 are found to differ, not more. */
static void chance_alone_is_seldom_significant(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, 1);
    size_t sizes[] = { 8, 60 };
    for (size_t s = 0; s < 2; s++) {
        int found = 0;
        for (int run = 0; run < 1000; run++) {
            double a[60], b[60], u;
            for (size_t i = 0; i < sizes[s]; i++) {
                a[i] = floor(prng_unit(&p) * 30);
                b[i] = floor(prng_unit(&p) * 30);
            }
            found += significance_u_test(a, sizes[s], b, sizes[s], &u) < 0.05;
        }
        assert_in_range(found, 20, 70);
    }
}

static void holm_steps_down(void **state) {
    (void)state;
    double p[] = { 0.01, NAN, 0.04, 0.03, 0.005, 0.9 };
    significance_holm(p, 6);
    assert_near(p[4], 0.025, 1e-12);  /* 0.005 * 5 */
    assert_near(p[0], 0.04, 1e-12);   /* 0.01 * 4 */
    assert_near(p[3], 0.09, 1e-12);   /* 0.03 * 3 */
    assert_near(p[2], 0.09, 1e-12);   /* 0.04 * 2 is less: not below the one before */
    assert_near(p[5], 0.9, 1e-12);
    assert_true(isnan(p[1]));
}

static void the_interval_holds_the_truth_and_follows_the_seed(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, 5);
    int held = 0;
    for (int run = 0; run < 100; run++) {
        double a[40], b[40];
        for (int i = 0; i < 40; i++) {
            a[i] = 10 + prng_unit(&p);
            b[i] = 20 + 2 * prng_unit(&p);
        }
        struct significance_interval i = significance_bootstrap(
            a, 40, b, 40, SIGNIFICANCE_MEAN, SIGNIFICANCE_RATIO, 7);
        struct significance_interval same = significance_bootstrap(
            a, 40, b, 40, SIGNIFICANCE_MEAN, SIGNIFICANCE_RATIO, 7);
        assert_true(i.low <= i.value && i.value <= i.high);
        assert_true(i.low == same.low && i.high == same.high);
        held += i.low <= 2 && 2 <= i.high;
    }
    assert_in_range(held, 85, 100);
}

static void medians_and_differences_are_told_apart_from_means_and_ratios(void **state) {
    (void)state;
    const double a[] = { 1, 2, 90 }, b[] = { 4, 6, 8, 100 };
    struct significance_interval i;
    i = significance_bootstrap(a, 3, b, 4, SIGNIFICANCE_MEDIAN, SIGNIFICANCE_RATIO, 1);
    assert_near(i.value, 3.5, 1e-12);
    i = significance_bootstrap(a, 3, b, 4, SIGNIFICANCE_MEAN, SIGNIFICANCE_DIFFERENCE, 1);
    assert_near(i.value, 29.5 - 31, 1e-12);
    i = significance_bootstrap(NUMBERS(0, 0), 2, b, 4, SIGNIFICANCE_MEAN, SIGNIFICANCE_RATIO, 1);
    assert_true(isnan(i.value) && isnan(i.low));
}

static void many_numbers_are_thinned_out(void **state) {
    (void)state;
    static double a[50000], b[50000];
    for (int i = 0; i < 50000; i++) {
        a[i] = i % 100;
        b[i] = i % 100 + 50;
    }
    struct significance_interval i = significance_bootstrap(
        a, 50000, b, 50000, SIGNIFICANCE_MEAN, SIGNIFICANCE_DIFFERENCE, 1);
    assert_near(i.value, 50, 1e-9);
    assert_true(i.low > 40 && i.high < 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_sets_give_the_exact_probability),
        cmocka_unit_test(small_sets_with_ties_are_exact_too),
        cmocka_unit_test(large_sets_give_the_corrected_approximation),
        cmocka_unit_test(an_empty_side_proves_nothing),
        cmocka_unit_test(chance_alone_is_seldom_significant),
        cmocka_unit_test(holm_steps_down),
        cmocka_unit_test(the_interval_holds_the_truth_and_follows_the_seed),
        cmocka_unit_test(medians_and_differences_are_told_apart_from_means_and_ratios),
        cmocka_unit_test(many_numbers_are_thinned_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_histogram: the edges of base/histogram. The constants are those of HdrHistogram (its Python
 * port, 1 us to 100 s, 3 digits); tests/property/test_histogram.c has the model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "base/histogram.h"
#include "near.h"

enum { LOWEST = 1000 };
#define HIGHEST UINT64_C(100000000000)

static void ranges_and_digits_that_make_no_sense_are_refused(void **state) {
    (void)state;
    struct histogram h;
    assert_int_equal(histogram_init(&h, 0, 100, 3), -EINVAL);
    assert_int_equal(histogram_init(&h, 100, 199, 3), -EINVAL);
    assert_int_equal(histogram_init(&h, 1, 100, 0), -EINVAL);
    assert_int_equal(histogram_init(&h, 1, 100, HISTOGRAM_DIGITS_MAX + 1), -EINVAL);
    assert_int_equal(histogram_init(&h, 1, UINT64_MAX, 3), -EINVAL);
    assert_null(h.counts);
    assert_int_equal(histogram_size(0, 100, 3), 0);
    assert_int_equal(histogram_init(&h, UINT64_C(1) << 60, INT64_MAX, 4), -EINVAL);
    assert_int_equal(histogram_init(&h, 1, INT64_MAX, 4), 0);
    histogram_record(&h, INT64_MAX);
    assert_int_equal(histogram_percentile(&h, 50), INT64_MAX);
    histogram_deinit(&h);
}

static void its_size_is_that_of_hdrhistogram(void **state) {
    (void)state;
    static const struct { uint64_t lowest, highest; unsigned digits; size_t slots; } expected[] = {
        { LOWEST, HIGHEST, 3, 19456 }, { LOWEST, HIGHEST, 1, 400 }, { 1, 3600000000, 3, 23552 },
        { 1, 2, 1, 32 }, { 1, 31, 1, 32 }, { 1, 32, 1, 48 }, { 1000, 1 << 20, 4, 32768 },
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        size_t size = histogram_size(expected[i].lowest, expected[i].highest, expected[i].digits);
        assert_int_equal(size / sizeof(uint64_t), expected[i].slots);
    }
}

static void an_empty_one_answers_zero(void **state) {
    (void)state;
    struct histogram h;
    assert_int_equal(histogram_init(&h, LOWEST, HIGHEST, 3), 0);
    int64_t at = -1;
    uint64_t value, highest, count;
    assert_int_equal(histogram_percentile(&h, 0) + histogram_percentile(&h, 100), 0);
    assert_true(histogram_mean(&h) == 0 && histogram_deviation(&h) == 0);
    assert_int_equal(histogram_count_up_to(&h, UINT64_MAX), 0);
    assert_false(histogram_next(&h, &at, &value, &highest, &count));
    assert_false(histogram_next(&h, &at, &value, &highest, &count));
    histogram_deinit(&h);
}

static void percentiles_are_those_of_hdrhistogram(void **state) {
    (void)state;
    struct histogram h;
    assert_int_equal(histogram_init(&h, LOWEST, HIGHEST, 3), 0);
    for (uint64_t i = 1; i <= 1000; i++) histogram_record(&h, i * 1000003);
    static const struct { double percentile; uint64_t value; } expected[] = {
        { 0, 999936 }, { 0.05, 1000447 }, { 50, 500170751 }, { 90, 900202495 },
        { 99, 990380031 }, { 99.9, 999292927 }, { 99.99, 1000341503 }, { 100, 1000341503 },
        { 1000, 1000341503 }, { -1, 999936 },
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_int_equal(histogram_percentile(&h, expected[i].percentile), expected[i].value);
    assert_int_equal(h.min, 1000003);
    assert_int_equal(h.max, 1000003000);
    assert_near(histogram_mean(&h), 500501501.5, 1e-3);
    assert_near(histogram_deviation(&h), 288675856.0, 1);
    histogram_deinit(&h);
}

static void values_outside_of_the_range_are_counted_at_its_ends(void **state) {
    (void)state;
    struct histogram h;
    assert_int_equal(histogram_init(&h, LOWEST, HIGHEST, 3), 0);
    histogram_record(&h, 0);
    histogram_record(&h, 3);
    histogram_record_many(&h, HIGHEST + 1, 2);
    histogram_record(&h, UINT64_MAX);
    histogram_record(&h, HIGHEST);
    histogram_record_many(&h, 77, 0);
    assert_int_equal(h.total, 6);
    assert_int_equal(h.above, 3);
    assert_int_equal(h.min, 0);
    assert_true(h.max == UINT64_MAX);
    uint64_t low, high;
    histogram_bucket(&h, HIGHEST, &low, &high);
    assert_true(low <= HIGHEST && high >= HIGHEST && high - low < HIGHEST / 1000);
    assert_int_equal(histogram_percentile(&h, 100), high);
    assert_int_equal(histogram_percentile(&h, 33), 511);
    assert_int_equal(histogram_count_up_to(&h, LOWEST), 2);
    assert_int_equal(histogram_count_up_to(&h, UINT64_MAX), 6);
    histogram_reset(&h);
    assert_int_equal(h.total + h.above + h.max + histogram_count_up_to(&h, HIGHEST), 0);
    assert_true(h.min == UINT64_MAX && h.sum == 0 && h.sum_of_squares == 0);
    histogram_deinit(&h);
}

static void deviation_of_equal_values_is_nothing(void **state) {
    (void)state;
    struct histogram h;
    assert_int_equal(histogram_init(&h, LOWEST, HIGHEST, 3), 0);
    for (int i = 0; i < 100000; i++) histogram_record(&h, 12345678901);
    assert_true(histogram_deviation(&h) == 0);
    assert_near(histogram_mean(&h), 12345678901.0, 1e-3);
    histogram_deinit(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_and_digits_that_make_no_sense_are_refused),
        cmocka_unit_test(its_size_is_that_of_hdrhistogram),
        cmocka_unit_test(an_empty_one_answers_zero),
        cmocka_unit_test(percentiles_are_those_of_hdrhistogram),
        cmocka_unit_test(values_outside_of_the_range_are_counted_at_its_ends),
        cmocka_unit_test(deviation_of_equal_values_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The histogram beside a model: a sorted array of all values. SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <math.h>

#include "base/histogram.h"
#include "base/prng.h"
#include "seed.h"

enum { RUNS = 60, VALUES_MAX = 3000 };

struct model {
    uint64_t values[VALUES_MAX];
    size_t count;
};

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* A shape of any kind that is allowed. */
static void init_any(struct histogram *h, struct prng *p) {
    for (;;) {
        uint64_t lowest = 1 + (prng_next(p) >> (24 + prng_below(p, 40)));
        uint64_t highest = prng_next(p) >> (1 + prng_below(p, 60));
        unsigned digits = 1 + (unsigned)prng_below(p, HISTOGRAM_DIGITS_MAX);
        if (histogram_size(lowest, highest, digits) == 0) continue;
        assert_int_equal(histogram_init(h, lowest, highest, digits), 0);
        return;
    }
}

/* A value is never told with more than the relative error, nor with more than the unit. */
static void check_near(const struct histogram *h, uint64_t told, uint64_t truth) {
    if (truth > h->highest) truth = h->highest;
    double allowed = (double)truth / pow(10, h->digits);
    if (allowed < (double)h->lowest) allowed = (double)h->lowest;
    assert_true(told >= truth);
    assert_true((double)(told - truth) <= allowed);
}

static void check_percentiles(const struct histogram *h, const struct model *m, struct prng *p) {
    for (int i = 0; i < 40; i++) {
        double percentile = i == 0 ? 100 : prng_unit(p) * 100;
        double rank = floor(percentile * (double)m->count / 100 + 0.5);
        size_t at = rank < 1 ? 0 : (size_t)rank - 1;
        check_near(h, histogram_percentile(h, percentile), m->values[at]);
    }
    assert_int_equal(h->min, m->values[0]);
    assert_int_equal(h->max, m->values[m->count - 1]);
}

/* Buckets come in order, do not overlap, and have all values. */
static void check_buckets(const struct histogram *h, const struct model *m) {
    int64_t at = -1;
    uint64_t low, high, count, before = 0, seen = 0;
    while (histogram_next(h, &at, &low, &high, &count)) {
        assert_true(seen == 0 || low > before);
        assert_true(high >= low && count > 0);
        uint64_t expected = 0, one_low, one_high;
        for (size_t i = 0; i < m->count; i++) {
            uint64_t value = m->values[i] > h->highest ? h->highest : m->values[i];
            expected += value >= low && value <= high;
        }
        assert_int_equal(count, expected);
        histogram_bucket(h, high < h->highest ? high : h->highest, &one_low, &one_high);
        assert_true(one_low == low && one_high == high);
        seen += count;
        assert_int_equal(histogram_count_up_to(h, low), seen);
        before = high;
    }
    assert_int_equal(seen, m->count);
    assert_int_equal(h->total, m->count);
}

static void check_moments(const struct histogram *h, const struct model *m) {
    long double sum = 0, squares = 0;
    for (size_t i = 0; i < m->count; i++) sum += (long double)m->values[i];
    long double mean = sum / (long double)m->count;
    for (size_t i = 0; i < m->count; i++) {
        long double d = (long double)m->values[i] - mean;
        squares += d * d;
    }
    double deviation = (double)sqrtl(squares / (long double)m->count);
    assert_true(fabs(histogram_mean(h) - (double)mean) <= (double)mean * 1e-9);
    assert_true(fabs(histogram_deviation(h) - deviation) <= deviation * 1e-4 + (double)mean * 1e-6);
}

static void histogram_tells_what_the_sorted_values_tell(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    static struct model m;
    for (int run = 0; run < RUNS; run++) {
        struct histogram h, other;
        init_any(&h, &p);
        assert_int_equal(histogram_init(&other, h.lowest, h.highest, h.digits), 0);
        uint64_t above = 0;
        m.count = 0;
        size_t count = 1 + prng_below(&p, VALUES_MAX - 1);
        while (m.count < count) {
            uint64_t value = prng_next(&p) >> prng_below(&p, 64);
            size_t many = 1 + prng_below(&p, prng_below(&p, 10) == 0 ? 20 : 1);
            if (many > count - m.count) many = count - m.count;
            histogram_record_many(prng_below(&p, 2) == 0 ? &h : &other, value, many);
            above += value > h.highest ? many : 0;
            for (size_t i = 0; i < many; i++) m.values[m.count++] = value;
        }
        histogram_add(&h, &other);
        qsort(m.values, m.count, sizeof(m.values[0]), by_value);
        assert_int_equal(h.above, above);
        check_percentiles(&h, &m, &p);
        check_buckets(&h, &m);
        check_moments(&h, &m);
        histogram_deinit(&h);
        histogram_deinit(&other);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram_tells_what_the_sorted_values_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

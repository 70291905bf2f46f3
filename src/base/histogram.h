/*
 * histogram: how often each value came, with a high dynamic range and a fixed relative error
 * (the log-linear buckets of HdrHistogram). Values are whole numbers, here nanoseconds.
 *
 * A value is kept to @digits significant decimal digits: all values of one bucket differ by less
 * than one part in 10^digits. Values below the lowest are counted as they are, with the resolution
 * of the lowest; values above the highest are counted as the highest, and apart in .above. The size
 * follows from the range and @digits alone; a value is counted in constant time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_DIGITS_MAX = 4 };

struct histogram {
    uint64_t *counts;           /* owned; NULL before histogram_init */
    uint32_t count_slots;
    uint32_t unit_bits;         /* values are divided by 2^unit_bits first */
    uint32_t half_bits;         /* a bucket has 2^half_bits slots, the first one twice as many */
    uint64_t lowest, highest;
    uint8_t digits;
    uint64_t total;             /* values recorded */
    uint64_t above;             /* of them above the highest */
    uint64_t min, max;          /* as they were recorded; min is UINT64_MAX where there is none */
    double sum, sum_of_squares; /* of the values as they were recorded */
};

/*
 * @lowest >= 1, @highest >= 2 * @lowest and at most INT64_MAX, @digits from 1 to
 * HISTOGRAM_DIGITS_MAX. 0, -EINVAL, -ENOMEM; then @h is zero.
 */
int histogram_init(struct histogram *h, uint64_t lowest, uint64_t highest, unsigned digits);
/* Bytes that the counts of such a histogram take; 0 for a range or digits that are refused. */
size_t histogram_size(uint64_t lowest, uint64_t highest, unsigned digits);
void histogram_deinit(struct histogram *h);
void histogram_reset(struct histogram *h);

void histogram_record(struct histogram *h, uint64_t value);
void histogram_record_many(struct histogram *h, uint64_t value, uint64_t count);

/* What @from has, too. Both were made alike (asserted). */
void histogram_add(struct histogram *h, const struct histogram *from);

/*
 * The highest value of the bucket in which the value at @percentile (0 to 100) is, of percentile 0
 * the lowest; the rank is rounded as HdrHistogram does. 0 where nothing was recorded. The highest
 * value of a bucket may be above .max.
 */
uint64_t histogram_percentile(const struct histogram *h, double percentile);

/* Of the values as they were recorded; 0 where there are none. The population's deviation. */
double histogram_mean(const struct histogram *h);
double histogram_deviation(const struct histogram *h);

/* How many recorded values are at most @value, to the resolution of the histogram. */
uint64_t histogram_count_up_to(const struct histogram *h, uint64_t value);

/* The bucket of @value: its lowest and its highest value. */
void histogram_bucket(const struct histogram *h, uint64_t value, uint64_t *ret_lowest,
                      uint64_t *ret_highest);

/*
 * The next bucket with a count behind the one of index *at (start with -1). False: there is none.
 * *ret_value is the lowest value of the bucket, *ret_highest the highest.
 */
bool histogram_next(const struct histogram *h, int64_t *at, uint64_t *ret_value,
                    uint64_t *ret_highest, uint64_t *ret_count);

/* histogram: see histogram.h. */
#include "base/histogram.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct shape {
    uint32_t unit_bits, half_bits, count_slots;
};

static unsigned bits_of(uint64_t value) {
    return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

/* False: the range or the digits are refused. */
static bool find_shape(uint64_t lowest, uint64_t highest, unsigned digits, struct shape *ret) {
    if (lowest < 1 || highest > INT64_MAX || digits < 1 || digits > HISTOGRAM_DIGITS_MAX ||
        lowest > highest / 2)
        return false;
    uint64_t steps = 2;
    for (unsigned i = 0; i < digits; i++) steps *= 10;
    uint32_t unit_bits = bits_of(lowest) - 1;
    uint32_t slot_bits = bits_of(steps - 1);  /* 2^slot_bits >= steps */
    if (unit_bits + slot_bits > 61) return false;
    uint32_t buckets = 1;
    for (uint32_t bits = unit_bits + slot_bits; bits < bits_of(highest); bits++) buckets++;
    *ret = (struct shape){ unit_bits, slot_bits - 1, (buckets + 1) << (slot_bits - 1) };
    return true;
}

size_t histogram_size(uint64_t lowest, uint64_t highest, unsigned digits) {
    struct shape shape;
    if (!find_shape(lowest, highest, digits, &shape)) return 0;
    return shape.count_slots * sizeof(uint64_t);
}

int histogram_init(struct histogram *h, uint64_t lowest, uint64_t highest, unsigned digits) {
    struct shape shape;
    *h = (struct histogram){ 0 };
    if (!find_shape(lowest, highest, digits, &shape)) return -EINVAL;
    uint64_t *counts = calloc(shape.count_slots, sizeof(uint64_t));
    if (counts == NULL) return -ENOMEM;
    *h = (struct histogram){
        .counts = counts, .count_slots = shape.count_slots, .unit_bits = shape.unit_bits,
        .half_bits = shape.half_bits, .lowest = lowest, .highest = highest,
        .digits = (uint8_t)digits, .min = UINT64_MAX,
    };
    return 0;
}

void histogram_deinit(struct histogram *h) {
    free(h->counts);
    *h = (struct histogram){ 0 };
}

void histogram_reset(struct histogram *h) {
    memset(h->counts, 0, h->count_slots * sizeof(uint64_t));
    h->total = h->above = h->max = 0;
    h->min = UINT64_MAX;
    h->sum = h->sum_of_squares = 0;
}

/* The slot of a value that is not above the highest. */
static uint32_t slot_of(const struct histogram *h, uint64_t value) {
    unsigned bits = bits_of(value), first = h->unit_bits + h->half_bits + 1;
    unsigned bucket = bits <= first ? 0 : bits - first;
    return (uint32_t)((value >> (bucket + h->unit_bits)) + ((uint64_t)bucket << h->half_bits));
}

/* The lowest value of a slot, and how many values have it. */
static uint64_t slot_value(const struct histogram *h, uint32_t slot, uint64_t *ret_size) {
    uint32_t half = UINT32_C(1) << h->half_bits;
    uint32_t bucket = slot < 2 * half ? 0 : (slot >> h->half_bits) - 1;
    uint64_t within = slot - ((uint64_t)bucket << h->half_bits);
    *ret_size = UINT64_C(1) << (bucket + h->unit_bits);
    return within << (bucket + h->unit_bits);
}

void histogram_record_many(struct histogram *h, uint64_t value, uint64_t count) {
    if (count == 0) return;
    uint64_t counted = value;
    if (value > h->highest) {
        counted = h->highest;
        h->above += count;
    }
    h->counts[slot_of(h, counted)] += count;
    h->total += count;
    if (value < h->min) h->min = value;
    if (value > h->max) h->max = value;
    h->sum += (double)value * (double)count;
    h->sum_of_squares += (double)value * (double)value * (double)count;
}

void histogram_record(struct histogram *h, uint64_t value) {
    histogram_record_many(h, value, 1);
}

void histogram_add(struct histogram *h, const struct histogram *from) {
    assert(h->lowest == from->lowest && h->highest == from->highest && h->digits == from->digits);
    for (uint32_t i = 0; i < h->count_slots; i++) h->counts[i] += from->counts[i];
    h->total += from->total;
    h->above += from->above;
    if (from->min < h->min) h->min = from->min;
    if (from->max > h->max) h->max = from->max;
    h->sum += from->sum;
    h->sum_of_squares += from->sum_of_squares;
}

uint64_t histogram_percentile(const struct histogram *h, double percentile) {
    if (h->total == 0) return 0;
    double asked = percentile < 100 ? percentile : 100;
    uint64_t rank = asked > 0 ? (uint64_t)(asked * (double)h->total / 100 + 0.5) : 0;
    if (rank < 1) rank = 1;
    if (rank > h->total) rank = h->total;
    uint64_t seen = 0;
    uint32_t slot = 0;
    while (seen + h->counts[slot] < rank) seen += h->counts[slot++];
    uint64_t size, value = slot_value(h, slot, &size);
    return asked > 0 ? value + size - 1 : value;
}

double histogram_mean(const struct histogram *h) {
    return h->total == 0 ? 0 : h->sum / (double)h->total;
}

double histogram_deviation(const struct histogram *h) {
    if (h->total == 0 || h->min == h->max) return 0;
    double mean = histogram_mean(h);
    double variance = h->sum_of_squares / (double)h->total - mean * mean;
    return variance > 0 ? sqrt(variance) : 0;
}

uint64_t histogram_count_up_to(const struct histogram *h, uint64_t value) {
    uint32_t last = slot_of(h, value < h->highest ? value : h->highest);
    uint64_t count = 0;
    for (uint32_t i = 0; i <= last; i++) count += h->counts[i];
    return count;
}

void histogram_bucket(const struct histogram *h, uint64_t value, uint64_t *ret_lowest,
                      uint64_t *ret_highest) {
    uint64_t size;
    *ret_lowest = slot_value(h, slot_of(h, value < h->highest ? value : h->highest), &size);
    *ret_highest = *ret_lowest + size - 1;
}

bool histogram_next(const struct histogram *h, int64_t *at, uint64_t *ret_value,
                    uint64_t *ret_highest, uint64_t *ret_count) {
    for (int64_t slot = *at + 1; slot < (int64_t)h->count_slots; slot++) {
        if (h->counts[slot] == 0) continue;
        uint64_t size;
        *ret_value = slot_value(h, (uint32_t)slot, &size);
        *ret_highest = *ret_value + size - 1;
        *ret_count = h->counts[slot];
        *at = slot;
        return true;
    }
    *at = h->count_slots;
    return false;
}

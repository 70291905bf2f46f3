/* hgrm: see hgrm.h. */
#include "bench/hgrm.h"

#include "base/histogram.h"

#include <inttypes.h>
#include <math.h>

enum { TICKS_PER_HALF_DISTANCE = 5 };

static const double NS_PER_MS = 1e6;

/* HdrHistogram takes the middle of a bucket for all its values. */
static double middle(uint64_t lowest, uint64_t highest) {
    return (double)(lowest + (highest - lowest + 1) / 2);
}

static double mean_of(const struct histogram *h) {
    if (h->total == 0) return 0;
    double sum = 0;
    uint64_t lowest, highest, count;
    for (int64_t at = -1; histogram_next(h, &at, &lowest, &highest, &count);)
        sum += middle(lowest, highest) * (double)count;
    return sum / (double)h->total;
}

static double deviation_of(const struct histogram *h, double mean) {
    if (h->total == 0) return 0;
    double sum = 0;
    uint64_t lowest, highest, count;
    for (int64_t at = -1; histogram_next(h, &at, &lowest, &highest, &count);) {
        double distance = middle(lowest, highest) - mean;
        sum += distance * distance * (double)count;
    }
    return sqrt(sum / (double)h->total);
}

/* The level behind @level: the steps halve each time that the distance to 100 % is halved. */
static double next_level(double level) {
    double gap = 100.0 - level;
    if (gap <= 0) return level;
    double half_distance = pow(2, log(100 / gap) / log(2) + 1);
    return level + 100.0 / (TICKS_PER_HALF_DISTANCE * half_distance);
}

static void write_lines(FILE *file, const struct histogram *h) {
    uint64_t lowest, highest, count, seen = 0;
    double level = 0;
    for (int64_t at = -1; histogram_next(h, &at, &lowest, &highest, &count);) {
        seen += count;
        double value = (double)highest / NS_PER_MS;
        while (100.0 * (double)seen / (double)h->total >= level) {
            if (level < 100) {
                (void)fprintf(file, "%12.*f %2.12f %10" PRIu64 " %14.2f\n", h->digits, value,
                              level / 100, seen, 1 / (1 - level / 100));
                level = next_level(level);
            }
            if (seen == h->total) break;
        }
        if (seen == h->total)
            (void)fprintf(file, "%12.*f %2.12f %10" PRIu64 "\n", h->digits, value, 1.0, seen);
    }
}

void hgrm_write(FILE *file, const struct histogram *h) {
    double mean = mean_of(h);
    uint64_t lowest, highest = 0;
    if (h->total > 0 && h->max > 0) histogram_bucket(h, h->max, &lowest, &highest);
    (void)fprintf(file, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
                  "1/(1-Percentile)");
    write_lines(file, h);
    (void)fprintf(file, "#[Mean    = %12.*f, StdDeviation   = %12.*f]\n", h->digits,
                  mean / NS_PER_MS, h->digits, deviation_of(h, mean) / NS_PER_MS);
    (void)fprintf(file, "#[Max     = %12.*f, TotalCount     = %12.*f]\n", h->digits,
                  (double)highest / NS_PER_MS, h->digits, (double)h->total);
    (void)fprintf(file, "#[Buckets = %12" PRIu32 ", SubBuckets     = %12" PRIu32 "]\n",
                  (h->count_slots >> h->half_bits) - 1, UINT32_C(2) << h->half_bits);
}

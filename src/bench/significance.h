/*
 * significance: do two sets of numbers differ by more than chance would have it? For numbers of any
 * distribution that do not depend on one another; what a run says of each of its seconds is taken
 * for such.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Mann-Whitney's U test, two-sided: the probability of a difference at least as large where
 * there is none. Exact, with ties or without, up to 20 numbers a side; above by the normal
 * approximation, corrected for ties and for continuity. 1 where a side is empty; -ENOMEM is NAN.
 * *ret_u is U of @a: the pairs in which a is larger, ties being half.
 */
double significance_u_test(const double *a, size_t a_count, const double *b, size_t b_count,
                           double *ret_u);

/* Holm's correction in place, for that many probabilities of one question together; NAN is left. */
void significance_holm(double *probabilities, size_t count);

enum significance_statistic { SIGNIFICANCE_MEAN, SIGNIFICANCE_MEDIAN };
enum significance_effect { SIGNIFICANCE_RATIO, SIGNIFICANCE_DIFFERENCE };

struct significance_interval {
    double value, low, high;    /* b / a, or b - a; with its 95 % interval. NAN: not to be had */
};

/*
 * How large the difference is, with the interval by the bootstrap, whose draws follow from @seed.
 * Of more than 2,000 numbers a side, as many evenly chosen ones are drawn from.
 */
struct significance_interval significance_bootstrap(const double *a, size_t a_count,
                                                    const double *b, size_t b_count,
                                                    enum significance_statistic statistic,
                                                    enum significance_effect effect, uint64_t seed);

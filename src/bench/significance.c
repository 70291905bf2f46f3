/* significance: see significance.h. */
#include "bench/significance.h"

#include "base/prng.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_MAX = 20, DRAWS = 1000, DRAWN_FROM_MAX = 2000 };

struct ranked {
    double value;
    bool is_a;
    size_t twice_rank;      /* from 1; of those that tie the mean; twice, to be whole */
};

static int by_value(const void *x, const void *y) {
    double a = ((const struct ranked *)x)->value, b = ((const struct ranked *)y)->value;
    return a < b ? -1 : a > b;
}

/* Sorted and ranked. *ret_ties is the sum of t^3 - t over the runs of equal values. */
static struct ranked *rank(const double *a, size_t a_count, const double *b, size_t b_count,
                           double *ret_ties) {
    size_t count = a_count + b_count;
    struct ranked *all = malloc(count * sizeof(*all));
    if (all == NULL) return NULL;
    for (size_t i = 0; i < count; i++)
        all[i] = (struct ranked){ .value = i < a_count ? a[i] : b[i - a_count],
                                  .is_a = i < a_count };
    qsort(all, count, sizeof(*all), by_value);
    double ties = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && all[end].value == all[i].value; end++) continue;
        for (size_t k = i; k < end; k++) all[k].twice_rank = i + 1 + end;
        double tied = (double)(end - i);
        ties += tied * tied * tied - tied;
    }
    *ret_ties = ties;
    return all;
}

/*
 * The exact probability: in how many choices of a's places its sum of ranks is at least as far out.
 * ways[n][s]: choices of n of the ranks so far with the sum s.
 */
static double exact(const struct ranked *all, size_t count, size_t a_count, size_t twice_sum) {
    size_t most = 0;
    for (size_t i = 0; i < count; i++) most += all[i].twice_rank;
    size_t width = most + 1;
    double *ways = calloc((a_count + 1) * width, sizeof(double));
    if (ways == NULL) return NAN;
    ways[0] = 1;
    for (size_t i = 0; i < count; i++) {
        size_t r = all[i].twice_rank;
        for (size_t n = a_count; n > 0; n--)
            for (size_t s = most; s >= r; s--)
                ways[n * width + s] += ways[(n - 1) * width + s - r];
    }
    double below = 0, above = 0, total = 0;
    for (size_t s = 0; s <= most; s++) {
        double here = ways[a_count * width + s];
        total += here;
        if (s <= twice_sum) below += here;
        if (s >= twice_sum) above += here;
    }
    free(ways);
    return fmin(1, 2 * fmin(below, above) / total);
}

static double approximate(double u, double a_count, double b_count, double ties) {
    double count = a_count + b_count, pairs = a_count * b_count;
    double variance = pairs / 12 * (count + 1 - ties / (count * (count - 1)));
    if (!(variance > 0)) return 1;
    double distance = fabs(u - pairs / 2) - 0.5;
    return distance <= 0 ? 1 : erfc(distance / sqrt(variance) / sqrt(2));
}

double significance_u_test(const double *a, size_t a_count, const double *b, size_t b_count,
                           double *ret_u) {
    *ret_u = 0;
    if (a_count == 0 || b_count == 0) return 1;
    double ties = 0;
    struct ranked *all = rank(a, a_count, b, b_count, &ties);
    if (all == NULL) return NAN;
    size_t twice_sum = 0, count = a_count + b_count;
    for (size_t i = 0; i < count; i++) twice_sum += all[i].is_a ? all[i].twice_rank : 0;
    *ret_u = (double)twice_sum / 2 - (double)a_count * (double)(a_count + 1) / 2;
    double p = a_count <= EXACT_MAX && b_count <= EXACT_MAX
                   ? exact(all, count, a_count, twice_sum)
                   : approximate(*ret_u, (double)a_count, (double)b_count, ties);
    free(all);
    return p;
}

void significance_holm(double *probabilities, size_t count) {
    size_t left = 0;
    double least = 0;
    bool done[64] = { false };
    if (count > 64) count = 64;
    for (size_t i = 0; i < count; i++) left += isnan(probabilities[i]) ? 0 : 1;
    for (; left > 0; left--) {
        size_t next = count;
        for (size_t i = 0; i < count; i++)
            if (!done[i] && !isnan(probabilities[i]) &&
                (next == count || probabilities[i] < probabilities[next]))
                next = i;
        done[next] = true;
        least = fmax(least, fmin(1, probabilities[next] * (double)left));
        probabilities[next] = least;
    }
}

static int by_number(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static double statistic_of(double *drawn, size_t count, enum significance_statistic statistic) {
    double sum = 0;
    if (statistic == SIGNIFICANCE_MEDIAN) {
        qsort(drawn, count, sizeof(double), by_number);
        return (drawn[(count - 1) / 2] + drawn[count / 2]) / 2;
    }
    for (size_t i = 0; i < count; i++) sum += drawn[i];
    return sum / (double)count;
}

static double effect_of(double a, double b, enum significance_effect effect) {
    if (effect == SIGNIFICANCE_DIFFERENCE) return b - a;
    return a > 0 ? b / a : NAN;
}

/* Draws of one side. */
struct side {
    const double *values;
    size_t count, step;     /* every step-th is drawn from */
    double *drawn;
};

static double draw(struct side *s, struct prng *p, enum significance_statistic statistic) {
    for (size_t i = 0; i < s->count; i++)
        s->drawn[i] = s->values[s->step * prng_below(p, s->count)];
    return statistic_of(s->drawn, s->count, statistic);
}

static struct side side_of(const double *values, size_t count, double *room) {
    size_t step = (count + DRAWN_FROM_MAX - 1) / DRAWN_FROM_MAX;
    return (struct side){ values, count / step, step, room };
}

struct significance_interval significance_bootstrap(const double *a, size_t a_count,
                                                    const double *b, size_t b_count,
                                                    enum significance_statistic statistic,
                                                    enum significance_effect effect,
                                                    uint64_t seed) {
    struct significance_interval result = { NAN, NAN, NAN };
    if (a_count == 0 || b_count == 0) return result;
    size_t room = a_count > b_count ? a_count : b_count, count = 0;
    double *drawn = malloc(room * sizeof(double)), *effects = malloc(DRAWS * sizeof(double));
    if (drawn != NULL && effects != NULL) {
        struct side left = side_of(a, a_count, drawn), right = side_of(b, b_count, drawn);
        struct prng p;
        prng_init(&p, seed);
        memcpy(drawn, a, a_count * sizeof(double));
        double whole = statistic_of(drawn, a_count, statistic);
        memcpy(drawn, b, b_count * sizeof(double));
        result.value = effect_of(whole, statistic_of(drawn, b_count, statistic), effect);
        for (int i = 0; i < DRAWS; i++) {
            double one = draw(&left, &p, statistic);
            double value = effect_of(one, draw(&right, &p, statistic), effect);
            if (!isnan(value)) effects[count++] = value;
        }
    }
    if (count > DRAWS / 2 && !isnan(result.value)) {
        qsort(effects, count, sizeof(double), by_number);
        result.low = effects[(size_t)((double)(count - 1) * 0.025)];
        result.high = effects[(size_t)ceil((double)(count - 1) * 0.975)];
    }
    free(drawn);
    free(effects);
    return result;
}

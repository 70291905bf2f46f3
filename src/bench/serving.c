/* serving: see serving.h. */
#include "bench/serving.h"

#include <math.h>

/* How far the interval may be from that of the knee, which was found within some percent. */
#define SCALE_LEAST 0.87
#define SCALE_MOST 1.15
#define SCALE_DOUBT 0.1
/* One server, or several, must fit so much better than the other. */
#define CLEARLY 1.3
/* p99 - p50 of an exponential distribution, by its mean. */
#define EXPONENTIAL_SPREAD 3.912

static double serving_size(const struct serving_burst *burst) {
    return fmax(round(burst->size * burst->answered), 1);
}

double serving_wait(double size, uint32_t at_once, double variation) {
    double c = at_once;
    if (size <= c) return 0;
    double rounds = floor(size / c), rest = size - rounds * c;
    double constant = (c * c * rounds * (rounds - 1) / 2 + rest * rounds * c) / size;
    double exponential = (size - c) * (size - c + 1) / (2 * size);
    return (1 - variation) * constant + variation * exponential;
}

bool serving_is_enough(const struct serving_burst *burst, const struct serving_alone *alone) {
    if (burst->answered < 0.9) return true;
    double interval = alone->interval_ns > 0 ? alone->interval_ns : alone->mean_ns;
    double excess = burst->mean_ns - alone->mean_ns;
    bool is_above_noise = alone->noise_ns < interval || excess > 3 * alone->noise_ns;
    return burst->size > 1 && excess > interval * burst->size / 4 && is_above_noise;
}

/* Means of many requests, and of short queues, are known best. */
static double serving_weight(const struct serving_burst *burst) {
    double size = serving_size(burst);
    return (double)burst->requests / (16 + size * size / 3);
}

/* Which waits are held against the bursts. */
struct serving_guess {
    uint32_t at_once;       /* 0: none at all */
    double variation;
};

static double guess_wait(const struct serving_guess *guess, const struct serving_burst *burst) {
    if (guess->at_once == 0) return 0;
    return serving_wait(serving_size(burst), guess->at_once, guess->variation);
}

/*
 * The weighted squares of what is left of the measured latencies, less a latency and an interval
 * that fit them best. *ret_interval is that interval, near the known one.
 */
static double serving_misfit(const struct serving_burst *bursts, size_t count,
                             const struct serving_alone *alone, const struct serving_guess *guess,
                             double *ret_interval) {
    double weights = 0, latency = 0, wait = 0, product = 0, square = 0, left = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = serving_weight(&bursts[i]);
        weights += weight;
        latency += weight * bursts[i].mean_ns;
        wait += weight * guess_wait(guess, &bursts[i]);
    }
    latency /= weights;
    wait /= weights;
    for (size_t i = 0; i < count; i++) {
        double more = guess_wait(guess, &bursts[i]) - wait;
        product += serving_weight(&bursts[i]) * more * (bursts[i].mean_ns - latency);
        square += serving_weight(&bursts[i]) * more * more;
    }
    double interval = square > 0 ? fmax(product / square, 0) : alone->interval_ns;
    if (alone->interval_ns > 0)
        interval = fmin(fmax(interval, SCALE_LEAST * alone->interval_ns),
                        SCALE_MOST * alone->interval_ns);
    for (size_t i = 0; i < count; i++) {
        double more = guess_wait(guess, &bursts[i]) - wait;
        double miss = bursts[i].mean_ns - latency - interval * more;
        left += serving_weight(&bursts[i]) * miss * miss;
    }
    *ret_interval = interval;
    return left;
}

/* What it costs a guess that its interval is not the one that follows from the knee. */
static double serving_distance(const struct serving_alone *alone, double interval) {
    if (!(alone->interval_ns > 0)) return 0;
    double share = (interval / alone->interval_ns - 1) / SCALE_DOUBT;
    return share * share / 50;
}

/* The work of one request takes as many intervals as there are servers. */
static double serving_variation(const struct serving_alone *alone, uint32_t at_once,
                                double interval) {
    if (!(interval > 0)) return 0;
    return fmin(fmax(alone->spread_ns, 0) / (at_once * interval) / EXPONENTIAL_SPREAD, 1);
}

struct serving serving_find(const struct serving_burst *bursts, size_t count,
                            const struct serving_alone *alone) {
    struct serving found = { .kind = BENCH_SERVES_UNKNOWN };
    double largest = 0, best = INFINITY, interval, one = INFINITY, several = INFINITY;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, serving_size(&bursts[i]));
    if (largest < 2) return found;
    double whole =
        serving_misfit(bursts, count, alone, &(struct serving_guess){ 0, 0 }, &interval);
    for (uint32_t c = 1; c <= (uint32_t)largest; c++) {
        struct serving_guess guess = { c, 0 };
        serving_misfit(bursts, count, alone, &guess, &interval);
        guess.variation = serving_variation(alone, c, interval);
        double left = serving_misfit(bursts, count, alone, &guess, &interval);
        left += whole * serving_distance(alone, interval);
        if (c == 1) one = left;
        else several = fmin(several, left);
        if (left >= best) continue;
        best = left;
        found.at_once = c;
    }
    found.is_at_least = found.at_once == (uint32_t)largest;
    bool is_clear = found.is_at_least ? alone->interval_ns > 0 && found.at_once > 1
                                      : found.at_once > 0 && best < whole / 4;
    is_clear &= fmax(one, several) > CLEARLY * fmin(one, several);
    if (!is_clear) return (struct serving){ .kind = BENCH_SERVES_UNKNOWN };
    found.kind = found.at_once == 1 ? BENCH_SERVES_ONE : BENCH_SERVES_SEVERAL;
    return found;
}

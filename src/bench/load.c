/* load: see load.h. */
#include "bench/load.h"

#include <math.h>

#define NS_PER_S 1e9

/* The moment of request number @i in the measured time: the rate, integrated, has come to i. */
static double load_moment_s(const struct load *l, uint64_t i) {
    double duration = (double)l->duration_ns / NS_PER_S;
    double rise = duration > 0 ? (l->rate_end - l->rate) / duration : 0;
    double n = (double)i, root = l->rate * l->rate + 2 * rise * n;
    return root <= 0 ? duration : 2 * n / (l->rate + sqrt(root));
}

/* The number of requests planned in the measured time. */
static uint64_t load_total(const struct load *l) {
    double total = (l->rate + l->rate_end) / 2 * (double)l->duration_ns / NS_PER_S;
    uint64_t count = total < 1e18 ? (uint64_t)ceil(total - 1e-6) : UINT64_MAX;
    return l->requests != 0 && l->requests < count ? l->requests : count;
}

bool load_peek(const struct load *l, int64_t *ret_planned_ns, bool *ret_is_counted) {
    double warm_s = (double)l->warm / l->rate;
    double warmup_s = (double)l->warmup_ns / NS_PER_S;
    if (warm_s + 1e-9 < warmup_s) {
        *ret_is_counted = false;
        *ret_planned_ns = (int64_t)((warm_s - warmup_s) * NS_PER_S);
        return true;
    }
    *ret_is_counted = true;
    if (l->counted >= load_total(l)) return false;
    uint64_t first = l->burst > 1 ? l->counted - l->counted % l->burst : l->counted;
    *ret_planned_ns = (int64_t)(load_moment_s(l, first) * NS_PER_S);
    return true;
}

void load_pass(struct load *l) {
    int64_t planned_ns;
    bool is_counted;
    if (!load_peek(l, &planned_ns, &is_counted)) return;
    if (is_counted) l->counted++;
    else l->warm++;
}

uint64_t load_end_ns(const struct load *l) {
    double end = load_moment_s(l, load_total(l)) * NS_PER_S;
    return end < (double)l->duration_ns ? (uint64_t)end : l->duration_ns;
}

uint64_t load_left(const struct load *l) {
    uint64_t total = load_total(l);
    return total > l->counted ? total - l->counted : 0;
}

/* load: see load.h. */
#include "bench/load.h"

#include <math.h>

#define NS_PER_S 1e9

/* The moment of request number @i in the measured time: the rate, integrated, has come to i. */
static double load_moment_s(const struct load *l, uint64_t i) {
    if (l->rate == l->rate_end) return (double)i / l->rate;
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

/* When the next request of the warm-up is planned; false: it is over. */
static bool load_is_warming(const struct load *l, int64_t *ret_planned_ns) {
    double warm_s = (double)l->warm / l->rate, warmup_s = (double)l->warmup_ns / NS_PER_S;
    *ret_planned_ns = (int64_t)((warm_s - warmup_s) * NS_PER_S);
    return warm_s + 1e-9 < warmup_s;
}

bool load_peek(const struct load *l, int64_t *ret_planned_ns, bool *ret_is_counted) {
    *ret_is_counted = !load_is_warming(l, ret_planned_ns);
    if (!*ret_is_counted) return true;
    if (l->counted >= load_total(l)) return false;
    uint64_t first = l->burst > 1 ? l->counted - l->counted % l->burst : l->counted;
    *ret_planned_ns = (int64_t)(load_moment_s(l, first) * NS_PER_S);
    return true;
}

uint64_t load_end_ns(const struct load *l) {
    double end = load_moment_s(l, load_total(l)) * NS_PER_S;
    return end < (double)l->duration_ns ? (uint64_t)end : l->duration_ns;
}

uint64_t load_left(const struct load *l) {
    uint64_t total = load_total(l);
    return total > l->counted ? total - l->counted : 0;
}

void load_pass(struct load *l) {
    int64_t planned_ns;
    if (load_is_warming(l, &planned_ns)) l->warm++;
    else if (load_left(l) > 0) l->counted++;
}

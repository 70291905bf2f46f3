/* mix: see mix.h. */
#include "bench/mix.h"

enum bench_kind mix_next(struct mix *m) {
    int64_t total = 0;
    int best = -1;
    for (int k = 0; k < BENCH_KINDS; k++) {
        if (m->weights[k] == 0) continue;
        m->credit[k] += m->weights[k];
        total += m->weights[k];
        if (best < 0 || m->credit[k] > m->credit[best]) best = k;
    }
    if (best < 0) return BENCH_GET;
    m->credit[best] -= total;
    return (enum bench_kind)best;
}

/*
 * mix: which kind of request comes next, so that each kind has its share. Pure. The order is evenly
 * mixed and always the same: of weights 80 and 20, four of the first kind to each of the second.
 */
#pragma once

#include "bench/result.h"

struct mix {
    uint32_t weights[BENCH_KINDS];   /* shares; one is above 0, and each at most MIX_WEIGHT_MAX */
    int64_t credit[BENCH_KINDS];
};

enum { MIX_WEIGHT_MAX = 1000000 };

enum bench_kind mix_next(struct mix *m);

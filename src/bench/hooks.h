/*
 * hooks: how a benchmark shows its progress and is ended early, by the program around it.
 */
#pragma once

#include "bench/result.h"

/* How a run goes, for people who wait. */
struct bench_progress {
    uint64_t elapsed_ns, whole_ns;  /* of warm-up and measured time */
    const struct bench_counts *counts;
    uint32_t open;                  /* requests under way */
};

struct bench_hooks {
    int fd;                         /* readable: is_stopped is asked; -1: none */
    bool (*is_stopped)(void *context);  /* true: end now, with what there is */
    void (*progress)(void *context, const struct bench_progress *progress);  /* 10 times a second */
    void *context;
};

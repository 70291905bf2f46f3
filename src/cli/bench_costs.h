/*
 * bench_costs: `snmpfleet bench --find-slow` and `--costs`, and the costs of objects behind a
 * sweep: what is asked (bench/slow.h), and the names of it.
 */
#pragma once

#include "bench/hooks.h"
#include "cli/bench_ask.h"
#include "cli/bench_open.h"

struct bench_costs_plan {
    struct bench_targets *targets;
    struct bench_ask *ask;
    const struct bench_options *options;
    const struct bench_hooks *hooks;
    uint64_t gap_ns;            /* between two questions, at least */
    uint64_t time_max_ns;       /* for all of them */
};

/* All objects below the OIDs, or mib-2. 0, or -errno; ended early is 0, too. */
int bench_find_slow(const struct bench_costs_plan *plan, struct bench_result *result);

/* Each column that was asked for, and each single instance. As above. */
int bench_find_costs(const struct bench_costs_plan *plan, struct bench_result *result);

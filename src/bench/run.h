/*
 * run: carries a plan out with a fleet, and fills a result. The loop is here, and with it the only
 * clock of the benchmark.
 *
 * bench_run is the load, from its warm-up to the last answer; as often as wanted, behind
 * bench_reach (reach.h). The fleet is one of its own, with kernel_times, the largest window and an
 * rto_floor_ns as long as the time-out, so that each attempt waits as long as it is told.
 */
#pragma once

#include "bench/hooks.h"
#include "bench/plan.h"
#include "snmpfleet/fleet.h"

/*
 * The load. @result is from bench_result_init, with the names of its agents, which are the plan's
 * targets in their order; of one whose heard[] is false nothing is asked. 0, also when it was ended
 * early (result->stopped says why); a fatal -errno.
 */
int bench_run(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
              const bool *heard, struct bench_result *result);

/*
 * sweep_run: carries a sweep out (sweep.h): each load that it asks for, by run.h.
 */
#pragma once

#include "bench/hooks.h"
#include "bench/plan.h"
#include "bench/sweep.h"
#include "snmpfleet/fleet.h"

struct sweep_progress {
    void (*show)(void *context, const char *phase, const struct sweep_load *load);  /* or NULL */
    void *context;
};

/*
 * The loads are those of @plan but for their rate, number and repetitions; options.questions is
 * taken from it, too. The points and the verdict go to @result, whose agents are named. 0, also
 * when it was ended early, which result.stopped tells, as it does of an agent that does not answer
 * any more; a fatal -errno.
 */
int sweep_run(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
              const struct sweep_options *options, const struct sweep_progress *progress,
              struct bench_result *result);

/*
 * reach: before a benchmark, each agent is asked once: is it there? Of SNMPv3 its engine ID and
 * time are known afterwards, so that the load does not pay for it.
 */
#pragma once

#include "bench/hooks.h"
#include "bench/plan.h"
#include "snmpfleet/fleet.h"

/*
 * Ask each target once; in ret_heard, of plan->target_count, which of them answered, and in
 * @ret_why, unless NULL, why the last one did not (BENCH_TEXT octets). The number that answered, or
 * a fatal -errno.
 */
int bench_reach(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
                bool *ret_heard, char *ret_why);

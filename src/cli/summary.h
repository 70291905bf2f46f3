/*
 * summary: what is told of a run when it is over. First what an operator wants to know: how many
 * polls ended how, which targets failed, how late polls began, what each output has; figures for
 * developers follow at the level `debug`.
 */
#pragma once

#include <stdint.h>

#include "cli/outputs.h"
#include "cli/watch.h"
#include "snmpfleet/fleet.h"

struct summary_start {
    uint64_t time_ns, cpu_ns;
};

/* What the fleet knows, while it is there; the outputs have their own summary (outputs.h). */
void summary_tell(const struct fleet *fleet, const struct watch *watch,
                  const struct outputs *outputs, struct summary_start start, uint64_t now);

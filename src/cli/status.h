/*
 * status: the live line that a person sees on a terminal while a fleet is polled.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "snmpfleet/fleet.h"

struct status {
    bool is_shown;                /* somebody looks at it */
    uint64_t shown_ns, next_ns;
    struct fleet_stats shown;     /* at the time of the last line */
    uint64_t cpu_shown_ns;
};

/* @is_wanted: it is neither switched off nor in the way of rows on the same terminal. */
void status_init(struct status *s, bool is_wanted, uint64_t now);

/* Redraw the line if it is time. */
void status_show(struct status *s, const struct fleet *fleet, uint64_t now);

/* When status_show wants to be called again; UINT64_MAX: never. */
uint64_t status_deadline_ns(const struct status *s);

/* CPU time of the process so far, in nanoseconds. */
uint64_t status_cpu_ns(void);

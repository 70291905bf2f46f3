/*
 * status: what a person sees while a fleet is polled: a live line on a terminal, the first
 * failures, and a summary at the end. All of it goes to stderr.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "snmpfleet/fleet.h"

struct status {
    bool quiet, terminal, line_shown;
    bool tell_failures;           /* each failed poll, the first few (--once) */
    uint32_t failures_told, failures;
    uint32_t notices_told, notices;
    uint64_t started_ns, shown_ns, next_ns;
    uint64_t cpu_started_ns;
    struct fleet_stats shown;     /* at the time of the last line */
    uint64_t cpu_shown_ns;
};

void status_init(struct status *s, bool quiet, bool tell_failures, uint64_t now);

/* Note a report; a failed one may be told. */
void status_report(struct status *s, const struct fleet_report *report);

/* Tell what was noticed of a target, the first few times. */
void status_notice(struct status *s, const struct fleet_target *target, const char *text);

/* Redraw the line if it is time. */
void status_show(struct status *s, const struct fleet *fleet, uint64_t now);

/* When status_show wants to be called again; UINT64_MAX: never. */
uint64_t status_deadline_ns(const struct status *s);

/* Take the line away, before other text goes to stderr. */
void status_clear(struct status *s);

/* The last word: nothing is shown after it. */
void status_summary(struct status *s, const struct fleet *fleet, uint64_t now);

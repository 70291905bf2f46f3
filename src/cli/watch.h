/*
 * watch: how the devices of a run are doing, by their reports, and what is told of it.
 *
 * On a schedule a change is told once: a target is silent, answers again, or its polls of a module
 * end with another reason than before. With --once each failed poll is told. Either is bounded by
 * the log. What is kept is kept only of targets that failed, WATCH_MAX of them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/fleet.h"

enum { WATCH_MAX = 1 << 20, WATCH_WORST = 10 };

struct watch_entry;

struct watch {
    bool is_once, is_quiet;
    struct watch_entry *entries;  /* by hash; NULL: nothing failed yet */
    size_t count, capacity;
    bool is_full;                 /* and told to be */
    uint64_t polls, failed;       /* reported, and of them not `ok` */
    int64_t lag_max_ns;           /* the longest that a poll began later than due */
    uint32_t targets_failed;      /* with a failed poll at least */
};

/* @is_quiet: nothing is told. */
void watch_init(struct watch *w, bool is_once, bool is_quiet);
void watch_deinit(struct watch *w);

/* Take a report, and tell what is new about it. */
void watch_report(struct watch *w, const struct fleet_report *report);

/* A target of which the most polls failed. */
struct watch_worst {
    uint32_t target;              /* its number, which may be another's by now */
    uint32_t failures;
    enum fleet_reason reason;     /* of the last one */
};

/* The worst first; returns how many there are. */
size_t watch_worst(const struct watch *w, struct watch_worst worst[static WATCH_WORST]);

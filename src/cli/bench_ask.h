/*
 * bench_ask: what `snmpfleet bench` asks: OIDs, or the objects of a module, as questions of each
 * kind that has a weight.
 */
#pragma once

#include "cli/bench_options.h"

struct bench_ask {
    struct bench_plan *plan;       /* gets the questions */
    const struct bench_options *options;
    struct fleet_mib *mib;         /* borrowed */
    void **memory;                 /* all that was made; owned */
    size_t memory_count;
    struct fleet_varbind *gets, *nexts, *sets;  /* one for each object of its kind */
    size_t get_count, next_count, set_count;
    struct bench_question *walks;
    size_t walk_count;
    bool is_own_value[FLEET_VARBINDS_MAX];  /* of sets: the agent's own value is to be set */
};

/* The names are looked up in @mib. 0, -ENOMEM, or an enum fleet_error that was told. */
int bench_ask_make(struct bench_ask *a, const struct bench_options *options,
                   struct bench_plan *plan, struct fleet *fleet, struct fleet_mib *mib);
/* The values of .sets have become known: its questions anew. 0 or -ENOMEM. */
int bench_ask_set_values(struct bench_ask *a);
void bench_ask_free(struct bench_ask *a);

/*
 * plan: what a benchmark asks, of whom, and how hard. Made by the program, read by run.h; nothing
 * in it changes while it runs, and all it points at outlives the run.
 */
#pragma once

#include "bench/result.h"
#include "snmpfleet/request.h"

/* One request that can be asked. */
struct bench_question {
    const struct fleet_varbind *varbinds;  /* of get, getnext, getbulk and set */
    size_t count;
    const char *root;                      /* of a walk: a numeric OID; */
    const struct fleet_table *table;       /* or a table, with numeric OIDs of its columns */
};

struct bench_questions {
    const struct bench_question *list;     /* asked one after the other, again and again */
    size_t count;
};

struct bench_plan {
    const uint32_t *targets;               /* numbers of the fleet's */
    size_t target_count;
    struct bench_questions questions[BENCH_KINDS];  /* of each kind that has a weight; an agent of
                                              v1 is asked by GETNEXT instead of GETBULK */
    uint32_t weights[BENCH_KINDS];
    bool is_closed;
    double rate, rate_end;                 /* requests a second to each agent */
    uint32_t burst;                        /* planned for one moment; 0: each for its own */
    uint32_t concurrency;                  /* closed: open requests to each agent */
    uint64_t requests;                     /* all agents together; 0: no limit */
    uint64_t duration_ns;                  /* of the measured time */
    uint64_t warmup_ns;
    uint64_t timeout_ns;                   /* of each attempt */
    uint32_t retries;
    uint32_t repetitions;
    uint32_t open_max;                     /* requests open at once, all agents together */
    uint64_t sample_ns;                    /* between two looks at each agent; 0: none */
    uint64_t spin_ns;                      /* before a planned moment the loop waits without
                                              sleeping */
};

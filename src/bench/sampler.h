/*
 * sampler: looks at the agents themselves during a run: sysUpTime and how busy their processors
 * are (gauge.h). Its requests are few and count in no figure of the load.
 */
#pragma once

#include "bench/gauge.h"
#include "bench/result.h"
#include "snmpfleet/fleet.h"

enum { SAMPLER_AGENTS_MAX = 256 };  /* of more, the first ones are looked at */

struct sampler;

struct sampler_agent {
    struct sampler *sampler;
    struct gauge gauge;
    uint32_t index;             /* in result.agents */
    uint32_t target;
    bool is_asked;              /* a question is under way */
    double cpu_sum;
    uint32_t cpu_count;
};

struct sampler {
    struct fleet *fleet;
    struct bench_result *result;
    struct sampler_agent *agents;
    size_t agent_count;
    uint32_t open;              /* questions under way */
    uint64_t timeout_ns;
    uint64_t interval_ns;       /* 0: nothing is looked at */
    uint64_t next_ns;
    uint64_t begin_ns;          /* of the measured time */
};

/*
 * The agents of @result are @targets; those that are not @heard (NULL: all are) are left alone. 0
 * or -ENOMEM.
 */
int sampler_init(struct sampler *s, struct fleet *fleet, struct bench_result *result,
                 const uint32_t *targets, const bool *heard, uint64_t interval_ns,
                 uint64_t timeout_ns);
void sampler_deinit(struct sampler *s);

/* Find out what the agents have; .open falls to 0 when it is known. */
void sampler_probe(struct sampler *s);

/* Look again where it is time: to be called when .next_ns has come. */
void sampler_step(struct sampler *s, uint64_t now);

/* The means of each agent, into the result. */
void sampler_finish(struct sampler *s);

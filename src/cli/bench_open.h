/*
 * bench_open: the fleet of `snmpfleet bench` with its targets, and the names of what it asks.
 */
#pragma once

#include "bench/result.h"
#include "cli/bench_options.h"
#include "snmpfleet/fleet.h"

struct bench_targets {
    struct fleet *fleet;
    struct fleet_mib *mib;         /* that names are looked up in; of the settings */
    uint32_t *numbers;             /* of the fleet's targets, in the order in which they were
                                      read */
    size_t count;
};

/*
 * 0 or the exit code, told. The targets' own windows, rates and gaps do not count: the load is what
 * the command line says.
 */
int bench_open(struct bench_options *options, struct bench_targets *ret_targets);
void bench_close(struct bench_targets *targets);

/* The agents of a result, in the order of the targets. 0 or -ENOMEM. */
int bench_name_agents(const struct bench_targets *targets, struct bench_result *result);

/* Facts of the run that are known before it: id, machine, command, version of SNMP. 0 or -errno. */
int bench_fill_facts(const struct bench_options *options, const struct bench_targets *targets,
                     struct bench_result *result);

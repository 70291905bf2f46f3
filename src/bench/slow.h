/*
 * slow: which objects of an agent take it long, by asking for each alone.
 *
 *     slow_walk       all objects of subtrees, from name to name by GETNEXT
 *     slow_columns    columns of tables, some rows at a time by GETBULK, over v1 one by GETNEXT
 *     slow_objects    single instances, by GET
 *
 * Beside each question comes one for sysUpTime.0, whose time is taken off, so that the way to the
 * agent does not count (costs.h). Questions go one after the other, and the agent has rest between
 * them: `gap_ns`, and three times as long as the last answer took, so that it is busy with them for
 * a quarter of the time at the most.
 */
#pragma once

#include "bench/costs.h"
#include "bench/hooks.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/request.h"

struct slow_options {
    uint32_t target;
    uint64_t timeout_ns;
    uint64_t gap_ns;            /* from an answer to the next question, at least; see above */
    uint64_t time_max_ns;       /* for the whole; what was measured until then counts */
    uint32_t rounds;            /* times that a column or an object is asked for */
    uint32_t repetitions;       /* of GETBULK */
    uint32_t objects_max;       /* of a walk */
};

struct slow_summary {
    uint64_t objects;           /* that were asked for */
    uint64_t lost;              /* questions without an answer */
    bool is_cut;                /* the time or the number of objects was over */
};

/* The usual: 5 rounds, 10 repetitions, 20,000 objects, 10 minutes. */
struct slow_options slow_options_usual(uint32_t target);

/*
 * The costs go to @costs. @oids are encoded names: roots, columns, instances. 0, a fatal -errno, or
 * -ECANCELED: the hooks say that it shall end; what was measured is there.
 */
int slow_walk(struct fleet *fleet, const struct bench_hooks *hooks,
              const struct slow_options *options, const struct fleet_varbind *oids, size_t count,
              struct costs *costs, struct slow_summary *ret_summary);
int slow_columns(struct fleet *fleet, const struct bench_hooks *hooks,
                 const struct slow_options *options, const struct fleet_varbind *oids,
                 size_t count, struct costs *costs, struct slow_summary *ret_summary);
int slow_objects(struct fleet *fleet, const struct bench_hooks *hooks,
                 const struct slow_options *options, const struct fleet_varbind *oids,
                 size_t count, struct costs *costs, struct slow_summary *ret_summary);

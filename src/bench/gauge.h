/*
 * gauge: how busy an agent says its processor is, by the objects that it happens to have. Pure.
 *
 * What is tried, in this order, is the table of gauge_sources: counters of ticks, percentages for
 * a few seconds, then for a minute. It is found out by one GETNEXT for all of them:
 *
 *     count = gauge_probe(varbinds)              ask them by GETNEXT
 *     gauge_found(&g, varbinds of the answer)    which source it has; instances of columns follow
 *     gauge_add(&g, oid) for each more instance, by a walk from gauge_root()
 *     count = gauge_question(&g, varbinds)       a GET: sysUpTime, and what the source needs
 *     gauge_read(&g, varbinds of the answer, &reading)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/request.h"

enum {
    GAUGE_INSTANCES_MAX = 16,
    GAUGE_OID_BYTES = 64,
    GAUGE_SOURCES_MAX = 16,
};

struct gauge_oid {
    uint8_t bytes[GAUGE_OID_BYTES];
    size_t length;
};

struct gauge {
    int source;                 /* index in the table; -1: none is known */
    struct gauge_oid instances[GAUGE_INSTANCES_MAX];
    size_t instance_count;
    bool has_ticks;             /* of the reading before: */
    uint64_t busy_ticks, idle_ticks;
    bool has_uptime;
    uint32_t uptime_ticks;
    uint32_t restarts;          /* times that sysUpTime went back */
};

struct gauge_reading {
    bool has_uptime;
    uint32_t uptime_ticks;      /* hundredths of a second */
    bool has_restarted;         /* since the reading before */
    double cpu_percent;         /* NAN: not known */
};

#define GAUGE_NULL ((struct gauge){ .source = -1 })

/* The names of all sources, to be asked for by GETNEXT; how many. They live for ever. */
size_t gauge_probe(struct fleet_varbind varbinds[static GAUGE_SOURCES_MAX]);

/* What that GETNEXT gave. */
void gauge_found(struct gauge *g, const struct fleet_varbind *varbinds, size_t count);

/* "HOST-RESOURCES-MIB::hrProcessorLoad"; NULL: there is no source. */
const char *gauge_name(const struct gauge *g);

/* Are the instances of its source those of a column, to be found by a walk? Its OID as text. */
const char *gauge_root(const struct gauge *g);
void gauge_add(struct gauge *g, const struct fleet_varbind *instance);

size_t gauge_question(const struct gauge *g,
                      struct fleet_varbind varbinds[static 1 + GAUGE_INSTANCES_MAX]);

/* What that GET gave. */
void gauge_read(struct gauge *g, const struct fleet_varbind *varbinds, size_t count,
                struct gauge_reading *ret_reading);

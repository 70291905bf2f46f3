/*
 * snmpfleet/learnt.h: what a fleet has learnt of a target, to be kept over a restart: then the
 * SNMPv3 engine need not be discovered again, walks start with the repetitions that suit the agent,
 * and time-outs with its round trip. There is no secret in it.
 */
#ifndef SNMPFLEET_LEARNT_H
#define SNMPFLEET_LEARNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/auth.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct fleet;

struct fleet_learnt_module {
    const char *module;
    const uint8_t *repetitions;  /* by group of columns that are asked together; 0: not known */
    size_t count;
};

struct fleet_learnt {
    const char *name;            /* of the target */
    const char *host;            /* that it was learnt from: numeric, or the host name given */
    uint16_t port;
    uint8_t engine_id_length;    /* 0: none, or nothing was believed of it */
    uint8_t engine_id[FLEET_ENGINE_ID_MAX];
    bool has_clock;              /* boots and time are authentic */
    uint32_t engine_boots, engine_time;
    int64_t unix_ns;             /* Unix time at which engine_time was right */
    uint32_t srtt_us, rttvar_us; /* RFC 6298; srtt 0: not known */
    const struct fleet_learnt_module *modules;
    size_t module_count;
};

/*
 * What is known of @target; borrowed until the next call or the next step. FLEET_E_UNKNOWN: no such
 * target.
 */
int fleet_learnt_get(struct fleet *fleet, uint32_t target, struct fleet_learnt *ret_learnt);

/*
 * Give it back after a restart, before the first step. A part that does not fit (another host or
 * port, another engine than the pinned one, a module that has changed) is left out.
 * FLEET_E_UNKNOWN: no target of that name.
 */
int fleet_learnt_set(struct fleet *fleet, const struct fleet_learnt *learnt);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

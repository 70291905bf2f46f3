/*
 * agent: the answer of one of many simulated agents to one datagram. No socket, no clock: bytes in,
 * bytes out, `now` an argument. Speaks SNMPv1, v2c and v3 (RFC 1157, RFC 3416, RFC 3414): GET,
 * GETNEXT, GETBULK and SET.
 *
 * An agent is a number. What it plays follows from the number (devices.h), live values from number
 * and time (switch.h); only what SETs have changed is stored.
 */
#pragma once

#include "sim/devices.h"
#include "sim/overlay.h"
#include "sim/authority.h"
#include "sim/service.h"

enum {
    AGENT_REPLY_MAX = 65507,       /* what an UDP datagram over IPv4 can carry */
    AGENT_BUFFER = 65536,          /* room for an answer */
    AGENT_VARBINDS_MAX = 8192,     /* in a request; with more it is malformed */
    AGENT_LOOP_BACK = 10,          /* how far the fault `loop` goes back */
};

struct agents_stats {
    uint64_t requests, replies;
    uint64_t errors;           /* replies with an error-status */
    uint64_t varbinds;         /* in replies */
    uint64_t malformed;        /* no SNMP message */
    uint64_t unsupported;      /* PDUs that no agent answers, security models but USM */
    uint64_t wrong_community;
    uint64_t v3;               /* requests of SNMPv3 */
    uint64_t reports[AUTHORITY_REPORTS];  /* causes of Reports; counted even when none was wanted */
};

struct agents_options {
    const struct devices *devices;
    uint32_t count;                               /* of agents, as far as known: how many keys of
                                                     SNMPv3 are remembered depends on it */
    struct span read_community, write_community;  /* borrowed; the latter reads as well */
    const struct users *users;                    /* borrowed; NULL: SNMPv3 is unsupported */
    uint32_t reply_max;                           /* longest reply; 0: AGENT_REPLY_MAX */
    uint64_t seed;
    uint64_t started;                             /* `now` at the start */
};

struct agents;

int agents_new(struct agents **ret_agents, const struct agents_options *options);
void agents_free(struct agents *a);
struct agents_stats *agents_stats(struct agents *a);

struct agent_request {
    uint32_t agent;
    struct span datagram;
    uint64_t now;
    uint32_t too_big_above;  /* fault: a longer reply becomes tooBig, GETBULK's too; 0: none */
    uint32_t loop_after;     /* fault: what follows each n-th object of the MIB is AGENT_LOOP_BACK
                                before it; 0: none */
    struct agent_engine_faults engine;
    const struct service *service;  /* whose load its processors have; NULL: none */
    uint64_t *ret_objects_ns;       /* with .service: what the objects of the answer cost */
};

/*
 * The length of the answer in @ret_bytes; 0: silence, counted in agents_stats. A user may read and
 * set, but only at the highest level that its protocols allow: below there is authorizationError.
 */
uint32_t agent_answer(struct agents *a, const struct agent_request *request,
                      uint8_t ret_bytes[static AGENT_BUFFER]);

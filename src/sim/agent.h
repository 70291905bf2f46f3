/*
 * agent: the answer of one of many simulated agents to one datagram. No socket, no clock: bytes in,
 * bytes out, `now` an argument. Speaks SNMPv1 and SNMPv2c (RFC 1157, RFC 3416): GET, GETNEXT,
 * GETBULK and SET.
 *
 * An agent is a number. What it plays follows from the number (devices.h), live values from number
 * and time (switch.h); only what SETs have changed is stored.
 */
#pragma once

#include "sim/devices.h"
#include "sim/overlay.h"

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
    uint64_t unsupported;      /* SNMPv3, and PDUs that no agent answers */
    uint64_t wrong_community;
};

struct agents_options {
    const struct devices *devices;
    struct span read_community, write_community;  /* borrowed; the latter reads as well */
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
};

/* The length of the answer in @ret_bytes; 0: silence, counted in agents_stats. */
uint32_t agent_answer(struct agents *a, const struct agent_request *request,
                      uint8_t ret_bytes[static AGENT_BUFFER]);

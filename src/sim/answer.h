/*
 * answer: the work on one request, shared by agent.c and agent_set.c.
 */
#pragma once

#include "sim/agent.h"
#include "sim/switch.h"
#include "wire/message.h"

/* All headers of a reply but version and community: three sequences, three integers. */
enum { ANSWER_HEADERS_MAX = 32 };

/* A varbind of the request, and where the walk of its column is. */
struct asked {
    struct span oid;           /* asked for, or given last */
    struct fleet_value value;
    struct span whole;         /* the varbind as it came */
    uint32_t next;             /* the object given last */
    bool is_under_way;         /* `next` is one */
};

struct agents {
    struct agents_options options;
    struct agents_stats stats;
    struct overlay overlay;
    struct asked asked[AGENT_VARBINDS_MAX];  /* of the request being answered */
};

struct answer {
    struct agents *agents;
    const struct agent_request *request;
    struct message message;
    struct span community_header;      /* version and community as they came */
    const struct recording *recording;
    struct asked *asked;
    uint32_t count;                    /* of varbinds asked */
    uint32_t put;                      /* varbinds in the reply */
    bool is_v1, is_switch, may_write;
    int32_t error_status, error_index;
    struct switch_state live;
    uint8_t *start, *at, *limit;       /* of the reply's varbinds; `limit` leaves room for the wide
                                          stores of switch_write */
};

/* SET: all or nothing (RFC 3416 section 4.2.5). Sets error_status and error_index. */
void answer_set(struct answer *r);

/*
 * answer: the work on one request, shared by agent.c, agent_set.c and agent_v3.c.
 */
#pragma once

#include "sim/agent.h"
#include "sim/switch.h"

/* All headers of a v1 or v2c reply but version and community: three sequences, three integers. */
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
    struct authority *authority;              /* NULL until the first message of SNMPv3 */
    struct asked asked[AGENT_VARBINDS_MAX];  /* of the request being answered */
};

struct answer {
    struct agents *agents;
    const struct agent_request *request;
    struct incoming in;                /* without SNMPv3: only the message */
    struct span community_header;      /* v1, v2c: version and community as they came */
    const struct recording *recording;
    struct asked *asked;
    uint32_t count;                    /* of varbinds asked */
    uint32_t put;                      /* varbinds in the reply */
    bool is_v1, is_v3, is_switch, may_write;
    int32_t error_status, error_index;
    struct switch_state live;
    uint8_t *start, *at, *limit;       /* of the reply's varbinds; `limit` leaves room for the wide
                                          stores of switch_write */
};

/* What @d shows in the context @name; NULL: there is no such context. */
const struct recording *agent_context(const struct device *d, struct span name);

/*
 * SNMPv3: find out what the message of @r means. True: it is a request to be worked on, or with
 * error_status set one to be refused. False: it is done with; *ret_length octets of a Report are in
 * @ret_bytes, or none.
 */
bool answer_open_v3(struct answer *r, uint8_t ret_bytes[static AGENT_BUFFER], uint32_t *ret_length);

/* @pdu and the headers of SNMPv3 in front of the varbinds written; all moved to @ret_bytes. */
uint32_t answer_wrap_v3(const struct answer *r, const struct pdu *pdu, uint8_t *ret_bytes);

/* SET: all or nothing (RFC 3416 section 4.2.5). Sets error_status and error_index. */
void answer_set(struct answer *r);

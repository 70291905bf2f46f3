/*
 * snmpfleet/target.h: an agent as we poll it.
 */
#ifndef SNMPFLEET_TARGET_H
#define SNMPFLEET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/auth.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* From which address a reply is believed. */
enum fleet_reply_from {
    FLEET_REPLY_STRICT = 0,  /* only from the address and port that were asked */
    FLEET_REPLY_ANY,         /* from any: routers that answer from another interface */
};

/* Of which family the addresses of a host name are that count. */
enum fleet_family { FLEET_FAMILY_ANY = 0, FLEET_IP4 = 4, FLEET_IP6 = 6 };

/* Which community a reply of v1 and v2c is believed with. */
enum fleet_reply_community {
    FLEET_REPLY_COMMUNITY_STRICT = 0,  /* only with the one that was sent */
    FLEET_REPLY_COMMUNITY_ANY,         /* with any: agents that leave it empty in their answers */
};

struct fleet_tag {
    const char *name, *value;
};

/* A duration that never ends. Durations that reach beyond the end of time end there. */
#define FLEET_NO_DEADLINE UINT64_MAX

/* Everything is copied; zero means the default given here. */
struct fleet_target_options {
    const char *name;         /* unique in the fleet; default: the host as given */
    const char *host;         /* IPv4 or IPv6 address, or a host name that is resolved while the
                                 fleet runs */
    uint16_t port;            /* 161 */
    enum fleet_family family; /* of a host name's addresses: both, tried in turn */
    uint32_t auth;            /* number that fleet_auth_set gave; 0: version and community */
    enum fleet_version version;  /* v1 or v2c */
    const char *community;    /* "public"; at most 255 bytes */
    bool detect_version;      /* find out which version it speaks: 3 where `auth` is one of it, then
                                 2c and 1 with `community`. While it was never heard, silence
                                 leads to the next one, in the same poll or operation; what is
                                 heard first stays until the target is set anew. `version` is not
                                 given. A GETBULK to one of v1 is a GETNEXT */
    const char *context;      /* of v3, instead of the auth's */
    const uint8_t *engine_id; /* of v3, pinned, instead of the auth's */
    size_t engine_id_length;
    enum fleet_reply_from reply_from;
    enum fleet_reply_community reply_community;
    int32_t retries;          /* attempts after the first; 0: 3, -1: none */
    uint64_t timeout_ns;      /* longest wait for one attempt: 1 s */
    uint64_t interval_ns;     /* 0: the module's */
    uint64_t deadline_ns;     /* longest a poll may take: its interval; FLEET_NO_DEADLINE: for
                                 ever */
    uint64_t gap_ns;          /* least time between two requests: none */
    uint32_t rate;            /* most requests a second: no limit */
    uint32_t window;          /* requests in flight at once: 2 */
    uint32_t max_repetitions; /* most repetitions a GETBULK may ask for: learnt, at most 127 */
    uint32_t varbinds_max;    /* most varbinds that a poll takes, which then ends as partial: 10
                                 million */
    const struct fleet_tag *tags;
    size_t tag_count;
    const uint32_t *modules;  /* numbers that fleet_module_add gave */
    size_t module_count;
};

/* A target as rows and reports name it; lives until the target is removed or changed. */
struct fleet_target {
    uint32_t number;          /* stable while the target exists */
    const char *name;
    const char *address;      /* numeric, without port; the host as given while it is not
                                 resolved */
    const struct fleet_tag *tags;  /* sorted by name (bytes) */
    size_t tag_count;
};

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

/*
 * auth: a credential as the engine uses it, shared by all targets that have the same. v1 and v2c:
 * version and community as they stand in each message. v3: a user (usm/user.h).
 *
 * Auths never change. One that is named is found by name and number; when the name is given to
 * another content, the old one stays until its last target has left it.
 */
#pragma once

#include "usm/user.h"
#include "wire/message.h"

struct engine;

struct auth {
    struct auth *next;
    uint32_t users;             /* targets, and one for its name */
    uint32_t number;            /* 0: it was never named */
    char *name;                 /* NULL: it has none, or another auth has taken it */
    int32_t version;            /* enum message_version */
    struct usm_user *user;      /* of v3 */
    uint16_t header_length;
    uint16_t community_length;
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];  /* ends with the community */
};

static inline struct span auth_community(const struct auth *a) {
    return span_of(a->header + a->header_length - a->community_length, a->community_length);
}

/*
 * The auth of @number, or for 0 of version and community (NULL: "public"), with one more user. 0,
 * -ENOMEM or FLEET_E_UNKNOWN.
 */
int auth_get(struct engine *e, uint32_t number, int32_t version, const char *community,
             struct auth **ret_auth);
void auth_put(struct engine *e, struct auth *a);

/* Names let go of their auths; targets have done so before. */
void auths_deinit(struct engine *e);

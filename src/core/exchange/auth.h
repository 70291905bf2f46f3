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

struct auth {
    struct auth *next;          /* in the list of all */
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

struct auths {
    struct usm *usm;            /* the exchange's */
    struct auth *all;
    struct auth **named;        /* by number - 1; NULL where there is none */
    uint32_t bound;
};

void auths_init(struct auths *auths, struct usm *usm);

/* Names let go of their auths; who uses one has given it back before. */
void auths_deinit(struct auths *auths);

/*
 * The auth of @number, or for 0 of version and community (NULL: "public"), with one more user. 0,
 * -ENOMEM or FLEET_E_UNKNOWN.
 */
int auths_get(struct auths *auths, uint32_t number, int32_t version, const char *community,
              struct auth **ret_auth);

/* One user less; with the last of them it is wiped and freed. NULL is fine. */
void auths_put(struct auths *auths, struct auth *a);

/* The functions of fleet.h about auths. */
int auths_set(struct auths *auths, const struct fleet_auth_options *options, uint32_t *ret_auth,
              const char **ret_why);
int auths_remove(struct auths *auths, uint32_t number);
int auths_find(const struct auths *auths, const char *name, uint32_t *ret_number);
const char *auths_name(const struct auths *auths, uint32_t number);

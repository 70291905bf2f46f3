/*
 * auth: a credential as the engine uses it, shared by all targets that have the same. v1 and v2c:
 * version and community as they stand in each message. v3: a user (usm/user.h).
 *
 * Auths never change. One that is named is found by name and number; when the name is given to
 * another content, the old one stays until its last target has left it.
 */
#pragma once

#include "base/list.h"
#include "base/siphash.h"
#include "usm/user.h"
#include "wire/message.h"

/* What an auth is found by: a community by its content, one with a name by that. */
enum auth_table { AUTH_BY_CONTENT, AUTH_BY_NAME, AUTH_TABLES };

/* Its place in a table; next_at NULL: in none. */
struct auth_place {
    struct auth *next;
    struct auth **next_at;      /* address of the pointer to this auth */
    uint64_t hash;
};

struct auth {
    struct list link;           /* in the list of all */
    struct auth_place places[AUTH_TABLES];
    uint32_t users;             /* targets, and one for its name */
    uint32_t number;            /* 0: it was never named */
    char *name;                 /* NULL: it has none, or another auth has taken it */
    int32_t version;            /* enum message_version */
    struct usm_user *user;      /* of v3 */
    uint16_t header_length;
    uint16_t community_length;
    uint8_t header[];           /* of messages of v1 and v2c; ends with the community */
};

static inline struct span auth_community(const struct auth *a) {
    return span_of(a->header + a->header_length - a->community_length, a->community_length);
}

struct auths {
    struct usm *usm;            /* the vault's */
    struct siphash_key key;     /* of the tables */
    struct list all;
    struct auth **heads[AUTH_TABLES];  /* masks[i] + 1 buckets; NULL while it is empty */
    uint32_t masks[AUTH_TABLES], counts[AUTH_TABLES];
    struct auth **named;        /* by number - 1; NULL where there is none */
    uint32_t bound, room;
    uint32_t first_free;        /* numbers up to it are taken */
};

void auths_init(struct auths *auths, struct usm *usm, const struct siphash_key *key);

/* Wipe and free all auths. Who uses one has given it back before. */
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

/*
 * user: what an auth of version 3 says, made ready: user, protocols, keys by their stage, contexts.
 */
#pragma once

#include "usm/usm.h"

struct usm_user {
    uint8_t flags;             /* of its messages: MESSAGE_FLAG_AUTH, MESSAGE_FLAG_PRIV */
    uint8_t auth_protocol, priv_protocol;   /* enum fleet_..._protocol; NONE below its level */
    uint8_t auth_stage, priv_stage;               /* enum fleet_key_stage: MASTER or LOCALIZED */
    uint8_t name_length, context_engine_id_length, engine_id_length;
    uint8_t context_length;
    uint8_t name[FLEET_USER_MAX];
    uint8_t context_engine_id[FLEET_ENGINE_ID_MAX];
    uint8_t engine_id[FLEET_ENGINE_ID_MAX];       /* pinned; length 0: none */
    struct usm_master_key auth_master, priv_master;
    struct usm_localized_key auth_localized, priv_localized;
    char context[FLEET_CONTEXT_MAX + 1];
};

/* What can be an SnmpEngineID (RFC 3411 section 5): 5 to 32 octets. */
static inline bool usm_is_engine_id(struct span id) {
    return id.bytes != NULL && id.length >= FLEET_ENGINE_ID_MIN && id.length <= FLEET_ENGINE_ID_MAX;
}

/* The localized keys of a user on one engine. */
struct usm_keys {
    struct usm_localized_key auth, priv;
};

/*
 * Make @ret_user of options that fleet_auth_check has nothing against. 0, or FLEET_E_UNSUPPORTED
 * with *ret_why, or -ENOMEM. Two users of the same options are the same as memory.
 */
int usm_user_init(struct usm_user *ret_user, struct usm *u,
                  const struct fleet_auth_options *options, const char **ret_why);

/* The keys of @user on the engine @engine_id. False: out of memory. */
bool usm_user_localize(const struct usm_user *user, struct usm *u, struct span engine_id,
                       struct usm_keys *ret_keys);

/* Does that cost a passphrase's hashing for every engine (Reeder's extension of a short digest)? */
bool usm_user_is_costly(const struct usm_user *user);

/* user: see user.h. */
#include "usm/user.h"

#include <errno.h>
#include <string.h>

#include "wire/message.h"

static uint8_t copy_octets(uint8_t *to, const void *from, size_t length) {
    if (length > 0) memcpy(to, from, length);
    return (uint8_t)length;
}

/* A key as it was given, by its stage; a passphrase becomes a master key. 0 or -ENOMEM. */
static int user_take_key(struct usm *u, enum fleet_auth_protocol protocol,
                         const struct fleet_key *key, struct usm_master_key *master,
                         struct usm_localized_key *localized, uint8_t *ret_stage) {
    *ret_stage = FLEET_KEY_MASTER;
    switch (key->stage) {
    case FLEET_KEY_PASSPHRASE:
        return usm_master_key(u, protocol, span_of(key->bytes, key->length), master) ? 0 : -ENOMEM;
    case FLEET_KEY_LOCALIZED:
        localized->length = copy_octets(localized->bytes, key->bytes, key->length);
        *ret_stage = FLEET_KEY_LOCALIZED;
        return 0;
    default: master->length = copy_octets(master->bytes, key->bytes, key->length); return 0;
    }
}

int usm_user_init(struct usm_user *user, struct usm *u, const struct fleet_auth_options *o,
                  const char **ret_why) {
    memset(user, 0, sizeof(*user));
    enum fleet_level level = o->level;
    if (level == FLEET_LEVEL_DEFAULT) {
        level = o->priv_protocol != FLEET_PRIV_NONE   ? FLEET_AUTH_PRIV
                : o->auth_protocol != FLEET_AUTH_NONE ? FLEET_AUTH_NO_PRIV
                                                      : FLEET_NO_AUTH_NO_PRIV;
    }
    user->name_length = copy_octets(user->name, o->user, strlen(o->user));
    user->context_engine_id_length =
        copy_octets(user->context_engine_id, o->context_engine_id, o->context_engine_id_length);
    user->engine_id_length = copy_octets(user->engine_id, o->engine_id, o->engine_id_length);
    if (o->context != NULL)
        user->context_length = copy_octets((uint8_t *)user->context, o->context,
                                           strlen(o->context));
    if (level >= FLEET_AUTH_NO_PRIV) {
        int error = usm_need_auth(u, o->auth_protocol, ret_why);
        if (error != 0) return error;
        user->flags |= MESSAGE_FLAG_AUTH;
        user->auth_protocol = (uint8_t)o->auth_protocol;
        error = user_take_key(u, o->auth_protocol, &o->auth_key, &user->auth_master,
                              &user->auth_localized, &user->auth_stage);
        if (error != 0) return error;
    }
    if (level == FLEET_AUTH_PRIV) {
        int error = usm_need_priv(u, o->priv_protocol, ret_why);
        if (error != 0) return error;
        user->flags |= MESSAGE_FLAG_PRIV;
        user->priv_protocol = (uint8_t)o->priv_protocol;
        error = user_take_key(u, o->auth_protocol, &o->priv_key, &user->priv_master,
                              &user->priv_localized, &user->priv_stage);
        if (error != 0) return error;
    }
    return 0;
}

bool usm_user_localize(const struct usm_user *user, struct usm *u, struct span engine_id,
                       struct usm_keys *ret_keys) {
    enum fleet_auth_protocol protocol = user->auth_protocol;
    bool good = true;
    *ret_keys = (struct usm_keys){ .auth = user->auth_localized, .priv = user->priv_localized };
    if ((user->flags & MESSAGE_FLAG_AUTH) != 0 && user->auth_stage == FLEET_KEY_MASTER)
        good = usm_localize_auth(u, protocol, &user->auth_master, engine_id, &ret_keys->auth);
    if (good && (user->flags & MESSAGE_FLAG_PRIV) != 0 && user->priv_stage == FLEET_KEY_MASTER)
        good = usm_localize_priv(u, protocol, user->priv_protocol, &user->priv_master, engine_id,
                                 &ret_keys->priv);
    return good;
}

bool usm_user_is_costly(const struct usm_user *user) {
    const struct usm_priv_protocol *priv = &usm_priv_protocols[user->priv_protocol];
    return user->priv_stage == FLEET_KEY_MASTER && priv->extension == USM_EXTEND_REEDER &&
           usm_auth_protocols[user->auth_protocol].digest_length < priv->key_length;
}

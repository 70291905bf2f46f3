/*
 * check: what an auth needs to be usable, apart from what OpenSSL has.
 */
#include <string.h>

#include "usm/protocol.h"
#include "usm/user.h"

enum { COMMUNITY_MAX = 255, PASSPHRASE_MIN = 8, PASSPHRASE_MAX = 1024 };

static const char *check_community(const struct fleet_auth_options *o) {
    if (o->user != NULL || o->auth_key.stage != FLEET_KEY_NONE ||
        o->priv_key.stage != FLEET_KEY_NONE || o->auth_protocol != FLEET_AUTH_NONE ||
        o->priv_protocol != FLEET_PRIV_NONE || o->level != FLEET_LEVEL_DEFAULT ||
        o->context != NULL || o->context_engine_id_length > 0 || o->engine_id_length > 0)
        return "user, protocols, keys, context and engine IDs need version 3";
    if (o->community == NULL) return NULL;
    size_t length = strlen(o->community);
    if (length == 0) return "the community is empty";
    return length > COMMUNITY_MAX ? "a community has at most 255 bytes" : NULL;
}

/* RFC 3414 section 11.2: at least 8 characters. */
static const char *check_auth_key(const struct fleet_auth_options *o) {
    size_t digest = usm_auth_protocols[o->auth_protocol].digest_length;
    switch (o->auth_key.stage) {
    case FLEET_KEY_NONE:
        return "an authentication protocol needs a password or key";
    case FLEET_KEY_PASSPHRASE:
        if (o->auth_key.length < PASSPHRASE_MIN)
            return "the authentication password has less than 8 bytes (RFC 3414, 11.2)";
        return o->auth_key.length > PASSPHRASE_MAX
                   ? "the authentication password has more than 1024 bytes" : NULL;
    case FLEET_KEY_MASTER:
        return o->auth_key.length == digest
                   ? NULL : "the authentication master key is not as long as the digest";
    case FLEET_KEY_LOCALIZED:
        return o->auth_key.length == digest
                   ? NULL : "the localized authentication key is not as long as the digest";
    }
    return "no such kind of authentication key";
}

static const char *check_priv_key(const struct fleet_auth_options *o) {
    size_t digest = usm_auth_protocols[o->auth_protocol].digest_length;
    size_t needed = usm_priv_protocols[o->priv_protocol].key_length;
    switch (o->priv_key.stage) {
    case FLEET_KEY_NONE:
        return "a privacy protocol needs a password or key";
    case FLEET_KEY_PASSPHRASE:
        if (o->priv_key.length < PASSPHRASE_MIN)
            return "the privacy password has less than 8 bytes (RFC 3414, 11.2)";
        return o->priv_key.length > PASSPHRASE_MAX
                   ? "the privacy password has more than 1024 bytes" : NULL;
    case FLEET_KEY_MASTER:
        return o->priv_key.length == digest ? NULL
                                            : "the privacy master key is not as long as the "
                                              "authentication protocol's digest";
    case FLEET_KEY_LOCALIZED:
        if (o->priv_key.length > FLEET_KEY_MAX) return "the localized privacy key is too long";
        return o->priv_key.length >= needed
                   ? NULL : "the localized privacy key is shorter than its protocol needs";
    }
    return "no such kind of privacy key";
}

static const char *check_level(const struct fleet_auth_options *o) {
    bool has_auth = o->auth_protocol != FLEET_AUTH_NONE;
    bool has_priv = o->priv_protocol != FLEET_PRIV_NONE;
    if (!has_auth && o->auth_key.stage != FLEET_KEY_NONE)
        return "an authentication password or key needs an authentication protocol";
    if (!has_priv && o->priv_key.stage != FLEET_KEY_NONE)
        return "a privacy password or key needs a privacy protocol";
    if (has_priv && !has_auth) return "privacy needs authentication (RFC 3414, 1.4.3)";
    if (o->level >= FLEET_AUTH_NO_PRIV && !has_auth)
        return "this level needs an authentication protocol";
    if (o->level == FLEET_AUTH_PRIV && !has_priv) return "level authPriv needs a privacy protocol";
    return NULL;
}

static const char *check_user(const struct fleet_auth_options *o) {
    if (o->community != NULL) return "a community needs version 1 or 2c";
    if (o->user == NULL || *o->user == '\0') return "version 3 needs a user name";
    if (strlen(o->user) > FLEET_USER_MAX) return "a user name has at most 32 bytes";
    if ((unsigned)o->auth_protocol >= FLEET_AUTH_PROTOCOLS)
        return "no such authentication protocol";
    if ((unsigned)o->priv_protocol >= FLEET_PRIV_PROTOCOLS) return "no such privacy protocol";
    if ((unsigned)o->level > FLEET_AUTH_PRIV) return "no such security level";
    if (o->context != NULL && strlen(o->context) > FLEET_CONTEXT_MAX)
        return "a context name has at most 255 bytes";
    if (o->engine_id_length > 0 && !usm_is_engine_id(span_of(o->engine_id, o->engine_id_length)))
        return "an engine ID has 5 to 32 bytes (RFC 3411)";
    if (o->context_engine_id_length > 0 &&
        !usm_is_engine_id(span_of(o->context_engine_id, o->context_engine_id_length)))
        return "a context engine ID has 5 to 32 bytes (RFC 3411)";
    const char *wrong = check_level(o);
    if (wrong == NULL && o->auth_protocol != FLEET_AUTH_NONE) wrong = check_auth_key(o);
    if (wrong == NULL && o->priv_protocol != FLEET_PRIV_NONE) wrong = check_priv_key(o);
    return wrong;
}

const char *fleet_auth_check(const struct fleet_auth_options *o) {
    if (o->name == NULL || *o->name == '\0') return "an auth needs a name";
    if ((unsigned)o->version > FLEET_V3) return "no such version";
    return o->version == FLEET_V3 ? check_user(o) : check_community(o);
}

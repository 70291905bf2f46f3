/*
 * snmpfleet/auth.h: a named credential: version and community, or the user, protocols, keys and
 * context of SNMPv3's User-based Security Model (RFC 3414).
 */
#ifndef SNMPFLEET_AUTH_H
#define SNMPFLEET_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum fleet_version {
    FLEET_VERSION_DEFAULT = 0,  /* 2c */
    FLEET_V1 = 1,
    FLEET_V2C = 2,
    FLEET_V3 = 3,
};

enum fleet_auth_protocol {
    FLEET_AUTH_NONE = 0,
    FLEET_AUTH_MD5,     /* HMAC-MD5-96, RFC 3414 section 6 */
    FLEET_AUTH_SHA1,    /* HMAC-SHA-96, RFC 3414 section 7 */
    FLEET_AUTH_SHA224,  /* HMAC-128-SHA-224 and so on, RFC 7860 */
    FLEET_AUTH_SHA256,
    FLEET_AUTH_SHA384,
    FLEET_AUTH_SHA512,
    FLEET_AUTH_PROTOCOLS
};

/*
 * No RFC has AES-192 and AES-256. Agents differ in how a short localized key is made longer.
 * Without a suffix: Blumenthal's draft (Net-SNMP and most others). _REEDER: Reeder's (Cisco).
 */
enum fleet_priv_protocol {
    FLEET_PRIV_NONE = 0,
    FLEET_PRIV_DES,            /* CBC-DES, RFC 3414 section 8 */
    FLEET_PRIV_3DES,           /* 3DES-EDE, draft-reeder-snmpv3-usm-3desede */
    FLEET_PRIV_AES128,         /* CFB128-AES-128, RFC 3826 */
    FLEET_PRIV_AES192,
    FLEET_PRIV_AES256,
    FLEET_PRIV_AES192_REEDER,
    FLEET_PRIV_AES256_REEDER,
    FLEET_PRIV_PROTOCOLS
};

/*
 * The protocol of a name in any spelling that users paste, without regard to case, '-' and '_':
 * "SHA", "SHA1", "SHA-256", "HMAC-SHA-256", "usmHMAC192SHA256AuthProtocol"; "AES", "AES-256",
 * "AES256C", "AES-256-Cisco", "AES256-reeder", "AES-256-blumenthal", "none". False: unknown.
 */
bool fleet_auth_protocol_parse(const char *text, enum fleet_auth_protocol *ret_protocol);
bool fleet_priv_protocol_parse(const char *text, enum fleet_priv_protocol *ret_protocol);

/* "SHA-256", "AES256C"; as the parsing functions take them. "none" for no protocol. */
const char *fleet_auth_protocol_text(enum fleet_auth_protocol protocol);
const char *fleet_priv_protocol_text(enum fleet_priv_protocol protocol);

/* Security levels (RFC 3411 section 3.4.3). */
enum fleet_level {
    FLEET_LEVEL_DEFAULT = 0,   /* the highest that the protocols given allow */
    FLEET_NO_AUTH_NO_PRIV,
    FLEET_AUTH_NO_PRIV,
    FLEET_AUTH_PRIV,
};

/* The stages of a key (RFC 3414 section 2.6). */
enum fleet_key_stage {
    FLEET_KEY_NONE = 0,
    FLEET_KEY_PASSPHRASE,  /* at least 8 bytes */
    FLEET_KEY_MASTER,      /* Ku: as long as the digest of the authentication protocol */
    FLEET_KEY_LOCALIZED,   /* Kul: of one engine; a privacy key must be as long as its protocol
                              needs, or longer */
};

struct fleet_key {
    enum fleet_key_stage stage;
    const uint8_t *bytes;
    size_t length;
};

enum {
    FLEET_USER_MAX = 32,       /* bytes of a user name (RFC 3414 section 2.4) */
    FLEET_ENGINE_ID_MIN = 5, FLEET_ENGINE_ID_MAX = 32,  /* bytes of an engine ID (RFC 3411) */
    FLEET_CONTEXT_MAX = 255,   /* bytes of a context name; 32 in RFC 3411, more in the field */
    FLEET_KEY_MAX = 64,        /* bytes of a master or localized key */
};

/* Everything is copied; the caller wipes its own. Zero means the default given here. */
struct fleet_auth_options {
    const char *name;            /* needed */
    enum fleet_version version;
    const char *community;       /* v1, v2c: "public"; at most 255 bytes */
    const char *user;            /* v3: needed */
    enum fleet_level level;
    enum fleet_auth_protocol auth_protocol;
    enum fleet_priv_protocol priv_protocol;
    struct fleet_key auth_key, priv_key;
    const char *context;         /* "" */
    const uint8_t *context_engine_id;  /* the agent's own engine */
    size_t context_engine_id_length;
    const uint8_t *engine_id;    /* pinned: answers of other engines are refused; discovered */
    size_t engine_id_length;
};

/*
 * Are these options complete and without contradiction? NULL, or what is wrong: an English phrase
 * without secrets, static. fleet_auth_set checks the same.
 */
const char *fleet_auth_check(const struct fleet_auth_options *options);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

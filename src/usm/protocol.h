/*
 * protocol: the facts about USM's authentication and privacy protocols, and their names.
 */
#pragma once

#include <stdint.h>

#include "snmpfleet/auth.h"

enum {
    USM_DIGEST_MAX = 64, /* octets of a digest, and so of a key */
    USM_MAC_MAX = 48,    /* octets of it that a message carries */
    USM_BLOCK_MAX = 128, /* octets that a hash works on at a time */
};

struct usm_auth_protocol {
    const char *name;          /* as people write it */
    const char *algorithm;     /* OpenSSL's name */
    uint8_t digest_length;     /* of the hash, and of the keys (RFC 3414 section 2.6) */
    uint8_t mac_length;        /* what a message carries (RFC 7860 section 4.2.1) */
    uint8_t block_length;      /* of HMAC's pads (RFC 2104) */
};

/* How a localized key that is too short is made longer. */
enum usm_extension { USM_EXTEND_NEVER, USM_EXTEND_BLUMENTHAL, USM_EXTEND_REEDER };

struct usm_priv_protocol {
    const char *name;
    const char *algorithm;     /* OpenSSL's name: of AES the bare block cipher (cfb.c) */
    uint8_t key_length;        /* of the localized key, with what a block mode's IV is made of */
    uint8_t cipher_key_length; /* of it what the cipher takes */
    uint8_t block_length;      /* data is padded to a multiple of it; 1: never */
    bool is_legacy;            /* in OpenSSL's legacy provider */
    enum usm_extension extension;
};

/* Indexed by enum fleet_auth_protocol and enum fleet_priv_protocol. */
extern const struct usm_auth_protocol usm_auth_protocols[FLEET_AUTH_PROTOCOLS];
extern const struct usm_priv_protocol usm_priv_protocols[FLEET_PRIV_PROTOCOLS];

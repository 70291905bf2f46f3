/*
 * usm: the cryptography of SNMPv3's User-based Security Model (RFC 3414, RFC 3826, RFC 7860) on
 * OpenSSL's EVP interface: keys from passphrases, digests over messages, encryption of scoped PDUs.
 *
 * A `struct usm` holds fetched algorithms and ready contexts; it belongs to one thread. An
 * algorithm is there once usm_need_auth or usm_need_priv has succeeded for it: all other calls
 * require that, and fetch nothing. They fail on bad input from the network, and where OpenSSL is
 * out of memory: false then means that nothing was signed, verified or derived. Of what OpenSSL 3.0
 * allocates by itself, the state of a digest that is begun is the only thing (twice a MAC); ciphers
 * allocate nothing.
 */
#pragma once

#include "base/span.h"
#include "usm/protocol.h"

struct usm;

/* 0, -ENOMEM, or -EIO: the kernel gives no random octets. */
int usm_new(struct usm **ret_usm);
void usm_free(struct usm *u);

/*
 * Have the algorithm at hand. 0, or FLEET_E_UNSUPPORTED with *ret_why a sentence about what OpenSSL
 * lacks (DES: its legacy provider), good until the next call.
 */
int usm_need_auth(struct usm *u, enum fleet_auth_protocol protocol, const char **ret_why);
int usm_need_priv(struct usm *u, enum fleet_priv_protocol protocol, const char **ret_why);

/*
 * Keys by their stage (RFC 3414 section 2.6). All of a struct's octets behind `length` are zero, so
 * that two can be compared as memory.
 */
struct usm_master_key {
    uint8_t length;                  /* of the digest */
    uint8_t bytes[USM_DIGEST_MAX];
};
struct usm_localized_key {
    uint8_t length;
    uint8_t bytes[USM_DIGEST_MAX];
};

/*
 * Ku of a passphrase, not empty (RFC 3414 section A.2): 1 MiB of hashing, but only the first time
 * that this protocol and passphrase are asked for. It is kept until usm_free. False: out of memory.
 */
bool usm_master_key(struct usm *u, enum fleet_auth_protocol protocol, struct span passphrase,
                    struct usm_master_key *ret_key);

/* Kul of an engine: H(Ku, engine ID, Ku). False: out of memory. */
bool usm_localize_auth(struct usm *u, enum fleet_auth_protocol protocol,
                       const struct usm_master_key *master, struct span engine_id,
                       struct usm_localized_key *ret_key);

/*
 * The same for privacy: cut to what @priv takes, or made longer as it says (Blumenthal's
 * draft-blumenthal-aes-usm-04 section 3.1.2.1, Reeder's draft-reeder-snmpv3-usm-3desede section
 * 2.1).
 */
bool usm_localize_priv(struct usm *u, enum fleet_auth_protocol protocol,
                       enum fleet_priv_protocol priv, const struct usm_master_key *master,
                       struct span engine_id, struct usm_localized_key *ret_key);

/* How many passphrases were hashed so far, the rest came from memory. */
uint64_t usm_hashed(const struct usm *u);

/*
 * HMAC over the @length octets of @message, cut to the protocol's length, into @mac_at of it, where
 * zeros stand now (RFC 3414 section 6.3.1). False: out of memory; the message is as it was.
 */
bool usm_sign(struct usm *u, enum fleet_auth_protocol protocol, const struct usm_localized_key *key,
              uint8_t *message, size_t length, size_t mac_at);

/*
 * Is @mac, a part of @message, right? In constant time, and as if zeros stood there; false for one
 * of the wrong length (RFC 3414 section 6.3.2).
 */
bool usm_verify(struct usm *u, enum fleet_auth_protocol protocol,
                const struct usm_localized_key *key, struct span message, struct span mac);

enum {
    USM_SALT_LENGTH = 8,
    USM_PADDING_MAX = 7,
    USM_DECRYPT_BLOCK = 16,   /* what is decrypted needs room for whole blocks */
    USM_MESSAGE_MAX = 65536,  /* octets of a message that can be verified */
};

/* What the initial vector is made of besides the key. */
struct usm_moment {
    uint32_t boots, time;   /* msgAuthoritativeEngineBoots, msgAuthoritativeEngineTime */
};

/*
 * Encrypt @length octets at @data in place; behind them there is room for USM_PADDING_MAX more.
 * Returns the length with padding, or 0: OpenSSL failed, and all of it is zeros. @salt must never
 * come again with the same key; @ret_salt is the message's msgPrivacyParameters (RFC 3414 section
 * 8.1.1.1, RFC 3826 section 3.1.2.1).
 */
size_t usm_encrypt(struct usm *u, enum fleet_priv_protocol protocol,
                   const struct usm_localized_key *key, struct usm_moment moment, uint64_t salt,
                   uint8_t *data, size_t length, uint8_t ret_salt[static USM_SALT_LENGTH]);

/*
 * Decrypt into @ret_data, which has room for as many octets, rounded up to USM_DECRYPT_BLOCK.
 * False: the salt has not 8 octets, or the data no whole number of blocks (RFC 3414 section 8.3.2).
 * A wrong key shows only in the result.
 */
bool usm_decrypt(struct usm *u, enum fleet_priv_protocol protocol,
                 const struct usm_localized_key *key, struct usm_moment moment, struct span salt,
                 struct span encrypted, uint8_t *ret_data);

/* memset to zero that the compiler leaves in. */
void usm_wipe(void *bytes, size_t length);

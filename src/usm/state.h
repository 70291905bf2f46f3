/*
 * state: what the files of usm/ share. Only they see OpenSSL.
 */
#pragma once

#include <openssl/evp.h>

#include "usm/usm.h"

struct usm_digest {
    EVP_MD *algorithm;
    EVP_MD_CTX *context;
};

struct usm_cipher {
    EVP_CIPHER *algorithm;
    EVP_CIPHER_CTX *encrypt, *decrypt;  /* of AES the former serves both ways */
};

/* A passphrase that was hashed: known by a keyed digest of it, for it is not kept itself. */
struct usm_passphrase {
    struct usm_passphrase *next;
    enum fleet_auth_protocol protocol;
    uint8_t tag[USM_DIGEST_MAX];
    struct usm_master_key key;
};

enum { USM_CACHE_KEY = 32 };

struct usm {
    struct usm_digest digests[FLEET_AUTH_PROTOCOLS];
    struct usm_cipher ciphers[FLEET_PRIV_PROTOCOLS];
    OSSL_LIB_CTX *legacy_library;
    OSSL_PROVIDER *legacy;
    struct usm_passphrase *passphrases;   /* the newest first */
    uint32_t passphrase_count;
    uint64_t hashed;
    uint8_t cache_key[USM_CACHE_KEY];
    char why[256];
    uint8_t work[USM_BLOCK_MAX + USM_MESSAGE_MAX];  /* what a digest goes over */
};

/* Digest of the concatenation of @parts. False: out of memory; the digest is not to be used. */
bool usm_digest(struct usm *u, enum fleet_auth_protocol protocol, const struct span *parts,
                size_t count, uint8_t ret_digest[static USM_DIGEST_MAX]);

/*
 * AES in cipher feedback mode; @context is that of the bare block cipher, encrypting. In place, and
 * (decrypting at least one octet) into room for whole blocks of 16. False: OpenSSL failed.
 */
bool cfb_encrypt(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t iv[static 16],
                 uint8_t *data, size_t length);
bool cfb_decrypt(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t iv[static 16],
                 struct span encrypted, uint8_t *ret_data);

void usm_forget_passphrases(struct usm *u);

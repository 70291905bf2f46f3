/*
 * usm: see usm.h. Algorithms, digests and ciphers; keys are in key.c.
 *
 * HMAC (RFC 2104) is put together here from the digest: in OpenSSL 3.0 EVP_MAC copies contexts,
 * with five allocations a message and twice the time of two digests that are begun anew.
 *
 * DES has lived in the legacy provider since OpenSSL 3.0. It is loaded into a library context of
 * its own, so that what the host program has configured stays as it is.
 */
#include "usm/state.h"

#include <assert.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/entropy.h"
#include "snmpfleet/error.h"

int usm_new(struct usm **ret_usm) {
    struct usm *u = calloc(1, sizeof(*u));
    if (u == NULL) return -ENOMEM;
    if (entropy_draw(u->cache_key, sizeof(u->cache_key)) != 0) {
        free(u);
        return -EIO;
    }
    *ret_usm = u;
    return 0;
}

void usm_free(struct usm *u) {
    if (u == NULL) return;
    for (int i = 0; i < FLEET_AUTH_PROTOCOLS; i++) {
        EVP_MD_CTX_free(u->digests[i].context);
        EVP_MD_free(u->digests[i].algorithm);
    }
    for (int i = 0; i < FLEET_PRIV_PROTOCOLS; i++) {
        EVP_CIPHER_CTX_free(u->ciphers[i].encrypt);
        EVP_CIPHER_CTX_free(u->ciphers[i].decrypt);
        EVP_CIPHER_free(u->ciphers[i].algorithm);
    }
    if (u->legacy != NULL) OSSL_PROVIDER_unload(u->legacy);
    OSSL_LIB_CTX_free(u->legacy_library);
    usm_forget_passphrases(u);
    usm_wipe(u, sizeof(*u));
    free(u);
}

/* FLEET_E_UNSUPPORTED, with OpenSSL's own reason where it gives one. */
static int usm_lacks(struct usm *u, const char *name, const char *hint, const char **ret_why) {
    unsigned long error = ERR_peek_error();
    const char *reason = error == 0 ? NULL : ERR_reason_error_string(error);
    bool is_fips = EVP_default_properties_is_fips_enabled(NULL) == 1;
    snprintf(u->why, sizeof(u->why), "OpenSSL has no %s%s%s%s%s%s", name,
             is_fips ? " in FIPS mode" : "", hint, reason != NULL ? " (" : "",
             reason != NULL ? reason : "", reason != NULL ? ")" : "");
    ERR_clear_error();
    *ret_why = u->why;
    return FLEET_E_UNSUPPORTED;
}

int usm_need_auth(struct usm *u, enum fleet_auth_protocol protocol, const char **ret_why) {
    struct usm_digest *d = &u->digests[protocol];
    const struct usm_auth_protocol *p = &usm_auth_protocols[protocol];
    if (protocol == FLEET_AUTH_NONE || d->context != NULL) return 0;
    ERR_clear_error();
    EVP_MD *algorithm = EVP_MD_fetch(NULL, p->algorithm, NULL);
    EVP_MD_CTX *context = algorithm == NULL ? NULL : EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex2(context, algorithm, NULL) != 1) {
        EVP_MD_CTX_free(context);
        EVP_MD_free(algorithm);
        return usm_lacks(u, p->name, "", ret_why);
    }
    d->algorithm = algorithm;
    d->context = context;
    return 0;
}

/* Fetch @name, from the legacy provider when need be; NULL when it is nowhere. */
static EVP_CIPHER *usm_fetch_cipher(struct usm *u, const struct usm_priv_protocol *p) {
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, p->algorithm, NULL);
    if (cipher != NULL || !p->is_legacy || EVP_default_properties_is_fips_enabled(NULL) == 1)
        return cipher;
    ERR_clear_error();
    if (u->legacy_library == NULL) u->legacy_library = OSSL_LIB_CTX_new();
    if (u->legacy_library == NULL) return NULL;
    if (u->legacy == NULL) u->legacy = OSSL_PROVIDER_load(u->legacy_library, "legacy");
    return u->legacy == NULL ? NULL : EVP_CIPHER_fetch(u->legacy_library, p->algorithm, NULL);
}

/*
 * A context with a key set, for which the algorithm need not be named again. AES's is not told that
 * there is no padding, which would be said to the provider for every message: without its final
 * step nothing is padded.
 */
static EVP_CIPHER_CTX *usm_new_cipher_context(const EVP_CIPHER *cipher, bool encrypts,
                                              bool is_cbc) {
    static const uint8_t zeros[EVP_MAX_KEY_LENGTH + EVP_MAX_IV_LENGTH];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL) return NULL;
    if (EVP_CipherInit_ex2(context, cipher, zeros, zeros, encrypts, NULL) == 1 &&
        (!is_cbc || EVP_CIPHER_CTX_set_padding(context, 0) == 1))
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

int usm_need_priv(struct usm *u, enum fleet_priv_protocol protocol, const char **ret_why) {
    struct usm_cipher *c = &u->ciphers[protocol];
    const struct usm_priv_protocol *p = &usm_priv_protocols[protocol];
    if (protocol == FLEET_PRIV_NONE || c->algorithm != NULL) return 0;
    ERR_clear_error();
    EVP_CIPHER *algorithm = usm_fetch_cipher(u, p);
    if (algorithm != NULL) {
        bool is_cbc = p->block_length > 1;
        c->encrypt = usm_new_cipher_context(algorithm, true, is_cbc);
        if (is_cbc) c->decrypt = usm_new_cipher_context(algorithm, false, is_cbc);
    }
    if (c->encrypt == NULL || (c->decrypt == NULL && p->block_length > 1)) {
        EVP_CIPHER_CTX_free(c->encrypt);
        EVP_CIPHER_CTX_free(c->decrypt);
        *c = (struct usm_cipher){ 0 };
        EVP_CIPHER_free(algorithm);
        const char *hint = p->is_legacy ? ": its legacy provider could not be loaded" : "";
        return usm_lacks(u, p->name, hint, ret_why);
    }
    c->algorithm = algorithm;
    return 0;
}

bool usm_digest(struct usm *u, enum fleet_auth_protocol protocol, const struct span *parts,
                size_t count, uint8_t ret_digest[static USM_DIGEST_MAX]) {
    EVP_MD_CTX *context = u->digests[protocol].context;
    assert(context != NULL);
    bool good = EVP_DigestInit_ex2(context, NULL, NULL) == 1;
    for (size_t i = 0; i < count && good; i++) {
        good = parts[i].length == 0 ||
               EVP_DigestUpdate(context, parts[i].bytes, parts[i].length) == 1;
    }
    return good && EVP_DigestFinal_ex(context, ret_digest, NULL) == 1;
}

/* HMAC's pads (RFC 2104 section 2): the key, zeros behind it, each octet exclusive-or'ed. */
static void hmac_pad(uint8_t *pad, const struct usm_localized_key *key, size_t block,
                     uint8_t with) {
    uint64_t mask = with * UINT64_C(0x0101010101010101), word;
    size_t i = 0;
    for (; i < USM_DIGEST_MAX; i += 8) {
        memcpy(&word, key->bytes + i, 8);
        word ^= mask;
        memcpy(pad + i, &word, 8);
    }
    for (; i < block; i += 8) memcpy(pad + i, &mask, 8);
}

/*
 * RFC 2104 over the first @length octets of the work memory behind its room for a pad: so one call
 * digests both. No key is longer than a block, and behind its octets there are zeros.
 */
static bool usm_hmac(struct usm *u, enum fleet_auth_protocol protocol,
                     const struct usm_localized_key *key, size_t length,
                     uint8_t ret_mac[static USM_DIGEST_MAX]) {
    const struct usm_auth_protocol *p = &usm_auth_protocols[protocol];
    uint8_t outer[USM_BLOCK_MAX + USM_DIGEST_MAX];
    uint8_t *inner = u->work + USM_BLOCK_MAX - p->block_length;
    hmac_pad(inner, key, p->block_length, 0x36);
    struct span text = span_of(inner, p->block_length + length);
    bool good = usm_digest(u, protocol, &text, 1, outer + p->block_length);
    hmac_pad(outer, key, p->block_length, 0x5c);
    text = span_of(outer, (size_t)p->block_length + p->digest_length);
    good = good && usm_digest(u, protocol, &text, 1, ret_mac);
    explicit_bzero(outer, p->block_length);
    explicit_bzero(inner, p->block_length);
    return good;
}

bool usm_sign(struct usm *u, enum fleet_auth_protocol protocol, const struct usm_localized_key *key,
              uint8_t *message, size_t length, size_t mac_at) {
    uint8_t mac[USM_DIGEST_MAX];
    assert(length <= USM_MESSAGE_MAX);
    memcpy(u->work + USM_BLOCK_MAX, message, length);
    if (!usm_hmac(u, protocol, key, length, mac)) return false;
    memcpy(message + mac_at, mac, usm_auth_protocols[protocol].mac_length);
    return true;
}

bool usm_verify(struct usm *u, enum fleet_auth_protocol protocol,
                const struct usm_localized_key *key, struct span message, struct span given) {
    size_t length = usm_auth_protocols[protocol].mac_length;
    if (given.length != length || message.length > USM_MESSAGE_MAX) return false;
    assert(given.bytes >= message.bytes &&
           given.bytes + length <= message.bytes + message.length);
    uint8_t *copy = u->work + USM_BLOCK_MAX, mac[USM_DIGEST_MAX];
    memcpy(copy, message.bytes, message.length);
    memset(copy + (given.bytes - message.bytes), 0, length);
    return usm_hmac(u, protocol, key, message.length, mac) &&
           CRYPTO_memcmp(mac, given.bytes, length) == 0;
}

static void put_u32(uint8_t *to, uint32_t value) {
    for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/*
 * Block modes: the last octets of the key, exclusive-or'ed with the salt (RFC 3414 section
 * 8.1.1.1). AES: boots, time, salt (RFC 3826 section 3.1.2.1).
 */
static void usm_initial_vector(const struct usm_priv_protocol *p,
                               const struct usm_localized_key *key, struct usm_moment moment,
                               const uint8_t salt[static USM_SALT_LENGTH], uint8_t ret_iv[16]) {
    if (p->block_length > 1) {
        const uint8_t *pre = key->bytes + p->cipher_key_length;
        for (int i = 0; i < USM_SALT_LENGTH; i++) ret_iv[i] = pre[i] ^ salt[i];
        return;
    }
    put_u32(ret_iv, moment.boots);
    put_u32(ret_iv + 4, moment.time);
    memcpy(ret_iv + 8, salt, USM_SALT_LENGTH);
}

size_t usm_encrypt(struct usm *u, enum fleet_priv_protocol protocol,
                   const struct usm_localized_key *key, struct usm_moment moment, uint64_t salt,
                   uint8_t *data, size_t length, uint8_t ret_salt[static USM_SALT_LENGTH]) {
    const struct usm_priv_protocol *p = &usm_priv_protocols[protocol];
    EVP_CIPHER_CTX *context = u->ciphers[protocol].encrypt;
    assert(context != NULL && key->length >= p->key_length);
    put_u32(ret_salt, p->block_length > 1 ? moment.boots : (uint32_t)(salt >> 32));
    put_u32(ret_salt + 4, (uint32_t)salt);
    uint8_t iv[16];
    usm_initial_vector(p, key, moment, ret_salt, iv);
    size_t padding = (p->block_length - length % p->block_length) % p->block_length;
    memset(data + length, 0, padding);
    int written = 0;
    bool good = p->block_length == 1
                    ? cfb_encrypt(context, key->bytes, iv, data, length)
                    : EVP_EncryptInit_ex2(context, NULL, key->bytes, iv, NULL) == 1 &&
                          EVP_EncryptUpdate(context, data, &written, data,
                                            (int)(length + padding)) == 1;
    if (good) return length + padding;
    memset(data, 0, length + padding);  /* never clear text */
    return 0;
}

bool usm_decrypt(struct usm *u, enum fleet_priv_protocol protocol,
                 const struct usm_localized_key *key, struct usm_moment moment, struct span salt,
                 struct span encrypted, uint8_t *ret_data) {
    const struct usm_priv_protocol *p = &usm_priv_protocols[protocol];
    const struct usm_cipher *c = &u->ciphers[protocol];
    EVP_CIPHER_CTX *context = c->decrypt;
    assert(c->encrypt != NULL && key->length >= p->key_length);
    if (salt.length != USM_SALT_LENGTH || encrypted.length % p->block_length != 0) return false;
    if (encrypted.length == 0) return true;
    uint8_t iv[16];
    usm_initial_vector(p, key, moment, salt.bytes, iv);
    if (p->block_length == 1)
        return cfb_decrypt(c->encrypt, key->bytes, iv, encrypted, ret_data);
    int written = 0;
    return EVP_DecryptInit_ex2(context, NULL, key->bytes, iv, NULL) == 1 &&
           EVP_DecryptUpdate(context, ret_data, &written, encrypted.bytes,
                             (int)encrypted.length) == 1 &&
           (size_t)written == encrypted.length;
}

void usm_wipe(void *bytes, size_t length) {
    OPENSSL_cleanse(bytes, length);
}

/*
 * key: passphrase -> master key (Ku) -> localized key (Kul), RFC 3414 section 2.6 and appendix A.
 *
 * The step from the passphrase costs 1 MiB of hashing by design. Its result is kept for each
 * protocol and passphrase, and found again by a digest of the passphrase under a random key of this
 * process; the passphrase itself is not kept.
 */
#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "usm/state.h"

enum {
    EXPANDED_BYTES = 1 << 20,      /* RFC 3414 section A.2.1 */
    PASSPHRASE_BLOCK = 4096,       /* of them put together at a time */
    PASSPHRASES_KEPT = 4096,
};

/* The passphrase again and again, until there is 1 MiB of it. */
static bool key_expand(struct usm *u, enum fleet_auth_protocol protocol, struct span passphrase,
                       struct usm_master_key *ret_key) {
    uint8_t block[PASSPHRASE_BLOCK], digest[USM_DIGEST_MAX];
    EVP_MD_CTX *context = u->digests[protocol].context;
    assert(context != NULL && passphrase.length > 0);
    size_t at = 0;
    bool good = EVP_DigestInit_ex2(context, NULL, NULL) == 1;
    for (size_t done = 0; done < EXPANDED_BYTES && good; done += sizeof(block)) {
        for (size_t i = 0; i < sizeof(block); i++) {
            block[i] = passphrase.bytes[at];
            if (++at == passphrase.length) at = 0;
        }
        good = EVP_DigestUpdate(context, block, sizeof(block)) == 1;
    }
    good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    *ret_key = (struct usm_master_key){ .length = usm_auth_protocols[protocol].digest_length };
    if (good) memcpy(ret_key->bytes, digest, ret_key->length);
    usm_wipe(block, sizeof(block));
    usm_wipe(digest, sizeof(digest));
    u->hashed++;
    return good;
}

/* What a passphrase is known by. */
static bool key_tag(struct usm *u, enum fleet_auth_protocol protocol, struct span passphrase,
                    uint8_t ret_tag[static USM_DIGEST_MAX]) {
    struct span key = span_of(u->cache_key, sizeof(u->cache_key));
    memset(ret_tag, 0, USM_DIGEST_MAX);
    return usm_digest(u, protocol, (struct span[]){ key, passphrase, key }, 3, ret_tag);
}

static const struct usm_passphrase *key_find(const struct usm *u,
                                             enum fleet_auth_protocol protocol,
                                             const uint8_t tag[static USM_DIGEST_MAX]) {
    for (const struct usm_passphrase *p = u->passphrases; p != NULL; p = p->next) {
        if (p->protocol == protocol && CRYPTO_memcmp(p->tag, tag, sizeof(p->tag)) == 0) return p;
    }
    return NULL;
}

static void key_keep(struct usm *u, enum fleet_auth_protocol protocol,
                     const uint8_t tag[static USM_DIGEST_MAX], const struct usm_master_key *key) {
    if (u->passphrase_count == PASSPHRASES_KEPT) return;
    struct usm_passphrase *p = calloc(1, sizeof(*p));
    if (p == NULL) return;
    p->protocol = protocol;
    memcpy(p->tag, tag, sizeof(p->tag));
    p->key = *key;
    p->next = u->passphrases;
    u->passphrases = p;
    u->passphrase_count++;
}

bool usm_master_key(struct usm *u, enum fleet_auth_protocol protocol, struct span passphrase,
                    struct usm_master_key *ret_key) {
    uint8_t tag[USM_DIGEST_MAX];
    if (!key_tag(u, protocol, passphrase, tag)) return false;
    const struct usm_passphrase *known = key_find(u, protocol, tag);
    bool good = known != NULL || key_expand(u, protocol, passphrase, ret_key);
    if (known != NULL) *ret_key = known->key;
    else if (good) key_keep(u, protocol, tag, ret_key);
    usm_wipe(tag, sizeof(tag));
    return good;
}

void usm_forget_passphrases(struct usm *u) {
    while (u->passphrases != NULL) {
        struct usm_passphrase *next = u->passphrases->next;
        usm_wipe(u->passphrases, sizeof(*u->passphrases));
        free(u->passphrases);
        u->passphrases = next;
    }
    u->passphrase_count = 0;
}

uint64_t usm_hashed(const struct usm *u) {
    return u->hashed;
}

bool usm_localize_auth(struct usm *u, enum fleet_auth_protocol protocol,
                       const struct usm_master_key *master, struct span engine_id,
                       struct usm_localized_key *ret_key) {
    uint8_t text[2 * USM_DIGEST_MAX + FLEET_ENGINE_ID_MAX];
    size_t length = master->length, id_length = engine_id.length;
    assert(id_length <= FLEET_ENGINE_ID_MAX);
    memcpy(text, master->bytes, length);
    if (id_length > 0) memcpy(text + length, engine_id.bytes, id_length);
    memcpy(text + length + id_length, master->bytes, length);
    struct span whole = span_of(text, 2 * length + id_length);
    *ret_key = (struct usm_localized_key){ .length = master->length };
    bool good = usm_digest(u, protocol, &whole, 1, ret_key->bytes);
    explicit_bzero(text, sizeof(text));
    return good;
}

/* @taken octets of @more behind the key, as far as @length allows. */
static void key_append(struct usm_localized_key *key, const uint8_t *more, size_t digest,
                       size_t length) {
    size_t room = length - key->length, taken = digest < room ? digest : room;
    memcpy(key->bytes + key->length, more, taken);
    key->length = (uint8_t)(key->length + taken);
}

/* Kul' = Kul, H(Kul), H(Kul, H(Kul)), ... : each step digests all there is. */
static bool key_extend_blumenthal(struct usm *u, enum fleet_auth_protocol protocol, size_t length,
                                  struct usm_localized_key *key) {
    bool good = true;
    while (good && key->length < length) {
        uint8_t more[USM_DIGEST_MAX] = { 0 };
        struct span so_far = span_of(key->bytes, key->length);
        good = usm_digest(u, protocol, &so_far, 1, more);
        key_append(key, more, usm_auth_protocols[protocol].digest_length, length);
        usm_wipe(more, sizeof(more));
    }
    return good;
}

/* The last Kul is taken as a passphrase: hashed to a master key, and that localized. */
static bool key_extend_reeder(struct usm *u, enum fleet_auth_protocol protocol,
                              struct span engine_id, size_t length,
                              struct usm_localized_key *key) {
    size_t digest = usm_auth_protocols[protocol].digest_length;
    bool good = true;
    while (good && key->length < length) {
        struct usm_master_key master = { .length = 0 };
        struct usm_localized_key more = { .length = 0 };
        struct span last = span_of(key->bytes + key->length - digest, digest);
        good = key_expand(u, protocol, last, &master) &&
               usm_localize_auth(u, protocol, &master, engine_id, &more);
        key_append(key, more.bytes, digest, length);
        usm_wipe(&master, sizeof(master));
        usm_wipe(&more, sizeof(more));
    }
    return good;
}

bool usm_localize_priv(struct usm *u, enum fleet_auth_protocol protocol,
                       enum fleet_priv_protocol priv, const struct usm_master_key *master,
                       struct span engine_id, struct usm_localized_key *ret_key) {
    const struct usm_priv_protocol *p = &usm_priv_protocols[priv];
    bool good = usm_localize_auth(u, protocol, master, engine_id, ret_key);
    if (good && p->extension == USM_EXTEND_BLUMENTHAL)
        good = key_extend_blumenthal(u, protocol, p->key_length, ret_key);
    if (good && p->extension == USM_EXTEND_REEDER)
        good = key_extend_reeder(u, protocol, engine_id, p->key_length, ret_key);
    if (!good) {
        usm_wipe(ret_key, sizeof(*ret_key));
        return false;
    }
    assert(ret_key->length >= p->key_length);
    memset(ret_key->bytes + p->key_length, 0, USM_DIGEST_MAX - p->key_length);
    ret_key->length = p->key_length;
    return true;
}

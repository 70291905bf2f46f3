/*
 * security: what USM costs a message, for each pair of protocols: nanoseconds of CPU to encrypt and
 * sign a request, and to verify and decrypt a reply, through usm_*; beside it OpenSSL's primitives
 * on the same octets, as `openssl speed -evp` runs them: one EVP_Digest over the message, one
 * EVP_EncryptUpdate or EVP_DecryptUpdate over the scoped PDU with a key that stays set. What a
 * message needs beyond that (the second digest of HMAC and its pads, a key and an initial vector
 * for each message) is in the ratio.
 *
 * All four are measured in turn, round by round, and the median of the rounds is printed.
 */
#include "usm/usm.h"

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 41, REPEATS = 300 };

/* Octets of a scoped PDU, and of what stands before it besides digest and salt. */
enum { REQUEST_SCOPED = 100, REPLY_SCOPED = 250, HEADERS = 80, MAC_AT = 60, BUFFER = 512 };

struct pair {
    enum fleet_auth_protocol auth;
    enum fleet_priv_protocol priv;
    struct usm_localized_key auth_key, priv_key;
    EVP_MD *digest;
    EVP_CIPHER_CTX *encrypt, *decrypt; /* NULL without privacy */
};

struct message {
    uint8_t bytes[BUFFER];
    size_t length, scoped_at, scoped_length;
    uint8_t salt[USM_SALT_LENGTH];
};

static struct usm *usm;
static uint64_t salt_counter;
static unsigned sum; /* keeps what is computed */
static const struct usm_moment moment = { 3, 123456 };

static uint64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct message message_of(const struct pair *p, size_t scoped_length) {
    struct message m = { .scoped_length = scoped_length };
    m.scoped_at = HEADERS + usm_auth_protocols[p->auth].mac_length;
    if (p->priv != FLEET_PRIV_NONE) m.scoped_at += USM_SALT_LENGTH;
    m.length = m.scoped_at + scoped_length;
    for (size_t i = 0; i < m.length; i++) m.bytes[i] = (uint8_t)(i * 31 + 7);
    return m;
}

/* Its length grows by padding the first time. */
static void protect(const struct pair *p, struct message *m) {
    if (p->priv != FLEET_PRIV_NONE) {
        m->scoped_length = usm_encrypt(usm, p->priv, &p->priv_key, moment, ++salt_counter,
                                       m->bytes + m->scoped_at, m->scoped_length, m->salt);
        m->length = m->scoped_at + m->scoped_length;
    }
    memset(m->bytes + MAC_AT, 0, usm_auth_protocols[p->auth].mac_length);
    usm_sign(usm, p->auth, &p->auth_key, m->bytes, m->length, MAC_AT);
}

static void unprotect(const struct pair *p, struct message *m) {
    uint8_t plain[BUFFER];
    struct span whole = span_of(m->bytes, m->length),
                mac = span_of(m->bytes + MAC_AT, usm_auth_protocols[p->auth].mac_length);
    if (!usm_verify(usm, p->auth, &p->auth_key, whole, mac)) abort();
    if (p->priv == FLEET_PRIV_NONE) return;
    struct span scoped = span_of(m->bytes + m->scoped_at, m->scoped_length);
    if (!usm_decrypt(usm, p->priv, &p->priv_key, moment, span_of(m->salt, sizeof(m->salt)), scoped,
                     plain))
        abort();
    sum += plain[0];
}

static void bare_protect(const struct pair *p, struct message *m) {
    uint8_t digest[EVP_MAX_MD_SIZE];
    int written;
    if (p->encrypt != NULL)
        EVP_EncryptUpdate(p->encrypt, m->bytes + m->scoped_at, &written, m->bytes + m->scoped_at,
                          (int)m->scoped_length);
    EVP_Digest(m->bytes, m->length, digest, NULL, p->digest, NULL);
    sum += digest[0];
}

static void bare_unprotect(const struct pair *p, struct message *m) {
    uint8_t digest[EVP_MAX_MD_SIZE], plain[BUFFER];
    int written;
    EVP_Digest(m->bytes, m->length, digest, NULL, p->digest, NULL);
    if (p->decrypt != NULL) {
        EVP_DecryptUpdate(p->decrypt, plain, &written, m->bytes + m->scoped_at,
                          (int)m->scoped_length);
        sum += plain[0];
    }
    sum += digest[0];
}

typedef void work_fn(const struct pair *p, struct message *m);

static double measure(work_fn *work, const struct pair *p, struct message *m) {
    uint64_t start = cpu_ns();
    for (int i = 0; i < REPEATS; i++) work(p, m);
    return (double)(cpu_ns() - start) / REPEATS;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_pair(const struct pair *p) {
    static work_fn *const works[4] = { protect, bare_protect, unprotect, bare_unprotect };
    struct message messages[4];
    double times[4][ROUNDS];
    for (int w = 0; w < 4; w++) {
        messages[w] = message_of(p, w < 2 ? REQUEST_SCOPED : REPLY_SCOPED);
        protect(p, &messages[w]);
    }
    for (int round = -1; round < ROUNDS; round++) { /* the first one warms up */
        for (int w = 0; w < 4; w++)
            times[w][round < 0 ? 0 : round] = measure(works[w], p, &messages[w]);
    }
    for (int w = 0; w < 4; w++) qsort(times[w], ROUNDS, sizeof(double), compare);
    double *median[4] = { &times[0][ROUNDS / 2], &times[1][ROUNDS / 2], &times[2][ROUNDS / 2],
                          &times[3][ROUNDS / 2] };
    printf("%-8s %-8s %8.0f %8.0f %6.2f %8.0f %8.0f %6.2f\n", fleet_auth_protocol_text(p->auth),
           fleet_priv_protocol_text(p->priv), *median[0], *median[1], *median[0] / *median[1],
           *median[2], *median[3], *median[2] / *median[3]);
    fflush(stdout);
}

/* A context with a key that stays set. */
static EVP_CIPHER_CTX *bare_cipher(const EVP_CIPHER *cipher, const struct pair *p, bool encrypts) {
    static const uint8_t iv[EVP_MAX_IV_LENGTH] = { 1 };
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context == NULL ||
        EVP_CipherInit_ex2(context, cipher, p->priv_key.bytes, iv, encrypts, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(context, 0) != 1)
        abort();
    return context;
}

/* DES is in the legacy provider, which gets a library of its own. */
static EVP_CIPHER *bare_fetch(const struct usm_priv_protocol *p) {
    static OSSL_LIB_CTX *library;
    if (!p->is_legacy) return EVP_CIPHER_fetch(NULL, p->algorithm, NULL);
    if (library == NULL) {
        library = OSSL_LIB_CTX_new();
        OSSL_PROVIDER_load(library, "legacy");
    }
    return EVP_CIPHER_fetch(library, p->algorithm, NULL);
}

static void run(enum fleet_auth_protocol auth, enum fleet_priv_protocol priv) {
    static const uint8_t engine_id[13] = { 0x80, 0x00, 0x7e, 0xd9, 5, 1, 2, 3, 4, 5, 6, 7, 8 };
    struct span engine = span_of(engine_id, sizeof(engine_id));
    struct pair p = { .auth = auth, .priv = priv };
    struct usm_master_key master;
    const char *why;
    if (usm_need_auth(usm, auth, &why) != 0 || usm_need_priv(usm, priv, &why) != 0) {
        printf("%-8s %-8s %s\n", fleet_auth_protocol_text(auth), fleet_priv_protocol_text(priv),
               why);
        return;
    }
    usm_master_key(usm, auth, span_text("bench passphrase"), &master);
    usm_localize_auth(usm, auth, &master, engine, &p.auth_key);
    p.digest = EVP_MD_fetch(NULL, usm_auth_protocols[auth].algorithm, NULL);
    EVP_CIPHER *cipher = NULL;
    if (priv != FLEET_PRIV_NONE) {
        usm_localize_priv(usm, auth, priv, &master, engine, &p.priv_key);
        cipher = bare_fetch(&usm_priv_protocols[priv]);
        p.encrypt = bare_cipher(cipher, &p, true);
        p.decrypt = bare_cipher(cipher, &p, false);
    }
    run_pair(&p);
    EVP_CIPHER_CTX_free(p.encrypt);
    EVP_CIPHER_CTX_free(p.decrypt);
    EVP_CIPHER_free(cipher);
    EVP_MD_free(p.digest);
}

int main(void) {
    if (usm_new(&usm) != 0) abort();
    printf("security: ns of CPU a message, medians of %d rounds of %d\n"
           "request: encrypt %d octets of scoped PDU, sign it with %d of headers, digest and salt\n"
           "reply:   verify, then decrypt %d octets\n"
           "usm: through usm_*; bare: OpenSSL's primitives on the same octets, as openssl speed\n\n"
           "                    request                    reply\n"
           "auth     priv          usm     bare  ratio      usm     bare  ratio\n",
           ROUNDS, REPEATS, REQUEST_SCOPED, HEADERS, REPLY_SCOPED);
    for (int a = FLEET_AUTH_MD5; a < FLEET_AUTH_PROTOCOLS; a++) {
        for (int p = FLEET_PRIV_NONE; p < FLEET_PRIV_PROTOCOLS; p++)
            run((enum fleet_auth_protocol)a, (enum fleet_priv_protocol)p);
    }
    printf("\n(checksum %x)\n", sum);
    usm_free(usm);
    return 0;
}

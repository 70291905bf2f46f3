/*
 * usm: names of protocols, keys against the vectors of other implementations, digests and ciphers
 * there and back, the time window, and what OpenSSL allocates per message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cmocka.h>

#include "base/clock.h"
#include "snmpfleet/error.h"
#include "usm/clock.h"
#include "usm/user.h"

static struct usm *usm;
static unsigned long allocations;
static bool is_out_of_memory;

static void *counted_malloc(size_t size, const char *file, int line) {
    (void)file, (void)line;
    allocations++;
    return is_out_of_memory ? NULL : malloc(size);
}

static void *counted_realloc(void *p, size_t size, const char *file, int line) {
    (void)file, (void)line;
    allocations++;
    return realloc(p, size);
}

static void counted_free(void *p, const char *file, int line) {
    (void)file, (void)line;
    free(p);
}

static int setup(void **state) {
    (void)state;
    const char *why;
    if (usm_new(&usm) != 0) return -1;
    for (int i = 0; i < FLEET_AUTH_PROTOCOLS; i++) {
        if (usm_need_auth(usm, (enum fleet_auth_protocol)i, &why) != 0) return -1;
    }
    for (int i = 0; i < FLEET_PRIV_PROTOCOLS; i++) {
        if (usm_need_priv(usm, (enum fleet_priv_protocol)i, &why) != 0) return -1;
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    usm_free(usm);
    return 0;
}

static void names_are_known_in_all_their_spellings(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int protocol;
    } auths[] = {
        { "MD5", FLEET_AUTH_MD5 },          { "md5", FLEET_AUTH_MD5 },
        { "SHA", FLEET_AUTH_SHA1 },         { "sha-1", FLEET_AUTH_SHA1 },
        { "SHA224", FLEET_AUTH_SHA224 },    { "SHA-224", FLEET_AUTH_SHA224 },
        { "sha_256", FLEET_AUTH_SHA256 },   { "HMAC-SHA-256", FLEET_AUTH_SHA256 },
        { "HMAC192SHA256", FLEET_AUTH_SHA256 },
        { "usmHMAC192SHA256AuthProtocol", FLEET_AUTH_SHA256 },
        { "usmHMACMD5AuthProtocol", FLEET_AUTH_MD5 },
        { "usmHMACSHAAuthProtocol", FLEET_AUTH_SHA1 },
        { "SHA2-384", FLEET_AUTH_SHA384 },  { "SHA512", FLEET_AUTH_SHA512 },
        { "none", FLEET_AUTH_NONE },        { "usmNoAuthProtocol", FLEET_AUTH_NONE },
        { "SHA3", -1 },                     { "", -1 },
        { "AES", -1 },                      { "SHA-256;", -1 },
    };
    static const struct {
        const char *text;
        int protocol;
    } privs[] = {
        { "DES", FLEET_PRIV_DES },             { "usmDESPrivProtocol", FLEET_PRIV_DES },
        { "3DES", FLEET_PRIV_3DES },           { "3DES-EDE", FLEET_PRIV_3DES },
        { "AES", FLEET_PRIV_AES128 },          { "aes-128", FLEET_PRIV_AES128 },
        { "AES128C", -1 },                     { "usmAesCfb128Protocol", FLEET_PRIV_AES128 },
        { "AES192", FLEET_PRIV_AES192 },       { "AES-192", FLEET_PRIV_AES192 },
        { "AES-192-blumenthal", FLEET_PRIV_AES192 },
        { "AES192C", FLEET_PRIV_AES192_REEDER }, { "AES-256-C", FLEET_PRIV_AES256_REEDER },
        { "AES256c", FLEET_PRIV_AES256_REEDER }, { "AES-256-reeder", FLEET_PRIV_AES256_REEDER },
        { "aes256-cisco", FLEET_PRIV_AES256_REEDER }, { "AES256CFB", FLEET_PRIV_AES256 },
        { "cfb128-AES-256", FLEET_PRIV_AES256 }, { "AES512", -1 },
        { "DESC", -1 },                        { "nopriv", FLEET_PRIV_NONE },
    };
    for (size_t i = 0; i < sizeof(auths) / sizeof(auths[0]); i++) {
        enum fleet_auth_protocol protocol;
        bool known = fleet_auth_protocol_parse(auths[i].text, &protocol);
        if (known != (auths[i].protocol >= 0) || (known && (int)protocol != auths[i].protocol))
            fail_msg("%s", auths[i].text);
    }
    for (size_t i = 0; i < sizeof(privs) / sizeof(privs[0]); i++) {
        enum fleet_priv_protocol protocol;
        bool known = fleet_priv_protocol_parse(privs[i].text, &protocol);
        if (known != (privs[i].protocol >= 0) || (known && (int)protocol != privs[i].protocol))
            fail_msg("%s", privs[i].text);
    }
    for (int i = 0; i < FLEET_PRIV_PROTOCOLS; i++) {
        enum fleet_priv_protocol protocol;
        const char *name = fleet_priv_protocol_text((enum fleet_priv_protocol)i);
        assert_true(fleet_priv_protocol_parse(name, &protocol));
        assert_int_equal(protocol, i);
    }
}

static size_t from_hex(const char *hex, uint8_t *ret_bytes) {
    size_t length = 0;
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        ret_bytes[length++] = (uint8_t)byte;
    return length;
}

static FILE *open_vectors(const char *name) {
    char path[512];
    snprintf(path, sizeof(path), "%s/packets/%s", CORPUS, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    return file;
}

/* RFC 3414 appendix A.3 and the same for SHA-2. */
static void keys_are_those_of_maplesyrup(void **state) {
    (void)state;
    static const uint8_t engine[12] = { [11] = 2 };
    FILE *file = open_vectors("usm_kul_maplesyrup.csv");
    char line[1024], name[16], ku[256], kul[256];
    int seen = 0;
    assert_non_null(fgets(line, sizeof(line), file));
    while (fgets(line, sizeof(line), file) != NULL) {
        assert_int_equal(sscanf(line, "%15[^,],%255[^,],%255s", name, ku, kul), 3);
        enum fleet_auth_protocol protocol;
        assert_true(fleet_auth_protocol_parse(name, &protocol));
        uint8_t expected[64];
        struct usm_master_key master;
        struct usm_localized_key key;
        usm_master_key(usm, protocol, span_text("maplesyrup"), &master);
        assert_int_equal(from_hex(ku, expected), master.length);
        assert_memory_equal(master.bytes, expected, master.length);
        usm_localize_auth(usm, protocol, &master, span_of(engine, sizeof(engine)), &key);
        assert_int_equal(from_hex(kul, expected), key.length);
        assert_memory_equal(key.bytes, expected, key.length);
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, 6);
}

static void short_keys_grow_as_blumenthal_and_reeder_say(void **state) {
    (void)state;
    static const uint8_t engine[12] = { [11] = 2 };
    FILE *file = open_vectors("usm_priv_extension_maplesyrup.csv");
    char line[1024], name[16], texts[2][256];
    int length, seen = 0;
    assert_non_null(fgets(line, sizeof(line), file));
    while (fgets(line, sizeof(line), file) != NULL) {
        assert_int_equal(
            sscanf(line, "%15[^,],%d,%255[^,],%255s", name, &length, texts[0], texts[1]), 4);
        enum fleet_auth_protocol protocol;
        assert_true(fleet_auth_protocol_parse(name, &protocol));
        const enum fleet_priv_protocol privs[2] = {
            length == 24 ? FLEET_PRIV_AES192 : FLEET_PRIV_AES256,
            length == 24 ? FLEET_PRIV_AES192_REEDER : FLEET_PRIV_AES256_REEDER,
        };
        struct usm_master_key master;
        usm_master_key(usm, protocol, span_text("maplesyrup"), &master);
        for (int i = 0; i < 2; i++) {
            uint8_t expected[64];
            struct usm_localized_key key;
            usm_localize_priv(usm, protocol, privs[i], &master, span_of(engine, sizeof(engine)),
                              &key);
            assert_int_equal(from_hex(texts[i], expected), length);
            assert_int_equal(key.length, length);
            assert_memory_equal(key.bytes, expected, key.length);
        }
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, 8);
}

/* Keys that a real agent wrote. */
static void keys_are_those_of_a_real_agent(void **state) {
    (void)state;
    FILE *file = open_vectors("usm_vectors.csv");
    char line[1024];
    int seen = 0;
    assert_non_null(fgets(line, sizeof(line), file));
    while (fgets(line, sizeof(line), file) != NULL) {
        char *at = line, *fields[9];
        for (int i = 0; i < 9; i++) fields[i] = strsep(&at, ",\r\n");
        struct fleet_auth_options o = {
            .name = "vector",
            .version = FLEET_V3,
            .user = "user",
            .auth_key = { FLEET_KEY_PASSPHRASE, (uint8_t *)fields[3], strlen(fields[3]) },
        };
        assert_true(fleet_auth_protocol_parse(fields[0], &o.auth_protocol));
        assert_true(fleet_priv_protocol_parse(fields[1], &o.priv_protocol));
        if (o.priv_protocol != FLEET_PRIV_NONE)
            o.priv_key = (struct fleet_key){ FLEET_KEY_PASSPHRASE, (uint8_t *)fields[4],
                                             strlen(fields[4]) };
        assert_null(fleet_auth_check(&o));
        struct usm_user user;
        struct usm_keys keys;
        const char *why;
        uint8_t engine[32], expected[64];
        assert_int_equal(usm_user_init(&user, usm, &o, &why), 0);
        usm_user_localize(&user, usm, span_of(engine, from_hex(fields[5], engine)), &keys);
        assert_int_equal(from_hex(fields[6], expected), keys.auth.length);
        assert_memory_equal(keys.auth.bytes, expected, keys.auth.length);
        size_t length = from_hex(fields[7], expected);
        assert_int_equal(length, keys.priv.length);
        assert_memory_equal(keys.priv.bytes, expected, length);
        seen++;
    }
    fclose(file);
    assert_int_equal(seen, 42);
}

static void a_passphrase_is_hashed_once_for_each_protocol(void **state) {
    (void)state;
    struct usm_master_key one, two;
    uint64_t before = usm_hashed(usm);
    usm_master_key(usm, FLEET_AUTH_SHA1, span_text("only once, please"), &one);
    usm_master_key(usm, FLEET_AUTH_SHA1, span_text("only once, please"), &two);
    assert_int_equal(usm_hashed(usm) - before, 1);
    assert_memory_equal(&one, &two, sizeof(one));
    usm_master_key(usm, FLEET_AUTH_SHA256, span_text("only once, please"), &two);
    usm_master_key(usm, FLEET_AUTH_SHA1, span_text("only once, please!"), &two);
    assert_int_equal(usm_hashed(usm) - before, 3);
}

static struct usm_localized_key some_key(size_t length) {
    struct usm_localized_key key = { .length = (uint8_t)length };
    for (size_t i = 0; i < length; i++) key.bytes[i] = (uint8_t)(i * 7 + 3);
    return key;
}

static void a_digest_verifies_only_the_very_message(void **state) {
    (void)state;
    for (enum fleet_auth_protocol p = FLEET_AUTH_MD5; p < FLEET_AUTH_PROTOCOLS; p++) {
        size_t mac = usm_auth_protocols[p].mac_length;
        struct usm_localized_key key = some_key(usm_auth_protocols[p].digest_length);
        uint8_t message[200];
        for (size_t i = 0; i < sizeof(message); i++) message[i] = (uint8_t)i;
        memset(message + 40, 0, mac);
        usm_sign(usm, p, &key, message, sizeof(message), 40);
        struct span whole = span_of(message, sizeof(message));
        assert_true(usm_verify(usm, p, &key, whole, span_of(message + 40, mac)));
        assert_false(usm_verify(usm, p, &key, whole, span_of(message + 40, mac - 1)));
        assert_false(usm_verify(usm, p, &key, whole, SPAN_NULL));
        for (size_t bit = 0; bit < 8 * sizeof(message); bit++) {
            message[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(usm_verify(usm, p, &key, whole, span_of(message + 40, mac)));
            message[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        key.bytes[0] ^= 1;
        assert_false(usm_verify(usm, p, &key, whole, span_of(message + 40, mac)));
    }
}

static void what_is_encrypted_comes_back(void **state) {
    (void)state;
    struct usm_moment moment = { 7, 123456 };
    for (enum fleet_priv_protocol p = FLEET_PRIV_DES; p < FLEET_PRIV_PROTOCOLS; p++) {
        struct usm_localized_key key = some_key(usm_priv_protocols[p].key_length);
        for (size_t length = 1; length < 300; length += 13) {
            uint8_t data[320], back[320], salt[8];
            for (size_t i = 0; i < length; i++) data[i] = (uint8_t)(i ^ 0x55);
            size_t padded = usm_encrypt(usm, p, &key, moment, 0x123456789abcdef0 + length, data,
                                        length, salt);
            size_t block = usm_priv_protocols[p].block_length;
            assert_int_equal(padded, (length + block - 1) / block * block);
            struct span encrypted = span_of(data, padded);
            assert_true(usm_decrypt(usm, p, &key, moment, span_of(salt, 8), encrypted, back));
            for (size_t i = 0; i < length; i++) assert_int_equal(back[i], (uint8_t)(i ^ 0x55));
            assert_false(usm_decrypt(usm, p, &key, moment, span_of(salt, 7), encrypted, back));
            if (block > 1)
                assert_false(usm_decrypt(usm, p, &key, moment, span_of(salt, 8),
                                         span_of(data, padded - 1), back));
        }
    }
}

/* Cipher feedback is put together here from blocks: OpenSSL's own mode must give the same. */
static void aes_is_what_openssl_says_it_is(void **state) {
    (void)state;
    static const char *const names[FLEET_PRIV_PROTOCOLS] = {
        [FLEET_PRIV_AES128] = "AES-128-CFB", [FLEET_PRIV_AES192] = "AES-192-CFB",
        [FLEET_PRIV_AES256] = "AES-256-CFB", [FLEET_PRIV_AES192_REEDER] = "AES-192-CFB",
        [FLEET_PRIV_AES256_REEDER] = "AES-256-CFB",
    };
    struct usm_moment moment = { 0x01020304, 0x05060708 };
    for (enum fleet_priv_protocol p = FLEET_PRIV_AES128; p < FLEET_PRIV_PROTOCOLS; p++) {
        struct usm_localized_key key = some_key(usm_priv_protocols[p].key_length);
        EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, names[p], NULL);
        EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
        for (size_t length = 1; length < 100; length++) {
            uint8_t data[128], expected[128], back[128], salt[8];
            const uint8_t iv[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
            int written;
            for (size_t i = 0; i < length; i++) data[i] = expected[i] = (uint8_t)(i * 3);
            assert_int_equal(EVP_EncryptInit_ex2(context, cipher, key.bytes, iv, NULL), 1);
            assert_int_equal(
                EVP_EncryptUpdate(context, expected, &written, expected, (int)length), 1);
            usm_encrypt(usm, p, &key, moment, 0x090a0b0c0d0e0f10, data, length, salt);
            assert_memory_equal(data, expected, length);
            assert_true(usm_decrypt(usm, p, &key, moment, span_of(salt, 8),
                                    span_of(data, length), back));
            for (size_t i = 0; i < length; i++) assert_int_equal(back[i], (uint8_t)(i * 3));
        }
        EVP_CIPHER_CTX_free(context);
        EVP_CIPHER_free(cipher);
    }
}

/* OpenSSL 3.0 allocates a digest's state when it is begun; nothing else may come. */
static void a_message_allocates_nothing_but_two_digest_states(void **state) {
    (void)state;
    uint8_t message[256] = { 0 }, back[256], salt[8];
    struct usm_moment moment = { 1, 2 };
    for (enum fleet_auth_protocol p = FLEET_AUTH_MD5; p < FLEET_AUTH_PROTOCOLS; p++) {
        struct usm_localized_key key = some_key(usm_auth_protocols[p].digest_length);
        unsigned long before = allocations;
        for (int i = 0; i < 10; i++) usm_sign(usm, p, &key, message, sizeof(message), 40);
        assert_true(allocations - before <= 2 * 10);
    }
    for (enum fleet_priv_protocol p = FLEET_PRIV_DES; p < FLEET_PRIV_PROTOCOLS; p++) {
        struct usm_localized_key key = some_key(usm_priv_protocols[p].key_length);
        unsigned long before = allocations;
        for (uint64_t i = 0; i < 10; i++) {
            size_t length = usm_encrypt(usm, p, &key, moment, i, message, 200, salt);
            usm_decrypt(usm, p, &key, moment, span_of(salt, 8), span_of(message, length), back);
        }
        assert_int_equal(allocations, before);
    }
}

/* An HMAC of zeros must not verify because OpenSSL could not begin the digest. */
static void out_of_memory_nothing_is_signed_verified_or_derived(void **state) {
    (void)state;
    uint8_t message[256] = { 0 }, engine[] = { 0x80, 0, 0, 9, 1 };
    struct usm_master_key master;
    struct usm_localized_key localized;
    assert_true(usm_master_key(usm, FLEET_AUTH_SHA256, span_text("known already"), &master));
    is_out_of_memory = true;
    for (enum fleet_auth_protocol p = FLEET_AUTH_MD5; p < FLEET_AUTH_PROTOCOLS; p++) {
        struct usm_localized_key key = some_key(usm_auth_protocols[p].digest_length);
        struct span whole = span_of(message, sizeof(message));
        struct span zeros = span_of(message + 40, usm_auth_protocols[p].mac_length);
        assert_false(usm_verify(usm, p, &key, whole, zeros));
        assert_false(usm_sign(usm, p, &key, message, sizeof(message), 40));
        assert_false(usm_master_key(usm, p, span_text("never asked for"), &master));
        assert_false(usm_localize_auth(usm, p, &master, span_of(engine, sizeof(engine)),
                                       &localized));
        assert_false(usm_localize_priv(usm, p, FLEET_PRIV_AES256_REEDER, &master,
                                       span_of(engine, sizeof(engine)), &localized));
    }
    is_out_of_memory = false;
    assert_true(usm_master_key(usm, FLEET_AUTH_SHA256, span_text("known already"), &master));
}

static void the_window_is_that_of_rfc_3414(void **state) {
    (void)state;
    const uint64_t s = CLOCK_NS_PER_S;
    struct usm_clock c = USM_CLOCK_UNKNOWN_INIT;
    usm_clock_guess(&c, 9, 9, 0);
    assert_int_equal(c.state, USM_CLOCK_GUESSED);
    assert_true(usm_clock_accept(&c, 0, 1000, 0));        /* boots 0 is legal */
    assert_int_equal(c.state, USM_CLOCK_AUTHENTIC);
    usm_clock_guess(&c, 9, 9, 0);                         /* says nothing now */
    assert_int_equal(c.boots, 0);
    assert_int_equal(usm_clock_time(&c, 10 * s), 1010);
    assert_true(usm_clock_accept(&c, 0, 860, 10 * s));    /* 150 s late is within */
    assert_false(usm_clock_accept(&c, 0, 859, 10 * s));
    assert_int_equal(usm_clock_time(&c, 10 * s), 1010);   /* the past changes nothing */
    assert_true(usm_clock_accept(&c, 0, 5000, 10 * s));   /* the future does */
    assert_false(usm_clock_accept(&c, 0, 4000, 10 * s));
    assert_true(usm_clock_accept(&c, 1, 3, 20 * s));      /* rebooted */
    assert_false(usm_clock_accept(&c, 0, 6000, 20 * s));
    assert_false(usm_clock_accept(&c, USM_TIME_MAX, 1, 20 * s));
    assert_false(usm_clock_accept(&c, -1, 1, 20 * s));
    assert_int_equal(c.boots, 1);
    usm_clock_set(&c, 0, 7, 20 * s);                      /* fresh, so it may go back */
    assert_int_equal(usm_clock_time(&c, 20 * s), 7);
    assert_int_equal(usm_clock_time(&c, UINT64_MAX), USM_TIME_MAX);
}

static void an_auth_without_sense_is_refused(void **state) {
    (void)state;
    const struct fleet_key key = { FLEET_KEY_PASSPHRASE, (const uint8_t *)"longenough", 10 };
    const struct fleet_key is_short = { FLEET_KEY_PASSPHRASE, (const uint8_t *)"short", 5 };
    const struct fleet_auth_options good[] = {
        { .name = "a" },
        { .name = "a", .version = FLEET_V1, .community = "x" },
        { .name = "a", .version = FLEET_V3, .user = "u" },
        { .name = "a", .version = FLEET_V3, .user = "u", .auth_protocol = FLEET_AUTH_MD5,
          .auth_key = key },
    };
    const struct fleet_auth_options bad[] = {
        { .version = FLEET_V2C },
        { .name = "a", .community = "" },
        { .name = "a", .user = "u" },
        { .name = "a", .version = FLEET_V3 },
        { .name = "a", .version = FLEET_V3, .user = "u", .community = "x" },
        { .name = "a", .version = FLEET_V3, .user = "u", .auth_key = key },
        { .name = "a", .version = FLEET_V3, .user = "u", .auth_protocol = FLEET_AUTH_MD5 },
        { .name = "a", .version = FLEET_V3, .user = "u", .auth_protocol = FLEET_AUTH_MD5,
          .auth_key = is_short },
        { .name = "a", .version = FLEET_V3, .user = "u", .priv_protocol = FLEET_PRIV_DES,
          .priv_key = key },
        { .name = "a", .version = FLEET_V3, .user = "u", .level = FLEET_AUTH_NO_PRIV },
        { .name = "a", .version = FLEET_V3, .user = "123456789012345678901234567890123" },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_null(fleet_auth_check(&good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_non_null(fleet_auth_check(&bad[i]));
}

int main(void) {
    CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_in_all_their_spellings),
        cmocka_unit_test(keys_are_those_of_maplesyrup),
        cmocka_unit_test(short_keys_grow_as_blumenthal_and_reeder_say),
        cmocka_unit_test(keys_are_those_of_a_real_agent),
        cmocka_unit_test(a_passphrase_is_hashed_once_for_each_protocol),
        cmocka_unit_test(a_digest_verifies_only_the_very_message),
        cmocka_unit_test(what_is_encrypted_comes_back),
        cmocka_unit_test(aes_is_what_openssl_says_it_is),
        cmocka_unit_test(a_message_allocates_nothing_but_two_digest_states),
        cmocka_unit_test(out_of_memory_nothing_is_signed_verified_or_derived),
        cmocka_unit_test(the_window_is_that_of_rfc_3414),
        cmocka_unit_test(an_auth_without_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

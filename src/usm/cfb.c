/*
 * cfb: AES in 128-bit cipher feedback mode (RFC 3826 section 3.1, NIST SP 800-38A section 6.3), put
 * together from OpenSSL's bare block cipher.
 *
 * Each block of cipher feedback is the text exclusive-or'ed with the encryption of the cipher text
 * before it. A receiver has all the cipher text at once, so that all blocks can be encrypted in one
 * call, in which the processor works on many of them at a time; OpenSSL's own mode takes them one
 * after the other. Besides, setting an initial vector costs OpenSSL 3.0 a look-up by name a
 * message.
 */
#include "usm/state.h"

enum { BLOCK = 16 };

static bool cfb_set_key(EVP_CIPHER_CTX *context, const uint8_t *key) {
    return EVP_EncryptInit_ex2(context, NULL, key, NULL, NULL) == 1;
}

static bool cfb_blocks(EVP_CIPHER_CTX *context, uint8_t *to, const uint8_t *from, size_t length) {
    int written = 0;
    return EVP_EncryptUpdate(context, to, &written, from, (int)length) == 1 &&
           (size_t)written == length;
}

static void xor_into(uint8_t *to, const uint8_t *with, size_t length) {
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t a, b;
        memcpy(&a, to + i, 8);
        memcpy(&b, with + i, 8);
        a ^= b;
        memcpy(to + i, &a, 8);
    }
    for (; i < length; i++) to[i] ^= with[i];
}

bool cfb_encrypt(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t iv[static BLOCK],
                 uint8_t *data, size_t length) {
    uint8_t stream[BLOCK];
    const uint8_t *before = iv;
    bool good = cfb_set_key(context, key);
    for (size_t at = 0; at < length && good; at += BLOCK) {
        good = cfb_blocks(context, stream, before, BLOCK);
        xor_into(data + at, stream, length - at < BLOCK ? length - at : BLOCK);
        before = data + at;
    }
    return good;
}

bool cfb_decrypt(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t iv[static BLOCK],
                 struct span encrypted, uint8_t *ret_data) {
    size_t blocks = (encrypted.length + BLOCK - 1) / BLOCK;
    memcpy(ret_data, iv, BLOCK);
    memcpy(ret_data + BLOCK, encrypted.bytes, (blocks - 1) * BLOCK);
    if (!cfb_set_key(context, key) || !cfb_blocks(context, ret_data, ret_data, blocks * BLOCK))
        return false;
    xor_into(ret_data, encrypted.bytes, encrypted.length);
    return true;
}

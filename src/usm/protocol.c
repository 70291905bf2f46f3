/*
 * protocol: see protocol.h.
 *
 * Users paste names from Net-SNMP's command lines, from Cisco and Juniper configurations, from Go
 * and Python libraries and from the MIBs. Spellings differ by case, hyphens and a few affixes; a
 * name is reduced to lower-case letters and digits and looked up.
 */
#include "usm/protocol.h"

#include <string.h>

const struct usm_auth_protocol usm_auth_protocols[FLEET_AUTH_PROTOCOLS] = {
    [FLEET_AUTH_NONE] = { "none", NULL, 0, 0, 0 },
    [FLEET_AUTH_MD5] = { "MD5", "MD5", 16, 12, 64 },
    [FLEET_AUTH_SHA1] = { "SHA", "SHA1", 20, 12, 64 },
    [FLEET_AUTH_SHA224] = { "SHA-224", "SHA2-224", 28, 16, 64 },
    [FLEET_AUTH_SHA256] = { "SHA-256", "SHA2-256", 32, 24, 64 },
    [FLEET_AUTH_SHA384] = { "SHA-384", "SHA2-384", 48, 32, 128 },
    [FLEET_AUTH_SHA512] = { "SHA-512", "SHA2-512", 64, 48, 128 },
};

const struct usm_priv_protocol usm_priv_protocols[FLEET_PRIV_PROTOCOLS] = {
    [FLEET_PRIV_NONE] = { "none", NULL, 0, 0, 1, false, USM_EXTEND_NEVER },
    [FLEET_PRIV_DES] = { "DES", "DES-CBC", 16, 8, 8, true, USM_EXTEND_NEVER },
    [FLEET_PRIV_3DES] = { "3DES", "DES-EDE3-CBC", 32, 24, 8, false, USM_EXTEND_REEDER },
    [FLEET_PRIV_AES128] = { "AES", "AES-128-ECB", 16, 16, 1, false, USM_EXTEND_NEVER },
    [FLEET_PRIV_AES192] = { "AES192", "AES-192-ECB", 24, 24, 1, false, USM_EXTEND_BLUMENTHAL },
    [FLEET_PRIV_AES256] = { "AES256", "AES-256-ECB", 32, 32, 1, false, USM_EXTEND_BLUMENTHAL },
    [FLEET_PRIV_AES192_REEDER] = { "AES192C", "AES-192-ECB", 24, 24, 1, false,
                                   USM_EXTEND_REEDER },
    [FLEET_PRIV_AES256_REEDER] = { "AES256C", "AES-256-ECB", 32, 32, 1, false,
                                   USM_EXTEND_REEDER },
};

enum { NAME_MAX_BYTES = 48 };

/* Letters and digits of @text in lower case; false when it is too long or holds anything odd. */
static bool name_reduce(const char *text, char ret_name[static NAME_MAX_BYTES]) {
    size_t length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '-' || *c == '_' || *c == ' ' || *c == '/') continue;
        bool is_upper = *c >= 'A' && *c <= 'Z';
        bool is_good = is_upper || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (!is_good || length + 1 >= NAME_MAX_BYTES) return false;
        ret_name[length++] = is_upper ? (char)(*c - 'A' + 'a') : *c;
    }
    ret_name[length] = '\0';
    return length > 0;
}

static void cut_prefix(char *name, const char *prefix) {
    size_t length = strlen(prefix);
    if (strncmp(name, prefix, length) == 0 && name[length] != '\0')
        memmove(name, name + length, strlen(name) - length + 1);
}

static bool cut_suffix(char *name, const char *suffix) {
    size_t length = strlen(name), cut = strlen(suffix);
    if (length <= cut || strcmp(name + length - cut, suffix) != 0) return false;
    name[length - cut] = '\0';
    return true;
}

struct spelling {
    const char *name;
    uint8_t protocol;
};

static bool spelling_find(const char *name, const struct spelling *known, size_t count,
                          uint8_t *ret_protocol) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(known[i].name, name) != 0) continue;
        *ret_protocol = known[i].protocol;
        return true;
    }
    return false;
}

bool fleet_auth_protocol_parse(const char *text, enum fleet_auth_protocol *ret_protocol) {
    /* Number of hash bits as such, and with the MAC's as RFC 7860 and the MIBs name them. */
    static const struct spelling known[] = {
        { "none", FLEET_AUTH_NONE },      { "no", FLEET_AUTH_NONE },
        { "noauth", FLEET_AUTH_NONE },
        { "md5", FLEET_AUTH_MD5 },        { "md596", FLEET_AUTH_MD5 },
        { "sha", FLEET_AUTH_SHA1 },       { "sha1", FLEET_AUTH_SHA1 },
        { "sha96", FLEET_AUTH_SHA1 },     { "sha196", FLEET_AUTH_SHA1 },
        { "sha224", FLEET_AUTH_SHA224 },  { "sha2224", FLEET_AUTH_SHA224 },
        { "128sha224", FLEET_AUTH_SHA224 }, { "sha224128", FLEET_AUTH_SHA224 },
        { "sha256", FLEET_AUTH_SHA256 },  { "sha2256", FLEET_AUTH_SHA256 },
        { "192sha256", FLEET_AUTH_SHA256 }, { "sha256192", FLEET_AUTH_SHA256 },
        { "sha384", FLEET_AUTH_SHA384 },  { "sha2384", FLEET_AUTH_SHA384 },
        { "256sha384", FLEET_AUTH_SHA384 }, { "sha384256", FLEET_AUTH_SHA384 },
        { "sha512", FLEET_AUTH_SHA512 },  { "sha2512", FLEET_AUTH_SHA512 },
        { "384sha512", FLEET_AUTH_SHA512 }, { "sha512384", FLEET_AUTH_SHA512 },
    };
    char name[NAME_MAX_BYTES];
    uint8_t protocol;
    if (!name_reduce(text, name)) return false;
    cut_prefix(name, "usm");
    cut_prefix(name, "hmac");
    (void)(cut_suffix(name, "authprotocol") || cut_suffix(name, "protocol"));
    if (!spelling_find(name, known, sizeof(known) / sizeof(known[0]), &protocol)) return false;
    *ret_protocol = protocol;
    return true;
}

bool fleet_priv_protocol_parse(const char *text, enum fleet_priv_protocol *ret_protocol) {
    static const struct spelling known[] = {
        { "none", FLEET_PRIV_NONE },      { "no", FLEET_PRIV_NONE },
        { "nopriv", FLEET_PRIV_NONE },
        { "des", FLEET_PRIV_DES },        { "descbc", FLEET_PRIV_DES },
        { "cbcdes", FLEET_PRIV_DES },     { "des56", FLEET_PRIV_DES },
        { "3des", FLEET_PRIV_3DES },      { "tripledes", FLEET_PRIV_3DES },
        { "des3", FLEET_PRIV_3DES },      { "3desede", FLEET_PRIV_3DES },
        { "desede3", FLEET_PRIV_3DES },   { "3desedecbc", FLEET_PRIV_3DES },
        { "aes", FLEET_PRIV_AES128 },     { "aes128", FLEET_PRIV_AES128 },
        { "aescfb128", FLEET_PRIV_AES128 }, { "aes128cfb", FLEET_PRIV_AES128 },
        { "cfb128aes128", FLEET_PRIV_AES128 }, { "aescfb", FLEET_PRIV_AES128 },
        { "aes128cfb128", FLEET_PRIV_AES128 },
        { "aes192", FLEET_PRIV_AES192 },  { "aes192cfb", FLEET_PRIV_AES192 },
        { "aescfb192", FLEET_PRIV_AES192 }, { "cfb128aes192", FLEET_PRIV_AES192 },
        { "aes192cfb128", FLEET_PRIV_AES192 },
        { "aes256", FLEET_PRIV_AES256 },  { "aes256cfb", FLEET_PRIV_AES256 },
        { "aescfb256", FLEET_PRIV_AES256 }, { "cfb128aes256", FLEET_PRIV_AES256 },
        { "aes256cfb128", FLEET_PRIV_AES256 },
    };
    char name[NAME_MAX_BYTES];
    uint8_t protocol;
    if (!name_reduce(text, name)) return false;
    cut_prefix(name, "usm");
    (void)(cut_suffix(name, "privprotocol") || cut_suffix(name, "protocol"));
    bool is_blumenthal = cut_suffix(name, "blumenthal");
    bool is_reeder = !is_blumenthal && (cut_suffix(name, "reeder") || cut_suffix(name, "cisco"));
    if (!spelling_find(name, known, sizeof(known) / sizeof(known[0]), &protocol)) {
        /* "AES256C"; but for "...cfb" no final c means anything else. */
        if (is_blumenthal || is_reeder || !cut_suffix(name, "c")) return false;
        is_reeder = true;
        if (!spelling_find(name, known, sizeof(known) / sizeof(known[0]), &protocol)) return false;
    }
    if (is_blumenthal || is_reeder) {
        bool is_long = protocol == FLEET_PRIV_AES192 || protocol == FLEET_PRIV_AES256;
        bool is_moot = protocol == FLEET_PRIV_3DES && is_reeder;
        if (!is_long && !is_moot) return false;
    }
    if (is_reeder && protocol == FLEET_PRIV_AES192) protocol = FLEET_PRIV_AES192_REEDER;
    if (is_reeder && protocol == FLEET_PRIV_AES256) protocol = FLEET_PRIV_AES256_REEDER;
    *ret_protocol = protocol;
    return true;
}

const char *fleet_auth_protocol_text(enum fleet_auth_protocol protocol) {
    return usm_auth_protocols[protocol].name;
}

const char *fleet_priv_protocol_text(enum fleet_priv_protocol protocol) {
    return usm_priv_protocols[protocol].name;
}

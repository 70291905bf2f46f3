/* users: see users.h. */
#include "sim/users.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct fleet_auth_options user_options(const struct user *user) {
    struct fleet_auth_options o = {
        .name = "user",
        .version = FLEET_V3,
        .user = user->name,
        .auth_protocol = user->auth_protocol,
        .priv_protocol = user->priv_protocol,
    };
    if (user->auth_protocol != FLEET_AUTH_NONE)
        o.auth_key =
            (struct fleet_key){ FLEET_KEY_PASSPHRASE, (const uint8_t *)user->auth_passphrase,
                                strlen(user->auth_passphrase) };
    if (user->priv_protocol != FLEET_PRIV_NONE)
        o.priv_key =
            (struct fleet_key){ FLEET_KEY_PASSPHRASE, (const uint8_t *)user->priv_passphrase,
                                strlen(user->priv_passphrase) };
    return o;
}

/* The text up to the next comma, and *@at moved behind it; false when it is longer than @size. */
static bool users_take(const char **at, char *ret_field, size_t size) {
    size_t length = strcspn(*at, ",");
    if (length >= size) return false;
    memcpy(ret_field, *at, length);
    ret_field[length] = '\0';
    *at += length;
    if (**at == ',') (*at)++;
    return true;
}

/* What is wrong with @text, or NULL. */
static const char *users_parse(const char *text, struct user *user) {
    char protocol[48];
    size_t fields = 1;
    for (const char *c = text; *c != '\0'; c++) fields += *c == ',';
    if (fields != 1 && fields != 3 && fields != 5)
        return "NAME[,AUTH,PASSPHRASE[,PRIV,PASSPHRASE]]";
    if (!users_take(&text, user->name, sizeof(user->name))) return "the name is too long";
    if (fields > 1) {
        if (!users_take(&text, protocol, sizeof(protocol)) ||
            !fleet_auth_protocol_parse(protocol, &user->auth_protocol))
            return "unknown authentication protocol";
        if (!users_take(&text, user->auth_passphrase, sizeof(user->auth_passphrase)))
            return "the passphrase is too long";
    }
    if (fields > 3) {
        if (!users_take(&text, protocol, sizeof(protocol)) ||
            !fleet_priv_protocol_parse(protocol, &user->priv_protocol))
            return "unknown privacy protocol";
        if (!users_take(&text, user->priv_passphrase, sizeof(user->priv_passphrase)))
            return "the passphrase is too long";
    }
    struct fleet_auth_options options = user_options(user);
    return fleet_auth_check(&options);
}

bool users_add(struct users *u, const char *text, const char **ret_why) {
    struct user user = { .auth_protocol = FLEET_AUTH_NONE };
    const char *why = users_parse(text, &user);
    if (why == NULL && u->count >= USERS_GIVEN_MAX) why = "too many users";
    for (uint32_t i = 0; i < u->count && why == NULL; i++) {
        if (strcmp(u->list[i].name, user.name) == 0) why = "given twice";
    }
    if (why != NULL) {
        *ret_why = why;
        return false;
    }
    u->list[u->count++] = user;
    return true;
}

void users_add_all_protocols(struct users *u) {
    static const char *const auths[FLEET_AUTH_PROTOCOLS] = {
        [FLEET_AUTH_MD5] = "md5",       [FLEET_AUTH_SHA1] = "sha",
        [FLEET_AUTH_SHA224] = "sha224", [FLEET_AUTH_SHA256] = "sha256",
        [FLEET_AUTH_SHA384] = "sha384", [FLEET_AUTH_SHA512] = "sha512",
    };
    static const char *const privs[FLEET_PRIV_PROTOCOLS] = {
        [FLEET_PRIV_NONE] = "nopriv",
        [FLEET_PRIV_DES] = "des",
        [FLEET_PRIV_3DES] = "3des",
        [FLEET_PRIV_AES128] = "aes",
        [FLEET_PRIV_AES192] = "aes192",
        [FLEET_PRIV_AES256] = "aes256",
        [FLEET_PRIV_AES192_REEDER] = "aes192c",
        [FLEET_PRIV_AES256_REEDER] = "aes256c",
    };
    enum { PAIRS = (FLEET_AUTH_PROTOCOLS - 1) * FLEET_PRIV_PROTOCOLS };
    assert(u->count + 1 + PAIRS <= USERS_MAX);
    u->list[u->count++] = (struct user){ .name = "noauth" };
    for (int a = FLEET_AUTH_MD5; a < FLEET_AUTH_PROTOCOLS; a++) {
        for (int p = FLEET_PRIV_NONE; p < FLEET_PRIV_PROTOCOLS; p++) {
            struct user *user = &u->list[u->count++];
            *user = (struct user){ .auth_protocol = (enum fleet_auth_protocol)a,
                                   .priv_protocol = (enum fleet_priv_protocol)p };
            snprintf(user->name, sizeof(user->name), "%s_%s", auths[a], privs[p]);
            snprintf(user->auth_passphrase, USERS_PASSPHRASE_MAX, "authpass_%s", auths[a]);
            snprintf(user->priv_passphrase, USERS_PASSPHRASE_MAX, "privpass_%s", privs[p]);
        }
    }
}

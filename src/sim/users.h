/*
 * users: who may ask simulated agents by SNMPv3, with passphrases in clear: they are no secrets of
 * anybody's.
 */
#pragma once

#include "snmpfleet/auth.h"

enum { USERS_MAX = 64, USERS_GIVEN_MAX = 16, USERS_PASSPHRASE_MAX = 64 };

struct user {
    char name[FLEET_USER_MAX + 1];
    enum fleet_auth_protocol auth_protocol;
    enum fleet_priv_protocol priv_protocol;
    char auth_passphrase[USERS_PASSPHRASE_MAX + 1], priv_passphrase[USERS_PASSPHRASE_MAX + 1];
};

struct users {
    struct user list[USERS_MAX];
    uint32_t count;
};

/*
 * Add the user of NAME[,AUTH,PASSPHRASE[,PRIV,PASSPHRASE]]. False with *ret_why a phrase: it is
 * malformed, there is one of this name, or there are USERS_GIVEN_MAX already.
 */
bool users_add(struct users *u, const char *text, const char **ret_why);

/*
 * Add `noauth`, and one for each pair of protocols: <auth>_<priv> of md5, sha, sha224, sha256,
 * sha384, sha512 and nopriv, des, 3des, aes, aes192, aes256, aes192c, aes256c, with passphrases
 * authpass_<auth> and privpass_<priv>.
 */
void users_add_all_protocols(struct users *u);

/* What @user is in the library's terms; what it points at is @user's. */
struct fleet_auth_options user_options(const struct user *user);

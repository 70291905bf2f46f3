/*
 * credentials: the options that say how agents are asked, in Net-SNMP's grammar; every verb that
 * asks takes them.
 *
 *     -v 1|2c|3 -c COMMUNITY -u USER -l LEVEL -a PROTOCOL -A PASSWORD -x PROTOCOL -X PASSWORD
 *     -n CONTEXT -e ENGINE-ID -E CONTEXT-ENGINE-ID -3m|-3M|-3k|-3K HEX-KEY
 *
 * Words that hold secrets are copied and then blanked where they stand, so that ps does not show
 * them; the copies are wiped.
 */
#pragma once

#include <stdbool.h>

#include "snmpfleet/fleet.h"

/* For getopt. */
#define CREDENTIALS_OPTIONS "v:c:u:l:a:A:x:X:n:e:E:3:"

/* For the text of --help. */
#define CREDENTIALS_HELP                                                                        \
    "  -v 1|2c|3              SNMP version (2c; 3 with -u)\n"                                      \
    "  -c COMMUNITY           community (public)\n"                                             \
    "  -u USER                SNMPv3 user\n"                                                    \
    "  -l LEVEL               noAuthNoPriv, authNoPriv or authPriv (what the protocols allow)\n"   \
    "  -a PROTOCOL            authentication: MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512\n"   \
    "  -A PASSWORD            its password\n"                                                   \
    "  -x PROTOCOL            privacy: DES, 3DES, AES, AES192, AES256, AES192C, AES256C\n"      \
    "  -X PASSWORD            its password\n"                                                   \
    "  -3m HEX, -3M HEX       master keys of authentication and privacy, instead of passwords\n" \
    "  -3k HEX, -3K HEX       localized keys\n"                                                 \
    "  -n CONTEXT             SNMPv3 context\n"                                                 \
    "  -e ID, -E ID           security engine ID and context engine ID, in hexadecimal\n"

struct credentials {
    struct fleet_auth_options auth;   /* what was given; its strings are copies */
    char *community, *auth_secret, *priv_secret;  /* wiped */
    uint8_t engine_id[FLEET_ENGINE_ID_MAX], context_engine_id[FLEET_ENGINE_ID_MAX];
    bool is_given;
};

bool credentials_is_option(int option);

/*
 * One of the options (for which credentials_is_option is true) with its argument. -3 may take its
 * key from the next of argv, which optind then passes. NULL, or what is wrong: a phrase.
 */
const char *credentials_parse(struct credentials *c, int option, char *argument, int argc,
                              char **argv);

/*
 * One of the options as getopt gives it, its argument in optarg. False with what is wrong told on
 * standard error, in the name of @verb.
 */
bool credentials_take(struct credentials *c, const char *verb, int option, int argc, char **argv);

/* When all options are taken: are they complete? False as above. */
bool credentials_settle(struct credentials *c, const char *verb);

/*
 * Make them the defaults: of version 3 as an auth of @fleet, otherwise as version and community. 0,
 * -errno or an enum fleet_error, told.
 */
int credentials_apply(const struct credentials *c, const char *verb, struct fleet *fleet,
                      struct fleet_target_options *defaults);

void credentials_wipe(struct credentials *c);

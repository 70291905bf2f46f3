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

struct credentials {
    struct fleet_auth_options auth;   /* what was given; its strings are copies */
    char *community, *auth_secret, *priv_secret;  /* wiped */
    uint8_t engine_id[FLEET_ENGINE_ID_MAX], context_engine_id[FLEET_ENGINE_ID_MAX];
    bool is_given;
};

bool credentials_is_option(int option);

/*
 * One of the options (for which credentials_is_option is true) with its argument. -3 may take its
 * key from the next of argv, which optind then passes. NULL, or what would have been right.
 */
const char *credentials_parse(struct credentials *c, int option, char *argument, int argc,
                              char **argv);

/* The same; false with what is wrong told on standard error, in the name of @program. */
bool credentials_take(struct credentials *c, const char *program, int option, char *argument,
                      int argc, char **argv);

/*
 * When all options are taken: are they complete? False: told. Where a configuration may say the
 * rest (@has_config), credentials_apply looks.
 */
bool credentials_settle(struct credentials *c, const char *program, bool has_config);

/*
 * Make them the defaults: of version 3 as an auth of @fleet, otherwise as version and community.
 * They change what they say and nothing else of @base, the default auth (NULL: there is none, and
 * @defaults say version and community); but a user takes the place of a community, and the other
 * way. *ret_auth is what came of it; it borrows from all of them. 0, -errno or an enum fleet_error,
 * told.
 */
int credentials_apply(const struct credentials *c, const char *program, struct fleet *fleet,
                      const struct fleet_auth_options *base,
                      struct fleet_target_options *defaults,
                      struct fleet_auth_options *ret_auth);

void credentials_wipe(struct credentials *c);

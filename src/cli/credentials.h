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
 * To be called when all options are taken. False: they are not complete, which was told. With
 * @has_config the configuration may have the rest, and credentials_apply checks them.
 */
bool credentials_settle(struct credentials *c, const char *program, bool has_config);

/*
 * Make them the defaults: of version 3 as an auth of @fleet, otherwise as version and community.
 * @base is the default auth. NULL: there is none, and @defaults have version and community. The
 * credentials change the parts of it that they give, and no others; but a user replaces a
 * community, and a community a user. *ret_auth is the result, which borrows from all of them. 0, or
 * -errno or an enum fleet_error after a message.
 */
int credentials_apply(const struct credentials *c, const char *program, struct fleet *fleet,
                      const struct fleet_auth_options *base,
                      struct fleet_target_options *defaults,
                      struct fleet_auth_options *ret_auth);

void credentials_wipe(struct credentials *c);

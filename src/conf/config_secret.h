/*
 * config_secret: a secret in one of its four forms: literally, of a file, of the environment, of
 * the service manager's credentials. Neither its text nor the name of its file or variable is ever
 * part of a message: who mistakes the form writes the secret there.
 */
#pragma once

#include "conf/config_schema.h"

/* A secret that the configuration owns: its text, or the octets of a key. Wiped with it. */
struct config_owned {
    struct config_owned *next;
    char *text;
};

/*
 * The secret that one of these @texts, by form, gives (all may be NULL), as *ret_text, which lives
 * as long as what owns it: with the texts, or in *owned. *ret_place is where it stands. False with
 * a fault told.
 */
bool config_secret_read(struct config_reader *reader, struct config_owned **owned,
                        const struct config_node *node, enum config_secret secret,
                        char *const texts[static CONFIG_FORMS], const char **ret_text,
                        struct config_place *ret_place);

void config_owned_free(struct config_owned *owned);

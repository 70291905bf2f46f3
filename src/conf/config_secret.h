/*
 * config_secret: a secret in one of its four forms: as text, in a file, in a variable of the
 * environment, in a credential of the service manager. No message has its text, nor the name of its
 * file or variable: a user who takes the wrong form writes the secret there.
 */
#pragma once

#include "conf/config_schema.h"

/* A secret that the configuration owns: its text, or the octets of a key. Wiped with it. */
struct config_owned {
    struct config_owned *next;
    char *text;
};

/*
 * Read the secret that one of @texts gives; there is one for each form, and all may be NULL.
 * *ret_text is part of the texts or of *owned, and lives as long. *ret_place is its place in the
 * file. False: an error was told.
 */
bool config_secret_read(struct config_reader *reader, struct config_owned **owned,
                        const struct config_node *node, enum config_secret secret,
                        char *const texts[static CONFIG_FORMS], const char **ret_text,
                        struct config_place *ret_place);

void config_owned_free(struct config_owned *owned);

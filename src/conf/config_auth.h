/*
 * config_auth: one auth of a configuration file, from texts to what fleet_auth_set takes.
 */
#pragma once

#include "conf/config_schema.h"

/* A secret that the configuration owns: its text, or the octets of a key. Wiped with it. */
struct config_owned {
    struct config_owned *next;
    char *text;
};

struct config_auth {
    struct fleet_auth_options options;
    const struct config_node *node;
    uint8_t engine_id[FLEET_ENGINE_ID_MAX], context_engine_id[FLEET_ENGINE_ID_MAX];
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

/* The auth at @node, its key the name. False with faults told. */
bool config_auth_read(struct config_reader *reader, struct config_owned **owned,
                      const struct config_node *node, const struct config_auth_texts *texts,
                      struct config_auth *ret_auth);

/* The place of what fleet_auth_check or fleet_auth_set found wrong. */
struct config_place config_auth_place(const struct config_auth *auth, const char *why);

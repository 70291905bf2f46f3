/*
 * config_auth: one auth of a configuration file, from texts to what fleet_auth_set takes.
 */
#pragma once

#include "conf/config_secret.h"

struct config_auth {
    struct fleet_auth_options options;
    const struct config_node *node;
    uint8_t engine_id[FLEET_ENGINE_ID_MAX], context_engine_id[FLEET_ENGINE_ID_MAX];
};

/* The auth at @node, its key the name. False with faults told. */
bool config_auth_read(struct config_reader *reader, struct config_owned **owned,
                      const struct config_node *node, const struct config_auth_texts *texts,
                      struct config_auth *ret_auth);

/* The place of what fleet_auth_check or fleet_auth_set found wrong. */
struct config_place config_auth_place(const struct config_auth *auth, const char *why);

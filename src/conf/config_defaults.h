/*
 * config_defaults: what a configuration file says for targets that do not say it themselves, with
 * the keys and values of a targets file.
 */
#pragma once

#include "conf/config_auth.h"

/*
 * The part at @node into @draft, whose options point at the texts and into the arena. False with
 * faults told.
 */
bool config_defaults_read(struct config_reader *reader, struct config_owned **owned,
                          struct target_keys *keys, const struct config_node *node,
                          const struct config_defaults_texts *texts,
                          struct target_draft *ret_draft);

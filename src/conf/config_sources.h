/*
 * config_sources: the part `targets` of a configuration file: where targets come from.
 *
 *     targets:
 *       - core.targets
 *       - { folder: targets.d }
 *       - { file_sd: "sd/core-*.json", every: 1m }
 *       - { command: [inventory, --site, ams], timeout: 30s, every: 5m }
 *       - { http_sd: "https://netbox.example.com/sd", every: 1m, token_file: token }
 *
 * Paths, and a command's when it has a slash, begin in the folder of the configuration.
 */
#pragma once

#include "conf/config_value.h"
#include "conf/source.h"

/* The sources at @node (NULL: none), in the reader's arena. False: told, or memory is out. */
bool config_sources_read(struct config_reader *reader, const struct config_node *node,
                         struct source **ret_sources, size_t *ret_count);

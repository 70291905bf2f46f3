/*
 * config_modules: the part `modules` of a configuration file: what to poll, by name.
 *
 *     modules:
 *       sensors:
 *         interval: 5m
 *         scalars: [sysUpTime, { object: sysName, tag: true }]
 *         tables: [...]                       config_table.h
 *         subtrees: [1.3.6.1.2.1.17]
 *         contexts: [10, { name: vlan-20, community_suffix: "@20" }]
 *
 * A module of a built-in one's name takes its place.
 */
#pragma once

#include "conf/config_value.h"
#include "snmpfleet/module.h"

/*
 * The modules at @node (NULL: none) in the order of the file. False: told, or memory is out. What
 * the options point at is in the reader's arena and in its MIB.
 */
bool config_modules_read(struct config_reader *reader, const struct config_node *node,
                         struct fleet_module_options **ret_modules, size_t *ret_count);

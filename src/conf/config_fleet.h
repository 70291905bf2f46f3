/*
 * config_fleet: the part `fleet` of a configuration file: limits of all targets together.
 *
 *     fleet: { rate: 2000, window: 500, memory: 256M, dns_rate: 500 }
 */
#pragma once

#include "conf/config_value.h"
#include "snmpfleet/fleet.h"

/* The limits at @node (NULL: none); zero is what the file does not say. False: told. */
bool config_fleet_read(struct config_reader *reader, const struct config_node *node,
                       struct fleet_limits *ret_limits);

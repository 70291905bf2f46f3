/*
 * config_table: one table of a module of a configuration file.
 *
 *     name: sensor                  the measurement; otherwise the name of the MIB's table
 *     oid: ENTITY-SENSOR-MIB::entPhySensorTable      all of its columns, and / or
 *     columns: [entPhySensorValue, { object: entPhySensorType, as: enum }]
 *     index: [entPhysicalIndex]     of a table that no MIB describes
 *     tags: [entPhySensorUnitsDisplay]
 *     joins:
 *       - columns: [entPhysicalName]          by: [entPhysicalIndex], which is understood
 *     filter:
 *       entPhySensorOperStatus: ok
 *
 * Columns that joins and filters need beside those that are named are asked for, and not written.
 */
#pragma once

#include "conf/config_object.h"
#include "snmpfleet/module.h"

/* The table at @node. False: told, or memory is out. */
bool config_table_read(struct config_reader *reader, const struct config_node *node,
                       struct fleet_table *ret_table);

/*
 * config_outputs: the part `outputs` of a configuration file: where rows and reports go.
 *
 *     outputs:
 *       - { format: influx, path: /var/lib/snmpfleet/rows.lp, reports: true }
 *       - { format: csv-wide, path: /var/lib/snmpfleet/tables }
 */
#pragma once

#include "conf/config_value.h"
#include "snmpfleet/writer.h"

/* The outputs at @node (NULL: none). False: told, or memory is out. */
bool config_outputs_read(struct config_reader *reader, const struct config_node *node,
                         struct fleet_writer_options **ret_outputs, size_t *ret_count);

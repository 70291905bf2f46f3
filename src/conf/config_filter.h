/*
 * config_filter: which rows of a table are kept. All of these must hold; of a list of values, one.
 *
 *     filter:
 *       ifOperStatus: up                      the name of a number, or the number
 *       ifIndex: [1-48, 100]                  numbers and ranges
 *       ifDescr: { not: "Vlan*" }             a pattern for text: * and ?
 */
#pragma once

#include "conf/config_draft.h"

bool config_filter_read(struct config_draft *draft, const struct config_node *node,
                        const struct fleet_filter **ret_filters, size_t *ret_count);

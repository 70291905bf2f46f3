/*
 * config_clash: what a file is told of names that meet in one row (row/schema.h).
 */
#pragma once

#include "conf/config_value.h"
#include "row/schema.h"

/* Tell the clash at the place of @node. Always false. */
bool config_clash(struct config_reader *reader, const struct config_node *node,
                  const struct schema_clash *clash);

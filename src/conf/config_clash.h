/*
 * config_clash: the error where two parts of one row would have one name (row/schema.h).
 */
#pragma once

#include "conf/config_value.h"
#include "row/schema.h"

/* Tell the clash at the place of @node. Always false. */
bool config_clash(struct config_reader *reader, const struct config_node *node,
                  const struct schema_clash *clash);

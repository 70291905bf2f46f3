/* value: what the ways between values and text share. */
#pragma once

#include "snmpfleet/syntax.h"
#include "wire/kind.h"

/* The name that @syntax (NULL: not known) gives a number, or a bit by its position; NULL: none. */
const char *value_name_of(const struct fleet_syntax *syntax, int64_t number);

/* value: what the ways between values and text share. */
#pragma once

#include <stdbool.h>

#include "snmpfleet/syntax.h"

/* Integer32 and all unsigned types. */
bool value_is_number(const struct fleet_value *value);

/* Those that are kept in `counter`. */
bool value_is_unsigned(const struct fleet_value *value);

/* The name that @syntax (NULL: not known) gives a number, or a bit by its position; NULL: none. */
const char *value_name_of(const struct fleet_syntax *syntax, int64_t number);

/*
 * kind: what types of values have in common (RFC 2578 section 7.1).
 */
#pragma once

#include <stdbool.h>

#include "snmpfleet/value.h"

/* Whole numbers that are kept in `counter`. */
static inline bool value_is_unsigned(const struct fleet_value *value) {
    switch (value->type) {
    case FLEET_COUNTER32:
    case FLEET_GAUGE32:
    case FLEET_TIME_TICKS:
    case FLEET_COUNTER64:
    case FLEET_UINTEGER32: return true;
    default: return false;
    }
}

/* Those, and Integer32. */
static inline bool value_is_number(const struct fleet_value *value) {
    return value->type == FLEET_INTEGER32 || value_is_unsigned(value);
}

/* It is there, and no exception. */
static inline bool value_is_there(const struct fleet_value *value) {
    return value->type != FLEET_ABSENT && value->type < FLEET_NO_SUCH_OBJECT;
}

/*
 * builtin: the modules that need no MIB file, written from the RFCs with numeric OIDs; each in a
 * file of its own, as `snmpfleet check --print-module NAME` shows it.
 */
#pragma once

#include "snmpfleet/module.h"

#define BUILTIN_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a value is on the wire, so that a field has one type for ever. */
extern const struct fleet_syntax type_integer, type_gauge, type_counter,
    type_counter64, type_ticks, type_text, type_oid, type_ip, type_real;

extern const struct fleet_module_options module_system, module_interfaces, module_host,
    module_ucd, module_ip, module_sensors;

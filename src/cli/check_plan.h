/*
 * check_plan: what `snmpfleet check` says of one module.
 */
#pragma once

#include <stdint.h>

#include "snmpfleet/fleet.h"

/* The plan of a module: what is asked for, how rows are indexed, what they are joined with. */
void check_print_plan(const struct fleet *fleet, uint32_t module);

/* A built-in module as a configuration file would have it. An exit code. */
int check_print_module(const char *name);

/*
 * ask_modules: which MIB modules the verbs that ask one agent load.
 *
 * As `snmpfleet get`: those that are built in; with -m or -M also those of files. Started under
 * Net-SNMP's name: by its rules, those of files alone. Which: -m, MIBS, `mibs` of snmp.conf, or a
 * list of its own; from where: -M, MIBDIRS, `mibdirs`, or folders of its own. "+A" adds to its own.
 */
#pragma once

#include "cli/ask_options.h"

/* 0, also where some of the modules are not found (warned of), or -errno. */
int ask_modules_load(struct ask_options *options, struct fleet_mib **ret_mib);

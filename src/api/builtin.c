/*
 * builtin: the modules that need no MIB file, written from the RFCs: names, OIDs and indexes.
 *
 * system      SNMPv2-MIB (RFC 3418): the system group's scalars.
 * interfaces  IF-MIB (RFC 2863): ifTable and ifXTable as one table `interface`, joined by ifIndex;
 * ifDescr, ifName and ifAlias
 *             are tags.
 */
#include <string.h>

#include "snmpfleet/module.h"

#define SYSTEM "1.3.6.1.2.1.1."
#define IF_ENTRY "1.3.6.1.2.1.2.2.1."
#define IF_X_ENTRY "1.3.6.1.2.1.31.1.1.1."

static const struct fleet_column system_scalars[] = {
    { .object = "sysDescr", .oid = SYSTEM "1.0" },
    { .object = "sysObjectID", .oid = SYSTEM "2.0" },
    { .object = "sysUpTime", .oid = SYSTEM "3.0" },
    { .object = "sysContact", .oid = SYSTEM "4.0" },
    { .object = "sysName", .oid = SYSTEM "5.0" },
    { .object = "sysLocation", .oid = SYSTEM "6.0" },
    { .object = "sysServices", .oid = SYSTEM "7.0" },
};

static const struct fleet_column interface_columns[] = {
    { .object = "ifDescr", .oid = IF_ENTRY "2", .is_tag = true },
    { .object = "ifType", .oid = IF_ENTRY "3" },
    { .object = "ifMtu", .oid = IF_ENTRY "4" },
    { .object = "ifSpeed", .oid = IF_ENTRY "5" },
    { .object = "ifPhysAddress", .oid = IF_ENTRY "6", .as = FLEET_AS_MAC },
    { .object = "ifAdminStatus", .oid = IF_ENTRY "7" },
    { .object = "ifOperStatus", .oid = IF_ENTRY "8" },
    { .object = "ifLastChange", .oid = IF_ENTRY "9" },
    { .object = "ifInOctets", .oid = IF_ENTRY "10" },
    { .object = "ifInUcastPkts", .oid = IF_ENTRY "11" },
    { .object = "ifInNUcastPkts", .oid = IF_ENTRY "12" },
    { .object = "ifInDiscards", .oid = IF_ENTRY "13" },
    { .object = "ifInErrors", .oid = IF_ENTRY "14" },
    { .object = "ifInUnknownProtos", .oid = IF_ENTRY "15" },
    { .object = "ifOutOctets", .oid = IF_ENTRY "16" },
    { .object = "ifOutUcastPkts", .oid = IF_ENTRY "17" },
    { .object = "ifOutNUcastPkts", .oid = IF_ENTRY "18" },
    { .object = "ifOutDiscards", .oid = IF_ENTRY "19" },
    { .object = "ifOutErrors", .oid = IF_ENTRY "20" },
    { .object = "ifOutQLen", .oid = IF_ENTRY "21" },
    { .object = "ifName", .oid = IF_X_ENTRY "1", .is_tag = true },
    { .object = "ifInMulticastPkts", .oid = IF_X_ENTRY "2" },
    { .object = "ifInBroadcastPkts", .oid = IF_X_ENTRY "3" },
    { .object = "ifOutMulticastPkts", .oid = IF_X_ENTRY "4" },
    { .object = "ifOutBroadcastPkts", .oid = IF_X_ENTRY "5" },
    { .object = "ifHCInOctets", .oid = IF_X_ENTRY "6" },
    { .object = "ifHCInUcastPkts", .oid = IF_X_ENTRY "7" },
    { .object = "ifHCInMulticastPkts", .oid = IF_X_ENTRY "8" },
    { .object = "ifHCInBroadcastPkts", .oid = IF_X_ENTRY "9" },
    { .object = "ifHCOutOctets", .oid = IF_X_ENTRY "10" },
    { .object = "ifHCOutUcastPkts", .oid = IF_X_ENTRY "11" },
    { .object = "ifHCOutMulticastPkts", .oid = IF_X_ENTRY "12" },
    { .object = "ifHCOutBroadcastPkts", .oid = IF_X_ENTRY "13" },
    { .object = "ifLinkUpDownTrapEnable", .oid = IF_X_ENTRY "14" },
    { .object = "ifHighSpeed", .oid = IF_X_ENTRY "15" },
    { .object = "ifPromiscuousMode", .oid = IF_X_ENTRY "16" },
    { .object = "ifConnectorPresent", .oid = IF_X_ENTRY "17" },
    { .object = "ifAlias", .oid = IF_X_ENTRY "18", .is_tag = true },
    { .object = "ifCounterDiscontinuityTime", .oid = IF_X_ENTRY "19" },
};

static const struct fleet_index interface_index[] = { { .name = "ifIndex" } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct fleet_table interface_tables[] = {
    { .name = "interface", .columns = interface_columns, .column_count = COUNT(interface_columns),
      .index = interface_index, .index_count = COUNT(interface_index) },
};

static const struct fleet_module_options modules[] = {
    { .name = "system", .scalars = system_scalars, .scalar_count = COUNT(system_scalars) },
    { .name = "interfaces", .tables = interface_tables, .table_count = COUNT(interface_tables) },
};

const struct fleet_module_options *fleet_module_builtin(const char *name) {
    for (size_t i = 0; i < COUNT(modules); i++) {
        if (strcmp(modules[i].name, name) == 0) return &modules[i];
    }
    return NULL;
}

const char *fleet_module_builtin_name(size_t index) {
    return index < COUNT(modules) ? modules[index].name : NULL;
}

/*
 * interfaces: IF-MIB (RFC 2863), ifTable and ifXTable as one table `interface`, row by row for both
 * have the same; ifDescr, ifName and ifAlias are tags.
 */
#include "api/modules/builtin.h"

#define IF_ENTRY "1.3.6.1.2.1.2.2.1."
#define IF_X_ENTRY "1.3.6.1.2.1.31.1.1.1."

static const struct fleet_column columns[] = {
    { .object = "ifDescr", .oid = IF_ENTRY "2", .syntax = &type_text, .is_tag = true },
    { .object = "ifType", .oid = IF_ENTRY "3", .syntax = &type_integer },
    { .object = "ifMtu", .oid = IF_ENTRY "4", .syntax = &type_integer },
    { .object = "ifSpeed", .oid = IF_ENTRY "5", .syntax = &type_gauge },
    { .object = "ifPhysAddress", .oid = IF_ENTRY "6", .syntax = &type_text,
      .as = FLEET_AS_MAC },
    { .object = "ifAdminStatus", .oid = IF_ENTRY "7", .syntax = &type_integer },
    { .object = "ifOperStatus", .oid = IF_ENTRY "8", .syntax = &type_integer },
    { .object = "ifLastChange", .oid = IF_ENTRY "9", .syntax = &type_ticks },
    { .object = "ifInOctets", .oid = IF_ENTRY "10", .syntax = &type_counter },
    { .object = "ifInUcastPkts", .oid = IF_ENTRY "11", .syntax = &type_counter },
    { .object = "ifInNUcastPkts", .oid = IF_ENTRY "12", .syntax = &type_counter },
    { .object = "ifInDiscards", .oid = IF_ENTRY "13", .syntax = &type_counter },
    { .object = "ifInErrors", .oid = IF_ENTRY "14", .syntax = &type_counter },
    { .object = "ifInUnknownProtos", .oid = IF_ENTRY "15", .syntax = &type_counter },
    { .object = "ifOutOctets", .oid = IF_ENTRY "16", .syntax = &type_counter },
    { .object = "ifOutUcastPkts", .oid = IF_ENTRY "17", .syntax = &type_counter },
    { .object = "ifOutNUcastPkts", .oid = IF_ENTRY "18", .syntax = &type_counter },
    { .object = "ifOutDiscards", .oid = IF_ENTRY "19", .syntax = &type_counter },
    { .object = "ifOutErrors", .oid = IF_ENTRY "20", .syntax = &type_counter },
    { .object = "ifOutQLen", .oid = IF_ENTRY "21", .syntax = &type_gauge },
    { .object = "ifName", .oid = IF_X_ENTRY "1", .syntax = &type_text, .is_tag = true },
    { .object = "ifInMulticastPkts", .oid = IF_X_ENTRY "2", .syntax = &type_counter },
    { .object = "ifInBroadcastPkts", .oid = IF_X_ENTRY "3", .syntax = &type_counter },
    { .object = "ifOutMulticastPkts", .oid = IF_X_ENTRY "4", .syntax = &type_counter },
    { .object = "ifOutBroadcastPkts", .oid = IF_X_ENTRY "5", .syntax = &type_counter },
    { .object = "ifHCInOctets", .oid = IF_X_ENTRY "6", .syntax = &type_counter64 },
    { .object = "ifHCInUcastPkts", .oid = IF_X_ENTRY "7", .syntax = &type_counter64 },
    { .object = "ifHCInMulticastPkts", .oid = IF_X_ENTRY "8", .syntax = &type_counter64 },
    { .object = "ifHCInBroadcastPkts", .oid = IF_X_ENTRY "9", .syntax = &type_counter64 },
    { .object = "ifHCOutOctets", .oid = IF_X_ENTRY "10", .syntax = &type_counter64 },
    { .object = "ifHCOutUcastPkts", .oid = IF_X_ENTRY "11", .syntax = &type_counter64 },
    { .object = "ifHCOutMulticastPkts", .oid = IF_X_ENTRY "12", .syntax = &type_counter64 },
    { .object = "ifHCOutBroadcastPkts", .oid = IF_X_ENTRY "13", .syntax = &type_counter64 },
    { .object = "ifLinkUpDownTrapEnable", .oid = IF_X_ENTRY "14", .syntax = &type_integer },
    { .object = "ifHighSpeed", .oid = IF_X_ENTRY "15", .syntax = &type_gauge },
    { .object = "ifPromiscuousMode", .oid = IF_X_ENTRY "16", .syntax = &type_integer },
    { .object = "ifConnectorPresent", .oid = IF_X_ENTRY "17", .syntax = &type_integer },
    { .object = "ifAlias", .oid = IF_X_ENTRY "18", .syntax = &type_text, .is_tag = true },
    { .object = "ifCounterDiscontinuityTime", .oid = IF_X_ENTRY "19", .syntax = &type_ticks },
};

static const struct fleet_index index[] = { { .name = "ifIndex" } };

static const struct fleet_table tables[] = {
    { .name = "interface", .columns = columns, .column_count = BUILTIN_COUNT(columns),
      .index = index, .index_count = BUILTIN_COUNT(index) },
};

const struct fleet_module_options module_interfaces = {
    .name = "interfaces", .tables = tables, .table_count = BUILTIN_COUNT(tables),
};

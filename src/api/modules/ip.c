/*
 * ip: the scalars of IP, TCP and UDP (IP-MIB, TCP-MIB, UDP-MIB: RFC 4293, 4022, 4113) and the
 * addresses of a device, old (ipAddrTable, IPv4 only) and new, joined with the interface that each
 * is on.
 */
#include "api/modules/builtin.h"

#define MIB_2 "1.3.6.1.2.1."

static const struct fleet_column scalars[] = {
    { .object = "ipForwarding", .oid = MIB_2 "4.1.0", .syntax = &type_integer },
    { .object = "ipDefaultTTL", .oid = MIB_2 "4.2.0", .syntax = &type_integer },
    { .object = "ipInReceives", .oid = MIB_2 "4.3.0", .syntax = &type_counter },
    { .object = "ipInHdrErrors", .oid = MIB_2 "4.4.0", .syntax = &type_counter },
    { .object = "ipInAddrErrors", .oid = MIB_2 "4.5.0", .syntax = &type_counter },
    { .object = "ipForwDatagrams", .oid = MIB_2 "4.6.0", .syntax = &type_counter },
    { .object = "ipInUnknownProtos", .oid = MIB_2 "4.7.0", .syntax = &type_counter },
    { .object = "ipInDiscards", .oid = MIB_2 "4.8.0", .syntax = &type_counter },
    { .object = "ipInDelivers", .oid = MIB_2 "4.9.0", .syntax = &type_counter },
    { .object = "ipOutRequests", .oid = MIB_2 "4.10.0", .syntax = &type_counter },
    { .object = "ipOutDiscards", .oid = MIB_2 "4.11.0", .syntax = &type_counter },
    { .object = "ipOutNoRoutes", .oid = MIB_2 "4.12.0", .syntax = &type_counter },
    { .object = "ipReasmTimeout", .oid = MIB_2 "4.13.0", .syntax = &type_integer },
    { .object = "ipReasmReqds", .oid = MIB_2 "4.14.0", .syntax = &type_counter },
    { .object = "ipReasmOKs", .oid = MIB_2 "4.15.0", .syntax = &type_counter },
    { .object = "ipReasmFails", .oid = MIB_2 "4.16.0", .syntax = &type_counter },
    { .object = "ipFragOKs", .oid = MIB_2 "4.17.0", .syntax = &type_counter },
    { .object = "ipFragFails", .oid = MIB_2 "4.18.0", .syntax = &type_counter },
    { .object = "ipFragCreates", .oid = MIB_2 "4.19.0", .syntax = &type_counter },
    { .object = "tcpActiveOpens", .oid = MIB_2 "6.5.0", .syntax = &type_counter },
    { .object = "tcpPassiveOpens", .oid = MIB_2 "6.6.0", .syntax = &type_counter },
    { .object = "tcpAttemptFails", .oid = MIB_2 "6.7.0", .syntax = &type_counter },
    { .object = "tcpEstabResets", .oid = MIB_2 "6.8.0", .syntax = &type_counter },
    { .object = "tcpCurrEstab", .oid = MIB_2 "6.9.0", .syntax = &type_gauge },
    { .object = "tcpInSegs", .oid = MIB_2 "6.10.0", .syntax = &type_counter },
    { .object = "tcpOutSegs", .oid = MIB_2 "6.11.0", .syntax = &type_counter },
    { .object = "tcpRetransSegs", .oid = MIB_2 "6.12.0", .syntax = &type_counter },
    { .object = "tcpInErrs", .oid = MIB_2 "6.14.0", .syntax = &type_counter },
    { .object = "tcpOutRsts", .oid = MIB_2 "6.15.0", .syntax = &type_counter },
    { .object = "udpInDatagrams", .oid = MIB_2 "7.1.0", .syntax = &type_counter },
    { .object = "udpNoPorts", .oid = MIB_2 "7.2.0", .syntax = &type_counter },
    { .object = "udpInErrors", .oid = MIB_2 "7.3.0", .syntax = &type_counter },
    { .object = "udpOutDatagrams", .oid = MIB_2 "7.4.0", .syntax = &type_counter },
};

static const struct fleet_column ip4_address[] = {
    { .object = "ipAdEntIfIndex", .oid = MIB_2 "4.20.1.2", .syntax = &type_integer },
    { .object = "ipAdEntNetMask", .oid = MIB_2 "4.20.1.3", .syntax = &type_ip },
    { .object = "ipAdEntBcastAddr", .oid = MIB_2 "4.20.1.4", .syntax = &type_integer },
    { .object = "ipAdEntReasmMaxSize", .oid = MIB_2 "4.20.1.5", .syntax = &type_integer },
};

static const struct fleet_column ip_address[] = {
    { .object = "ipAddressIfIndex", .oid = MIB_2 "4.34.1.3", .syntax = &type_integer },
    { .object = "ipAddressType", .oid = MIB_2 "4.34.1.4", .syntax = &type_integer },
    { .object = "ipAddressOrigin", .oid = MIB_2 "4.34.1.6", .syntax = &type_integer },
    { .object = "ipAddressStatus", .oid = MIB_2 "4.34.1.7", .syntax = &type_integer },
};

static const struct fleet_column interface[] = {
    { .object = "ifDescr", .oid = MIB_2 "2.2.1.2", .syntax = &type_text, .is_tag = true },
    { .object = "ifName", .oid = MIB_2 "31.1.1.1.1", .syntax = &type_text, .is_tag = true },
};

/* InetAddressType and InetAddress (RFC 4001): an address is written by the type in front of it. */
static const struct fleet_named_number address_types[] = {
    { 0, "unknown" }, { 1, "ipv4" }, { 2, "ipv6" }, { 3, "ipv4z" }, { 4, "ipv6z" }, { 16, "dns" },
};
static const struct fleet_syntax address_type = {
    .base = "INTEGER", .convention = "InetAddressType", .type = FLEET_INTEGER32,
    .names = address_types, .name_count = BUILTIN_COUNT(address_types),
};
static const struct fleet_syntax address = {
    .base = "OCTET STRING", .convention = "InetAddress", .type = FLEET_OCTET_STRING,
};

static const struct fleet_index ip4_address_index[] = {
    { .name = "ipAdEntAddr", .kind = FLEET_INDEX_IP_ADDRESS, .syntax = &type_ip },
};
static const struct fleet_index ip_address_index[] = {
    { .name = "ipAddressAddrType", .syntax = &address_type },
    { .name = "ipAddressAddr", .kind = FLEET_INDEX_STRING, .syntax = &address },
};
static const struct fleet_index interface_index[] = { { .name = "ifIndex" } };

static const char *const by_ip4_address[] = { "ipAdEntIfIndex" };
static const char *const by_ip_address[] = { "ipAddressIfIndex" };

static const struct fleet_join ip4_address_joins[] = {
    { .index = interface_index, .index_count = 1, .by = by_ip4_address, .columns = interface,
      .column_count = BUILTIN_COUNT(interface) },
};
static const struct fleet_join ip_address_joins[] = {
    { .index = interface_index, .index_count = 1, .by = by_ip_address, .columns = interface,
      .column_count = BUILTIN_COUNT(interface) },
};

static const struct fleet_table tables[] = {
    { .name = "ip4_address", .columns = ip4_address, .column_count = BUILTIN_COUNT(ip4_address),
      .index = ip4_address_index, .index_count = 1, .joins = ip4_address_joins, .join_count = 1 },
    { .name = "ip_address", .columns = ip_address, .column_count = BUILTIN_COUNT(ip_address),
      .index = ip_address_index, .index_count = 2, .joins = ip_address_joins, .join_count = 1 },
};

const struct fleet_module_options module_ip = {
    .name = "ip", .scalars = scalars, .scalar_count = BUILTIN_COUNT(scalars),
    .tables = tables, .table_count = BUILTIN_COUNT(tables),
};

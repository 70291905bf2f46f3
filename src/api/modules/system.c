/* system: SNMPv2-MIB (RFC 3418), the scalars of the system group. */
#include "api/modules/builtin.h"

#define SYSTEM "1.3.6.1.2.1.1."

static const struct fleet_column scalars[] = {
    { .object = "sysDescr", .oid = SYSTEM "1.0", .syntax = &type_text },
    { .object = "sysObjectID", .oid = SYSTEM "2.0", .syntax = &type_oid },
    { .object = "sysUpTime", .oid = SYSTEM "3.0", .syntax = &type_ticks },
    { .object = "sysContact", .oid = SYSTEM "4.0", .syntax = &type_text },
    { .object = "sysName", .oid = SYSTEM "5.0", .syntax = &type_text },
    { .object = "sysLocation", .oid = SYSTEM "6.0", .syntax = &type_text },
    { .object = "sysServices", .oid = SYSTEM "7.0", .syntax = &type_integer },
};

const struct fleet_module_options module_system = {
    .name = "system", .scalars = scalars, .scalar_count = BUILTIN_COUNT(scalars),
};

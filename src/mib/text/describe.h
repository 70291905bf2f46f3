/* describe: what modules say of objects, in snmptranslate's words. */
#pragma once

#include "mib/text/put.h"
#include "snmpfleet/mib.h"

/* Net-SNMP's numbers of what an object is: types of values, then those of macros. */
enum describe_type {
    DESCRIBE_OTHER = 0, DESCRIBE_OID = 1, DESCRIBE_OCTETS = 2, DESCRIBE_INTEGER = 3,
    DESCRIBE_NETWORK = 4, DESCRIBE_IP = 5, DESCRIBE_COUNTER = 6, DESCRIBE_GAUGE = 7,
    DESCRIBE_TICKS = 8, DESCRIBE_OPAQUE = 9, DESCRIBE_NULL = 10, DESCRIBE_COUNTER64 = 11,
    DESCRIBE_BITS = 12, DESCRIBE_NSAP = 13, DESCRIBE_UINTEGER = 14, DESCRIBE_UNSIGNED = 15,
    DESCRIBE_INTEGER32 = 16, DESCRIBE_VALUES_LAST = 16, DESCRIBE_TRAP = 20,
    DESCRIBE_NOTIFICATION = 21, DESCRIBE_GROUP = 22, DESCRIBE_NOTIFICATIONS = 23,
    DESCRIBE_MODULE = 24, DESCRIBE_CAPABILITIES = 25, DESCRIBE_COMPLIANCE = 26,
    DESCRIBE_IDENTITY = 27,
};

enum describe_type describe_type(const struct fleet_object *object);

/* "1..5 | 7" */
void describe_put_ranges(struct put *out, const struct fleet_syntax *syntax);

/* A text of a module: what a terminal would obey is not passed on. */
void describe_put_text(struct put *out, const char *text);

/*
 * dump: datagrams on standard error as Net-SNMP's -d shows them, and what they say behind it.
 */
#pragma once

#include "snmpfleet/fleet.h"
#include "snmpfleet/mib.h"

/*
 * @mib NULL: only the octets. What is written of a datagram has a bound: 64 KiB of octets, and as
 * much text.
 */
void dump_datagram(const struct fleet_trace *trace, struct fleet_mib *mib,
                   const struct fleet_text_style *style);

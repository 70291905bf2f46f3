/* varbind_text: values as Net-SNMP's programs write them. */
#pragma once

#include "mib/put.h"
#include "snmpfleet/mib.h"

/* "STRING: ..." or "Hex-STRING: ..." of octets; @hint and @units NULL: none. */
void varbind_put_octets(struct put *out, const struct fleet_text_style *style,
                        const uint8_t *bytes, size_t length, const char *hint, const char *units);

/* "1 day, 0:00:01.23" */
void varbind_put_ticks(struct put *out, const struct fleet_text_style *style, uint32_t ticks);

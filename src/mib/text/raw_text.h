/*
 * raw_text: octets and time ticks as Net-SNMP's programs write them, whether they are a value or a
 * part of an index.
 */
#pragma once

#include "mib/text/put.h"
#include "snmpfleet/mib.h"

/* "STRING: ..." or "Hex-STRING: ..." of octets; @hint and @units NULL: none. */
void raw_put_octets(struct put *out, const struct fleet_text_style *style, const uint8_t *bytes,
                    size_t length, const char *hint, const char *units);

/* "00 1A 2B ", in lines as the style says. */
void raw_put_hexadecimal(struct put *out, const struct fleet_text_style *style,
                         const uint8_t *bytes, size_t length);

/* A blank and the units; @units NULL: nothing. */
void raw_put_units(struct put *out, const char *units);

/* "1 day, 0:00:01.23" */
void raw_put_ticks(struct put *out, const struct fleet_text_style *style, uint32_t ticks);

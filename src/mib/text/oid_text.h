/* oid_text: OIDs as Net-SNMP's programs write them. */
#pragma once

#include "mib/text/put.h"
#include "snmpfleet/mib.h"

void oid_text_put(struct put *out, struct fleet_mib *mib, const uint32_t *oid, size_t length,
                  const struct fleet_text_style *style);

/* What the sub-identifiers of an OID behind a row's column mean: ".3.\"abc\"". */
void oid_text_put_index(struct put *out, struct fleet_mib *mib, const struct fleet_object *object,
                        const uint32_t *subids, size_t count,
                        const struct fleet_text_style *style);

/* The default style. */
extern const struct fleet_text_style text_style_default;

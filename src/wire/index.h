/*
 * index: the index of a conceptual row, between its sub-identifiers and the values of its
 * components (RFC 2578 section 7.7).
 *
 * An agent may send any sub-identifiers. What does not split by the description is still shown: the
 * component that does not fit, and all behind it, are taken as they stand.
 */
#pragma once

#include "snmpfleet/syntax.h"

enum { INDEX_COMPONENTS_MAX = 16 };

/* One component of an index. */
struct index_part {
    const uint32_t *subids;   /* its contents, without a length in front of them */
    uint32_t count;
    bool is_good;             /* as described; otherwise all that was left of the index */
};

/*
 * Split @length sub-identifiers by @count descriptions (at most INDEX_COMPONENTS_MAX). True when
 * they fit and nothing is left over; otherwise the part that did not fit, or the last one, holds
 * the rest (is_good is false), and parts behind it are empty and not good.
 */
bool index_split(const struct fleet_index *index, size_t count, const uint32_t *subids,
                 size_t length, struct index_part *ret_parts);

/*
 * The value of a part: an integer, octets, an OID or an IpAddress. @scratch takes what it points
 * to. A part that is not good, or whose octets are none, gives false.
 */
bool index_value(const struct fleet_index *index, const struct index_part *part,
                 uint8_t scratch[static FLEET_OID_BYTES_MAX], struct fleet_value *ret_value);

/*
 * The sub-identifiers that @value has as a component: what index_split takes apart. Returns how
 * many, at most @max, or -1: the value is not of this kind, or there is no room.
 */
int index_write(const struct fleet_index *index, const struct fleet_value *value, uint32_t *subids,
                size_t max);

/*
 * index_text: components of a row's index as text (snmpfleet/syntax.h).
 *
 * An InetAddress is written by the InetAddressType in front of it (RFC 4001 section 3): the octets
 * alone do not tell an address from a DNS name of four letters.
 */
#include <stdio.h>
#include <string.h>

#include "wire/index.h"
#include "wire/oid.h"

enum { INET_DNS = 16 };

static size_t dotted_text(const struct index_part *part, char *buffer, size_t size) {
    size_t at = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        char *to = at < size ? buffer + at : NULL;
        int n = snprintf(to, to != NULL ? size - at : 0, "%s%u", i > 0 ? "." : "",
                         part->subids[i]);
        at += (size_t)n;
    }
    if (part->count == 0 && size > 0) *buffer = '\0';
    return at;
}

static bool is_convention(const struct fleet_index *index, const char *name) {
    return index->syntax != NULL && index->syntax->convention != NULL &&
           strcmp(index->syntax->convention, name) == 0;
}

static enum fleet_as as_of(const struct fleet_index *index, const struct index_part *parts,
                           size_t component) {
    const struct fleet_index *own = &index[component];
    if (own->as != FLEET_AS_AUTO || component == 0 || !is_convention(own, "InetAddress") ||
        !is_convention(&index[component - 1], "InetAddressType")) return own->as;
    const struct index_part *type = &parts[component - 1];
    bool is_name = !type->is_good || type->subids[0] == 0 || type->subids[0] == INET_DNS;
    return is_name ? FLEET_AS_RAW : FLEET_AS_IP;
}

size_t fleet_index_text(const struct fleet_index *index, size_t count,
                        const uint8_t *bytes, size_t length, size_t component,
                        char *buffer, size_t size) {
    uint32_t subids[FLEET_OID_SUBIDS_MAX];
    struct index_part parts[INDEX_COMPONENTS_MAX];
    uint8_t scratch[FLEET_OID_BYTES_MAX];
    const uint8_t *end = bytes + length;
    size_t n = 0;
    if (size > 0) *buffer = '\0';
    if (count > INDEX_COMPONENTS_MAX) count = INDEX_COMPONENTS_MAX;
    if (component >= count) return 0;
    while (bytes < end && n < FLEET_OID_SUBIDS_MAX) subids[n++] = oid_next_subid(&bytes);
    (void)index_split(index, count, subids, n, parts);
    struct fleet_value value;
    if (!index_value(&index[component], &parts[component], scratch, &value))
        return dotted_text(&parts[component], buffer, size);
    return fleet_value_text(&value, index[component].syntax, as_of(index, parts, component),
                            buffer, size);
}

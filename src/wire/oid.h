/*
 * oid: object identifiers in their BER contents form (RFC 3417 section 8, X.690 section 8.19),
 * which is how they arrive, are compared, kept and sent. Nothing on the hot path ever expands them
 * to numbers.
 *
 * Order is numeric by sub-identifier, which is not the order of the bytes: 127 is 7f but 128 is 81
 * 00.
 */
#pragma once

#include "base/span.h"
#include "snmpfleet/value.h"

/*
 * Numeric order of two valid encodings (ber_oid_is_valid): <0, 0, >0; a prefix comes before what it
 * starts. Works on suffixes too, as long as both begin at a sub-identifier.
 */
int oid_compare(struct span a, struct span b);

/*
 * Parse numeric text (".1.3.6.1", "1.3.6.1", or "." and "" for the empty OID) to contents. The
 * first sub-identifier must be 0..2 and the second at most 39 under 0 and 1. Returns the number of
 * bytes, or -1 when @text is no OID or over 128 sub-identifiers. A single first arc ("1", "2")
 * cannot be encoded alone: "1" gives -1, except through oid_parse_subtree.
 */
int oid_parse(struct span text, uint8_t ret_bytes[static FLEET_OID_BYTES_MAX]);

/*
 * The same for the root of a walk: also takes a first arc alone, as the OID that begins it ("1" as
 * 1.0: every OID under the arc but that one follows it), and "." as 0.0. *ret_prefix_length is the
 * length of the prefix that a child must share: 0 for a single arc.
 */
int oid_parse_subtree(struct span text, uint8_t ret_bytes[static FLEET_OID_BYTES_MAX],
                      size_t *ret_prefix_length);

/*
 * Text of a whole OID without leading dot ("1.3.6.1.2"), not NUL terminated; returns the length.
 * @oid must be valid.
 */
size_t oid_format(struct span oid, char text[static FLEET_OID_TEXT_MAX]);

/*
 * Text of a run of sub-identifiers that is not the start of an OID (an index): no splitting of the
 * first byte.
 */
size_t oid_format_suffix(struct span suffix, char text[static FLEET_OID_TEXT_MAX]);

/* Encode one sub-identifier; returns the bytes written (1 to 5). */
size_t oid_write_subid(uint32_t subid, uint8_t ret_bytes[static 5]);

/* Read the sub-identifier at *at (which must be valid and not at its end) and move past it. */
uint32_t oid_next_subid(const uint8_t **at);

/*
 * Number of sub-identifiers in a run of them (of a whole OID it is one less than people count,
 * X.690 8.19.4).
 */
size_t oid_count(struct span oid);

/*
 * Numbers of a whole OID; returns how many (at most @max), the first byte split into its two arcs.
 */
size_t oid_to_numbers(struct span oid, uint32_t *ret_numbers, size_t max);
int oid_from_numbers(const uint32_t *numbers, size_t count,
                     uint8_t ret_bytes[static FLEET_OID_BYTES_MAX]);

/*
 * snmpfleet/value.h: a typed SNMP value and object identifiers as they travel.
 *
 * A value is 16 bytes, plain data, and owns nothing: `bytes` points into the datagram (or into the
 * poll's own memory) and lives as long as whoever handed the value out says, for callbacks until
 * they return. The type numbers are the BER tags of RFC 2578 / RFC 3416, so decoding needs no
 * table.
 */
#ifndef SNMPFLEET_VALUE_H
#define SNMPFLEET_VALUE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum fleet_type {
    FLEET_ABSENT = 0x00,             /* the agent gave nothing for this column */
    FLEET_INTEGER32 = 0x02,          /* INTEGER, Integer32: integer */
    FLEET_OCTET_STRING = 0x04,       /* bytes, length */
    FLEET_NULL = 0x05,
    FLEET_OBJECT_IDENTIFIER = 0x06,  /* bytes, length: BER contents of the OID */
    FLEET_IP_ADDRESS = 0x40,         /* bytes, length 4 (agents in the field also send other
                                        lengths) */
    FLEET_COUNTER32 = 0x41,          /* counter */
    FLEET_GAUGE32 = 0x42,            /* Gauge32, Unsigned32: counter */
    FLEET_TIME_TICKS = 0x43,         /* counter, hundredths of a second */
    FLEET_OPAQUE = 0x44,             /* bytes, length: what is wrapped, undecoded */
    FLEET_COUNTER64 = 0x46,          /* counter */
    FLEET_UINTEGER32 = 0x47,         /* RFC 1442's UInteger32, obsolete: counter */
    FLEET_OPAQUE_FLOAT = 0x78,       /* Opaque-wrapped IEEE 754 single: real */
    FLEET_OPAQUE_DOUBLE = 0x79,      /* Opaque-wrapped IEEE 754 double: real */
    FLEET_NO_SUCH_OBJECT = 0x80,     /* RFC 3416 exceptions: no value */
    FLEET_NO_SUCH_INSTANCE = 0x81,
    FLEET_END_OF_MIB_VIEW = 0x82,
};

/*
 * What SMI has no type for goes inside an Opaque (draft-perkins-opaque). A number of 64 bits is
 * given as FLEET_COUNTER64, or as FLEET_INTEGER32 where it has a sign, with its tag in there.
 */
enum fleet_opaque {
    FLEET_OPAQUE_COUNTER64 = 0x76,
    FLEET_OPAQUE_INT64 = 0x7a,
    FLEET_OPAQUE_UINT64 = 0x7b,
};

struct fleet_value {
    uint8_t type;        /* enum fleet_type */
    uint8_t opaque;      /* of a number with 64 bits that came inside an Opaque: enum fleet_opaque;
                            otherwise 0 */
    uint8_t reserved[2];
    uint32_t length;     /* of bytes; 0 for numbers */
    union {
        int64_t integer;
        uint64_t counter;
        double real;
        const uint8_t *bytes;
    };
};

/*
 * Longest OID (RFC 2578 section 3.5), its longest text with the leading dot and NUL, and its
 * longest BER contents.
 */
enum {
    FLEET_OID_SUBIDS_MAX = 128,
    FLEET_OID_TEXT_MAX = 128 * 11 + 1,
    FLEET_OID_BYTES_MAX = 128 * 5
};

/* The numbers of an OID from its BER contents; how many, 0: these are no contents of an OID. */
size_t fleet_oid_numbers(const uint8_t *bytes, size_t length,
                         uint32_t ret_numbers[FLEET_OID_SUBIDS_MAX]);

/*
 * BER contents of an OID of @count numbers. Returns how many octets; 0: it is not an OID. The
 * encoding has no OIDs of less than two numbers (X.690 section 8.19.4); a missing one becomes 0.
 */
size_t fleet_oid_bytes(const uint32_t *numbers, size_t count,
                       uint8_t ret_bytes[FLEET_OID_BYTES_MAX]);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

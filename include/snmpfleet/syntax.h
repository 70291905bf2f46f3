/*
 * snmpfleet/syntax.h: what is known of the values of an object: its SMI type, textual convention,
 * named numbers and display hint, and how a row's index is made (RFC 2578, RFC 2579).
 *
 * All of it is plain data that owns nothing. It comes from a MIB (mib.h), which it lives as long
 * as, or from whoever describes a module by hand.
 */
#ifndef SNMPFLEET_SYNTAX_H
#define SNMPFLEET_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/value.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* "up(1)" of an enumeration, or a bit of BITS by its position. */
struct fleet_named_number {
    int64_t number;
    const char *name;
};

/* Of a value, or of the length of a string. */
struct fleet_range {
    int64_t low, high;
};

struct fleet_syntax {
    const char *base;        /* SMI type as it is written: "INTEGER", "Integer32", "Gauge32",
                                "OCTET STRING", "BITS"; "" where it is not known */
    const char *convention;  /* textual convention: "DisplayString", "MacAddress"; NULL: none */
    const char *hint;        /* DISPLAY-HINT; NULL: none */
    const struct fleet_named_number *names;  /* in the order of the module */
    const struct fleet_range *ranges;
    uint32_t name_count, range_count;
    uint8_t type;            /* enum fleet_type on the wire; FLEET_ABSENT: not known */
    bool is_bits;            /* OCTET STRING whose bits are named */
};

/* How one component of an index is made of sub-identifiers (RFC 2578 section 7.7). */
enum fleet_index_kind {
    FLEET_INDEX_INTEGER = 0,     /* one */
    FLEET_INDEX_STRING,          /* the length, then one for each octet */
    FLEET_INDEX_FIXED_STRING,    /* `size` octets, one for each */
    FLEET_INDEX_IMPLIED_STRING,  /* all that are left, one for each octet */
    FLEET_INDEX_OID,             /* the length, then those of the OID */
    FLEET_INDEX_IMPLIED_OID,     /* all that are left */
    FLEET_INDEX_IP_ADDRESS,      /* four */
    FLEET_INDEX_NETWORK_ADDRESS, /* SMIv1's NetworkAddress: 1, then four */
};

/* How a value is written. */
enum fleet_as {
    FLEET_AS_AUTO = 0,  /* numbers as they are; octets of a shape (MAC addresses, dates) by their
                           DISPLAY-HINT, BITS as 0x and hexadecimal, InetAddress as IP (but for 8,
                           16 or 20 printable characters), other octets as text where they
                           are printable UTF-8, otherwise 0x and hexadecimal. NULs at the end of
                           text are left out: all of them, but only one where the syntax is octets
                           without a hint, which may be a bit map. NULs alone are hexadecimal */
    FLEET_AS_HEX,       /* octets always as 0x and hexadecimal */
    FLEET_AS_MAC,       /* c8:5b:76:c9:e6:8c when it is six bytes, otherwise as RAW; "" when
                           empty */
    FLEET_AS_RAW,       /* as AUTO of an object of which nothing is known */
    FLEET_AS_ENUM,      /* the name of a number, names of bits with commas; what has no name as
                           RAW */
    FLEET_AS_BOTH,      /* up(1) */
    FLEET_AS_HINT,      /* by the DISPLAY-HINT, numbers too; without one as RAW */
    FLEET_AS_IP,        /* 4, 8, 16 or 20 octets as an address of RFC 4001, otherwise as RAW */
    FLEET_AS_NUMBER,    /* octets that hold a number as that number (fleet_value_number), others
                           as RAW. The field is of the number's type: that of the syntax, where
                           it is one, otherwise real */
    FLEET_AS_COUNT
};

struct fleet_index {
    const char *name;        /* "ifIndex" */
    const struct fleet_syntax *syntax;  /* NULL: not known */
    uint8_t kind;            /* enum fleet_index_kind */
    uint8_t as;              /* enum fleet_as */
    uint16_t size;           /* of a fixed string */
};

/*
 * @value as text of @syntax (NULL: not known), like snprintf: at most @size bytes with the NUL are
 * written, and the length that it has whole is returned. Octets that are no printable UTF-8 never
 * come out as they are. Nothing for NULL, exceptions and absent values.
 */
size_t fleet_value_text(const struct fleet_value *value, const struct fleet_syntax *syntax,
                        enum fleet_as as, char *buffer, size_t size);

/*
 * The number that octets hold: as text, with blanks around it and a unit after it ("14.25", "-3
 * dBm", "887W"; units are not converted), or, where they are not all printable, 1 to 8 octets in
 * network order. Of a @syntax of whole numbers a whole one is Integer32 or Counter64, all others
 * are Opaque doubles. A number of another type than a real syntax becomes real. False: @value holds
 * none, or is a number as it is.
 */
bool fleet_value_number(const struct fleet_value *value, const struct fleet_syntax *syntax,
                        struct fleet_value *ret_number);

/*
 * Component @component of a row's index as text, like fleet_value_text by its `as`. @bytes are the
 * sub-identifiers as fleet_row has them. Where the index does not fit the description, that
 * component has all that is left of the index as dotted numbers, and the components after it are
 * empty.
 */
size_t fleet_index_text(const struct fleet_index *index, size_t count, const uint8_t *bytes,
                        size_t length, size_t component, char *buffer, size_t size);

/*
 * The value that @text means for @syntax (NULL: not known): what fleet_value_text writes in any of
 * the ways above, and what people write: names of numbers and bits, hexadecimal after 0x, MAC
 * addresses with : - or . between digits, addresses, times of day as RFC 3339 has them, times as
 * "1:02:03.04" or hundredths of a second. Octets go to @scratch of @size bytes. Ranges are not
 * checked, and NULs that were left out at the end of text do not come back.
 *
 * Without syntax: a whole number (Integer32, or Counter64 when it needs more bits), octets after
 * 0x, otherwise the octets of the text. 0, FLEET_E_INVALID: no such value, FLEET_E_FULL: @scratch
 * is too small.
 */
int fleet_value_parse(const char *text, const struct fleet_syntax *syntax, uint8_t *scratch,
                      size_t size, struct fleet_value *ret_value);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif

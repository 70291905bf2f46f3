/*
 * recording_text: files of objects, read into a recording_builder. Two languages:
 *
 *     1.3.6.1.2.1.1.5.0|4|switch1     .snmprec, as snmpsim and LibreNMS write: OID, tag, value
 *     .1.3.6.1.2.1.1.5.0 = STRING: "switch1"  what Net-SNMP's snmpwalk -On prints
 *
 * Files from the field are damaged here and there. A line that cannot be read is left out and
 * noted, and never stops the rest.
 */
#pragma once

#include "sim/recording.h"

/* What was wrong with a text: how much, and the first few places. */
enum { RECORDING_FAULTS_SHOWN = 3 };
struct recording_faults {
    uint32_t count;
    struct {
        uint32_t line;     /* from 1 */
        const char *what;  /* static storage */
    } first[RECORDING_FAULTS_SHOWN];
};

/*
 * .snmprec: the tag is the BER tag in decimal (2, 4, 5, 6, 64 to 68, 70, 71), with the suffix `x`
 * when the value is in hexadecimal, `e` when it holds the escapes of Python's strings. Lines end
 * with LF or CRLF; blanks around a line do not count, nor do empty lines and those that begin with
 * #.
 */
void recording_read_snmprec(struct span text, struct recording_builder *b,
                            struct recording_faults *faults);

/*
 * snmpwalk -On, all types of Net-SNMP, values over several lines too. "No Such ..." lines are no
 * objects.
 */
void recording_read_walk(struct span text, struct recording_builder *b,
                         struct recording_faults *faults);

/* Whichever of the two the first line that says something is in. */
void recording_read(struct span text, struct recording_builder *b, struct recording_faults *faults);

/* For the two readers. */
void recording_fault(struct recording_faults *faults, uint32_t line, const char *what);
struct span recording_next_line(struct span *text);
struct span recording_trim(struct span text);

/* A decimal number with an optional sign and nothing else, that fits the type; false otherwise. */
bool recording_number(struct span text, uint8_t type, struct fleet_value *ret_value);

/* a.b.c.d */
bool recording_ip4(struct span text, uint8_t ret_bytes[static 4]);

/*
 * Two hexadecimal digits a byte, into at most @size bytes; the length, or -1. An odd digit at the
 * end counts as high half.
 */
long recording_hex(struct span text, uint8_t *ret_bytes, size_t size);

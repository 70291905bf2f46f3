/*
 * text_options: Net-SNMP's -O and -I: how OIDs and values are written, and how names are read. For
 * all verbs that take them.
 */
#pragma once

#include <stdbool.h>

#include "snmpfleet/mib.h"

/*
 * Letters behind -O or -I; most take back what was said by the same letter before. One that takes a
 * text (-Op, -Is, -IS) has the rest of @letters or the next of argv, which optind then passes. -Ih
 * goes to both. NULL, or the letter that there is not, or whose text is not there.
 */
const char *text_options_output(struct fleet_text_style *style, const char *letters, int argc,
                                char **argv);
const char *text_options_input(struct fleet_name_style *names, struct fleet_text_style *style,
                               const char *letters, int argc, char **argv);

#define TEXT_OPTIONS_OUTPUT_HELP \
    "  -O LETTERS         how OIDs and values are written:\n" \
    "      n s S f u      OIDs as .1.3.6, ifDescr.5, IF-MIB::ifDescr.5 (default), whole, " \
    "or UCD's\n" \
    "      b X E          indexes as numbers; in brackets; their quotes with backslashes\n" \
    "      e t U          named numbers, times as numbers; no units\n" \
    "      a x T 0        strings as text; hexadecimal; with text behind it; 0f for f\n" \
    "      q Q v          without types; and with =; values alone\n" \
    "      p FORMAT       floating point with printf's flags, width and precision: .2\n"

#define TEXT_OPTIONS_INPUT_HELP \
    "  -I LETTERS         how names are read:\n" \
    "      R u b          by name alone (default); below .1.3.6.1.2.1 first; as regular " \
    "expressions\n" \
    "      r h            indexes out of their range too; strings without DISPLAY-HINT\n" \
    "      S TEXT         TEXT in front of every name\n" \
    "      s TEXT         TEXT behind every name\n"

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

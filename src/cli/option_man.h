/*
 * option_man: manual pages in mdoc(7), made of the tables of verbs, options and keys.
 */
#pragma once

#include <stdio.h>

#include "cli/verb.h"

/* snmpfleet(1): the verbs. */
void option_man_program(FILE *to);

/* snmpfleet-VERB(1) */
void option_man_verb(FILE *to, const struct verb *verb);

/* snmpfleet-targets(5): the form of a targets file, and its keys. */
void option_man_targets(FILE *to);

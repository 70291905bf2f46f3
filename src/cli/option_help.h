/*
 * option_help: the help of a verb, made of the tables of verbs and options: usage, what it does,
 * options by section, exit codes, examples.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cli/verb.h"

/*
 * @program: what the verb is called: "snmpfleet get", or one of Net-SNMP's programs, which has no
 * options of our own (@with_own false).
 */
void option_help(FILE *to, const struct verb *verb, const char *program, bool with_own);

/* The list of verbs. */
void option_help_verbs(FILE *to);

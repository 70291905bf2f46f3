/*
 * option_man: manual pages in mdoc(7), made of the tables of verbs, options and keys.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "cli/verb.h"

/* snmpfleet(1): the verbs. */
void option_man_program(FILE *to);

/* snmpfleet-VERB(1) */
void option_man_verb(FILE *to, const struct verb *verb);

/*
 * Items of a list: the keys of a target's "line", of "defaults" or of "fleet", for the pages that
 * are written by hand (man/). False: there is no such @where.
 */
bool option_man_keys(FILE *to, const char *where);

/*
 * option_scan: reads the command line of a verb by the table of options (option.h). Options may
 * come after operands. Letters may be joined (-qf FILE). Long names may be shortened while they are
 * unique.
 *
 *     struct option_scan scan;
 *     option_scan_begin(&scan, verb, program, argc, argv);
 *     while ((step = option_scan_next(&scan)) == OPTION_TAKEN)
 *         take(scan.row, scan.value, scan.number);
 *     operands: argv[1] and on, scan.operand_count of them
 */
#pragma once

#include <stdbool.h>

#include "cli/option.h"

enum option_step {
    OPTION_TAKEN,
    OPTION_END,     /* all are taken */
    OPTION_DONE,    /* --help or --version was printed; the verb ends with success */
    OPTION_WRONG,   /* told */
};

struct option_scan {
    const struct verb *verb;
    const char *program;            /* as messages begin: "snmpfleet poll" */
    int argc;
    char **argv;
    bool stops_at_operand;          /* options end at the first operand */
    bool takes_others;              /* --NAME that is no option is taken, with .row NULL and its
                                       text without the dashes as .value */
    /* What was taken: */
    const struct option_row *row;
    char *value;                    /* NULL: it takes none */
    uint64_t number;                /* of a number, a time, a size or a word (conf/rule.h) */
    char spelled[OPTION_SPELLED_MAX];   /* "--rate", "-t": as the user wrote it */
    int operand_count;
    char *letters;                  /* of joined ones, those that are still to come; NULL: none */
};

void option_scan_begin(struct option_scan *scan, const struct verb *verb, const char *program,
                       int argc, char **argv);

/*
 * The next option. Its value keeps to its rule. Getopt's optind is the number of the next word, so
 * that the caller may take that word, too. Operands are moved to the front of argv.
 */
enum option_step option_scan_next(struct option_scan *scan);

/* Tells an error of the option that was taken, as option_tell does. Returns OPTION_WRONG. */
enum option_step option_scan_mistake(const struct option_scan *scan, const char *what,
                                     const char *value, const char *right);

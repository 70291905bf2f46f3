/*
 * options: a verb that is not listed: the tables of verbs, options and keys, for the build, which
 * makes manual pages and completion of them, and for tests.
 *
 *     snmpfleet options man [VERB]     snmpfleet(1), snmpfleet-VERB(1)
 *     snmpfleet options keys WHERE     items of a list of keys: line, defaults, fleet
 *     snmpfleet options pages          names of the pages that there are: "poll 1", ...
 *     snmpfleet options completion     of bash
 *     snmpfleet options list           VERB, letter, name, value, default, limits: one a line
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/log.h"
#include "cli/option.h"
#include "cli/option_completion.h"
#include "cli/option_man.h"
#include "conf/show.h"

static void list_row(const struct verb *verb, const struct option_row *row) {
    const struct rule *rule = option_rule(row);
    const char *value = option_value(row), *standard = option_standard(row);
    char letter[] = { row->letter != '\0' ? row->letter : '-', '\0' };
    (void)printf("%s\t%s\t%s\t%s\t%s\t%" PRIu64 "\t%" PRIu64 "\n", verb->name, letter,
                 row->name != NULL ? row->name : "-", value != NULL ? value : "-",
                 standard != NULL ? standard : "-", rule->min, rule->max);
}

static void list_all(void) {
    for (const struct verb *v = verb_table; v->name != NULL; v++) {
        const struct option_row *row = NULL;
        while ((row = option_next_row(row, v->bit)) != NULL) {
            if (!row->is_hidden) list_row(v, row);
        }
    }
}

static void list_pages(void) {
    (void)puts("snmpfleet 1");
    for (const struct verb *v = verb_table; v->name != NULL; v++) {
        if (v->same_as == NULL) (void)printf("snmpfleet-%s 1\n", v->name);
    }
}

/* @name: "poll", or as the page is called: "snmpfleet-poll". */
static bool print_page(const char *name) {
    static const char program[] = "snmpfleet-";
    if (strncmp(name, program, sizeof(program) - 1) == 0) name += sizeof(program) - 1;
    const struct verb *verb = verb_find(name);
    if (verb != NULL) option_man_verb(stdout, verb);
    else if (strcmp(name, "snmpfleet") == 0) option_man_program(stdout);
    else return false;
    return true;
}

int cli_options(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "", *name = argc > 2 ? argv[2] : "snmpfleet";
    char shown[SHOW_MAX + 4];
    bool is_good = true;
    if (strcmp(what, "man") == 0) is_good = print_page(name);
    else if (strcmp(what, "keys") == 0) is_good = option_man_keys(stdout, name);
    else if (strcmp(what, "pages") == 0) list_pages();
    else if (strcmp(what, "completion") == 0) option_completion(stdout);
    else if (strcmp(what, "list") == 0) list_all();
    else is_good = false;
    if (!is_good) {
        log_line(LEVEL_ERROR, NULL,
                 "unknown word '%s' (man [VERB], keys WHERE, pages, completion, list)",
                 show_text(*what != '\0' ? name : "", shown));
        return EXIT_USAGE;
    }
    return fflush(stdout) == 0 && ferror(stdout) == 0 ? EXIT_COMPLETE : EXIT_SYSTEM;
}

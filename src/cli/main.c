/* main: a table of verbs. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "conf/show.h"
#include "mib/reader/reader.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
    const char *program;  /* of Net-SNMP's that it acts as under this name; NULL: none */
} verbs[] = {
    { "poll", cli_poll, "poll a fleet on schedule, or once; rows as CSV, line protocol or NDJSON",
      NULL },
    { "check", cli_check, "validate configuration and targets; send nothing", NULL },
    { "simulate", cli_simulate,
      "agents on loopback, from recordings or made up, with faults on demand", NULL },
    { "translate", cli_translate, "names to OIDs and back; what MIB modules say of them", NULL },
    { "get", cli_get, "ask one agent for objects, as snmpget does", "snmpget" },
    { "getnext", cli_getnext, "for the objects that follow", "snmpgetnext" },
    { "bulkget", cli_bulkget, "for several that follow, in one question", "snmpbulkget" },
    { "getbulk", cli_bulkget, "the same", NULL },
    { "walk", cli_walk, "for all objects below one, as snmpwalk does", "snmpwalk" },
    { "bulkwalk", cli_bulkwalk, "the same by GETBULK", "snmpbulkwalk" },
    { "table", cli_table, "a table in rows and columns, as snmptable does", "snmptable" },
    { "set", cli_set, "set objects of one agent, as snmpset does", "snmpset" },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void usage(FILE *to) {
    fprintf(to, "snmpfleet " SNMPFLEET_VERSION
                ": poll whole SNMP fleets\n\nusage: snmpfleet VERB [options] ...\n\n");
    for (int i = 0; i < VERBS; i++) fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].what);
    fprintf(to, "\n'snmpfleet VERB --help' says more.\n");
}

/* The verb of a link that has the name of one of Net-SNMP's programs; VERBS: none. */
static int find_program(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    int i = 0;
    while (i < VERBS && (verbs[i].program == NULL || strcmp(name, verbs[i].program) != 0)) i++;
    return i;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);  /* a closed pipe is an error of write(2), told and counted */
    if (argc == 2 && strcmp(argv[1], READER_VERB) == 0) return reader_main();
    int program = argc > 0 ? find_program(argv[0]) : VERBS;
    if (program < VERBS) return verbs[program].run(argc, argv);
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return EXIT_COMPLETE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("snmpfleet " SNMPFLEET_VERSION);
        return EXIT_COMPLETE;
    }
    for (int i = 0; i < VERBS; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) return verbs[i].run(argc - 1, argv + 1);
    }
    char shown[SHOW_MAX + 4];
    fprintf(stderr, "snmpfleet: no verb '%s'; 'snmpfleet --help' lists them\n",
            show_text(argv[1], shown));
    return EXIT_USAGE;
}

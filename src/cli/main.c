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
} verbs[] = {
    { "poll", cli_poll, "poll a fleet on schedule, or once; rows as CSV, line protocol or NDJSON" },
    { "check", cli_check, "validate configuration and targets; send nothing" },
    { "simulate", cli_simulate,
      "agents on loopback, from recordings or made up, with faults on demand" },
    { "translate", cli_translate, "names to OIDs and back; what MIB modules say of them" },
};

enum { VERBS = sizeof(verbs) / sizeof(verbs[0]) };

static void usage(FILE *to) {
    fprintf(to, "snmpfleet " SNMPFLEET_VERSION
                ": poll whole SNMP fleets\n\nusage: snmpfleet VERB [options] ...\n\n");
    for (int i = 0; i < VERBS; i++) fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].what);
    fprintf(to, "\n'snmpfleet VERB --help' says more.\n");
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);  /* a closed pipe is an error of write(2), told and counted */
    if (argc == 2 && strcmp(argv[1], READER_VERB) == 0) return reader_main();
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

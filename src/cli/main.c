/* main: what verbs run (verb.h has their table). */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/fetch_targets.h"
#include "cli/log.h"
#include "cli/option_help.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "conf/show.h"
#include "conf/source_http.h"
#include "mib/reader/reader.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} runs[] = {
    { "poll", cli_poll },
    { "check", cli_check },
    { "simulate", cli_simulate },
    { "translate", cli_translate },
    { "get", cli_get },
    { "getnext", cli_getnext },
    { "bulkget", cli_bulkget },
    { "getbulk", cli_bulkget },
    { "walk", cli_walk },
    { "bulkwalk", cli_bulkwalk },
    { "table", cli_table },
    { "set", cli_set },
    { "bench", cli_bench },
    { "options", cli_options },
};

enum { PROGRAM_TEXT = 32 };

static int run_verb(const char *name, int argc, char **argv) {
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        if (strcmp(name, runs[i].name) != 0) continue;
        static char program[PROGRAM_TEXT];
        (void)snprintf(program, sizeof(program), "snmpfleet %s", name);
        log_name(program);
        return runs[i].run(argc, argv);
    }
    char shown[SHOW_MAX + 4];
    const char *near = verb_nearest(name);
    log_line(LEVEL_ERROR, NULL, "no such verb: '%s'%s%s%s; 'snmpfleet --help' lists them",
             show_text(name, shown), near != NULL ? " (did you mean '" : "",
             near != NULL ? near : "", near != NULL ? "'?)" : "");
    return EXIT_USAGE;
}

/* help, or help VERB */
static int help(int argc, char **argv) {
    static char option[] = "--help";
    char *words[] = { NULL, option, NULL };
    if (argc < 2) {
        option_help_verbs(stdout);
        return EXIT_COMPLETE;
    }
    words[0] = argv[1];
    return run_verb(argv[1], 2, words);
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);  /* a closed pipe is an error of write(2), told and counted */
    if (argc == 2 && strcmp(argv[1], READER_VERB) == 0) return reader_main();
    if (argc == 2 && strcmp(argv[1], FETCH_TARGETS_VERB) == 0) return fetch_targets_main();
    const struct verb *program = argc > 0 ? verb_of_program(argv[0]) : NULL;
    if (program != NULL) return run_verb(program->name, argc, argv);
    if (argc < 2) {
        FILE *to = log_open();
        if (to != NULL) option_help_verbs(to);
        log_close(to);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        version_print(stdout);
        return EXIT_COMPLETE;
    }
    return run_verb(name, argc - 1, argv + 1);
}

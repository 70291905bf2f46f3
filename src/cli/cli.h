/*
 * cli: the verbs of the program. A verb gets its own arguments (argv[0] is the verb) and returns
 * the exit code. Results go to stdout, everything else to stderr.
 */
#pragma once

/* fping's, as the contract gives them. */
enum {
    EXIT_COMPLETE = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_BAD_CONFIG = 2,
    EXIT_USAGE = 3,
    EXIT_SYSTEM = 4
};

/* The program reads MIB files itself, by a hidden verb in a process of its own (mib/order.h). */
#define CLI_MIB_READER "/proc/self/exe"

struct poll_options;

int cli_poll(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_check_options(struct poll_options *options);   /* poll --dry-run */
int cli_simulate(int argc, char **argv);
int cli_bench(int argc, char **argv);
int cli_options(int argc, char **argv);    /* hidden: the tables, for the build and for tests */
int cli_translate(int argc, char **argv);

/*
 * Those that ask one agent (ask.h). They have Net-SNMP's exit codes, and act as its programs where
 * argv[0] is the name of one.
 */
int cli_get(int argc, char **argv);
int cli_getnext(int argc, char **argv);
int cli_bulkget(int argc, char **argv);
int cli_set(int argc, char **argv);
int cli_walk(int argc, char **argv);
int cli_bulkwalk(int argc, char **argv);
int cli_table(int argc, char **argv);

/*
 * poll_options: the command line of `snmpfleet poll` and `snmpfleet check`, which takes the same.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cli/settings.h"
#include "snmpfleet/fleet.h"
#include "snmpfleet/writer.h"

enum { POLL_OUTPUTS_MAX = 16, POLL_WALKS_MAX = SETTINGS_WALKS_MAX, POLL_TARGETS_MAX = 64 };

struct poll_output {
    enum fleet_format format;
    const char *path;      /* NULL: standard output */
    bool rows, reports, unsigned_integers, telegraf;
};

struct poll_options {
    struct fleet_options fleet;              /* without sink and limits */
    struct settings settings;
    const char *program;                     /* as messages begin: "snmpfleet poll" */
    bool is_check;                           /* nothing is polled: check, or --dry-run */
    bool lists, probes;                      /* of check */
    const char *print_module;                /* of check; NULL: not asked for */
    uint64_t duration_ns;                    /* stop after this long; 0: never */
    bool quiet, unsigned_integers, telegraf, csv_wide;
    double fail_threshold;                   /* percent of polls that may fail with exit code 0 */
    const char *dump;                        /* name of the target whose datagrams are shown; NULL:
                                                none */
    const char *state;                       /* file of what was learnt; NULL: none */
    const char *walks[POLL_WALKS_MAX];
    size_t walk_count;
    struct poll_output outputs[POLL_OUTPUTS_MAX];
    size_t output_count;
    char *paths[POLL_OUTPUTS_MAX];           /* of the configuration's outputs; owned */
    size_t path_count;
    char *more_targets[POLL_TARGETS_MAX];    /* of --targets; they come first in .targets */
    char **targets;                          /* files and addresses, as given; owned copies */
    int target_count;
};

/*
 * Parse the arguments, which are changed (lists are split in place, secrets blanked) and stay
 * referred to; @argv[0] is the verb. True: go on. False: stop with *ret_exit (--help, or a mistake,
 * which was told on stderr).
 */
bool poll_options_parse(int argc, char **argv, struct poll_options *ret_options, int *ret_exit);

/*
 * Where rows and reports go: what -o and --report say; without -o also what the configuration says,
 * and when that is nothing, standard output. False: told. Paths are copied.
 */
bool poll_options_choose_outputs(struct poll_options *options,
                                 const struct fleet_writer_options *configured, size_t count);

/* Neither the command line nor the configuration names a target: told. Always false. */
bool poll_options_tell_no_targets(const struct poll_options *options);

/* fleet_new takes --dns for no address: told. */
void poll_options_tell_dns(const struct poll_options *options);

void poll_options_free(struct poll_options *options);

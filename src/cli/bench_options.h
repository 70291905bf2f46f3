/*
 * bench_options: the command line of `snmpfleet bench`.
 */
#pragma once

#include "bench/plan.h"
#include "bench/threshold.h"

#include "cli/settings.h"

enum { BENCH_FILES_MAX = 64 };

struct bench_options {
    const char *program;             /* "snmpfleet bench" */
    struct settings settings;
    enum fleet_io io;
    bool quiet;
    char **targets;                  /* AGENT, or the values of --targets; copies of secrets */
    int target_count;
    char *more_targets[BENCH_FILES_MAX];
    char **oids;                     /* operands behind AGENT */
    int oid_count;
    const char *module;              /* NULL: none */
    struct bench_plan plan;          /* what of it the command line says; the rest is 0 */
    bool has_rate, has_kind, has_duration, has_timeout;
    uint32_t varbinds;               /* a request; 0: as many as there are OIDs */
    bool sweeps, finds_slow, finds_costs, is_told;  /* is_told: --yes */
    const char *json, *csv, *hgrm, *html;  /* NULL: not written */
    struct bench_thresholds limits;  /* of --fail */

    /* of `bench compare`: */
    bool is_compare;
    char **files;
    int file_count;
    char *command;                   /* the command line, secrets blanked; owned */
};

/*
 * False when the program is to end now, with *ret_code. Secrets are taken out of @argv, into which
 * other texts point.
 */
bool bench_options_parse(int argc, char **argv, struct bench_options *ret_options, int *ret_code);
void bench_options_free(struct bench_options *options);

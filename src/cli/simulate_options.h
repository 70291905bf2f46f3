/*
 * simulate_options: the command line of `snmpfleet simulate`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sim/simulator.h"

enum { SIMULATE_USER_FILES_MAX = 16 };

struct simulate_options {
    struct simulator_options simulator;  /* without devices */
    char *read_community, *write_community;  /* copies that are given; wiped */
    struct users users;                  /* of SNMPv3; the simulator borrows them */
    const char *user_files[SIMULATE_USER_FILES_MAX];
    size_t user_file_count;
    const char *recordings;              /* NULL: the built-in switch */
    uint32_t ports;
    uint64_t for_ns;                     /* 0: until told to end */
    bool list_faults, quiet;
};

/*
 * False when the program is to end now, with *ret_code. Secrets are taken out of @argv, into which
 * other texts point; @ret_options points
 * into itself and is not to be moved.
 */
bool simulate_options_parse(int argc, char **argv, struct simulate_options *ret_options,
                            int *ret_code);

/* Secrets are wiped. */
void simulate_options_free(struct simulate_options *options);

/*
 * config_context: what a configuration file is read with, and the bounds of reading one.
 */
#pragma once

#include "conf/targets.h"
#include "snmpfleet/mib.h"

enum { CONFIG_FAULTS_MAX = 20, CONFIG_BYTES_MAX = 16 << 20 };

/* A name that no auth of a file can have: that of what -u and the options beside it say. */
#define CONFIG_AUTH_OF_COMMAND_LINE "command line"

struct config_context {
    const struct fleet *fleet;     /* its modules may be named */
    targets_fault_fn *fault;       /* a column counts characters here */
    targets_fault_fn *warn;        /* for warnings: a secret in a file that all may read */
    void *fault_context;           /* of both */
    struct inputs *inputs;         /* of the file; NULL: it is read this once */
    struct fleet_mib *mib;         /* where names of objects are looked up; NULL: OIDs only */
    bool is_alone;                 /* take no secret from another file or the environment */
};

/*
 * targets_context: what targets are read with, and what is told of them while they are read.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>

#include "conf/targets_auth.h"
#include "snmpfleet/fleet.h"

struct inputs;
struct source;
struct source_keep;

enum { TARGETS_FAULTS_MAX = 20 };

/*
 * Called for each fault: @line and @column count from 1 (column in bytes); line 0: the file as a
 * whole.
 */
typedef void targets_fault_fn(void *context, const char *file, size_t line, size_t column,
                              const char *what);

/* What faults call the file of what the command line gives; the line is its number there. */
#define TARGETS_ARGUMENT "argument"

/* Names of modules are looked up through this: 0, or FLEET_E_UNKNOWN. */
struct targets_context {
    const struct fleet *fleet;                     /* its modules are those that may be named */
    const struct fleet_target_options *defaults;   /* what a line does not say; modules too */
    const struct targets_auth *auths;              /* sorted by name; that of the defaults too */
    size_t auth_count;
    struct inputs *inputs;                         /* of files; NULL: they are read this once */
    const struct source *sources;                  /* of the configuration (source.h) */
    size_t source_count;
    struct source_keep *keep;                      /* what they said; NULL: nothing is kept */
    const atomic_bool *is_stopping;                /* no command is waited for any more; or NULL */
    targets_fault_fn *fault;
    targets_fault_fn *warn;                        /* NULL: nobody wants to know */
    void *fault_context;                           /* of both */
};

/* A block or range that more exact lines have taken addresses of. */
enum { TARGETS_WINNERS_MAX = 3 };

struct targets_line {
    const char *file;
    size_t line;
};

struct targets_loss {
    struct targets_line line;
    const char *text;                 /* the block as written */
    uint32_t count, lost;             /* of its addresses */
    size_t winner_count;
    struct targets_line winners[TARGETS_WINNERS_MAX];
    bool has_more;                    /* winners than these */
};

/*
 * targets: the targets file (design section 3): one target a line,
 *
 *     ADDRESS[:PORT] [key=value ...]          # comment
 *
 * ADDRESS is an IPv4/IPv6 address, a host name, a CIDR block or a last-octet range (10.0.0.1-254).
 * A line group=NAME [key=value ...] defines keys that targets below it have by group=NAME; a line
 * exclude=ADDRESS[,ADDRESS...] leaves addresses out, and so does the key exclude behind a block.
 * A value may stand in double quotes, in which \" and \\ stand for themselves. A file is read whole
 * and checked whole before anything of it is used: one bad line rejects it, and every fault found
 * (up to TARGETS_FAULTS_MAX) is told with its place.
 */
#pragma once

#include <stdio.h>

#include "snmpfleet/fleet.h"

struct inputs;

enum { TARGETS_FAULTS_MAX = 20, TARGETS_RANGE_MAX = 1 << 20 };

/*
 * Called for each fault: @line and @column count from 1 (column in bytes); line 0: the file as a
 * whole.
 */
typedef void targets_fault_fn(void *context, const char *file, size_t line, size_t column,
                              const char *what);

/* An auth that targets may name. */
struct targets_auth {
    const char *name;
    uint32_t number;      /* that fleet_auth_set gave */
    enum fleet_version version;
};

void targets_auths_sort(struct targets_auth *auths, size_t count);

/* Among sorted ones; NULL when there is none of that name. */
const struct targets_auth *targets_auths_find(const struct targets_auth *auths, size_t count,
                                              const char *name);

struct targets;  /* a checked list of targets, not yet applied */

/* Names of modules are looked up through this: 0, or FLEET_E_UNKNOWN. */
struct targets_context {
    const struct fleet *fleet;                     /* its modules are those that may be named */
    const struct fleet_target_options *defaults;   /* what a line does not say; modules too */
    const struct targets_auth *auths;              /* sorted by name; that of the defaults too */
    size_t auth_count;
    struct inputs *inputs;                         /* of files; NULL: they are read this once */
    targets_fault_fn *fault;
    void *fault_context;
};

int targets_new(struct targets **ret_targets);
void targets_free(struct targets *targets);

/*
 * Read @path ("-": standard input) into @targets; may be called for several files. A file without a
 * target is a fault. 0, FLEET_E_INVALID when faults were told, or -errno (told too).
 */
int targets_read_file(struct targets *targets, const char *path,
                      const struct targets_context *context);

/*
 * One target as the command line gives it: a line's text. @file in faults is TARGETS_ARGUMENT, and
 * the line its number among the arguments, of which targets_pass_argument counts those that are
 * files.
 */
#define TARGETS_ARGUMENT "argument"
int targets_read_line(struct targets *targets, const char *text,
                      const struct targets_context *context);
void targets_pass_argument(struct targets *targets);

/*
 * When all is read: blocks and ranges become targets, less the addresses that a more exact line has
 * (targets_blocks.h). Nothing is read after it. Results as above.
 */
int targets_settle(struct targets *targets, const struct targets_context *context);

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

/* From the smallest block to the largest; NULL behind the last. */
const struct targets_loss *targets_loss(const struct targets *targets, size_t index);

/*
 * Once settled: how many addresses `exclude=` left out, each as often as a line has it; how many
 * targets there are.
 */
size_t targets_excluded_count(const struct targets *targets);
size_t targets_count(const struct targets *targets);
const struct fleet_target_options *targets_get(const struct targets *targets, size_t index);

/*
 * command: a program that is run for what it writes. No shell is between, nothing of the caller
 * goes along but its environment, and it has a process group of its own, which is killed as a whole
 * when it does not end in time. May be called in a thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMMAND_WHY_MAX = 400 };

struct command {
    const char *path;              /* without a slash it is looked for in PATH */
    char *const *argv;
    int input;                     /* its standard input, above 2; -1: /dev/null */
    uint64_t timeout_ns;
    size_t bytes_max;              /* of what it writes */
    const atomic_bool *is_stopping;  /* looked at ten times a second: end it; may be NULL */
    bool is_ours;                  /* what it writes to standard error says all that @why needs */
};

/*
 * Run it to its end. True: *ret_bytes is what it wrote to its standard output, with a NUL behind
 * it, for secret_realloc to free. False: @why says what went wrong, with the last line that it
 * wrote to standard error, made printable.
 */
bool command_run(const struct command *command, char **ret_bytes, size_t *ret_length,
                 char why[static COMMAND_WHY_MAX]);

/*
 * many_options: the options of the verbs that ask (ask_options.h) which make them ask many agents;
 * Net-SNMP's programs do not have them.
 *
 *     --targets FILE   -f CONFIG   --sorted   -o text|csv|json      and A,B,C as AGENT
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/many_print.h"
#include "cli/option.h"
#include "conf/target_key.h"

enum { MANY_FILES_MAX = 64 };

struct many_options {
    char *files[MANY_FILES_MAX];   /* --targets; owned until they are read, then NULL */
    size_t file_count;
    const char *config;            /* -f; NULL: not given */
    enum many_format format;
    bool has_format, is_sorted;
    bool is_many;                  /* any of it was given */
    bool has_names;                /* lines of text begin with the target's name */
    struct target_draft given;     /* -t and -r */
};

/*
 * Take one of these options, spelled @option, with its value (option_scan.h). False: it is another
 * option (*ret_is_good is true), or it has an error (false), which was told.
 */
bool many_options_take(struct many_options *options, const char *program,
                       const struct option_row *row, const char *option, char *value,
                       bool *ret_is_good);

/* To be called when all are taken; @agent is NULL where --targets is given instead. */
void many_options_settle(struct many_options *options, const char *agent);

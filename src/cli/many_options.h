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

enum { MANY_FILES_MAX = 64 };

#define MANY_OPTIONS "f:o:"

#define MANY_OPTIONS_HELP \
    "many agents at once: AGENT,AGENT... or --targets; lines begin with the target's name\n"     \
    "  --targets FILE         instead of AGENT: a targets file, a block or a range; - is\n"       \
    "                         standard input; may be given several times\n"                       \
    "  -f CONFIG              YAML file with auths and defaults; for targets that do not say\n"   \
    "                         the credentials, -t (1) and -r (3) given here count\n"              \
    "  -o text|csv|json       records, failures with a reason and detail among them (text)\n"     \
    "  --sorted               in the order of the targets, not as answers come\n"                 \
    "                         exit: 1 where some do not answer, 2 where some refuse\n"

struct many_options {
    char *files[MANY_FILES_MAX];   /* --targets */
    size_t file_count;
    const char *config;            /* -f; NULL: not given */
    enum many_format format;
    bool has_format, is_sorted;
    bool is_many;                  /* any of it was given */
    bool has_names;                /* lines of text begin with the target's name */
    uint64_t timeout_ns;           /* as fleet_target_options has them: 0: not given */
    int32_t retries;
};

/*
 * Is @text, behind --, one of the long options? Then it is taken, its argument from behind = or
 * from argv, which optind then passes; *ret_is_good false: it is wrong, told.
 */
bool many_options_take_long(struct many_options *options, const char *text, int argc, char **argv,
                            bool *ret_is_good);

/* -f and -o with their argument. False: it is wrong, told. */
bool many_options_take(struct many_options *options, int option, char *argument);

/* When all are taken; @agent is NULL where --targets stands for it. */
void many_options_settle(struct many_options *options, const char *agent);

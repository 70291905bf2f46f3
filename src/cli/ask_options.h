/*
 * ask_options: the command line of the verbs that ask one agent, in Net-SNMP's grammar
 * (snmpcmd(1)).
 *
 * The same verb has two faces. As `snmpfleet get` it has this program's defaults: version 2c (3
 * with a user), community public, the highest level that the protocols allow, the names that are
 * built in. Started under the name snmpget it has Net-SNMP's: what its snmp.conf says, and its
 * rules for which modules are loaded.
 */
#pragma once

#include <stdbool.h>

#include "cli/ask_log.h"
#include "cli/credentials.h"
#include "cli/many_options.h"
#include "conf/snmp_conf.h"
#include "snmpfleet/mib.h"

/* What is wrong with a command line, besides system errors: told, and what becomes of the usage. */
enum ask_fault {
    ASK_USAGE = 1,      /* the usage is told, too */
    ASK_FAULT,
    ASK_DONE,           /* not wrong: all was said */
};

enum { ASK_SETTINGS_MAX = 64 };

struct ask_options {
    const struct verb *verb;
    const char *program;            /* as messages begin: "snmpget", "snmpfleet get" */
    bool is_net_snmp;               /* started under Net-SNMP's name */
    struct ask_log log;             /* -L */
    struct credentials credentials;
    struct fleet_text_style style;
    struct fleet_name_style names;
    const char *modules, *path;     /* -m, -M; NULL: not given */
    const char *agent;              /* the operand, as it was given; NULL: there is
                                       --targets */
    int operand_count;              /* behind AGENT */
    char **operands;
    struct many_options many;
    const char *source;             /* -s; NULL: not given */
    uint64_t timeout_ns;
    int32_t retries;                /* 0 and more */
    uint16_t port;                  /* unless AGENT has one */
    bool dumps;                     /* -d */
    bool has_transport;             /* -T, which UDP has no use for */
    bool is_exact;                  /* -IR, -Ib: what is no name is not tried as a pattern */
    const char *settings[ASK_SETTINGS_MAX];  /* -Y, --NAME=VALUE: they count after the files */
    size_t setting_count;
    struct snmp_conf conf;
};

#define ASK_OPTIONS_NULL \
    ((struct ask_options){ .log = ASK_LOG_INIT, .retries = -1, .conf = SNMP_CONF_NULL })

/*
 * Take options, AGENT and operands; .verb, .program and .is_net_snmp are set. -C is given to
 * @letters, with its text in optarg; it returns 0 or an enum ask_fault. @argv[0] is the verb,
 * or Net-SNMP's name. @is_strict: options end at the first operand; otherwise they may stand behind
 * operands. 0 or an enum ask_fault, told.
 */
int ask_options_take(struct ask_options *options, int argc, char **argv, bool is_strict,
                     int (*letters)(void *context, int argc, char **argv), void *context);

/*
 * What was not said: by the files of snmp.conf where they count, by settings among the options, by
 * default. 0 or an enum ask_fault, told.
 */
int ask_options_settle(struct ask_options *options);

/* The part of it that concerns text, time and ports, once more: when more was read. */
void ask_options_settle_texts(struct ask_options *options);

void ask_options_deinit(struct ask_options *options);

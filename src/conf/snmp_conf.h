/*
 * snmp_conf: snmp.conf, the settings of Net-SNMP's programs (snmp.conf(5), snmp_config(5)).
 *
 * A line is a word and what it is set to; `#` begins a comment. `[snmp]` alone makes the lines
 * behind it count, `[snmpapp]` leaves them out; in front of a setting it is meant for that line. A
 * word in brackets that client programs do not know is a mistake, and changes nothing for the lines
 * behind it, as in Net-SNMP. `includeFile`, `includeDir` and `includeSearch` read other files. What
 * is read later counts. Settings that concern agents, other transports and debugging are known and
 * mean nothing here.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "snmpfleet/auth.h"
#include "snmpfleet/mib.h"

/* Settings that are texts. All may be secrets: they are wiped. */
enum snmp_conf_text {
    SNMP_CONF_COMMUNITY,         /* defCommunity */
    SNMP_CONF_USER,              /* defSecurityName */
    SNMP_CONF_CONTEXT,           /* defContext */
    SNMP_CONF_PASSPHRASE,        /* defPassphrase */
    SNMP_CONF_AUTH_PASSPHRASE,   /* defAuthPassphrase */
    SNMP_CONF_PRIV_PASSPHRASE,   /* defPrivPassphrase */
    SNMP_CONF_AUTH_MASTER_KEY,   /* in hexadecimal, like those below */
    SNMP_CONF_PRIV_MASTER_KEY,
    SNMP_CONF_AUTH_LOCALIZED_KEY,
    SNMP_CONF_PRIV_LOCALIZED_KEY,
    SNMP_CONF_MIBS,              /* "+A:B" is added to what was said before */
    SNMP_CONF_MIBDIRS,
    SNMP_CONF_MIBFILES,          /* mibfile: paths with ':' between */
    SNMP_CONF_PRECISION,         /* outputPrecision */
    SNMP_CONF_TRANSPORT,         /* of a host's file: the AGENT that is meant */
    SNMP_CONF_CLIENT_ADDRESS,    /* clientaddr */
    SNMP_CONF_DOMAIN,            /* defDomain of snmp: "udp6 udp" */
    SNMP_CONF_TARGET,            /* defTarget of snmp and UDP: ":1161" */
    SNMP_CONF_ALIASES,           /* a line each: NAME, a blank, AGENT */
    SNMP_CONF_TEXTS
};

/* Settings of snmpwalk, as bits. */
enum snmp_conf_walk {
    SNMP_CONF_INCLUDE_REQUESTED = 1 << 0,
    SNMP_CONF_EXCLUDE_REQUESTED = 1 << 1,
    SNMP_CONF_PRINT_STATISTICS = 1 << 2,
    SNMP_CONF_DONT_CHECK_ORDERING = 1 << 3,
    SNMP_CONF_TIME_RESULTS = 1 << 4,
    SNMP_CONF_TIME_RESULTS_SINGLE = 1 << 5,
};

/* Flags that are set, and to what. */
struct snmp_conf_flags {
    uint32_t set, value;
};

struct snmp_conf {
    char *texts[SNMP_CONF_TEXTS];   /* NULL: not set */
    enum fleet_version version;
    enum fleet_level level;
    enum fleet_auth_protocol auth_protocol;
    enum fleet_priv_protocol priv_protocol;
    uint16_t port;                  /* 0: not set, like those below */
    uint64_t timeout_ns;
    int32_t retries;                /* -1: not set */
    int16_t hex_line;
    int8_t oid_style;               /* enum fleet_oid_style; -1: not set */
    struct snmp_conf_flags output;  /* of enum fleet_text_flag */
    struct snmp_conf_flags names;   /* of enum fleet_name_flag */
    struct snmp_conf_flags walk;    /* of enum snmp_conf_walk */
    bool dumps, is_silent;          /* dumpPacket; noTokenWarnings */
    bool skips_hosts;               /* dontLoadHostConfig */
};

#define SNMP_CONF_NULL ((struct snmp_conf){ .retries = -1, .oid_style = -1 })

/* Told of each mistake: "FILE: line 3: Error: Bad integer value", as Net-SNMP's programs do. */
typedef void snmp_conf_warn(void *context, const char *text);

/*
 * Settings that @text says, which is changed by it; @file names it in warnings, and is where
 * relative names of other files begin. 0 or -ENOMEM. Files included by files: at most 16 deep.
 */
int snmp_conf_text(struct snmp_conf *conf, const char *file, char *text, snmp_conf_warn *warn,
                   void *context);

/*
 * One setting as options have it: "--NAME=VALUE", without the dashes. False: there is none of that
 * name, or no such value.
 */
bool snmp_conf_option(struct snmp_conf *conf, const char *text, snmp_conf_warn *warn,
                      void *context);

/*
 * snmp.conf and snmp.local.conf of each folder of SNMPCONFPATH, or of /etc/snmp, /usr/share/snmp,
 * /usr/lib/snmp and ~/.snmp; then snmpwalk.conf in the same way, and snmpapp.conf, whose lines
 * count where it says [snmp]. Files that are not there are left out. 0 or -ENOMEM.
 */
int snmp_conf_load(struct snmp_conf *conf, snmp_conf_warn *warn, void *context);

/*
 * The same of hosts/HOST.conf, which is read when @host is asked. What is no host name (of letters,
 * digits, dots and dashes) has no file.
 */
int snmp_conf_load_host(struct snmp_conf *conf, const char *host, snmp_conf_warn *warn,
                        void *context);

/* The AGENT that `alias` gives a name: *ret_length octets. NULL: none. */
const char *snmp_conf_alias(const struct snmp_conf *conf, const char *name, size_t *ret_length);

/* Names of all settings that count, one in a line. */
void snmp_conf_list(FILE *to);

/* Wipes. */
void snmp_conf_deinit(struct snmp_conf *conf);

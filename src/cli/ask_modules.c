/* ask_modules: see ask_modules.h. */
#include "cli/ask_modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/mib_folders.h"
#include "snmpfleet/error.h"

enum { LIST_BYTES = 8 << 10 };

/* What Net-SNMP 5.9 of Debian loads where nobody says what. */
#define MODULES_DEFAULT \
    "SNMPv2-MIB:IF-MIB:IP-MIB:TCP-MIB:UDP-MIB:HOST-RESOURCES-MIB:NOTIFICATION-LOG-MIB:" \
    "DISMAN-EVENT-MIB:DISMAN-SCHEDULE-MIB:HOST-RESOURCES-TYPES:MTA-MIB:NETWORK-SERVICES-MIB:" \
    "UCD-DISKIO-MIB:UCD-DLMOD-MIB:LM-SENSORS-MIB:UCD-SNMP-MIB:UCD-DEMO-MIB:SNMP-TARGET-MIB:" \
    "NET-SNMP-AGENT-MIB:SNMP-FRAMEWORK-MIB:SNMP-MPD-MIB:SNMP-USER-BASED-SM-MIB:" \
    "SNMP-VIEW-BASED-ACM-MIB:SNMP-COMMUNITY-MIB:IPV6-ICMP-MIB:IPV6-MIB:IPV6-TCP-MIB:" \
    "IPV6-UDP-MIB:IP-FORWARD-MIB:NET-SNMP-PASS-MIB:NET-SNMP-EXTEND-MIB:SNMP-NOTIFICATION-MIB:" \
    "SNMPv2-TM:NET-SNMP-VACM-MIB"

static void warn(void *context, const char *file, const char *text) {
    struct ask_log *log = context;
    if (file != NULL) ask_log_error(log, "%s: %s", file, text);
    else ask_log_error(log, "%s", text);
}

/* @told, with those of @before where it has a sign. */
static int merge(const char *told, const char *before, char list[static LIST_BYTES]) {
    int length = *told == '+'   ? snprintf(list, LIST_BYTES, "%s:%s", before, told + 1)
                 : *told == '-' ? snprintf(list, LIST_BYTES, "%s:%s", told + 1, before)
                                : snprintf(list, LIST_BYTES, "%s", told);
    return length < LIST_BYTES ? 0 : -E2BIG;
}

/* The environment counts more than settings; -M changes what comes of both. */
static int folders_of(const struct ask_options *o, char path[static LIST_BYTES]) {
    char own[LIST_BYTES], told[LIST_BYTES];
    const char *home = getenv("HOME"), *where = getenv("MIBDIRS");
    if (where == NULL) where = o->conf.texts[SNMP_CONF_MIBDIRS];
    (void)snprintf(own, sizeof(own),
                   "%.4096s/.snmp/mibs:/usr/share/snmp/mibs:/usr/share/snmp/mibs/iana:"
                   "/usr/share/snmp/mibs/ietf", home != NULL ? home : "");
    int error = merge(where != NULL ? where : own, own, told);
    return error != 0 ? error : merge(o->path != NULL ? o->path : told, told, path);
}

/* Files by their paths come behind the modules. */
static int add_files(const char *files, char modules[static LIST_BYTES]) {
    size_t length = strlen(modules);
    if (files == NULL) return 0;
    files += *files == '+' || *files == '-';
    int added = snprintf(modules + length, LIST_BYTES - length, ":%s", files);
    return (size_t)added < LIST_BYTES - length ? 0 : -E2BIG;
}

static int by_net_snmps_rules(const struct ask_options *o, struct fleet_mib_options *options,
                              char modules[static LIST_BYTES], char path[static LIST_BYTES]) {
    const char *which = o->modules != NULL ? o->modules : getenv("MIBS");
    if (which == NULL) which = o->conf.texts[SNMP_CONF_MIBS];
    options->from = FLEET_MIB_FILES;
    options->modules = modules;
    options->path = path;
    int error = merge(which != NULL ? which : MODULES_DEFAULT, MODULES_DEFAULT, modules);
    if (error == 0) error = add_files(getenv("MIBFILES"), modules);
    if (error == 0) error = add_files(o->conf.texts[SNMP_CONF_MIBFILES], modules);
    return error != 0 ? error : folders_of(o, path);
}

int ask_modules_load(struct ask_options *o, struct fleet_mib **ret_mib) {
    char modules[LIST_BYTES], path[LIST_BYTES];
    struct fleet_mib_options options = { .modules = o->modules, .path = o->path,
                                         .reader = CLI_MIB_READER, .warn = warn,
                                         .warn_context = &o->log };
    if (o->is_net_snmp) {
        int error = by_net_snmps_rules(o, &options, modules, path);
        if (error != 0) return error;
    } else if (o->modules == NULL && o->path == NULL) {
        options.from = FLEET_MIB_BUILT_IN;
    } else {
        mib_folders_check(o->path);
    }
    int error = fleet_mib_new(ret_mib, &options);
    return error == FLEET_E_UNKNOWN ? 0 : error;
}

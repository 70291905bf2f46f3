/* poll_options: see poll_options.h. */
#include "cli/poll_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/targets_args.h"
#include "conf/duration.h"

enum {
    OPTION_MODULES = 256,
    OPTION_WALK,
    OPTION_INTERVAL,
    OPTION_ONCE,
    OPTION_RATE,
    OPTION_WINDOW,
    OPTION_REPORT,
    OPTION_IO,
    OPTION_FAIL_THRESHOLD,
    OPTION_CSV,
    OPTION_UINT,
    OPTION_COMPAT,
    OPTION_DEADLINE,
    OPTION_MAX_REPETITIONS,
    OPTION_VARBINDS_MAX,
    OPTION_MEMORY,
    OPTION_REPLY_FROM,
    OPTION_REPLY_COMMUNITY,
    OPTION_DNS_RATE,
    OPTION_FAMILY,
    OPTION_FOR,
    OPTION_TARGET_WINDOW,
    OPTION_TARGET_RATE,
    OPTION_GAP,
    OPTION_DNS,
    OPTION_STATE,
};

static const struct option long_options[] = {
    { "config", required_argument, NULL, 'f' },
    { "modules", required_argument, NULL, OPTION_MODULES },
    { "walk", required_argument, NULL, OPTION_WALK },
    { "interval", required_argument, NULL, OPTION_INTERVAL },
    { "once", no_argument, NULL, OPTION_ONCE },
    { "for", required_argument, NULL, OPTION_FOR },
    { "rate", required_argument, NULL, OPTION_RATE },
    { "window", required_argument, NULL, OPTION_WINDOW },
    { "target-window", required_argument, NULL, OPTION_TARGET_WINDOW },
    { "target-rate", required_argument, NULL, OPTION_TARGET_RATE },
    { "gap", required_argument, NULL, OPTION_GAP },
    { "timeout", required_argument, NULL, 't' },
    { "retries", required_argument, NULL, 'r' },
    { "deadline", required_argument, NULL, OPTION_DEADLINE },
    { "max-repetitions", required_argument, NULL, OPTION_MAX_REPETITIONS },
    { "varbinds-max", required_argument, NULL, OPTION_VARBINDS_MAX },
    { "memory", required_argument, NULL, OPTION_MEMORY },
    { "reply-from", required_argument, NULL, OPTION_REPLY_FROM },
    { "reply-community", required_argument, NULL, OPTION_REPLY_COMMUNITY },
    { "output", required_argument, NULL, 'o' },
    { "report", required_argument, NULL, OPTION_REPORT },
    { "csv", required_argument, NULL, OPTION_CSV },
    { "uint", no_argument, NULL, OPTION_UINT },
    { "compat", required_argument, NULL, OPTION_COMPAT },
    { "io", required_argument, NULL, OPTION_IO },
    { "state", required_argument, NULL, OPTION_STATE },
    { "dump", required_argument, NULL, 'd' },
    { "dns", required_argument, NULL, OPTION_DNS },
    { "dns-rate", required_argument, NULL, OPTION_DNS_RATE },
    { "family", required_argument, NULL, OPTION_FAMILY },
    { "fail-threshold", required_argument, NULL, OPTION_FAIL_THRESHOLD },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static const char help[] =
    "usage: snmpfleet poll [options] TARGETS...\n"
    "\n"
    "Polls a fleet on schedule (or --once) and writes rows to standard output or -o.\n"
    "TARGETS: targets files ('-': standard input) or addresses: HOST[:PORT], 10.0.0.0/24, "
    "10.0.0.1-254.\n"
    "\n"
    "  -f, --config FILE      configuration: fleet, defaults, auths, modules, outputs; see\n"
    "                         config.example\n"
    "what\n"
    "  --modules LIST         modules of targets that name none (default: system,interfaces)\n"
    "  --walk OID[,OID...]    walk these subtrees raw; by name, too\n"
    "  -M DIRS, -m MODULES    where MIB modules are, and which are loaded first; names in the\n"
    "                         configuration need them only where they are not built in\n"
    "  --interval DUR         time between polls (default: the module's, 60s); 500ms, 30s, 5m, 1h\n"
    "  --once                 poll everything once, at once\n"
    "  --for DUR              stop after this long\n"
    "who (defaults for targets that do not say)\n"
    CREDENTIALS_HELP
    "  -t, --timeout DUR      longest wait for an attempt (1s)\n"
    "  -r, --retries N        attempts after the first (3)\n"
    "  --deadline DUR         longest a poll may take (its interval)\n"
    "  --max-repetitions N    most repetitions of a GETBULK (learnt, at most 127)\n"
    "  --varbinds-max N       most varbinds of a poll, which then ends as partial (10000000)\n"
    "  --target-window N      requests in flight to one target (2)\n"
    "  --target-rate N        requests a second to one target (no limit)\n"
    "  --gap DUR              least time between two requests to one target (none)\n"
    "  --reply-from HOW       strict: only from the address asked; any\n"
    "  --reply-community HOW  strict: only with the community sent; any\n"
    "how fast\n"
    "  --rate PPS             requests a second, all targets together (no limit)\n"
    "  --window N             requests in flight, all targets together (from the receive buffer)\n"
    "  --memory SIZE          for rows that wait for other columns and look-ups, all polls\n"
    "                         together, one at most an eighth: 64M, 1G (256M)\n"
    "  --io uring|mmsg|auto   how datagrams are moved (auto)\n"
    "where to\n"
    "  -o, --output FMT[:PATH]  rows: csv, influx or json, to a file or standard output (csv); "
    "repeatable\n"
    "  --report FMT[:PATH]    one report a poll, in the same formats; repeatable\n"
    "  --csv long|wide        wide: one file a table, PATH is a folder\n"
    "  --uint                 influx: Counter64 as unsigned ('u')\n"
    "  --compat telegraf      influx: as Telegraf's snmp input: no tag target, OIDs with a\n"
    "                         leading dot, no empty strings\n"
    "other\n"
    "  --state FILE           keep what is learnt of the targets over a restart (engine IDs and\n"
    "                         clocks of SNMPv3, round trips, repetitions; no secrets)\n"
    "  -d, --dump TARGET      show the datagrams of the target of that name on standard error, in\n"
    "                         hexadecimal and decoded; its community can be read in them\n"
    "  --dns ADDRESS[:PORT]   name servers, comma-separated (the system's)\n"
    "  --dns-rate N           most look-ups of host names a second (500)\n"
    "  --family 4|6           of host names only addresses of this family\n"
    "  --fail-threshold N%    exit 0 when no more than this share of the polls failed (0%)\n"
    "  -q, --quiet            no status line, no summary\n"
    "\n"
    "Exit: 0 all polls complete, 1 some failed or partial, 2 bad configuration or targets,\n"
    "3 usage, 4 system. SIGHUP reads configuration and targets again; SIGTERM ends after the\n"
    "running polls; a second one ends at once. During the start SIGHUP waits, and SIGTERM ends\n"
    "at once: 0, with --once 1.\n";

static bool mistake(const char *what, const char *argument) {
    fprintf(stderr, "snmpfleet poll: %s: '%s'\n", what, argument);
    return false;
}

static bool parse_number(const char *what, const char *argument, uint64_t min, uint64_t max,
                         uint64_t *ret_number) {
    if (number_parse(argument, min, max, ret_number)) return true;
    fprintf(stderr, "snmpfleet poll: %s takes a number from %llu to %llu, not '%s'\n", what,
            (unsigned long long)min, (unsigned long long)max, argument);
    return false;
}

static bool parse_u32(const char *what, const char *argument, uint32_t max, uint32_t *ret_number) {
    uint64_t number;
    if (!parse_number(what, argument, 1, max, &number)) return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool parse_time(const char *what, const char *argument, uint64_t *ret_ns) {
    if (duration_parse(argument, ret_ns)) return true;
    fprintf(stderr, "snmpfleet poll: %s takes a time such as 500ms, 1.5s or 2m, not '%s'\n", what,
            argument);
    return false;
}

/* Split a comma-separated list in place. */
static bool parse_list(const char *what, char *argument, const char **items, size_t max,
                       size_t *count) {
    for (char *item = argument; item != NULL;) {
        char *comma = strchr(item, ',');
        if (comma != NULL) *comma++ = '\0';
        if (*item == '\0') return mistake("empty item in a list", what);
        if (*count == max) return mistake("too many items", what);
        items[(*count)++] = item;
        item = comma;
    }
    return true;
}

static bool parse_output(struct poll_options *o, char *argument, bool reports) {
    char *path = strchr(argument, ':');
    if (path != NULL) *path++ = '\0';
    enum fleet_format format = FLEET_FORMAT_CSV;
    if (strcmp(argument, "influx") == 0) format = FLEET_FORMAT_INFLUX;
    else if (strcmp(argument, "json") == 0) format = FLEET_FORMAT_JSON;
    else if (strcmp(argument, "csv") != 0)
        return mistake("not a format (csv, influx, json)", argument);
    if (path != NULL && (*path == '\0' || strcmp(path, "-") == 0)) path = NULL;
    /*
     * Rows and reports of one format that go to one place share a writer, but for CSV, whose
     * columns differ.
     */
    for (size_t i = 0; i < o->output_count; i++) {
        struct poll_output *other = &o->outputs[i];
        bool same = path == NULL ? other->path == NULL
                                 : other->path != NULL && strcmp(path, other->path) == 0;
        if (!same) continue;
        if (other->format != format)
            return mistake("two formats to one place", path == NULL ? "-" : path);
        if (format == FLEET_FORMAT_CSV)
            return mistake("CSV rows and reports have different columns: two files, please",
                           path == NULL ? "-" : path);
        other->rows |= !reports;
        other->reports |= reports;
        return true;
    }
    if (o->output_count == POLL_OUTPUTS_MAX) return mistake("too many outputs", argument);
    o->outputs[o->output_count++] = (struct poll_output){
        .format = format, .path = path, .rows = !reports, .reports = reports
    };
    return true;
}

static bool parse_memory(const char *argument, uint64_t *ret_bytes) {
    if (size_parse(argument, FLEET_MEMORY_MIN, FLEET_MEMORY_MAX, ret_bytes)) return true;
    fprintf(stderr, "snmpfleet poll: --memory takes a size from 8M to 8T, such as 64M or 1G, "
                    "not '%s'\n", argument);
    return false;
}

static bool parse_threshold(const char *argument, double *ret_percent) {
    char *end;
    double percent = strtod(argument, &end);
    if (end == argument || (*end != '\0' && strcmp(end, "%") != 0) ||
        !(percent >= 0 && percent <= 100)) {
        return mistake("--fail-threshold takes a percentage", argument);
    }
    *ret_percent = percent;
    return true;
}

static bool parse_io(const char *argument, enum fleet_io *ret_io) {
    if (strcmp(argument, "auto") == 0) *ret_io = FLEET_IO_AUTO;
    else if (strcmp(argument, "uring") == 0) *ret_io = FLEET_IO_URING;
    else if (strcmp(argument, "mmsg") == 0) *ret_io = FLEET_IO_MMSG;
    else return mistake("--io takes uring, mmsg or auto", argument);
    return true;
}

static bool parse_family(const char *argument, enum fleet_family *ret_family) {
    bool is_ip4 = strcmp(argument, "4") == 0;
    if (!is_ip4 && strcmp(argument, "6") != 0) return mistake("--family takes 4 or 6", argument);
    *ret_family = is_ip4 ? FLEET_IP4 : FLEET_IP6;
    return true;
}

/* *ret_is_any: "any", not "strict". */
static bool parse_strict(const char *option, const char *argument, bool *ret_is_any) {
    *ret_is_any = strcmp(argument, "any") == 0;
    if (*ret_is_any || strcmp(argument, "strict") == 0) return true;
    char text[64];
    (void)snprintf(text, sizeof(text), "%s takes strict or any", option);
    return mistake(text, argument);
}

static bool parse_retries(const char *argument, int32_t *ret_retries) {
    uint64_t number;
    if (!parse_number("-r", argument, 0, 100, &number)) return false;
    *ret_retries = number == 0 ? -1 : (int32_t)number;
    return true;
}

static bool parse_option(struct poll_options *o, int option, char *argument) {
    struct fleet_target_options *d = &o->settings.flags;
    struct fleet_limits *limits = &o->settings.limit_flags;
    bool is_any;
    switch (option) {
    case OPTION_MODULES: o->settings.modules = argument; return true;
    case 'm': o->settings.mib_modules = argument; return true;
    case 'M': o->settings.mib_path = argument; return true;
    case OPTION_WALK:
        return parse_list("--walk", argument, o->walks, POLL_WALKS_MAX, &o->walk_count);
    case OPTION_INTERVAL: return parse_time("--interval", argument, &o->interval_ns);
    case OPTION_FOR: return parse_time("--for", argument, &o->duration_ns);
    case OPTION_RATE: return parse_u32("--rate", argument, FLEET_RATE_MAX, &limits->rate);
    case OPTION_WINDOW: return parse_u32("--window", argument, FLEET_WINDOW_MAX, &limits->window);
    case OPTION_TARGET_WINDOW: return parse_u32("--target-window", argument, 1024, &d->window);
    case OPTION_TARGET_RATE: return parse_u32("--target-rate", argument, 1000000, &d->rate);
    case OPTION_GAP: return parse_time("--gap", argument, &d->gap_ns);
    case OPTION_DEADLINE: return parse_time("--deadline", argument, &d->deadline_ns);
    case OPTION_MAX_REPETITIONS:
        return parse_u32("--max-repetitions", argument, 127, &d->max_repetitions);
    case OPTION_VARBINDS_MAX:
        return parse_u32("--varbinds-max", argument, 1000000000, &d->varbinds_max);
    case OPTION_MEMORY: return parse_memory(argument, &limits->memory);
    case OPTION_REPLY_FROM:
        o->settings.has_reply_from = true;
        if (!parse_strict("--reply-from", argument, &is_any)) return false;
        d->reply_from = is_any ? FLEET_REPLY_ANY : FLEET_REPLY_STRICT;
        return true;
    case OPTION_REPLY_COMMUNITY:
        o->settings.has_reply_community = true;
        if (!parse_strict("--reply-community", argument, &is_any)) return false;
        d->reply_community = is_any ? FLEET_REPLY_COMMUNITY_ANY : FLEET_REPLY_COMMUNITY_STRICT;
        return true;
    case OPTION_REPORT: return parse_output(o, argument, true);
    case OPTION_IO: return parse_io(argument, &o->fleet.io);
    case OPTION_FAIL_THRESHOLD: return parse_threshold(argument, &o->fail_threshold);
    case OPTION_ONCE: o->fleet.once = true; return true;
    case OPTION_UINT: o->unsigned_integers = true; return true;
    case OPTION_STATE: o->state = argument; return true;
    case OPTION_DNS: o->fleet.dns = argument; return true;
    case OPTION_DNS_RATE:
        return parse_u32("--dns-rate", argument, FLEET_DNS_RATE_MAX, &limits->dns_rate);
    case OPTION_FAMILY: return parse_family(argument, &d->family);
    case OPTION_COMPAT:
        o->telegraf = strcmp(argument, "telegraf") == 0;
        return o->telegraf || mistake("--compat takes telegraf", argument);
    case OPTION_CSV:
        o->csv_wide = strcmp(argument, "wide") == 0;
        return o->csv_wide || strcmp(argument, "long") == 0 ||
               mistake("--csv takes long or wide", argument);
    case 'd': o->dump = argument; return true;
    case 'f': o->settings.config_path = argument; return true;
    case 't': return parse_time("-t", argument, &d->timeout_ns);
    case 'r': return parse_retries(argument, &d->retries);
    case 'o': return parse_output(o, argument, false);
    case 'q': o->quiet = true; return true;
    default: return false;
    }
}

static bool has_rows(const struct poll_options *o) {
    for (size_t i = 0; i < o->output_count; i++) {
        if (o->outputs[i].rows) return true;
    }
    return false;
}

/* An output of the configuration beside those of the command line. */
static bool add_configured(struct poll_options *o, const struct fleet_writer_options *from) {
    for (size_t i = 0; i < o->output_count; i++) {
        const char *path = o->outputs[i].path;
        if (path == NULL || from->path == NULL ? path != from->path
                                               : strcmp(path, from->path) != 0) continue;
        return mistake("--report and the configuration's outputs to one place",
                       path == NULL ? "-" : path);
    }
    if (o->output_count == POLL_OUTPUTS_MAX) return mistake("too many outputs", "--report");
    char *path = from->path != NULL ? strdup(from->path) : NULL;
    if (from->path != NULL && path == NULL) return mistake("out of memory", from->path);
    if (path != NULL) o->paths[o->path_count++] = path;
    o->outputs[o->output_count++] = (struct poll_output){
        .format = from->format, .path = path, .rows = from->rows, .reports = from->reports,
        .unsigned_integers = from->unsigned_integers || o->unsigned_integers,
        .telegraf = from->telegraf || o->telegraf,
    };
    return true;
}

bool poll_options_choose_outputs(struct poll_options *o,
                                 const struct fleet_writer_options *configured, size_t count) {
    if (has_rows(o)) return true;
    for (size_t i = 0; i < count; i++) {
        if (!add_configured(o, &configured[i])) return false;
    }
    if (has_rows(o)) return true;
    char csv[] = "csv";
    return parse_output(o, csv, false);
}

void poll_options_free(struct poll_options *o) {
    while (o->path_count > 0) free(o->paths[--o->path_count]);
    arguments_wipe_targets(o->target_count, o->targets);
    o->target_count = 0;
}

/* What follows from all options together. */
static bool poll_options_settle(struct poll_options *o) {
    for (size_t i = 0; i < o->output_count; i++) {
        o->outputs[i].unsigned_integers = o->unsigned_integers;
        o->outputs[i].telegraf = o->telegraf;
        if (o->csv_wide && o->outputs[i].format == FLEET_FORMAT_CSV && o->outputs[i].rows) {
            o->outputs[i].format = FLEET_FORMAT_CSV_WIDE;
            if (o->outputs[i].path == NULL)
                return mistake("--csv wide writes a folder: -o csv:FOLDER", "-o csv");
        }
    }
    if (o->csv_wide && !has_rows(o))
        return mistake("--csv wide writes a folder: -o csv:FOLDER", "--csv wide");
    if (!credentials_settle(&o->settings.credentials, "poll")) return false;
    o->settings.walks = o->walks;
    o->settings.walk_count = o->walk_count;
    o->settings.flags.interval_ns = o->interval_ns;
    if (o->target_count == 0) {
        fprintf(stderr, "snmpfleet poll: no targets; 'snmpfleet poll --help' says more\n");
        return false;
    }
    return true;
}

bool poll_options_parse(int argc, char **argv, struct poll_options *o, int *ret_exit) {
    *o = (struct poll_options){ .settings.verb = "poll" };
    opterr = 0;
    static const char letters[] = ":d:f:t:r:o:m:M:qh" CREDENTIALS_OPTIONS;
    int option;
    while ((option = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
        *ret_exit = EXIT_USAGE;
        if (option == 'h') {
            fputs(help, stdout);
            *ret_exit = EXIT_COMPLETE;
            return false;
        }
        if (option == '?' || option == ':') {
            arguments_tell_wrong("poll", option, argv, letters, long_options);
            return false;
        }
        bool is_good = credentials_is_option(option)
                           ? credentials_take(&o->settings.credentials, "poll", option, argc, argv)
                           : parse_option(o, option, optarg);
        if (!is_good) return false;
    }
    *ret_exit = EXIT_SYSTEM;
    if (!arguments_hide_targets("poll", argc - optind, argv + optind)) return false;
    o->targets = argv + optind;
    o->target_count = argc - optind;
    *ret_exit = EXIT_USAGE;
    return poll_options_settle(o);
}

/* poll_options: see poll_options.h. */
#include "cli/poll_options.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/option_scan.h"

static const char program_of_poll[] = "snmpfleet poll", program_of_check[] = "snmpfleet check";

static bool mistake(const struct poll_options *o, const char *option, const char *what,
                    const char *value, const char *right) {
    option_tell(&(struct option_mistake){ o->program, option, what, value, right });
    return false;
}

/* Split a comma-separated list in place. */
static bool take_walks(struct poll_options *o, const struct option_scan *s) {
    for (char *item = s->value; item != NULL;) {
        char *comma = strchr(item, ',');
        if (comma != NULL) *comma++ = '\0';
        if (*item == '\0')
            return mistake(o, s->spelled, "an item of the list is empty", NULL, "OID[,OID...]");
        if (o->walk_count == POLL_WALKS_MAX)
            return mistake(o, s->spelled, "too many subtrees", NULL, "at most 64");
        o->walks[o->walk_count++] = item;
        item = comma;
    }
    return true;
}

/*
 * -o and --report. Rows and reports of one format that go to one place share a writer, but for CSV,
 * whose columns differ.
 */
static bool take_output(struct poll_options *o, const char *option, char *argument, bool reports) {
    enum fleet_format format;
    char *path = strchr(argument, ':');
    if (path != NULL) *path++ = '\0';
    char names[128];
    (void)fleet_format_names(names, sizeof(names));
    if (!fleet_format_find(argument, &format))
        return mistake(o, option, "no such format", argument, names);
    const struct fleet_format_info *info = fleet_format_info(format);
    if (path != NULL && (*path == '\0' || strcmp(path, "-") == 0)) path = NULL;
    for (size_t i = 0; i < o->output_count; i++) {
        struct poll_output *other = &o->outputs[i];
        if (!text_is_same(path, other->path)) continue;
        const char *place = path == NULL ? "-" : path;
        if (other->format != format)
            return mistake(o, option, "two formats go to one place", place,
                           "give each a place of its own");
        if (!info->shares)
            return mistake(o, option, "CSV rows and reports have different columns", place,
                           "give each a file of its own");
        other->rows |= !reports;
        other->reports |= reports;
        return true;
    }
    if (info->is_folder && path == NULL)
        return mistake(o, option, "the format writes a folder", argument, "FORMAT:FOLDER");
    if (o->output_count == POLL_OUTPUTS_MAX)
        return mistake(o, option, "too many outputs", NULL, "at most 16");
    o->outputs[o->output_count++] = (struct poll_output){
        .format = format, .path = path, .rows = !reports, .reports = reports
    };
    return true;
}

static bool take_threshold(struct poll_options *o, const struct option_scan *s) {
    char *end;
    double percent = strtod(s->value, &end);
    if (end == s->value || (*end != '\0' && strcmp(end, "%") != 0) ||
        !(percent >= 0 && percent <= 100))
        return mistake(o, s->spelled, "not a percentage", s->value, "0% to 100%");
    o->fail_threshold = percent;
    return true;
}

/* A key of targets, or a limit of the fleet. */
static void take_key(struct settings *settings, const struct option_scan *s) {
    const struct key *key = s->row->key;
    struct fleet_limits *limits = &settings->limit_flags;
    if (key->doors != 0) {
        struct target_keys none = { .fleet = NULL };
        struct target_fault fault;
        /* Its rule has taken the value, and it has nothing but a rule. */
        (void)target_key_read(&none, &settings->given, (enum target_key)(key - target_keys),
                              s->value, &fault);
        return;
    }
    switch ((enum limit_key)(key - limit_keys)) {
    case LIMIT_RATE: limits->rate = (uint32_t)s->number; break;
    case LIMIT_WINDOW: limits->window = (uint32_t)s->number; break;
    case LIMIT_DNS_RATE: limits->dns_rate = (uint32_t)s->number; break;
    case LIMIT_MEMORY: limits->memory = s->number; break;
    case LIMIT_KEYS: break;
    }
}

static enum fleet_io io_of(uint64_t word) {
    static const enum fleet_io backends[] = { FLEET_IO_AUTO, FLEET_IO_URING, FLEET_IO_MMSG };
    return backends[word];
}

static bool take_target(struct poll_options *o, const struct option_scan *s) {
    if (o->target_count == POLL_TARGETS_MAX)
        return mistake(o, s->spelled, "given too often", NULL, "at most 64 times");
    o->more_targets[o->target_count++] = s->value;
    return true;
}

static bool take_option(struct poll_options *o, const struct option_scan *s) {
    char *value = s->value;
    switch (s->row->id) {
    case OPT_KEY: take_key(&o->settings, s); return true;
    case OPT_CREDENTIAL:
        return credentials_take(&o->settings.credentials, o->program, s->row->letter, value,
                                s->argc, s->argv);
    case OPT_CONFIG: o->settings.config_path = value; return true;
    case OPT_TARGETS: return take_target(o, s);
    case OPT_MODULES: o->settings.modules = value; return true;
    case OPT_MIB_MODULES: o->settings.mib_modules = value; return true;
    case OPT_MIB_PATH: o->settings.mib_path = value; return true;
    case OPT_WALK: return take_walks(o, s);
    case OPT_FOR: o->duration_ns = s->number; return true;
    case OPT_ONCE: o->fleet.once = true; return true;
    case OPT_DRY_RUN: o->is_check = true; return true;
    case OPT_CONFIG_ONLY: o->settings.without_sources = true; return true;
    case OPT_LIST: o->lists = true; return true;
    case OPT_PROBE: o->probes = true; return true;
    case OPT_PRINT_MODULE: o->print_module = value; return true;
    case OPT_OUTPUT: return take_output(o, s->spelled, value, false);
    case OPT_REPORT: return take_output(o, s->spelled, value, true);
    case OPT_IO: o->fleet.io = io_of(s->number); return true;
    case OPT_FAIL_THRESHOLD: return take_threshold(o, s);
    case OPT_UINT: o->unsigned_integers = true; return true;
    case OPT_STATE: o->state = value; return true;
    case OPT_DNS: o->fleet.dns = value; return true;
    case OPT_COMPAT: o->telegraf = true; return true;
    case OPT_CSV: o->csv_wide = s->number != 0; return true;
    case OPT_DUMP: o->dump = value; return true;
    case OPT_LOG_LEVEL:
    case OPT_LOG_FORMAT: return true;  /* taken when it was read */
    case OPT_QUIET: o->quiet = true; return true;
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
        if (!text_is_same(path, from->path)) continue;
        return mistake(o, "--report", "an output of the configuration goes to the same place",
                       path == NULL ? "-" : path, NULL);
    }
    if (o->output_count == POLL_OUTPUTS_MAX)
        return mistake(o, "--report", "too many outputs", NULL, "at most 16");
    char *path = from->path != NULL ? strdup(from->path) : NULL;
    if (from->path != NULL && path == NULL)
        return mistake(o, "-o", strerror(ENOMEM), from->path, NULL);
    if (path != NULL) o->paths[o->path_count++] = path;
    const struct fleet_format_info *info = fleet_format_info(from->format);
    o->outputs[o->output_count++] = (struct poll_output){
        .format = from->format, .path = path, .rows = from->rows, .reports = from->reports,
        .unsigned_integers = from->unsigned_integers ||
                             (o->unsigned_integers && info->takes_unsigned),
        .telegraf = from->telegraf || (o->telegraf && info->takes_telegraf),
    };
    return true;
}

/* What only influx has, where no output is influx. */
static bool check_formats(const struct poll_options *o) {
    const char *option = o->telegraf ? "--compat" : "--uint";
    if (!o->telegraf && !o->unsigned_integers) return true;
    for (size_t i = 0; i < o->output_count; i++) {
        if (o->outputs[i].telegraf || o->outputs[i].unsigned_integers) return true;
    }
    return mistake(o, option, "no output is influx, which alone has it", NULL, "-o influx:PATH");
}

bool poll_options_choose_outputs(struct poll_options *o,
                                 const struct fleet_writer_options *configured, size_t count) {
    if (has_rows(o)) return true;
    for (size_t i = 0; i < count; i++) {
        if (!add_configured(o, &configured[i])) return false;
    }
    char csv[] = "csv";
    return (has_rows(o) || take_output(o, "-o", csv, false)) && check_formats(o);
}

void poll_options_tell_dns(const struct poll_options *o) {
    (void)mistake(o, "--dns", "not the address of a name server", o->fleet.dns,
                  "ADDRESS or ADDRESS:PORT, several separated by commas, such as 192.0.2.53");
}

void poll_options_free(struct poll_options *o) {
    while (o->path_count > 0) free(o->paths[--o->path_count]);
    if (o->targets != NULL) arguments_wipe_targets(o->target_count, o->targets);
    free(o->targets);
    o->targets = NULL;
    o->target_count = 0;
}

/* What follows from all options together. */
static bool poll_options_settle(struct poll_options *o) {
    static const char folder[] = "-o csv:FOLDER";
    for (size_t i = 0; i < o->output_count; i++) {
        const struct fleet_format_info *info = fleet_format_info(o->outputs[i].format);
        o->outputs[i].unsigned_integers = o->unsigned_integers && info->takes_unsigned;
        o->outputs[i].telegraf = o->telegraf && info->takes_telegraf;
        if (!o->csv_wide || o->outputs[i].format != FLEET_FORMAT_CSV || !o->outputs[i].rows)
            continue;
        o->outputs[i].format = FLEET_FORMAT_CSV_WIDE;
        if (o->outputs[i].path == NULL)
            return mistake(o, "--csv", "wide writes a folder", NULL, folder);
    }
    if (o->csv_wide && !has_rows(o))
        return mistake(o, "--csv", "wide writes a folder", NULL, folder);
    bool is_alone = has_rows(o) || o->settings.config_path == NULL;
    if (is_alone && !check_formats(o)) return false;
    o->settings.walks = o->walks;
    o->settings.walk_count = o->walk_count;
    if (!credentials_settle(&o->settings.credentials, o->program,
                            o->settings.config_path != NULL)) return false;
    bool has_enough = o->target_count > 0 || o->settings.config_path != NULL;
    return has_enough || o->print_module != NULL || poll_options_tell_no_targets(o);
}

bool poll_options_tell_no_targets(const struct poll_options *o) {
    return mistake(o, NULL, o->is_check ? "nothing to check" : "no targets", NULL,
                   o->is_check ? "give a targets file, a target, - for standard input, or -f FILE"
                   : o->settings.config_path != NULL
                       ? "give a targets file, a target such as 192.0.2.1, - for standard input, "
                         "or a part 'targets' of the configuration"
                       : "give a targets file, a target such as 192.0.2.1, or - for standard "
                         "input");
}

/* What --targets names, then the operands; copies, and blanked where they stood. */
static bool take_targets(struct poll_options *o, int count, char **operands) {
    o->targets = calloc((size_t)o->target_count + (size_t)count + 1, sizeof(*o->targets));
    int more = o->target_count;
    if (o->targets == NULL) {
        o->target_count = 0;
        return mistake(o, NULL, strerror(ENOMEM), NULL, NULL);
    }
    memcpy(o->targets, o->more_targets, (size_t)more * sizeof(*o->targets));
    memcpy(o->targets + more, operands, (size_t)count * sizeof(*o->targets));
    o->target_count += count;
    return arguments_hide_targets(o->target_count, o->targets);
}

bool poll_options_parse(int argc, char **argv, struct poll_options *o, int *ret_exit) {
    bool is_check = strcmp(argv[0], "check") == 0;
    *o = (struct poll_options){ .settings.verb = is_check ? "check" : "poll",
                                .program = is_check ? program_of_check : program_of_poll,
                                .is_check = is_check };
    o->settings.program = o->program;
    struct option_scan scan;
    enum option_step step;
    option_scan_begin(&scan, verb_find(o->settings.verb), o->program, argc, argv);
    *ret_exit = EXIT_USAGE;
    while ((step = option_scan_next(&scan)) == OPTION_TAKEN) {
        if (take_option(o, &scan)) continue;
        o->target_count = 0;
        return false;
    }
    if (step != OPTION_END) {
        *ret_exit = step == OPTION_DONE ? EXIT_COMPLETE : EXIT_USAGE;
        o->target_count = 0;
        return false;
    }
    if (o->print_module != NULL && o->target_count + scan.operand_count > 0) {
        o->target_count = 0;
        return mistake(o, "--print-module", "takes one name and nothing beside it", argv[1], NULL);
    }
    *ret_exit = EXIT_SYSTEM;
    if (!take_targets(o, scan.operand_count, argv + 1)) return false;
    *ret_exit = EXIT_USAGE;
    return poll_options_settle(o);
}

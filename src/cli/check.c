/*
 * check: read targets as poll would, say what they amount to, and send nothing.
 *
 * What it reads with is a fleet that never runs: the same modules and the same checks as in poll,
 * so that a file that passes here is taken there. The load it tells is an estimate: how many rows
 * an agent has is known only to the agent.
 */
#include "cli/cli.h"
#include "cli/targets_args.h"
#include "conf/duration.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For the estimate: rows of a table, values of a reply of 1,400 bytes, replies of a raw subtree. */
enum { ROWS_ASSUMED = 24, VALUES_A_REPLY = 60, REPLIES_A_SUBTREE = 20 };

enum { MODULES_MAX = 64, WINDOW_DEFAULT = 2, RETRIES_DEFAULT = 3, PORT_DEFAULT = 161 };

#define INTERVAL_DEFAULT_NS ((uint64_t)60 * 1000000000u)
#define TIMEOUT_DEFAULT_NS ((uint64_t)1000000000u)

struct check {
    const char *modules;        /* --modules */
    bool is_quiet, lists;
    struct fleet *fleet;
    struct targets *targets;
    /* What the fleet's modules are, by number, and how they are used. */
    const struct fleet_module_options *options[MODULES_MAX];
    size_t users[MODULES_MAX];
    uint64_t shortest_ns[MODULES_MAX], longest_ns[MODULES_MAX];
};

static void usage(FILE *to) {
    (void)fputs("usage: snmpfleet check [options] [TARGETS...]\n"
                "\n"
                "Validates targets and says what they amount to. Sends nothing. TARGETS are files, "
                "- for standard\n"
                "input, or single targets: an address, block or range, in quotes with key=value "
                "behind it.\n"
                "\n"
                "      --modules LIST       modules of targets that name none "
                "(" TARGETS_ARGS_MODULES_DEFAULT ")\n"
                "      --list               each target on a line with its effective settings\n"
                "      --print-module NAME  what a built-in module asks for\n"
                "  -q, --quiet              no summary, only the exit code\n"
                "  -h, --help\n"
                "\n"
                "Exit: 0 all is well, 2 bad targets or modules, 3 usage, 4 system.\n",
                to);
}

static uint64_t interval_of(const struct fleet_target_options *target,
                            const struct fleet_module_options *module) {
    if (target->interval_ns != 0) return target->interval_ns;
    return module->interval_ns != 0 ? module->interval_ns : INTERVAL_DEFAULT_NS;
}

static double requests_of(const struct fleet_module_options *module) {
    double n = module->scalar_count > 0 ? 1 : 0;
    for (size_t i = 0; i < module->table_count; i++) {
        n += 1 + (double)((module->tables[i].column_count * ROWS_ASSUMED + VALUES_A_REPLY - 1) /
                          VALUES_A_REPLY);
    }
    return n + (double)(module->subtree_count * REPLIES_A_SUBTREE);
}

/* A value as a targets file holds it. */
static void print_value(const char *value) {
    if (value[0] != '\0' && strpbrk(value, " \t\"\\#") == NULL) {
        (void)fputs(value, stdout);
        return;
    }
    (void)putchar('"');
    for (; *value != '\0'; value++) {
        if (*value == '"' || *value == '\\') (void)putchar('\\');
        (void)putchar(*value);
    }
    (void)putchar('"');
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void print_duration(const char *key, uint64_t ns) {
    char text[DURATION_TEXT_MAX];
    (void)duration_format(ns, text);
    (void)printf(" %s=%s", key, text);
}

static void print_target(const struct check *c, const struct fleet_target_options *o) {
    const char *shape = strchr(o->host, ':') != NULL ? "[%s]:%u name=" : "%s:%u name=";
    (void)printf(shape, o->host, o->port != 0 ? o->port : PORT_DEFAULT);
    print_value(o->name);
    (void)fputs(" modules=", stdout);
    for (size_t i = 0; i < o->module_count; i++) {
        (void)printf("%s%s", i > 0 ? "," : "", c->options[o->modules[i]]->name);
    }
    uint64_t first = interval_of(o, c->options[o->modules[0]]);
    bool is_same = true;
    for (size_t i = 1; i < o->module_count; i++) {
        is_same = is_same && interval_of(o, c->options[o->modules[i]]) == first;
    }
    if (is_same) print_duration("interval", first);
    if (o->deadline_ns != 0) print_duration("deadline", o->deadline_ns);
    print_duration("timeout", o->timeout_ns != 0 ? o->timeout_ns : TIMEOUT_DEFAULT_NS);
    (void)printf(" retries=%d", o->retries < 0    ? 0
                                : o->retries == 0 ? RETRIES_DEFAULT
                                                  : o->retries);
    (void)printf(" window=%u", o->window != 0 ? o->window : WINDOW_DEFAULT);
    if (o->rate != 0) (void)printf(" rate=%u", o->rate);
    if (o->gap_ns != 0) print_duration("gap", o->gap_ns);
    if (o->max_repetitions != 0) (void)printf(" max_repetitions=%u", o->max_repetitions);
    (void)printf(" version=%s community=*** reply_from=%s", o->version == FLEET_V1 ? "1" : "2c",
                 o->reply_from == FLEET_REPLY_ANY ? "any" : "strict");
    for (size_t i = 0; i < o->tag_count; i++) {
        (void)printf(" tag.%s=", o->tags[i].name);
        print_value(o->tags[i].value);
    }
    (void)putchar('\n');
}

static void print_asks(const struct fleet_module_options *module) {
    const char *before = "";
    if (module->scalar_count > 0) {
        (void)printf("%zu scalar%s", module->scalar_count, plural(module->scalar_count));
        before = ", ";
    }
    for (size_t i = 0; i < module->table_count; i++) {
        (void)printf("%stable %s (%zu columns)", before, module->tables[i].name,
                     module->tables[i].column_count);
        before = ", ";
    }
    for (size_t i = 0; i < module->subtree_count; i++) {
        (void)printf("%ssubtree %s", before, module->subtrees[i]);
        before = ", ";
    }
    (void)putchar('\n');
}

static void print_summary(struct check *c) {
    double rate = 0;
    uint64_t window = 0;
    size_t count = targets_count(c->targets);
    for (size_t i = 0; i < count; i++) {
        const struct fleet_target_options *o = targets_get(c->targets, i);
        window += o->window != 0 ? o->window : WINDOW_DEFAULT;
        for (size_t k = 0; k < o->module_count; k++) {
            uint32_t m = o->modules[k];
            uint64_t ns = interval_of(o, c->options[m]);
            if (c->users[m]++ == 0) c->shortest_ns[m] = c->longest_ns[m] = ns;
            if (ns < c->shortest_ns[m]) c->shortest_ns[m] = ns;
            if (ns > c->longest_ns[m]) c->longest_ns[m] = ns;
            rate += requests_of(c->options[m]) * 1e9 / (double)ns;
        }
    }
    (void)printf("%zu target%s\n", count, plural(count));
    for (size_t m = 0; m < MODULES_MAX; m++) {
        if (c->users[m] == 0) continue;
        char shortest[DURATION_TEXT_MAX], longest[DURATION_TEXT_MAX];
        (void)duration_format(c->shortest_ns[m], shortest);
        (void)duration_format(c->longest_ns[m], longest);
        bool is_same = c->shortest_ns[m] == c->longest_ns[m];
        (void)printf("module %s: %zu target%s every %s%s%s: ", c->options[m]->name, c->users[m],
                     plural(c->users[m]), shortest, is_same ? "" : " to ", is_same ? "" : longest);
        print_asks(c->options[m]);
    }
    if (count == 0) return;
    (void)printf("load: about %.*f requests a second (of %d rows a table)\n", rate < 10 ? 1 : 0,
                 rate, ROWS_ASSUMED);
    (void)printf("window: at most %" PRIu64 " requests in flight at once\n", window);
}

static void print_column(const char *indent, const struct fleet_column *column) {
    static const char *const shown[] = { [FLEET_AS_HEX] = ", as: hex",
                                         [FLEET_AS_MAC] = ", as: mac" };
    const char *as = column->as == FLEET_AS_AUTO ? "" : shown[column->as];
    (void)printf("%s- { object: %s, oid: %s%s%s }\n", indent, column->object, column->oid, as,
                 column->is_tag ? ", tag: true" : "");
}

static int print_module(const char *name) {
    const struct fleet_module_options *m = fleet_module_builtin(name);
    if (m == NULL) {
        (void)fprintf(stderr, "snmpfleet: no built-in module '%s'\n", name);
        return EXIT_BAD_CONFIG;
    }
    char interval[DURATION_TEXT_MAX];
    (void)duration_format(m->interval_ns != 0 ? m->interval_ns : INTERVAL_DEFAULT_NS, interval);
    (void)printf("%s:\n  interval: %s\n", m->name, interval);
    if (m->scalar_count > 0) (void)printf("  scalars:\n");
    for (size_t i = 0; i < m->scalar_count; i++) print_column("    ", &m->scalars[i]);
    if (m->table_count > 0) (void)printf("  tables:\n");
    for (size_t i = 0; i < m->table_count; i++) {
        const struct fleet_table *t = &m->tables[i];
        (void)printf("    - name: %s\n      index: [", t->name);
        for (size_t k = 0; k < t->index_count; k++) {
            (void)printf("%s%s", k > 0 ? ", " : "", t->index_names[k]);
        }
        (void)printf("]\n      columns:\n");
        for (size_t k = 0; k < t->column_count; k++) print_column("        ", &t->columns[k]);
    }
    if (m->subtree_count > 0) (void)printf("  subtrees:\n");
    for (size_t i = 0; i < m->subtree_count; i++) (void)printf("    - %s\n", m->subtrees[i]);
    return EXIT_COMPLETE;
}

static int check_read(struct check *c, int count, char **args) {
    uint32_t numbers[TARGETS_ARGS_MODULES_MAX];
    struct fleet_target_options defaults = { .modules = numbers };
    const char *name;
    for (size_t i = 0; (name = fleet_module_builtin_name(i)) != NULL; i++) {
        uint32_t m;
        if (fleet_module_find(c->fleet, name, &m) == 0 && m < MODULES_MAX) {
            c->options[m] = fleet_module_builtin(name);
        }
    }
    int r = targets_args_modules(c->fleet, c->modules, numbers, &defaults.module_count);
    if (r != 0) return targets_args_exit(r);
    const struct targets_context context = {
        .fleet = c->fleet, .defaults = &defaults, .fault = targets_args_tell,
    };
    r = targets_args_read(c->targets, &context, count, args);
    if (r != 0) return targets_args_exit(r);
    for (size_t i = 0; c->lists && i < targets_count(c->targets); i++) {
        print_target(c, targets_get(c->targets, i));
    }
    if (!c->is_quiet && !c->lists) print_summary(c);
    return EXIT_COMPLETE;
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static int check_run(struct check *c, int count, char **args) {
    struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report },
                                     .io = FLEET_IO_MMSG };
    int r = fleet_new(&c->fleet, &options);
    if (r == 0) r = targets_args_add_builtin(c->fleet);
    if (r == 0) r = targets_new(&c->targets);
    int code = EXIT_SYSTEM;
    if (r == 0) code = check_read(c, count, args);
    else (void)fprintf(stderr, "snmpfleet: %s\n", fleet_error_text(r));
    targets_free(c->targets);
    fleet_free(c->fleet);
    return code;
}

int cli_check(int argc, char **argv) {
    enum { OPTION_MODULES = 256, OPTION_LIST, OPTION_PRINT_MODULE };
    static const struct option options[] = {
        { "modules", required_argument, NULL, OPTION_MODULES },
        { "list", no_argument, NULL, OPTION_LIST },
        { "print-module", required_argument, NULL, OPTION_PRINT_MODULE },
        { "quiet", no_argument, NULL, 'q' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    struct check c = { .modules = TARGETS_ARGS_MODULES_DEFAULT };
    const char *module = NULL;
    int option;
    while ((option = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
        switch (option) {
        case OPTION_MODULES: c.modules = optarg; break;
        case OPTION_LIST: c.lists = true; break;
        case OPTION_PRINT_MODULE: module = optarg; break;
        case 'q': c.is_quiet = true; break;
        case 'h': usage(stdout); return EXIT_COMPLETE;
        default: usage(stderr); return EXIT_USAGE;
        }
    }
    if (module == NULL && optind == argc) {
        (void)fprintf(
            stderr,
            "snmpfleet: check what? Give a targets file, a target, or - for standard input\n");
        return EXIT_USAGE;
    }
    int code = module != NULL ? print_module(module) : check_run(&c, argc - optind, argv + optind);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "snmpfleet: cannot write to standard output\n");
        return EXIT_SYSTEM;
    }
    return code;
}

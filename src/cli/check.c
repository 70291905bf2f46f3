/*
 * check: read configuration and targets as poll would, say what they amount to, and send nothing.
 *
 * What it reads with is a fleet that never runs: the same modules and the same checks as in poll,
 * so that a file that passes here is taken there. The load it tells is an estimate: how many rows
 * an agent has is known only to the agent.
 */
#include "cli/cli.h"
#include "cli/probe.h"
#include "cli/settings.h"
#include "cli/targets_args.h"
#include "conf/duration.h"
#include "conf/show.h"

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
    struct settings settings;
    const char *modules;        /* --modules; NULL: not given */
    bool is_quiet, lists, probes;
    struct probe *probe;
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
                "Validates configuration and targets and says what they amount to. Sends nothing "
                "(but with --probe). "
                "TARGETS are files,\n"
                "- for standard input, or single targets: an address, block or range, in quotes "
                "with key=value\n"
                "behind it.\n"
                "\n"
                "  -f, --config FILE        configuration: defaults, and auths by name\n"
                "      --modules LIST       modules of targets that name none "
                "(" TARGETS_ARGS_MODULES_DEFAULT ")\n"
                "      --list               each target on a line with its effective settings\n"
                "      --print-module NAME  what a built-in module asks for\n"
                "      --probe              ask each target once (sysUpTime) and say whether it "
                "answers; one that is\n"
                "                           silent also with the other variant of AES-192 or "
                "AES-256\n"
                "  -q, --quiet              no summary, only the exit code\n"
                "  -h, --help\n"
                "credentials of targets that do not say\n" CREDENTIALS_HELP "\n"
                "Exit: 0 all is well, 1 a probed target does not answer as configured,\n"
                "2 bad configuration, targets or modules, 3 usage, "
                "4 system.\n",
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

static void print_duration(const char *key, uint64_t ns) {
    char text[DURATION_TEXT_MAX];
    (void)duration_format(ns, text);
    (void)printf(" %s=%s", key, text);
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static const char *version_text(enum fleet_version version) {
    return version == FLEET_V1 ? "1" : version == FLEET_V3 ? "3" : "2c";
}

/* Of an auth all but what is secret. */
static void print_auth(const char *prefix, const struct fleet_auth_options *o, const char *suffix) {
    (void)printf("%sauth %s: version %s", prefix, o->name, version_text(o->version));
    if (o->version == FLEET_V3) {
        const char *level = o->level == FLEET_AUTH_PRIV      ? "authPriv"
                            : o->level == FLEET_AUTH_NO_PRIV ? "authNoPriv"
                                                             : "noAuthNoPriv";
        if (o->level == FLEET_LEVEL_DEFAULT && o->auth_protocol != FLEET_AUTH_NONE)
            level = o->priv_protocol != FLEET_PRIV_NONE ? "authPriv" : "authNoPriv";
        char shown[SHOW_MAX + 4];
        (void)printf(", user %s, %s", show_text(o->user, shown), level);
        if (o->auth_protocol != FLEET_AUTH_NONE)
            (void)printf(", %s", fleet_auth_protocol_text(o->auth_protocol));
        if (o->priv_protocol != FLEET_PRIV_NONE)
            (void)printf(", %s", fleet_priv_protocol_text(o->priv_protocol));
        if (o->context != NULL && *o->context != '\0')
            (void)printf(", context %s", show_text(o->context, shown));
    }
    (void)printf("%s\n", suffix);
}

/* How many targets use each auth, by its number; NULL when memory is out. */
static size_t *count_auth_users(const struct check *c) {
    uint32_t last = 0;
    for (size_t i = 0; i < c->settings.auth_count; i++) {
        if (c->settings.auths[i].number > last) last = c->settings.auths[i].number;
    }
    size_t *users = calloc(last + 1, sizeof(*users));
    for (size_t i = 0; users != NULL && i < targets_count(c->targets); i++) {
        users[targets_get(c->targets, i)->auth]++;
    }
    return users;
}

static uint32_t number_of(const struct settings *s, const char *name) {
    const struct targets_auth *auth = targets_auths_find(s->auths, s->auth_count, name);
    return auth != NULL ? auth->number : 0;
}

/* All auths; with @users how many targets use each, otherwise as comments of a targets file. */
static void print_auths(const struct check *c, const size_t *users) {
    const struct settings *s = &c->settings;
    const struct fleet_auth_options *o = NULL;
    for (size_t i = 0;; i++) {
        bool is_last = s->config == NULL || (o = config_auth(s->config, i)) == NULL;
        if (is_last) o = &s->credentials.auth;
        if (is_last && o->version != FLEET_V3) return;
        char suffix[48] = "";
        size_t n = users != NULL ? users[number_of(s, o->name)] : 0;
        if (users != NULL) (void)snprintf(suffix, sizeof(suffix), ": %zu target%s", n, plural(n));
        print_auth(users != NULL ? "" : "# ", o, suffix);
        if (is_last) return;
    }
}

static void print_credentials(const struct check *c, const struct fleet_target_options *o) {
    const struct targets_auth *auth = settings_named(&c->settings, o->auth);
    if (auth == NULL) {
        (void)printf(" version=%s community=***", version_text(o->version));
        return;
    }
    (void)fputs(" auth=", stdout);
    print_value(auth->name);
    if (o->context != NULL) {
        (void)fputs(" context=", stdout);
        print_value(o->context);
    }
    if (o->engine_id_length > 0) (void)fputs(" engine_id=0x", stdout);
    for (size_t i = 0; i < o->engine_id_length; i++) (void)printf("%02x", o->engine_id[i]);
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
    print_credentials(c, o);
    (void)printf(" reply_from=%s", o->reply_from == FLEET_REPLY_ANY ? "any" : "strict");
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
    size_t *users = count_auth_users(c);
    if (users != NULL) print_auths(c, users);
    free(users);
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
            (void)printf("%s%s", k > 0 ? ", " : "", t->index[k].name);
        }
        (void)printf("]\n      columns:\n");
        for (size_t k = 0; k < t->column_count; k++) print_column("        ", &t->columns[k]);
    }
    if (m->subtree_count > 0) (void)printf("  subtrees:\n");
    for (size_t i = 0; i < m->subtree_count; i++) (void)printf("    - %s\n", m->subtrees[i]);
    return EXIT_COMPLETE;
}

/* What the modules are, and those that are polled where nobody says which. */
static int check_modules(struct check *c, uint32_t numbers[static TARGETS_ARGS_MODULES_MAX]) {
    const char *name;
    for (size_t i = 0; (name = fleet_module_builtin_name(i)) != NULL; i++) {
        uint32_t m;
        if (fleet_module_find(c->fleet, name, &m) == 0 && m < MODULES_MAX) {
            c->options[m] = fleet_module_builtin(name);
        }
    }
    size_t count;
    const char *list = c->modules != NULL ? c->modules : TARGETS_ARGS_MODULES_DEFAULT;
    int r = targets_args_modules(c->fleet, list, numbers, &count);
    struct fleet_target_options *flags = &c->settings.flags, *defaults = &c->settings.defaults;
    if (r == 0 && c->modules != NULL) {
        flags->modules = numbers;
        flags->module_count = count;
    }
    if (r == 0) r = settings_load(&c->settings, c->fleet);
    if (r == 0 && defaults->module_count == 0) {
        defaults->modules = numbers;
        defaults->module_count = count;
    }
    return r;
}

static int check_probe(struct check *c) {
    size_t failed = 0;
    int r = probe_run(c->probe, c->fleet, &c->settings, c->targets, c->is_quiet, &failed);
    if (r == 0) return failed > 0 ? EXIT_SOME_FAILED : EXIT_COMPLETE;
    (void)fprintf(stderr, "snmpfleet check: --probe: %s\n", fleet_error_text(r));
    return EXIT_SYSTEM;
}

static int check_read(struct check *c, int count, char **args) {
    uint32_t numbers[TARGETS_ARGS_MODULES_MAX];
    int r = check_modules(c, numbers);
    if (r != 0) return targets_args_exit(r);
    const struct targets_context context = settings_context(&c->settings, c->fleet);
    r = targets_args_read(c->targets, &context, count, args);
    if (r != 0) return targets_args_exit(r);
    if (c->lists) print_auths(c, NULL);
    for (size_t i = 0; c->lists && i < targets_count(c->targets); i++) {
        print_target(c, targets_get(c->targets, i));
    }
    if (c->probes) return check_probe(c);
    if (!c->is_quiet && !c->lists) print_summary(c);
    return EXIT_COMPLETE;
}

static int check_run(struct check *c, int count, char **args) {
    int r = probe_new(&c->probe);
    if (r == 0) {
        struct fleet_options options = { .sink = probe_sink(c->probe), .once = true,
                                         .io = FLEET_IO_MMSG };
        r = fleet_new(&c->fleet, &options);
    }
    if (r == 0) r = targets_args_add_builtin(c->fleet);
    if (r == 0) r = targets_new(&c->targets);
    int code = EXIT_SYSTEM;
    if (r == 0) code = check_read(c, count, args);
    else (void)fprintf(stderr, "snmpfleet: %s\n", fleet_error_text(r));
    targets_free(c->targets);
    fleet_free(c->fleet);
    probe_free(c->probe);
    return code;
}

/* False: stop with *ret_exit. */
static bool check_options(struct check *c, int argc, char **argv, const char **ret_module,
                          int *ret_exit) {
    enum { OPTION_MODULES = 256, OPTION_LIST, OPTION_PRINT_MODULE, OPTION_PROBE };
    static const struct option options[] = {
        { "config", required_argument, NULL, 'f' },
        { "modules", required_argument, NULL, OPTION_MODULES },
        { "list", no_argument, NULL, OPTION_LIST },
        { "print-module", required_argument, NULL, OPTION_PRINT_MODULE },
        { "probe", no_argument, NULL, OPTION_PROBE },
        { "quiet", no_argument, NULL, 'q' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    struct credentials *credentials = &c->settings.credentials;
    int option;
    *ret_exit = EXIT_USAGE;
    while ((option = getopt_long(argc, argv, "f:qh" CREDENTIALS_OPTIONS, options, NULL)) != -1) {
        switch (option) {
        case 'f': c->settings.config_path = optarg; break;
        case OPTION_MODULES: c->modules = optarg; break;
        case OPTION_PROBE: c->probes = true; break;
        case OPTION_LIST: c->lists = true; break;
        case OPTION_PRINT_MODULE: *ret_module = optarg; break;
        case 'q': c->is_quiet = true; break;
        case 'h':
            usage(stdout);
            *ret_exit = EXIT_COMPLETE;
            return false;
        default:
            if (!credentials_is_option(option)) usage(stderr);
            else if (credentials_take(credentials, "check", option, argc, argv)) break;
            return false;
        }
    }
    if (*ret_module == NULL && optind == argc && c->settings.config_path == NULL) {
        (void)fprintf(stderr, "snmpfleet check: check what? Give a targets file, a target, - for "
                              "standard input, or -f FILE\n");
        return false;
    }
    return credentials_settle(credentials, "check");
}

int cli_check(int argc, char **argv) {
    struct check c = { .settings.verb = "check" };
    const char *module = NULL;
    int code;
    if (check_options(&c, argc, argv, &module, &code)) {
        code = module != NULL ? print_module(module)
                              : check_run(&c, argc - optind, argv + optind);
    }
    settings_free(&c.settings);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "snmpfleet: cannot write to standard output\n");
        return EXIT_SYSTEM;
    }
    return code;
}

/*
 * check: read configuration and targets as poll would, say what they amount to, and send nothing.
 *
 * What it reads with is a fleet that never runs: the same modules and the same checks as in poll,
 * so that a file that passes here is taken there. The load it tells is an estimate: how many rows
 * an agent has is known only to the agent.
 */
#include "cli/arguments.h"
#include "cli/check_print.h"
#include "cli/cli.h"
#include "cli/probe.h"

#include <stdio.h>

struct check {
    struct settings settings;
    bool is_quiet, lists, probes;
    struct probe *probe;
    struct fleet *fleet;
    struct targets *targets;
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
                "  -f, --config FILE        configuration: fleet, defaults, auths, modules, "
                "outputs\n"
                "  -M DIRS, -m MODULES      where MIB modules are, and which are loaded first\n"
                "      --modules LIST       modules of targets that name none "
                "(" TARGETS_ARGS_MODULES_DEFAULT ")\n"
                "      --list               each target on a line with its effective settings\n"
                "      --print-module NAME  a built-in module as a configuration file has it\n"
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

static int check_probe(struct check *c) {
    size_t failed = 0;
    int r = probe_run(c->probe, c->fleet, &c->settings, c->targets, c->is_quiet, &failed);
    if (r == 0) return failed > 0 ? EXIT_SOME_FAILED : EXIT_COMPLETE;
    (void)fprintf(stderr, "snmpfleet check: --probe: %s\n", fleet_error_text(r));
    return EXIT_SYSTEM;
}

static int check_read(struct check *c, int count, char **args) {
    int r = settings_load(&c->settings, c->fleet);
    if (r != 0) return targets_args_exit(r);
    const struct targets_context context = settings_context(&c->settings, c->fleet);
    r = targets_args_read(c->targets, &context, count, args);
    if (r != 0) return targets_args_exit(r);
    settings_apply_limits(&c->settings, c->fleet);
    const struct check_view view = { &c->settings, c->fleet, c->targets };
    if (c->lists) check_print_list(&view);
    if (c->probes) return check_probe(c);
    if (!c->is_quiet && !c->lists) check_print_summary(&view);
    return EXIT_COMPLETE;
}

static int check_run(struct check *c, int count, char **args) {
    int r = probe_new(&c->probe);
    if (r == 0) {
        struct fleet_options options = { .sink = probe_sink(c->probe), .once = true,
                                         .io = FLEET_IO_MMSG };
        r = fleet_new(&c->fleet, &options);
    }
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
    static const char letters[] = ":f:m:M:qh" CREDENTIALS_OPTIONS;
    opterr = 0;
    while ((option = getopt_long(argc, argv, letters, options, NULL)) != -1) {
        switch (option) {
        case 'f': c->settings.config_path = optarg; break;
        case OPTION_MODULES: c->settings.modules = optarg; break;
        case 'm': c->settings.mib_modules = optarg; break;
        case 'M': c->settings.mib_path = optarg; break;
        case OPTION_PROBE: c->probes = true; break;
        case OPTION_LIST: c->lists = true; break;
        case OPTION_PRINT_MODULE: *ret_module = optarg; break;
        case 'q': c->is_quiet = true; break;
        case 'h':
            usage(stdout);
            *ret_exit = EXIT_COMPLETE;
            return false;
        default:
            if (!credentials_is_option(option))
                arguments_tell_wrong("check", option, argv, letters, options);
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
        int count = argc - optind;
        char **targets = argv + optind;
        if (module != NULL) code = check_print_module(module);
        else if (!arguments_hide_targets("check", count, targets)) code = EXIT_SYSTEM;
        else {
            code = check_run(&c, count, targets);
            arguments_wipe_targets(count, targets);
        }
    }
    settings_free(&c.settings);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        (void)fprintf(stderr, "snmpfleet: cannot write to standard output\n");
        return EXIT_SYSTEM;
    }
    return code;
}

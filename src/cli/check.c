/*
 * check: read configuration and targets as poll would, say what they amount to, and send nothing.
 *
 * What it reads with is a fleet that never runs: the same modules and the same checks as in poll,
 * so that a file that passes here is taken there. The load it tells is an estimate: how many rows
 * an agent has is known only to the agent.
 */
#include "cli/check_plan.h"
#include "cli/check_print.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "cli/poll_options.h"
#include "cli/probe.h"
#include "conf/show.h"
#include "conf/state.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct check {
    struct poll_options *options;
    struct probe *probe;
    struct fleet *fleet;
    struct targets *targets;
};

static int check_probe(struct check *c) {
    size_t failed = 0;
    int r = probe_run(c->probe, c->fleet, &c->options->settings, c->targets, c->options->quiet,
                      &failed);
    if (r == 0) return failed > 0 ? EXIT_SOME_FAILED : EXIT_COMPLETE;
    log_line(LEVEL_ERROR, NULL, "--probe: %s", fleet_error_text(r));
    return EXIT_SYSTEM;
}

/* Outputs, as poll would choose them; none is opened. */
static bool check_outputs(struct check *c) {
    const struct config *config = c->options->settings.config;
    size_t count = 0;
    const struct fleet_writer_options *configured = NULL;
    if (config != NULL) configured = config_outputs(config, &count);
    return poll_options_choose_outputs(c->options, configured, count);
}

/* The file of --state: can it be read, and written? Told where not. */
static bool check_state(struct check *c) {
    const char *path = c->options->state;
    char shown[SHOW_MAX + 4], folder[PATH_MAX];
    size_t taken;
    if (path == NULL) return true;
    int error = state_load(c->fleet, path, &taken);
    if (error == 0 || error == -ENOENT) {
        const char *slash = strrchr(path, '/');
        size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)length, path);
        /* It is written beside the old one. */
        error = access(length > 0 ? folder : ".", W_OK) == 0 ? 0 : -errno;
    }
    if (error == 0) return true;
    log_line(LEVEL_ERROR, c->options->program, "--state: %s: %s", show_text(path, shown),
                  error == -ENOTSUP ? "this is a pipe, a device or a folder; --state takes a file"
                  : error > 0       ? "damaged or of another version"
                                    : fleet_error_text(error));
    return false;
}

static int check_read(struct check *c) {
    struct poll_options *o = c->options;
    int r = settings_load(&o->settings, c->fleet);
    if (r != 0) return o->settings.is_usage ? EXIT_USAGE : targets_args_exit(r);
    const struct targets_context context = settings_context(&o->settings, c->fleet);
    r = targets_args_read(c->targets, &context, o->target_count, o->targets);
    if (r != 0) return targets_args_exit(r);
    bool is_good = check_outputs(c);
    is_good = check_state(c) && is_good;
    if (!is_good) return EXIT_BAD_CONFIG;
    settings_apply_limits(&o->settings, c->fleet);
    struct targets_used used;
    targets_note_used(c->targets, &used);
    settings_warn_unused(&o->settings, &used);
    const struct check_view view = { &o->settings, c->fleet, c->targets };
    if (o->lists) check_print_list(&view);
    if (o->probes) return check_probe(c);
    if (!o->quiet && !o->lists) check_print_summary(&view);
    return EXIT_COMPLETE;
}

static int check_run(struct poll_options *o) {
    struct check c = { .options = o };
    int r = probe_new(&c.probe);
    if (r == 0) {
        struct fleet_options options = { .sink = probe_sink(c.probe), .once = true,
                                         .io = FLEET_IO_MMSG, .dns = o->fleet.dns };
        r = fleet_new(&c.fleet, &options);
    }
    if (r == 0) r = targets_new(&c.targets);
    int code = r == FLEET_E_ADDRESS ? EXIT_USAGE : EXIT_SYSTEM;
    if (r == 0) code = check_read(&c);
    else if (r == FLEET_E_ADDRESS) poll_options_tell_dns(o);
    else log_line(LEVEL_ERROR, o->program, "%s", fleet_error_text(r));
    targets_free(c.targets);
    fleet_free(c.fleet);
    probe_free(c.probe);
    return code;
}

int cli_check_options(struct poll_options *options) {
    int code = options->print_module != NULL ? check_print_module(options->print_module)
                                             : check_run(options);
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return code;
    log_line(LEVEL_ERROR, options->program, "cannot write to standard output");
    return EXIT_SYSTEM;
}

int cli_check(int argc, char **argv) {
    static struct poll_options options;
    int code;
    if (poll_options_parse(argc, argv, &options, &code)) code = cli_check_options(&options);
    settings_free(&options.settings);
    poll_options_free(&options);
    return code;
}

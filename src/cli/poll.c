/*
 * poll: the verb that polls a fleet. It embeds the library in a loop of its own: fleet, signals and
 * outputs are waited on together, and nothing of it ever blocks the fleet.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/dump.h"
#include "cli/keeper.h"
#include "cli/outputs.h"
#include "cli/poll_options.h"
#include "cli/signals.h"
#include "cli/status.h"
#include "cli/targets_args.h"
#include "cli/warmup.h"
#include "conf/show.h"
#include "conf/targets.h"

struct poll_run {
    struct poll_options options;
    struct fleet *fleet;
    struct outputs outputs;
    struct status status;
    struct keeper keeper;
    struct warmup warmup;         /* before a reload */
    bool wants_reload;            /* another one, while it is under way */
    int signals;                  /* signalfd */
    int stop;                     /* times we were asked to end */
    uint64_t end_ns;              /* of --for */
    uint64_t polls, failed;       /* reported, and of them not `ok` */
    struct fleet_mib *dump_mib;  /* of -d; NULL: not asked for */
};

static void run_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct poll_run *run = context;
    outputs_rows(&run->outputs, rows, count);
}

static void run_report(void *context, const struct fleet_report *report) {
    struct poll_run *run = context;
    run->polls++;
    if (report->reason != FLEET_REASON_OK) run->failed++;
    outputs_report(&run->outputs, report);
    status_report(&run->status, report);
}

static void run_notice(void *context, const struct fleet_target *target, const char *text) {
    struct poll_run *run = context;
    status_notice(&run->status, target, text);
}

/* Outputs are those of the start: what a reload says of them is not looked at. */
static int run_choose_outputs(struct poll_run *run) {
    size_t count = 0;
    const struct fleet_writer_options *configured = NULL;
    if (run->outputs.count > 0) return 0;
    if (run->options.settings.config != NULL)
        configured = config_outputs(run->options.settings.config, &count);
    return poll_options_choose_outputs(&run->options, configured, count) ? 0 : FLEET_E_INVALID;
}

/*
 * Read configuration and targets, and make the targets the fleet's. Targets stay as they are when
 * anything is wrong.
 */
static int run_load(struct poll_run *run, struct targets_changes *ret_changes) {
    struct settings *settings = &run->options.settings;
    int error = settings_load(settings, run->fleet);
    if (error != 0) return error;
    error = run_choose_outputs(run);
    struct targets_context context = settings_context(settings, run->fleet);
    struct targets *targets = NULL;
    if (error == 0) error = targets_new(&targets);
    if (error == 0) {
        error =
            targets_args_read(targets, &context, run->options.target_count, run->options.targets);
        if (error == 0) {
            error = targets_apply(targets, run->fleet, ret_changes);
            if (error != 0)
                fprintf(stderr, "snmpfleet poll: targets: %s\n", fleet_error_text(error));
            else settings_prune(settings, run->fleet);
        }
        if (error == 0) settings_apply_limits(settings, run->fleet);
        targets_free(targets);
    }
    settings_unload(settings);
    return error;
}

static void run_tell_kept(const char *name) {
    char shown[SHOW_MAX + 4];
    fprintf(stderr, "snmpfleet: %s cannot be read twice: what it said at the start stays\n",
            show_text(name, shown));
}

static void run_reload(struct poll_run *run) {
    struct targets_changes changes;
    status_clear(&run->status);
    int error = run_load(run, &changes);
    if (error != 0) {
        fprintf(stderr, "snmpfleet: not reloaded (%s): polling goes on as before\n",
                fleet_error_text(error));
        return;
    }
    fprintf(stderr,
            "snmpfleet: targets reloaded: %zu added, %zu changed, %zu removed, %zu as before\n",
            changes.added, changes.changed, changes.removed, changes.unchanged);
}

/* The loop goes on while a child gets ready what the reload needs (warmup.h). */
static void run_want_reload(struct poll_run *run) {
    if (run->warmup.pid != 0) run->wants_reload = true;
    else if (!warmup_start(&run->warmup, &run->options.settings)) run_reload(run);
}

static void run_end_warmup(struct poll_run *run) {
    if (!warmup_is_over(&run->warmup)) return;
    bool again = run->wants_reload;
    run->wants_reload = false;
    run_reload(run);
    if (again) run_want_reload(run);
}

static void run_read_signals(struct poll_run *run) {
    struct signalfd_siginfo info;
    while (read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        bool is_over = run->fleet == NULL;  /* only outputs are waited for */
        if (info.ssi_signo == SIGHUP) {
            if (!is_over) run_want_reload(run);
        } else if (run->stop < 2) {
            run->stop++;
            if (!is_over) fleet_drain(run->fleet);
        }
    }
}

static bool run_is_hurried(void *context) {
    struct poll_run *run = context;
    run_read_signals(run);
    return run->stop >= 2;
}

static uint64_t earlier(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* Wait for the fleet, a signal, an output that takes bytes again, or the next thing planned. */
static void run_wait(struct poll_run *run) {
    uint64_t deadline = earlier(fleet_deadline_ns(run->fleet), outputs_deadline_ns(&run->outputs));
    deadline = earlier(deadline, status_deadline_ns(&run->status));
    deadline = earlier(deadline, keeper_deadline_ns(&run->keeper));
    deadline = earlier(deadline, run->end_ns);
    uint64_t now = clock_monotonic_ns();
    uint64_t wait = deadline <= now ? 0 : deadline - now;
    struct timespec time = { .tv_sec = (time_t)(wait / CLOCK_NS_PER_S),
                             .tv_nsec = (long)(wait % CLOCK_NS_PER_S) };
    struct pollfd fds[3 + POLL_OUTPUTS_MAX] = {
        { .fd = fleet_fd(run->fleet), .events = POLLIN }, { .fd = run->signals, .events = POLLIN },
        { .fd = run->warmup.fd, .events = POLLIN },
    };
    size_t count = 3 + outputs_poll(&run->outputs, fds + 3);
    ppoll(fds, count, deadline == UINT64_MAX ? NULL : &time, NULL);
    if (fds[1].revents != 0) run_read_signals(run);
}

enum { TURNS_BETWEEN_SIGNALS = 256 };

static int run_loop(struct poll_run *run) {
    for (uint64_t turn = 0;
         !fleet_is_done(run->fleet) && run->stop < 2 && !run->outputs.reader_gone; turn++) {
        int error = fleet_step(run->fleet, 0);
        if (error != 0) return error;
        uint64_t now = clock_monotonic_ns();
        outputs_flush(&run->outputs, run->fleet, false, now);
        status_show(&run->status, run->fleet, now);
        keeper_step(&run->keeper, run->fleet, now);
        if (now >= run->end_ns) {
            fleet_drain(run->fleet);
            run->end_ns = UINT64_MAX;
        }
        if (turn % TURNS_BETWEEN_SIGNALS == 0) run_read_signals(run);
        if (run->warmup.pid != 0) run_end_warmup(run);
        if (fleet_deadline_ns(run->fleet) > now && !fleet_is_done(run->fleet)) run_wait(run);
    }
    return 0;
}

static int run_exit_code(const struct poll_run *run) {
    double percent = run->polls == 0 ? 0 : 100.0 * (double)run->failed / (double)run->polls;
    bool too_many = run->failed > 0 && percent > run->options.fail_threshold;
    return too_many ? EXIT_SOME_FAILED : EXIT_COMPLETE;
}

/* The datagrams of the target that -d names. */
static void run_show(void *context, const struct fleet_trace *trace) {
    struct poll_run *run = context;
    bool is_named = trace->target != NULL && strcmp(trace->target->name, run->options.dump) == 0;
    if (!is_named) return;
    status_clear(&run->status);
    const struct fleet_text_style plain = { .oid = FLEET_OID_MODULE };
    dump_datagram(trace, run->dump_mib, &plain);
}

/* Names for what -d shows; those that are built in suffice. */
static int run_open_dump(struct poll_run *run) {
    if (run->options.dump == NULL) return 0;
    run->options.fleet.trace = run_show;
    const struct fleet_mib_options options = { .from = FLEET_MIB_BUILT_IN };
    /* No file is read: there is no reader to name. */
    return fleet_mib_new(&run->dump_mib, &options);
}

/* Is there a target that -d means? It may come with a reload. */
static void run_tell_dump(const struct poll_run *run) {
    uint32_t target;
    char shown[SHOW_MAX + 4];
    if (run->options.dump == NULL ||
        fleet_target_find(run->fleet, run->options.dump, &target) == 0)
        return;
    fprintf(stderr, "snmpfleet poll: -d: no target has the name '%s' now\n",
            show_text(run->options.dump, shown));
}

static int run_open(struct poll_run *run) {
    run->options.fleet.sink =
        (struct fleet_sink){ .context = run, .rows = run_rows, .report = run_report,
                             .notice = run_notice };
    int error = run_open_dump(run);
    if (error == 0) error = fleet_new(&run->fleet, &run->options.fleet);
    if (error == FLEET_E_ADDRESS) {
        poll_options_tell_dns(&run->options);
        return EXIT_USAGE;
    }
    if (error != 0) {
        fprintf(stderr, "snmpfleet poll: cannot start: %s%s\n", fleet_error_text(error),
                error == FLEET_E_UNSUPPORTED ? " (io_uring; --io mmsg works everywhere)" : "");
        return EXIT_SYSTEM;
    }
    if (*fleet_io_why(run->fleet) != '\0' && !run->options.quiet) {
        fprintf(stderr, "snmpfleet: using sendmmsg/recvmmsg: %s\n", fleet_io_why(run->fleet));
    }
    struct targets_changes changes;
    error = run_load(run, &changes);
    /* What is wrong was told where it was found. */
    if (error != 0 && run->options.settings.is_usage) return EXIT_USAGE;
    if (error != 0) return targets_args_exit(error);
    run_tell_dump(run);
    run->options.settings.inputs.is_running = true;
    run->options.settings.inputs.is_kept = run_tell_kept;
    if (!keeper_open(&run->keeper, run->fleet, run->options.state, run->options.quiet,
                     clock_monotonic_ns()))
        return EXIT_BAD_CONFIG;
    return outputs_open(&run->outputs, &run->options);
}

static int run_poll(struct poll_run *run) {
    int code = run_open(run);
    if (code != EXIT_COMPLETE) return code;
    run->signals = signals_open();
    if (run->signals < 0) {
        fprintf(stderr, "snmpfleet poll: signals: %s\n", strerror(-run->signals));
        return EXIT_SYSTEM;
    }
    uint64_t now = clock_monotonic_ns();
    status_init(&run->status, run->options.quiet, run->options.fleet.once, now);
    run->end_ns = run->options.duration_ns != 0 ? now + run->options.duration_ns : UINT64_MAX;
    int error = run_loop(run);
    if (error != 0) {
        status_clear(&run->status);
        fprintf(stderr, "snmpfleet poll: %s\n", fleet_error_text(error));
    }
    warmup_stop(&run->warmup);
    status_summary(&run->status, run->fleet, clock_monotonic_ns());
    keeper_close(&run->keeper, run->fleet);
    fleet_free(run->fleet);  /* what still runs reports `cancelled`, into the outputs */
    run->fleet = NULL;
    code = run_exit_code(run);
    struct outputs_hurry hurry = { run->signals, run_is_hurried, run };
    if (!outputs_finish(&run->outputs, &hurry) || error != 0) code = EXIT_SYSTEM;
    return code;
}

int cli_poll(int argc, char **argv) {
    static struct poll_run run;
    run = (struct poll_run){ .signals = -1, .end_ns = UINT64_MAX, .warmup = WARMUP_NONE };
    int code;
    signals_start(EXIT_SOME_FAILED);
    if (poll_options_parse(argc, argv, &run.options, &code)) {
        /* Without a poll, a schedule has not failed; what was to be polled once has. */
        signals_start(run.options.fleet.once ? EXIT_SOME_FAILED : EXIT_COMPLETE);
        code = run.options.is_check ? cli_check_options(&run.options) : run_poll(&run);
    }
    fleet_free(run.fleet);
    fleet_mib_free(run.dump_mib);
    settings_free(&run.options.settings);
    poll_options_free(&run.options);
    outputs_close(&run.outputs);
    if (run.signals >= 0) close(run.signals);
    return code;
}

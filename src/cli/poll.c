/*
 * poll: the verb that polls a fleet. It embeds the library in a loop of its own: fleet, signals and
 * outputs are waited on together, and nothing of it ever blocks the fleet.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/dump.h"
#include "cli/grouped.h"
#include "cli/keeper.h"
#include "cli/log.h"
#include "cli/notify.h"
#include "cli/outputs.h"
#include "cli/poll_options.h"
#include "cli/reload.h"
#include "cli/signals.h"
#include "cli/status.h"
#include "cli/summary.h"
#include "cli/targets_args.h"
#include "cli/watch.h"
#include "conf/targets.h"


enum { NOTIFY_S = 5, STATUS_TEXT = 200 };

struct poll_run {
    struct poll_options options;
    struct fleet *fleet;
    struct outputs outputs;
    struct watch watch;
    struct status status;
    struct summary_start start;
    struct keeper keeper;
    struct reload reload;
    bool is_stuck;                /* at the end: a thread waits for a file, and uses what we have */
    int signals;                  /* signalfd */
    int stop;                     /* times we were asked to end */
    uint64_t end_ns;              /* of --for */
    uint64_t notify_ns;           /* when the service manager is told next how it goes */
    struct fleet_mib *dump_mib;  /* of -d; NULL: not asked for */
};

static void run_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct poll_run *run = context;
    outputs_rows(&run->outputs, rows, count);
}

static void run_report(void *context, const struct fleet_report *report) {
    struct poll_run *run = context;
    outputs_report(&run->outputs, report);
    watch_report(&run->watch, report);
}

static void run_notice(void *context, const struct fleet_target *target, const char *text) {
    struct poll_run *run = context;
    if (run->options.quiet) return;
    log_bounded(LOG_KIND_NOTICE, LEVEL_WARNING, target->name, "%s", text);
}

/* Polls that run may end; a second time they are cut short. */
static void run_stop(struct poll_run *run) {
    run->stop++;
    notify_stopping();
    if (run->fleet == NULL) return;
    fleet_drain(run->fleet);
    struct fleet_stats stats;
    fleet_get_stats(run->fleet, &stats);
    if (run->stop == 1 && stats.polls_running > 0)
        log_line(LEVEL_INFO, NULL,
                 "ending: waiting for %u running polls; a second signal ends them at once",
                 stats.polls_running);
}

static void run_read_signals(struct poll_run *run) {
    struct signalfd_siginfo info;
    while (read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        bool is_over = run->fleet == NULL;  /* only outputs are waited for */
        if (info.ssi_signo == SIGHUP) {
            if (!is_over) reload_want(&run->reload);
        } else if (info.ssi_signo == SIGUSR1) {
            outputs_reopen(&run->outputs);
        } else if (run->stop < 2) {
            run_stop(run);
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
    deadline = earlier(deadline, log_deadline_ns());
    deadline = earlier(deadline, run->notify_ns);
    deadline = earlier(deadline, reload_deadline_ns(&run->reload));
    uint64_t now = clock_monotonic_ns();
    uint64_t wait = deadline <= now ? 0 : deadline - now;
    struct timespec time = { .tv_sec = (time_t)(wait / CLOCK_NS_PER_S),
                             .tv_nsec = (long)(wait % CLOCK_NS_PER_S) };
    struct pollfd fds[2 + RELOAD_FDS_MAX + OUTPUTS_FDS_MAX] = {
        { .fd = fleet_fd(run->fleet), .events = POLLIN }, { .fd = run->signals, .events = POLLIN },
    };
    size_t count = 2 + reload_poll(&run->reload, fds + 2);
    count += outputs_poll(&run->outputs, fds + count);
    ppoll(fds, count, deadline == UINT64_MAX ? NULL : &time, NULL);
    if (fds[1].revents != 0) run_read_signals(run);
}

/* What `systemctl status` shows. */
static void run_notify(struct poll_run *run, uint64_t now) {
    struct fleet_stats stats;
    char text[STATUS_TEXT], number[4][GROUPED_TEXT];
    if (now < run->notify_ns) return;
    run->notify_ns = now + (uint64_t)NOTIFY_S * CLOCK_NS_PER_S;
    fleet_get_stats(run->fleet, &stats);
    (void)snprintf(text, sizeof(text), "%s targets, %s of them silent; polls: %s ok, %s failed",
                   grouped(stats.targets, number[0]), grouped(stats.targets_dead, number[1]),
                   grouped(stats.reasons[FLEET_REASON_OK], number[2]),
                   grouped(stats.polls - stats.reasons[FLEET_REASON_OK], number[3]));
    notify_status(text);
}

enum { TURNS_BETWEEN_SIGNALS = 256 };

static int run_loop(struct poll_run *run) {
    for (uint64_t turn = 0;
         !fleet_is_done(run->fleet) && run->stop < 2 && !outputs_are_over(&run->outputs);
         turn++) {
        int error = fleet_step(run->fleet, 0);
        if (error != 0) return error;
        uint64_t now = clock_monotonic_ns();
        outputs_flush(&run->outputs, run->fleet, false, now);
        status_show(&run->status, run->fleet, now);
        keeper_step(&run->keeper, run->fleet, now);
        log_step(now);
        run_notify(run, now);
        if (now >= run->end_ns) {
            fleet_drain(run->fleet);
            run->end_ns = UINT64_MAX;
        }
        if (turn % TURNS_BETWEEN_SIGNALS == 0) run_read_signals(run);
        reload_step(&run->reload);
        if (fleet_deadline_ns(run->fleet) > now && !fleet_is_done(run->fleet)) run_wait(run);
    }
    return 0;
}

static int run_exit_code(const struct poll_run *run) {
    const struct watch *w = &run->watch;
    double percent = w->polls == 0 ? 0 : 100.0 * (double)w->failed / (double)w->polls;
    bool too_many = w->failed > 0 && percent > run->options.fail_threshold;
    return too_many ? EXIT_SOME_FAILED : EXIT_COMPLETE;
}

/* The datagrams of the target that -d names. */
static void run_show(void *context, const struct fleet_trace *trace) {
    struct poll_run *run = context;
    bool is_named = trace->target != NULL && strcmp(trace->target->name, run->options.dump) == 0;
    if (!is_named) return;
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
    if (run->options.dump == NULL ||
        fleet_target_find(run->fleet, run->options.dump, &target) == 0)
        return;
    log_line(LEVEL_WARNING, NULL, "-d: no target has the name '%s' now", run->options.dump);
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
        log_line(LEVEL_ERROR, NULL, "cannot start: %s%s", fleet_error_text(error),
                 error == FLEET_E_UNSUPPORTED ? " (io_uring; --io mmsg works everywhere)" : "");
        return EXIT_SYSTEM;
    }
    if (*fleet_io_why(run->fleet) != '\0')
        log_line(LEVEL_INFO, NULL, "using sendmmsg/recvmmsg: %s", fleet_io_why(run->fleet));
    outputs_init(&run->outputs, run->options.fleet.once);
    reload_init(&run->reload, &run->options, run->fleet, &run->outputs);
    error = reload_first(&run->reload);
    if (error == RELOAD_OUTPUTS_FAILED) return EXIT_SYSTEM;
    /* What is wrong was told where it was found. */
    if (error != 0 && run->options.settings.is_usage) return EXIT_USAGE;
    if (error != 0) return targets_args_exit(error);
    run_tell_dump(run);
    return keeper_open(&run->keeper, run->fleet, run->options.state, clock_monotonic_ns());
}

static int run_poll(struct poll_run *run) {
    int code = run_open(run);
    if (code != EXIT_COMPLETE) return code;
    run->signals = signals_open();
    if (run->signals < 0) {
        log_line(LEVEL_ERROR, NULL, "signals: %s", strerror(-run->signals));
        return EXIT_SYSTEM;
    }
    uint64_t now = clock_monotonic_ns();
    run->start = (struct summary_start){ now, status_cpu_ns() };
    log_run_begin(!run->options.fleet.once, now);
    status_init(&run->status, !run->options.quiet && !outputs_have_terminal(&run->outputs), now);
    run->end_ns = run->options.duration_ns != 0 ? now + run->options.duration_ns : UINT64_MAX;
    run->notify_ns = notify_is_wanted() ? now + (uint64_t)NOTIFY_S * CLOCK_NS_PER_S : UINT64_MAX;
    notify_ready();
    int error = run_loop(run);
    log_live(NULL);
    if (error != 0) log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
    run->is_stuck = !reload_stop(&run->reload);
    summary_tell(run->fleet, &run->watch, &run->outputs, run->start, clock_monotonic_ns());
    run->watch.is_quiet = true;  /* polls that are cut short are no news of their targets */
    keeper_close(&run->keeper, run->fleet);
    if (!run->is_stuck) fleet_free(run->fleet);  /* what runs reports `cancelled`, to the outputs */
    run->fleet = NULL;
    code = run_exit_code(run);
    struct outputs_hurry hurry = { run->signals, run_is_hurried, run };
    if (!outputs_finish(&run->outputs, &hurry) || error != 0) code = EXIT_SYSTEM;
    return code;
}

int cli_poll(int argc, char **argv) {
    static struct poll_run run;
    run = (struct poll_run){ .signals = -1, .end_ns = UINT64_MAX };
    int code;
    signals_start(EXIT_SOME_FAILED);
    if (poll_options_parse(argc, argv, &run.options, &code)) {
        if (run.options.quiet) log_quiet();
        watch_init(&run.watch, run.options.fleet.once, run.options.quiet);
        /* Without a poll, a schedule has not failed; what was to be polled once has. */
        signals_start(run.options.fleet.once ? EXIT_SOME_FAILED : EXIT_COMPLETE);
        code = run.options.is_check ? cli_check_options(&run.options) : run_poll(&run);
    }
    if (run.is_stuck) {
        log_run_end();
        _exit(code);
    }
    fleet_free(run.fleet);
    fleet_mib_free(run.dump_mib);
    settings_free(&run.options.settings);
    poll_options_free(&run.options);
    outputs_close(&run.outputs);
    watch_deinit(&run.watch);
    log_run_end();
    if (run.signals >= 0) close(run.signals);
    return code;
}

/*
 * bench: the verb that measures agents. The load and what it measures are in bench/; here are the
 * command line, politeness, signals and what the user sees.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/reach.h"
#include "bench/run.h"
#include "cli/bench_ask.h"
#include "cli/bench_files.h"
#include "cli/bench_local.h"
#include "cli/bench_open.h"
#include "cli/bench_options.h"
#include "cli/bench_set.h"
#include "cli/cli.h"
#include "cli/grouped.h"
#include "cli/log.h"
#include "cli/signals.h"

enum { POLITE_RATE = 50, LIVE_TEXT = 200, TIMER_SLACK_NS = 1 };

struct bench {
    struct bench_options options;
    struct bench_targets targets;
    struct bench_ask ask;
    struct bench_set set;
    struct bench_files files;
    struct bench_hooks hooks;
    struct bench_result result;
    bool *heard;
    int signals;
    bool is_stopped;
    bool has_live;
};

static bool bench_stopped(void *context) {
    struct bench *b = context;
    struct signalfd_siginfo info;
    while (read(b->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM) b->is_stopped = true;
    }
    return b->is_stopped;
}

static void bench_show(void *context, const struct bench_progress *p) {
    struct bench *b = context;
    char text[LIVE_TEXT], number[3][GROUPED_TEXT];
    if (!b->has_live) return;
    const struct bench_counts *c = p->counts;
    (void)snprintf(text, sizeof(text), "%.0f of %.0f s: %s requests, %s lost, %s open",
                   (double)p->elapsed_ns / 1e9, (double)p->whole_ns / 1e9,
                   grouped(c->planned, number[0]), grouped(c->lost, number[1]),
                   grouped(p->open, number[2]));
    log_live(text);
}

static double rate_of(const struct bench_plan *plan) {
    return plan->rate > plan->rate_end ? plan->rate : plan->rate_end;
}

/* May each agent be asked as hard, or be set? EXIT_COMPLETE, or told. */
static int bench_be_polite(const struct bench *b) {
    const struct bench_plan *plan = &b->options.plan;
    bool is_hard = plan->is_closed || b->options.sweeps || rate_of(plan) > POLITE_RATE;
    for (size_t i = 0; i < b->result.agent_count; i++) {
        const struct bench_agent *a = &b->result.agents[i];
        if (plan->weights[BENCH_SET] > 0 && !bench_is_loopback(a->address)) {
            log_line(LEVEL_ERROR, a->name, "only agents on loopback are set, not %s", a->address);
            return EXIT_USAGE;
        }
        if (!is_hard || b->options.is_told || bench_is_local(a->address)) continue;
        log_line(LEVEL_ERROR, a->name,
                 "%s is not on this machine, and may be asked more than %d times a second; give "
                 "--yes if that is allowed", a->address, POLITE_RATE);
        return EXIT_USAGE;
    }
    return EXIT_COMPLETE;
}

/* Which agents are there. EXIT_COMPLETE, or told. */
static int bench_look(struct bench *b) {
    char why[BENCH_TEXT] = "";
    b->heard = calloc(b->targets.count + 1, sizeof(*b->heard));
    int heard = b->heard == NULL ? -ENOMEM
                                 : bench_reach(b->targets.fleet, &b->options.plan, &b->hooks,
                                               b->heard, why);
    if (heard < 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(heard));
        return EXIT_SYSTEM;
    }
    for (size_t i = 0; i < b->targets.count && !b->is_stopped; i++) {
        const struct fleet_target *t = fleet_target_get(b->targets.fleet, b->targets.numbers[i]);
        if (b->heard[i] || b->targets.count == 1) continue;
        log_bounded(LOG_KIND_SILENT, LEVEL_WARNING, t->name, "does not answer; it is left out");
    }
    if (heard > 0 && !b->is_stopped) return EXIT_COMPLETE;
    if (b->targets.count == 1)
        log_line(LEVEL_ERROR, NULL, "the agent does not answer: %s", why);
    else
        log_line(LEVEL_ERROR, NULL, "no agent answers: %s", why);
    return EXIT_SOME_FAILED;
}

/* Everything up to the first request of the load. */
static int bench_prepare(struct bench *b) {
    struct bench_options *o = &b->options;
    o->plan.targets = b->targets.numbers;
    o->plan.target_count = b->targets.count;
    int error = bench_ask_make(&b->ask, o, &o->plan, b->targets.fleet, b->targets.mib);
    if (error == -ENOMEM) log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
    if (error != 0) return error == -ENOMEM ? EXIT_SYSTEM : EXIT_USAGE;
    int code = bench_look(b);
    if (code != EXIT_COMPLETE) return code;
    error = bench_result_init(&b->result);
    if (error == 0) error = bench_name_agents(&b->targets, &b->result);
    if (error == 0) error = bench_fill_facts(o, &b->targets, &b->result);
    if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    code = bench_be_polite(b);
    if (code != EXIT_COMPLETE || o->plan.weights[BENCH_SET] == 0) return code;
    return bench_set_begin(&b->set, &b->targets, &b->ask, &b->hooks) ? EXIT_COMPLETE
                                                                     : EXIT_SOME_FAILED;
}

static int bench_measure(struct bench *b) {
    int error = bench_run(b->targets.fleet, &b->options.plan, &b->hooks, b->heard, &b->result);
    log_live(NULL);
    bool is_back = bench_set_end(&b->set, &b->hooks);
    if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    return is_back ? EXIT_COMPLETE : EXIT_SOME_FAILED;
}

static int bench_all(struct bench *b) {
    b->signals = signals_open();
    if (b->signals < 0) {
        log_line(LEVEL_ERROR, NULL, "signals: %s", strerror(-b->signals));
        return EXIT_SYSTEM;
    }
    b->hooks = (struct bench_hooks){ .fd = b->signals, .is_stopped = bench_stopped,
                                     .progress = bench_show, .context = b };
    b->has_live = !b->options.quiet;
    (void)prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    b->files = (struct bench_files){ .paths = {
        [BENCH_FILE_JSON] = b->options.json, [BENCH_FILE_HGRM] = b->options.hgrm,
    } };
    if (!bench_files_open(&b->files)) return EXIT_SYSTEM;
    int code = bench_open(&b->options, &b->targets);
    if (code == EXIT_COMPLETE) code = bench_prepare(b);
    if (code == EXIT_COMPLETE) code = bench_measure(b);
    if (code == EXIT_COMPLETE && !bench_files_write(&b->files, &b->result)) code = EXIT_SYSTEM;
    return code;
}

int cli_bench(int argc, char **argv) {
    static struct bench bench;
    bench = (struct bench){ .signals = -1 };
    int code;
    signals_start(EXIT_SOME_FAILED);
    if (bench_options_parse(argc, argv, &bench.options, &code)) {
        if (bench.options.quiet) log_quiet();
        code = bench_all(&bench);
    }
    bench_files_close(&bench.files);
    bench_set_free(&bench.set);
    bench_close(&bench.targets);
    bench_ask_free(&bench.ask);
    bench_options_free(&bench.options);
    bench_result_deinit(&bench.result);
    free(bench.heard);
    if (bench.signals >= 0) close(bench.signals);
    return code;
}

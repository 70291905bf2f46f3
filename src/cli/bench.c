/*
 * bench: the verb that measures agents. The load and what it measures are in bench/; here are the
 * command line, politeness, signals and what the user sees.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/reach.h"
#include "bench/run.h"
#include "bench/report_text.h"
#include "bench/sweep_run.h"
#include "cli/bench_ask.h"
#include "cli/bench_compare.h"
#include "cli/bench_costs.h"
#include "cli/bench_files.h"
#include "cli/bench_local.h"
#include "cli/bench_open.h"
#include "cli/bench_options.h"
#include "cli/bench_set.h"
#include "cli/cli.h"
#include "cli/grouped.h"
#include "cli/log.h"
#include "cli/signals.h"

enum {
    EXIT_LIMIT = 5,              /* a limit of --fail does not hold */
    POLITE_RATE = 50,            /* requests a second to an agent that is not on this machine; */
    POLITE_WALKS = 1,            /* a walk is as many requests as it takes, one after the other */
    LIVE_TEXT = 200,
    TIMER_SLACK_NS = 1,
    SWEEP_COSTS_S = 60,          /* for costs behind a sweep */
    COSTS_S = 600,               /* for costs alone */
    WIDTH_DEFAULT = 80,
};

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
    bool is_output_taken;        /* a report goes to standard output */
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

/*
 * May each agent be asked as hard, or be set? Before anything is sent, and again when host names
 * are addresses. EXIT_COMPLETE, or told.
 */
static int bench_be_polite(const struct bench *b, bool is_resolved) {
    const struct bench_plan *plan = &b->options.plan;
    bool is_hard = plan->is_closed || b->options.sweeps || rate_of(plan) > POLITE_RATE ||
                   (plan->weights[BENCH_WALK] > 0 && rate_of(plan) > POLITE_WALKS);
    for (size_t i = 0; i < b->targets.count; i++) {
        const struct fleet_target *t = fleet_target_get(b->targets.fleet, b->targets.numbers[i]);
        if (!is_resolved && !bench_is_address(t->address)) continue;
        if (plan->weights[BENCH_SET] > 0 && !bench_is_loopback(t->address)) {
            log_line(LEVEL_ERROR, t->name, "SET is for agents on loopback only; %s is not",
                     t->address);
            return EXIT_USAGE;
        }
        if (!is_hard || b->options.is_told || bench_is_local(t->address)) continue;
        log_line(LEVEL_ERROR, t->name,
                 "%s is not on this machine; to ask it more than %d times a second, or for more "
                 "than one walk a second, give --yes", t->address, POLITE_RATE);
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
    if (b->is_stopped)
        log_line(LEVEL_ERROR, NULL, "interrupted before anything was measured");
    else if (b->targets.count == 1)
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
    bool are_walks = o->plan.weights[BENCH_WALK] > 0 && !o->has_rate && !o->sweeps;
    if (are_walks) o->plan.rate = o->plan.rate_end = POLITE_WALKS;
    bool is_of_one = o->sweeps || o->finds_slow || o->finds_costs;
    if (is_of_one && b->targets.count > 1) {
        log_line(LEVEL_ERROR, NULL, "%s: of one agent, not of %zu",
                 o->sweeps ? "--sweep" : o->finds_slow ? "--find-slow" : "--costs",
                 b->targets.count);
        return EXIT_USAGE;
    }
    int code = bench_be_polite(b, false);
    if (code == EXIT_COMPLETE) code = bench_look(b);
    if (code != EXIT_COMPLETE) return code;
    error = bench_result_init(&b->result);
    if (error == 0) error = bench_name_agents(&b->targets, &b->result);
    if (error == 0) error = bench_fill_facts(o, &b->targets, &b->result);
    if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    code = bench_be_polite(b, true);
    if (code != EXIT_COMPLETE || o->plan.weights[BENCH_SET] == 0) return code;
    return bench_set_begin(&b->set, &b->targets, &b->ask, &b->hooks) ? EXIT_COMPLETE
                                                                     : EXIT_SOME_FAILED;
}

/* A step of a sweep begins. */
static void bench_show_step(void *context, const char *phase, const struct sweep_load *load) {
    struct bench *b = context;
    char text[LIVE_TEXT];
    if (!b->has_live) return;
    (void)snprintf(text, sizeof(text), "%s: %.4g requests/s for %.1f s", phase, load->rate,
                   (double)load->requests / load->rate);
    log_live(text);
}

static int bench_load(struct bench *b) {
    int error = bench_run(b->targets.fleet, &b->options.plan, &b->hooks, b->heard, &b->result);
    b->result.load.rate = b->options.plan.rate;
    b->result.load.rate_end = b->options.plan.rate_end;
    return error;
}

/* How single objects are asked for. */
static struct bench_costs_plan bench_costs_plan(struct bench *b) {
    bool is_told = b->options.has_rate && !b->options.sweeps;
    double rate = is_told ? b->options.plan.rate : POLITE_RATE;
    uint64_t seconds = b->options.sweeps ? SWEEP_COSTS_S : COSTS_S;
    bool is_far = !bench_is_local(b->result.agents[0].address) && !b->options.is_told;
    if (is_far && rate > POLITE_RATE) rate = POLITE_RATE;
    return (struct bench_costs_plan){ .targets = &b->targets, .ask = &b->ask,
                                      .options = &b->options, .hooks = &b->hooks,
                                      .gap_ns = (uint64_t)(1e9 / rate),
                                      .time_max_ns = seconds * CLOCK_NS_PER_S };
}

static struct sweep_options bench_sweep_options(const struct bench *b) {
    const struct bench_plan *plan = &b->options.plan;
    struct sweep_options options = sweep_options_usual();
    bool is_v1 = strcmp(b->result.load.version, "1") == 0;
    options.is_bulk = !is_v1;
    for (int k = 0; k < BENCH_KINDS; k++)
        options.is_bulk &= (plan->weights[k] > 0) == (k == BENCH_GETBULK);
    if (b->options.has_rate) options.rate_max = rate_of(plan);
    if (plan->requests > 0) sweep_options_set_requests(&options, plan->requests);
    return options;
}

/* The search, then a run at the rate that it found, then what single objects cost. */
static int bench_sweep(struct bench *b) {
    struct bench_plan *plan = &b->options.plan;
    struct bench_hooks quiet = b->hooks;
    const struct sweep_options options = bench_sweep_options(b);
    quiet.progress = NULL;
    const struct sweep_progress progress = { .show = bench_show_step, .context = b };
    int error = sweep_run(b->targets.fleet, plan, &quiet, &options, &progress, &b->result);
    const struct bench_verdict *v = &b->result.verdict;
    bool is_over = v->safe_rate <= 0 || b->result.stopped[0] != '\0';
    if (error != 0 || is_over || b->is_stopped) return error;
    plan->requests = 0;
    plan->rate = plan->rate_end = v->safe_rate;
    if (v->repetitions != 0) plan->repetitions = v->repetitions;
    b->result.load.repetitions = plan->repetitions;
    error = bench_load(b);
    if (error != 0 || b->is_stopped) return error;
    const struct bench_costs_plan costs = bench_costs_plan(b);
    return bench_find_costs(&costs, &b->result);
}

static int bench_measure(struct bench *b) {
    int error;
    if (b->options.sweeps) {
        error = bench_sweep(b);
    } else if (b->options.finds_slow) {
        const struct bench_costs_plan costs = bench_costs_plan(b);
        error = bench_find_slow(&costs, &b->result);
    } else if (b->options.finds_costs) {
        const struct bench_costs_plan costs = bench_costs_plan(b);
        error = bench_find_costs(&costs, &b->result);
    } else {
        error = bench_load(b);
    }
    log_live(NULL);
    bool is_back = bench_set_end(&b->set, &b->hooks);
    if (error != 0) {
        log_line(LEVEL_ERROR, NULL, "%s", fleet_error_text(error));
        return EXIT_SYSTEM;
    }
    bool is_of_costs = b->options.finds_costs || b->options.finds_slow;
    if (is_of_costs && b->result.cost_count == 0 && !b->is_stopped) return EXIT_SOME_FAILED;
    return is_back ? EXIT_COMPLETE : EXIT_SOME_FAILED;
}

static unsigned terminal_width(void) {
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : WIDTH_DEFAULT;
}

/* Reports, and whether the limits of --fail hold. The exit code. */
static int bench_tell(struct bench *b) {
    char text[THRESHOLD_TEXT_MAX];
    int code = bench_files_write(&b->files, &b->result) ? EXIT_COMPLETE : EXIT_SYSTEM;
    if (!b->is_output_taken) {
        bench_report_text(stdout, &b->result, terminal_width());
        if (fflush(stdout) != 0 || ferror(stdout)) {
            log_line(LEVEL_ERROR, NULL, "standard output: %s", strerror(errno));
            code = EXIT_SYSTEM;
        }
    }
    bool holds = true;
    for (size_t i = 0; i < b->options.limits.count; i++) {
        if (bench_threshold_holds(&b->options.limits.items[i], &b->result, text)) continue;
        log_line(LEVEL_ERROR, NULL, "--fail: %s", text);
        holds = false;
    }
    if (code != EXIT_COMPLETE) return code;
    bool is_silent = b->result.stopped[0] != '\0' && !b->is_stopped;
    return !holds ? EXIT_LIMIT : is_silent ? EXIT_SOME_FAILED : EXIT_COMPLETE;
}

static int bench_all(struct bench *b) {
    if (b->options.is_compare) return bench_compare_files(&b->options);
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
        [BENCH_FILE_JSON] = b->options.json, [BENCH_FILE_CSV] = b->options.csv,
        [BENCH_FILE_HGRM] = b->options.hgrm, [BENCH_FILE_HTML] = b->options.html,
    } };
    if (!bench_files_open(&b->files)) return EXIT_SYSTEM;
    b->is_output_taken = bench_files_take_output(&b->files);
    int code = bench_open(&b->options, &b->targets);
    if (code == EXIT_COMPLETE) code = bench_prepare(b);
    if (code != EXIT_COMPLETE) return code;
    code = bench_measure(b);
    if (code == EXIT_SYSTEM) return code;
    int told = bench_tell(b);
    return code != EXIT_COMPLETE ? code : told;
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

/*
 * simulate: the verb that puts a fleet of simulated agents on loopback addresses.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/line.h"
#include "cli/log.h"
#include "cli/signals.h"
#include "cli/simulate_options.h"

struct simulate_run {
    struct simulate_options options;
    struct devices devices;
    struct simulator *simulator;
    uint64_t objects, faults, duplicates;  /* of all recordings */
    int signals;                           /* signalfd */
};

static void run_file(void *context, const char *path, const struct recording *recording,
                     const struct recording_faults *faults) {
    struct simulate_run *run = context;
    run->faults += faults->count;
    if (recording != NULL) run->objects += recording->count;
    if (recording != NULL) run->duplicates += recording->duplicates;
    uint32_t shown =
        faults->count < RECORDING_FAULTS_SHOWN ? faults->count : RECORDING_FAULTS_SHOWN;
    for (uint32_t i = 0; i < shown; i++)
        log_place(LEVEL_WARNING, path, faults->first[i].line, 0, "%s; line left out",
                  faults->first[i].what);
    if (faults->count > shown)
        log_line(LEVEL_WARNING, path, "%u more lines left out", faults->count - shown);
    if (recording == NULL) log_line(LEVEL_WARNING, path, "no object in it; file left out");
}

static int run_load(struct simulate_run *run) {
    const char *path = run->options.recordings;
    if (path == NULL) {
        const struct service_options *o = &run->options.simulator.service;
        int error = devices_add_switch(&run->devices, run->options.ports,
                                       service_is_on(o) ? o->servers : 0);
        if (error == 0) return EXIT_COMPLETE;
        log_line(LEVEL_ERROR, NULL, "%s", strerror(-error));
        return EXIT_SYSTEM;
    }
    char *failed;
    int error = devices_load(&run->devices, path, run_file, run, &failed);
    if (error != 0) {
        log_line(LEVEL_ERROR, failed != NULL ? failed : path, "%s",
                 error == -ENODATA ? "no recording there" : strerror(-error));
    } else {
        log_line(LEVEL_INFO, NULL,
                 "%u devices, %llu objects; left out: %llu damaged lines, %llu duplicates",
                 run->devices.count, (unsigned long long)run->objects,
                 (unsigned long long)run->faults, (unsigned long long)run->duplicates);
    }
    free(failed);
    return error == 0 ? EXIT_COMPLETE : EXIT_BAD_CONFIG;
}

static void run_list_faults(const struct simulate_run *run) {
    const struct simulator_options *o = &run->options.simulator;
    for (uint32_t i = 0; i < o->agents; i++) {
        uint32_t bits = faults_of_agent(&o->faults, i);
        if (bits == 0) continue;
        char address[ADDRESS_TEXT_MAX], text[FAULTS_TEXT_MAX];
        struct address a = o->first;
        if (a.family == ADDRESS_IP4) a = address_ip4(address_to_ip4(&a) + i, a.port);
        address_format(&a, address);
        faults_format(&o->faults, bits, text);
        printf("%s %s\n", address, text);
    }
}

static int run_open(struct simulate_run *run) {
    struct simulator_options *o = &run->options.simulator;
    o->answers.devices = &run->devices;
    int error = simulator_new(&run->simulator, o, clock_monotonic_ns());
    char address[ADDRESS_TEXT_MAX];
    address_format(&o->first, address);
    if (error != 0) {
        const char *hint = error == -EADDRINUSE       ? " (another simulator?)"
                           : o->backend == NET_URING ? " (io_uring; --io mmsg works everywhere)"
                                                     : "";
        log_line(LEVEL_ERROR, address, "%s%s", strerror(-error), hint);
        return EXIT_SYSTEM;
    }
    run->signals = signals_open();
    if (run->signals < 0) {
        log_line(LEVEL_ERROR, NULL, "signals: %s", strerror(-run->signals));
        return EXIT_SYSTEM;
    }
    const struct net *net = simulator_net(run->simulator);
    struct address first = simulator_address(run->simulator, 0);
    address_format(&first, address);
    printf("ready: %u agents at %s (%s)\n", o->agents, address,
           net_backend_of(net) == NET_URING ? "uring" : "mmsg");
    if (fflush(stdout) != 0) return EXIT_SYSTEM;
    if (*net_why(net) != '\0')
        log_line(LEVEL_INFO, NULL, "using sendmmsg/recvmmsg: %s", net_why(net));
    return EXIT_COMPLETE;
}

static bool run_is_told_to_end(const struct simulate_run *run) {
    struct signalfd_siginfo info;
    bool is_told = false;
    while (read(run->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        is_told |= info.ssi_signo != SIGUSR1;  /* which opens outputs again: there are none */
    return is_told;
}

/* Wait for datagrams, a signal, or what is due next. */
static void run_wait(const struct simulate_run *run, uint64_t end_ns, uint64_t now) {
    uint64_t deadline = simulator_deadline_ns(run->simulator);
    if (end_ns < deadline) deadline = end_ns;
    uint64_t wait = deadline <= now ? 0 : deadline - now;
    struct timespec time = { .tv_sec = (time_t)(wait / CLOCK_NS_PER_S),
                             .tv_nsec = (long)(wait % CLOCK_NS_PER_S) };
    struct pollfd fds[] = {
        { .fd = simulator_fd(run->simulator), .events = POLLIN },
        { .fd = run->signals, .events = POLLIN },
    };
    ppoll(fds, 2, deadline == UINT64_MAX ? NULL : &time, NULL);
}

enum { TURNS_BETWEEN_SIGNALS = 256 };

static int run_loop(struct simulate_run *run) {
    prctl(PR_SET_TIMERSLACK, 1UL);  /* replies that wait leave when they are due, not 50 us later */
    uint64_t now = clock_monotonic_ns();
    uint64_t end_ns = run->options.for_ns > 0 ? now + run->options.for_ns : UINT64_MAX;
    for (uint32_t turn = 0; now < end_ns; turn++) {
        int error = simulator_step(run->simulator, now);
        if (error != 0) {
            log_line(LEVEL_ERROR, NULL, "%s", strerror(-error));
            return EXIT_SYSTEM;
        }
        bool is_idle = simulator_is_idle(run->simulator);
        if (is_idle) run_wait(run, end_ns, now);
        if ((is_idle || turn % TURNS_BETWEEN_SIGNALS == 0) && run_is_told_to_end(run)) break;
        now = clock_monotonic_ns();
    }
    return EXIT_COMPLETE;
}

static void add_count(struct line *line, const char *what, uint64_t count) {
    if (count > 0) line_add(line, ", %s %llu", what, (unsigned long long)count);
}

static void run_summary(const struct simulate_run *run) {
    struct simulator_stats s;
    struct rusage usage;
    simulator_get_stats(run->simulator, &s);
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    struct line line = { .length = 0 };
    line_add(&line, "requests %llu, replies %llu, varbinds %llu",
             (unsigned long long)s.answers.requests, (unsigned long long)s.answers.replies,
             (unsigned long long)s.answers.varbinds);
    add_count(&line, "errors", s.answers.errors);
    add_count(&line, "malformed", s.answers.malformed);
    add_count(&line, "unsupported", s.answers.unsupported);
    add_count(&line, "wrong community", s.answers.wrong_community);
    add_count(&line, "SNMPv3", s.answers.v3);
    for (int r = 0; r < AUTHORITY_REPORTS; r++)
        add_count(&line, authority_counters[r].name, s.answers.reports[r]);
    add_count(&line, "stray", s.stray);
    add_count(&line, "not sent", s.send_failures);
    add_count(&line, "dropped by full queues", s.queue_full);
    add_count(&line, "dropped by the kernel", s.net.kernel_drops);
    add_count(&line, "not delayed", s.not_delayed);
    for (int f = 0; f < FAULTS; f++) add_count(&line, fault_kinds[f].name, s.faults[f]);
    log_summary(false, "%s, CPU %.2f s", line.text, cpu);
}

int cli_simulate(int argc, char **argv) {
    struct simulate_run run = { .devices = DEVICES_NULL, .signals = -1 };
    int code;
    signals_start(EXIT_COMPLETE);
    if (!simulate_options_parse(argc, argv, &run.options, &code)) {
        simulate_options_free(&run.options);
        return code;
    }
    if (run.options.list_faults) {
        run_list_faults(&run);
        simulate_options_free(&run.options);
        return EXIT_COMPLETE;
    }
    if (run.options.quiet) log_quiet();
    code = run_load(&run);
    if (code == EXIT_COMPLETE) code = run_open(&run);
    if (code == EXIT_COMPLETE) {
        code = run_loop(&run);
        run_summary(&run);
    }
    if (run.signals >= 0) close(run.signals);
    simulator_free(run.simulator);
    devices_deinit(&run.devices);
    simulate_options_free(&run.options);
    return code;
}

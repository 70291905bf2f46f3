/* summary: see summary.h. */
#include "cli/summary.h"

#include <stdio.h>

#include "cli/grouped.h"
#include "cli/line.h"
#include "cli/log.h"
#include "cli/status.h"
#include "conf/duration.h"

static void tell_polls(const struct fleet_stats *stats, double seconds) {
    struct line line = { .length = 0 };
    char text[2][GROUPED_TEXT];
    line_add(&line, "%s polls of %s targets in %.3f s:", grouped(stats->polls, text[0]),
             grouped(stats->targets, text[1]), seconds);
    for (int i = 0; i < FLEET_REASONS; i++) {
        if (stats->reasons[i] > 0)
            line_add(&line, " %s %s", grouped(stats->reasons[i], text[0]),
                     fleet_reason_text((enum fleet_reason)i));
    }
    log_summary(false, "%s", line.text);
}

static void tell_work(const struct fleet_stats *stats, const struct watch *watch) {
    char text[4][GROUPED_TEXT], lag[DURATION_TEXT_MAX];
    uint64_t ms = watch->lag_max_ns > 0 ? (uint64_t)watch->lag_max_ns / 1000000 : 0;
    if (ms > 0) (void)duration_format(ms * 1000000, lag);
    log_summary(true,
             "%s requests (%s retries), %s varbinds, %s rows; largest lag %s",
             grouped(stats->requests, text[0]), grouped(stats->retries, text[1]),
             grouped(stats->varbinds, text[2]), grouped(stats->rows, text[3]),
             ms > 0 ? lag : "below 1ms");
}

/* The worst, and where the others can be read. */
static void tell_failed(const struct fleet *fleet, const struct watch *watch,
                        const struct outputs *outputs) {
    struct watch_worst worst[WATCH_WORST];
    size_t count = watch_worst(watch, worst);
    if (count == 0) return;
    struct line line = { .length = 0 };
    char text[2][GROUPED_TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct fleet_target *target = fleet_target_get(fleet, worst[i].target);
        line_add(&line, "%s%s (%s, the last: %s)", i > 0 ? ", " : "",
                 target != NULL ? target->name : "a target that was removed",
                 grouped(worst[i].failures, text[0]), fleet_reason_text(worst[i].reason));
    }
    if (watch->targets_failed > count)
        line_add(&line, " and %s more", grouped(watch->targets_failed - count, text[1]));
    log_summary(true, "targets with failed polls: %s; most failed: %s",
             grouped(watch->targets_failed, text[0]), line.text);
    const char *reports = outputs_reports_name(outputs);
    if (reports != NULL) log_summary(true, "every poll is reported in %s", reports);
    else log_summary(true, "--report FORMAT:FILE lists every poll and how it ended");
}

static void tell_counters(const struct fleet_stats *stats) {
    const struct {
        const char *what;
        uint64_t count;
    } counters[] = {
        { "late answers", stats->late },
        { "duplicate answers", stats->duplicates },
        { "answers to no request", stats->unmatched },
        { "answers from a wrong address", stats->wrong_source },
        { "answers with a wrong version, community or user", stats->wrong_auth },
        { "answers with a wrong digest", stats->wrong_digest },
        { "answers outside the time window", stats->not_in_window },
        { "answers from another engine", stats->wrong_engine },
        { "answers less secure than the request", stats->unauthenticated },
        { "answers for another context", stats->wrong_context },
        { "answers without the context, accepted", stats->lacks_context },
        { "answers that cannot be decrypted", stats->decrypt_errors },
        { "engines discovered", stats->discoveries },
        { "clocks set anew", stats->resyncs },
        { "targets with the engine ID of another one", stats->same_engine },
        { "malformed datagrams", stats->malformed },
        { "truncated datagrams", stats->truncated },
        { "datagrams dropped by the kernel (receive buffer full)", stats->kernel_drops },
        { "sends refused", stats->send_failed },
        { "ICMP errors", stats->icmp },
        { "ICMP errors that quote no open request, ignored", stats->icmp_ignored },
        { "turns overrun: the poll before them was still running", stats->overruns },
    };
    char text[GROUPED_TEXT];
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        if (counters[i].count > 0)
            log_summary(true, "%s %s", grouped(counters[i].count, text), counters[i].what);
    }
    for (size_t i = 0; i < sizeof(stats->lenient) / sizeof(stats->lenient[0]); i++) {
        if (stats->lenient[i] > 0)
            log_summary(true, "%s answers with %s, accepted",
                     grouped(stats->lenient[i], text), fleet_lenient_text(i));
    }
}

/* What these cost. */
static void tell_figures(const struct fleet *fleet, const struct fleet_stats *stats,
                         double seconds, double cpu) {
    if (stats->requests > 0 && seconds > 0)
        log_line(LEVEL_DEBUG, NULL,
                 "%.0f requests/s, %.0f rows/s, %.3f s CPU (%.1f%%), %.0f ns a request (%s)",
                 (double)stats->requests / seconds, (double)stats->rows / seconds, cpu,
                 100 * cpu / seconds, cpu * 1e9 / (double)stats->requests, fleet_io_name(fleet));
    if (stats->varbinds > 0 && cpu > 0)
        log_line(LEVEL_DEBUG, NULL, "%.0f varbinds per CPU-second", (double)stats->varbinds / cpu);
}

void summary_tell(const struct fleet *fleet, const struct watch *watch,
                  const struct outputs *outputs, struct summary_start start, uint64_t now) {
    struct fleet_stats stats;
    fleet_get_stats(fleet, &stats);
    double seconds = (double)(now - start.time_ns) / 1e9;
    double cpu = (double)(status_cpu_ns() - start.cpu_ns) / 1e9;
    tell_polls(&stats, seconds);
    tell_work(&stats, watch);
    tell_failed(fleet, watch, outputs);
    tell_counters(&stats);
    tell_figures(fleet, &stats, seconds, cpu);
}

/* status: see status.h. */
#include "cli/status.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_MS = 500, FAILURES_TOLD = 20, NOTICES_TOLD = 20, NUMBER_TEXT = 32 };

static uint64_t cpu_ns(void) {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* 1234567 as "1,234,567". */
static const char *grouped(uint64_t number, char text[static NUMBER_TEXT]) {
    char digits[NUMBER_TEXT];
    int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

void status_init(struct status *s, bool quiet, bool tell_failures, uint64_t now) {
    *s = (struct status){ .quiet = quiet,
                          .terminal = isatty(STDERR_FILENO) == 1,
                          .tell_failures = tell_failures && !quiet,
                          .started_ns = now,
                          .shown_ns = now,
                          .next_ns = now,
                          .cpu_started_ns = cpu_ns() };
    s->cpu_shown_ns = s->cpu_started_ns;
}

void status_clear(struct status *s) {
    if (!s->line_shown) return;
    fputs("\r\033[K", stderr);
    s->line_shown = false;
}

/*
 * @text with everything that could steer a terminal replaced: names and details may come from
 * outside.
 */
static void print_plain(const char *text) {
    for (const char *c = text; *c != '\0'; c++)
        fputc((unsigned char)*c < ' ' || *c == 0x7f ? '?' : *c, stderr);
}

void status_report(struct status *s, const struct fleet_report *report) {
    if (report->reason == FLEET_REASON_OK) return;
    s->failures++;
    if (!s->tell_failures || s->failures_told == FAILURES_TOLD) return;
    s->failures_told++;
    status_clear(s);
    print_plain(report->target->name);
    fprintf(stderr, " %s: %s%s", report->module, fleet_reason_text(report->reason),
            *report->detail != '\0' ? ": " : "");
    print_plain(report->detail);
    fputc('\n', stderr);
}

void status_notice(struct status *s, const struct fleet_target *target, const char *text) {
    s->notices++;
    if (s->quiet || s->notices_told == NOTICES_TOLD) return;
    s->notices_told++;
    status_clear(s);
    fputs("snmpfleet: warning: ", stderr);
    print_plain(target->name);
    fputs(": ", stderr);
    print_plain(text);
    fputs(s->notices_told == NOTICES_TOLD ? " (the last warning of its kind)\n" : "\n", stderr);
}

uint64_t status_deadline_ns(const struct status *s) {
    return s->quiet || !s->terminal ? UINT64_MAX : s->next_ns;
}

static uint64_t failed_polls(const struct fleet_stats *stats) {
    return stats->polls - stats->reasons[FLEET_REASON_OK];
}

void status_show(struct status *s, const struct fleet *fleet, uint64_t now) {
    if (now < status_deadline_ns(s)) return;
    struct fleet_stats stats;
    fleet_get_stats(fleet, &stats);
    double seconds = (double)(now - s->shown_ns) / 1e9;
    uint64_t cpu = cpu_ns();
    char text[7][NUMBER_TEXT];
    if (seconds > 0) {
        fprintf(stderr, "\r\033[K%s targets", grouped(stats.targets, text[0]));
        if (stats.targets_dead > 0)
            fprintf(stderr, " (%s dead)", grouped(stats.targets_dead, text[1]));
        fprintf(
            stderr, "  polls %s ok, %s failed  %s requests/s  %s rows/s  %s in flight",
            grouped(stats.reasons[FLEET_REASON_OK], text[2]),
            grouped(failed_polls(&stats), text[3]),
            grouped((uint64_t)((double)(stats.requests - s->shown.requests) / seconds), text[4]),
            grouped((uint64_t)((double)(stats.rows - s->shown.rows) / seconds), text[5]),
            grouped(stats.requests_in_flight, text[6]));
        if (stats.overruns > 0) fprintf(stderr, "  overruns %s", grouped(stats.overruns, text[0]));
        if (stats.kernel_drops > 0)
            fprintf(stderr, "  dropped by kernel %s", grouped(stats.kernel_drops, text[0]));
        fprintf(stderr, "  CPU %.0f%%", 100 * (double)(cpu - s->cpu_shown_ns) / 1e9 / seconds);
        s->line_shown = true;
        fflush(stderr);
    }
    s->shown = stats;
    s->shown_ns = now;
    s->cpu_shown_ns = cpu;
    s->next_ns = now + (uint64_t)LINE_MS * CLOCK_NS_PER_MS;
}

static void summary_counters(const struct fleet_stats *stats) {
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
        { "answers that leave the context out, let pass", stats->lacks_context },
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
        { "turns overrun", stats->overruns },
    };
    char text[NUMBER_TEXT];
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
        if (counters[i].count > 0)
            fprintf(stderr, "  %s %s\n", grouped(counters[i].count, text), counters[i].what);
    }
    for (size_t i = 0; i < sizeof(stats->lenient) / sizeof(stats->lenient[0]); i++) {
        if (stats->lenient[i] == 0) continue;
        fprintf(stderr, "  %s answers with %s, let pass\n", grouped(stats->lenient[i], text),
                fleet_lenient_text(i));
    }
}

void status_summary(struct status *s, const struct fleet *fleet, uint64_t now) {
    status_clear(s);
    if (s->quiet) return;
    s->quiet = true;
    s->tell_failures = false;
    struct fleet_stats stats;
    fleet_get_stats(fleet, &stats);
    double seconds = (double)(now - s->started_ns) / 1e9;
    double cpu = (double)(cpu_ns() - s->cpu_started_ns) / 1e9;
    char text[6][NUMBER_TEXT];
    if (s->failures > s->failures_told && s->failures_told > 0) {
        fprintf(stderr, "... and %u more failed polls\n", s->failures - s->failures_told);
    }
    fprintf(stderr, "%s polls of %s targets in %.3f s:", grouped(stats.polls, text[0]),
            grouped(stats.targets, text[1]), seconds);
    for (int i = 0; i < FLEET_REASONS; i++) {
        if (stats.reasons[i] > 0)
            fprintf(stderr, " %s %s", grouped(stats.reasons[i], text[2]),
                    fleet_reason_text((enum fleet_reason)i));
    }
    fprintf(stderr, "\n  %s requests (%s retries), %s varbinds, %s rows\n",
            grouped(stats.requests, text[2]), grouped(stats.retries, text[3]),
            grouped(stats.varbinds, text[4]), grouped(stats.rows, text[5]));
    if (stats.requests > 0 && seconds > 0) {
        fprintf(stderr,
                "  %.0f requests/s, %.0f rows/s, %.3f s CPU (%.1f%%), %.0f ns a request (%s)\n",
                (double)stats.requests / seconds, (double)stats.rows / seconds, cpu,
                100 * cpu / seconds, cpu * 1e9 / (double)stats.requests, fleet_io_name(fleet));
    }
    if (stats.varbinds > 0 && cpu > 0)
        fprintf(stderr, "  %.0f varbinds per CPU-second\n", (double)stats.varbinds / cpu);
    summary_counters(&stats);
}

/* status: see status.h. */
#include "cli/status.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "cli/grouped.h"
#include "cli/log.h"

enum { LINE_MS = 500, LINE_TEXT = 400 };

uint64_t status_cpu_ns(void) {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void status_init(struct status *s, bool is_wanted, uint64_t now) {
    *s = (struct status){ .is_shown = is_wanted && log_has_live(),
                          .shown_ns = now,
                          .next_ns = now,
                          .cpu_shown_ns = status_cpu_ns() };
}

uint64_t status_deadline_ns(const struct status *s) {
    return s->is_shown ? s->next_ns : UINT64_MAX;
}

/* What matters most comes first, since a narrow terminal cuts the line. */
static void status_draw(const struct status *s, const struct fleet_stats *stats, double seconds,
                        uint64_t cpu_ns) {
    char line[LINE_TEXT], text[8][GROUPED_TEXT], dead[GROUPED_TEXT + 16] = "";
    double cpu = 100 * (double)(cpu_ns - s->cpu_shown_ns) / 1e9 / seconds;
    if (stats->targets_dead > 0)
        (void)snprintf(dead, sizeof(dead), " (%s silent)", grouped(stats->targets_dead, text[0]));
    (void)snprintf(
        line, sizeof(line),
        "%s targets%s, polls: %s ok, %s failed; now %s requests/s, %s rows/s, %s in flight, "
        "CPU %.0f%%%s%s%s%s",
        grouped(stats->targets, text[1]), dead, grouped(stats->reasons[FLEET_REASON_OK], text[2]),
        grouped(stats->polls - stats->reasons[FLEET_REASON_OK], text[3]),
        grouped((uint64_t)((double)(stats->requests - s->shown.requests) / seconds), text[4]),
        grouped((uint64_t)((double)(stats->rows - s->shown.rows) / seconds), text[5]),
        grouped(stats->requests_in_flight, text[6]), cpu,
        stats->overruns > 0 ? "; turns overrun: " : "",
        stats->overruns > 0 ? grouped(stats->overruns, text[7]) : "",
        stats->kernel_drops > 0 ? "; dropped by the kernel: " : "",
        stats->kernel_drops > 0 ? grouped(stats->kernel_drops, text[0]) : "");
    log_live(line);
}

void status_show(struct status *s, const struct fleet *fleet, uint64_t now) {
    if (now < status_deadline_ns(s)) return;
    struct fleet_stats stats;
    fleet_get_stats(fleet, &stats);
    double seconds = (double)(now - s->shown_ns) / 1e9;
    uint64_t cpu_ns = status_cpu_ns();
    if (seconds > 0) status_draw(s, &stats, seconds, cpu_ns);
    s->shown = stats;
    s->shown_ns = now;
    s->cpu_shown_ns = cpu_ns;
    s->next_ns = now + (uint64_t)LINE_MS * CLOCK_NS_PER_MS;
}

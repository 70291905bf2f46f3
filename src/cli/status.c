/* status: see status.h. */
#include "cli/status.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "cli/grouped.h"
#include "cli/line.h"
#include "cli/log.h"

enum { LINE_MS = 500 };

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

/* So much a second. */
static uint64_t rate(uint64_t now, uint64_t before, double seconds) {
    return (uint64_t)((double)(now - before) / seconds);
}

/* What matters most comes first, since a narrow terminal cuts the line. */
static void status_draw(const struct status *s, const struct fleet_stats *stats, double seconds,
                        uint64_t cpu_ns) {
    struct line line = { .length = 0 };
    char text[GROUPED_TEXT];
    const struct {
        const char *before, *behind;
        uint64_t count;
        bool is_left_out;
    } parts[] = {
        { "", " targets", stats->targets, false },
        { " (", " silent)", stats->targets_dead, stats->targets_dead == 0 },
        { ", polls: ", " ok", stats->reasons[FLEET_REASON_OK], false },
        { ", ", " failed", stats->polls - stats->reasons[FLEET_REASON_OK], false },
        { "; now ", " requests/s", rate(stats->requests, s->shown.requests, seconds), false },
        { ", ", " rows/s", rate(stats->rows, s->shown.rows, seconds), false },
        { ", ", " in flight", stats->requests_in_flight, false },
        { ", CPU ", "%", rate(cpu_ns, s->cpu_shown_ns, seconds) / 10000000, false },
        { "; turns overrun: ", "", stats->overruns, stats->overruns == 0 },
        { "; dropped by the kernel: ", "", stats->kernel_drops, stats->kernel_drops == 0 },
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!parts[i].is_left_out)
            line_add(&line, "%s%s%s", parts[i].before, grouped(parts[i].count, text),
                     parts[i].behind);
    }
    log_live(line.text);
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

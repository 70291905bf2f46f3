/* refresh: see refresh.h. */
#include "cli/refresh.h"

#include <stdint.h>

#include "cli/log.h"

void refresh_plan(struct source_keep *keep, bool is_anew, uint64_t now_ns) {
    for (struct source_kept *k = keep->list; k != NULL; k = k->next) {
        if (is_anew) k->is_failing = false;
        if (is_anew || k->next_ns == 0) k->next_ns = now_ns + k->source.every_ns;
    }
}

uint64_t refresh_deadline_ns(const struct source_keep *keep) {
    uint64_t deadline = UINT64_MAX;
    for (const struct source_kept *k = keep->list; k != NULL; k = k->next) {
        if (k->source.every_ns > 0 && k->next_ns < deadline) deadline = k->next_ns;
    }
    return deadline;
}

struct source_kept *refresh_due(struct source_keep *keep, uint64_t now_ns) {
    struct source_kept *due = NULL;
    for (struct source_kept *k = keep->list; k != NULL; k = k->next) {
        if (k->source.every_ns == 0 || k->next_ns > now_ns) continue;
        if (due == NULL || k->next_ns < due->next_ns) due = k;
    }
    if (due != NULL) due->next_ns = now_ns + due->source.every_ns;
    return due;
}

void refresh_fail(struct source_kept *kept, struct told *told) {
    if (kept->is_failing) {
        told_forget(told);
        return;
    }
    told_tell(told);
    kept->is_failing = true;
    log_line(LEVEL_ERROR, kept->source.name,
             "targets stay as they are until this source can be read");
}

void refresh_succeed(struct source_kept *kept) {
    if (kept->is_failing) log_line(LEVEL_INFO, kept->source.name, "can be read again");
    kept->is_failing = false;
}

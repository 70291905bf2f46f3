/* watch: see watch.h. */
#include "cli/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/prng.h"
#include "cli/log.h"
#include "conf/duration.h"

enum { CAPACITY_FIRST = 64 };

/* Of a target, or of one of its modules. */
struct watch_entry {
    uint64_t key;             /* never 0 */
    int64_t silent_since_ns;  /* Unix time; 0: it is heard */
    uint32_t failures;        /* of a target */
    uint32_t target;
    uint8_t reason;           /* enum fleet_reason of the last failure; of a module: poll */
    bool is_target;
};

void watch_init(struct watch *w, bool is_once, bool is_quiet) {
    *w = (struct watch){ .is_once = is_once, .is_quiet = is_quiet };
}

void watch_deinit(struct watch *w) {
    free(w->entries);
    w->entries = NULL;
}

static uint64_t key_of(const struct fleet_report *report, bool is_target) {
    uint64_t key = (uint64_t)report->target->number + 1;
    if (!is_target) key = prng_hash_text(prng_hash_text(key, report->module), report->context);
    key = prng_mix(key);
    return key != 0 ? key : 1;
}

static struct watch_entry *slot_of(const struct watch *w, uint64_t key) {
    size_t at = (size_t)key & (w->capacity - 1);
    while (w->entries[at].key != 0 && w->entries[at].key != key) at = (at + 1) & (w->capacity - 1);
    return &w->entries[at];
}

static struct watch_entry *find(const struct watch *w, uint64_t key) {
    if (w->capacity == 0) return NULL;
    struct watch_entry *e = slot_of(w, key);
    return e->key != 0 ? e : NULL;
}

static bool grow(struct watch *w) {
    struct watch old = *w;
    w->capacity = old.capacity == 0 ? CAPACITY_FIRST : 2 * old.capacity;
    w->entries = calloc(w->capacity, sizeof(*w->entries));
    if (w->entries == NULL) {
        *w = old;
        return false;
    }
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.entries[i].key != 0) *slot_of(w, old.entries[i].key) = old.entries[i];
    }
    free(old.entries);
    return true;
}

/* The entry of a key, made where it is missing; NULL: there is no room, which is told once. */
static struct watch_entry *make(struct watch *w, uint64_t key, uint32_t target, bool is_target) {
    struct watch_entry *e = find(w, key);
    if (e != NULL) return e;
    bool has_room = w->count < WATCH_MAX && (2 * (w->count + 1) <= w->capacity || grow(w));
    if (!has_room) {
        if (!w->is_full)
            log_line(LEVEL_WARNING, NULL, "too many targets fail: changes of further ones are not "
                                          "told; the reports of --report have them");
        w->is_full = true;
        return NULL;
    }
    e = slot_of(w, key);
    *e = (struct watch_entry){ .key = key, .target = target, .is_target = is_target };
    w->count++;
    if (is_target) w->targets_failed++;
    return e;
}

/* "partial: genErr at ifInOctets.7", or the reason alone. */
static const char *reason_text(const struct fleet_report *report, char *text, size_t size) {
    (void)snprintf(text, size, "%s%s%s", fleet_reason_text(report->reason),
                   *report->detail != '\0' ? ": " : "", report->detail);
    return text;
}

/* The module, and its context in brackets. */
static const char *module_text(const struct fleet_report *report, char *text, size_t size) {
    bool has = report->context != NULL && *report->context != '\0';
    (void)snprintf(text, size, "%s%s%s%s", report->module, has ? "[" : "",
                   has ? report->context : "", has ? "]" : "");
    return text;
}

static void tell_silent(struct watch_entry *e, const struct fleet_report *report) {
    char why[LOG_LINE_MAX / 4], since[LOG_TIME_TEXT];
    bool is_new = e->silent_since_ns == 0;
    bool is_backoff = report->reason == FLEET_REASON_BACKOFF;
    bool is_other = !is_new && !is_backoff && report->reason != e->reason;
    if (is_new) e->silent_since_ns = report->time_ns - report->duration_ns;
    if (!is_new && !is_other) return;
    log_time_text(e->silent_since_ns, since);
    log_bounded(LOG_KIND_SILENT, LEVEL_WARNING, report->target->name, "silent since %s (%s)", since,
                reason_text(report, why, sizeof(why)));
}

static void tell_heard(struct watch_entry *e, const struct fleet_report *report) {
    char text[DURATION_TEXT_MAX];
    int64_t silent_ns = report->time_ns - e->silent_since_ns;
    uint64_t seconds = silent_ns > 0 ? (uint64_t)silent_ns / CLOCK_NS_PER_S : 0;
    (void)duration_format((seconds > 0 ? seconds : 1) * CLOCK_NS_PER_S, text);
    log_bounded(LOG_KIND_HEARD, LEVEL_INFO, report->target->name, "answers again, after %s", text);
    e->silent_since_ns = 0;
}

/* A poll of a target that was heard: does it end as the one before? */
static void tell_reason(struct watch *w, const struct fleet_report *report) {
    uint64_t key = key_of(report, false);
    struct watch_entry *e = find(w, key);
    char why[LOG_LINE_MAX / 4], module[LOG_LINE_MAX / 4];
    enum fleet_reason before = e != NULL ? (enum fleet_reason)e->reason : FLEET_REASON_OK;
    if (before == report->reason) return;
    if (e == NULL) e = make(w, key, report->target->number, false);
    if (e == NULL) return;
    e->reason = (uint8_t)report->reason;
    bool is_good = report->reason == FLEET_REASON_OK;
    log_bounded(LOG_KIND_REASON, is_good ? LEVEL_INFO : LEVEL_WARNING, report->target->name,
                "%s: %s%s", module_text(report, module, sizeof(module)),
                reason_text(report, why, sizeof(why)), is_good ? " again" : "");
}

static void tell_failed(const struct fleet_report *report) {
    char why[LOG_LINE_MAX / 4], module[LOG_LINE_MAX / 4];
    log_bounded(LOG_KIND_FAILED, LEVEL_WARNING, report->target->name, "%s: %s",
                module_text(report, module, sizeof(module)),
                reason_text(report, why, sizeof(why)));
}

/* What is new about it. */
static void tell(struct watch *w, struct watch_entry *e, const struct fleet_report *report) {
    bool is_good = report->reason == FLEET_REASON_OK;
    bool is_silent = !is_good && report->answers == 0;
    if (w->is_once) {
        if (!is_good) tell_failed(report);
        return;
    }
    if (report->reason == FLEET_REASON_CANCELLED) return;
    if (is_silent) {
        if (e != NULL) tell_silent(e, report);
        return;
    }
    if (e != NULL && e->silent_since_ns != 0) tell_heard(e, report);
    tell_reason(w, report);
}

void watch_report(struct watch *w, const struct fleet_report *report) {
    bool is_good = report->reason == FLEET_REASON_OK;
    w->polls++;
    if (report->lag_ns > w->lag_max_ns) w->lag_max_ns = report->lag_ns;
    if (is_good && w->count == 0) return;
    uint64_t key = key_of(report, true);
    struct watch_entry *e = find(w, key);
    if (!is_good) w->failed++;
    if (!is_good && e == NULL) e = make(w, key, report->target->number, true);
    if (!is_good && e != NULL) e->failures++;
    if (!w->is_quiet) tell(w, e, report);
    if (!is_good && e != NULL && report->reason != FLEET_REASON_BACKOFF)
        e->reason = (uint8_t)report->reason;
}

static bool is_worse(const struct watch_worst *a, const struct watch_worst *b) {
    return a->failures != b->failures ? a->failures > b->failures : a->target < b->target;
}

size_t watch_worst(const struct watch *w, struct watch_worst worst[static WATCH_WORST]) {
    size_t count = 0;
    for (size_t i = 0; i < w->capacity; i++) {
        const struct watch_entry *e = &w->entries[i];
        if (e->key == 0 || !e->is_target || e->failures == 0) continue;
        struct watch_worst one = { e->target, e->failures, (enum fleet_reason)e->reason };
        size_t at = count < WATCH_WORST ? count++ : WATCH_WORST;
        for (; at > 0 && is_worse(&one, &worst[at - 1]); at--) {
            if (at < WATCH_WORST) worst[at] = worst[at - 1];
        }
        if (at < WATCH_WORST) worst[at] = one;
    }
    return count;
}

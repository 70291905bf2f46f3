/* outputs: see outputs.h. */
#include "cli/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/grouped.h"
#include "cli/log.h"

enum {
    FLUSH_BYTES = 256 << 10,      /* worth a write at once */
    FLUSH_MS = 100,               /* otherwise this often */
    RETRY_MS = 1000,
    FINISH_STALL_S = 30,          /* a reader that takes nothing for this long at the end has lost
                                     its interest */
    FINISH_RETRIES = 5,           /* of a write that fails, at the end */
};

static const char *error_text(int error) {
    return error == -ENXIO ? "nobody reads this pipe" : fleet_error_text(error);
}

static void outputs_tell_elsewhere(void *context, const char *path, const char *instead) {
    (void)context;
    log_line(LEVEL_WARNING, path, "the file has another header: rows go to %s", instead);
}

static void output_free(struct output *one) {
    fleet_writer_free(one->writer);
    free((char *)(uintptr_t)one->wanted.path);
    free(one->name);
    *one = (struct output){ .writer = NULL };
}

static int output_open_writer(const struct poll_output *wanted, struct fleet_writer **ret_writer) {
    struct fleet_writer_options options = {
        .format = wanted->format,
        .path = wanted->path,
        .rows = wanted->rows,
        .reports = wanted->reports,
        .unsigned_integers = wanted->unsigned_integers,
        .telegraf = wanted->telegraf,
        .elsewhere = outputs_tell_elsewhere,
    };
    return fleet_writer_new(ret_writer, &options);
}

/* 0 or an exit code after a message. */
static int output_open(struct output *one, const struct poll_output *wanted) {
    *one = (struct output){ .wanted = *wanted };
    if (wanted->path != NULL) one->wanted.path = strdup(wanted->path);
    int error = wanted->path != NULL && one->wanted.path == NULL ? -ENOMEM : 0;
    if (error == 0) error = output_open_writer(&one->wanted, &one->writer);
    if (error == 0) {
        one->name = strdup(fleet_writer_name(one->writer));
        if (one->name == NULL) error = -ENOMEM;
    }
    if (error == 0) return EXIT_COMPLETE;
    log_line(LEVEL_ERROR, wanted->path != NULL ? wanted->path : "standard output",
             "cannot be written: %s", error_text(error));
    output_free(one);
    return EXIT_SYSTEM;
}

static bool output_is(const struct output *one, const struct poll_output *wanted) {
    const struct poll_output *have = &one->wanted;
    return text_is_same(have->path, wanted->path) && have->format == wanted->format &&
           have->rows == wanted->rows && have->reports == wanted->reports &&
           have->telegraf == wanted->telegraf &&
           have->unsigned_integers == wanted->unsigned_integers;
}

bool outputs_prepare(struct outputs *o, const struct poll_output *wanted, size_t count) {
    outputs_abandon(o);
    for (size_t i = 0; i < count; i++) {
        struct output *one = &o->next[o->next_count];
        bool is_there = false;
        for (size_t k = 0; k < o->count; k++) is_there |= output_is(&o->all[k], &wanted[i]);
        *one = (struct output){ .wanted = wanted[i] };
        /* What is there already is moved by outputs_commit; until then it has no writer here. */
        if (is_there) one->wanted.path = NULL;
        if (is_there && wanted[i].path != NULL) one->wanted.path = strdup(wanted[i].path);
        bool is_good = is_there ? wanted[i].path == NULL || one->wanted.path != NULL
                                : output_open(one, &wanted[i]) == EXIT_COMPLETE;
        if (!is_good) {
            outputs_abandon(o);
            return false;
        }
        o->next_count++;
    }
    return true;
}

void outputs_abandon(struct outputs *o) {
    while (o->next_count > 0) output_free(&o->next[--o->next_count]);
}

/* It takes no more rows; what it has is written out when its reader takes it. */
static void outputs_leave(struct outputs *o, struct output *one) {
    if (one->is_over || fleet_writer_pending(one->writer) == 0 ||
        o->left_count == POLL_OUTPUTS_MAX) {
        size_t lost = one->is_over ? 0 : fleet_writer_pending(one->writer);
        if (lost > 0) log_line(LEVEL_ERROR, one->name, "%zu bytes could not be written", lost);
        o->is_lossy |= lost > 0;
        output_free(one);
        return;
    }
    o->left[o->left_count++] = *one;
    *one = (struct output){ .writer = NULL };
}

struct outputs_changes outputs_commit(struct outputs *o) {
    struct outputs_changes changes = { .added = 0 };
    struct output before[POLL_OUTPUTS_MAX];
    size_t count = o->count;
    memcpy(before, o->all, count * sizeof(before[0]));
    for (size_t i = 0; i < o->next_count; i++) {
        struct output *one = &o->next[i];
        for (size_t k = 0; k < count && one->writer == NULL; k++) {
            if (before[k].writer == NULL || !output_is(&before[k], &one->wanted)) continue;
            output_free(one);
            *one = before[k];
            before[k] = (struct output){ .writer = NULL };
            changes.kept++;
        }
        o->all[i] = *one;
    }
    o->count = o->next_count;
    o->next_count = 0;
    changes.added = o->count - changes.kept;
    for (size_t k = 0; k < count; k++) {
        if (before[k].writer == NULL) continue;
        changes.removed++;
        outputs_leave(o, &before[k]);
    }
    return changes;
}

void outputs_init(struct outputs *o, bool is_once) {
    *o = (struct outputs){ .next_flush_ns = UINT64_MAX, .is_once = is_once };
}

void outputs_close(struct outputs *o) {
    outputs_abandon(o);
    while (o->count > 0) output_free(&o->all[--o->count]);
    while (o->left_count > 0) output_free(&o->left[--o->left_count]);
}

/* Only what has a name can be opened again, and a pipe's reader would miss us meanwhile. */
static bool output_can_reopen(const struct output *one) {
    struct stat st;
    if (one->wanted.path == NULL || one->is_over) return false;
    return stat(one->wanted.path, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
}

/*
 * What was taken goes to the file that it was taken for; while some of it waits (a full disk), the
 * new one is not opened: two writers of one file could tear a line.
 */
static void output_reopen(struct output *one) {
    struct fleet_writer *writer;
    if (fleet_writer_pending(one->writer) > 0) (void)fleet_writer_flush(one->writer);
    if (fleet_writer_pending(one->writer) > 0) return;
    one->wants_reopen = false;
    int error = output_open_writer(&one->wanted, &writer);
    if (error != 0) {
        log_line(LEVEL_ERROR, one->name, "cannot be opened again: %s; the old file goes on",
                 error_text(error));
        return;
    }
    one->bytes += fleet_writer_written(one->writer);
    fleet_writer_free(one->writer);
    one->writer = writer;
}

void outputs_reopen(struct outputs *o) {
    for (size_t i = 0; i < o->count; i++) {
        if (!output_can_reopen(&o->all[i])) continue;
        o->all[i].wants_reopen = true;
        output_reopen(&o->all[i]);
    }
}

/* Does it take rows or reports now? Where not, they are counted. */
static bool output_takes(struct outputs *o, struct output *one, uint64_t count) {
    if (one->is_over) return false;
    if (!one->is_full) return true;
    one->lost += count;
    o->is_lossy = true;
    return false;
}

void outputs_rows(void *outputs, const struct fleet_row *rows, size_t count) {
    struct outputs *o = outputs;
    for (size_t i = 0; i < o->count; i++) {
        struct output *one = &o->all[i];
        if (!one->wanted.rows || !output_takes(o, one, count)) continue;
        fleet_writer_rows(one->writer, rows, count);
        one->rows += count;
    }
}

void outputs_report(void *outputs, const struct fleet_report *report) {
    struct outputs *o = outputs;
    for (size_t i = 0; i < o->count; i++) {
        struct output *one = &o->all[i];
        if (!one->wanted.reports || !output_takes(o, one, 1)) continue;
        fleet_writer_report(one->writer, report);
        one->reports++;
    }
}

static void output_tell(struct output *one, int error) {
    if (error == -EPIPE) {
        log_line(LEVEL_ERROR, one->name,
                 "Broken pipe: its reader is gone, and nothing more is written");
        one->is_over = true;
    } else if (error < 0 && !one->is_told) {
        log_bounded(LOG_KIND_OUTPUT, LEVEL_ERROR, one->name,
                    "%s; %zu bytes wait, trying again each second", error_text(error),
                    fleet_writer_pending(one->writer));
        one->is_told = true;
    } else if (error == 0 && one->is_told) {
        log_bounded(LOG_KIND_OUTPUT, LEVEL_INFO, one->name, "writing again");
        one->is_told = false;
    }
}

static void output_flush(struct output *one, uint64_t now) {
    if (one->is_over || (one->error < 0 && now < one->retry_ns)) return;
    int error = fleet_writer_flush(one->writer);
    one->error = error;
    one->retry_ns = now + (uint64_t)RETRY_MS * CLOCK_NS_PER_MS;
    if (error != FLEET_E_BUSY) output_tell(one, error);
}

static void output_set_full(struct output *one, bool is_full) {
    if (is_full == one->is_full) return;
    char text[GROUPED_TEXT];
    one->is_full = is_full;
    if (is_full)
        log_bounded(LOG_KIND_OUTPUT, LEVEL_ERROR, one->name,
                    "too slow, and its buffer is full: rows are left out here; other outputs go "
                    "on");
    else
        log_bounded(LOG_KIND_OUTPUT, LEVEL_ERROR, one->name,
                    "takes rows again; %s rows and reports were left out so far",
                    grouped(one->lost, text));
}

/*
 * Which outputs have to leave rows out, and whether the fleet has to wait: where none of those that
 * have rows takes any, or, with --once, where a slow one will. Reports alone are no reason to wait
 * as long as rows are taken.
 */
static void outputs_hold(struct outputs *o, struct fleet *fleet) {
    size_t full = 0, live = 0;
    bool is_slow = false, has_rows = false;
    const char *name = NULL;
    for (size_t i = 0; i < o->count; i++)
        has_rows |= o->all[i].wanted.rows && !o->all[i].is_over;
    for (size_t i = 0; i < o->count; i++) {
        const struct output *one = &o->all[i];
        if (one->is_over || (has_rows && !one->wanted.rows)) continue;
        live++;
        if (!fleet_writer_is_full(one->writer)) continue;
        full++;
        name = one->name;
        is_slow |= one->error >= 0;
    }
    bool holds = full > 0 && (full == live || (o->is_once && is_slow));
    for (size_t i = 0; i < o->count; i++) {
        struct output *one = &o->all[i];
        output_set_full(one, !holds && !one->is_over && fleet_writer_is_full(one->writer));
    }
    if (holds == o->is_holding) return;
    o->is_holding = holds;
    fleet_hold(fleet, holds);
    if (holds)
        log_bounded(LOG_KIND_OUTPUT, LEVEL_WARNING, name,
                    "too slow, and its buffer is full: polling pauses");
    else
        log_bounded(LOG_KIND_OUTPUT, LEVEL_INFO, NULL,
                    "the outputs have caught up: polling goes on");
}

/* Those that are left go when they are written out. */
static void outputs_flush_left(struct outputs *o, uint64_t now) {
    for (size_t i = 0; i < o->left_count;) {
        struct output *one = &o->left[i];
        output_flush(one, now);
        if (!one->is_over && fleet_writer_pending(one->writer) > 0) {
            i++;
            continue;
        }
        output_free(one);
        *one = o->left[--o->left_count];
    }
}

void outputs_flush(struct outputs *o, struct fleet *fleet, bool all, uint64_t now) {
    bool late = all || now >= o->next_flush_ns;
    bool pending = o->left_count > 0;
    for (size_t i = 0; i < o->count; i++) {
        size_t bytes = o->all[i].is_over ? 0 : fleet_writer_pending(o->all[i].writer);
        if (bytes >= FLUSH_BYTES || (bytes > 0 && late)) output_flush(&o->all[i], now);
        if (o->all[i].wants_reopen && late) output_reopen(&o->all[i]);
        pending |= !o->all[i].is_over && fleet_writer_pending(o->all[i].writer) > 0;
    }
    if (o->left_count > 0 && late) outputs_flush_left(o, now);
    if (!pending) o->next_flush_ns = UINT64_MAX;
    else if (late || o->next_flush_ns == UINT64_MAX)
        o->next_flush_ns = now + (uint64_t)FLUSH_MS * CLOCK_NS_PER_MS;
    outputs_hold(o, fleet);
}

bool outputs_are_over(const struct outputs *o) {
    bool has_rows = false, is_read = false;
    for (size_t i = 0; i < o->count; i++) has_rows |= o->all[i].wanted.rows;
    for (size_t i = 0; i < o->count; i++)
        is_read |= !o->all[i].is_over && (o->all[i].wanted.rows || !has_rows);
    return o->count > 0 && !is_read;
}

bool outputs_have_terminal(const struct outputs *o) {
    bool has = false;
    for (size_t i = 0; i < o->count; i++) has |= o->all[i].wanted.path == NULL;
    return has && isatty(STDOUT_FILENO) == 1;
}

const char *outputs_reports_name(const struct outputs *o) {
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].wanted.reports) return o->all[i].name;
    }
    return NULL;
}

size_t outputs_poll(const struct outputs *o, struct pollfd *fds) {
    size_t count = 0;
    for (size_t i = 0; i < o->count + o->left_count; i++) {
        const struct output *one = i < o->count ? &o->all[i] : &o->left[i - o->count];
        if (one->is_over || one->error != FLEET_E_BUSY) continue;
        fds[count++] = (struct pollfd){ .fd = fleet_writer_fd(one->writer), .events = POLLOUT };
    }
    return count;
}

uint64_t outputs_deadline_ns(const struct outputs *o) {
    return o->next_flush_ns;
}

/* One writer to its end. */
static bool output_finish(struct output *one, const struct outputs_hurry *hurry) {
    struct fleet_writer *writer = one->writer;
    size_t left = fleet_writer_pending(writer);
    uint64_t moved_ns = clock_monotonic_ns();
    for (int failures = 0; left > 0 && failures < FINISH_RETRIES && !one->is_over;) {
        int error = fleet_writer_flush(writer);
        size_t now_left = fleet_writer_pending(writer);
        if (now_left < left) moved_ns = clock_monotonic_ns();
        left = now_left;
        if (error < 0) {
            output_tell(one, error);
            failures++;
        }
        if (left == 0 || error == -EPIPE || hurry->is_called(hurry->context)) break;
        if (clock_monotonic_ns() - moved_ns > FINISH_STALL_S * CLOCK_NS_PER_S) break;
        struct pollfd wait[2] = {
            { .fd = error == FLEET_E_BUSY ? fleet_writer_fd(writer) : -1, .events = POLLOUT },
            { .fd = hurry->fd, .events = POLLIN },
        };
        poll(wait, 2, RETRY_MS);
    }
    if (left == 0) return !one->is_over;
    log_line(LEVEL_ERROR, one->name, "%zu bytes could not be written", left);
    return false;
}

static void output_summary(const struct output *one) {
    char text[3][GROUPED_TEXT];
    uint64_t bytes = one->bytes + fleet_writer_written(one->writer);
    if (one->wanted.rows && one->wanted.reports)
        log_summary(true, "%s: %s rows and %s reports, %s bytes", one->name,
                    grouped(one->rows, text[0]), grouped(one->reports, text[1]),
                    grouped(bytes, text[2]));
    else
        log_summary(true, "%s: %s %s, %s bytes", one->name,
                    grouped(one->wanted.rows ? one->rows : one->reports, text[0]),
                    one->wanted.rows ? "rows" : "reports", grouped(bytes, text[1]));
    if (one->lost > 0)
        log_line(LEVEL_ERROR, one->name, "%s rows and reports were left out",
                 grouped(one->lost, text[2]));
}

bool outputs_finish(struct outputs *o, const struct outputs_hurry *hurry) {
    bool good = !o->is_lossy;
    for (size_t i = 0; i < o->left_count; i++) good &= output_finish(&o->left[i], hurry);
    for (size_t i = 0; i < o->count; i++) {
        good &= output_finish(&o->all[i], hurry);
        output_summary(&o->all[i]);
    }
    return good;
}

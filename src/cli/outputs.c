/* outputs: see outputs.h. */
#include "cli/outputs.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "conf/show.h"

enum {
    FLUSH_BYTES = 256 << 10,      /* worth a write at once */
    FLUSH_MS = 100,               /* otherwise this often */
    RETRY_MS = 1000,
    FINISH_STALL_S = 30,          /* a reader that takes nothing for this long at the end has lost
                                     its interest */
    FINISH_RETRIES = 5,           /* of a write that fails, at the end */
};

static void outputs_tell_elsewhere(void *context, const char *path, const char *instead) {
    (void)context;
    char shown[2][SHOW_MAX + 4];
    fprintf(stderr, "snmpfleet: %s: the file has another header; writing to %s\n",
            show_text(path, shown[0]), show_text(instead, shown[1]));
}

int outputs_open(struct outputs *o, const struct poll_options *options) {
    *o = (struct outputs){ .next_flush_ns = UINT64_MAX };
    for (size_t i = 0; i < options->output_count; i++) {
        const struct poll_output *wanted = &options->outputs[i];
        struct fleet_writer_options writer = {
            .format = wanted->format,
            .path = wanted->path,
            .rows = wanted->rows,
            .reports = wanted->reports,
            .unsigned_integers = wanted->unsigned_integers,
            .telegraf = wanted->telegraf,
            .elsewhere = outputs_tell_elsewhere,
        };
        int error = fleet_writer_new(&o->all[o->count].writer, &writer);
        if (error != 0) {
            fprintf(stderr, "snmpfleet poll: cannot write %s: %s\n",
                    wanted->path == NULL ? "standard output" : wanted->path,
                    fleet_error_text(error));
            return EXIT_SYSTEM;
        }
        o->all[o->count].rows = wanted->rows;
        o->all[o->count].reports = wanted->reports;
        o->count++;
    }
    return EXIT_COMPLETE;
}

void outputs_close(struct outputs *o) {
    for (size_t i = 0; i < o->count; i++) fleet_writer_free(o->all[i].writer);
    o->count = 0;
}

void outputs_rows(void *outputs, const struct fleet_row *rows, size_t count) {
    struct outputs *o = outputs;
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].rows) fleet_writer_rows(o->all[i].writer, rows, count);
    }
}

void outputs_report(void *outputs, const struct fleet_report *report) {
    struct outputs *o = outputs;
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].reports) fleet_writer_report(o->all[i].writer, report);
    }
}

static void outputs_tell(struct outputs *o, size_t i, int error) {
    const char *name = fleet_writer_name(o->all[i].writer);
    if (error < 0 && !o->all[i].told) {
        fprintf(stderr, "snmpfleet: %s: %s; %zu bytes wait%s\n", name, fleet_error_text(error),
                fleet_writer_pending(o->all[i].writer),
                error == -EPIPE ? ", stopping" : ", trying again each second");
        o->all[i].told = true;
    } else if (error == 0 && o->all[i].told) {
        fprintf(stderr, "snmpfleet: %s: writing again\n", name);
        o->all[i].told = false;
    }
    if (error == -EPIPE) o->reader_gone = true;
}

static void outputs_flush_one(struct outputs *o, size_t i, uint64_t now) {
    if (o->all[i].error < 0 && now < o->all[i].retry_ns) return;
    int error = fleet_writer_flush(o->all[i].writer);
    o->all[i].error = error;
    o->all[i].retry_ns = now + (uint64_t)RETRY_MS * CLOCK_NS_PER_MS;
    if (error != FLEET_E_BUSY) outputs_tell(o, i, error);
}

static void outputs_hold(struct outputs *o, struct fleet *fleet) {
    bool full = false;
    for (size_t i = 0; i < o->count; i++) full |= fleet_writer_is_full(o->all[i].writer);
    if (full == o->holding) return;
    o->holding = full;
    fleet_hold(fleet, full);
    fprintf(stderr,
            full ? "snmpfleet: an output is too slow and its buffer is full: polling pauses\n"
                 : "snmpfleet: the output has caught up: polling goes on\n");
}

void outputs_flush(struct outputs *o, struct fleet *fleet, bool all, uint64_t now) {
    bool late = all || now >= o->next_flush_ns;
    bool pending = false;
    for (size_t i = 0; i < o->count; i++) {
        size_t bytes = fleet_writer_pending(o->all[i].writer);
        if (bytes >= FLUSH_BYTES || (bytes > 0 && late)) outputs_flush_one(o, i, now);
        pending |= fleet_writer_pending(o->all[i].writer) > 0;
    }
    if (!pending) o->next_flush_ns = UINT64_MAX;
    else if (late || o->next_flush_ns == UINT64_MAX)
        o->next_flush_ns = now + (uint64_t)FLUSH_MS * CLOCK_NS_PER_MS;
    outputs_hold(o, fleet);
}

size_t outputs_poll(const struct outputs *o, struct pollfd *fds) {
    size_t count = 0;
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].error != FLEET_E_BUSY) continue;
        fds[count++] =
            (struct pollfd){ .fd = fleet_writer_fd(o->all[i].writer), .events = POLLOUT };
    }
    return count;
}

uint64_t outputs_deadline_ns(const struct outputs *o) {
    return o->next_flush_ns;
}

/* One writer to its end. */
static bool outputs_finish_one(struct outputs *o, size_t i, const struct outputs_hurry *hurry) {
    struct fleet_writer *writer = o->all[i].writer;
    size_t left = fleet_writer_pending(writer);
    uint64_t moved_ns = clock_monotonic_ns();
    for (int failures = 0; left > 0 && failures < FINISH_RETRIES;) {
        int error = fleet_writer_flush(writer);
        size_t now_left = fleet_writer_pending(writer);
        if (now_left < left) moved_ns = clock_monotonic_ns();
        left = now_left;
        if (left == 0 || error == -EPIPE || hurry->is_called(hurry->context)) break;
        if (error < 0) {
            outputs_tell(o, i, error);
            failures++;
        }
        if (clock_monotonic_ns() - moved_ns > FINISH_STALL_S * CLOCK_NS_PER_S) break;
        struct pollfd wait[2] = {
            { .fd = error == FLEET_E_BUSY ? fleet_writer_fd(writer) : -1, .events = POLLOUT },
            { .fd = hurry->fd, .events = POLLIN },
        };
        poll(wait, 2, RETRY_MS);
    }
    if (left == 0) return true;
    fprintf(stderr, "snmpfleet: %s: %zu bytes could not be written\n", fleet_writer_name(writer),
            left);
    return false;
}

bool outputs_finish(struct outputs *o, const struct outputs_hurry *hurry) {
    bool good = true;
    for (size_t i = 0; i < o->count; i++) good &= outputs_finish_one(o, i, hurry);
    return good;
}

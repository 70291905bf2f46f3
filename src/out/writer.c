/*
 * writer: a sink's front: options, the choice of a format, and the state of its outputs taken
 * together.
 *
 * Formatting and writing are apart: the callbacks only fill buffers, fleet_writer_flush only
 * empties them. Being full has hysteresis, so that a host does not hold and release the fleet at
 * every row.
 */
#include "snmpfleet/writer.h"
#include "out/format.h"
#include "out/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BUFFER_BYTES_DEFAULT = 64 << 20 };

struct fleet_writer {
    const struct format_class *class;
    struct format *format;
    size_t limit;
    size_t pending;
    bool rows, reports, is_full;
    char *name;
    void (*elsewhere)(void *context, const char *path, const char *instead);
    void *elsewhere_context;
};

static int open_output(struct fleet_writer *writer, const char *path) {
    const char *header = writer->rows ? writer->class->header : writer->class->report_header;
    struct output *output;
    int r = output_new(&output, path, header, header != NULL ? strlen(header) : 0);
    if (r < 0) return r;
    writer->format->outputs = output;
    return output_open(output);
}

static void tell_elsewhere(struct fleet_writer *writer, struct output *output) {
    if (output->instead == NULL || output->is_told) return;
    output->is_told = true;
    if (writer->elsewhere != NULL)
        writer->elsewhere(writer->elsewhere_context, output->path, output->instead);
}

static int open_folder(const char *path) {
    if (mkdir(path, 0777) == 0) return 0;
    if (errno != EEXIST) return -errno;
    struct stat st;
    if (stat(path, &st) < 0) return -errno;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

static void update_pending(struct fleet_writer *writer) {
    size_t pending = 0;
    for (struct output *o = writer->format->outputs; o != NULL; o = o->next) {
        pending += output_pending(o);
    }
    writer->pending = pending;
    if (pending > writer->limit) writer->is_full = true;
    else if (pending < writer->limit / 2 || pending == 0) writer->is_full = false;
}

int fleet_writer_new(struct fleet_writer **ret_writer,
                     const struct fleet_writer_options *options) {
    const char *path = options->path;
    if (path != NULL && (path[0] == '\0' || strcmp(path, "-") == 0)) path = NULL;
    if (fleet_writer_check(options) != NULL) return FLEET_E_INVALID;
    const struct format_class *class = format_class_of(options->format);
    bool is_folder = class->info.is_folder;

    struct fleet_writer *w = calloc(1, sizeof(*w));
    if (w == NULL) return -ENOMEM;
    w->class = class;
    w->limit = options->buffer_bytes > 0 ? options->buffer_bytes : BUFFER_BYTES_DEFAULT;
    w->rows = options->rows;
    w->reports = options->reports;
    w->elsewhere = options->elsewhere;
    w->elsewhere_context = options->elsewhere_context;
    int r = is_folder ? open_folder(path) : 0;
    if (r == 0) r = class->new_(&w->format, options);
    if (r == 0 && !is_folder) r = open_output(w, path);
    if (r == 0 && asprintf(&w->name, "%s:%s", class->info.name, path != NULL ? path : "-") < 0) {
        w->name = NULL;
        r = -ENOMEM;
    }
    if (r != 0) {
        fleet_writer_free(w);
        return r;
    }
    if (w->format->outputs != NULL) tell_elsewhere(w, w->format->outputs);
    /* The header waits, so that a file has it even if no row ever comes. */
    update_pending(w);
    *ret_writer = w;
    return 0;
}

void fleet_writer_free(struct fleet_writer *writer) {
    if (writer == NULL) return;
    if (writer->format != NULL) {
        struct output *next;
        for (struct output *o = writer->format->outputs; o != NULL; o = next) {
            next = o->next;
            output_free(o);
        }
        writer->class->free(writer->format);
    }
    free(writer->name);
    free(writer);
}

void fleet_writer_rows(void *writer, const struct fleet_row *rows, size_t count) {
    struct fleet_writer *w = writer;
    if (!w->rows || count == 0) return;
    w->class->rows(w->format, rows, count);
    update_pending(w);
}

void fleet_writer_report(void *writer, const struct fleet_report *report) {
    struct fleet_writer *w = writer;
    if (!w->reports) return;
    w->class->report(w->format, report);
    update_pending(w);
}

int fleet_writer_flush(struct fleet_writer *writer) {
    /*
     * A slow file must not keep the others from being written; the worst of their results is ours.
     */
    int result = 0;
    for (struct output *o = writer->format->outputs; o != NULL; o = o->next) {
        int r = output_flush(o);
        if (r != 0 && result >= 0) result = r;
        tell_elsewhere(writer, o);
    }
    if (writer->format->is_short && result == 0) {
        writer->format->is_short = false;
        result = -ENOMEM;
    }
    update_pending(writer);
    return result;
}

bool fleet_writer_is_full(const struct fleet_writer *writer) {
    return writer->is_full;
}

size_t fleet_writer_pending(const struct fleet_writer *writer) {
    return writer->pending;
}

uint64_t fleet_writer_written(const struct fleet_writer *writer) {
    uint64_t written = 0;
    for (struct output *o = writer->format->outputs; o != NULL; o = o->next) written += o->written;
    return written;
}

int fleet_writer_fd(const struct fleet_writer *writer) {
    for (struct output *o = writer->format->outputs; o != NULL; o = o->next) {
        if (output_pending(o) > 0) return o->fd;
    }
    return -1;
}

const char *fleet_writer_name(const struct fleet_writer *writer) {
    return writer->name;
}

/*
 * csv_wide: one file a table in a folder, one line a row, a column for each object. Reports go to
 * snmp_poll.csv.
 *
 * Files are named MODULE.csv for a module's scalars and MODULE.TABLE.csv for its tables: the module
 * is always there, because two modules may have a table of the same name with other columns, and a
 * name that depended on which came first would mix them after a restart. Within MODULE, and within
 * TABLE but for its dots, anything but letters, digits, - and _ is written as % and two hexadecimal
 * digits, so that no name leaves the folder and no two meet.
 *
 * A file is opened when the writer is flushed first with rows in it: here is no I/O. A table whose
 * columns were changed has another header and so another file (output.h).
 */
#include "out/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct csv_wide_table {
    struct prepared base;
    struct output *output;  /* among the format's outputs */
};

struct csv_wide {
    struct format base;
    struct text_clock clock;
    struct output *reports; /* among the format's outputs; NULL until there is one */
    size_t folder_length;
    char folder[];
};

static int csv_wide_new(struct format **ret_format, const struct fleet_writer_options *options) {
    size_t length = strlen(options->path);
    struct csv_wide *w = calloc(1, sizeof(*w) + length + 1);
    if (w == NULL) return -ENOMEM;
    memcpy(w->folder, options->path, length + 1);
    w->folder_length = length;
    *ret_format = &w->base;
    return 0;
}

/* At most three bytes for each of @name. */
static char *put_file_name(char *at, const char *name, bool keeps_dots) {
    for (; *name != '\0'; name++) {
        uint8_t b = (uint8_t)*name;
        bool is_plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') ||
            (b >= 'a' && b <= 'z') ||
                        b == '-' || b == '_' || (keeps_dots && b == '.');
        if (is_plain) {
            *at++ = (char)b;
        } else {
            *at++ = '%';
            at = text_put_hex(at, &b, 1);
        }
    }
    return at;
}

static char *put_header(char *at, const struct fleet_table *table, const struct schema *schema) {
    at = text_put_literal(at, "time,target,address");
    if (table->context != NULL) at = text_put_literal(at, ",context");
    if (table->is_subtree) return text_put_literal(at, ",oid,type,value\n");
    if (!table->is_scalars && !schema->names_index) at = text_put_literal(at, ",index");
    for (size_t i = 0; i < table->index_count; i++) {
        *at++ = ',';
        at = csv_put_text(at, schema->index[i]);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        if (schema->columns[i].is_hidden) continue;
        *at++ = ',';
        at = csv_put_text(at, schema->columns[i].name);
    }
    *at++ = '\n';
    return at;
}

/*
 * The output to the file at @path with that header. A table's description that was replaced by an
 * equal one goes on in its file; one with other columns has another file (output.h).
 */
static struct output *find_output(struct csv_wide *w, const char *path, const char *header,
                                  size_t length) {
    struct output **end = &w->base.outputs;
    for (; *end != NULL; end = &(*end)->next) {
        if (output_is_for(*end, path, header, length)) return *end;
    }
    return output_new(end, path, header, length) == 0 ? *end : NULL;
}

static char *put_path(char *at, const struct csv_wide *w, const struct fleet_table *table) {
    at = text_put(at, w->folder, w->folder_length);
    *at++ = '/';
    at = put_file_name(at, table->module != NULL ? table->module : "", false);
    if (!table->is_scalars && table->name != NULL && table->name[0] != '\0') {
        *at++ = '.';
        at = put_file_name(at, table->name, true);
    }
    return text_put(at, ".csv", sizeof(".csv"));
}

static struct csv_wide_table *csv_wide_prepare(struct csv_wide *w,
                                               const struct fleet_table *table) {
    struct prepared *known = format_prepared(&w->base, table);
    if (known != NULL) return (struct csv_wide_table *)known;
    char *path;
    /* For the path, and behind it the header. */
    struct csv_wide_table *t = format_prepare(table, sizeof(*t) + w->folder_length, 5, 16, &path);
    if (t == NULL) return NULL;
    path -= w->folder_length;
    char *header = put_path(path, w, table), *end = put_header(header, table, &t->base.schema);
    t->output = find_output(w, path, header, (size_t)(end - header));
    if (t->output == NULL) {
        format_drop(&t->base);
        return NULL;
    }
    return format_keep(&w->base, &t->base) == 0 ? t : NULL;
}

static char *put_cells(char *at, const struct csv_wide *w, const struct prepared *p,
                       const struct fleet_row *row) {
    const struct fleet_table *table = row->table;
    if (!table->is_scalars && !p->schema.names_index) {
        at = text_put_index(at, row->index, row->index_length);
        *at++ = ',';
    }
    for (size_t i = 0; i < table->index_count; i++) {
        if (p->schema.has_index && i < SCHEMA_INDEX_MAX) {
            struct span text = w->base.render.index[i];
            at = csv_put_field(at, text.bytes, text.length);
        } else {
            at = text_put_index_component(at, row->index, row->index_length, i,
                                          table->index_count);
        }
        *at++ = ',';
    }
    for (size_t i = 0; i < table->column_count; i++) {
        if (p->schema.columns[i].is_hidden) continue;
        at = csv_put_value(at, &row->cells[i], (enum fleet_as)p->schema.columns[i].as);
        *at++ = ',';
    }
    return at;
}

static char *put_raw(char *at, const struct fleet_row *row) {
    const struct fleet_value *v = &row->cells[0];
    at = text_put_oid(at, row->index, row->index_length);
    *at++ = ',';
    at = text_put_literal(at, text_type_name(v->type));
    *at++ = ',';
    at = csv_put_value(at, v, row->table->columns[0].as);
    *at++ = ',';
    return at;
}

static bool row_is_empty(const struct fleet_row *row) {
    for (size_t i = 0; i < row->table->column_count; i++) {
        if (text_has_value(&row->cells[i]) && !row->table->columns[i].is_hidden) return false;
    }
    return true;
}

static void csv_wide_rows(struct format *format, const struct fleet_row *rows, size_t count) {
    struct csv_wide *w = (struct csv_wide *)format;
    const struct fleet_table *table = rows[0].table;
    struct csv_wide_table *t = csv_wide_prepare(w, table);
    if (t == NULL) {
        w->base.is_short = true;
        return;
    }
    struct output *o = t->output;
    const struct prepared *p = &t->base;
    size_t fixed = TEXT_TIME_MAX + csv_target_size(rows[0].target) + table->column_count * 3 + 64 +
                   2 * format_context_size(table->context);
    for (size_t i = 0; i < count; i++) {
        struct fleet_row room;
        if (row_is_empty(&rows[i])) continue;
        const struct fleet_row *row = render_row(&w->base.render, &p->schema, &rows[i], &room);
        if (row == NULL) {
            w->base.is_short = true;
            return;
        }
        /*
         * The index stands there dotted and once more in components, each of which may be all that
         * is left of it.
         */
        size_t index = 8 * row->index_length + (table->index_count + 1) * 12;
        if (p->schema.has_index) index += 2 * w->base.render.index_size;
        char *at = output_reserve(o, fixed + index + format_cells_size(row));
        if (at == NULL) return;
        at = text_put_time(&w->clock, at, row->time_ns);
        at = csv_put_target(at, row->target);
        if (table->context != NULL) {
            at = csv_put_text(at, table->context);
            *at++ = ',';
        }
        at = table->is_subtree ? put_raw(at, row) : put_cells(at, w, p, row);
        at[-1] = '\n';
        output_commit(o, at);
    }
}

static struct output *csv_wide_reports(struct csv_wide *w) {
    static const char name[] = "/snmp_poll.csv";
    if (w->reports != NULL) return w->reports;
    char *path = malloc(w->folder_length + sizeof(name));
    if (path == NULL) return NULL;
    memcpy(text_put(path, w->folder, w->folder_length), name, sizeof(name));
    w->reports = find_output(w, path, CSV_REPORT_HEADER, sizeof(CSV_REPORT_HEADER) - 1);
    free(path);
    return w->reports;
}

static void csv_wide_report(struct format *format, const struct fleet_report *report) {
    struct csv_wide *w = (struct csv_wide *)format;
    struct output *o = csv_wide_reports(w);
    char *at = o != NULL ? output_reserve(o, csv_report_size(report)) : NULL;
    if (at == NULL) w->base.is_short = true;
    else output_commit(o, csv_put_report(at, &w->clock, report));
}

const struct format_class format_csv_wide = {
    .info = { .name = "csv-wide", .is_folder = true, .shares = true },
    .new_ = csv_wide_new,
    .free = format_free,
    .rows = csv_wide_rows,
    .report = csv_wide_report,
};

/*
 * format: what writer.c and the formats know of each other.
 *
 * A format turns rows and reports into bytes in its outputs and does no I/O. What can be worked out
 * once for a table (escaped names, order of tags) it keeps by the table's number.
 */
#pragma once

#include "out/output.h"
#include "out/render.h"
#include <string.h>
#include "snmpfleet/writer.h"

struct format;

struct format_class {
    struct fleet_format_info info;
    const char *header;         /* first line of a file; NULL: none. Ends in a newline */
    const char *report_header;  /* of a file of reports */
    int (*new_)(struct format **ret_format, const struct fleet_writer_options *options);
    void (*free)(struct format *format);
    void (*rows)(struct format *format, const struct fleet_row *rows, size_t count);
    void (*report)(struct format *format, const struct fleet_report *report);
};

/* What a format has worked out for a table: begins its own structure, one piece of memory. */
struct prepared {
    const struct fleet_table *table;
    struct fleet_table description;  /* *table as it was then */
    struct schema schema;
};

/* First member of every format. */
struct format {
    struct output *outputs;     /* where it writes: one, but for csv_wide, which adds some; freed by
                                   the writer */
    struct prepared **tables;   /* by fleet_table.number; owned */
    size_t table_bound;
    struct render render;
    bool is_short;              /* rows were lost to lack of memory, to be told by the next flush */
};

extern const struct format_class format_csv, format_csv_wide, format_influx, format_json;

/* Its row of the table (formats.c); NULL: there is none. */
const struct format_class *format_class_of(enum fleet_format format);

/*
 * What was prepared for @table; NULL when nothing was, or for another table that had its number. A
 * description does not change; one at the address of another that is gone is told from it by its
 * parts.
 */
static inline struct prepared *format_prepared(const struct format *format,
                                               const struct fleet_table *table) {
    if (table->number >= format->table_bound) return NULL;
    struct prepared *p = format->tables[table->number];
    if (p == NULL || p->table != table) return NULL;
    const struct fleet_table *d = &p->description;
    bool is_same = d->name == table->name && d->module == table->module &&
                   d->columns == table->columns && d->column_count == table->column_count &&
                   d->index == table->index && d->index_count == table->index_count &&
                   d->context == table->context && d->is_subtree == table->is_subtree &&
                   d->is_scalars == table->is_scalars;
    return is_same ? p : NULL;
}

/*
 * Memory for what a format works out for @table: @size bytes that begin with a struct prepared,
 * which is filled in, the rest zero. Behind them at *ret_text is room for text: @each bytes for
 * each name of the row, @times for each byte of it, and some more. NULL: memory is out.
 */
void *format_prepare(const struct fleet_table *table, size_t size, size_t times, size_t each,
                     char **ret_text);

/* Free what is not kept. NULL is fine. */
void format_drop(struct prepared *prepared);

/* Keep @prepared, now the format's, for its table. -ENOMEM; it is then freed. */
int format_keep(struct format *format, struct prepared *prepared);

/* Free what is kept, and the format itself. */
void format_free(struct format *format);

/* Bytes of a context's name and what stands around it. */
static inline size_t format_context_size(const char *context) {
    return context != NULL ? strlen(context) + 16 : 0;
}

/* Did anything answer in this poll? */
bool format_report_is_up(const struct fleet_report *report);

/*
 * Bytes that the values of a row (as render_row gave it) may need as text: sum of lengths, four
 * times, and a number for each.
 */
size_t format_cells_size(const struct fleet_row *row);

/*
 * format: what all formats share: the memory of prepared tables, and names.
 *
 * Tables are numbered densely by the fleet, so what is prepared for one is found by an array index,
 * a row's only look-up.
 */
#include "out/format.h"
#include "out/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What formats name of themselves: so many names, with so many bytes beside those of the row. */
enum { OWN_NAMES = 8, OWN_BYTES = 128 };

void format_drop(struct prepared *prepared) {
    if (prepared != NULL) schema_deinit(&prepared->schema);
    free(prepared);
}

void *format_prepare(const struct fleet_table *table, size_t size, size_t times, size_t each,
                     char **ret_text) {
    struct schema schema;
    if (schema_init(&schema, table) != 0) return NULL;
    size_t text = times * schema.name_bytes + each * (schema.name_count + OWN_NAMES) + TEXT_PAD;
    struct prepared *prepared = calloc(1, size + text + OWN_BYTES);
    if (prepared == NULL) {
        schema_deinit(&schema);
        return NULL;
    }
    *prepared = (struct prepared){ .table = table, .description = *table, .schema = schema };
    *ret_text = (char *)prepared + size;
    return prepared;
}

int format_keep(struct format *format, struct prepared *prepared) {
    size_t number = prepared->table->number;
    if (number >= format->table_bound) {
        size_t bound = format->table_bound > 0 ? format->table_bound : 16;
        while (bound <= number) bound *= 2;
        struct prepared **tables = realloc(format->tables, bound * sizeof(*tables));
        if (tables == NULL) {
            format_drop(prepared);
            return -ENOMEM;
        }
        memset(tables + format->table_bound, 0, (bound - format->table_bound) * sizeof(*tables));
        format->tables = tables;
        format->table_bound = bound;
    }
    format_drop(format->tables[number]);
    format->tables[number] = prepared;
    return 0;
}

void format_free(struct format *format) {
    if (format == NULL) return;
    for (size_t i = 0; i < format->table_bound; i++) format_drop(format->tables[i]);
    free(format->tables);
    render_deinit(&format->render);
    free(format);
}

bool format_report_is_up(const struct fleet_report *report) {
    return report->answers > 0;
}

size_t format_cells_size(const struct fleet_row *row) {
    size_t size = row->table->column_count * TEXT_NUMBER_MAX;
    for (size_t i = 0; i < row->table->column_count; i++) size += (size_t)4 * row->cells[i].length;
    return size;
}

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

static void prepared_free(struct prepared *prepared) {
    if (prepared != NULL) render_table_deinit(&prepared->render);
    free(prepared);
}

int format_keep(struct format *format, struct prepared *prepared) {
    size_t number = prepared->table->number;
    prepared->description = *prepared->table;
    if (render_table_init(&prepared->render, prepared->table) != 0) {
        free(prepared);
        return -ENOMEM;
    }
    if (number >= format->table_bound) {
        size_t bound = format->table_bound > 0 ? format->table_bound : 16;
        while (bound <= number) bound *= 2;
        struct prepared **tables = realloc(format->tables, bound * sizeof(*tables));
        if (tables == NULL) {
            prepared_free(prepared);
            return -ENOMEM;
        }
        memset(tables + format->table_bound, 0, (bound - format->table_bound) * sizeof(*tables));
        format->tables = tables;
        format->table_bound = bound;
    }
    prepared_free(format->tables[number]);
    format->tables[number] = prepared;
    return 0;
}

void format_free(struct format *format) {
    if (format == NULL) return;
    for (size_t i = 0; i < format->table_bound; i++) prepared_free(format->tables[i]);
    free(format->tables);
    render_deinit(&format->render);
    free(format);
}

const char *format_table_name(const struct fleet_table *table) {
    const char *name = table->is_scalars || table->name == NULL ? table->module : table->name;
    return name != NULL ? name : "";
}

bool format_report_is_up(const struct fleet_report *report) {
    return report->answers > 0;
}

size_t format_cells_size(const struct fleet_row *row) {
    size_t size = row->table->column_count * TEXT_NUMBER_MAX;
    for (size_t i = 0; i < row->table->column_count; i++) size += (size_t)4 * row->cells[i].length;
    return size;
}

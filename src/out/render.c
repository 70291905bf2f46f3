/* render: see render.h. */
#include "out/render.h"
#include "out/text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_ROOM_FIRST = 1024 };

void render_deinit(struct render *r) {
    free(r->cells);
    free(r->text);
    *r = (struct render){ 0 };
}

static bool make_room(struct render *r, size_t cells, size_t text) {
    if (cells > r->cell_room) {
        struct fleet_value *more = realloc(r->cells, cells * sizeof(*more));
        if (more == NULL) return false;
        r->cells = more;
        r->cell_room = cells;
    }
    if (text > r->text_room) {
        size_t room = r->text_room > 0 ? r->text_room : TEXT_ROOM_FIRST;
        while (room < text) room *= 2;
        char *more = realloc(r->text, room);
        if (more == NULL) return false;
        r->text = more;
        r->text_room = room;
    }
    return true;
}

/* The components of the index as text from r->text on; returns the bytes they need. */
static size_t render_index(struct render *r, const struct fleet_row *row) {
    const struct fleet_table *table = row->table;
    size_t used = 0;
    for (size_t i = 0; i < table->index_count && i < SCHEMA_INDEX_MAX; i++) {
        size_t room = used < r->text_room ? r->text_room - used : 0;
        size_t length = fleet_index_text(table->index, table->index_count, row->index,
                                         row->index_length, i, room > 0 ? r->text + used : NULL,
                                         room);
        r->index[i] = span_of(r->text + (room > 0 ? used : 0), length);
        used += length + 1;
    }
    r->index_size = used;
    return used;
}

/* Cells as text behind @used bytes of r->text; returns the bytes needed in all. */
static size_t render_cells(struct render *r, const struct schema *t,
                           const struct fleet_row *row, size_t used) {
    const struct fleet_table *table = row->table;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct fleet_value *v = &row->cells[i];
        r->cells[i] = *v;
        if (t->columns[i].as == FLEET_AS_NUMBER)
            (void)fleet_value_number(v, table->columns[i].syntax, &r->cells[i]);
        if (t->columns[i].as != SCHEMA_IS_TEXT || !text_has_value(v)) continue;
        size_t room = used < r->text_room ? r->text_room - used : 0;
        char *at = room > 0 ? r->text + used : NULL;
        size_t length =
            fleet_value_text(v, table->columns[i].syntax, table->columns[i].as, at, room);
        r->cells[i] = (struct fleet_value){ .type = FLEET_OCTET_STRING,
                                            .length = (uint32_t)length,
                                            .bytes = (const uint8_t *)at };
        used += length + 1;
    }
    return used;
}

/* Mostly agents send the numbers that are expected. */
static bool has_numbers(const struct schema *t, const struct fleet_row *row) {
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct schema_column *c = &t->columns[i];
        uint8_t class = schema_classes[row->cells[i].type];
        if (c->as == FLEET_AS_NUMBER && class != c->class && class != SCHEMA_ANY) return true;
    }
    return false;
}

const struct fleet_row *render_row(struct render *r, const struct schema *t,
                                   const struct fleet_row *row, struct fleet_row *room) {
    bool has_cells = t->has_cells || (t->has_numbers && has_numbers(t, row));
    if (!has_cells && !t->has_index) return row;
    size_t needed = 1, cells = has_cells ? row->table->column_count : 0;
    do {
        if (!make_room(r, cells, needed)) return NULL;
        needed = t->has_index ? render_index(r, row) : 0;
        if (has_cells) needed = render_cells(r, t, row, needed);
    } while (needed > r->text_room);
    if (!has_cells) return row;
    *room = *row;
    room->cells = r->cells;
    return room;
}

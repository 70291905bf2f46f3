/* render: see render.h. */
#include "out/render.h"
#include "out/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_ROOM_FIRST = 1024 };

static bool type_is_octets(uint8_t type) {
    return type == FLEET_OCTET_STRING || type == FLEET_OPAQUE;
}

/* A hint that shows octets as the characters that they are. */
static bool hint_is_text(const char *hint) {
    return strpbrk(hint, "dxob") == NULL;
}

static bool needs_text(const struct fleet_syntax *s, enum fleet_as as) {
    switch (as) {
    case FLEET_AS_AUTO:
        return s != NULL && type_is_octets(s->type) && s->hint != NULL && !hint_is_text(s->hint);
    case FLEET_AS_ENUM:
    case FLEET_AS_BOTH:
    case FLEET_AS_HINT:
    case FLEET_AS_IP: return true;
    default: return false;
    }
}

const uint8_t render_classes[256] = {
    [FLEET_INTEGER32] = RENDER_INTEGER,
    [FLEET_COUNTER32] = RENDER_INTEGER,
    [FLEET_GAUGE32] = RENDER_INTEGER,
    [FLEET_TIME_TICKS] = RENDER_INTEGER,
    [FLEET_UINTEGER32] = RENDER_INTEGER,
    [FLEET_COUNTER64] = RENDER_UNSIGNED,
    [FLEET_OPAQUE_FLOAT] = RENDER_REAL,
    [FLEET_OPAQUE_DOUBLE] = RENDER_REAL,
    [FLEET_OCTET_STRING] = RENDER_TEXT,
    [FLEET_OBJECT_IDENTIFIER] = RENDER_TEXT,
    [FLEET_IP_ADDRESS] = RENDER_TEXT,
    [FLEET_OPAQUE] = RENDER_TEXT,
};

/* Whole numbers of either class go into both. */
static uint8_t takes_of(enum render_class class) {
    const unsigned numbers = 1u << RENDER_INTEGER | 1u << RENDER_UNSIGNED;
    bool is_number = class == RENDER_INTEGER || class == RENDER_UNSIGNED;
    unsigned own = is_number ? numbers : 1u << class;
    return class == RENDER_ANY ? UINT8_MAX : (uint8_t)(own | 1u << RENDER_ANY);
}

const char *render_suffix(enum render_class class) {
    switch (class) {
    case RENDER_INTEGER:
    case RENDER_UNSIGNED: return "_integer";
    case RENDER_REAL: return "_real";
    case RENDER_TEXT: return "_text";
    default: return "";
    }
}

/* Opaque: what the field wraps in it is Net-SNMP's floating-point numbers. */
static enum render_class class_of(const struct fleet_column *column) {
    if (needs_text(column->syntax, column->as)) return RENDER_TEXT;
    if (column->syntax == NULL) return RENDER_ANY;
    return column->syntax->type == FLEET_OPAQUE ? RENDER_REAL
                                                : render_class_of(column->syntax->type);
}

/* Only octets are meant by it: numbers are written alike in all of these ways. */
static uint8_t way_of(const struct fleet_column *column) {
    const struct fleet_syntax *s = column->syntax;
    if (needs_text(s, column->as) && !column->is_hidden) return RENDER_IS_TEXT;
    if (column->as != FLEET_AS_AUTO || s == NULL || s->type != FLEET_OCTET_STRING)
        return (uint8_t)column->as;
    if (s->is_bits) return RENDER_NO_TEXT;
    if (s->hint == NULL) return RENDER_OCTETS;
    return hint_is_text(s->hint) ? (uint8_t)column->as : RENDER_NO_TEXT;
}

static bool index_needs_text(const struct fleet_table *table) {
    for (size_t i = 0; i < table->index_count; i++) {
        const struct fleet_index *index = &table->index[i];
        if (index->kind != FLEET_INDEX_INTEGER || needs_text(index->syntax, index->as)) return true;
    }
    return false;
}

int render_table_init(struct render_table *t, const struct fleet_table *table) {
    *t = (struct render_table){ .has_index = index_needs_text(table) };
    t->columns = calloc(table->column_count + 1, sizeof(*t->columns));
    if (t->columns == NULL) return -ENOMEM;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct fleet_column *column = &table->columns[i];
        t->columns[i].as = table->is_subtree ? RENDER_SUBTREE : way_of(column);
        t->columns[i].class = (uint8_t)class_of(column);
        t->columns[i].takes = takes_of(class_of(column));
        t->columns[i].is_hidden = column->is_hidden;
        t->has_cells |= t->columns[i].as == RENDER_IS_TEXT;
    }
    return 0;
}

void render_table_deinit(struct render_table *t) {
    free(t->columns);
    t->columns = NULL;
}

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
    for (size_t i = 0; i < table->index_count && i < RENDER_INDEX_MAX; i++) {
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
static size_t render_cells(struct render *r, const struct render_table *t,
                           const struct fleet_row *row, size_t used) {
    const struct fleet_table *table = row->table;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct fleet_value *v = &row->cells[i];
        r->cells[i] = *v;
        if (t->columns[i].as != RENDER_IS_TEXT || !text_has_value(v)) continue;
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

const struct fleet_row *render_row(struct render *r, const struct render_table *t,
                                   const struct fleet_row *row, struct fleet_row *room) {
    if (!t->has_cells && !t->has_index) return row;
    size_t needed = 1, cells = t->has_cells ? row->table->column_count : 0;
    do {
        if (!make_room(r, cells, needed)) return NULL;
        needed = t->has_index ? render_index(r, row) : 0;
        if (t->has_cells) needed = render_cells(r, t, row, needed);
    } while (needed > r->text_room);
    if (!t->has_cells) return row;
    *room = *row;
    room->cells = r->cells;
    return room;
}

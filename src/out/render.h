/*
 * render: cells and components of an index whose text depends on their syntax (enumerations,
 * display hints, addresses), made text before a format writes them.
 *
 * Most columns need none of it: numbers, and octets that are text. What a table needs is worked
 * out once; a row of a table that needs nothing is passed on as it is.
 */
#pragma once

#include "base/span.h"
#include "snmpfleet/sink.h"

enum { RENDER_INDEX_MAX = 16 };

/* Ways to write octets beside enum fleet_as, for FLEET_AS_AUTO where more is known of them. */
enum {
    RENDER_IS_TEXT = FLEET_AS_COUNT,  /* they are text already */
    RENDER_OCTETS,        /* the MIB says octets, and not that they are text */
    RENDER_NO_TEXT,       /* it gives another shape, which the value does not have */
    RENDER_SUBTREE = RENDER_NO_TEXT,  /* a raw subtree: octets as they came, their NULs as well */
};

/* What a field can hold; it is the column's, whatever an agent sends. */
enum render_class {
    RENDER_ANY,           /* not known: each value by its own type */
    RENDER_INTEGER,
    RENDER_UNSIGNED,      /* Counter64 */
    RENDER_REAL,
    RENDER_TEXT,
};

struct render_column {
    uint8_t as;           /* enum fleet_as, or RENDER_...; RENDER_IS_TEXT: by render_row */
    uint8_t class;        /* enum render_class */
    uint8_t takes;        /* classes of values that it holds, a bit for each */
    bool is_hidden;
};

/* What a table needs. */
struct render_table {
    struct render_column *columns;  /* of all of the table's; owned */
    bool has_cells;       /* some cells are made text */
    bool has_index;       /* components of the index are; otherwise they are dotted numbers */
};

/* Of a format: room for one row. */
struct render {
    struct fleet_value *cells;
    size_t cell_room;
    char *text;
    size_t text_room;
    struct span index[RENDER_INDEX_MAX];  /* of the last row, where the table has_index */
    size_t index_size;                    /* all of them together */
};

/* 0 or -ENOMEM. */
int render_table_init(struct render_table *t, const struct fleet_table *table);
void render_table_deinit(struct render_table *t);
void render_deinit(struct render *r);

/*
 * The row as @t wants it written: @row itself, or *room with other cells, good until the next call.
 * NULL: memory is out.
 */
const struct fleet_row *render_row(struct render *r, const struct render_table *t,
                                   const struct fleet_row *row, struct fleet_row *room);

/* What a value is by itself, by its type; RENDER_ANY for one that no field holds. */
extern const uint8_t render_classes[256];

static inline enum render_class render_class_of(uint8_t type) {
    return (enum render_class)render_classes[type];
}

/* What is put behind the name of a field for a value of another class than the column's. */
const char *render_suffix(enum render_class class);

/* Does a column of these classes take a value of this type? One that no field holds fits all. */
static inline bool render_fits(uint8_t takes, uint8_t type) {
    return (takes >> render_classes[type] & 1) != 0;
}

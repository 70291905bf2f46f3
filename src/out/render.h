/*
 * render: cells and components of an index whose text depends on their syntax (enumerations,
 * display hints, addresses), made text before a format writes them.
 *
 * Most columns need none of it: numbers, and octets that are text. What a table needs is worked
 * out once; a row of a table that needs nothing is passed on as it is.
 */
#pragma once

#include "base/span.h"
#include "row/schema.h"
#include "snmpfleet/sink.h"

/* Of a format: room for one row. */
struct render {
    struct fleet_value *cells;
    size_t cell_room;
    char *text;
    size_t text_room;
    struct span index[SCHEMA_INDEX_MAX];  /* of the last row, where the table has_index */
    size_t index_size;                    /* all of them together */
};

void render_deinit(struct render *r);

/*
 * The row as @schema wants it written: @row itself, or *room with other cells, good until the next
 * call. NULL: memory is out.
 */
const struct fleet_row *render_row(struct render *r, const struct schema *schema,
                                   const struct fleet_row *row, struct fleet_row *room);

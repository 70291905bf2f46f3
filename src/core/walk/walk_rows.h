/*
 * walk_rows: the rows of a table under construction, in index order, until they are handed out.
 */
#pragma once

#include "core/walk/walk_state.h"

enum walk_put {
    WALK_PUT_NEW,       /* it is in the row of that index, which was made where it was not there */
    WALK_PUT_KNOWN,     /* the row has had it since an earlier reply: nothing is changed */
    WALK_PUT_CIRCLE,    /* the row has it of this very reply: nothing is changed */
    WALK_PUT_BACK,      /* the index is not above the one that was asked, or too many rows are
                           between it and that: nothing is changed */
    WALK_PUT_FAILED,    /* memory is out: the column has ended */
};

/*
 * Put a cell into the row of @index. The column stands on that row then, but for the last three.
 * @floor: where it stood when it was asked.
 */
enum walk_put walk_put_cell(struct walk *w, uint16_t column, struct walk_row *floor,
                            struct span index, const struct fleet_value *value, int64_t time_ns);

/*
 * The same where @index is that of the next row in the list, as in a table in order most are.
 * False: it is not, or the row has such a cell; nothing is changed.
 */
bool walk_put_next(struct walk *w, uint16_t column, struct span index,
                   const struct fleet_value *value, int64_t time_ns);

/*
 * Hand out the rows that every open column has passed: nothing that comes can belong to them, for a
 * column takes only what is above the row it stands on when it is asked. @all: all that are there.
 */
void walk_hand_out(struct walk *w, bool all, struct walk_sink *sink);

/* Remember @last as what a column (of a subtree: as the whole OID) is asked for next. */
void walk_remember(struct walk *w, uint16_t column, struct span last);

/* The next request asks for what follows the row that the column stands on. */
void walk_settle(struct walk *w, uint16_t column);

/*
 * The first row behind what the column is asked for next, of those that other columns have shown;
 * NULL: none.
 */
struct walk_row *walk_next_row(const struct walk *w, uint16_t column);

/* Are the rows, and what is counted of them, as they must be? For tests. */
bool walk_rows_check(const struct walk *w);

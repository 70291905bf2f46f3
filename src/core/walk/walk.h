/*
 * walk: the machine that turns one part of a plan (scalars, a table, a subtree) into rows. It is
 * pure: it says what to ask next (walk_produce, walk_write), is told what came (walk_consume) or
 * that nothing came (walk_lost), and hands out rows. It knows no time-outs, ids or addresses.
 *
 *     walk.c          what is asked next              walk_pace.c     how much of it
 *     walk_answer.c   what a reply says               walk_seen.c     subtrees out of order
 *     walk_rows.c     rows under construction         walk_join.c     rows of other tables
 *     walk_problem.c  what could not be had           walk_memory.c   how much may wait
 *     walk_table.c    of a table's columns            walk_pass.c     cells that cannot be had
 *
 * The columns of a group are asked in one GETBULK, row-wise (RFC 3416 section 4.2.3), as many as
 * fit WALK_REQUEST_BYTES; where not all do, those furthest behind. A varbind is held against the
 * root of its column and against the name that was asked for the column in this request: it must be
 * above that. So the name asked next is above the one before, and a walk ends, unless the agent's
 * OIDs increase for ever, which the poll's deadline or its limit of varbinds ends. Rows that come
 * out of order within that rule are taken, each once. What breaks it is asked again by GETNEXT,
 * once a place, and then ends its column with a problem that names the place.
 *
 * A varbind that belongs to another column than its position says shows that some were left out: no
 * column ends by that reply, and the group's columns are asked one by one from then on. A cell that
 * the agent has an error for is passed: its column goes on behind the next row that the other
 * columns show; without other columns, behind the next number.
 *
 * Rows are kept in index order and handed out as soon as every open column has passed them. When
 * more than WALK_AHEAD_BYTES wait, or less where the memory of all polls runs short, only the
 * columns furthest behind are asked.
 */
#pragma once

#include "core/walk/walk_state.h"

/*
 * 0 or -ENOMEM. @terms live as long as the walk. Memory comes from @arena and from its pool. Where
 * the part has joins, terms->walks is to be set before the first answer.
 */
int walk_init(struct walk *w, const struct plan_part *part, struct arena *arena,
              const struct walk_terms *terms);
void walk_deinit(struct walk *w);

/* Does group @g have something to ask now? If so it is marked busy: walk_write tells what. */
bool walk_produce(struct walk *w, uint16_t g);

/* What walk_produce gave cannot be asked now: group @g is as before it. */
void walk_cancel(struct walk *w, uint16_t g);

/*
 * The request of busy group @g as it stands now (a retry may ask for less): PDU header fields and
 * varbinds.
 */
void walk_write(const struct walk *w, uint16_t g, struct pdu *ret_pdu, struct ber_writer *writer);

/*
 * The agent's answer to group @g, @size bytes of datagram. Rows that are complete go to @sink. The
 * group is free again.
 */
void walk_consume(struct walk *w, uint16_t g, const struct pdu *pdu, size_t size, int64_t time_ns,
                  struct walk_sink *sink);

/*
 * An attempt of group @g was lost: the next one asks for less. Of a group that got no answer at all
 * much less, for some agents are silent to GETBULK: the third attempt of a first walk is a GETNEXT.
 */
void walk_lost(struct walk *w, uint16_t g);

/* An attempt of group @g was larger than the path takes: the next one asks for half the columns. */
void walk_too_large(struct walk *w, uint16_t g);

/* Every group has ended. */
bool walk_is_done(const struct walk *w);

/* What to remember of group @g for the next walk (see walk_terms). */
uint8_t walk_learnt(const struct walk *w, uint16_t g);

/* Hand out all rows that are left, complete or not. */
void walk_flush(struct walk *w, struct walk_sink *sink);

/* Is everything as it must be? For tests. */
bool walk_check(const struct walk *w);

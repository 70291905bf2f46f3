/*
 * walk: the machine that turns one part of a plan (scalars, a table, a subtree) into rows. It is
 * pure: it says what to ask next (walk_produce, walk_write), is told what came (walk_consume) or
 * that nothing came (walk_lost), and hands out rows. It knows no time-outs, ids or addresses.
 *
 * All columns of a group are asked in one GETBULK, row-wise (RFC 3416 section 4.2.3). The number of
 * repetitions follows what a reply of this agent and table weighs: as many as fit the path's
 * datagram, at most double the last; it halves when a reply is too big, empty or lost, and at the
 * floor GETNEXT takes over. Every fault an agent tells shrinks something that never grows back
 * during the walk (columns open, columns a request, repetitions), and every good reply moves a
 * column forward or ends it: so a walk always ends, unless the agent's OIDs increase for ever,
 * which the poll's deadline ends. A loss may be chance: it shrinks the retry, and what follows only
 * when WALK_STRIKES attempts in a row were lost; that grows back after some good replies.
 *
 * Rows are kept in index order (a list; each column moves along it) and handed out as soon as every
 * open column has passed them. Memory is bounded: a group that runs far ahead of the others waits
 * for them.
 */
#pragma once

#include "core/poll/walk_state.h"

/*
 * @learnt: repetitions that served each group last (0: nothing learnt), indexed by
 * plan_group.number; @repetitions_max: the target's limit. 0 or -ENOMEM. Memory comes from @arena
 * and from its pool. Where the part has joins, w->walks is to be set before the first answer.
 */
int walk_init(struct walk *w, const struct plan_part *part, struct arena *arena, bool is_v1,
              const uint8_t *learnt, uint32_t repetitions_max);
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
 * An attempt of group @g was lost: ask for less the next time. Of a group that got no answer at all
 * much less, for some agents are silent to GETBULK: the third attempt of a first walk is a GETNEXT.
 */
void walk_lost(struct walk *w, uint16_t g);

/* Every group has ended. */
bool walk_is_done(const struct walk *w);

/* What to remember of group @g for the next walk (see walk_init). */
uint8_t walk_learnt(const struct walk *w, uint16_t g);

/* Hand out all rows that are left, complete or not. */
void walk_flush(struct walk *w, struct walk_sink *sink);

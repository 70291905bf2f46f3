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

#include "base/arena.h"
#include "core/poll/plan.h"
#include "snmpfleet/sink.h"
#include "wire/message.h"

enum {
    WALK_LEARNT_GETNEXT = 0xff,     /* as a learnt number of repetitions: GETBULK does not work */
    WALK_REPETITIONS_START = 10,
    WALK_REPETITIONS_MAX = 127,     /* some agents take the count as a signed byte */
    WALK_REPLY_BYTES = 1472,        /* UDP payload of an Ethernet frame over IPv4 */
    WALK_AHEAD_BYTES = 1 << 20,     /* rows waiting for other groups */
    WALK_LOOKUP_BYTES = 32 << 20,   /* rows of a look-up */
    WALK_STRIKES = 2,
    WALK_PATIENCE_MIN = 4,          /* good replies until more is asked for again, ... */
    WALK_PATIENCE_MAX = 64,         /* ... doubled each time that it is lost again */
};

/* What went wrong, as bits; the walk goes on with what is left. */
enum walk_problem {
    WALK_NOT_INCREASING = 1 << 0,
    WALK_TOO_BIG = 1 << 1,
    WALK_AGENT_ERROR = 1 << 2,
    WALK_MALFORMED = 1 << 3,
    WALK_NO_MEMORY = 1 << 4,
    WALK_TOO_LONG = 1 << 5,         /* a look-up of more than WALK_LOOKUP_BYTES */
};

/* Where rows go. */
struct walk_sink {
    const struct fleet_sink *sink;
    const struct fleet_target *target;
    uint32_t rows, varbinds;        /* counted here */
    uint32_t lenient;               /* enum ber_lenience bits of the varbinds read */
};

struct walk_row {
    struct walk_row *next;
    int64_t time_ns;
    const uint8_t *index;
    uint32_t index_length;
    bool is_out;                    /* handed out */
    struct walk_row *moved_to;      /* while rows move to another arena */
    struct fleet_value cells[];     /* of the part's columns; those of joins are filled last */
};

struct walk_column {
    uint8_t *last;              /* suffix (of a subtree: whole OID) of the last instance received */
    uint16_t last_length, last_room;
    uint8_t is_done;            /* ended, dropped or failed */
    struct walk_row *cursor;    /* row of `last` while it is not handed out; NULL: in front of the
                                   first */
};

struct walk_group {
    uint16_t asked_count;       /* columns of the request that is out, or the next one */
    uint16_t ask_max;           /* columns a request may ask for */
    uint16_t repetitions;       /* of a GETBULK; 0: GETNEXT */
    uint16_t repetitions_max;   /* what losses have left of repetitions_limit */
    uint16_t repetitions_limit; /* the target's, and what errors have left of it */
    uint16_t repetitions_first; /* of the first attempt of a request that was lost */
    uint8_t lost;               /* attempts of the present request */
    uint8_t strikes;            /* lost in a row, without a first attempt that was answered */
    uint8_t good, patience;     /* replies since the last strike-out; how many let repetitions_max
                                   grow */
    bool is_busy;               /* a request is out */
    bool is_answered;           /* something of use came in this walk */
    bool bulk_works;            /* GETBULK brought something in this walk or the last */
    bool get_tried;             /* subtree: asked for the root itself */
    uint16_t *asked;            /* numbers of the columns, room for all of the group */
};

struct walk {
    const struct plan_part *part;
    struct walk *walks;         /* of all parts of the plan; needed where there are joins */
    struct walk_row **sorted;   /* of a look-up that is done: its rows by position */
    struct arena *arena;        /* the poll's */
    struct arena rows_arena;
    size_t compact_at;          /* bytes of it at which handed-out rows are squeezed out */
    struct walk_column *columns;
    struct walk_group *groups;
    struct walk_row *rows;      /* in index order */
    uint32_t row_count;         /* in the list */
    uint32_t rows_given;
    uint32_t problems;
    const char *problem_at;     /* object of the first problem; NULL: none */
    int32_t error_status;       /* the agent's, of WALK_AGENT_ERROR */
    bool is_v1;
};

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

/*
 * A copy field by field: a value has just been written that way, and reading it back in wider
 * pieces than it was written would wait for the processor's store buffer.
 */
static inline void walk_copy_fields(struct fleet_value *to, const struct fleet_value *from) {
    to->type = from->type;
    to->length = from->length;
    to->counter = from->counter;
}

/* What goes on in walk_rows.c, for walk.c. */
bool walk_put_cell(struct walk *w, uint16_t column, struct span index,
                   const struct fleet_value *value, int64_t time_ns);
void walk_hand_out(struct walk *w, bool all, struct walk_sink *sink);
void walk_remember(struct walk *w, uint16_t column, struct span last);
void walk_settle(struct walk *w, uint16_t column);
void walk_note(struct walk *w, enum walk_problem problem, uint16_t column);

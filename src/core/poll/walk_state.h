/*
 * walk_state: what a walk in progress consists of: its columns, their groups, and the rows that are
 * not handed out yet. walk.h is the manual of the whole.
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
 * A copy field by field: a value has just been written that way, and reading it back in wider
 * pieces than it was written would wait for the processor's store buffer.
 */
static inline void walk_copy_fields(struct fleet_value *to, const struct fleet_value *from) {
    to->type = from->type;
    to->length = from->length;
    to->counter = from->counter;
}

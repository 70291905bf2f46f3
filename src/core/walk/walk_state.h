/*
 * walk_state: what a walk in progress consists of: its columns, their groups, and the rows that are
 * not handed out yet. walk.h is the manual of the whole.
 */
#pragma once

#include "base/arena.h"
#include "core/walk/plan.h"
#include "snmpfleet/sink.h"
#include "wire/message.h"

enum {
    /* As learnt numbers of repetitions: */
    WALK_LEARNT_GETNEXT = 0xff,     /* GETBULK does not work, nor did it when it was tried again */
    WALK_LEARNT_DOUBT = 0xfe,       /* it did not work; too little was asked to try it again */
    WALK_REPETITIONS_START = 10,
    WALK_REPETITIONS_MAX = 127,     /* some agents take the count as a signed byte */
    WALK_REPLY_BYTES = 1472,        /* UDP payload of an Ethernet frame over IPv4 */
    WALK_REQUEST_BYTES = 1200,      /* of a request's message: IPv6 carries 1232 everywhere */
    WALK_REQUEST_SMALL = 484,       /* the size that every agent must take (RFC 3417 section 3.2) */
    WALK_AHEAD_BYTES = 1 << 20,     /* rows that wait for columns further behind */
    WALK_AHEAD_LEAST = 64 << 10,    /* what every walk may have waiting */
    WALK_WAITING_MAX = 8 << 20,     /* more than can come while only columns behind are asked */
    WALK_LOOKUP_BYTES = 32 << 20,   /* rows of a look-up */
    WALK_SEEN_MAX = 1024,           /* rows that a column out of order is held against */
    WALK_SEEN_BYTES = 512 << 10,    /* names of a subtree that it is held against */
    WALK_STRIKES = 2,
    WALK_SKIPS = 4,                 /* cells in a row that cannot be had: the column ends */
    WALK_FAULTS = 8,                /* faults of one column that it is asked again after */
    WALK_RESTORES = 8,              /* times that what errors shrank is restored */
    WALK_TRIALS = 2,                /* of GETBULK, where it has not worked yet */
    WALK_PATIENCE_MIN = 4,          /* good replies until more is asked for again, ... */
    WALK_PATIENCE_MAX = 64,         /* ... doubled each time that it is lost again */
};

/* What went wrong; the walk goes on with what is left. */
enum walk_problem {
    WALK_NOT_INCREASING,
    WALK_TOO_BIG,
    WALK_AGENT_ERROR,
    WALK_MALFORMED,
    WALK_UNDECODABLE,               /* a name or value that is none */
    WALK_TOO_LONG,                  /* more than the memory for rows that wait allows */
    WALK_NO_MEMORY,
    WALK_PROBLEMS
};

/* Where rows go. */
struct walk_sink {
    const struct fleet_sink *sink;
    const struct fleet_target *target;
    uint32_t rows, varbinds;        /* counted here */
    uint32_t lenient;               /* enum ber_lenience bits of the varbinds read */
};

/* What the walks of a poll have in common. */
struct walk_terms {
    const uint8_t *learnt;          /* repetitions that served each group last, by
                                       plan_group.number; 0: nothing learnt */
    uint32_t repetitions_max;       /* the target's limit; 0: none */
    uint32_t request_bytes;         /* for the variable bindings of a request */
    size_t memory;                  /* that rows and look-ups of all polls may take; of which one
                                       poll takes an eighth at most */
    bool is_v1;
    struct walk *walks;             /* of all parts of the plan, and how many they are */
    uint16_t walk_count;
};

struct walk_row {
    struct walk_row *next;
    int64_t time_ns;
    const uint8_t *index;
    uint32_t index_length;
    uint32_t bytes;                 /* of memory, its values included */
    uint32_t reply;                 /* the last in which a cell came */
    bool is_out;                    /* handed out */
    struct walk_row *moved_to;      /* while rows move to another arena */
    struct fleet_value cells[];     /* of the part's columns; those of joins are filled last */
};

struct walk_column {
    uint8_t *last;              /* what follows it is asked for: a suffix, of a subtree an OID */
    uint16_t last_length, last_room;
    bool is_done;               /* ended, dropped or failed */
    bool is_held;               /* the cell behind `last` cannot be had: it waits for the other
                                   columns to show a row that it can go on behind */
    uint8_t skips;              /* cells in a row that could not be had */
    uint8_t skipped_for;        /* enum walk_problem */
    bool is_guess;              /* `last` is one: what is behind it shows whether it was right */
    uint8_t faults;             /* times it was asked again after a fault */
    bool is_asked_again;        /* because of a fault behind `last` */
    struct walk_row *cursor;    /* row of `last` while it is not handed out; NULL: in front of the
                                   first */
};

struct walk_group {
    uint16_t asked_count;       /* columns of the request that is out, or the next one */
    uint16_t ask_max;           /* columns a request may ask for, */
    uint16_t ask_limit;         /* and what errors have left of that */
    uint16_t asked_bytes;       /* of the request's variable bindings */
    uint16_t repetitions;       /* of a GETBULK; 0: GETNEXT */
    uint16_t repetitions_max;   /* what losses have left of repetitions_limit */
    uint16_t repetitions_limit; /* the target's, and what errors have left of it */
    uint16_t repetitions_first; /* of the first attempt of a request that was lost */
    uint16_t repetitions_whole; /* the target's */
    uint8_t lost;               /* attempts of the present request */
    uint8_t strikes;            /* lost in a row, without a first attempt that was answered */
    uint8_t good, patience;     /* replies since the last strike-out; how many let repetitions_max
                                   grow */
    uint8_t restores;           /* times that what errors shrank was restored */
    uint8_t trials;             /* of GETBULK, where it has not worked yet */
    bool is_busy;               /* a request is out */
    bool is_narrowed;           /* earlier attempts of it asked for more columns */
    bool is_answered;           /* something of use came in this walk */
    bool bulk_works;            /* GETBULK brought something in this walk or the last */
    bool get_tried;             /* subtree: asked for the root itself */
    uint16_t *asked;            /* numbers of the columns, room for all of the group */
};

/* Names of a subtree that came out of order, above the one that is asked next. */
struct walk_seen {
    struct span *names;
    uint16_t count;
};

struct walk {
    const struct plan_part *part;
    const struct walk_terms *terms;
    struct walk_row **sorted;   /* of a look-up that is done: its rows by position */
    struct arena *arena;        /* the poll's */
    struct arena rows_arena;    /* of rows; of a subtree: of the names seen */
    size_t row_bytes;           /* of the rows that are not handed out */
    struct walk_column *columns;
    struct walk_group *groups;
    struct walk_row *rows;      /* in index order */
    struct walk_seen seen;
    uint32_t row_count;         /* in the list */
    uint32_t rows_given;
    uint16_t held_count;        /* columns that are held */
    uint32_t reply;             /* number of the present one */
    uint32_t problems;          /* 1 << enum walk_problem */
    const char *problem_at[WALK_PROBLEMS];  /* where each was met first: "ifInOctets.7" */
    uint32_t lost_cells[WALK_PROBLEMS];     /* how often it was met */
    int32_t error_status;       /* the agent's, of WALK_AGENT_ERROR */
};

static inline struct span walk_last(const struct walk_column *c) {
    return span_of(c->last, c->last_length);
}

/* Is it still on its way? */
static inline bool walk_can_ask(const struct walk_column *c) {
    return !c->is_done && !c->is_held;
}

static inline bool walk_is_subtree(const struct walk *w) {
    return w->part->kind == PLAN_SUBTREE;
}

/*
 * A copy field by field: a value has just been written that way, and reading it back in wider
 * pieces than it was written would wait for the processor's store buffer.
 */
static inline void walk_copy_fields(struct fleet_value *to, const struct fleet_value *from) {
    to->type = from->type;
    to->length = from->length;
    to->counter = from->counter;
}

/*
 * operation: single questions (snmpfleet/request.h), the second owner on the exchange.
 *
 * An operation waits until its target's window and the fleet's have room, asks one thing, and ends
 * with one call of its callback. What it asks is kept encoded, in its own memory where it is small.
 * Those of one peer wait on its queue; queues whose peer has room are on one list of the exchange,
 * so that nobody looks at those that cannot move.
 */
#pragma once

#include "base/slab.h"
#include "core/exchange/exchange.h"
#include "core/operation/subtree.h"
#include "core/operation/table.h"

enum {
    OPERATION_MEMORY = 256,     /* octets of varbinds that need no memory of their own */
    OPERATION_BYTES_MAX = 8192, /* of varbinds, encoded */
    OPERATION_NUMBER_BITS = 20, /* of an operation's name; above them its generation */
};

/* The operations of one peer that wait, and those that are under way. */
struct operation_queue {
    struct list link;           /* on the exchange's list of waiters with a place, or on itself */
    struct list waiting, asked;
    struct peer *peer;
    const struct fleet_target *described;
    bool takes_any_version;     /* which version its target speaks is to be found */
    bool is_closed;             /* its target leaves: nothing more is taken */
};

struct operation {
    struct owner owner;         /* first: the exchange fetches from here on */
    struct list link;           /* on its queue, waiting or asked */
    struct wheel_timer timer;   /* deadline; not armed where there is none */
    struct operations *operations;
    struct operation_queue *queue;
    struct fleet_request_options options;
    struct scope scope;
    struct subtree *subtree;    /* of a walk; owned */
    struct table *table;        /* of a table; owned */
    char *context_name;         /* owned; NULL: the peer's own context */
    uint32_t number;            /* in the slab */
    uint32_t generation;
    uint8_t pdu;                /* enum fleet_pdu */
    uint8_t retries;
    bool has_scope;             /* its context is not the peer's own */
    const struct auth *asked_as;  /* the peer's when it was asked; to compare with */
    uint8_t tried;              /* of the target's addresses and versions that were silent */
    bool is_asked;
    uint64_t many;              /* answers so far, of a question that many give */
    bool is_handing_out;        /* a callback has rows of it: it ends when that returns, */
    bool is_cancelled;          /* where it was cancelled from within */
    bool is_paused;             /* a walk that waits for its reader */
    uint32_t non_repeaters, max_repetitions;
    uint64_t began_ns;
    uint64_t answered_sent_ns, arrived_ns, taken_ns;  /* of the last answer; 0: none yet */
    uint8_t *varbinds;          /* encoded: `memory`, or owned */
    uint32_t varbinds_length;
    uint8_t context_engine[FLEET_ENGINE_ID_MAX];
    uint8_t memory[OPERATION_MEMORY];
};

struct operations {
    struct exchange *exchange;
    struct wheel *wheel;
    uint32_t timer_kind;        /* of their deadlines; the engine's */
    /* A place in a peer's window is free, and no operation wants it: others may. */
    void (*freed)(void *context, struct peer *peer);
    /*
     * A peer was silent to an operation that has tried *tried times elsewhere. True, with *tried
     * moved: the peer is at another address or of another version now, and is to be asked again.
     */
    bool (*silent)(void *context, struct peer *peer, const struct auth *asked_as, uint8_t *tried);
    void *context;
    struct arena_pool chunks;   /* of tables */
    uint32_t *table_number;     /* as modules count them */
    size_t memory;              /* that rows of one table which wait may take, and those of polls */
    struct slab slab;
    uint32_t waiting;
    uint8_t before[FLEET_OID_BYTES_MAX];  /* the name that one which does not increase followed */
    struct fleet_varbind *answer;  /* FLEET_ANSWER_MAX of them: those of the answer at hand */
};

/* The parts that are set already are the engine's. 0 or -ENOMEM. */
int operations_init(struct operations *o);

/* Nothing waits or is under way any more. */
void operations_deinit(struct operations *o);

/* A queue for @peer, which @described tells of. */
void operation_queue_init(struct operation_queue *q, struct peer *peer,
                          const struct fleet_target *described);

/* What is asked. */
struct operation_question {
    enum fleet_pdu pdu;
    const struct fleet_varbind *varbinds;
    size_t count;
    uint32_t non_repeaters, max_repetitions;
    bool has_good_names;        /* they have just been encoded: not to be looked into */
};

/* See fleet_request. The callback is not called from within. */
int operation_ask(struct operations *o, struct operation_queue *q,
                  const struct operation_question *ask,
                  const struct fleet_request_options *options, uint32_t *ret_operation,
                  struct moment at);

/* See fleet_walk. @repetitions_max: the target's; 0: none. */
int operation_walk(struct operations *o, struct operation_queue *q, const char *oid,
                   const struct fleet_walk_options *walk, uint32_t repetitions_max,
                   const struct fleet_request_options *options, uint32_t *ret_operation,
                   struct moment at);

/* See fleet_table. */
int operation_table(struct operations *o, struct operation_queue *q,
                    const struct fleet_table *table, uint32_t repetitions_max,
                    void (*rows)(void *context, const struct fleet_row *rows, size_t count),
                    const struct fleet_request_options *options, uint32_t *ret_operation,
                    struct moment at);

/* See fleet_walk_take. */
int operation_walk_take(struct operations *o, uint32_t operation, uint32_t count);

/* End it as cancelled. FLEET_E_UNKNOWN: it is over. */
int operation_cancel(struct operations *o, uint32_t operation, struct moment at);

/*
 * End all that is on a queue now as cancelled, or for another reason. What callbacks ask meanwhile
 * stays, unless the queue is closed.
 */
void operation_queue_end(struct operation_queue *q, enum fleet_reason reason, const char *why,
                         struct moment at);

/* The deadline of one has come. */
void operation_expired(struct wheel_timer *timer, struct moment at);

/* Is there one that can be asked now? */
bool operations_may_admit(const struct operations *o);

/* Ask the next one. False: none can be asked now. */
bool operations_admit_one(struct operations *o);

/*
 * state: what the files of the engine share: the engine, its polls and its requests.
 *
 *     roster.c    targets by number, name and address
 *     modules.c   modules by number and name
 *     auth.c      credentials
 *     schedule.c  turns, admission, dead targets
 *     poll.c      one run of one module against one target, to its report
 *     request.c   one exchange in flight: ids, attempts, time-outs, matching, encoding
 *     engine.c    the turn, and what ties these together
 */
#pragma once

#include "base/arena.h"
#include "base/idmap.h"
#include "base/prng.h"
#include "base/slab.h"
#include "core/engine.h"
#include "core/exchange/security.h"
#include "core/poll/target.h"
#include "core/poll/walk.h"

enum {
    ENGINE_POLLS_MAX = 1 << 18,       /* running at once */
    ENGINE_REQUESTS_MAX = 1 << 19,
    ENGINE_IDS_MAX = 1 << 21,
    ENGINE_AUTHS_MAX = 1 << 14,       /* with a name */
    ENGINE_MODULES_MAX = 1024,
    TARGET_SUBSCRIPTIONS_MAX = 4096,  /* modules of a target, each context counted */
    ENGINE_TARGETS_MAX = 1 << 24,
    REQUEST_ATTEMPTS_KEPT = 8,        /* ids of older attempts are forgotten */
    REQUEST_PROBE = 0xffff,           /* as part: the probe of a dead target */
    ENGINE_SCRATCH = 65536,
    REPORTS_BELIEVED = 2,             /* attempts answered alike by Reports that prove nothing */
    POLL_MEMORY = 1024,               /* a poll's first memory, inside it */
    POLL_CHUNK = 4096,
    POLL_CHUNKS_KEPT = 16384,
};

enum request_state {
    REQUEST_READY,      /* on the ready queue */
    REQUEST_PARKED,     /* waits for its target's gap; timer armed */
    REQUEST_EXPECTED,   /* sent, its answer still expected: it counts against the window */
    REQUEST_AGED,       /* sent, overdue, its time-out not reached */
};

struct request {
    struct list link;                 /* on the ready queue, or on itself */
    struct list poll_link;            /* on its poll's list */
    struct wheel_timer timer;
    struct poll *poll;
    uint32_t number;
    uint16_t part, group;             /* of the poll's walks; part REQUEST_PROBE: none */
    uint8_t state;                    /* enum request_state */
    uint8_t attempts;                 /* sent so far */
    bool is_paid;                     /* has its moment within the target's gap */
    bool is_discovery;                /* the last attempt asked for the engine ID */
    bool was_reported;                /* the present attempt got a Report that proves nothing */
    uint8_t reported;                 /* attempts that did */
    uint8_t restarts, resyncs;        /* times it was asked anew, after a Report that told of
                                         another engine, or the time */
    uint64_t timeout_ns;              /* when the present attempt is given up */
    uint32_t ids[REQUEST_ATTEMPTS_KEPT];
    uint64_t sent_ns[REQUEST_ATTEMPTS_KEPT];
};

enum poll_state { POLL_RESOLVING, POLL_PROBING, POLL_RUNNING };

struct poll {
    struct list link;                 /* on the engine's list of running polls */
    struct list requests;
    struct wheel_timer timer;         /* deadline */
    struct subscription *subscription;
    struct target *target;
    const struct security *security;  /* the target's */
    uint32_t number;
    uint8_t state;                    /* enum poll_state */
    uint64_t started_ns, due_ns;
    uint32_t sent, retries, responses;
    uint32_t reports, discoveries;    /* all Reports; those to a question for the engine ID */
    uint8_t noted;                    /* enum fleet_reason: what a time-out is put down to; OK: to
                                         silence */
    const char *noted_text;
    struct walk_sink sink;
    struct walk *walks;               /* one a part; NULL until it runs */
    struct arena arena;
    _Alignas(16) uint8_t memory[POLL_MEMORY];
};

/* Values of the idmap that are no request's number. */
enum { ID_ANSWERED = UINT32_MAX, ID_GIVEN_UP = UINT32_MAX - 1 };

/* Under one number; without a name: replaced or removed, and still used. */
struct module {
    struct plan *plans;               /* one a context; owned */
    uint32_t plan_count;
    bool has_name;
    uint64_t fingerprint;             /* of the options that it was made of */
};

struct engine {
    struct engine_options options;
    struct fleet_stats stats;
    struct wheel wheel;

    /* request.c */
    struct permutation permutation;
    uint32_t next_id;
    struct idmap ids;
    uint32_t *retired;                /* ring of ids of finished requests, still in the map to know
                                         late answers by */
    uint32_t retired_at;
    struct slab requests;
    struct list ready;
    uint32_t ready_count;
    uint32_t expected;                /* requests in REQUEST_EXPECTED */
    uint64_t rate_next_ns;            /* when --rate allows the next request */
    uint64_t srtt_ns, rttvar_ns;      /* over all targets, for ageing */

    /* poll.c */
    struct slab polls;
    struct list running;
    struct arena_pool chunks;

    /* schedule.c */
    struct list due;
    uint32_t due_count;
    bool draining, hold;

    /* roster.c */
    struct target **targets;          /* by number */
    uint32_t target_bound, target_room, target_count;
    uint32_t *free_numbers;
    uint32_t free_count;
    struct target **by_name, **by_address;
    struct security **by_engine;      /* discover.c */
    uint32_t engine_mask;
    uint32_t same_engine_count;
    uint32_t bucket_mask;
    struct list lookups;              /* targets that want one */
    uint32_t dead_count, unresolved_count;

    /* auth.c */
    struct usm *usm;
    struct auth *auths;               /* all of them */
    struct auth **named;              /* by number - 1 */
    uint32_t auth_bound;
    uint64_t salt;                    /* of encryption: never the same again */
    uint8_t scratch[ENGINE_SCRATCH];  /* the message that is being decrypted */

    /* modules.c */
    struct arena_pool plan_chunks;
    struct module modules[ENGINE_MODULES_MAX];
    uint32_t module_bound, table_number;

    struct fleet_learnt_module *learnt_modules;  /* learnt.c: of the last get */
    uint32_t learnt_room;
};

/* Silent for so many polls in a row that it is only probed. */
static inline bool target_is_dead(const struct engine *e, const struct target *t) {
    return e->options.dead_after != 0 && t->silent_polls >= e->options.dead_after;
}

/* The moment of a turn, passed down. */
struct moment {
    uint64_t now;
    int64_t unix_ns;
};

/* request.c */
int requests_init(struct engine *e);
void requests_deinit(struct engine *e);
struct request *request_new(struct engine *e, struct poll *p, uint16_t part, uint16_t group);
void request_free(struct engine *e, struct request *r, uint32_t answered_id);
void request_timer_expired(struct engine *e, struct request *r, struct moment at);
void request_make_ready(struct engine *e, struct request *r);
void request_restart(struct engine *e, struct request *r);
uint64_t request_age_of(const struct request *r, uint32_t id, uint64_t now);

/* poll.c */
void poll_start(struct engine *e, struct subscription *s, struct moment at);
void poll_run(struct engine *e, struct poll *p, struct moment at);
void poll_pump(struct engine *e, struct target *t);
void poll_note(struct poll *p, enum fleet_reason reason, const char *text);
void poll_answered(struct engine *e, struct request *r, uint32_t id, const struct message *m,
                   size_t size, struct moment at);
enum fleet_reason poll_end(struct engine *e, struct poll *p, enum fleet_reason reason,
                           const char *detail, struct moment at);
void poll_give_up(struct engine *e, struct poll *p, enum fleet_reason reason, const char *detail,
                  struct moment at);
void poll_skip(struct engine *e, struct subscription *s, enum fleet_reason reason,
               const char *detail, struct moment at);

/* schedule.c */
void schedule_subscribe(struct engine *e, struct subscription *s, uint64_t now);
void schedule_unsubscribe(struct engine *e, struct subscription *s);
void schedule_turn(struct engine *e, struct subscription *s, uint64_t now);
void schedule_settle(struct engine *e, struct poll *p, enum fleet_reason reason);
void target_is_heard(struct engine *e, struct target *t);
bool schedule_may_admit(const struct engine *e);

/* modules.c */
void modules_deinit(struct engine *e);

/* roster.c */
void roster_deinit(struct engine *e);
struct target *roster_first_at(const struct engine *e, const struct address *address);
void roster_place_address(struct engine *e, struct target *t);
void roster_unplace_address(struct engine *e, struct target *t);
void roster_want_lookup(struct engine *e, struct target *t);

/*
 * target: an agent as it is polled: a peer of the exchange, and its subscriptions.
 *
 * A subscription is one module on one target: the unit of the schedule. Its phase is fixed: a hash
 * of the target's name and the module's modulo the interval, so that polls spread over it and stay
 * where they are when others come and go.
 */
#pragma once

#include "base/list.h"
#include "base/wheel.h"
#include "core/exchange/peer.h"
#include "core/exchange/request.h"
#include "core/poll/names.h"
#include "core/walk/plan.h"
#include "snmpfleet/target.h"

struct poll;
struct operation_queue;
struct versions;

/* Kinds of timers, behind the exchange's. */
enum { TIMER_REQUEST = REQUEST_TIMER, TIMER_SUBSCRIPTION, TIMER_POLL, TIMER_OPERATION };

struct subscription {
    struct list link;           /* on the queue of due ones, or on itself */
    struct wheel_timer timer;   /* next turn */
    struct target *target;
    struct plan *plan;          /* which counts it as a user */
    struct poll *poll;          /* the one that runs; NULL: none */
    uint64_t interval_ns;
    uint64_t due_ns;            /* when the current turn was due */
    uint32_t overruns;          /* turns left out since the last report */
    uint32_t heard_last;        /* the peer's count at the end of its last poll */
    uint8_t *learnt;            /* repetitions by group; plan->group_count of them */
};

enum target_name_state {
    TARGET_LITERAL = 0,         /* the address was given */
    TARGET_UNRESOLVED,          /* a host name, not looked up yet or known to be stale: wants a
                                   look-up */
    TARGET_RESOLVING,           /* look-up under way */
    TARGET_RESOLVED,
};

struct target {
    struct peer peer;           /* first: what each message needs */
    struct fleet_target described;
    struct target *next_by_name;
    struct list link;           /* on the queue of look-ups wanted, or on itself */
    const char *host;           /* host name; NULL for literals */
    struct names *names;        /* its addresses; NULL for literals */
    uint64_t fingerprint;       /* of all options that were given */
    uint64_t identity;          /* of those that say which agent it is */

    uint64_t deadline_ns, interval_ns;
    uint32_t repetitions_max;
    uint32_t varbinds_max;      /* of a poll */
    uint32_t silent_polls;      /* polls in a row without any answer */
    uint64_t next_probe_ns;     /* while it is dead */
    bool is_moving;             /* names has another address, to be used when nothing is in
                                   flight */
    bool is_pending;            /* it is to be changed or removed at the end of the turn */
    bool is_probed;             /* its probe is under way */
    bool probes_in_context;     /* the next probe asks in the module's context, not in its own */
    uint8_t name_state;         /* enum target_name_state */

    char *text;                 /* one block: name, address, host, tags */
    uint32_t subscription_count;
    struct subscription *subscriptions;
    struct versions *versions;  /* of one whose version is to be found; otherwise NULL */
    struct operation_queue *operations;  /* the engine's; NULL: none was asked for yet */
};

/*
 * Make a target of @options with a subscription for each of @plans. 0, -ENOMEM, FLEET_E_NAME,
 * FLEET_E_ADDRESS or FLEET_E_INVALID. Its auth is given to it later.
 */
int target_new(const struct fleet_target_options *options, struct plan *const *plans,
               size_t plan_count, struct target **ret_target);

/* Its peer has been released. */
void target_free(struct target *t);

/* Set the address found for a host name; its text becomes the described address. */
void target_set_address(struct target *t, const struct address *address);

/* The first turn of @s that is not before @now. */
uint64_t subscription_next(const struct subscription *s, uint64_t now);

enum {
    TARGET_TIMEOUT_MS = 1000, TARGET_RETRIES = 3, TARGET_WINDOW = 2, TARGET_PORT = 161,
    TARGET_VARBINDS = 10000000,
};

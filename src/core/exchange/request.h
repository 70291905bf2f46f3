/*
 * request: one question in flight.
 *
 * A request holds an intent, not bytes: it is encoded when it is sent, and a retry is the same call
 * again with a fresh id. All ids of a request lead to it, so a late answer to any attempt still
 * counts, and each attempt's round trip is measured on its own.
 *
 *     READY      on the queue of those that are to be sent
 *     PARKED     waits for its peer's gap; timer armed
 *     WAITING    encoded, in a slot that the kernel has no room for: no timer, it counts against
 *                the window
 *     EXPECTED   sent, its answer still expected: it counts against the window
 *     AGED       sent, overdue, its time-out not reached
 */
#pragma once

#include "base/address.h"
#include "base/slab.h"
#include "base/wheel.h"
#include "core/exchange/ids.h"
#include "core/exchange/owner.h"

enum {
    REQUEST_ATTEMPTS_KEPT = 8,  /* ids of older attempts are forgotten */
    REQUESTS_MAX = IDS_OPEN_MAX / REQUEST_ATTEMPTS_KEPT,
    REQUEST_TIMER = 0,          /* kind of a request's timer; those of others are higher */
};

enum request_state {
    REQUEST_READY,
    REQUEST_PARKED,
    REQUEST_WAITING,
    REQUEST_EXPECTED,
    REQUEST_AGED,
};

/* Requests over IPv4 and IPv6 queue apart: one may be full while the other is not. */
enum request_queue { REQUESTS_IP4, REQUESTS_IP6, REQUEST_QUEUES };

struct request {
    struct list link;           /* on the ready queue, or on itself */
    struct list owner_link;     /* on its owner's list */
    struct wheel_timer timer;
    struct owner *owner;
    const struct scope *scope;  /* NULL: the peer's own context */
    uint32_t intent;            /* the owner's */
    uint32_t number;
    uint8_t state;              /* enum request_state */
    uint8_t attempts;           /* sent so far */
    uint8_t retries;            /* attempts after the first */
    bool is_paid;               /* its moment within the peer's gap is reserved: sent without
                                   waiting */
    bool is_discovery;          /* the last attempt asked for the engine ID */
    bool was_reported;          /* the present attempt got a Report that proves nothing */
    uint8_t reported;           /* attempts that did */
    bool was_refused;           /* the present attempt came to nothing, says the kernel or ICMP */
    uint8_t refused;            /* attempts in a row that did */
    uint8_t too_large;          /* times it was larger than the path takes */
    uint8_t restarts, resyncs;  /* times it was asked anew, after a Report that told of another
                                   engine, or of the time */
    uint64_t timeout_ns;        /* when the present attempt is given up */
    uint32_t ids[REQUEST_ATTEMPTS_KEPT];
    uint64_t sent_ns[REQUEST_ATTEMPTS_KEPT];
};

struct requests {
    struct slab slab;
    struct ids ids;
    struct wheel *wheel;        /* the engine's */
    struct list ready[REQUEST_QUEUES];
    uint32_t ready_count;
    uint32_t expected;          /* requests in REQUEST_EXPECTED and REQUEST_WAITING */
    struct list promised;       /* waiters of peers that have a free place for them */
};

static inline enum request_queue request_queue_of(const struct address *to) {
    return to->family == ADDRESS_IP6 ? REQUESTS_IP6 : REQUESTS_IP4;
}

/* 0 or -ENOMEM. */
int requests_init(struct requests *q, struct wheel *wheel, const struct siphash_key *id_key);
void requests_deinit(struct requests *q);

/* Is every structure as it must be? For tests. */
bool requests_check(const struct requests *q);

/*
 * A request of @owner for @intent, on the ready queue, with a place in its peer's window. NULL: the
 * limit is reached, or memory is out.
 */
struct request *request_new(struct requests *q, struct owner *owner, uint32_t intent,
                            const struct scope *scope, uint8_t retries);

/* It is over; the place is free again. @answered_id: the id that was answered, 0: none. */
void request_free(struct requests *q, struct request *r, uint32_t answered_id);

/*
 * @waiter, a node on no list, is put on the list of promised places as soon as its peer has one,
 * which is kept for it until request_take_promise.
 */
void request_want_place(struct requests *q, struct peer *p, struct list *waiter);
void request_take_promise(struct peer *p, struct list *waiter);

/* The peer's window has grown, or its address is known: its waiter may have a place by that. */
void request_offer_place(struct requests *q, struct peer *p);

/* On the ready queue, for its next attempt. */
void request_make_ready(struct requests *q, struct request *r);

/* Ask the same anew, under other ids and with all its attempts, after a Report. */
void request_restart(struct requests *q, struct request *r);

/* Off the ready queue until the timer at @at_ns. */
void request_park(struct requests *q, struct request *r, uint64_t at_ns);

/*
 * Attempt number r->attempts goes out under @id: off the ready queue, expected until @expected_ns,
 * given up at @timeout_ns (both absolute).
 */
void request_begin_attempt(struct requests *q, struct request *r, uint32_t id,
                           uint64_t expected_ns, uint64_t timeout_ns, uint64_t now);

/*
 * The present attempt waits for room in the kernel, and has gone out now: its clock begins when it
 * is sent.
 */
void request_wait(struct requests *q, struct request *r);
void request_go_on(struct requests *q, struct request *r, uint64_t expected_ns,
                   uint64_t timeout_ns, uint64_t now);

/* The moment at which the present attempt went out, more exactly than begin_attempt knew it. */
void request_sent_at(struct request *r, uint64_t sent_ns);

/* The answer is overdue: no longer expected. */
void request_age(struct requests *q, struct request *r);

/*
 * The present attempt got a Report that proves nothing: it is given up when the true answer has had
 * its chance.
 */
void request_hasten(struct requests *q, struct request *r, uint32_t id, uint64_t now);

/*
 * The present attempt came to nothing: it is given up after @pause_ns, or its time-out if that is
 * sooner, and its answer no longer expected. Returns how many in a row have; 0: it was told before.
 */
uint32_t request_refuse(struct requests *q, struct request *r, uint64_t pause_ns, uint64_t now);

/*
 * The present attempt under @id was never sent, for it is larger than the path takes: on the ready
 * queue again, as if it had not been tried.
 */
void request_try_smaller(struct requests *q, struct request *r, uint32_t id);

/* Is @id that of the present attempt, and that attempt out, or in a slot? */
bool request_is_present(const struct request *r, uint32_t id);

/*
 * How long before @now the attempt of @id was sent; false: it is not kept. *ret_is_newest: no later
 * attempt was sent.
 */
bool request_age_of(const struct request *r, uint32_t id, uint64_t now, uint64_t *ret_age_ns,
                    bool *ret_is_newest);

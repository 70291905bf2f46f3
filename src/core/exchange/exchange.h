/*
 * exchange: one question to one agent, and its authentic answer.
 *
 * Whoever asks is an owner (owner.h); whom it asks is a peer (peer.h). exchange_ask puts a request
 * on the ready queue; transmit.c alone empties it, while the window, the rate and the peer's gap
 * allow; receive.c matches what comes, authenticates it, and hands it to the owner. The exchange
 * knows no plan, walk, module, schedule or row.
 *
 *     exchange.c   setting up, asking, time-outs
 *     transmit.c   the ready queue -> encoded messages in send slots
 *     receive.c    datagrams, Reports and ICMP errors -> answers, retries, ends
 *     request.c    one question in flight         ids.c       request-ids and msgIDs
 *     peer.c       agents by address              engines.c   agents by engine ID
 *     vault.c      what is secret                 auth.c      credentials
 *     security.c   what a v3 message proves
 *     discover.c   what a Report means            pace.c      rate limit, expected answers
 */
#pragma once

#include "base/slot.h"
#include "core/exchange/engines.h"
#include "core/exchange/owner.h"
#include "core/exchange/pace.h"
#include "core/exchange/peer.h"
#include "core/exchange/request.h"
#include "core/exchange/vault.h"
#include "snmpfleet/fleet.h"

struct exchange_options {
    uint32_t window;         /* requests whose answer is expected, at most */
    uint32_t rate;           /* as in struct fleet_options */
    uint64_t rto_floor_ns;
    struct secrets secrets;  /* not kept */
    /* Two agents have one engine ID; NULL: not wanted. */
    void (*same_engine)(void *context, const struct peer *peer, const struct peer *other);
    /* When the next datagram may go to @peer; NULL: not asked. */
    uint64_t (*policer)(void *context, const struct peer *peer, uint64_t now);
    void *context;
};

struct exchange {
    struct exchange_options options;
    struct fleet_stats *stats;      /* the engine's */
    struct requests requests;
    uint32_t expected_max;          /* the window, or what was expected when it became smaller */
    struct pace pace;
    struct peers peers;
    struct engines engines;
    struct vault vault;
    bool is_held;                   /* nothing is sent */
    bool is_late;                   /* this turn came much too late: what is received now waited,
                                       and its round trip is not the agent's */
    bool is_full[REQUEST_QUEUES];   /* the kernel has no room: nothing of it goes into slots */
    uint32_t waiting;               /* slots that wait for room */
    uint32_t turn;                  /* of the queues: whose request is next */
    uint64_t starved_until_ns;      /* there was no memory for an id */
};

/*
 * 0, -ENOMEM or -EIO. @wheel and @stats are the engine's; after a failure it is to be
 * deinitialised, too.
 */
int exchange_init(struct exchange *x, const struct exchange_options *options, struct wheel *wheel,
                  struct fleet_stats *stats, uint64_t now);
void exchange_deinit(struct exchange *x);

/* Is every structure as it must be? For tests. */
bool exchange_check(const struct exchange *x);

/* Room for about @room peers, a power of two. 0 or -ENOMEM. */
int exchange_grow(struct exchange *x, uint32_t room);

/*
 * Give @p, whose auth is set, what it needs beside it. FLEET_E_INVALID: a context or an engine ID
 * for another version than 3. -ENOMEM.
 */
int exchange_secure(struct peer *p, const char *context, struct span pinned);

/* Give back what a peer that is in no table has: its auth and security. */
void exchange_release(struct exchange *x, struct peer *p);

/*
 * Ask @owner's peer. @scope lives as long as the request; NULL: the peer's own context. At most
 * @retries attempts after the first. False: no more requests fit.
 */
bool exchange_ask(struct exchange *x, struct owner *owner, uint32_t intent,
                  const struct scope *scope, uint8_t retries);

/* Give up all that @owner asks; it is not told. */
void exchange_cancel(struct exchange *x, struct owner *owner);

/* Another window from now on. What is expected beyond it goes on; nothing new is sent before. */
void exchange_set_window(struct exchange *x, uint32_t window);

/* Do the window and the limits allow another question? */
bool exchange_has_room(const struct exchange *x);

/* A request's timer expired. */
void exchange_expired(struct exchange *x, struct wheel_timer *timer, struct moment at);

/* When the ready queue can go on: 0 at once, UINT64_MAX not before something else happens. */
uint64_t exchange_deadline_ns(const struct exchange *x, uint64_t now);

/* The queue of the next request; REQUEST_QUEUES: none, all that are not full are empty. */
enum request_queue exchange_next_queue(const struct exchange *x);

/* Requests that were sent and are not over. */
uint32_t exchange_in_flight(const struct exchange *x);

/* @r is over without an answer: freed, and its owner told. */
void exchange_give_up(struct exchange *x, struct request *r, enum fleet_reason reason,
                      const char *detail, struct moment at);

/*
 * The present attempt of @r came to nothing: the kernel did not send it, or an ICMP error answers
 * it; @error says why. That may be chance, and costs the attempt; when the next one ends alike, or
 * there is none, @r is over.
 */
void exchange_refused(struct exchange *x, struct request *r, int error, struct moment at);

/* Something from the engine of @s was believed. */
void exchange_confirm(struct exchange *x, struct security *s, enum engine_state state);

/*
 * peer: an agent as the exchange knows it: where it is, how it is spoken to, and what was learnt of
 * the path to it. Whoever asks embeds one; peers are found by their address.
 */
#pragma once

#include "base/address.h"
#include "base/list.h"
#include "core/exchange/auth.h"

struct security;

struct peer {
    struct address address;     /* family NONE while unknown */
    struct auth *auth;          /* NULL: not given yet */
    struct security *security;  /* of v3; NULL otherwise */
    struct peer *next_at;       /* in the table by address */

    uint64_t timeout_ns;        /* longest wait for one attempt */
    uint64_t gap_ns;            /* least time between two requests */
    uint64_t next_send_ns;      /* first moment within the gap that is not reserved */
    uint32_t srtt_us, rttvar_us;  /* RFC 6298; srtt 0: no sample yet */
    uint32_t window;            /* requests in flight at once */
    uint32_t in_flight;         /* requests that hold a place in it */
    struct list *waiter;        /* put on the list of promised places when one is free */
    bool is_promised;           /* a free place is kept for the waiter */
    uint32_t heard;             /* times it was heard: believed messages, and engines named */
    uint8_t retries;            /* attempts after the first */
    bool reply_from_any;        /* replies are believed from any address */
    bool reply_community_any;   /* replies are believed with any community */
    bool was_malformed;         /* its address sent something that does not decode since the last
                                   good reply */
};

/* Take a round trip sample (RFC 6298 section 2). */
void peer_sample_rtt(struct peer *p, uint64_t rtt_ns);

/*
 * How long to wait for attempt @attempt (0: the first): the learnt time-out doubled each time,
 * between floor and @limit_ns.
 */
uint64_t peer_rto_ns(const struct peer *p, uint32_t attempt, uint64_t floor_ns,
                     uint64_t limit_ns);

/*
 * Its window as it holds now, less a place that is promised; 0 while its address is not known.
 * Until its engine is known, a peer of v3 is asked one thing at a time.
 */
uint32_t peer_window(const struct peer *p);

/* Peers by address; several may have the same. */
struct peers {
    struct peer **heads;        /* mask + 1 buckets; NULL: there is no room yet */
    uint32_t mask;
};

/* Room for about @room peers, a power of two. 0 or -ENOMEM, with nothing changed. */
int peers_grow(struct peers *peers, uint32_t room);
void peers_deinit(struct peers *peers);

/* Put it in under its address, or take it out; one without an address is in no place. */
void peers_put(struct peers *peers, struct peer *p);
void peers_take(struct peers *peers, struct peer *p);

/* The first at @address; the next behind @p at the same one. NULL: none. */
struct peer *peers_first(const struct peers *peers, const struct address *address);
struct peer *peers_next(const struct peer *p);

/*
 * security: what a peer of version 3 has beside its auth: the engine that answers there, its clock,
 * and the keys that hold on it (RFC 3414). The state is the peer's own: two peers that claim one
 * engine ID share nothing.
 *
 * How well the engine is known is one state. Evidence moves it; every move is asserted.
 *
 *     UNKNOWN     no engine ID: it is asked for before all else
 *     GUESSED     an ID from the configuration or the state file; nothing was heard of it
 *     NAMED       a Report, which proves nothing, named it
 *     CONFIRMED   something from it was believed
 *     ANSWERED    values came from it
 *
 * Each but the first has a doubted twin: something claims, without proof, that the engine is
 * another one. A doubted engine is asked for at every second attempt; the others still trust it,
 * because anybody can raise a doubt, and not every agent answers that question.
 */
#pragma once

#include <stddef.h>

#include "core/exchange/owner.h"
#include "usm/clock.h"
#include "usm/user.h"
#include "wire/message.h"

enum { SECURITY_RECEIVE_MAX = 65507 };  /* msgMaxSize: what a datagram over IPv4 can carry */

struct peer;

enum engine_state {
    ENGINE_UNKNOWN, ENGINE_GUESSED, ENGINE_NAMED, ENGINE_CONFIRMED, ENGINE_ANSWERED,
    ENGINE_DOUBTED = 8,             /* added to any but ENGINE_UNKNOWN */
};

struct security {
    struct usm_clock clock;
    struct peer *peer;
    uint8_t state;                  /* enum engine_state */
    bool is_pinned;                 /* the engine ID was given: no other is believed */
    bool is_duplicate;              /* counted as having the engine ID of another peer */
    bool has_keys;
    uint8_t context_length;
    uint8_t engine_id_length;       /* 0: to be discovered */
    uint8_t engine_id[FLEET_ENGINE_ID_MAX];
    struct usm_keys keys;
    struct security *next_same;     /* in the table by engine ID */
    struct security **same_link;    /* address of the pointer to this entry; NULL: not in the
                                       table */
    char context[];                 /* contextName; no NUL behind it */
};

/* The peer's own contextName. */
static inline struct span security_context(const struct security *s) {
    return span_of(s->context, s->context_length);
}

static inline struct span security_engine_id(const struct security *s) {
    return span_of(s->engine_id, s->engine_id_length);
}

/* The state without its doubt. */
static inline enum engine_state security_trust(const struct security *s) {
    return (enum engine_state)(s->state & ~(unsigned)ENGINE_DOUBTED);
}

static inline bool security_is_doubted(const struct security *s) {
    return (s->state & ENGINE_DOUBTED) != 0;
}

/* Something from this very engine was believed. */
static inline bool security_is_confirmed(const struct security *s) {
    return security_trust(s) >= ENGINE_CONFIRMED;
}

/* Fetch what a message needs into the cache. */
static inline void security_prefetch(const struct security *s) {
    const char *at = (const char *)s;
    for (size_t i = 0; i < offsetof(struct security, next_same); i += 64)
        __builtin_prefetch(at + i, 1);
}

/*
 * For @peer, whose auth is @user; NULL: out of memory. @context NULL: the user's; @pinned empty:
 * the user's engine ID, if he has one.
 */
struct security *security_new(struct peer *peer, const struct usm_user *user, const char *context,
                              struct span pinned);

/* Wiped and freed; it is in no table any more. */
void security_free(struct security *s);

/*
 * The engine is @engine_id, of which nothing is known yet but that: a guess, or named by a Report.
 * What was known of another one is forgotten. The length is one that usm_is_engine_id allows.
 */
void security_set_engine(struct security *s, struct span engine_id, enum engine_state state);

/* Evidence: see above. A better one is kept; a doubt ends when trust is gained anew. */
void security_trust_more(struct security *s, enum engine_state state);
void security_doubt(struct security *s);

/*
 * Is attempt @attempt (0: the first) to ask which engine it is, instead of what was intended?
 */
static inline bool security_must_discover(const struct security *s, uint32_t attempt) {
    return s->engine_id_length == 0 || (security_is_doubted(s) && attempt % 2 == 0);
}

/* Will a message that is no discovery cost a passphrase's hashing first? */
bool security_is_costly(const struct security *s, const struct usm_user *user);

/* What is asked: as whom, and in which context (RFC 3411 section 3.3.1). */
struct security_asked {
    const struct usm_user *user;
    struct span context;
    struct span context_engine;  /* empty: the user's, or the engine's own */
};

/* @scope NULL: the peer's own context. */
struct security_asked security_asked_of(const struct security *s, const struct usm_user *user,
                                        const struct scope *scope);

/*
 * Wrap the varbinds in @w under @pdu's request-id as @asked says. Behind the writer's end there is
 * room for USM_PADDING_MAX octets; the end moves when they are used. @salt must never come again.
 * False: it does not fit.
 */
bool security_write(struct security *s, const struct security_asked *asked, struct usm *usm,
                    uint64_t salt, struct pdu *pdu, struct ber_writer *w, uint64_t now);

/* What a message is. All but the first two change nothing. */
enum security_verdict {
    SECURITY_RESPONSE,       /* believed: message.pdu answers the request */
    SECURITY_REPORT,         /* a Report; the claim tells whether it is authentic */
    SECURITY_MALFORMED,
    SECURITY_UNMATCHED,      /* neither Response nor Report, or to no request that it could
                                answer */
    SECURITY_WRONG_ENGINE,
    SECURITY_WRONG_USER,
    SECURITY_WRONG_DIGEST,
    SECURITY_NOT_DECRYPTED,
    SECURITY_LOW_LEVEL,      /* less secure than the request */
    SECURITY_WRONG_CONTEXT,  /* of another context, or of another engine's */
    SECURITY_NOT_IN_WINDOW,
};

/* What a message claims, and what of it is proven. */
struct security_claim {
    struct usm_parameters usm;
    bool is_authentic;      /* digest right, and fresh by its message id */
    bool lacks_context;     /* contextEngineID or contextName left out; let pass */
};

/*
 * RFC 3414 section 3.2 for a message to an open request under its id: authenticate, decrypt into
 * the @scratch_size octets at @scratch, judge. Of @m the scoped PDU is filled in. The clock takes
 * what an authentic Response says.
 */
enum security_verdict security_open(struct security *s, const struct security_asked *asked,
                                    struct usm *usm, struct span datagram, uint8_t *scratch,
                                    size_t scratch_size, struct message *m,
                                    struct security_claim *ret_claim, uint64_t now);

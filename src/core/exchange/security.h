/*
 * security: what a target of version 3 has beside its auth: the engine that answers there, its
 * clock, and the keys that hold on it (RFC 3414). The state is the target's own: two targets that
 * claim one engine ID share nothing.
 *
 *     security.c   messages: wrapped and unwrapped, believed or refused
 *     discover.c   engine IDs: found, doubted, found again; Reports; two targets with the same one
 */
#pragma once

#include <stddef.h>

#include "core/exchange/auth.h"
#include "usm/clock.h"

enum { SECURITY_RECEIVE_MAX = 65507 };  /* msgMaxSize: what a datagram over IPv4 can carry */

struct engine;
struct request;
struct target;
struct moment;

struct security {
    struct usm_clock clock;
    struct target *target;
    bool is_pinned;                 /* the engine ID was given: no other is believed */
    bool is_suspect;                /* told that the engine is another one: asked before all else */
    bool is_confirmed;              /* something from this very engine was believed */
    bool is_heard;                  /* an engine spoke up at all, by a Report perhaps */
    bool is_answered;               /* values came from this very engine */
    bool is_told;                   /* that another target has this engine ID */
    bool has_keys;
    uint8_t context_length;
    uint8_t engine_id_length;       /* 0: to be discovered */
    uint8_t engine_id[FLEET_ENGINE_ID_MAX];
    struct usm_keys keys;
    struct security *next_same;     /* in the table by engine ID */
    struct security **same_link;    /* what points here in it; NULL: not in it */
    char context[];                 /* contextName; no NUL behind it */
};

/* The target's own contextName. */
static inline struct span security_context(const struct security *s) {
    return span_of(s->context, s->context_length);
}

static inline struct span security_engine_id(const struct security *s) {
    return span_of(s->engine_id, s->engine_id_length);
}

/* Fetch what a message needs into the cache. */
static inline void security_prefetch(const struct security *s) {
    const char *at = (const char *)s;
    for (size_t i = 0; i < offsetof(struct security, next_same); i += 64)
        __builtin_prefetch(at + i, 1);
}

/* For @t, whose auth is of version 3; NULL: out of memory. @context NULL and no pin: the auth's. */
struct security *security_new(struct target *t, const char *context, struct span pinned);
void security_free(struct engine *e, struct security *s);

/*
 * Is attempt @attempt (0: the first) to ask which engine it is, instead of what was intended? Where
 * the known one is only in doubt, which anybody can bring about, every second attempt still trusts
 * it: not every agent answers that question.
 */
static inline bool security_must_discover(const struct security *s, uint32_t attempt) {
    return s->engine_id_length == 0 || (s->is_suspect && attempt % 2 == 0);
}

/* Will a message that is no discovery cost a passphrase's hashing first? */
bool security_is_costly(const struct security *s);

/*
 * Wrap the varbinds in @w under @id as the target's user, for @context. Behind the writer's end
 * there is room for USM_PADDING_MAX octets; the end moves when they are used. False: it does not
 * fit.
 */
bool security_write(struct engine *e, struct security *s, struct span context, struct pdu *pdu,
                    struct ber_writer *w, uint64_t now);
bool discover_write(const struct security *s, int32_t id, bool with_user, struct ber_writer *w);

enum security_verdict {
    SECURITY_REFUSED,       /* counted; it changes nothing */
    SECURITY_RESPONSE,      /* believed: message.pdu answers the request */
    SECURITY_REPORT,        /* a Report; `is_authentic` tells whether it is believed */
};

/* What a message claims, and what of it is proven. */
struct security_claim {
    struct usm_parameters usm;
    bool is_authentic;      /* digest right, and fresh by its message id */
};

/*
 * RFC 3414 section 3.2 for a message to request @r under its id: authenticate, decrypt into the
 * engine's scratch memory, judge. Of @m the scoped PDU is filled in.
 */
enum security_verdict security_open(struct engine *e, struct request *r, struct span datagram,
                                    struct message *m, struct security_claim *ret_claim,
                                    uint64_t now);

/* A message from the target's engine was believed. */
void security_confirm(struct engine *e, struct security *s);

/* What a Report to @r means; the request, or its poll, may end by it. */
void discover_report(struct engine *e, struct request *r, uint32_t id, const struct message *m,
                     const struct security_claim *claim, struct moment at);

/* The table by engine ID grew: @room is a power of two. 0 or -ENOMEM. */
int discover_grow(struct engine *e, uint32_t room);

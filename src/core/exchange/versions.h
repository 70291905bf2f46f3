/*
 * versions: which version of SNMP an agent speaks, found by asking: version 3 where its auth is one
 * of it, then 2c, then 1. A peer that was never heard goes on to the next one when it is silent,
 * behind the last to the first; the one that is heard stays.
 */
#pragma once

#include "core/exchange/exchange.h"

enum { VERSIONS_MAX = 3 };

struct versions {
    struct auth *auths[VERSIONS_MAX];   /* each used once; the peer has one of them */
    struct security *security;          /* of the first, where that is of version 3 */
    uint8_t count, at;
};

/*
 * For @p, which has the first one's auth and security: version 3, or 2c with @community (NULL:
 * "public"). 0, -ENOMEM.
 */
int versions_new(struct exchange *x, struct peer *p, const char *community,
                 struct versions **ret_versions);

/* @p has its first auth again; the others are given back. NULL is fine. */
void versions_free(struct exchange *x, struct peer *p, struct versions *v);

/* Was it heard, so that its version is known? */
static inline bool versions_is_found(const struct peer *p) {
    return p->heard > 0;
}

/*
 * @p was silent to what was asked as @asked_as: it has the next auth, unless it has another one by
 * now.
 */
void versions_next(struct versions *v, struct peer *p, const struct auth *asked_as);

/* All that @from has found, its auths included, goes to @to, and the other way round. */
void versions_swap(struct versions **a, struct peer *a_peer, struct versions **b,
                   struct peer *b_peer);

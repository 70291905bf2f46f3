/*
 * engines: the peers of version 3 whose engine is confirmed, by engine ID. RFC 3411 section 5 wants
 * an ID to be unique; where two agents have the same, both are asked, and the second one is told
 * of.
 */
#pragma once

#include "base/siphash.h"
#include "core/exchange/security.h"

struct engines {
    struct security **heads;   /* mask + 1 buckets; NULL: there is no room yet */
    uint32_t mask;
    struct siphash_key key;    /* agents choose engine IDs: which share a bucket is not theirs to
                                  say */
    uint32_t duplicates;       /* peers in it that have the ID of another agent */
};

void engines_init(struct engines *engines, const struct siphash_key *key);

/* Room for about @room peers, a power of two. 0 or -ENOMEM, with nothing changed. */
int engines_grow(struct engines *engines, uint32_t room);
void engines_deinit(struct engines *engines);

/*
 * Put @s in, whose engine was just confirmed; harmless when it is in. Returns the security of a
 * peer at another address that has the same engine ID, the first time that this is seen of @s, or
 * NULL.
 */
const struct security *engines_put(struct engines *engines, struct security *s);

/* Take it out, before its engine ID changes or it goes away; harmless when it is not in. */
void engines_take(struct engines *engines, struct security *s);

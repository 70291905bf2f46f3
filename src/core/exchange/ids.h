/*
 * ids: the request-ids and msgIDs of the fleet (RFC 3416 section 4.1, RFC 3412 section 6.2).
 *
 * An id is drawn for each attempt. Ids come from a keyed permutation of a counter: positive, four
 * octets long, not to be foreseen without its key, and not used again for 2^30 attempts. Each
 * leads to the number of its request. The ids of finished requests stay known for a while, so that
 * late and duplicate answers are told from strangers.
 */
#pragma once

#include "base/idmap.h"
#include "base/permutation.h"

/* Ids of requests that are not finished, at once. */
enum { IDS_OPEN_MAX = (1 << 22) - (1 << 12) };

/* What an id leads to when its request is finished; request numbers are smaller. */
enum { IDS_ANSWERED = UINT32_MAX, IDS_GIVEN_UP = UINT32_MAX - 1 };

struct ids {
    struct permutation permutation;
    struct idmap map;
    uint32_t next;       /* the counter */
    uint32_t *retired;   /* ring: ids of finished requests, still in the map */
    uint32_t retired_at;
};

/* 0 or -ENOMEM. */
int ids_init(struct ids *ids, const struct siphash_key *key);
void ids_deinit(struct ids *ids);

/* A fresh id for request @number; 0: the map is full, which is backpressure. */
uint32_t ids_draw(struct ids *ids, uint32_t number);

/*
 * The place of what @id leads to, good until the next call; NULL: it was never drawn, or is
 * forgotten.
 */
uint32_t *ids_find(const struct ids *ids, uint32_t id);

/* The request of @id is finished: @as is IDS_ANSWERED or IDS_GIVEN_UP. */
void ids_retire(struct ids *ids, uint32_t id, uint32_t as);

void ids_forget(struct ids *ids, uint32_t id);

/* Is every structure as it must be? For tests. */
bool ids_check(const struct ids *ids);

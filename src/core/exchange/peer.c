/* peer: see peer.h. */
#include "core/exchange/peer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/exchange/security.h"

void peer_sample_rtt(struct peer *p, uint64_t rtt_ns) {
    uint64_t us = rtt_ns / CLOCK_NS_PER_US;
    uint32_t sample = us == 0 ? 1 : us > UINT32_MAX / 8 ? UINT32_MAX / 8 : (uint32_t)us;
    if (p->srtt_us == 0) {
        p->srtt_us = sample;
        p->rttvar_us = sample / 2;
        return;
    }
    uint32_t off = sample > p->srtt_us ? sample - p->srtt_us : p->srtt_us - sample;
    p->rttvar_us = p->rttvar_us - p->rttvar_us / 4 + off / 4;
    p->srtt_us = p->srtt_us - p->srtt_us / 8 + sample / 8;
    if (p->srtt_us == 0) p->srtt_us = 1;
}

uint64_t peer_rto_ns(const struct peer *p, uint32_t attempt, uint64_t floor_ns,
                     uint64_t limit_ns) {
    if (p->srtt_us == 0) return limit_ns;
    uint64_t rto = ((uint64_t)p->srtt_us + 4 * (uint64_t)p->rttvar_us) * CLOCK_NS_PER_US;
    if (rto < floor_ns) rto = floor_ns;
    rto = attempt < 16 ? rto << attempt : limit_ns;
    return rto < limit_ns ? rto : limit_ns;
}

uint32_t peer_window(const struct peer *p) {
    if (p->address.family == ADDRESS_NONE) return 0;
    bool is_new = p->security != NULL && !security_is_confirmed(p->security);
    return (is_new ? 1 : p->window) - p->is_promised;
}

static struct peer **peers_head(const struct peers *peers, const struct address *address) {
    return &peers->heads[(uint32_t)address_hash(address) & peers->mask];
}

int peers_grow(struct peers *peers, uint32_t room) {
    struct peer **heads = calloc(room, sizeof(struct peer *));
    if (heads == NULL) return -ENOMEM;
    struct peers old = *peers;
    *peers = (struct peers){ .heads = heads, .mask = room - 1 };
    for (uint32_t i = 0; old.heads != NULL && i <= old.mask; i++) {
        while (old.heads[i] != NULL) {
            struct peer *p = old.heads[i];
            old.heads[i] = p->next_at;
            peers_put(peers, p);
        }
    }
    free(old.heads);
    return 0;
}

void peers_deinit(struct peers *peers) {
    free(peers->heads);
    *peers = (struct peers){ .heads = NULL };
}

void peers_put(struct peers *peers, struct peer *p) {
    if (p->address.family == ADDRESS_NONE) return;
    struct peer **head = peers_head(peers, &p->address);
    p->next_at = *head;
    *head = p;
}

void peers_take(struct peers *peers, struct peer *p) {
    if (p->address.family == ADDRESS_NONE) return;
    struct peer **link = peers_head(peers, &p->address);
    while (*link != p) link = &(*link)->next_at;
    *link = p->next_at;
}

static struct peer *peers_at(struct peer *p, const struct address *address) {
    while (p != NULL && !address_equal(&p->address, address)) p = p->next_at;
    return p;
}

struct peer *peers_first(const struct peers *peers, const struct address *address) {
    return peers->heads == NULL ? NULL : peers_at(*peers_head(peers, address), address);
}

struct peer *peers_next(const struct peer *p) {
    return peers_at(p->next_at, &p->address);
}

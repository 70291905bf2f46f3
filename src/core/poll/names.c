/* names: see names.h. */
#include "core/poll/names.h"

#include "base/clock.h"
#include "base/prng.h"

enum {
    TTL_MIN_S = 1,
    TTL_MAX_S = 24 * 3600,
    TTL_UNKNOWN_S = 30,   /* of a name from /etc/hosts, say */
    RETRY_S = 15,         /* after a look-up that failed */
    JITTER_SHARE = 8,     /* the wait is up to this part of it longer, by chance */
};

static uint64_t names_wait_ns(const struct lookup *lookup, uint64_t number, uint64_t now) {
    uint64_t seconds = lookup->count == 0   ? RETRY_S
                       : lookup->ttl_s == 0 ? TTL_UNKNOWN_S
                                            : lookup->ttl_s;
    if (seconds < TTL_MIN_S) seconds = TTL_MIN_S;
    if (seconds > TTL_MAX_S) seconds = TTL_MAX_S;
    uint64_t wait = seconds * CLOCK_NS_PER_S;
    return wait + prng_mix(prng_mix(number) ^ now) % (wait / JITTER_SHARE);
}

void names_take(struct names *n, const struct lookup *lookup, uint64_t number, uint64_t now) {
    n->next_ns = clock_after(now, names_wait_ns(lookup, number, now));
    if (lookup->count == 0) return;
    const struct address *known = names_address(n);
    struct address present = known != NULL ? *known : (struct address){ .port = 0 };
    n->count = n->at = 0;
    for (size_t i = 0; i < lookup->count && n->count < NAMES_ADDRESSES_MAX; i++) {
        if (address_same_host(&lookup->addresses[i], &present)) n->at = n->count;
        n->addresses[n->count++] = lookup->addresses[i];
    }
}

bool names_next(struct names *n) {
    if (n->count < 2) return false;
    n->at = (uint8_t)((n->at + 1) % n->count);
    return true;
}

const struct address *names_address(const struct names *n) {
    return n->count == 0 ? NULL : &n->addresses[n->at];
}

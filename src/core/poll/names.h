/*
 * names: the addresses of a target that was given by a host name: which one it is asked at, and
 * when the name is to be looked up again.
 *
 * All addresses are tried in turn, in the order of the look-up (RFC 6724): a poll that hears
 * nothing leaves the next one to the next poll, and one that answers stays. A name is looked up
 * again when its time to live is over, but only when a poll begins, and a little earlier or later
 * by chance, so that names looked up together are not looked up together again. Where a look-up
 * fails the old addresses go on serving.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

enum {
    NAMES_ADDRESSES_MAX = 8,
    NAMES_MOVE_POLLS = 3,   /* polls that an address which the name has no more serves at most */
};

struct names {
    uint64_t next_ns;       /* when its time to live is over */
    uint8_t family;         /* 4 or 6: only addresses of this; 0: of both */
    uint8_t count, at;      /* addresses; the one that is in use, or is to be */
    uint8_t held;           /* polls since the one in use is none of its addresses any more */
    struct address addresses[NAMES_ADDRESSES_MAX];  /* port 0 */
};

/* What a look-up gave. */
struct lookup {
    struct address addresses[NAMES_ADDRESSES_MAX];  /* port 0 */
    size_t count;           /* 0: none */
    uint64_t ttl_s;         /* time to live; 0: not told */
    const char *why;        /* there is none; static storage */
};

/*
 * Take what a look-up of the name of target @number gave. The address whose turn it is stays so
 * where the name still has it; otherwise it is the first one's.
 */
void names_take(struct names *n, const struct lookup *lookup, uint64_t number, uint64_t now);

/* The present address was silent: the next one's turn. False: there is no other. */
bool names_next(struct names *n);

/* The address whose turn it is; NULL: none is known. */
const struct address *names_address(const struct names *n);

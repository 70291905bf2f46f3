/*
 * resolve: host names to addresses, asynchronously (c-ares). Any number of names may be asked for;
 * a bounded number of queries is under way at once. Results are collected and handed out one by
 * one.
 */
#pragma once

#include "base/address.h"

enum { RESOLVE_QUERIES_MAX = 256, RESOLVE_ADDRESSES_MAX = 8 };

struct resolver;

struct resolve_result {
    uint32_t cookie;
    const char *name;         /* as asked; lives until the next resolver_next */
    struct address addresses[RESOLVE_ADDRESSES_MAX];  /* port 0, in the order of RFC 6724 */
    size_t count;             /* 0: not found */
    uint32_t ttl_s;           /* the least of their times to live; 0: not told */
    const char *why;          /* when not found; static storage */
};

/*
 * @servers: "ADDRESS[:PORT],...", or NULL for the system's. 0, -errno, -EINVAL when @servers does
 * not parse.
 */
int resolver_new(struct resolver **ret_resolver, const char *servers);
void resolver_free(struct resolver *r);

/*
 * False when RESOLVE_QUERIES_MAX are under way (or memory is out): ask again later. @family:
 * ADDRESS_IP4, ADDRESS_IP6, or ADDRESS_NONE for both.
 */
bool resolver_has_room(const struct resolver *r);
bool resolver_ask(struct resolver *r, const char *name, int family, uint32_t cookie);

/* Read what has come and send what is to be sent. Never blocks. */
void resolver_step(struct resolver *r);

/* The next result; false when there is none. */
bool resolver_next(struct resolver *r, struct resolve_result *ret_result);

/* Readable (poll, epoll) when resolver_step has something to do. */
int resolver_fd(const struct resolver *r);

/* Nanoseconds until resolver_step must be called even so; UINT64_MAX: no need. */
uint64_t resolver_wait_ns(const struct resolver *r);

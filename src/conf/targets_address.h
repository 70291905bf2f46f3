/*
 * targets_address: the ADDRESS[:PORT] that a target line begins with, and the addresses that a
 * block or range stands for.
 *
 *     192.0.2.1            192.0.2.1:1161        2001:db8::1        [2001:db8::1]:1161
 *     router.example.com   10.0.0.0/24           10.0.0.0/24:1161   2001:db8::/120
 *     10.0.0.1-254         10.0.0.1-254:1161     [2001:db8::/120]:1161
 *     10.0.0.1-10.0.3.254  2001:db8::1-ff        [2001:db8::1-2001:db8::ff]:1161
 *     udp:192.0.2.1:1161   udp6:[2001:db8::1]    udp://192.0.2.1:1161
 *
 * An IPv4 block means its hosts: without network and broadcast address, but for /31 and /32. An
 * IPv6 block means all its addresses.
 */
#pragma once

#include "base/address.h"

struct targets_address {
    uint32_t count;        /* addresses meant: 1 for a single one */
    uint32_t size;         /* addresses written, with a block's network and broadcast; 0 for a
                              single one, which is more exact than a block of one */
    bool is_many;          /* a block or range, even if of one */
    uint16_t port;         /* 0: none given */
    struct address first;  /* ADDRESS_NONE for a host name */
    size_t host_offset, host_length;  /* of a single one: the host within the text, without port and
                                         brackets */
};

/* Most bytes of a message, with its NUL; most addresses of a block or range. */
enum { TARGETS_WHAT_MAX = 256, TARGETS_RANGE_MAX = 1 << 20 };

/* Parse; otherwise false and what is wrong, in @ret_what. */
bool targets_address_parse(const char *text, struct targets_address *ret_address,
                           char ret_what[static TARGETS_WHAT_MAX]);

/* The @index-th address meant. */
struct address targets_address_at(const struct targets_address *address, uint32_t index);

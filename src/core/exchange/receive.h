/*
 * receive: what comes from the network. Parse, find the request, check the source, authenticate,
 * then believe (RFC 3416 section 4, RFC 3412 section 7.2).
 */
#pragma once

#include "core/exchange/exchange.h"

/* A datagram came from @from. Whatever it holds, it is counted. */
void receive_datagram(struct exchange *x, const struct address *from, struct span datagram,
                      uint64_t arrived_ns, struct moment at);

/*
 * An ICMP error came that speaks of what we sent to @to, with what it @quoted of it. It counts when
 * that leads to an open request of that peer: anybody can send one, but not know its id.
 */
void receive_unreachable(struct exchange *x, const struct address *to, struct span quoted,
                         int error, struct moment at);

/*
 * What is about to be needed for a datagram, fetched into the cache while others are worked on:
 * some turns ahead its request (NULL: no guess), and then, with what that call gave, the request's
 * owner, and later its peer. They change nothing, and believe nothing. Worth a tenth of the time of
 * a poll where many targets take turns.
 */
const void *receive_prefetch_request(const struct exchange *x, struct span datagram);
void receive_prefetch_owner(const void *request);
void receive_prefetch_peer(const void *request);

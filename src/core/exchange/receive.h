/*
 * receive: what comes from the network. Parse, find the request, check the source, authenticate,
 * then believe (RFC 3416 section 4, RFC 3412 section 7.2).
 */
#pragma once

#include "core/exchange/exchange.h"

/* A datagram came from @from. Whatever it holds, it is counted. */
void receive_datagram(struct exchange *x, const struct address *from, struct span datagram,
                      struct moment at);

/*
 * What is about to be needed for a datagram, fetched into the cache while others are worked on:
 * some turns ahead its request (NULL: no guess), and then, with what that call gave, the request's
 * owner, and later its peer. They change nothing, and believe nothing. Worth a tenth of the time of
 * a poll where many targets take turns.
 */
const void *receive_prefetch_request(const struct exchange *x, struct span datagram);
void receive_prefetch_owner(const void *request);
void receive_prefetch_peer(const void *request);

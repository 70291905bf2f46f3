/*
 * transmit: the one place that sends. It empties the ready queue into send slots, while the window,
 * the rate and each peer's gap allow, and takes back what the kernel did not take.
 */
#pragma once

#include "core/exchange/exchange.h"

/* Fill up to @max slots; returns how many are to be sent. */
uint32_t transmit_fill(struct exchange *x, struct slot *slots, uint32_t max, uint64_t now);

/*
 * The datagram of @cookie was not sent; EAGAIN: the sender is full, it goes back to the head of the
 * ready queue.
 */
void transmit_failed(struct exchange *x, uint32_t cookie, int error, struct moment at);

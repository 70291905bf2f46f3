/*
 * transmit: the one place that sends. It empties the ready queues into send slots, while the
 * window, the rate and each peer's gap allow. What the kernel has no room for stays in its slot, as
 * it was encoded; the attempt's clock begins when it goes out.
 */
#pragma once

#include "core/exchange/exchange.h"

/* Fill up to @max slots; returns how many are to be sent. */
uint32_t transmit_fill(struct exchange *x, struct slot *slots, uint32_t max, uint64_t now);

/*
 * Of @count slots the kernel has taken all but the first @waiting, which stay. Nothing is filled
 * for a family that has some of those.
 */
void transmit_done(struct exchange *x, const struct slot *slots, uint32_t waiting, uint32_t count,
                   uint64_t now);

/* The kernel took the @count slots one after the other between these moments. */
void transmit_sent_between(struct exchange *x, const struct slot *slots, uint32_t count,
                           uint64_t begin_ns, uint64_t end_ns);

/* The kernel refused the datagram of @cookie. */
void transmit_failed(struct exchange *x, uint32_t cookie, int error, struct moment at);

/*
 * clock: what is known of an authoritative engine's boots and time (RFC 3414 section 2.3), and
 * whether a message lies within its time window (section 3.2, step 7b). Pure: `now` is an argument.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    USM_WINDOW_S = 150,              /* RFC 3414 section 2.2.3 */
    USM_TIME_MAX = INT32_MAX,        /* of boots and of time; boots stay there for ever */
};

enum usm_clock_state {
    USM_CLOCK_UNKNOWN = 0,
    USM_CLOCK_GUESSED,     /* from a message that was not authenticated: good enough to ask with */
    USM_CLOCK_AUTHENTIC,
};

struct usm_clock {
    uint8_t state;         /* enum usm_clock_state */
    uint32_t boots;
    uint32_t time;         /* at @at_ns */
    uint32_t latest;       /* latestReceivedEngineTime: the highest that was received */
    uint64_t at_ns;
};

#define USM_CLOCK_UNKNOWN_INIT ((struct usm_clock){ .state = USM_CLOCK_UNKNOWN })

/* The engine's time at @now, as far as known; at most USM_TIME_MAX. */
uint32_t usm_clock_time(const struct usm_clock *c, uint64_t now);

/* Take what an unauthenticated message says, unless something authentic is known. */
void usm_clock_guess(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now);

/*
 * Set it to what is known to be fresh and authentic: an answer, by its message id, to a request
 * that is out. It may go backward: an agent that lost its boots has nothing better to say.
 */
void usm_clock_set(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now);

/*
 * An authenticated message carries @boots and @time: adopt what is newer (RFC 3414 section 3.2 step
 * 7b 1), and tell whether the message lies within the window (step 7b 2).
 */
bool usm_clock_accept(struct usm_clock *c, int32_t boots, int32_t time, uint64_t now);

/*
 * arrival: when the kernel got a datagram, as a moment of the monotonic clock.
 *
 * The kernel gives Unix time (SO_TIMESTAMPNS), which may be set forward or back at any moment. So
 * both clocks are read together each turn; their difference turns one into the other. A difference
 * that is another than a turn before is a step of the wall clock. What came before the step is
 * told from what came after it by where it would fall: only one of both differences puts it between
 * the last turn before the step and now. Where neither does, the answer is now.
 */
#pragma once

#include <stdbool.h>

#include "base/moment.h"

struct arrival {
    uint64_t now;            /* of this turn */
    int64_t offset_ns;       /* Unix time less monotonic time */
    int64_t old_offset_ns;   /* before the last step */
    uint64_t step_after_ns;  /* the last step came between these moments; 0: there was none */
    uint64_t step_before_ns;
};

/* Zero before the first turn. To be called each turn, with both clocks read as one. */
void arrival_turn(struct arrival *a, struct moment at);

/* The monotonic moment, not after this turn's, of a datagram that came at @kernel_unix_ns. */
uint64_t arrival_ns(const struct arrival *a, int64_t kernel_unix_ns);

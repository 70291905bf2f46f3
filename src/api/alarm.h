/*
 * alarm: what makes the epoll set that a host waits on readable when there is something to do that
 * no socket tells: a timer for what comes, and a signal for what is there.
 *
 * The timer is set lazily. One that goes off too early costs a host a turn that finds nothing; one
 * that is moved at every turn would cost every turn a system call. So it is only moved to an
 * earlier time, or on when it has gone off; while it is over it stays readable, which is what a
 * busy fleet wants. "At once" is told by an eventfd and not by the timer: to set a timer off at
 * once takes the kernel some 15 us on a virtual machine, and each call between two turns would pay
 * for it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct alarm {
    int fd;                /* a timerfd, never read */
    int signal;            /* an eventfd */
    uint64_t armed_ns;     /* when the timer goes off; UINT64_MAX: it does not */
    bool is_signalled;
};

#define ALARM_NONE ((struct alarm){ .fd = -1, .signal = -1, .armed_ns = UINT64_MAX })

/* Make both, in the set @epoll. 0 or -errno. */
int alarm_open(struct alarm *a, int epoll);
void alarm_close(struct alarm *a);

/* Is it readable at @now? */
static inline bool alarm_is_over(const struct alarm *a, uint64_t now) {
    return a->is_signalled || a->armed_ns <= now;
}

/*
 * Be readable from @deadline_ns (CLOCK_MONOTONIC) on at the latest; UINT64_MAX: never need to be.
 * @now is the time or a little before it.
 */
void alarm_set(struct alarm *a, uint64_t deadline_ns, uint64_t now);

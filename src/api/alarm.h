/*
 * alarm: a timer in the epoll set that a host waits on, so that the set becomes readable when there
 * is something to do, whatever else happens.
 *
 * It is set lazily. One that goes off too early costs a host a turn that finds nothing; one that is
 * moved at every turn would cost every turn a system call. So it is only moved to an earlier time,
 * or on when it has gone off; while it is over it stays readable, which is what a busy fleet wants.
 */
#pragma once

#include <stdint.h>

struct alarm {
    int fd;                /* a timerfd, never read */
    uint64_t armed_ns;     /* when it goes off; UINT64_MAX: it does not */
};

#define ALARM_NONE ((struct alarm){ .fd = -1, .armed_ns = UINT64_MAX })

/* Make the timer, in the set @epoll. 0 or -errno. */
int alarm_open(struct alarm *a, int epoll);
void alarm_close(struct alarm *a);

/*
 * Be readable from @deadline_ns (CLOCK_MONOTONIC) on at the latest; UINT64_MAX: never need to be.
 * @now is the time or a little before it.
 */
void alarm_set(struct alarm *a, uint64_t deadline_ns, uint64_t now);

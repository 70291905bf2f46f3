/* alarm: see alarm.h. */
#include "api/alarm.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

int alarm_open(struct alarm *a, int epoll) {
    *a = ALARM_NONE;
    a->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (a->fd < 0) return -errno;
    struct epoll_event interest = { .events = EPOLLIN };
    return epoll_ctl(epoll, EPOLL_CTL_ADD, a->fd, &interest) == 0 ? 0 : -errno;
}

void alarm_close(struct alarm *a) {
    if (a->fd >= 0) close(a->fd);
    *a = ALARM_NONE;
}

/* Setting a timer also takes back that it was over. 0 would switch it off: no time is so early. */
static void alarm_move(struct alarm *a, uint64_t at_ns) {
    struct itimerspec when = { .it_value = { 0 } };
    if (at_ns != UINT64_MAX)
        when.it_value = (struct timespec){ .tv_sec = (time_t)(at_ns / CLOCK_NS_PER_S),
                                           .tv_nsec = (long)(at_ns % CLOCK_NS_PER_S) };
    int error = timerfd_settime(a->fd, TFD_TIMER_ABSTIME, &when, NULL);
    assert(error == 0);
    a->armed_ns = at_ns;
}

void alarm_set(struct alarm *a, uint64_t deadline_ns, uint64_t now) {
    bool is_over = a->armed_ns <= now;
    if (deadline_ns <= now) {
        if (!is_over) alarm_move(a, 1);
    } else if (is_over || deadline_ns < a->armed_ns) {
        alarm_move(a, deadline_ns);
    }
}

/* alarm: see alarm.h. */
#include "api/alarm.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

int alarm_open(struct alarm *a, int epoll) {
    *a = ALARM_NONE;
    struct epoll_event interest = { .events = EPOLLIN };
    a->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    a->signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool is_open = a->fd >= 0 && a->signal >= 0 &&
                   epoll_ctl(epoll, EPOLL_CTL_ADD, a->fd, &interest) == 0 &&
                   epoll_ctl(epoll, EPOLL_CTL_ADD, a->signal, &interest) == 0;
    return is_open ? 0 : -errno;
}

void alarm_close(struct alarm *a) {
    if (a->fd >= 0) close(a->fd);
    if (a->signal >= 0) close(a->signal);
    *a = ALARM_NONE;
}

static void alarm_signal(struct alarm *a, bool on) {
    uint64_t one = 1;
    ssize_t moved = on ? write(a->signal, &one, sizeof(one)) : read(a->signal, &one, sizeof(one));
    assert(moved == sizeof(one));  /* it neither overflows nor is empty: is_signalled says so */
    (void)moved;
    a->is_signalled = on;
}

/* Setting a timer also takes back that it was over. */
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
    bool has_gone_off = a->armed_ns <= now;
    if (deadline_ns <= now) {
        if (!has_gone_off && !a->is_signalled) alarm_signal(a, true);
        return;
    }
    if (a->is_signalled) alarm_signal(a, false);
    if (has_gone_off || deadline_ns < a->armed_ns) alarm_move(a, deadline_ns);
}

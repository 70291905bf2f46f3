/* wait: see wait.h. */
#include "bench/wait.h"

#include <poll.h>
#include <time.h>

#include "base/clock.h"

void bench_wait(struct fleet *fleet, const struct bench_hooks *hooks, uint64_t until_ns) {
    uint64_t now = clock_monotonic_ns();
    if (until_ns <= now) return;
    struct timespec time = { .tv_sec = (time_t)((until_ns - now) / CLOCK_NS_PER_S),
                             .tv_nsec = (long)((until_ns - now) % CLOCK_NS_PER_S) };
    struct pollfd fds[2] = { { .fd = fleet_fd(fleet), .events = POLLIN },
                             { .fd = hooks->fd, .events = POLLIN } };
    ppoll(fds, hooks->fd >= 0 ? 2 : 1, until_ns == UINT64_MAX ? NULL : &time, NULL);
}

bool bench_is_stopped(const struct bench_hooks *hooks) {
    return hooks->is_stopped != NULL && hooks->is_stopped(hooks->context);
}

/* loader: see loader.h. */
#include "cli/loader.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { STOP_S = 10, NICE = 5 };

static void *run(void *argument) {
    struct loader *l = argument;
    const uint64_t one = 1;
    /* The loop goes first where there is one processor; of Linux's threads each has its own. */
    (void)setpriority(PRIO_PROCESS, 0, NICE);
    l->work(l->context);
    if (write(l->fd, &one, sizeof(one)) < 0) return NULL;
    return NULL;
}

static void forget(struct loader *l) {
    if (l->fd >= 0) (void)close(l->fd);
    *l = LOADER_NONE;
}

int loader_start(struct loader *l, void (*work)(void *context), void *context) {
    *l = (struct loader){ .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .work = work,
                          .context = context };
    if (l->fd < 0) return -errno;
    /* Signals are the loop's: the thread takes over the mask that blocks them. */
    int error = pthread_create(&l->thread, NULL, run, l);
    if (error != 0) forget(l);
    else l->is_running = true;
    return -error;
}

bool loader_is_done(struct loader *l) {
    uint64_t count;
    if (!l->is_running || read(l->fd, &count, sizeof(count)) < 0) return false;
    (void)pthread_join(l->thread, NULL);
    forget(l);
    return true;
}

bool loader_stop(struct loader *l) {
    struct timespec end = { .tv_sec = clock_realtime_ns() / (int64_t)CLOCK_NS_PER_S + STOP_S };
    if (!l->is_running) return true;
    if (pthread_timedjoin_np(l->thread, NULL, &end) != 0) return false;
    forget(l);
    return true;
}

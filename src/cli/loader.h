/*
 * loader: a thread that works while the loop polls: for what may wait (files, pipes, commands) or
 * takes long (a million lines). It touches nothing that the loop changes meanwhile.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

struct loader {
    pthread_t thread;
    int fd;                 /* an eventfd, readable when the work is done; -1: none */
    bool is_running;
    void (*work)(void *context);
    void *context;
};

#define LOADER_NONE ((struct loader){ .fd = -1 })

/* Let @work run in the thread. 0 or -errno: it does not run. */
int loader_start(struct loader *l, void (*work)(void *context), void *context);

/* Is the work done? Then the thread is over, and what it wrote may be read. */
bool loader_is_done(struct loader *l);

/*
 * At the end: wait for it, ten seconds at most. False: it waits for something that does not come (a
 * file of a server that is gone), and all that it uses has to stay until the process ends.
 */
bool loader_stop(struct loader *l);

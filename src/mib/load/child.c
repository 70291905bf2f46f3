/*
 * child: see child.h.
 *
 * What the child sends is not believed: it may have written anywhere in its memory before it died.
 * Lengths are bounded here, and images are checked by whoever takes them.
 */
#include "mib/load/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mib/load/image.h"

enum { FAULT_BYTES = 512, PIPE_BYTES = 1 << 20, ENDING_NAPS = 1000, ENDING_NAP_NS = 1000000 };

/* Until the first file is begun, the machine may be busy. */
#define START_NS ((uint64_t)10 * 1000000000)

/* While a run lasts. */
struct run {
    const struct child_job *jobs;
    const struct child_handler *handler;
    char *why;            /* why there is no reader */
    uint32_t count;
    bool *is_done, *is_failed, *is_needed;
    pid_t pid;
    int fd;               /* what the child sends */
    uint32_t job;         /* what it is at; count: nothing yet */
    uint64_t deadline;
    bool is_over;         /* it said that all is done */
    bool is_ending;       /* it has closed its end of the pipe */
    uint8_t *buffer;
    size_t length, capacity;
};

static uint64_t now_ns(void) {
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int run_fail(struct run *run, uint32_t job, const char *why) {
    run->is_failed[job] = run->is_done[job] = true;
    return run->handler->failed(run->handler->context, job, why);
}

/* The message at the buffer's beginning, all of which is there. 0, 1: it makes no sense, -errno. */
static int run_take(struct run *run, const struct message *m) {
    const uint8_t *body = run->buffer + sizeof(*m);
    char text[FAULT_BYTES];
    if (m->kind == MESSAGE_END) {
        run->is_over = true;
        return 0;
    }
    if (m->job >= run->count) return 1;
    const struct child_job *job = &run->jobs[m->job];
    switch (m->kind) {
    case MESSAGE_BEGIN:
        if (run->job < run->count) run->is_done[run->job] = true;
        run->job = m->job;
        run->deadline = now_ns() + run->handler->timeout_ns;
        return 0;
    case MESSAGE_IMAGE:
        if (m->job != run->job || m->module >= job->module_count) return 1;
        return run->handler->image(run->handler->context, m->job, m->module, body, m->length);
    case MESSAGE_FAULT:
        if (m->job != run->job || m->length >= sizeof(text)) return 1;
        memcpy(text, body, m->length);
        text[m->length] = '\0';
        return run_fail(run, m->job, text);
    default: return 1;
    }
}

/* All messages that are whole. */
static int run_take_all(struct run *run) {
    for (;;) {
        struct message m;
        if (run->length < sizeof(m)) return 0;
        memcpy(&m, run->buffer, sizeof(m));
        if (m.length > IMAGE_BYTES_MAX) return 1;
        size_t size = sizeof(m) + m.length;
        if (run->length < size) return 0;
        int error = run_take(run, &m);
        if (error != 0) return error;
        memmove(run->buffer, run->buffer + size, run->length - size);
        run->length -= size;
    }
}

static int run_grow(struct run *run) {
    if (run->capacity - run->length >= 64 << 10) return 0;
    size_t capacity = run->capacity == 0 ? 256 << 10 : 2 * run->capacity;
    uint8_t *buffer = realloc(run->buffer, capacity);
    if (buffer == NULL) return -ENOMEM;
    run->buffer = buffer;
    run->capacity = capacity;
    return 0;
}

/* Listen until the child is silent for too long, or gone, or makes no sense: 1; -errno. */
static int run_listen(struct run *run, bool *ret_timed_out) {
    *ret_timed_out = false;
    while (!run->is_over) {
        uint64_t now = now_ns();
        uint64_t left_ms = run->deadline > now ? (run->deadline - now) / 1000000 + 1 : 0;
        struct pollfd p = { .fd = run->fd, .events = POLLIN };
        int ready = poll(&p, 1, left_ms > 1000 ? 1000 : (int)left_ms);
        if (ready < 0 && errno != EINTR) return -errno;
        if (ready <= 0) {
            *ret_timed_out = now_ns() >= run->deadline;
            if (*ret_timed_out) return 1;
            continue;
        }
        int error = run_grow(run);
        if (error != 0) return error;
        ssize_t got = read(run->fd, run->buffer + run->length, run->capacity - run->length);
        if (got < 0 && errno == EINTR) continue;
        run->is_ending = got == 0;
        if (got <= 0) return 1;
        run->length += (size_t)got;
        error = run_take_all(run);
        if (error != 0) return error;
    }
    return 0;
}

/* The jobs that a child has to read, as bytes. */
static int run_write_order(const struct run *run, void **ret_bytes, size_t *ret_size) {
    struct order order = { .timeout_ns = run->handler->timeout_ns };
    order.jobs = calloc((size_t)run->count + 1, sizeof(*order.jobs));
    if (order.jobs == NULL) return -ENOMEM;
    for (uint32_t i = 0; i < run->count; i++) {
        const struct child_job *job = &run->jobs[i];
        if (!run->is_needed[i] || run->is_failed[i]) continue;
        order.jobs[order.job_count++] = (struct order_job){
            .number = i, .is_wanted = job->is_wanted && !run->is_done[i], .path = job->path,
            .text = job->text, .modules = job->modules, .module_count = job->module_count,
        };
    }
    int error = order_write(&order, ret_bytes, ret_size);
    free(order.jobs);
    return error;
}

/* A file without a name that holds the order, above the standard files; -errno. */
static int run_place_order(const struct run *run) {
    void *bytes = NULL;
    size_t size = 0;
    int error = run_write_order(run, &bytes, &size);
    if (error != 0) return error;
    int made = memfd_create("order", MFD_CLOEXEC), fd = -1;
    if (made >= 0) fd = fcntl(made, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    bool is_written = fd >= 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size;
    if (!is_written) error = errno != 0 ? -errno : -EIO;
    free(bytes);
    if (made >= 0) (void)close(made);
    if (error == 0) return fd;
    if (fd >= 0) (void)close(fd);
    return error;
}

/*
 * Nothing of the program goes along but its environment: no descriptor, signal handler or blocked
 * signal, since a host may have any of them. posix_spawn, because a host may have threads. 0 or an
 * errno.
 */
static int run_spawn(struct run *run, int order, int pipe_end) {
    char *const argv[] = { (char *)(uintptr_t)"snmpfleet", (char *)(uintptr_t)ORDER_VERB, NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &all);
        error = posix_spawn_file_actions_adddup2(&files, order, STDIN_FILENO);
        if (error == 0) error = posix_spawn_file_actions_adddup2(&files, pipe_end, STDOUT_FILENO);
        if (error == 0)
            error = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY,
                                                     0);
        if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
        if (error == 0)
            error = posix_spawn(&run->pid, run->handler->reader, &files, &attributes, argv,
                                environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return error;
}

/* A pipe whose writing end is above the standard files. */
static int run_open_pipe(int ends[static 2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    int end = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = end < 0 ? -errno : 0;
    (void)close(ends[1]);
    ends[1] = end;
    if (error != 0) (void)close(ends[0]);
    else (void)fcntl(end, F_SETPIPE_SZ, PIPE_BYTES);
    return error;
}

/* 0, 1: there is no reader, -errno. */
static int run_start(struct run *run) {
    int ends[2], order = run_place_order(run);
    if (order < 0) return order;
    int error = run_open_pipe(ends);
    if (error != 0) {
        (void)close(order);
        return error;
    }
    int refused = run_spawn(run, order, ends[1]);
    (void)close(order);
    (void)close(ends[1]);
    if (refused != 0) {
        (void)close(ends[0]);
        if (refused == ENOMEM || refused == EAGAIN) return -refused;
        (void)snprintf(run->why, CHILD_WHY_BYTES, "%s cannot be started: %s", run->handler->reader,
                       strerrordesc_np(refused));
        return 1;
    }
    run->fd = ends[0];
    run->job = run->count;
    run->deadline = now_ns() + run->handler->timeout_ns + START_NS;
    run->is_over = run->is_ending = false;
    run->length = 0;
    return 0;
}

/* How the child ended; one that is about to end by itself is given a second for it. */
static int run_wait(struct run *run) {
    int status = 0;
    (void)close(run->fd);
    for (int naps = 0; run->is_ending && naps < ENDING_NAPS; naps++) {
        if (waitpid(run->pid, &status, WNOHANG) > 0) return status;
        (void)nanosleep(&(struct timespec){ .tv_nsec = ENDING_NAP_NS }, NULL);
    }
    if (!run->is_over) (void)kill(run->pid, SIGKILL);
    while (waitpid(run->pid, &status, 0) < 0) {
        if (errno != EINTR) return 0;
    }
    return status;
}

/* What became of the child that stopped in the middle of a file. */
static void describe(int status, bool timed_out, uint64_t timeout_ns,
                     char text[static FAULT_BYTES]) {
    if (timed_out)
        (void)snprintf(text, FAULT_BYTES, "libsmi did not finish within %.3g s; left out",
                       (double)timeout_ns / 1e9);
    else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        (void)snprintf(text, FAULT_BYTES, "libsmi crashed (signal %d); left out", WTERMSIG(status));
    else (void)snprintf(text, FAULT_BYTES, "libsmi gave up; left out");
}

/* What became of the child that read nothing at all. */
static void run_describe_start(const struct run *run, int status) {
    const char *reader = run->handler->reader;
    if (WIFEXITED(status) && WEXITSTATUS(status) == ORDER_EXIT_UNKNOWN)
        (void)snprintf(run->why, CHILD_WHY_BYTES, "%s is not of version " SNMPFLEET_VERSION,
                       reader);
    else if (WIFEXITED(status))
        (void)snprintf(run->why, CHILD_WHY_BYTES, "%s reads nothing (exit status %d)", reader,
                       WEXITSTATUS(status));
    else
        (void)snprintf(run->why, CHILD_WHY_BYTES, "%s reads nothing (signal %d)", reader,
                       WTERMSIG(status));
}

/* Which jobs a child has to read: those that are wanted still, and what they import. */
static bool run_plan(struct run *run) {
    bool any = false;
    for (uint32_t i = 0; i < run->count; i++) {
        run->is_needed[i] = run->jobs[i].is_wanted && !run->is_done[i];
        any |= run->is_needed[i];
    }
    for (uint32_t i = run->count; i-- > 0;) {
        const struct child_job *job = &run->jobs[i];
        for (uint32_t k = 0; run->is_needed[i] && k < job->import_count; k++) {
            run->is_needed[job->imports[k]] = true;
        }
    }
    return any;
}

static int run_all(struct run *run, uint32_t *ret_children) {
    while (run_plan(run)) {
        bool timed_out;
        char text[FAULT_BYTES];
        int error = run_start(run);
        if (error != 0) return error;
        ++*ret_children;
        error = run_listen(run, &timed_out);
        int status = run_wait(run);
        if (error < 0) return error;
        if (error == 0) return 0;
        /* Without a file to blame it would be the same again. */
        if (run->job == run->count) {
            run_describe_start(run, status);
            return 1;
        }
        describe(status, timed_out, run->handler->timeout_ns, text);
        error = run_fail(run, run->job, text);
        if (error != 0) return error;
    }
    return 0;
}

int child_run(const struct child_job *jobs, uint32_t count, const struct child_handler *handler,
              uint32_t *ret_children, char why[static CHILD_WHY_BYTES]) {
    struct run run = { .jobs = jobs, .handler = handler, .count = count, .why = why };
    bool *flags = calloc(3 * (size_t)count + 1, sizeof(*flags));
    *ret_children = 0;
    if (flags == NULL) return -ENOMEM;
    run.is_done = flags;
    run.is_failed = flags + count;
    run.is_needed = flags + 2 * (size_t)count;
    for (uint32_t i = 0; i < count; i++) run.is_failed[i] = run.is_done[i] = jobs[i].is_bad;
    int error = run_all(&run, ret_children);
    free(run.buffer);
    free(flags);
    return error;
}

/*
 * child: see child.h.
 *
 * What the child sends is not believed: it may have written anywhere in its memory before it died.
 * Lengths are bounded here, and images are checked by whoever takes them.
 */
#include "mib/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mib/compile.h"
#include "mib/image.h"

/* An address sanitizer maps more memory than the child may have. */
#if defined(__has_feature)
#define SANITIZES_ADDRESSES __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZES_ADDRESSES 1
#else
#define SANITIZES_ADDRESSES 0
#endif

enum message_kind {
    MESSAGE_BEGIN = 1,    /* the job is about to be read */
    MESSAGE_IMAGE,        /* followed by the image */
    MESSAGE_FAULT,        /* followed by a text: nothing of the job can be used */
    MESSAGE_END,          /* all jobs are done */
};

struct message {
    uint32_t kind, job, module, length;
};

enum { FAULT_BYTES = 512, PIPE_FD = 3 };

/* Until the first file is begun, the machine may be busy. */
#define START_NS ((uint64_t)10 * 1000000000)
#define CHILD_MEMORY_BYTES ((rlim_t)2 << 30)

/* While a run lasts. */
struct run {
    const struct child_job *jobs;
    const struct child_handler *handler;
    uint32_t count;
    bool *is_done, *is_failed, *is_needed;
    pid_t pid;
    int fd;               /* what the child sends */
    uint32_t job;         /* what it is at; count: nothing yet */
    uint64_t deadline;
    bool is_over;         /* it said that all is done */
    uint8_t *buffer;
    size_t length, capacity;
};

static uint64_t now_ns(void) {
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* ---- in the child */

static const char nothing_found[] = "libsmi does not find the module in it; left out";

static void send_all(int fd, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t sent = write(fd, at, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) _exit(1);
        at += sent;
        size -= (size_t)sent;
    }
}

static void send_message(int fd, enum message_kind kind, uint32_t job, uint32_t module,
                         const void *bytes, size_t size) {
    struct message m = { kind, job, module, (uint32_t)size };
    send_all(fd, &m, sizeof(m));
    send_all(fd, bytes, size);
}

/* Should the parent be gone, the child still ends. */
static void limit_time(uint64_t timeout_ns) {
    struct rusage usage;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &usage) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    rlim_t wanted = (rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                    (rlim_t)(timeout_ns / 1000000000) + 2;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    (void)setrlimit(RLIMIT_CPU, &limit);
}

/* So much more than the program had already. */
static void limit_memory(void) {
#if !SANITIZES_ADDRESSES
    char text[64] = "";
    struct rlimit limit;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || getrlimit(RLIMIT_AS, &limit) != 0) return;
    ssize_t length = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    if (length <= 0) return;
    rlim_t wanted = (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) +
                    CHILD_MEMORY_BYTES;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    (void)setrlimit(RLIMIT_AS, &limit);
#endif
}

/* The program's files, terminal and signal handlers are none of the child's business. */
static void settle(int fd) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int number = 1; number < NSIG; number++) (void)signal(number, SIG_DFL);
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    /* Where the program has no standard files, the pipe may be one of them. */
    int pipe_end = fcntl(fd, F_DUPFD, PIPE_FD + 1), null = open("/dev/null", O_RDWR);
    if (pipe_end < 0 || null < 0) _exit(1);
    for (int i = 0; i < PIPE_FD; i++) (void)dup2(null, i);
    if (dup2(pipe_end, PIPE_FD) < 0) _exit(1);
    (void)close_range(PIPE_FD + 1, ~0u, 0);
    struct rlimit limit = { .rlim_cur = 0, .rlim_max = 0 };
    (void)setrlimit(RLIMIT_CORE, &limit);
    limit_memory();
}

static void send_module(int fd, const struct child_job *job, uint32_t number, uint32_t module) {
    struct builder *b;
    void *bytes;
    size_t size;
    if (builder_new(&b, job->modules[module].name) != 0) _exit(1);
    if (!compile_module(job->modules[module].name, b)) {
        const char *why = compile_fault();
        if (why[0] == '\0') why = nothing_found;
        builder_fail(b);
        builder_message(b, why);
    }
    if (builder_finish(b, job->modules[module].key, &bytes, &size) != 0) _exit(1);
    send_message(fd, MESSAGE_IMAGE, number, module, bytes, size);
    free(bytes);
    builder_free(b);
}

/* libsmi reads paths: the text of a module without file gets one. */
static bool read_text(const struct child_job *job) {
    char path[64];
    int fd = memfd_create("module", MFD_CLOEXEC);
    if (fd < 0) return false;
    send_all(fd, job->text, strlen(job->text));
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return compile_read(path);
}

static void child_main(const struct run *run, int fd) {
    settle(fd);
    fd = PIPE_FD;
    if (compile_begin() != 0) _exit(1);
    for (uint32_t i = 0; i < run->count; i++) {
        const struct child_job *job = &run->jobs[i];
        if (!run->is_needed[i] || run->is_failed[i]) continue;
        send_message(fd, MESSAGE_BEGIN, i, 0, NULL, 0);
        limit_time(run->handler->timeout_ns);
        bool is_good = job->text != NULL ? read_text(job) : compile_read(job->path);
        if (!job->is_wanted || run->is_done[i]) continue;
        if (!is_good) {
            const char *why = compile_fault();
            if (why[0] == '\0') why = nothing_found;
            send_message(fd, MESSAGE_FAULT, i, 0, why, strlen(why));
            continue;
        }
        for (uint32_t k = 0; k < job->module_count; k++) send_module(fd, job, i, k);
    }
    send_message(fd, MESSAGE_END, 0, 0, NULL, 0);
    _exit(0);
}

/* ---- in the parent */

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
        if (got <= 0) return 1;
        run->length += (size_t)got;
        error = run_take_all(run);
        if (error != 0) return error;
    }
    return 0;
}

static int run_start(struct run *run) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    (void)fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    run->pid = fork();
    if (run->pid == 0) child_main(run, ends[1]);
    int error = run->pid < 0 ? -errno : 0;
    (void)close(ends[1]);
    if (error != 0) {
        (void)close(ends[0]);
        return error;
    }
    run->fd = ends[0];
    run->job = run->count;
    run->deadline = now_ns() + run->handler->timeout_ns + START_NS;
    run->is_over = false;
    run->length = 0;
    return 0;
}

static int run_wait(struct run *run) {
    int status = 0;
    (void)close(run->fd);
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
        if (run->job == run->count) return -ECHILD;
        describe(status, timed_out, run->handler->timeout_ns, text);
        error = run_fail(run, run->job, text);
        if (error != 0) return error;
    }
    return 0;
}

int child_run(const struct child_job *jobs, uint32_t count, const struct child_handler *handler,
              uint32_t *ret_children) {
    struct run run = { .jobs = jobs, .handler = handler, .count = count };
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

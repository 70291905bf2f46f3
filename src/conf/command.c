/*
 * command: see command.h.
 *
 * The program is reaped last: until then its number, and that of its group, are nobody else's, and
 * a signal to them reaches no stranger.
 */
#include "conf/command.h"
#include "base/utf8.h"
#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLICE_MS = 100, READ_BYTES = 64 << 10, LAST_BYTES = 2048, LINE_BYTES = 240 };

#define NS_PER_S ((uint64_t)1000000000)

extern char **environ;

enum { OUT, ERR, END, TIMER, FDS };

struct run {
    const struct command *command;
    char *why;
    pid_t pid;
    int fds[FDS];              /* -1: none, or it has ended */
    char *bytes;               /* wiped */
    size_t length, capacity;
    char last[LAST_BYTES];     /* the end of what it wrote to standard error */
    size_t last_length;
    bool is_failed;
};

__attribute__((format(printf, 2, 3)))
static void fail(struct run *run, const char *format, ...) {
    va_list args;
    if (run->is_failed) return;
    run->is_failed = true;
    va_start(args, format);
    (void)vsnprintf(run->why, COMMAND_WHY_MAX, format, args);
    va_end(args);
}

/* A pipe whose writing end is above the standard files. */
static bool open_pipe(int ends[static 2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    int end = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)close(ends[1]);
    ends[1] = end;
    if (end >= 0) return true;
    (void)close(ends[0]);
    return false;
}

static int set_files(posix_spawn_file_actions_t *files, const struct command *c, int out, int err) {
    int error = c->input >= 0
                    ? posix_spawn_file_actions_adddup2(files, c->input, STDIN_FILENO)
                    : posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY,
                                                       0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(files, out, STDOUT_FILENO);
    if (error == 0) error = posix_spawn_file_actions_adddup2(files, err, STDERR_FILENO);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    return error;
}

/* 0 or an errno. */
static int spawn(struct run *run, int out, int err) {
    const struct command *c = run->command;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0) return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                                        POSIX_SPAWN_SETSIGDEF |
                                                        POSIX_SPAWN_SETPGROUP);
        (void)posix_spawnattr_setsigmask(&attributes, &none);
        (void)posix_spawnattr_setsigdefault(&attributes, &all);
        (void)posix_spawnattr_setpgroup(&attributes, 0);
        error = set_files(&files, c, out, err);
        if (error == 0)
            error = posix_spawnp(&run->pid, c->path, &files, &attributes, c->argv, environ);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    return error;
}

static bool set_timer(struct run *run) {
    uint64_t ns = run->command->timeout_ns;
    const struct itimerspec time = { .it_value = { .tv_sec = (time_t)(ns / NS_PER_S),
                                                   .tv_nsec = (long)(ns % NS_PER_S) } };
    run->fds[TIMER] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    return run->fds[TIMER] >= 0 && timerfd_settime(run->fds[TIMER], 0, &time, NULL) == 0;
}

/* True: it runs, whether or not it can be followed. */
static bool start(struct run *run) {
    int out[2], err[2];
    if (!set_timer(run) || !open_pipe(out)) {
        fail(run, "it cannot be started: %s", strerrordesc_np(errno));
        return false;
    }
    run->fds[OUT] = out[0];
    if (!open_pipe(err)) {
        fail(run, "it cannot be started: %s", strerrordesc_np(errno));
        (void)close(out[1]);
        return false;
    }
    run->fds[ERR] = err[0];
    int error = spawn(run, out[1], err[1]);
    (void)close(out[1]);
    (void)close(err[1]);
    if (error != 0) {
        fail(run, "it cannot be started: %s", strerrordesc_np(error));
        return false;
    }
    run->fds[END] = pidfd_open(run->pid, 0);
    if (run->fds[END] < 0) fail(run, "it cannot be waited for: %s", strerrordesc_np(errno));
    return true;
}

static void end_fd(struct run *run, int which) {
    if (run->fds[which] >= 0) (void)close(run->fds[which]);
    run->fds[which] = -1;
}

static void read_output(struct run *run) {
    size_t max = run->command->bytes_max;
    if (run->capacity - run->length < READ_BYTES) {
        size_t capacity = run->length + READ_BYTES + run->length / 2 + 1;
        char *larger = secret_realloc(run->bytes, capacity);
        if (larger == NULL) {
            fail(run, "memory is out");
            return;
        }
        run->bytes = larger;
        run->capacity = capacity;
    }
    ssize_t n = read(run->fds[OUT], run->bytes + run->length, run->capacity - run->length - 1);
    if (n == 0) end_fd(run, OUT);
    if (n < 0 && errno != EINTR) fail(run, "its output: %s", strerrordesc_np(errno));
    if (n > 0) run->length += (size_t)n;
    if (run->length > max) fail(run, "it writes more than %zu MiB", max >> 20);
}

static void read_errors(struct run *run) {
    char bytes[LAST_BYTES];
    ssize_t n = read(run->fds[ERR], bytes, sizeof(bytes));
    if (n == 0 || (n < 0 && errno != EINTR)) end_fd(run, ERR);
    if (n <= 0) return;
    size_t fresh = (size_t)n, kept = run->last_length;
    if (kept + fresh > LAST_BYTES) kept = LAST_BYTES - fresh;
    memmove(run->last, run->last + run->last_length - kept, kept);
    memcpy(run->last + kept, bytes, fresh);
    run->last_length = kept + fresh;
}

/* Until it and its output have ended, or something is wrong. */
static void follow(struct run *run) {
    const atomic_bool *stop = run->command->is_stopping;
    while (!run->is_failed && (run->fds[OUT] >= 0 || run->fds[ERR] >= 0 || run->fds[END] >= 0)) {
        struct pollfd fds[FDS];
        for (int i = 0; i < FDS; i++) fds[i] = (struct pollfd){ run->fds[i], POLLIN, 0 };
        int ready = poll(fds, FDS, SLICE_MS);
        if (ready < 0 && errno != EINTR) fail(run, "poll: %s", strerrordesc_np(errno));
        if (stop != NULL && atomic_load(stop)) fail(run, "it was ended with the program");
        if (ready <= 0) continue;
        if (fds[OUT].revents != 0) read_output(run);
        if (fds[ERR].revents != 0) read_errors(run);
        if (fds[END].revents != 0) end_fd(run, END);
        if (fds[TIMER].revents != 0)
            fail(run, "it did not end within %g s, and was ended",
                 (double)run->command->timeout_ns / (double)NS_PER_S);
    }
}

/* The last line that says something, made printable. */
static void last_line(struct run *run, char line[static LINE_BYTES + 1]) {
    size_t end = run->last_length, length = 0;
    while (end > 0 && (unsigned char)run->last[end - 1] <= ' ') end--;
    size_t at = end;
    while (at > 0 && run->last[at - 1] != '\n') at--;
    while (at < end && length < LINE_BYTES) {
        size_t n = utf8_sequence((const uint8_t *)run->last + at, end - at);
        if (n > LINE_BYTES - length) break;
        bool is_shown = n > 1 || (n == 1 && (unsigned char)run->last[at] >= ' ' &&
                                  run->last[at] != 0x7f);
        if (n == 0 || !is_shown) n = 1;
        memcpy(line + length, is_shown ? run->last + at : "?", n);
        length += n;
        at += n;
    }
    line[length] = '\0';
}

/* Everything of its group that is left goes with it. */
static void reap(struct run *run) {
    int status = 0;
    char line[LINE_BYTES + 1];
    if (run->is_failed) (void)kill(-run->pid, SIGKILL);
    pid_t done;
    do done = waitpid(run->pid, &status, 0);
    while (done < 0 && errno == EINTR);
    last_line(run, line);
    const char *colon = *line != '\0' ? ": " : "";
    if (done < 0) fail(run, "its exit status cannot be had: %s", strerrordesc_np(errno));
    else if (WIFSIGNALED(status))
        fail(run, "it was ended by signal %d%s%s", WTERMSIG(status), colon, line);
    else if (WEXITSTATUS(status) != 0 && run->command->is_ours && *line != '\0')
        fail(run, "%s", line);
    else if (WEXITSTATUS(status) != 0)
        fail(run, "it ended with status %d%s%s", WEXITSTATUS(status), colon, line);
}

bool command_run(const struct command *command, char **ret_bytes, size_t *ret_length,
                 char why[static COMMAND_WHY_MAX]) {
    struct run run = { .command = command, .why = why, .fds = { -1, -1, -1, -1 } };
    if (start(&run)) {
        follow(&run);
        reap(&run);
    }
    for (int i = 0; i < FDS; i++) end_fd(&run, i);
    if (run.is_failed) {
        (void)secret_realloc(run.bytes, 0);
        return false;
    }
    run.bytes[run.length] = '\0';
    *ret_bytes = run.bytes;
    *ret_length = run.length;
    return true;
}

/* reader: see reader.h. */
#include "mib/reader/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mib/reader/compile.h"

/* An address sanitizer maps more memory than the reader may have. */
#if defined(__has_feature)
#define SANITIZES_ADDRESSES __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZES_ADDRESSES 1
#else
#define SANITIZES_ADDRESSES 0
#endif

enum { ORDER_BYTES_MAX = 1 << 30 };

/* So much more than the program needs to start. */
#define MEMORY_BYTES ((rlim_t)2 << 30)

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

/* Should the program be gone, the reader still ends. */
static void limit_time(uint64_t timeout_ns) {
    struct rusage usage;
    struct rlimit limit;
    if (getrusage(RUSAGE_SELF, &usage) != 0 || getrlimit(RLIMIT_CPU, &limit) != 0) return;
    rlim_t wanted = (rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                    (rlim_t)(timeout_ns / 1000000000) + 2;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    (void)setrlimit(RLIMIT_CPU, &limit);
}

static void limit_memory(void) {
#if !SANITIZES_ADDRESSES
    char text[64] = "";
    struct rlimit limit;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || getrlimit(RLIMIT_AS, &limit) != 0) return;
    ssize_t length = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    if (length <= 0) return;
    rlim_t wanted = (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) + MEMORY_BYTES;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    (void)setrlimit(RLIMIT_AS, &limit);
#endif
}

/*
 * Where messages go: what was the standard output, out of the way of what libsmi prints. The
 * terminal is none of the reader's business. -1: it cannot work.
 */
static int settle(void) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* A sanitizer makes an exit of a crash, and the program is told of crashes by their signal. */
    for (int number = 1; number < NSIG; number++) (void)signal(number, SIG_DFL);
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0 || null < 0) return -1;
    (void)dup2(null, STDOUT_FILENO);
    (void)dup2(null, STDERR_FILENO);
    struct rlimit limit = { .rlim_cur = 0, .rlim_max = 0 };
    (void)setrlimit(RLIMIT_CORE, &limit);
    limit_memory();
    return fd;
}

/* All of the standard input; NULL: too much, or there is none. */
static void *read_order(size_t *ret_size) {
    size_t size = 0, capacity = 0;
    uint8_t *bytes = NULL;
    for (;;) {
        if (size == capacity) {
            capacity = capacity == 0 ? 64 << 10 : 2 * capacity;
            uint8_t *more = capacity > ORDER_BYTES_MAX ? NULL : realloc(bytes, capacity);
            if (more == NULL) break;
            bytes = more;
        }
        ssize_t got = read(STDIN_FILENO, bytes + size, capacity - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        if (got == 0) {
            *ret_size = size;
            return bytes;
        }
        size += (size_t)got;
    }
    free(bytes);
    return NULL;
}

static void send_module(int fd, const struct order_job *job, uint32_t module) {
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
    send_message(fd, MESSAGE_IMAGE, job->number, module, bytes, size);
    free(bytes);
    builder_free(b);
}

/* libsmi reads paths: the text of a module without file gets one. */
static bool read_text(const struct order_job *job) {
    char path[64];
    int fd = memfd_create("module", MFD_CLOEXEC);
    if (fd < 0) return false;
    send_all(fd, job->text, strlen(job->text));
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return compile_read(path);
}

static void read_job(int fd, const struct order_job *job, uint64_t timeout_ns) {
    send_message(fd, MESSAGE_BEGIN, job->number, 0, NULL, 0);
    limit_time(timeout_ns);
    bool is_good = job->text != NULL ? read_text(job) : compile_read(job->path);
    if (!job->is_wanted) return;
    if (!is_good) {
        const char *why = compile_fault();
        if (why[0] == '\0') why = nothing_found;
        send_message(fd, MESSAGE_FAULT, job->number, 0, why, strlen(why));
        return;
    }
    for (uint32_t k = 0; k < job->module_count; k++) send_module(fd, job, k);
}

int reader_main(void) {
    size_t size;
    struct order order;
    int fd = settle();
    void *bytes = fd < 0 ? NULL : read_order(&size);
    if (bytes == NULL) return 1;
    int error = order_read(bytes, size, &order);
    if (error != 0) return error > 0 ? ORDER_EXIT_UNKNOWN : 1;
    if (compile_begin() != 0) return 1;
    for (uint32_t i = 0; i < order.job_count; i++) read_job(fd, &order.jobs[i], order.timeout_ns);
    send_message(fd, MESSAGE_END, 0, 0, NULL, 0);
    _exit(0);  /* what libsmi holds is given back by the kernel, faster and without its faults */
}

/*
 * output: a growing byte queue in front of a file descriptor.
 *
 * The queue is one flat piece of memory, so that a formatter appends to it as to a string and one
 * write(2) takes all of it. Bytes leave at `head`; when everything has left both ends go back to
 * the start, which is the rule, so moving bytes down is the exception and costs at most as much as
 * what was written since.
 *
 * A regular file never says EAGAIN, and O_NONBLOCK means nothing to it. For everything else we need
 * O_NONBLOCK, which belongs to the open file description: an inherited one is shared with the shell
 * or the next program in the pipe. Opening /proc/self/fd/N gives a description of our own; where
 * that is refused (sockets, some terminals) the flag is set on the shared one and given back at the
 * end.
 */
#include "out/output.h"
#include "snmpfleet/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT_FIRST_CAPACITY = 64 << 10, OUTPUT_PIECE_MAX = 4 << 20 };

int output_new(struct output **ret_output, const char *path, const char *header,
               size_t header_length) {
    struct output *o = calloc(1, sizeof(*o));
    if (o == NULL) return -ENOMEM;
    o->fd = -1;
    o->shared_flags = -1;
    o->header_length = header_length;
    if (path != NULL && (o->path = strdup(path)) == NULL) {
        output_free(o);
        return -ENOMEM;
    }
    char *at = output_reserve(o, header_length);
    if (at == NULL) {
        output_free(o);
        return -ENOMEM;
    }
    if (header_length > 0) memcpy(at, header, header_length);
    output_commit(o, at + header_length);
    *ret_output = o;
    return 0;
}

void output_free(struct output *output) {
    if (output == NULL) return;
    if (output->shared_flags >= 0) (void)fcntl(output->fd, F_SETFL, output->shared_flags);
    if (output->is_owned && output->fd >= 0) (void)close(output->fd);
    free(output->path);
    free(output->bytes);
    free(output);
}

static int output_open_stdout(struct output *output, bool is_regular) {
    if (is_regular) {
        output->fd = STDOUT_FILENO;
        return 0;
    }
    char path[32];
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) {
        output->fd = fd;
        output->is_owned = true;
        return 0;
    }
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags < 0) return -errno;
    if ((flags & O_NONBLOCK) == 0) {
        if (fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
        output->shared_flags = flags;
    }
    output->fd = STDOUT_FILENO;
    return 0;
}

int output_open(struct output *output) {
    if (output->fd >= 0) return 0;
    struct stat st;
    if (output->path == NULL) {
        if (fstat(STDOUT_FILENO, &st) < 0) return -errno;
        int r = output_open_stdout(output, S_ISREG(st.st_mode));
        if (r < 0) return r;
    } else {
        int flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        int fd = open(output->path, flags, 0666);
        if (fd < 0) return -errno;
        if (fstat(fd, &st) < 0) {
            int error = errno;
            (void)close(fd);
            return -error;
        }
        output->fd = fd;
        output->is_owned = true;
    }
    if (S_ISREG(st.st_mode) && st.st_size > 0) output->head += output->header_length;
    return 0;
}

char *output_grow(struct output *output, size_t size) {
    size_t pending = output_pending(output);
    /*
     * The header must stay where output_open looks for it: at the start, while nothing has been
     * written.
     */
    if (output->head > 0 && (pending == 0 || output->head >= pending)) {
        if (pending > 0) memmove(output->bytes, output->bytes + output->head, pending);
        output->head = 0;
        output->tail = pending;
        if (output->capacity - pending >= size + OUTPUT_SLACK) return output->bytes + pending;
    }
    size_t capacity = output->capacity > 0 ? output->capacity : OUTPUT_FIRST_CAPACITY;
    while (capacity - output->tail < size + OUTPUT_SLACK) {
        if (capacity > SIZE_MAX / 2) {
            output->is_short = true;
            return NULL;
        }
        capacity *= 2;
    }
    char *bytes = realloc(output->bytes, capacity);
    if (bytes == NULL) {
        output->is_short = true;
        return NULL;
    }
    output->bytes = bytes;
    output->capacity = capacity;
    return bytes + output->tail;
}

int output_flush(struct output *output) {
    int r = output_open(output);
    if (r < 0) return r;
    while (output->head < output->tail) {
        size_t length = output_pending(output);
        if (length > OUTPUT_PIECE_MAX) length = OUTPUT_PIECE_MAX;
        ssize_t n = write(output->fd, output->bytes + output->head, length);
        if (n < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) return FLEET_E_BUSY;
            return -errno;
        }
        /* A write of nothing that is no error would have us spin. */
        if (n == 0) return FLEET_E_BUSY;
        output->head += (size_t)n;
        output->written += (uint64_t)n;
    }
    output->head = output->tail = 0;
    if (output->is_short) {
        output->is_short = false;
        return -ENOMEM;
    }
    return 0;
}

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
    if (path != NULL) o->path = strdup(path);
    o->header = malloc(header_length + 1);
    char *at = output_reserve(o, header_length + 1);
    if (at == NULL || o->header == NULL || (path != NULL && o->path == NULL)) {
        output_free(o);
        return -ENOMEM;
    }
    if (header_length > 0) memcpy(o->header, header, header_length);
    at[0] = '\n';
    memcpy(at + 1, o->header, header_length);
    output_commit(o, at + 1 + header_length);
    o->head = 1;
    *ret_output = o;
    return 0;
}

void output_free(struct output *output) {
    if (output == NULL) return;
    if (output->shared_flags >= 0) (void)fcntl(output->fd, F_SETFL, output->shared_flags);
    if (output->is_owned && output->fd >= 0) (void)close(output->fd);
    free(output->path);
    free(output->instead);
    free(output->header);
    free(output->bytes);
    free(output);
}

bool output_is_for(const struct output *output, const char *path, const char *header,
                   size_t header_length) {
    return output->path != NULL && strcmp(output->path, path) == 0 &&
           output->header_length == header_length &&
           memcmp(output->header, header, header_length) == 0;
}

/* The same file, to be read; -1: it cannot be. */
static int open_to_read(int fd) {
    char path[32];
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Does a line end in front of the octet at @position? True where this cannot be known. */
static bool line_ends_before(int fd, off_t position) {
    char last = '\n';
    int reader = position > 0 ? open_to_read(fd) : -1;
    if (reader < 0) return true;
    if (pread(reader, &last, 1, position - 1) != 1) last = '\n';
    (void)close(reader);
    return last == '\n';
}

/* How much of the header the file of @size bytes begins with. */
static size_t read_header(const struct output *output, int fd, off_t size) {
    char piece[4096];
    size_t wanted = output->header_length, same = 0;
    if (size < (off_t)wanted) wanted = (size_t)size;
    int reader = wanted > 0 ? open_to_read(fd) : -1;
    while (reader >= 0 && same < wanted) {
        size_t length = wanted - same < sizeof(piece) ? wanted - same : sizeof(piece);
        ssize_t n = pread(reader, piece, length, (off_t)same);
        if (n <= 0 || memcmp(piece, output->header + same, (size_t)n) != 0) break;
        same += (size_t)n;
    }
    if (reader >= 0) (void)close(reader);
    return same;
}

/*
 * Make the buffer begin with what the file needs: nothing, a newline, the header or the rest of
 * one that was cut off. False: the file has another header.
 */
static bool output_continue(struct output *output, int fd, off_t size) {
    size_t same = read_header(output, fd, size);
    if (same < output->header_length && (off_t)same < size) return false;
    output->head = 1 + same;
    /* The octet before is the end of the header, or the newline that stands in front of it. */
    if (same == output->header_length && !line_ends_before(fd, size)) output->head--;
    return true;
}

static int output_open_stdout(struct output *output) {
    struct stat st;
    if (fstat(STDOUT_FILENO, &st) < 0) return -errno;
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags < 0) return -errno;
    if (S_ISREG(st.st_mode)) {
        bool appends = (flags & O_APPEND) != 0;
        off_t position = appends ? st.st_size : lseek(STDOUT_FILENO, 0, SEEK_CUR);
        if (!line_ends_before(STDOUT_FILENO, position)) output->head = 0;
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
    if ((flags & O_NONBLOCK) == 0) {
        if (fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
        output->shared_flags = flags;
    }
    output->fd = STDOUT_FILENO;
    return 0;
}

/* 0; -EEXIST: the file at @path has another header, or is no file. */
static int output_open_path(struct output *output, const char *path, bool takes_all) {
    struct stat st;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
    if (fd < 0) return -errno;
    int r = fstat(fd, &st) < 0 ? -errno : 0;
    if (r == 0 && S_ISREG(st.st_mode)) r = output_continue(output, fd, st.st_size) ? 0 : -EEXIST;
    else if (r == 0) r = takes_all ? 0 : -EEXIST;
    if (r < 0) {
        (void)close(fd);
        return r;
    }
    output->fd = fd;
    output->is_owned = true;
    return 0;
}

/* "rows.2.csv" for "rows.csv"; NULL: memory is out. */
static char *other_name(const char *path, int number) {
    const char *slash = strrchr(path, '/');
    const char *file = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(file, '.');
    size_t stem = dot != NULL && dot > file ? (size_t)(dot - path) : strlen(path);
    char *name;
    if (asprintf(&name, "%.*s.%d%s", (int)stem, path, number, path + stem) < 0) return NULL;
    return name;
}

int output_open(struct output *output) {
    if (output->fd >= 0) return 0;
    if (output->path == NULL) return output_open_stdout(output);
    int r = output_open_path(output, output->path, true);
    for (int number = 2; r == -EEXIST && number <= OUTPUT_OTHERS_MAX; number++) {
        char *name = other_name(output->path, number);
        if (name == NULL) return -ENOMEM;
        r = output_open_path(output, name, false);
        if (r == 0) output->instead = name;
        else free(name);
    }
    return r;
}

/*
 * A file into which nothing could be written yet is not ours yet: another output may come first and
 * give it another header.
 */
static void output_let_go(struct output *output) {
    if (output->written > 0 || !output->is_owned || output->header_length == 0) return;
    (void)close(output->fd);
    free(output->instead);
    output->instead = NULL;
    output->fd = -1;
    output->is_owned = false;
    output->head = 1;
}

char *output_grow(struct output *output, size_t size) {
    size_t pending = output_pending(output);
    /* The header must stay where output_open looks for it, until the file is open. */
    if (output->fd >= 0 && output->head > 0 && (pending == 0 || output->head >= pending)) {
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
            int error = errno;
            output_let_go(output);
            return -error;
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

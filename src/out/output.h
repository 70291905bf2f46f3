/*
 * output: bytes on their way to a file, a pipe or a terminal, without ever waiting for it.
 *
 * Text is formatted straight into the buffer: output_reserve gives room at its end, output_commit
 * says how much of it was used, output_flush writes what the file takes. What is not written stays,
 * in order and to the byte, whatever the error was. The buffer grows by powers of two and keeps its
 * memory.
 *
 * A file that holds something is continued. Where its last line has no end it gets one first. Where
 * the output has a header, a file is continued only if it begins with that header: otherwise the
 * bytes go to NAME.2.csv, NAME.3.csv and so on, the first that begins with the header or is new.
 * Standard output always gets the header.
 *
 * The file description is our own wherever the kernel gives one (O_NONBLOCK on an inherited pipe or
 * terminal would also hit everyone who shares it). A pipe whose reader is gone raises SIGPIPE: the
 * program ignores that signal, and so must a host of the library that writes to pipes; the error is
 * then -EPIPE.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes behind every reservation that may be overwritten too: fixed-size copies need no exact end.
 */
enum { OUTPUT_SLACK = 64 };

enum { OUTPUT_OTHERS_MAX = 999 };  /* the last file that is tried is NAME.999.csv */

struct output {
    struct output *next;   /* of the same writer */
    char *path;            /* owned; NULL: standard output */
    char *instead;         /* owned; the file that is written, because that at path has another
                              header; NULL: the file at path */
    bool is_told;          /* free for the owner: it was told of `instead` */
    int fd;                /* -1 until it is opened */
    bool is_owned;         /* fd is ours to close */
    int shared_flags;      /* to restore on a description that is not ours alone; -1: none */
    size_t header_length;  /* bytes of the header, which a file that is continued does not get.
                              Until the file is open it begins at bytes[1], behind a newline */
    char *header;          /* owned */
    char *bytes;           /* owned */
    size_t capacity;
    size_t head, tail;     /* what waits is [head, tail) */
    uint64_t written;      /* bytes in all */
    bool is_short;         /* a reservation failed since the last flush: something was lost to lack
                              of memory */
};

/*
 * A buffer that begins with @header, which ends in a newline or is empty; @path is copied. Nothing
 * is opened yet. -ENOMEM.
 */
int output_new(struct output **ret_output, const char *path, const char *header,
               size_t header_length);

/* Close what is ours, give back the flags of what is not. NULL is fine. */
void output_free(struct output *output);

/*
 * Open it now, which output_flush would do otherwise; no effect when it is open. -errno of open(2);
 * -EEXIST: this file and OUTPUT_OTHERS_MAX others have another header.
 */
int output_open(struct output *output);

/* Does it go, or would it, to the file at @path with the header @header? */
bool output_is_for(const struct output *output, const char *path, const char *header,
                   size_t header_length);

/* Slow half of output_reserve. */
char *output_grow(struct output *output, size_t size);

/*
 * Room for @size bytes, and OUTPUT_SLACK that may be scribbled on, until the next call; NULL when
 * memory is short.
 */
static inline char *output_reserve(struct output *output, size_t size) {
    if (output->capacity - output->tail >= size + OUTPUT_SLACK) return output->bytes + output->tail;
    return output_grow(output, size);
}

/* What was reserved is filled up to @end. */
static inline void output_commit(struct output *output, const char *end) {
    output->tail = (size_t)(end - output->bytes);
}

/* Bytes that wait. */
static inline size_t output_pending(const struct output *output) {
    return output->tail - output->head;
}

/*
 * Write what the file takes. 0: all is written; FLEET_E_BUSY: wait until fd is writable; -errno:
 * nothing is lost, try again, but for -ENOMEM, which says once that rows were lost because no
 * memory could be had for them.
 */
int output_flush(struct output *output);

/*
 * input: the files that targets and configuration are read from, at the start and at each reload.
 *
 * At the start a pipe or a terminal is waited for, as cat does. A pipe, `-` and whatever else is no
 * file can be read once only: what it gave is kept, and is what it says at each reload. So a reload
 * waits for nobody, and does not take an empty pipe for a fleet without targets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct input;

struct inputs {
    struct input *list;
    bool is_running;   /* the start is over: nothing is waited for */
    /* Called at a reload when @name says what it said at the start; NULL: nobody is told. */
    void (*is_kept)(void *context, const char *name);
    void *context;
};

#define INPUTS_NULL ((struct inputs){ .list = NULL })

/* Wipes what is kept. */
void inputs_deinit(struct inputs *inputs);

/* Has @path been read before? */
bool inputs_has(const struct inputs *inputs, const char *path);

/* Most bytes of what is no file, whatever the caller takes. */
#define INPUT_BYTES_MAX ((size_t)256 << 20)

/* Longest text of input_why. */
enum { INPUT_WHY_MAX = 128 };

/*
 * What @path ("-": standard input) says, with a NUL behind it, for secret_realloc to free. 0;
 * -EFBIG when there are more than @max bytes; -ENOTSUP at a reload for what is no file and was not
 * read before; -errno. @inputs may be NULL: then this is the start, and nothing is kept.
 */
int input_read(struct inputs *inputs, const char *path, size_t max, char **ret_bytes,
               size_t *ret_length);

/* Is it in the encoding that editors of other systems write? What is told of it then. */
bool input_is_utf16(const char *text, size_t length);
#define INPUT_IS_UTF16 "this is UTF-16: save it as UTF-8"

/* Is @path a file that everybody may read? */
bool input_is_public(const char *path);

/* What is to be told of an error of input_read. */
const char *input_why(int error, size_t max, char text[static INPUT_WHY_MAX]);

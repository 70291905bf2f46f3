/*
 * input: the files that targets and configuration are read from, at the start and at each reload.
 *
 * At the start a pipe or a terminal is waited for, as cat does. A pipe, `-` and anything else that
 * is not a file can be read only once. What was read is kept, and each reload gets it again. So a
 * reload never waits, and does not take an empty pipe for a fleet without targets.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct input;

struct inputs {
    struct input *list;
    bool is_running;   /* the start is over: nothing is waited for */
    /* Called at a reload when what was read of @name at the start is used again. May be NULL. */
    void (*is_kept)(void *context, const char *name);
    void *context;
};

#define INPUTS_NULL ((struct inputs){ .list = NULL })

/* Wipes what is kept. */
void inputs_deinit(struct inputs *inputs);

/* Has @path been read before? */
bool inputs_has(const struct inputs *inputs, const char *path);

/* Note that @path was read in another way (a folder). 0 or -ENOMEM. @inputs may be NULL. */
int inputs_note(struct inputs *inputs, const char *path);

/* Most bytes that are read of anything but a file, whatever the caller allows. */
#define INPUT_BYTES_MAX ((size_t)256 << 20)

/* Longest text of input_why. */
enum { INPUT_WHY_MAX = 128 };

/*
 * Read @path ("-": standard input). *ret_bytes end with a NUL; secret_realloc frees them. Returns
 * 0, -EFBIG when there are more than @max bytes, -ENOTSUP at a reload when it is not a file and was
 * not read before, or another -errno. @inputs may be NULL: this is the start, and nothing is kept.
 */
int input_read(struct inputs *inputs, const char *path, size_t max, char **ret_bytes,
               size_t *ret_length);

/* Is it UTF-16, which some editors write? The message for that case. */
bool input_is_utf16(const char *text, size_t length);
#define INPUT_IS_UTF16 "this is UTF-16: save it as UTF-8"

/* Is @path a file that everybody may read? */
bool input_is_public(const char *path);

/* What is to be told of an error of input_read. */
const char *input_why(int error, size_t max, char text[static INPUT_WHY_MAX]);

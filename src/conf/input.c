/* input: see input.h. */
#include "conf/input.h"
#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct input {
    struct input *next;
    char *path;
    char *bytes;     /* what cannot be read again, wiped; NULL: it is a file */
    size_t length;
};

void inputs_deinit(struct inputs *inputs) {
    while (inputs->list != NULL) {
        struct input *next = inputs->list->next;
        (void)secret_realloc(inputs->list->bytes, 0);
        free(inputs->list->path);
        free(inputs->list);
        inputs->list = next;
    }
}

static struct input *find(const struct inputs *inputs, const char *path) {
    struct input *i = inputs != NULL ? inputs->list : NULL;
    while (i != NULL && strcmp(i->path, path) != 0) i = i->next;
    return i;
}

bool inputs_has(const struct inputs *inputs, const char *path) {
    return find(inputs, path) != NULL;
}

static char *copy_bytes(const char *bytes, size_t length) {
    char *copy = secret_realloc(NULL, length + 1);
    if (copy == NULL) return NULL;
    if (length > 0) memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

/* Remember that @path was read, with @bytes if they are all that it will ever say. */
static int note(struct inputs *inputs, const char *path, const char *bytes, size_t length) {
    struct input *input = find(inputs, path);
    if (inputs == NULL || input != NULL) return 0;
    input = calloc(1, sizeof(*input));
    if (input == NULL) return -ENOMEM;
    input->path = strdup(path);
    if (bytes != NULL) input->bytes = copy_bytes(bytes, length);
    input->length = length;
    if (input->path == NULL || (bytes != NULL && input->bytes == NULL)) {
        free(input->path);
        (void)secret_realloc(input->bytes, 0);
        free(input);
        return -ENOMEM;
    }
    input->next = inputs->list;
    inputs->list = input;
    return 0;
}

int inputs_note(struct inputs *inputs, const char *path) {
    return note(inputs, path, NULL, 0);
}

static int read_kept(struct inputs *inputs, const char *path, int error, char **ret_bytes,
                     size_t *ret_length) {
    const struct input *kept = find(inputs, path);
    if (kept == NULL || kept->bytes == NULL) return error;
    *ret_bytes = copy_bytes(kept->bytes, kept->length);
    if (*ret_bytes == NULL) return -ENOMEM;
    *ret_length = kept->length;
    if (inputs->is_kept != NULL)
        inputs->is_kept(inputs->context, strcmp(path, "-") == 0 ? "standard input" : path);
    return 0;
}

static bool is_file(int fd) {
    struct stat st;
    return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

int input_read(struct inputs *inputs, const char *path, size_t max, char **ret_bytes,
               size_t *ret_length) {
    bool is_stdin = strcmp(path, "-") == 0, waits = inputs == NULL || !inputs->is_running;
    if (is_stdin && !waits) return read_kept(inputs, path, -ENOTSUP, ret_bytes, ret_length);
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (waits ? 0 : O_NONBLOCK);
    int fd = is_stdin ? STDIN_FILENO : open(path, flags), error = 0;
    if (fd < 0) error = -errno;
    bool is_again = fd >= 0 && !is_stdin && is_file(fd);
    if (!waits && !is_again) {
        if (fd >= 0) (void)close(fd);
        return read_kept(inputs, path, error != 0 ? error : -ENOTSUP, ret_bytes, ret_length);
    }
    if (!is_again && max > INPUT_BYTES_MAX) max = INPUT_BYTES_MAX;
    char *bytes = NULL;
    size_t length = 0;
    if (error == 0) error = secret_read(fd, max, &bytes, &length);
    if (fd >= 0 && !is_stdin) (void)close(fd);
    if (error == 0) error = note(inputs, path, is_again ? NULL : bytes, length);
    if (error != 0) {
        (void)secret_realloc(bytes, 0);
        return error;
    }
    *ret_bytes = bytes;
    *ret_length = length;
    return 0;
}

bool input_is_utf16(const char *text, size_t length) {
    return length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

bool input_is_public(const char *path) {
    struct stat st;
    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           (st.st_mode & S_IROTH) != 0;
}

const char *input_why(int error, size_t max, char text[static INPUT_WHY_MAX]) {
    if (error == -EFBIG)
        (void)snprintf(text, INPUT_WHY_MAX, "it has more than %zu MiB, the most that is read%s",
                       (max < INPUT_BYTES_MAX ? max : INPUT_BYTES_MAX) >> 20,
                       max > INPUT_BYTES_MAX ? " of anything but a file" : "");
    else if (error == -ENOTSUP)
        (void)snprintf(text, INPUT_WHY_MAX,
                       "this is not a file; at a reload only files are read");
    else (void)snprintf(text, INPUT_WHY_MAX, "%s", strerror(-error));
    return text;
}

/* secret: see secret.h. */
#include "conf/secret.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_FIRST = 4 << 10, MAPPED_FROM = 1 << 20 };

/* In front of what is given out. */
struct block {
    _Alignas(max_align_t) size_t size;  /* of what is given out */
    bool is_mapped;
};

/*
 * What is large has a mapping of its own, which grows by being moved: nothing of it is copied, so
 * that no second copy takes memory or is left behind.
 */
static void *mapped_realloc(struct block *block, size_t size) {
    size_t whole = sizeof(*block) + size;
    const int access = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
    void *fresh = block == NULL
                      ? mmap(NULL, whole, access, kind, -1, 0)
                      : mremap(block, sizeof(*block) + block->size, whole, MREMAP_MAYMOVE);
    if (fresh == MAP_FAILED) return NULL;
    *(struct block *)fresh = (struct block){ .size = size, .is_mapped = true };
    return fresh;
}

static struct block *block_new(size_t size) {
    if (size >= MAPPED_FROM) return mapped_realloc(NULL, size);
    struct block *block = malloc(sizeof(*block) + size);
    if (block != NULL) *block = (struct block){ .size = size };
    return block;
}

static void block_free(struct block *block) {
    explicit_bzero(block + 1, block->size);
    if (block->is_mapped) (void)munmap(block, sizeof(*block) + block->size);
    else free(block);
}

void *secret_realloc(void *memory, size_t size) {
    struct block *old = memory != NULL ? (struct block *)memory - 1 : NULL;
    struct block *fresh = NULL;
    if (old != NULL && old->is_mapped && size >= MAPPED_FROM) {
        /* What a smaller one gives back is the kernel's, which wipes it before anybody has it. */
        fresh = mapped_realloc(old, size);
        return fresh != NULL ? fresh + 1 : NULL;
    }
    if (size > 0) {
        fresh = block_new(size);
        if (fresh == NULL) return NULL;
        if (old != NULL) memcpy(fresh + 1, memory, old->size < size ? old->size : size);
    }
    if (old != NULL) block_free(old);
    return fresh != NULL ? fresh + 1 : NULL;
}

/* libyaml's, which it calls for all it takes and gives back. */
#define REPLACES_LIBYAMLS __attribute__((visibility("default")))
REPLACES_LIBYAMLS void *yaml_malloc(size_t size);
REPLACES_LIBYAMLS void *yaml_realloc(void *memory, size_t size);
REPLACES_LIBYAMLS void yaml_free(void *memory);

/* Some of it comes from its strdup: nothing of ours is in front of it. */
static void *wiping_realloc(void *memory, size_t size) {
    size_t old = memory != NULL ? malloc_usable_size(memory) : 0;
    void *fresh = size > 0 ? malloc(size) : NULL;
    if (size > 0 && fresh == NULL) return NULL;
    if (memory != NULL && fresh != NULL) memcpy(fresh, memory, old < size ? old : size);
    if (memory != NULL) explicit_bzero(memory, old);
    free(memory);
    return fresh;
}

void *yaml_malloc(size_t size) {
    return wiping_realloc(NULL, size > 0 ? size : 1);
}

void *yaml_realloc(void *memory, size_t size) {
    return wiping_realloc(memory, size > 0 ? size : 1);
}

void yaml_free(void *memory) {
    (void)wiping_realloc(memory, 0);
}

int secret_read(int fd, size_t max, char **ret_bytes, size_t *ret_length) {
    struct stat st;
    size_t size = READ_FIRST, length = 0;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        if ((size_t)st.st_size > max) return -EFBIG;
        size = (size_t)st.st_size + 2;
    }
    char *bytes = secret_realloc(NULL, size);
    int error = bytes == NULL ? -ENOMEM : 0;
    while (error == 0) {
        if (length + 1 == size) {
            /* At most a quarter more than there is. */
            size_t more = size < MAPPED_FROM ? size : size / 4;
            size = more < max - size ? size + more : max + 2;
            char *larger = secret_realloc(bytes, size);
            if (larger == NULL) error = -ENOMEM;
            else bytes = larger;
            continue;
        }
        ssize_t n = read(fd, bytes + length, size - length - 1);
        if (n == 0) {
            bytes[length] = '\0';
            *ret_bytes = bytes;
            *ret_length = length;
            return 0;
        }
        if (n > 0) length += (size_t)n;
        else if (errno != EINTR) error = -errno;
        if (length > max) error = -EFBIG;
    }
    (void)secret_realloc(bytes, 0);
    return error;
}

/* A named pipe that nobody writes to is empty, not a reason to wait. */
static int open_secret(const char *path, struct secret_file *ret_file) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0 || fcntl(fd, F_SETFL, 0) != 0) {
        int error = errno;
        if (fd >= 0) (void)close(fd);
        return -error;
    }
    *ret_file = (struct secret_file){
        .device = st.st_dev,
        .inode = st.st_ino,
        .is_public = S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0,
    };
    return fd;
}

int secret_from_file(const char *path, char **ret_text, struct secret_file *ret_file) {
    int fd = open_secret(path, ret_file);
    if (fd < 0) return fd;
    char *text;
    size_t length;
    int error = secret_read(fd, SECRET_FILE_BYTES_MAX, &text, &length);
    (void)close(fd);
    if (error < 0) return error;
    size_t mark = utf8_mark(text, length);
    char *end = memchr(text, '\n', length);
    if (end == NULL) end = text + length;
    else if (end > text && end[-1] == '\r') end--;
    size_t size = (size_t)(end - text);
    int result = utf16_is_marked(text, length)        ? SECRET_IS_UTF16
                 : size <= mark                       ? SECRET_EMPTY
                 : memchr(text, '\0', size) != NULL   ? SECRET_HAS_NUL
                                                      : 0;
    if (result == 0) {
        memmove(text, text + mark, size - mark);
        explicit_bzero(text + size - mark, length - size + mark);
        *ret_text = text;
    } else {
        (void)secret_realloc(text, 0);
    }
    return result;
}

int secret_credential_path(const char *name, char *ret_path, size_t size) {
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || folder[0] != '/') return -ENOENT;
    int length = snprintf(ret_path, size, "%s/%s", folder, name);
    return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

int secret_from_environment(const char *name, char **ret_text) {
    const char *value = *name != '\0' ? getenv(name) : NULL;
    size_t length = value != NULL ? strlen(value) : 0;
    size_t mark = length > 0 ? utf8_mark(value, length) : 0;
    if (length > 0 && value[length - 1] == '\n')
        length -= length > 1 && value[length - 2] == '\r' ? 2 : 1;
    if (length <= mark) return SECRET_EMPTY;
    length -= mark;
    char *text = secret_realloc(NULL, length + 1);
    if (text == NULL) return -ENOMEM;
    memcpy(text, value + mark, length);
    text[length] = '\0';
    *ret_text = text;
    return 0;
}

/* cache: see cache.h. */
#include "mib/load/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>


enum { NAME_BYTES = 256 };

#define TEXT_BYTES_MAX ((size_t)64 << 20)

int cache_init(struct cache *c, const char *folder) {
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = 0;
    *c = CACHE_NULL;
    if (folder != NULL && folder[0] != '\0') length = asprintf(&c->folder, "%s", folder);
    else if (folder != NULL) return 0;
    else if (xdg != NULL && xdg[0] == '/') length = asprintf(&c->folder, "%s/snmpfleet/mibs", xdg);
    else if (home != NULL && home[0] == '/')
        length = asprintf(&c->folder, "%s/.cache/snmpfleet/mibs", home);
    if (length >= 0) return 0;
    c->folder = NULL;
    return -ENOMEM;
}

void cache_deinit(struct cache *c) {
    free(c->folder);
    *c = CACHE_NULL;
}

/* What is in one file of the folder, which has to be ours. -1: not there. */
static int open_own(const struct cache *c, const char *name, size_t *ret_size) {
    char path[4096];
    struct stat st;
    if (c->folder == NULL ||
        snprintf(path, sizeof(path), "%s/%s", c->folder, name) >= (int)sizeof(path)) return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (size_t)st.st_size <= TEXT_BYTES_MAX && (st.st_uid == geteuid() || st.st_uid == 0)) {
        *ret_size = (size_t)st.st_size;
        return fd;
    }
    (void)close(fd);
    return -1;
}

/* mkdir -p; the folders above may be anybody's business, ours is for nobody else. */
static void make_folder(struct cache *c) {
    char path[4096];
    if (c->is_made || strlen(c->folder) >= sizeof(path)) return;
    c->is_made = true;
    memcpy(path, c->folder, strlen(c->folder) + 1);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    (void)mkdir(path, 0700);
}

static bool write_all(int fd, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

void cache_put_text(struct cache *c, const char *name, const void *bytes, size_t size) {
    char path[4096], temporary[4096 + 16];
    if (c->folder == NULL) return;
    make_folder(c);
    if (snprintf(path, sizeof(path), "%s/%s", c->folder, name) >= (int)sizeof(path)) return;
    (void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) return;
    bool is_good = write_all(fd, bytes, size);
    if (close(fd) != 0) is_good = false;
    if (!is_good || rename(temporary, path) != 0) (void)unlink(temporary);
}

char *cache_text(const struct cache *c, const char *name, size_t *ret_length) {
    size_t size = 0, length = 0;
    int fd = open_own(c, name, &size);
    if (fd < 0) return NULL;
    char *text = malloc(size + 1);
    while (text != NULL && length < size) {
        ssize_t got = read(fd, text + length, size - length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        length += (size_t)got;
    }
    (void)close(fd);
    if (text != NULL) text[length] = '\0';
    *ret_length = length;
    return text;
}

/* A module's name tells people what a file is; which files it came from is in the number. */
static void image_name(char name[static NAME_BYTES], uint64_t place, const char *module) {
    (void)snprintf(name, NAME_BYTES, "%.128s-%016" PRIx64, module, place);
    for (char *c = name; *c != '\0'; c++) {
        if (*c == '/') *c = '_';
    }
}

bool cache_get(const struct cache *c, uint64_t place, const char *module, uint64_t key,
               struct image *ret_image) {
    char name[NAME_BYTES];
    size_t size;
    image_name(name, place, module);
    int fd = open_own(c, name, &size);
    if (fd < 0) return false;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    (void)close(fd);
    if (memory == MAP_FAILED) return false;
    if (image_is_of(memory, size, key) && image_open(memory, size, ret_image)) return true;
    (void)munmap(memory, size);
    return false;
}

void cache_put(struct cache *c, uint64_t place, const char *module, const void *bytes,
               size_t size) {
    char name[NAME_BYTES];
    image_name(name, place, module);
    cache_put_text(c, name, bytes, size);
}

/*
 * temporary: a folder for one test, and files in it.
 */
#pragma once

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct temporary {
    char folder[64];
    char path[512];     /* of the file named last */
};

static inline void temporary_init(struct temporary *t) {
    (void)strcpy(t->folder, "/tmp/snmpfleet-test-XXXXXX");
    char *made = mkdtemp(t->folder);
    assert(made != NULL);
}

/* All that is in the open folder @fd, which is closed. */
static inline void temporary_empty(int fd) {
    DIR *d = fdopendir(fd);
    struct dirent *e;
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (e->d_type == DT_DIR) {
            temporary_empty(openat(fd, e->d_name, O_RDONLY | O_DIRECTORY));
            (void)unlinkat(fd, e->d_name, AT_REMOVEDIR);
        } else {
            (void)unlinkat(fd, e->d_name, 0);
        }
    }
    if (d != NULL) (void)closedir(d);
}

static inline void temporary_deinit(struct temporary *t) {
    temporary_empty(open(t->folder, O_RDONLY | O_DIRECTORY));
    (void)rmdir(t->folder);
}

/* The path of a file in it. */
static inline const char *temporary_path(struct temporary *t, const char *name) {
    (void)snprintf(t->path, sizeof(t->path), "%s/%s", t->folder, name);
    return t->path;
}

/* A file with these bytes, in a folder of its own where the name has one. */
static inline const char *temporary_write(struct temporary *t, const char *name, const char *bytes,
                                          size_t length) {
    char *slash = strrchr(temporary_path(t, name), '/');
    *slash = '\0';
    (void)mkdir(t->path, 0700);
    *slash = '/';
    FILE *file = fopen(t->path, "w");
    assert(file != NULL);
    size_t written = fwrite(bytes, 1, length, file);
    int closed = fclose(file);
    assert(written == length && closed == 0);
    return t->path;
}

static inline const char *temporary_text(struct temporary *t, const char *name, const char *text) {
    return temporary_write(t, name, text, strlen(text));
}

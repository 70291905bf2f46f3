/*
 * secret_files: a folder with files of its own, and secrets that stand in memory only where the
 * code under test puts them: they are made octet by octet, and compared as they are made.
 */
#pragma once

#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
    char path[64], file[128];
};

static inline struct folder folder_make(void) {
    struct folder f = { .path = "/tmp/snmpfleet-test-XXXXXX" };
    if (mkdtemp(f.path) == NULL) abort();
    return f;
}

static inline const char *folder_path(struct folder *f, const char *name) {
    (void)snprintf(f->file, sizeof(f->file), "%s/%s", f->path, name);
    return f->file;
}

static inline void folder_put(struct folder *f, const char *name, const char *bytes, size_t length,
                              int flags) {
    int fd = open(folder_path(f, name), O_WRONLY | O_CREAT | flags, 0600);
    if (fd < 0 || write(fd, bytes, length) != (ssize_t)length) abort();
    (void)close(fd);
}

static inline void folder_write_bytes(struct folder *f, const char *name, const char *bytes,
                                      size_t length, mode_t mode) {
    folder_put(f, name, bytes, length, O_TRUNC);
    if (chmod(folder_path(f, name), mode) != 0) abort();
}

static inline void folder_write(struct folder *f, const char *name, const char *text, mode_t mode) {
    folder_write_bytes(f, name, text, strlen(text), mode);
}

static inline void folder_append(struct folder *f, const char *name, const char *text) {
    folder_put(f, name, text, strlen(text), O_APPEND);
}

static inline int folder_remove_one(const char *path, const struct stat *status, int kind,
                                    struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static inline void folder_remove(struct folder *f) {
    (void)nftw(f->path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

enum { SECRET_LENGTH = 72 };

static inline char secret_octet(unsigned seed, unsigned at) {
    uint32_t h = (seed * 131 + at) * 2654435761u;
    h ^= h >> 15;
    h *= 2246822519u;
    return (char)('a' + (h >> 24) % 26);
}

static inline void folder_append_secret(struct folder *f, const char *name, unsigned seed) {
    for (unsigned i = 0; i < SECRET_LENGTH; i++) {
        char octet = secret_octet(seed, i);
        folder_put(f, name, &octet, 1, O_APPEND);
    }
}

/* So many octets of a secret that stand together are found. */
enum { SECRET_FOUND = 12 };

static inline bool octets_hold_secret(const char *octets, size_t length, unsigned seed) {
    char flipped[SECRET_LENGTH];  /* not the secret itself */
    for (unsigned i = 0; i < SECRET_LENGTH; i++) flipped[i] = (char)(secret_octet(seed, i) ^ 0x20);
    for (size_t i = 0; i + SECRET_FOUND <= length; i++) {
        for (unsigned from = 0; from + SECRET_FOUND <= SECRET_LENGTH; from += SECRET_FOUND) {
            unsigned same = 0;
            while (same < SECRET_FOUND && (octets[i + same] ^ 0x20) == flipped[from + same]) same++;
            if (same == SECRET_FOUND) return true;
        }
    }
    return false;
}

/*
 * In any memory that the program can write, but for what is too large to be anything's, and the
 * stack, where the dynamic linker saves vector registers with what memcpy left in them.
 */
static inline bool memory_holds_secret(unsigned seed) {
    enum { PIECE = 64 << 10, REGION_MAX = 64 << 20 };
    static char piece[PIECE];
    FILE *maps = fopen("/proc/self/maps", "re");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    if (maps == NULL || memory < 0) abort();
    char line[512];
    bool is_found = false;
    while (!is_found && fgets(line, sizeof(line), maps) != NULL) {
        unsigned long from, to;
        char access[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, access) != 3) continue;
        if (access[0] != 'r' || access[1] != 'w' || to - from > REGION_MAX) continue;
        if (strstr(line, "[stack]") != NULL) continue;
        for (unsigned long at = from; !is_found && at < to; at += PIECE - SECRET_FOUND) {
            size_t length = to - at < PIECE ? to - at : PIECE;
            ssize_t n = pread(memory, piece, length, (off_t)at);
            is_found = n > 0 && octets_hold_secret(piece, (size_t)n, seed);
        }
    }
    memset(piece, 0, sizeof(piece));
    (void)close(memory);
    (void)fclose(maps);
    return is_found;
}

/*
 * scan: which modules stand in which files, and what they import. Files are looked at just enough
 * for that; what they are called does not matter.
 *
 * A scan can be told what an earlier one found (scan_index.h), so that a file that has not changed
 * since costs one stat.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum {
    SCAN_MODULES_A_FILE = 64,
    SCAN_IMPORTS_MAX = 1024,
    SCAN_NAME_MAX = 128,          /* letters of a module's name */
};

#define SCAN_FILE_BYTES_MAX ((size_t)16 << 20)

struct scan_module {
    const char *name;
    const char *const *imports;   /* names of modules, each once */
    uint32_t import_count;
};

struct scan_file {
    const char *path;
    uint64_t size;
    int64_t mtime_ns;
    const char *fault;            /* why nothing of it is used; NULL: it is good */
    struct scan_module *modules;
    uint32_t module_count;
    struct scan_file *next;       /* of the same hash */
};

struct scan {
    struct arena_pool pool;
    struct arena arena;
    struct scan_file **files;     /* in the order in which they were met */
    size_t count, capacity;
    struct scan_file **known;     /* all by path, those that were remembered too */
    size_t known_count, known_slots;
    uint64_t read_count;          /* files that had to be read */
    bool is_changed;              /* more is known than what was remembered, or other things */
};

void scan_init(struct scan *s);
void scan_deinit(struct scan *s);

/*
 * All regular files in a folder, by name, without those that are hidden; a folder that cannot be
 * read is empty. 0 or -ENOMEM.
 */
int scan_folder(struct scan *s, const char *folder);

/* One file. 0 with the file; 1: there is none, or no regular one; -ENOMEM. */
int scan_one(struct scan *s, const char *path, struct scan_file **ret_file);

/*
 * Find the modules in @text. Their names and imports go to the arena. Returns how many there are,
 * or -ENOMEM.
 */
int scan_text(struct arena *arena, const char *text, size_t length,
              struct scan_module modules[static SCAN_MODULES_A_FILE]);

/* The file of a path, made when it is not known yet; NULL when memory is out. */
struct scan_file *scan_known(struct scan *s, const char *path);

/* The faults by number, 0 for none. */
const char *scan_fault(unsigned long number);
unsigned scan_fault_number(const char *fault);

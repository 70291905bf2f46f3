/*
 * child: MIB files are read in a child process, so that one that makes libsmi crash, loop or exit
 * costs no more than itself.
 *
 * One child reads all files of a run in their order and sends images back. When it dies, or is
 * killed since a file took too long, that file has failed, and another child goes on behind it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib/load/order.h"

/* A file to read. */
struct child_job {
    const char *path;
    const char *text;         /* of a module that has no file; then the path only names it */
    struct order_module *modules;
    uint32_t module_count;
    const uint32_t *imports;  /* the jobs it depends on; these come before it, but for cycles */
    uint32_t import_count;
    bool is_wanted;           /* its images are; otherwise only others import from it */
    bool is_bad;              /* known to harm: not even for others */
};

struct child_handler {
    /* One image of a wanted job, borrowed. 0, or an error that ends the run. */
    int (*image)(void *context, uint32_t job, uint32_t module, const void *bytes, size_t size);
    /* The job gave no images, or not all of them. */
    int (*failed)(void *context, uint32_t job, const char *why);
    void *context;
    uint64_t timeout_ns;      /* longest for one file */
    const char *reader;       /* path of the program that reads (reader/reader.h) */
};

enum { CHILD_WHY_BYTES = 512 };

/*
 * Read all. *ret_children is how many processes that took. 0; 1: there is no program that reads, as
 * @why says, and what is not read yet stays so; -errno: no process or pipe could be made.
 */
int child_run(const struct child_job *jobs, uint32_t count, const struct child_handler *handler,
              uint32_t *ret_children, char why[static CHILD_WHY_BYTES]);

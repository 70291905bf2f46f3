/*
 * order: what is said between the program and the process that reads MIB files for it (child.h,
 * reader/reader.h). An order goes there: which files to read, in which order, what to send of them.
 * Messages come back.
 *
 * Both are bytes of one machine, in its own byte order, and both ends are of one version: the order
 * begins with it. The reader finds the order on its standard input and sends to its standard
 * output.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order_module {
    const char *name;
    uint64_t key;                 /* for its image */
};

struct order_job {
    uint32_t number;              /* of the job, in messages */
    bool is_wanted;               /* its images are to be sent; otherwise others import from it */
    const char *path;
    const char *text;             /* of a module that has no file; NULL: read the path */
    struct order_module *modules;
    uint32_t module_count;
};

struct order {
    uint64_t timeout_ns;          /* longest for one file */
    struct order_job *jobs;
    uint32_t job_count;
};

/* With this argument a program reads. */
#define ORDER_VERB "mib-child"

/* With what a reader exits that was given no order, or one of another version. */
enum { ORDER_EXIT_UNKNOWN = 3 };

/* 0 or -ENOMEM; free *ret_bytes. */
int order_write(const struct order *order, void **ret_bytes, size_t *ret_size);

/*
 * The texts of *ret_order point into @bytes; give it back with order_deinit. 0, 1: this is no order
 * of this version, or -ENOMEM.
 */
int order_read(const void *bytes, size_t size, struct order *ret_order);
void order_deinit(struct order *order);

enum message_kind {
    MESSAGE_BEGIN = 1,    /* the job is about to be read */
    MESSAGE_IMAGE,        /* followed by the image */
    MESSAGE_FAULT,        /* followed by a text: nothing of the job can be used */
    MESSAGE_END,          /* all jobs are done */
};

struct message {
    uint32_t kind, job, module, length;
};

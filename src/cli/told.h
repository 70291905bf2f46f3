/*
 * told: faults that a thread finds, kept until the loop tells them; the log is the loop's alone.
 */
#pragma once

#include <stddef.h>

enum { TOLD_MAX = 60 };

struct told_one {
    char *file, *what;        /* owned */
    size_t line, column;
    int level;                /* enum log_level */
};

struct told {
    struct told_one all[TOLD_MAX];
    size_t count, left_out;
};

/* Each a targets_fault_fn, whose context is a struct told. */
void told_fault(void *told, const char *file, size_t line, size_t column, const char *what);
void told_warn(void *told, const char *file, size_t line, size_t column, const char *what);

/* An input that cannot be read again (conf/input.h); the context is a struct told. */
void told_kept(void *told, const char *name);

/* Tell them all, and forget them. */
void told_tell(struct told *told);

void told_forget(struct told *told);

/*
 * config_reader: the state of reading one configuration file: its context, its place, and the
 * errors that were told.
 */
#pragma once

#include "base/arena.h"
#include "conf/config_context.h"

/* In the file; both count from 1, columns in characters. Line 0: the file as a whole. */
struct config_place {
    uint32_t line, column;
};

struct config_reader {
    struct config_context context;
    const char *file;       /* as messages name it */
    const char *folder;     /* paths are relative to it; "": the working directory */
    struct arena *arena;    /* as long as the config */
    unsigned faults;
    bool has_told_more;
    int error;              /* -errno, sticky */
    struct config_public *public_files;  /* that were warned of */
    bool is_public;         /* everybody may read the file; false once that was warned of */
};

/*
 * Tell an error in the file. The first CONFIG_FAULTS_MAX are told one by one; config_tell_more
 * tells how many there were beyond. Always false.
 */
__attribute__((format(printf, 3, 4)))
bool config_fault(struct config_reader *reader, struct config_place place, const char *format, ...);

__attribute__((format(printf, 3, 4)))
void config_warn(struct config_reader *reader, struct config_place place, const char *format, ...);

/* Note that there is no memory. Always false. */
bool config_out_of_memory(struct config_reader *reader);

/* Tell once how many errors were not told one by one. */
void config_tell_more(struct config_reader *reader);

/* Nothing more is worth reading. */
bool config_reader_is_full(const struct config_reader *reader);

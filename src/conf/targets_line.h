/*
 * targets_line: one line of a targets file into a target's options.
 *
 * The text is cut up in place: values stay where they were read, with NUL behind them, and the
 * options point at them.
 */
#pragma once

#include "conf/target_key.h"
#include "conf/target_names.h"
#include "conf/targets_list.h"

/*
 * Where @column of the line that is read is in the file, when the line was made of something else.
 */
typedef void targets_place_fn(void *context, size_t column, size_t *ret_line, size_t *ret_column);

/* Reading one file: where it is, and what it has found. */
struct targets_reader {
    struct targets *targets;
    const struct targets_context *context;
    const char *file;             /* lives as long as targets */
    size_t line;
    targets_place_fn *place;      /* NULL: lines are those of the file */
    void *place_context;
    unsigned faults;
    int error;                    /* -ENOMEM, sticky */
    size_t secret_line, secret_column;  /* of the first community that is a secret; 0: none */
    struct target_keys keys;
    struct target_names names;
    const struct targets_auth *default_auth;  /* of the defaults; NULL: they name none */
};

/* Ready for the first line of @file, which lives as long as @targets. */
void targets_reader_init(struct targets_reader *reader, struct targets *targets,
                         const struct targets_context *context, const char *file);

/* Tell a fault at @column (from 1; 0 with line 0 for the file). Always false. */
__attribute__((format(printf, 3, 4)))
bool targets_reader_fault(struct targets_reader *reader, size_t column, const char *format, ...);

enum { TARGETS_AT_MAX = 160 };

/* "at line 3 and here", or of another file "at FILE:3 and here". */
const char *targets_at(const struct targets_reader *reader, const struct targets_place *other,
                       char text[static TARGETS_AT_MAX]);

/* Add a target; false with a fault where there is one of its name, or when memory is out. */
bool targets_reader_add(struct targets_reader *reader, const struct fleet_target_options *options,
                        const struct targets_place *place);

/*
 * Read the line [text, end), where *end may be overwritten. False when a fault was told or memory
 * is out.
 */
bool targets_line_read(struct targets_reader *reader, char *text, char *end);

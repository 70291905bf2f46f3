/* told: see told.h. */
#include "cli/told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log.h"

/* @file NULL: what is said is of no file. */
static void keep(struct told *told, const char *file, size_t line, size_t column,
                 enum log_level level, const char *what) {
    struct told_one *one = &told->all[told->count];
    if (told->count == TOLD_MAX) {
        told->left_out++;
        return;
    }
    *one = (struct told_one){ .file = file != NULL ? strdup(file) : NULL, .what = strdup(what),
                              .line = line, .column = column, .level = (int)level };
    told->count++;
}

void told_fault(void *told, const char *file, size_t line, size_t column, const char *what) {
    keep(told, file, line, column, LEVEL_ERROR, what);
}

void told_warn(void *told, const char *file, size_t line, size_t column, const char *what) {
    keep(told, file, line, column, LEVEL_WARNING, what);
}

void told_kept(void *told, const char *name) {
    char what[LOG_LINE_MAX / 4];
    (void)snprintf(what, sizeof(what),
                   "%s cannot be read twice: what was read at the start still counts", name);
    keep(told, NULL, 0, 0, LEVEL_WARNING, what);
}

void told_tell(struct told *told) {
    for (size_t i = 0; i < told->count; i++) {
        struct told_one *one = &told->all[i];
        const char *what = one->what != NULL ? one->what : "out of memory";
        enum log_level level = (enum log_level)one->level;
        if (one->file == NULL) log_line(level, NULL, "%s", what);
        else log_place(level, one->file, one->line, one->column, "%s", what);
    }
    if (told->left_out > 0)
        log_line(LEVEL_ERROR, NULL, "%zu more errors were found", told->left_out);
    told_forget(told);
}

void told_forget(struct told *told) {
    for (size_t i = 0; i < told->count; i++) {
        free(told->all[i].file);
        free(told->all[i].what);
    }
    *told = (struct told){ .count = 0 };
}

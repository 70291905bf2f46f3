/*
 * line: a line of text that grows piece by piece, as long as the log takes one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/log.h"

struct line {
    char text[LOG_LINE_MAX];   /* empty when all is zero */
    size_t length;
    bool is_full;
};

/* Append a piece. One that does not fit is left out whole, and so is all that comes after it. */
__attribute__((format(printf, 2, 3)))
void line_add(struct line *line, const char *format, ...);

/* line: see line.h. */
#include "cli/line.h"

#include <stdarg.h>
#include <stdio.h>

void line_add(struct line *line, const char *format, ...) {
    size_t room = sizeof(line->text) - line->length;
    va_list arguments;
    if (line->is_full) return;
    va_start(arguments, format);
    int n = vsnprintf(line->text + line->length, room, format, arguments);
    va_end(arguments);
    line->is_full = n < 0 || (size_t)n >= room;
    if (line->is_full) line->text[line->length] = '\0';
    else line->length += (size_t)n;
}

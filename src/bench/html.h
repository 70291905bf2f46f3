/*
 * html: what the pages of benchmarks share: texts that nobody can break out of, the head with its
 * style, and tables. A page is one file: no scripts, nothing loaded from elsewhere (and a
 * Content-Security-Policy that says so), light and dark as the reader's system is, and readable on
 * a phone.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/*
 * @text as text of HTML or as an attribute's value in double quotes: markup is escaped; control
 * characters, marks that turn the direction of writing and what is no UTF-8 become U+FFFD, a line
 * break a space. NULL is nothing. Texts longer than @most characters are cut with an ellipsis.
 */
void html_text(FILE *file, const char *text, size_t most);

/* All up to the page's first heading, which is "@title @of". */
void html_begin(FILE *file, const char *title, const char *of);
void html_end(FILE *file);

/*
 * A table that may be scrolled sideways by itself. Headings are plain text of ours, NULL at the
 * end; one of a column of numbers begins with "#".
 */
void html_table_begin(FILE *file, const char *caption, const char *const *headings);
void html_table_end(FILE *file);
/* Cells of a row: "<tr>" and "</tr>" are the caller's. */
void html_cell(FILE *file, const char *text);
void html_number_cell(FILE *file, const char *text);
/* A cell of text that others wrote. */
void html_foreign_cell(FILE *file, const char *text);

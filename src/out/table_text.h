/*
 * table_text: a table as lines of text, as snmptable writes it: cells by row and column, columns as
 * wide as their widest cell, in parts where lines are to be no wider than so much.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { TABLE_TEXT_BYTES_MAX = 256 << 20 };  /* of one table's cells, with what they stand in */

struct table_text_style {
    const char *separator;      /* between cells, which are not padded then; NULL: none */
    uint32_t line_width;        /* lines are no wider; 0: as wide as they come */
    uint32_t column_width;      /* of all columns, with the blank in front; 0: as they need */
    bool headers_only, no_headers, brief, shows_index, left;
};

struct table_text_column {
    char *label;                /* owned */
    size_t skip;                /* octets of it that are not written */
    size_t width;               /* of the widest cell */
};

struct table_text {
    const struct table_text_style *style;
    char *name;                 /* owned */
    struct table_text_column *columns;  /* column_count, from left to right */
    size_t column_count;
    char **cells;               /* row by row; NULL: there is none */
    char **indexes;             /* of the rows */
    size_t row_count, row_room, bytes;
    size_t index_width, row;    /* the last row that was found */
    bool is_continued;          /* the first rows were written already */
};

/* @name is copied. False: memory is out, as below. */
bool table_text_init(struct table_text *t, const char *name,
                     const struct table_text_style *style);
void table_text_deinit(struct table_text *t);

/* A further column on the right. */
bool table_text_add_column(struct table_text *t, const char *label);

/* With style->brief: what all labels begin with is left out. For when all columns are there. */
void table_text_shorten(struct table_text *t);

/*
 * The row of that index, a new one behind the others where there is none. False: memory is out, or
 * TABLE_TEXT_BYTES_MAX is reached.
 */
bool table_text_row(struct table_text *t, const char *index, size_t *ret_row);

/* Put the last row back out. */
void table_text_drop_row(struct table_text *t);

/* Has the row that cell already? */
bool table_text_has(const struct table_text *t, size_t row, size_t column);

/* Take the malloc'ed @text; its line breaks become blanks. */
bool table_text_set(struct table_text *t, size_t row, size_t column, char *text);

/* Write the rows, or the headers alone, and forget the rows. */
void table_text_write(struct table_text *t, FILE *to);

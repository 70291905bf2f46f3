/* table_text: see table_text.h. */
#include "out/table_text.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 16 };

bool table_text_init(struct table_text *t, const char *name,
                     const struct table_text_style *style) {
    *t = (struct table_text){ .style = style, .name = strdup(name),
                              .index_width = sizeof("index ") - 1 };
    return t->name != NULL;
}

static void table_text_forget_rows(struct table_text *t) {
    for (size_t i = 0; i < t->row_count * t->column_count; i++) free(t->cells[i]);
    for (size_t i = 0; i < t->row_count; i++) free(t->indexes[i]);
    free(t->cells);
    free(t->indexes);
    t->cells = t->indexes = NULL;
    t->row_count = t->row_room = t->bytes = t->row = 0;
}

void table_text_deinit(struct table_text *t) {
    table_text_forget_rows(t);
    for (size_t i = 0; i < t->column_count; i++) free(t->columns[i].label);
    free(t->columns);
    free(t->name);
    *t = (struct table_text){ .row = 0 };
}

bool table_text_add_column(struct table_text *t, const char *label) {
    struct table_text_column *columns =
        realloc(t->columns, (t->column_count + 1) * sizeof(*columns));
    if (columns == NULL) return false;
    t->columns = columns;
    char *copy = strdup(label);
    if (copy == NULL) return false;
    columns[t->column_count++] =
        (struct table_text_column){ .label = copy, .width = strlen(label) };
    return true;
}

/*
 * As snmptable counts it, from the right to the left: where a label is the beginning of its
 * neighbour's, its last octet counts as different.
 */
static size_t common_octets(const char *right, const char *left) {
    size_t i = 0;
    while (right[i] != '\0' && right[i] == left[i]) i++;
    return right[i] == '\0' && i > 0 ? i - 1 : i;
}

void table_text_shorten(struct table_text *t) {
    if (!t->style->brief || t->column_count < 2) return;
    size_t common = strlen(t->columns[t->column_count - 1].label);
    for (size_t i = t->column_count - 1; i > 0; i--) {
        size_t octets = common_octets(t->columns[i].label, t->columns[i - 1].label);
        if (octets < common) common = octets;
    }
    for (size_t i = 0; i < t->column_count; i++) {
        t->columns[i].skip = common;
        t->columns[i].width -= common;
    }
}

/* Another row; it has no index and no cells yet. */
static bool table_text_grow(struct table_text *t) {
    if (t->row_count == t->row_room) {
        size_t room = t->row_room == 0 ? ROWS_FIRST : 2 * t->row_room;
        char **cells = realloc(t->cells, room * t->column_count * sizeof(*cells));
        if (cells == NULL) return false;
        t->cells = cells;
        char **indexes = realloc(t->indexes, room * sizeof(*indexes));
        if (indexes == NULL) return false;
        t->indexes = indexes;
        t->row_room = room;
    }
    for (size_t i = 0; i < t->column_count; i++)
        t->cells[t->row_count * t->column_count + i] = NULL;
    t->indexes[t->row_count++] = NULL;
    t->bytes += (t->column_count + 1) * sizeof(char *);
    return true;
}

bool table_text_row(struct table_text *t, const char *index, size_t *ret_row) {
    /* Columns come one after the other: the row is most often the next one, or new. */
    for (size_t i = 0; i < t->row_count; i++) {
        size_t row = (t->row + i) % t->row_count;
        if (strcmp(t->indexes[row], index) != 0) continue;
        *ret_row = row;
        t->row = row + 1;
        return true;
    }
    size_t length = strlen(index);
    char *copy = strdup(index);
    if (copy == NULL || t->bytes > TABLE_TEXT_BYTES_MAX || !table_text_grow(t)) {
        free(copy);
        return false;
    }
    *ret_row = t->row_count - 1;
    t->indexes[*ret_row] = copy;
    t->bytes += length;
    if (length > t->index_width) t->index_width = length;
    t->row = 0;
    return true;
}

void table_text_drop_row(struct table_text *t) {
    t->row_count--;
    for (size_t i = 0; i < t->column_count; i++)
        free(t->cells[t->row_count * t->column_count + i]);
    free(t->indexes[t->row_count]);
    t->row = 0;
}

bool table_text_has(const struct table_text *t, size_t row, size_t column) {
    return t->cells[row * t->column_count + column] != NULL;
}

bool table_text_set(struct table_text *t, size_t row, size_t column, char *text) {
    size_t length = strlen(text);
    for (char *at = text; *at != '\0'; at++) {
        if (*at == '\n') *at = ' ';
    }
    t->cells[row * t->column_count + column] = text;
    t->bytes += length;
    if (length > t->columns[column].width) t->columns[column].width = length;
    return t->bytes <= TABLE_TEXT_BYTES_MAX;
}

static void write_padded(const struct table_text *t, const char *text, size_t width, FILE *to) {
    int columns = (int)width;
    (void)fprintf(to, "%*s", t->style->left ? -columns : columns, text);
}

static void write_cell(const struct table_text *t, size_t column, const char *text, FILE *to) {
    const struct table_text_style *s = t->style;
    if (s->column_width != 0) {
        int width = (int)s->column_width;
        (void)fprintf(to, "%*.*s", s->left ? -width : width, width - 1, text);
    } else if (s->separator == NULL) {
        write_padded(t, text, t->columns[column].width + 1, to);
    } else {
        bool is_first = column == 0 && !s->shows_index;
        (void)fprintf(to, "%s%s", is_first ? "" : s->separator, text);
    }
}

static void write_index(const struct table_text *t, const char *text, FILE *to) {
    const struct table_text_style *s = t->style;
    if (s->column_width != 0) (void)fprintf(to, "\nindex: %s\n", text);
    else if (s->separator == NULL) write_padded(t, text, t->index_width, to);
    else (void)fputs(text, to);
}

/* A line break where columns of one width would make the line too long. */
static void wrap(const struct table_text *t, bool is_first, size_t *width, FILE *to) {
    const struct table_text_style *s = t->style;
    if (s->column_width == 0 || s->line_width == 0) return;
    *width += s->column_width;
    if (is_first || *width <= s->line_width) return;
    (void)fputc('\n', to);
    *width = s->column_width;
}

/* The headers of a part that begins at column @first; returns where the next one does. */
static size_t write_headers(const struct table_text *t, size_t first, FILE *to) {
    const struct table_text_style *s = t->style;
    bool is_written = !s->no_headers && !t->is_continued;
    size_t width = 0, column;
    if (s->shows_index && is_written && s->column_width == 0) {
        width = t->index_width;
        write_index(t, "index", to);
    }
    for (column = first; column < t->column_count; column++) {
        if (s->line_width != 0 && s->column_width == 0) {
            width += t->columns[column].width + 1;
            if (column != first && width > s->line_width) break;
        }
        if (!is_written) continue;
        wrap(t, column == first, &width, to);
        write_cell(t, column, t->columns[column].label + t->columns[column].skip, to);
    }
    if (is_written) (void)fputc('\n', to);
    return column;
}

static void write_row(const struct table_text *t, size_t row, size_t first, size_t end, FILE *to) {
    size_t width = 0;
    if (t->style->shows_index) write_index(t, t->indexes[row], to);
    for (size_t column = first; column < end; column++) {
        const char *text = t->cells[row * t->column_count + column];
        wrap(t, column == first, &width, to);
        write_cell(t, column, text != NULL ? text : "?", to);
    }
    (void)fputc('\n', to);
}

void table_text_write(struct table_text *t, FILE *to) {
    const struct table_text_style *s = t->style;
    if (!s->no_headers && !s->headers_only && !t->is_continued)
        (void)fprintf(to, "SNMP table: %s\n\n", t->name);
    for (size_t first = 0, end, part = 1; first < t->column_count; first = end, part++) {
        if (part > 1 && !s->no_headers)
            (void)fprintf(to, "\nSNMP table %s, part %zu\n\n", t->name, part);
        end = write_headers(t, first, to);
        for (size_t row = 0; row < t->row_count; row++) write_row(t, row, first, end, to);
    }
    t->is_continued = true;
    table_text_forget_rows(t);
}

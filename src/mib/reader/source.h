/*
 * source: the text of a definition, for what libsmi does not tell: whether INTEGER or Integer32 was
 * written, read-create of a column, a default value as it stands.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mib/load/token.h"
#include "snmpfleet/syntax.h"

struct source;

enum { SOURCE_WORD_MAX = 64, SOURCE_TEXT_MAX = 1024 };

struct source_clauses {
    char syntax[SOURCE_WORD_MAX];     /* the first word of SYNTAX, or of what a type is set to */
    char access[SOURCE_WORD_MAX];     /* MAX-ACCESS or ACCESS */
    char status[SOURCE_WORD_MAX];     /* STATUS */
    char defval[SOURCE_TEXT_MAX];     /* between the braces of DEFVAL, with single blanks */
    bool has_defval;
    struct tokens refinement;         /* what follows that word: "(0..255)", "{ up(1) }" */
    const char *description;          /* as it stands, with its indentation; NULL: none */
    size_t description_length;
};

/* 0, -errno, or -EFBIG. */
int source_new(struct source **ret_source, const char *path);
void source_free(struct source *source);

const char *source_path(const struct source *source);

/* What the definition of @name that begins on @line, counted from 1, says; "" where it does not. */
void source_read(const struct source *source, int line, const char *name,
                 struct source_clauses *ret_clauses);

/*
 * The ranges or sizes of the refinement in the order in which they are written (libsmi joins those
 * that touch); 0: there are none, they are not plain decimal numbers, or more than @max.
 */
size_t source_ranges(const struct source_clauses *clauses, struct fleet_range *ret_ranges,
                     size_t max);

/* Put @names into the order of the refinement (libsmi sorts them by number). */
void source_order_names(const struct source_clauses *clauses, struct fleet_named_number *names,
                        size_t count);

/* The next name that something may be defined by, from *at on, which begins with 0; false: none. */
bool source_next_name(const struct source *source, size_t *at, char name[static SOURCE_WORD_MAX]);

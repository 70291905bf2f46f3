/*
 * facts_read: the tables of built-in modules (facts.h), taken apart.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mib/load/builtin/facts.h"

enum { FACTS_RANGES_MAX = 16, FACTS_WORD_MAX = 64 };

/* A fact and where it stands. */
struct facts_place {
    const struct builtin_module *module;
    const struct builtin_fact *fact;
};

/* A syntax taken apart; it owns what the structure in it points to. */
struct parsed {
    struct fleet_syntax syntax;
    struct fleet_range ranges[FACTS_RANGES_MAX];
    struct fleet_named_number *names;
    char *words;               /* the names, each with its NUL */
    char base[FACTS_WORD_MAX];       /* the first word */
};

/* The first has no name: it holds the arcs at the top of the tree, which are no module's. */
size_t builtin_count(void);
const char *builtin_name(size_t number);

/* OIDs with blanks between: each of its objects is one of them, or stands below one. */
const char *builtin_below(size_t number);

/* Whether it defines an object of this name. */
bool builtin_defines(size_t number, const char *name);

const struct builtin_module *facts_module(size_t number);

/* The fact of a name, in the module that names it or in any. There is one. */
struct facts_place facts_find(const struct builtin_module *m, const char *name, size_t length);

/* Backwards from a column to its row. */
const struct builtin_fact *facts_row(const struct builtin_fact *fact);

/* Its OID; returns how long it is. */
uint32_t facts_oid(const struct builtin_module *m, const struct builtin_fact *fact,
                   uint32_t oid[static FLEET_OID_SUBIDS_MAX]);

/* The convention of a name, that of @module rather than another's; NULL. */
const struct builtin_convention *facts_convention(const char *module, const char *name);

/*
 * Take a syntax apart: what is nearest to the object counts, then what its convention says, and
 * that one's. False when memory is out; to be deinited either way.
 */
bool facts_parse(const char *module, const char *text, struct parsed *ret_parsed);
void parsed_deinit(struct parsed *p);

/* How long the next word of a list with single blanks is, to which *text is moved; 0 at its end. */
size_t facts_word(const char **text);

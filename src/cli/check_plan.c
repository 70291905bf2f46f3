/*
 * check_plan: what a module asks for: for each of its parts the requests of a step, the columns and
 * how they are written, the index, joins and filters. And built-in modules as YAML.
 */
#include "cli/check_plan.h"
#include "cli/cli.h"
#include "cli/grouped.h"
#include "cli/line.h"
#include "cli/log.h"
#include "conf/config_object.h"
#include "conf/duration.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MAX = 96, INTERVAL_DEFAULT_S = 60 };

/* A list of words, broken into lines that begin with blanks. */
struct words {
    unsigned indent, column;
    bool has_any;
};

__attribute__((format(printf, 2, 3)))
static void put_word(struct words *w, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (w->has_any) w->column += (unsigned)printf(",");
    if (w->has_any && w->column + (unsigned)length + 1 > LINE_MAX)
        w->column = (unsigned)printf("\n%*s", (int)w->indent, "") - 1;
    else w->column += (unsigned)printf(" ");
    w->column += (unsigned)printf("%s", text);
    w->has_any = true;
}

static struct words begin_words(const char *title, unsigned indent) {
    struct words w = { .indent = indent };
    w.column = (unsigned)printf("%s:", title);
    return w;
}

static const char *kind_text(const struct fleet_index *index, char text[static 32]) {
    static const char *const kinds[] = {
        [FLEET_INDEX_INTEGER] = "integer",
        [FLEET_INDEX_STRING] = "text",
        [FLEET_INDEX_FIXED_STRING] = "text",
        [FLEET_INDEX_IMPLIED_STRING] = "implied-text",
        [FLEET_INDEX_OID] = "oid",
        [FLEET_INDEX_IMPLIED_OID] = "implied-oid",
        [FLEET_INDEX_IP_ADDRESS] = "ip",
        [FLEET_INDEX_NETWORK_ADDRESS] = "network-address",
    };
    if (index->kind != FLEET_INDEX_FIXED_STRING) return kinds[index->kind];
    (void)snprintf(text, 32, "text(%u)", index->size);
    return text;
}

static const char *type_of(const struct fleet_column *column) {
    const struct fleet_syntax *s = column->syntax;
    if (s == NULL) return "";
    if (s->convention != NULL) return s->convention;
    return s->base != NULL ? s->base : "";
}

/* "ifType IANAifType, as enum" */
static void put_column(struct words *w, const struct fleet_column *column) {
    const char *as = column->as != FLEET_AS_AUTO ? config_as_text(column->as) : NULL;
    put_word(w, "%s %s%s%s", column->object, type_of(column), as != NULL ? " as " : "",
             as != NULL ? as : "");
}

enum column_role { ROLE_FIELD, ROLE_TAG, ROLE_HIDDEN };

static enum column_role role_of(const struct fleet_column *column) {
    return column->is_hidden ? ROLE_HIDDEN : column->is_tag ? ROLE_TAG : ROLE_FIELD;
}

static void print_columns(const char *title, const struct fleet_column *columns, size_t count,
                          enum column_role role) {
    bool has_any = false;
    for (size_t i = 0; i < count; i++) has_any = has_any || role_of(&columns[i]) == role;
    if (!has_any) return;
    struct words w = begin_words(title, 8);
    for (size_t i = 0; i < count; i++) {
        if (role_of(&columns[i]) == role) put_column(&w, &columns[i]);
    }
    (void)putchar('\n');
}

static void print_index(const struct fleet_table *t) {
    char text[32];
    struct words w = begin_words("    index", 8);
    for (size_t i = 0; i < t->index_count; i++)
        put_word(&w, "%s %s", t->index[i].name, kind_text(&t->index[i], text));
    if (t->index_count == 0) put_word(&w, "not described, as numbers");
    (void)putchar('\n');
}

static void print_filters(const struct fleet_table *t) {
    if (t->filter_count == 0) return;
    struct words w = begin_words("    only rows with", 8);
    for (size_t i = 0; i < t->filter_count; i++) {
        const struct fleet_filter *f = &t->filters[i];
        put_word(&w, "%s %s %zu value%s", f->by, f->is_negated ? "none of" : "one of",
                 f->match_count, plural(f->match_count));
    }
    (void)putchar('\n');
}

static void print_part(const struct fleet_module_part *part) {
    const struct fleet_table *t = part->table;
    if (t->is_subtree) {
        (void)printf("  subtree %s: all of it\n", t->name);
        return;
    }
    const char *what = t->is_scalars ? "scalars" : part->is_lookup ? "joined table of" : "table";
    (void)printf("  %s%s%s: %u %s in %u request%s%s\n", what, t->is_scalars ? "" : " ",
                 t->is_scalars ? "" : t->name, part->asked,
                 t->is_scalars ? part->asked == 1 ? "value" : "values"
                               : part->asked == 1 ? "column" : "columns",
                 part->groups, plural(part->groups),
                 t->is_scalars ? "" : " for each step");
    if (!t->is_scalars) print_index(t);
    if (part->is_lookup) {
        print_columns("    columns", t->columns, part->asked, ROLE_TAG);
        print_columns("    columns", t->columns, part->asked, ROLE_FIELD);
        return;
    }
    print_columns("    tags", t->columns, t->column_count, ROLE_TAG);
    print_columns("    fields", t->columns, t->column_count, ROLE_FIELD);
    print_columns("    not written", t->columns, t->column_count, ROLE_HIDDEN);
    print_filters(t);
}

void check_print_plan(const struct fleet *fleet, uint32_t module) {
    struct fleet_module m;
    struct fleet_module_part part;
    if (fleet_module_get(fleet, module, &m) == 0 && m.contexts > 0)
        (void)printf("  contexts: %u, a poll for each\n", m.contexts);
    for (uint32_t i = 0; fleet_module_part(fleet, module, i, &part) == 0; i++) print_part(&part);
}

/* A column in a list: its name where that says all. */
static void print_column(const char *indent, const struct fleet_column *column, bool shows_tag) {
    const char *as = column->as != FLEET_AS_AUTO ? config_as_text(column->as) : NULL;
    bool is_tag = shows_tag && column->is_tag;
    char text[256];
    if (as == NULL && !is_tag)
        (void)snprintf(text, sizeof(text), "%s", column->object);
    else
        (void)snprintf(text, sizeof(text), "{ object: %s%s%s%s }", column->object,
                       as != NULL ? ", as: " : "", as != NULL ? as : "",
                       is_tag ? ", tag: true" : "");
    (void)printf("%s- %-36s # %s\n", indent, text, column->oid);
}

static void print_joins(const struct fleet_table *t) {
    if (t->join_count > 0) (void)printf("        joins:\n");
    for (size_t i = 0; i < t->join_count; i++) {
        const struct fleet_join *join = &t->joins[i];
        (void)printf("          - by: [");
        for (size_t k = 0; k < join->index_count; k++)
            (void)printf("%s%s", k > 0 ? ", " : "", join->by[k]);
        (void)printf("]\n            columns:\n");
        for (size_t k = 0; k < join->column_count; k++)
            print_column("              ", &join->columns[k], false);
    }
}

static void print_table(const struct fleet_table *t) {
    (void)printf("      - name: %s%sindex: ", t->name, "  # ");
    for (size_t k = 0; k < t->index_count; k++)
        (void)printf("%s%s", k > 0 ? ", " : "", t->index[k].name);
    (void)printf("\n        columns:\n");
    for (size_t k = 0; k < t->column_count; k++) {
        if (!t->columns[k].is_hidden) print_column("          ", &t->columns[k], true);
    }
    print_joins(t);
}

int check_print_module(const char *name) {
    const struct fleet_module_options *m = fleet_module_builtin(name);
    if (m == NULL) {
        struct line list = { .length = 0 };
        const char *known;
        for (size_t i = 0; (known = fleet_module_builtin_name(i)) != NULL; i++)
            line_add(&list, "%s%s", i > 0 ? ", " : "", known);
        log_line(LEVEL_ERROR, NULL, "no built-in module '%s'; there are %s", name, list.text);
        return EXIT_BAD_CONFIG;
    }
    char interval[DURATION_TEXT_MAX];
    uint64_t ns = m->interval_ns != 0 ? m->interval_ns : (uint64_t)INTERVAL_DEFAULT_S * 1000000000u;
    (void)duration_format(ns, interval);
    (void)printf("modules:\n  %s:\n    interval: %s\n", m->name, interval);
    if (m->scalar_count > 0) (void)printf("    scalars:\n");
    for (size_t i = 0; i < m->scalar_count; i++) print_column("      ", &m->scalars[i], true);
    if (m->table_count > 0) (void)printf("    tables:\n");
    for (size_t i = 0; i < m->table_count; i++) print_table(&m->tables[i]);
    if (m->subtree_count > 0) (void)printf("    subtrees:\n");
    for (size_t i = 0; i < m->subtree_count; i++) (void)printf("      - %s\n", m->subtrees[i]);
    return EXIT_COMPLETE;
}

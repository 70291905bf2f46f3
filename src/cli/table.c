/*
 * table: what snmptable does. By GETBULK the table comes column by column, and is written when all
 * of it is there; by GETNEXT it comes row by row, and some rows at a time are written.
 */
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/log.h"
#include "out/table_text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE_DEFAULT = 10, NO_SUCH_NAME = 2, FIELDS_MAX = FLEET_VARBINDS_MAX };

struct table {
    struct table_text_style style;
    struct table_text text;
    bool by_getnext;
    uint32_t at_once;           /* -Cr */
    struct ask_oid entry;       /* of which the columns are */
    uint32_t columns[FIELDS_MAX];
    struct ask_oid last;        /* GETBULK: what follows it is asked for; GETNEXT: a row's name */
    bool has_last;
    bool goes_on, is_at_end, has_more_columns;
    size_t total;
    int code;
};

static int table_bad(const char *letter, const char *argument) {
    if (argument == NULL) log_plain("Bad -C%s option: no argument given\n", letter);
    else log_plain("Bad -C%s option: %s\n", letter, argument);
    return ASK_USAGE;
}

/* A number that is the next word. */
static int table_number(int argc, char **argv, const char *letter, int least, uint32_t *ret) {
    if (optind >= argc) return table_bad(letter, NULL);
    const char *word = argv[optind++];
    long value = strtol(word, NULL, 10);
    if (value > INT32_MAX) value = INT32_MAX;
    if (value < least) return table_bad(letter, word);
    *ret = (uint32_t)value;
    return 0;
}

static int table_letter(struct ask *a, int argc, char **argv) {
    struct table *t = a->state;
    struct table_text_style *s = &t->style;
    int fault = 0;
    while (fault == 0 && *optarg != '\0') {
        char letter = *optarg++;
        switch (letter) {
        case 'w': fault = table_number(argc, argv, "w", 1, &s->line_width); break;
        case 'c': fault = table_number(argc, argv, "c", 3, &s->column_width); break;
        case 'r': fault = table_number(argc, argv, "r", 1, &t->at_once); break;
        case 'f':
            if (optind >= argc) fault = table_bad("f", NULL);
            else s->separator = argv[optind++];
            break;
        case 'l': s->left = true; break;
        case 'h': s->headers_only = true; break;
        case 'H': s->no_headers = true; break;
        case 'B': t->by_getnext = true; break;
        case 'b': s->brief = true; break;
        case 'i': s->shows_index = true; break;
        default:
            log_plain("Bad option after -C: %c\n",
                      letter > ' ' && letter < 0x7f ? letter : '?');
            return ASK_USAGE;
        }
    }
    return fault;
}

static int table_check(struct ask *a, int count) {
    (void)a;
    if (count == 1) return 0;
    log_plain("Must have exactly one table name\n");
    return ASK_USAGE;
}

static bool table_no_memory(struct ask *a) {
    struct table *t = a->state;
    log_plain("%s: the table is larger than fits memory\n", a->options.program);
    t->goes_on = false;
    t->code = ASK_EXIT_FAILED;
    return false;
}

/* ---- which columns it has ---- */

/* The object right below @above that follows @after; NULL @after: the first. */
static const struct fleet_object *child_of(struct fleet_mib *mib, const struct fleet_object *above,
                                           const struct fleet_object *after) {
    const struct fleet_object *o = after != NULL ? after : above;
    while ((o = fleet_mib_next(mib, o)) != NULL) {
        bool is_below = o->oid_length > above->oid_length &&
                        memcmp(o->oid, above->oid, above->oid_length * sizeof(uint32_t)) == 0;
        if (!is_below) return NULL;
        if (o->oid_length == above->oid_length + 1) return o;
    }
    return NULL;
}

/* Behind the last dot, or else the last colon. */
static const char *label_of(const char *text) {
    const char *at = strrchr(text, '.');
    if (at == NULL) at = strrchr(text, ':');
    return at != NULL ? at + 1 : text;
}

/* False: memory is out, told. *ret_is_named: it has a name. */
static bool table_add_column(struct ask *a, uint32_t number, bool *ret_is_named) {
    struct table *t = a->state;
    char text[4 * FLEET_OID_TEXT_MAX];
    t->entry.numbers[t->entry.count] = number;
    (void)fleet_mib_oid_text(a->mib, t->entry.numbers, t->entry.count + 1, &a->options.style, text,
                             sizeof(text));
    const char *label = label_of(text);
    *ret_is_named = *label < '0' || *label > '9';
    if (!*ret_is_named) return true;
    t->columns[t->text.column_count] = number;
    return table_text_add_column(&t->text, label) || table_no_memory(a);
}

static bool table_find_columns(struct ask *a, const struct fleet_object *entry) {
    struct table *t = a->state;
    const struct fleet_object *column = NULL;
    bool is_named = true;
    while (is_named && t->text.column_count < FIELDS_MAX &&
           (column = child_of(a->mib, entry, column)) != NULL) {
        if (column->access == FLEET_NOT_ACCESSIBLE) continue;
        if (!table_add_column(a, column->oid[column->oid_length - 1], &is_named)) return false;
    }
    table_text_shorten(&t->text);
    return true;
}

static bool table_open_text(struct ask *a, const char *operand) {
    struct table *t = a->state;
    char name[4 * FLEET_OID_TEXT_MAX];
    if (!ask_name(a, operand, &t->entry)) return false;
    const struct fleet_object *table = fleet_mib_at(a->mib, t->entry.numbers, t->entry.count);
    const struct fleet_object *entry = table != NULL ? child_of(a->mib, table, NULL) : NULL;
    bool has_room = t->entry.count + 2 < FLEET_OID_SUBIDS_MAX;
    (void)fleet_mib_oid_text(a->mib, t->entry.numbers, t->entry.count, &a->options.style, name,
                             sizeof(name));
    if (!table_text_init(&t->text, name, &t->style)) return table_no_memory(a);
    if (entry != NULL && has_room) {
        t->entry.numbers[t->entry.count++] = entry->oid[entry->oid_length - 1];
        if (!table_find_columns(a, entry)) return false;
    }
    if (t->text.column_count > 0) return true;
    log_plain("Was that a table? %s\n", name);
    return false;
}

/* ---- what comes ---- */

/* The index in the text of a name, in the words of -O; NULL: there is none. */
static char *index_of(const struct ask *a, char *text) {
    const struct table *t = a->state;
    const struct fleet_text_style *style = &a->options.style;
    if ((style->flags & FLEET_TEXT_BRACKETS) != 0) return strchr(text, '[');
    char *at = text;
    if (style->oid == FLEET_OID_MODULE) {
        at = strchr(text, ':');
    } else if (style->oid != FLEET_OID_SUFFIX) {
        size_t length = strlen(t->text.name) + 1;
        at = strlen(text) > length ? strchr(text + length, '.') : NULL;
        if (at != NULL) at++;
    }
    at = strchr(at != NULL ? at : text, '.');
    return at != NULL ? at + 1 : NULL;
}

static char *value_of(const struct ask *a, const struct ask_oid *name,
                      const struct fleet_value *value) {
    struct fleet_text_style style = a->options.style;
    style.flags |= FLEET_TEXT_VALUE_ONLY;
    size_t length = fleet_mib_varbind_text(a->mib, name->numbers, name->count, value, &style, NULL,
                                           0);
    char *text = malloc(length + 1);
    if (text != NULL)
        (void)fleet_mib_varbind_text(a->mib, name->numbers, name->count, value, &style, text,
                                     length + 1);
    return text;
}

static void table_name(const struct fleet_varbind *varbind, struct ask_oid *ret_name) {
    ret_name->count = fleet_oid_numbers(varbind->oid, varbind->oid_length, ret_name->numbers);
    ret_name->length = varbind->oid_length;
    memcpy(ret_name->bytes, varbind->oid, varbind->oid_length);
}

static bool is_below_entry(const struct table *t, const struct ask_oid *name) {
    return name->count > t->entry.count &&
           memcmp(name->numbers, t->entry.numbers, t->entry.count * sizeof(uint32_t)) == 0;
}

/* A cell that is there already, or that takes more than there is: the end. */
static void table_put(struct ask *a, size_t row, size_t column, const struct ask_oid *name,
                      const struct fleet_varbind *varbind, const char *text) {
    struct table *t = a->state;
    if (table_text_has(&t->text, row, column)) {
        (void)fflush(stdout);
        log_plain("OID not increasing: %s\n", text);
        t->code = ASK_EXIT_REFUSED;
        t->goes_on = false;
        return;
    }
    char *value = value_of(a, name, &varbind->value);
    if (value == NULL || !table_text_set(&t->text, row, column, value)) (void)table_no_memory(a);
}

static bool table_has_answer(struct ask *a, const struct fleet_result *result) {
    struct table *t = a->state;
    if (!ask_has_answer(a, result)) {
        t->code = ASK_EXIT_FAILED;
    } else if (result->error_status == NO_SUCH_NAME) {
        (void)puts("End of MIB");
    } else if (result->error_status != 0) {
        ask_tell_error(a, result);
        t->code = ASK_EXIT_REFUSED;
    } else {
        return true;
    }
    t->goes_on = false;
    t->is_at_end = true;
    return false;
}

static void take_of_bulk(struct ask *a, const struct fleet_varbind *varbind) {
    struct table *t = a->state;
    struct ask_oid name;
    char text[4 * FLEET_OID_TEXT_MAX];
    size_t row, column = 0;
    table_name(varbind, &name);
    if (varbind->value.type == FLEET_END_OF_MIB_VIEW || !is_below_entry(t, &name)) {
        t->goes_on = false;
        return;
    }
    uint32_t number = name.numbers[t->entry.count];
    while (column < t->text.column_count && t->columns[column] != number) column++;
    if (column == t->text.column_count) {
        t->has_more_columns = true;
    } else {
        (void)fleet_mib_oid_text(a->mib, name.numbers, name.count, &a->options.style, text,
                                 sizeof(text));
        char *index = index_of(a, text);
        if (index == NULL) {
            t->goes_on = false;
            return;
        }
        if (!table_text_row(&t->text, index, &row)) {
            (void)table_no_memory(a);
            return;
        }
        table_put(a, row, column, &name, varbind, text);
    }
    t->last = name;
}

static void bulk_answered(struct ask *a, const struct fleet_result *result) {
    struct table *t = a->state;
    if (!table_has_answer(a, result)) return;
    struct ask_oid asked = t->last;
    for (size_t i = 0; i < result->varbind_count && t->goes_on; i++)
        take_of_bulk(a, &result->varbinds[i]);
    /* What leads nowhere would be asked for ever. */
    if (t->last.length == asked.length && memcmp(t->last.bytes, asked.bytes, asked.length) == 0)
        t->goes_on = false;
}

/* The next row's cells: those of the columns that have the name asked for. */
static void next_answered(struct ask *a, const struct fleet_result *result) {
    struct table *t = a->state;
    if (!table_has_answer(a, result)) return;
    size_t row = 0;
    bool has_row = false;
    for (size_t i = 0; i < result->varbind_count && i < t->text.column_count && t->goes_on; i++) {
        const struct fleet_varbind *varbind = &result->varbinds[i];
        struct ask_oid name;
        char text[4 * FLEET_OID_TEXT_MAX];
        table_name(varbind, &name);
        bool is_other = !is_below_entry(t, &name) || varbind->value.type == FLEET_END_OF_MIB_VIEW ||
                        name.numbers[t->entry.count] != t->columns[i];
        size_t suffix = t->entry.count + 1;
        if (has_row && !is_other)
            is_other = name.count < t->last.count ||
                       memcmp(name.numbers + suffix, t->last.numbers + suffix,
                              (t->last.count - suffix) * sizeof(uint32_t)) != 0;
        if (is_other) continue;
        (void)fleet_mib_oid_text(a->mib, name.numbers, name.count, &a->options.style, text,
                                 sizeof(text));
        if (!has_row) {
            const char *index = index_of(a, text);
            if (!table_text_row(&t->text, index != NULL ? index : "", &row)) {
                (void)table_no_memory(a);
                return;
            }
            t->last = name;
            has_row = t->has_last = true;
        }
        table_put(a, row, i, &name, varbind, text);
    }
    if (has_row) return;
    t->goes_on = false;
    t->is_at_end = true;
}

/* ---- what is asked ---- */

static void table_ask_bulk(struct ask *a) {
    struct table *t = a->state;
    t->last = t->entry;
    t->last.numbers[t->last.count++] = 0;
    t->last.length = fleet_oid_bytes(t->last.numbers, t->last.count, t->last.bytes);
    t->goes_on = true;
    t->is_at_end = true;
    while (t->goes_on) {
        struct fleet_varbind varbind = ask_varbind(&t->last);
        if (ask_question(a, FLEET_PDU_GETBULK, &varbind, 1, 0, t->at_once, bulk_answered)) continue;
        t->goes_on = false;
        t->code = ASK_EXIT_FAILED;
    }
}

/* As many rows as are written at a time: all, where lines are cut into parts. */
static void table_ask_next(struct ask *a) {
    struct table *t = a->state;
    struct fleet_varbind varbinds[FIELDS_MAX];
    struct ask_oid *names = calloc(t->text.column_count, sizeof(*names));
    bool all = t->style.line_width != 0 && t->style.column_width == 0;
    t->goes_on = names != NULL;
    t->is_at_end = false;
    if (names == NULL) (void)table_no_memory(a);
    while (t->goes_on && (all || t->text.row_count < t->at_once)) {
        for (size_t i = 0; i < t->text.column_count; i++) {
            names[i] = t->has_last ? t->last : t->entry;
            names[i].numbers[t->entry.count] = t->columns[i];
            if (!t->has_last) names[i].count++;
            names[i].length =
                fleet_oid_bytes(names[i].numbers, names[i].count, names[i].bytes);
            varbinds[i] = ask_varbind(&names[i]);
        }
        if (ask_question(a, FLEET_PDU_GETNEXT, varbinds, t->text.column_count, 0, 0,
                         next_answered))
            continue;
        t->goes_on = false;
        t->code = ASK_EXIT_FAILED;
    }
    free(names);
}

static void table_ask(struct ask *a) {
    struct table *t = a->state;
    do {
        t->is_at_end = true;
        if (t->style.headers_only) t->goes_on = false;
        else if (t->by_getnext) table_ask_next(a);
        else table_ask_bulk(a);
        if (t->code != ASK_EXIT_GOOD) return;
        t->total += t->text.row_count;
        if (t->text.row_count > 0 || t->style.headers_only) table_text_write(&t->text, stdout);
    } while (!t->is_at_end);
    if (t->total == 0) (void)printf("%s: No entries\n", t->text.name);
    if (t->has_more_columns)
        (void)printf("%s: WARNING: More columns on agent than in MIB\n", t->text.name);
}

static int table_run(struct ask *a, int count, char **operands) {
    struct table *t = a->state;
    (void)count;
    t->code = ASK_EXIT_FAILED;
    if (a->options.many.is_many) {
        ask_log_error(&a->options.log, "%s: asks one agent, and writes no csv or json; of many "
                      "agents a module of `snmpfleet poll -o csv` gives tables",
                      a->options.program);
        return t->code;
    }
    if (table_open_text(a, operands[0]) && ask_open(a)) {
        t->code = ASK_EXIT_GOOD;
        if (a->options.credentials.auth.version == FLEET_V1) t->by_getnext = true;
        table_ask(a);
    }
    table_text_deinit(&t->text);
    return t->code;
}

int cli_table(int argc, char **argv) {
    static const struct ask_verb verb = {
        .name = "table", .program = "snmptable",
        .stop = "", .error_stop = ".",
        .text_flags = FLEET_TEXT_QUICK,
        .letter = table_letter, .check = table_check, .run = table_run,
    };
    struct table table = { .at_once = AT_ONCE_DEFAULT };
    return ask_main(&verb, argc, argv, &table);
}

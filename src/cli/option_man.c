/* option_man: see option_man.h. */
#include "cli/option_man.h"

#include <ctype.h>
#include <string.h>

#include "cli/option.h"

/* Of the pages, which change with the program. */
#define PAGE_DATE "November 25, 2026"

enum { LINE_COLUMNS = 74 };

/* One word as mdoc has it; at the start of a line a dot or a quote means something to it. */
static void put_word(FILE *to, const char *word, size_t length, bool at_start) {
    if (at_start && (word[0] == '.' || word[0] == '\'')) (void)fputs("\\&", to);
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\') (void)fputs("\\e", to);
        else if (word[i] == '-') (void)fputs("\\-", to);
        else (void)fputc(word[i], to);
    }
}

/* How wide put_word writes it, in the source of the page. */
static size_t word_width(const char *word, size_t length) {
    size_t width = length;
    for (size_t i = 0; i < length; i++) width += word[i] == '\\' || word[i] == '-';
    return width;
}

/* Text in lines of at most LINE_COLUMNS columns. A sentence begins a line; "\n\n" a paragraph. */
static void put_text(FILE *to, const char *text, size_t length) {
    size_t column = 0;
    bool ends_sentence = false;
    for (const char *at = text, *end = text + length; at < end;) {
        size_t word = 0;
        while (at + word < end && at[word] != ' ' && at[word] != '\n') word++;
        size_t width = word_width(at, word);
        bool begins = column == 0 || ends_sentence || column + 1 + width > LINE_COLUMNS;
        if (column > 0) (void)fputc(begins ? '\n' : ' ', to);
        put_word(to, at, word, begins);
        column = begins ? width : column + 1 + width;
        ends_sentence = word >= 2 && at[word - 1] == '.' && at[word - 2] != '.';
        at += word;
        bool is_paragraph = at < end && *at == '\n';
        while (at < end && (*at == ' ' || *at == '\n')) at++;
        if (is_paragraph && at < end) {
            (void)fputs("\n.Pp\n", to);
            column = 0;
        }
    }
    (void)fputc('\n', to);
}

/* An argument of a macro: words that are macros or punctuation themselves are no such. */
static void put_argument(FILE *to, const char *text, size_t length) {
    (void)fputc('"', to);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') (void)fputs("\\(dq", to);
        else if (text[i] == '\\') (void)fputs("\\e", to);
        else if (i == 0 && (ispunct((unsigned char)text[i]) || length <= 2))
            (void)fprintf(to, "\\&%c", text[i]);
        else (void)fputc(text[i], to);
    }
    (void)fputc('"', to);
}

static void put_head(FILE *to, const char *title, const char *section, const char *name,
                     const char *what) {
    (void)fprintf(to, ".Dd " PAGE_DATE "\n.Dt %s %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd ",
                  title, section, name);
    put_text(to, what, strlen(what));
}

static void put_letters(FILE *to, const char *list) {
    (void)fputs(".Bl -tag -width Ds\n", to);
    while (*list != '\0') {
        size_t tab = strcspn(list, "\t"), end = strcspn(list, "\n");
        (void)fputs(".It Cm ", to);
        put_argument(to, list, tab);
        (void)fputc('\n', to);
        put_text(to, list + tab + 1, end - tab - 1);
        list += end + (list[end] == '\n');
    }
    (void)fputs(".El\n", to);
}

/* What there is to know of a value beside its help. */
static void put_rule(FILE *to, const struct rule *rule, const char *standard) {
    char expected[RULE_TEXT_MAX], text[RULE_TEXT_MAX + 8];
    bool has_form = rule->kind == RULE_NUMBER || rule->kind == RULE_SIZE ||
                    rule->kind == RULE_WORDS;
    if (has_form) {
        (void)snprintf(text, sizeof(text), "Takes %s.", rule_expected(rule, RULE_FORM, expected));
        put_text(to, text, strlen(text));
    } else if (rule->kind == RULE_TIME) {
        (void)fputs("Takes a time such as 500ms, 30s, 5m or 1h", to);
        if (rule->may_be_zero) (void)fputs(", or 0", to);
        if (rule->min > 1)
            (void)fprintf(to, ", %s", rule_expected(rule, RULE_LIMIT, expected));
        (void)fputs(".\n", to);
    }
    if (standard == NULL) return;
    (void)fputs("Default: ", to);
    put_text(to, standard, strlen(standard));
}

/* A sentence of a phrase: "Phrase." */
static void put_sentence(FILE *to, const char *phrase) {
    size_t length = strlen(phrase);
    bool is_open = phrase[length - 1] == ':' || phrase[length - 1] == '.';
    char text[1024];
    (void)snprintf(text, sizeof(text), "%c%s%s", toupper((unsigned char)phrase[0]), phrase + 1,
                   is_open ? "" : ".");
    put_text(to, text, strlen(text));
}

static void put_row(FILE *to, const struct option_row *row) {
    const char *value = option_value(row);
    (void)fputs(".It ", to);
    if (row->letter != '\0') (void)fprintf(to, "Fl %c", row->letter);
    if (row->name != NULL)
        (void)fprintf(to, "%sFl \\-%s", row->letter != '\0' ? " , " : "", row->name);
    if (value != NULL) {
        (void)fputs(" Ar ", to);
        put_argument(to, value, strlen(value));
    }
    (void)fputc('\n', to);
    put_sentence(to, option_text(row));
    put_rule(to, option_rule(row), option_standard(row));
    if (row->letters != NULL) put_letters(to, row->letters);
}

static void put_section(FILE *to, const struct verb *verb, enum option_section section) {
    const struct option_row *row = NULL;
    bool has_title = false;
    while ((row = option_next_row(row, verb->bit)) != NULL) {
        if (row->section != section || row->is_hidden) continue;
        if (!has_title)
            (void)fprintf(to, ".Ss %s\n.Bl -tag -width Ds\n", option_section_title(section));
        has_title = true;
        put_row(to, row);
    }
    if (has_title) (void)fputs(".El\n", to);
}

/* Lines of "what\ttext\n" as a list. */
static void put_exits(FILE *to, const char *list) {
    (void)fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", to);
    while (*list != '\0') {
        size_t tab = strcspn(list, "\t"), end = strcspn(list, "\n");
        (void)fprintf(to, ".It %.*s\n", (int)tab, list);
        put_text(to, list + tab + 1, end - tab - 1);
        list += end + (list[end] == '\n');
    }
    (void)fputs(".El\n", to);
}

static void put_examples(FILE *to, const char *list) {
    (void)fputs(".Sh EXAMPLES\n", to);
    for (bool is_first = true; *list != '\0'; is_first = false) {
        size_t tab = strcspn(list, "\t"), end = strcspn(list, "\n");
        if (!is_first) (void)fputs(".Pp\n", to);
        put_text(to, list + tab + 1, end - tab - 1);
        (void)fputs(".Dl ", to);
        put_text(to, list, tab);
        list += end + (list[end] == '\n');
    }
}

void option_man_verb(FILE *to, const struct verb *verb) {
    char title[64], name[64];
    (void)snprintf(name, sizeof(name), "snmpfleet-%s", verb->name);
    for (size_t i = 0; i <= strlen(name); i++) title[i] = (char)toupper((unsigned char)name[i]);
    put_head(to, title, "1", name, verb->summary);
    (void)fprintf(to, ".Sh SYNOPSIS\n.Nm snmpfleet %s\n.Op Ar options\n", verb->name);
    if (*verb->operands != '\0') {
        (void)fputs(".Ar ", to);
        put_argument(to, verb->operands, strlen(verb->operands));
        (void)fputc('\n', to);
    }
    (void)fputs(".Sh DESCRIPTION\n", to);
    put_text(to, verb->what, strlen(verb->what));
    if (verb->notes != NULL) {
        (void)fputs(".Pp\n", to);
        put_text(to, verb->notes, strlen(verb->notes));
    }
    for (unsigned section = 0; section < SECTIONS; section++) put_section(to, verb, section);
    put_exits(to, verb->exits);
    put_examples(to, verb->examples);
    (void)fputs(".Sh SEE ALSO\n.Xr snmpfleet 1 ,\n.Xr snmpfleet-config 5 ,\n"
                ".Xr snmpfleet-targets 5\n", to);
}

void option_man_program(FILE *to) {
    put_head(to, "SNMPFLEET", "1", "snmpfleet", "poll whole SNMP fleets");
    (void)fputs(".Sh SYNOPSIS\n.Nm snmpfleet\n.Ar verb\n.Op Ar options\n.Ar ...\n"
                ".Sh DESCRIPTION\nThe verbs of\n.Nm\nare:\n.Bl -tag -width Ds\n", to);
    for (const struct verb *v = verb_table; v->name != NULL; v++) {
        (void)fprintf(to, ".It Cm %s\n", v->name);
        put_sentence(to, v->summary);
        (void)fprintf(to, "See\n.Xr snmpfleet-%s 1 .\n",
                      v->same_as != NULL ? v->same_as : v->name);
    }
    (void)fputs(".El\n.Pp\n"
                "Started under the name of one of Net\\-SNMP's programs (snmpget, snmpwalk and so\n"
                "on) it acts as that program, with its options and its snmp.conf.\n", to);
    put_exits(to, verb_table[0].exits);
    put_examples(to, verb_table[0].examples);
    (void)fputs(".Sh SEE ALSO\n.Xr snmpfleet-check 1 ,\n.Xr snmpfleet-poll 1 ,\n"
                ".Xr snmpfleet-config 5 ,\n.Xr snmpfleet-targets 5\n", to);
}

static void put_keys(FILE *to, const struct key *keys, unsigned count, unsigned doors,
                     const char *between) {
    for (const struct key *key = keys; key < keys + count; key++) {
        if ((key->doors & doors) != doors) continue;
        (void)fprintf(to, ".It Cm %s %s Ar ", key->name, between);
        put_argument(to, key->value, strlen(key->value));
        (void)fputc('\n', to);
        put_sentence(to, key->help);
        put_rule(to, &key->rule, key->standard);
    }
}

bool option_man_keys(FILE *to, const char *where) {
    if (strcmp(where, "line") == 0)
        put_keys(to, target_keys, TARGET_KEYS, KEY_ON_LINE, "Ns = Ns");
    else if (strcmp(where, "defaults") == 0)
        put_keys(to, target_keys, TARGET_KEYS, KEY_IN_DEFAULTS, ":");
    else if (strcmp(where, "fleet") == 0) put_keys(to, limit_keys, LIMIT_KEYS, 0, ":");
    else return false;
    return true;
}

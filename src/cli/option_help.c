/* option_help: see option_help.h. */
#include "cli/option_help.h"

#include <string.h>

#include "cli/option.h"

enum { WIDTH = 80, TEXT_COLUMN = 26, LETTERS_COLUMN = 32 };

/* Words from @column on, in lines that begin at @indent; the first line has begun already. */
static void put_words(FILE *to, const char *text, size_t length, size_t indent, size_t *column) {
    for (const char *at = text, *end = text + length; at < end;) {
        size_t word = 0;
        while (at + word < end && at[word] != ' ') word++;
        bool is_first = *column == indent;
        if (!is_first && *column + 1 + word > WIDTH) {
            (void)fprintf(to, "\n%*s", (int)indent, "");
            *column = indent;
            is_first = true;
        }
        (void)fprintf(to, "%s%.*s", is_first ? "" : " ", (int)word, at);
        *column += word + !is_first;
        at += word + (at + word < end);
    }
}

/* Paragraphs, parted by an empty line. */
static void put_paragraphs(FILE *to, const char *text) {
    while (*text != '\0') {
        size_t length = strcspn(text, "\n"), column = 0;
        put_words(to, text, length, 0, &column);
        (void)fputs("\n", to);
        text += length;
        if (*text == '\0') break;
        (void)fputs("\n", to);
        text += strspn(text, "\n");
    }
}

/* "left  text", the text from @column on, and on a line of its own where left is too long. */
static void put_entry(FILE *to, int indent, const char *left, size_t column) {
    int length = fprintf(to, "%*s%s", indent, "", left);
    if (length < 0) length = 0;
    if ((size_t)length + 1 > column) (void)fprintf(to, "\n%*s", (int)column, "");
    else (void)fprintf(to, "%*s", (int)(column - (size_t)length), "");
}

/* Lines of "left\ttext\n". */
static void put_list(FILE *to, const char *list, int indent, size_t column) {
    while (*list != '\0') {
        char left[96];
        size_t tab = strcspn(list, "\t"), end = strcspn(list, "\n"), at = column;
        (void)snprintf(left, sizeof(left), "%.*s", (int)tab, list);
        put_entry(to, indent, left, column);
        put_words(to, list + tab + 1, end - tab - 1, column, &at);
        (void)fputc('\n', to);
        list += end + (list[end] == '\n');
    }
}

static void put_row(FILE *to, const struct option_row *row) {
    char left[96], letter[8] = "    ";
    const char *value = option_value(row), *standard = option_standard(row);
    size_t column = TEXT_COLUMN;
    if (row->letter != '\0')
        (void)snprintf(letter, sizeof(letter), "-%c%s", row->letter, row->name != NULL ? ", " : "");
    (void)snprintf(left, sizeof(left), "%s%s%s%s%s", letter, row->name != NULL ? "--" : "",
                   row->name != NULL ? row->name : "", value != NULL ? " " : "",
                   value != NULL ? value : "");
    put_entry(to, 2, left, TEXT_COLUMN);
    const char *text = option_text(row);
    put_words(to, text, strlen(text), TEXT_COLUMN, &column);
    if (standard != NULL) {
        char shown[96];
        (void)snprintf(shown, sizeof(shown), "(%s)", standard);
        put_words(to, shown, strlen(shown), TEXT_COLUMN, &column);
    }
    (void)fputc('\n', to);
    if (row->letters != NULL) put_list(to, row->letters, 6, TEXT_COLUMN);
}

static void put_section(FILE *to, const struct verb *verb, enum option_section section,
                        bool with_own) {
    const struct option_row *row = NULL;
    bool has_title = false;
    while ((row = option_next_row(row, verb->bit)) != NULL) {
        if (row->section != section || row->is_hidden || (row->is_own && !with_own)) continue;
        if (!has_title) (void)fprintf(to, "\n%s:\n", option_section_title(section));
        has_title = true;
        put_row(to, row);
    }
}

/* A command and what it does, on a line each. */
static void put_examples(FILE *to, const char *list) {
    (void)fputs("\nExamples:\n", to);
    while (*list != '\0') {
        size_t tab = strcspn(list, "\t"), end = strcspn(list, "\n");
        (void)fprintf(to, "  %.*s\n      %.*s\n", (int)tab, list, (int)(end - tab - 1),
                      list + tab + 1);
        list += end + (list[end] == '\n');
    }
}

void option_help(FILE *to, const struct verb *verb, const char *program, bool with_own) {
    (void)fprintf(to, with_own ? "usage: %s [options]%s%s\n\n" : "USAGE: %s [OPTIONS]%s%s\n\n",
                  program, *verb->operands != '\0' ? " " : "", verb->operands);
    put_paragraphs(to, verb->what);
    if (verb->notes != NULL && with_own) {
        (void)fputc('\n', to);
        put_paragraphs(to, verb->notes);
    }
    for (unsigned section = 0; section < SECTIONS; section++)
        put_section(to, verb, section, with_own);
    (void)fputs("\nExit codes:\n", to);
    put_list(to, verb->exits, 2, 5);
    if (with_own) put_examples(to, verb->examples);
}

void option_help_verbs(FILE *to) {
    (void)fprintf(to, "snmpfleet " SNMPFLEET_VERSION ": poll whole SNMP fleets\n\n"
                      "usage: snmpfleet VERB [options] ...\n\n");
    for (const struct verb *v = verb_table; v->name != NULL; v++)
        (void)fprintf(to, "  %-10s %s\n", v->name, v->summary);
    (void)fputs("\n'snmpfleet help VERB' says more; 'snmpfleet --version' names versions and "
                "libraries.\n", to);
}

/* option: see option.h. */
#include "cli/option.h"
#include "cli/log.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "conf/show.h"

static const struct option_row *const families[] = {
    option_rows_common, option_rows_fleet, option_rows_ask, option_rows_simulate,
    option_rows_bench,
};

enum { FAMILIES = sizeof(families) / sizeof(families[0]) };

static bool is_end(const struct option_row *row) {
    return row->help == NULL && row->key == NULL;
}

/* The family that @row is of. */
static size_t family_of(const struct option_row *row) {
    for (size_t i = 0; i < FAMILIES; i++) {
        for (const struct option_row *at = families[i]; !is_end(at); at++) {
            if (at == row) return i;
        }
    }
    return FAMILIES;
}

const struct option_row *option_next_row(const struct option_row *row, uint32_t verbs) {
    size_t family = row == NULL ? 0 : family_of(row);
    const struct option_row *at = row == NULL ? families[0] : row + 1;
    while (true) {
        for (; !is_end(at); at++) {
            if ((at->verbs & verbs) != 0) return at;
        }
        if (++family >= FAMILIES) return NULL;
        at = families[family];
    }
}

const struct option_row *option_by_letter(char letter, uint32_t verbs) {
    const struct option_row *row = NULL;
    while ((row = option_next_row(row, verbs)) != NULL) {
        if (row->letter == letter && letter != '\0') return row;
    }
    return NULL;
}

const struct option_row *option_by_name(const char *name, size_t length, uint32_t verbs) {
    const struct option_row *row = NULL;
    while ((row = option_next_row(row, verbs)) != NULL) {
        bool is_it = row->name != NULL && strlen(row->name) == length &&
                     memcmp(row->name, name, length) == 0;
        if (is_it) return row;
    }
    return NULL;
}

const struct option_row *option_by_prefix(const char *name, size_t length, uint32_t verbs,
                                          unsigned *ret_count) {
    const struct option_row *row = option_by_name(name, length, verbs), *found = row;
    *ret_count = row != NULL;
    if (row != NULL) return row;
    while ((row = option_next_row(row, verbs)) != NULL) {
        bool begins = length > 0 && row->name != NULL && strncmp(row->name, name, length) == 0;
        if (!begins) continue;
        found = row;
        ++*ret_count;
    }
    return *ret_count == 1 ? found : NULL;
}

const struct rule *option_rule(const struct option_row *row) {
    return row->key != NULL && row->rule.kind == RULE_NONE ? &row->key->rule : &row->rule;
}

bool option_has_value(const struct option_row *row) {
    return option_rule(row)->kind != RULE_NONE;
}

const char *option_value(const struct option_row *row) {
    return row->value != NULL || row->key == NULL ? row->value : row->key->value;
}

const char *option_standard(const struct option_row *row) {
    return row->standard != NULL || row->key == NULL ? row->standard : row->key->standard;
}

const char *option_text(const struct option_row *row) {
    return row->help != NULL ? row->help : row->key->help;
}

const char *option_section_title(enum option_section section) {
    static const char *const titles[SECTIONS] = {
        [SECTION_VERB] = "The verb",
        [SECTION_FILES] = "Configuration",
        [SECTION_WHAT] = "What is polled",
        [SECTION_WHO] = "How targets are asked, where they have no such key",
        [SECTION_CREDENTIALS] = "Credentials",
        [SECTION_SPEED] = "How fast",
        [SECTION_OUTPUT] = "Output",
        [SECTION_MANY] = "Many agents at once",
        [SECTION_TEXT] = "Names and text",
        [SECTION_SERVICE] = "How an agent works on requests",
        [SECTION_FAULTS] = "Faults: SHARE of the agents have it",
        [SECTION_FAULTS_V3] = "Faults of SNMPv3",
        [SECTION_OTHER] = "Other",
    };
    return titles[section];
}

const char *option_spelled(const struct option_row *row, char text[static OPTION_SPELLED_MAX]) {
    if (row->name != NULL) (void)snprintf(text, OPTION_SPELLED_MAX, "--%s", row->name);
    else (void)snprintf(text, OPTION_SPELLED_MAX, "-%c", row->letter);
    return text;
}

void option_letters(uint32_t verbs, bool with_own, char letters[static OPTION_LETTERS_MAX]) {
    const struct option_row *row = NULL;
    size_t length = 0;
    while ((row = option_next_row(row, verbs)) != NULL && length + 3 < OPTION_LETTERS_MAX) {
        if (row->letter == '\0' || (row->is_own && !with_own)) continue;
        letters[length++] = row->letter;
        if (option_has_value(row)) letters[length++] = ':';
    }
    letters[length] = '\0';
}

/* An option that has the same letter, but large or small. */
static const struct option_row *other_case(char letter, uint32_t verbs) {
    bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    return is_letter ? option_by_letter((char)(letter ^ 0x20), verbs) : NULL;
}

static const char *hint_of(const struct option_row *row, char hint[static OPTION_HINT_MAX]) {
    if (row->name == NULL)
        (void)snprintf(hint, OPTION_HINT_MAX, " (-%c is: %s)", row->letter, option_text(row));
    else if (row->letter == '\0')
        (void)snprintf(hint, OPTION_HINT_MAX, " (did you mean --%s?)", row->name);
    else
        (void)snprintf(hint, OPTION_HINT_MAX, " (-%c is --%s)", row->letter, row->name);
    return hint;
}

/* A verb that has the option @name, of @length, which the one at hand has not. */
static const char *hint_of_verb(const char *name, size_t length,
                                char hint[static OPTION_HINT_MAX]) {
    for (const struct verb *v = verb_table; v->name != NULL; v++) {
        const struct option_row *row = option_by_name(name, length, v->bit);
        if (row == NULL || row->is_hidden) continue;
        (void)snprintf(hint, OPTION_HINT_MAX, " ('snmpfleet %s' has it)", v->name);
        return hint;
    }
    return "";
}

const char *option_hint(const char *text, uint32_t for_verbs, char hint[static OPTION_HINT_MAX]) {
    char name[OPTION_SPELLED_MAX];
    const struct option_row *row;
    size_t dashes = strspn(text, "-"), length = strcspn(text + dashes, "=");
    hint[0] = '\0';
    if (length == 0 || length >= sizeof(name)) return hint;
    (void)snprintf(name, sizeof(name), "%.*s", (int)length, text + dashes);
    if (length == 1) {
        row = option_by_letter(name[0], for_verbs);
        if (row == NULL) row = other_case(name[0], for_verbs);
        return row != NULL ? hint_of(row, hint) : hint;
    }
    struct nearest nearest = NEAREST_INIT(name);
    for (row = NULL; (row = option_next_row(row, for_verbs)) != NULL;) {
        if (row->name != NULL && !row->is_hidden) nearest_try(&nearest, row->name);
    }
    if (nearest.best == NULL) return hint_of_verb(name, length, hint);
    (void)snprintf(hint, OPTION_HINT_MAX, " (did you mean --%s?)", nearest.best);
    return hint;
}

void option_tell(const struct option_mistake *m) {
    char option[SHOW_MAX + 4], value[SHOW_MAX + 4];
    bool has_option = m->option != NULL, has_value = m->value != NULL, has_right = m->right != NULL;
    log_line(LEVEL_ERROR, m->program, "%s%s%s%s%s%s%s%s%s",
             has_option ? show_text(m->option, option) : "", has_option ? ": " : "", m->what,
             has_value ? ": '" : "", has_value ? show_text(m->value, value) : "",
             has_value ? "'" : "", has_right ? " (" : "", has_right ? m->right : "",
             has_right ? ")" : "");
}

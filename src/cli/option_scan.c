/* option_scan: see option_scan.h. */
#include "cli/option_scan.h"
#include "cli/log.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/option_help.h"
#include "cli/version.h"

void option_scan_begin(struct option_scan *s, const struct verb *verb, const char *program,
                       int argc, char **argv) {
    *s = (struct option_scan){ .verb = verb, .program = program, .argc = argc, .argv = argv };
    optind = 1;
}

enum option_step option_scan_mistake(const struct option_scan *s, const char *what,
                                     const char *value, const char *right) {
    option_tell(&(struct option_mistake){ s->program, s->spelled, what, value, right });
    return OPTION_WRONG;
}

static void tell_where_more_is(const struct option_scan *s) {
    log_plain("'%s --help' lists the options\n", s->program);
}

static enum option_step tell_unknown(const struct option_scan *s, unsigned count) {
    char what[OPTION_HINT_MAX + 64], hint[OPTION_HINT_MAX];
    (void)snprintf(what, sizeof(what), "%s%s",
                   count > 1 ? "more than one option begins so" : "no such option",
                   option_hint(s->spelled, s->verb->bit, hint));
    (void)option_scan_mistake(s, what, NULL, NULL);
    tell_where_more_is(s);
    return OPTION_WRONG;
}

/* The option that is at hand, with the value that it has. */
static enum option_step take(struct option_scan *s) {
    char expected[RULE_TEXT_MAX];
    const struct rule *rule = option_rule(s->row);
    if (s->row->id == OPT_HELP) option_help(stdout, s->verb, s->program, true);
    else if (s->row->id == OPT_VERSION) version_print(stdout);
    if (s->row->id == OPT_HELP || s->row->id == OPT_VERSION) return OPTION_DONE;
    if (s->value == NULL) return OPTION_TAKEN;
    enum rule_fault fault = rule_read(rule, s->value, &s->number);
    if (fault == RULE_GOOD && s->row->id == OPT_LOG_LEVEL)
        log_set_level((enum log_level)s->number);
    if (fault == RULE_GOOD && s->row->id == OPT_LOG_FORMAT)
        log_set_format((enum log_format)s->number);
    if (fault == RULE_GOOD) return OPTION_TAKEN;
    return option_scan_mistake(s, rule_wrong(rule, fault), s->value,
                               rule_expected(rule, fault, expected));
}

/* The value of the option at hand is the next word. */
static enum option_step take_next_word(struct option_scan *s) {
    if (optind < s->argc) {
        s->value = s->argv[optind++];
        return take(s);
    }
    char right[96];
    (void)snprintf(right, sizeof(right), "%s %s", s->spelled, option_value(s->row));
    (void)option_scan_mistake(s, "needs a value", NULL, right);
    tell_where_more_is(s);
    return OPTION_WRONG;
}

static enum option_step take_long(struct option_scan *s, char *word) {
    size_t length = strcspn(word + 2, "=");
    unsigned count;
    (void)snprintf(s->spelled, sizeof(s->spelled), "%.*s", (int)length + 2, word);
    s->row = option_by_prefix(word + 2, length, s->verb->bit, &count);
    s->value = word + 2;
    if (s->row == NULL && s->takes_others) return OPTION_TAKEN;
    if (s->row == NULL) return tell_unknown(s, count);
    s->value = NULL;
    (void)option_spelled(s->row, s->spelled);
    bool has_value = word[2 + length] == '=';
    if (option_has_value(s->row) && !has_value) return take_next_word(s);
    if (has_value) s->value = word + 2 + length + 1;
    if (has_value && !option_has_value(s->row))
        return option_scan_mistake(s, "takes no value", NULL, NULL);
    return take(s);
}

static enum option_step take_letter(struct option_scan *s) {
    char letter = *s->letters++;
    (void)snprintf(s->spelled, sizeof(s->spelled), "-%c", letter);
    s->row = option_by_letter(letter, s->verb->bit);
    if (s->row == NULL) return tell_unknown(s, 0);
    char *rest = *s->letters != '\0' ? s->letters : NULL;
    if (!option_has_value(s->row)) {
        s->letters = rest;
        return take(s);
    }
    s->letters = NULL;
    if (rest == NULL) return take_next_word(s);
    s->value = rest;
    return take(s);
}

enum option_step option_scan_next(struct option_scan *s) {
    s->value = NULL;
    if (s->letters != NULL) return take_letter(s);
    while (optind < s->argc) {
        char *word = s->argv[optind++];
        bool is_operand = word[0] != '-' || word[1] == '\0';
        bool ends = strcmp(word, "--") == 0 || (is_operand && s->stops_at_operand);
        if (is_operand) s->argv[++s->operand_count] = word;
        if (ends) {
            while (optind < s->argc) s->argv[++s->operand_count] = s->argv[optind++];
        } else if (!is_operand && word[1] == '-') {
            return take_long(s, word);
        } else if (!is_operand) {
            s->letters = word + 1;
            return take_letter(s);
        }
    }
    return OPTION_END;
}

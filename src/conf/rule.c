/* rule: see rule.h. */
#include "conf/rule.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "conf/duration.h"

static enum rule_fault read_word(const struct rule *rule, const char *text, uint64_t *ret_number) {
    for (size_t i = 0; rule->words[i] != NULL; i++) {
        if (strcmp(text, rule->words[i]) != 0) continue;
        *ret_number = i;
        return RULE_GOOD;
    }
    return RULE_FORM;
}

/* Larger than the program counts is a number that is too large. */
static bool is_all_digits(const char *text) {
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* "0", "0s", "0ms": no time. */
static bool is_zero(const char *text) {
    static const char *const zeros[] = { "0", "0us", "0ms", "0s", "0m", "0h", "0d" };
    bool is_one = false;
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
        is_one |= strcmp(text, zeros[i]) == 0;
    return is_one;
}

enum rule_fault rule_read(const struct rule *rule, const char *text, uint64_t *ret_number) {
    uint64_t number, least;
    switch (rule->kind) {
    case RULE_NUMBER:
        if (number_parse(text, rule->min, rule->max, ret_number)) return RULE_GOOD;
        return is_all_digits(text) ? RULE_LIMIT : RULE_FORM;
    case RULE_TIME:
        if (rule->may_be_zero && is_zero(text)) number = 0;
        else if (!duration_parse(text, &number)) return RULE_FORM;
        if (number < rule->min && !(rule->may_be_zero && number == 0)) return RULE_LIMIT;
        *ret_number = number;
        return RULE_GOOD;
    case RULE_SIZE:
        if (size_parse(text, rule->min, rule->max, ret_number)) return RULE_GOOD;
        return size_parse(text, 0, UINT64_C(1) << 60, &least) ? RULE_LIMIT : RULE_FORM;
    case RULE_WORDS: return read_word(rule, text, ret_number);
    case RULE_NONE:
    case RULE_TEXT: break;
    }
    return RULE_GOOD;
}

/* "a, b or c" */
static void put_words(const char *const *words, char text[static RULE_TEXT_MAX]) {
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; words[i] != NULL && length < RULE_TEXT_MAX; i++) {
        const char *before = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";
        length += (size_t)snprintf(text + length, RULE_TEXT_MAX - length, "%s%s", before,
                                   words[i]);
    }
}

const char *rule_expected(const struct rule *rule, enum rule_fault fault,
                          char text[static RULE_TEXT_MAX]) {
    char time[DURATION_TEXT_MAX], least[SIZE_TEXT_MAX], most[SIZE_TEXT_MAX];
    text[0] = '\0';
    switch (rule->kind) {
    case RULE_NUMBER:
        (void)snprintf(text, RULE_TEXT_MAX, "a number from %" PRIu64 " to %" PRIu64, rule->min,
                       rule->max);
        break;
    case RULE_TIME:
        (void)duration_format(rule->min, time);
        if (fault == RULE_LIMIT) (void)snprintf(text, RULE_TEXT_MAX, "at least %s", time);
        else (void)snprintf(text, RULE_TEXT_MAX, "a time such as 500ms, 30s, 5m or 1h, %s",
                            rule->may_be_zero ? "at most 366d, or 0"
                                              : "above 0 and at most 366d");
        break;
    case RULE_SIZE:
        (void)snprintf(text, RULE_TEXT_MAX, "a size from %s to %s, such as 64M or 1G",
                       size_format(rule->min, least), size_format(rule->max, most));
        break;
    case RULE_WORDS: put_words(rule->words, text); break;
    case RULE_TEXT: (void)snprintf(text, RULE_TEXT_MAX, "text"); break;
    case RULE_NONE: (void)snprintf(text, RULE_TEXT_MAX, "no value"); break;
    }
    return text;
}

const char *rule_wrong(const struct rule *rule, enum rule_fault fault) {
    if (fault == RULE_LIMIT) return "out of its limits";
    switch (rule->kind) {
    case RULE_NUMBER: return "not a number";
    case RULE_TIME: return "not a time";
    case RULE_SIZE: return "not a size";
    case RULE_WORDS: return "not known";
    case RULE_NONE:
    case RULE_TEXT: break;
    }
    return "cannot be used";
}

/*
 * rule: what the value of a key or of an option may be. The keys of targets files, of `defaults`
 * and of `fleet` (keys.h) and the options of the command line have one each, so that a value means
 * the same and has the same limits wherever it is written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum rule_kind {
    RULE_NONE,      /* no value: an option that is given or not */
    RULE_TEXT,      /* any text; who reads it checks it */
    RULE_NUMBER,    /* a decimal number from .min to .max */
    RULE_TIME,      /* a time of at least .min nanoseconds, at most 366 days; or none */
    RULE_SIZE,      /* bytes from .min to .max, such as 64M */
    RULE_WORDS,     /* one of .words */
};

struct rule {
    enum rule_kind kind;
    uint64_t min, max;
    const char *const *words;   /* NULL ends them */
    bool may_be_zero;           /* of a time: 0 is none */
};

/* What is wrong with a value. */
enum rule_fault {
    RULE_GOOD,
    RULE_FORM,      /* it is no number, no time, no size, none of the words */
    RULE_LIMIT,     /* it is too small or too large */
};

/*
 * Read @text: *ret_number is the number, nanoseconds, bytes, or the place of the word. Kinds
 * without a number take every text and leave *ret_number as it is.
 */
enum rule_fault rule_read(const struct rule *rule, const char *text, uint64_t *ret_number);

/* "a number from 1 to 100", "strict or any": what would have been right; for messages. */
enum { RULE_TEXT_MAX = 160 };
const char *rule_expected(const struct rule *rule, enum rule_fault fault,
                          char text[static RULE_TEXT_MAX]);

/* "not a number", "out of its limits": what is wrong; for messages. */
const char *rule_wrong(const struct rule *rule, enum rule_fault fault);

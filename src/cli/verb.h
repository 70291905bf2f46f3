/*
 * verb: the table of the verbs of the program, as help, manual pages and completion tell of them.
 * main.c has the functions that they run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum verb_bit {
    VERB_POLL = 1 << 0,
    VERB_CHECK = 1 << 1,
    VERB_SIMULATE = 1 << 2,
    VERB_TRANSLATE = 1 << 3,
    VERB_GET = 1 << 4,
    VERB_GETNEXT = 1 << 5,
    VERB_BULKGET = 1 << 6,
    VERB_WALK = 1 << 7,
    VERB_BULKWALK = 1 << 8,
    VERB_TABLE = 1 << 9,
    VERB_SET = 1 << 10,
    VERB_BENCH = 1 << 11,
    VERBS_FLEET = VERB_POLL | VERB_CHECK,
    VERBS_ASK = VERB_GET | VERB_GETNEXT | VERB_BULKGET | VERB_WALK | VERB_BULKWALK | VERB_TABLE |
                VERB_SET,
    VERBS_MANY = VERBS_ASK & ~VERB_TABLE,   /* that ask many agents, too */
    VERBS_ALL = VERBS_FLEET | VERB_SIMULATE | VERB_TRANSLATE | VERBS_ASK | VERB_BENCH,
};

struct verb {
    const char *name;
    uint32_t bit;
    const char *program;    /* of Net-SNMP's that it acts as under this name; NULL: none */
    const char *summary;    /* one line */
    const char *operands;   /* behind the options */
    const char *what;       /* paragraphs, parted by an empty line */
    const char *exits;      /* "0\ttext\n..." */
    const char *notes;      /* what there is to know beside; paragraphs; NULL: nothing */
    const char *examples;   /* "command\twhat it does\n..." */
    const char *same_as;    /* the verb that this is another name of; NULL: it is its own */
};

/* In the order in which they are listed; .name is NULL after the last. */
extern const struct verb verb_table[];

/* NULL: there is none of that name. */
const struct verb *verb_find(const char *name);

/* The verb that acts as the program of Net-SNMP's that @path leads to; NULL: none. */
const struct verb *verb_of_program(const char *path);

/* The verb that @name is most like; NULL: it is like none. */
const char *verb_nearest(const char *name);

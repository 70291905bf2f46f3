/*
 * field: the members of a struct bench_result under their names in JSON, so that what writes a
 * report and what reads it follow one table. A name is the member's, so units stand at its end.
 *
 * A reader wants every member. So a member that is added after a release, or means something else,
 * needs another BENCH_FORMAT_VERSION; so does one that is gone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum field_kind {
    FIELD_U32, FIELD_U64, FIELD_I64,
    FIELD_REAL,         /* double; NAN is null */
    FIELD_BOOL,
    FIELD_TEXT,         /* char *, owned; NULL is null */
    FIELD_BUFFER,       /* char[size] */
    FIELD_WORD,         /* an enum, as its word in .words */
    FIELD_NUMBERS,      /* uint32_t[size] by the words: {"get":80}; what is zero is left out */
    FIELD_COUNTS,       /* the same of uint64_t */
    FIELD_TEXTS,        /* char **, owned, with its count */
    FIELD_HISTOGRAM,    /* null: it was never made */
    FIELD_GROUP,        /* a struct within; null where the bool at .count says no */
    FIELD_LIST,         /* an owned array of structs with its count */
};

enum { FIELD_ALWAYS = 0, FIELD_TEXT_MAX = 1 << 20, FIELD_TEXTS_MAX = 100000 };

struct field_table {
    const struct field *fields;
    size_t count, size;         /* of the fields; of the struct */
};

struct field {
    const char *key;
    enum field_kind kind;
    size_t at;                          /* offset of the member */
    size_t size;                        /* of a buffer; of an array, in elements */
    const char *(*word)(unsigned);      /* of FIELD_WORD, FIELD_NUMBERS, FIELD_COUNTS */
    const struct field_table *table;    /* of FIELD_GROUP, FIELD_LIST */
    size_t count;                       /* offset of a size_t; of a group of a bool, or ALWAYS */
    size_t most;                        /* elements of a list */
};

/* Of struct bench_result. */
extern const struct field_table bench_fields;

/* How a file says what it is. */
#define BENCH_FORMAT "snmpfleet-bench"
enum { BENCH_FORMAT_VERSION = 1 };

/*
 * token: the words of an ASN.1 text, as far as finding one's way in a MIB file takes: words and
 * numbers, quoted texts, and single signs. Comments are left out.
 *
 * Comments end with their line: a second "--" does not end them, since in the field it is nearly
 * always part of a row of dashes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END = 0,
    TOKEN_WORD,     /* letters, digits, '-', '_' and '.' */
    TOKEN_TEXT,     /* with its quotes; '...'H too */
    TOKEN_SIGN,     /* one character, or "::=" */
};

struct token {
    enum token_kind kind;
    const char *start;
    size_t length;
};

/* What is left of a text. */
struct tokens {
    const char *at, *end;
};

struct token token_next(struct tokens *t);

bool token_is(const struct token *token, const char *text);

/* token: see token.h. */
#include "mib/load/token.h"

#include <string.h>

static bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* Behind blanks and comments. */
static const char *token_start(const char *at, const char *end) {
    while (at < end) {
        bool is_comment = *at == '-' && end - at >= 2 && at[1] == '-';
        if (!is_comment && (unsigned char)*at > ' ') break;
        if (is_comment) {
            while (at < end && *at != '\n' && *at != '\r') at++;
        } else {
            at++;
        }
    }
    return at;
}

/* A text goes on over lines until its quote comes again; one without an end, to the file's. */
static const char *text_end(const char *at, const char *end) {
    const char *quote = memchr(at + 1, *at, (size_t)(end - at) - 1);
    return quote == NULL ? end : quote + 1;
}

static const char *word_end(const char *at, const char *end) {
    while (at < end && is_of_word(*at)) {
        if (*at == '-' && end - at >= 2 && at[1] == '-') break;
        at++;
    }
    return at;
}

struct token token_next(struct tokens *t) {
    struct token token = { .start = token_start(t->at, t->end) };
    const char *at = token.start, *end = t->end;
    if (at == end) {
        token.kind = TOKEN_END;
    } else if (*at == '"' || *at == '\'') {
        token.kind = TOKEN_TEXT;
        at = text_end(at, end);
    } else if (is_of_word(*at)) {
        token.kind = TOKEN_WORD;
        at = word_end(at, end);
    } else {
        token.kind = TOKEN_SIGN;
        at += end - at >= 3 && memcmp(at, "::=", 3) == 0 ? 3 : 1;
    }
    token.length = (size_t)(at - token.start);
    t->at = at;
    return token;
}

bool token_is(const struct token *token, const char *text) {
    return token->kind != TOKEN_END && strlen(text) == token->length &&
           memcmp(token->start, text, token->length) == 0;
}

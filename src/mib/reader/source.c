/* source: see source.h. */
#include "mib/reader/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE_BYTES_MAX ((size_t)64 << 20)

struct source {
    char *path, *text;
    size_t length;
    size_t *lines;      /* where each begins */
    size_t line_count;
};

static int source_load(struct source *s) {
    int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    if (fd < 0) return -errno;
    int error = fstat(fd, &st) != 0 ? -errno : !S_ISREG(st.st_mode) ? -EINVAL : 0;
    size_t size = error != 0 ? 0 : (size_t)st.st_size;
    if (size > SOURCE_BYTES_MAX) error = -EFBIG;
    if (error == 0 && (s->text = malloc(size + 1)) == NULL) error = -ENOMEM;
    while (error == 0 && s->length < size) {
        ssize_t got = read(fd, s->text + s->length, size - s->length);
        if (got < 0) error = -errno;
        if (got <= 0) break;
        s->length += (size_t)got;
    }
    (void)close(fd);
    return error;
}

static int source_count_lines(struct source *s) {
    size_t count = 1;
    for (size_t i = 0; i < s->length; i++) count += s->text[i] == '\n';
    s->lines = calloc(count, sizeof(*s->lines));
    if (s->lines == NULL) return -ENOMEM;
    s->line_count = 1;
    for (size_t i = 0; i < s->length; i++) {
        if (s->text[i] == '\n') s->lines[s->line_count++] = i + 1;
    }
    return 0;
}

int source_new(struct source **ret_source, const char *path) {
    struct source *s = calloc(1, sizeof(*s));
    if (s == NULL) return -ENOMEM;
    s->path = strdup(path);
    int error = s->path == NULL ? -ENOMEM : source_load(s);
    if (error == 0) error = source_count_lines(s);
    if (error != 0) {
        source_free(s);
        return error;
    }
    *ret_source = s;
    return 0;
}

void source_free(struct source *s) {
    if (s == NULL) return;
    free(s->path);
    free(s->text);
    free(s->lines);
    free(s);
}

const char *source_path(const struct source *source) {
    return source->path;
}

static void copy(char *to, size_t size, const char *from, size_t length) {
    if (length >= size) length = size - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

static void read_word(struct tokens *t, char word[static SOURCE_WORD_MAX]) {
    struct token token = token_next(t);
    /* [APPLICATION 1] IMPLICIT INTEGER */
    while (token_is(&token, "[")) {
        while (token.kind != TOKEN_END && !token_is(&token, "]")) token = token_next(t);
        token = token_next(t);
        if (token_is(&token, "IMPLICIT")) token = token_next(t);
    }
    if (token.kind == TOKEN_WORD) copy(word, SOURCE_WORD_MAX, token.start, token.length);
}

/* All between the braces, with single blanks. */
static bool read_braces(struct tokens *t, char text[static SOURCE_TEXT_MAX]) {
    struct token token = token_next(t);
    if (!token_is(&token, "{")) return false;
    size_t length = 0, depth = 1;
    bool is_number = false;   /* the H of '00'H belongs to what is in front of it */
    for (token = token_next(t); token.kind != TOKEN_END; token = token_next(t)) {
        depth += token_is(&token, "{");
        depth -= token_is(&token, "}");
        if (depth == 0) break;
        if (length + token.length + 2 > SOURCE_TEXT_MAX) continue;
        if (length > 0 && !is_number) text[length++] = ' ';
        memcpy(text + length, token.start, token.length);
        length += token.length;
        is_number = token.start[0] == '\'';
    }
    text[length] = '\0';
    return true;
}

/* The tokens behind @name where it begins a line, near @line: libsmi's line is that of what follows
   the name, or of the name. */
static bool source_find(const struct source *s, int line, const char *name, struct tokens *t) {
    size_t length = strlen(name);
    for (size_t i = 0; i < 8; i++) {
        size_t at = (size_t)line - 1 - i;
        if (line < 1 || (size_t)line <= i || at >= s->line_count) continue;
        struct tokens found = { s->text + s->lines[at], s->text + s->length };
        struct token token = token_next(&found);
        if (token.length == length && memcmp(token.start, name, length) == 0) {
            *t = found;
            return true;
        }
    }
    return false;
}

void source_read(const struct source *s, int line, const char *name,
                 struct source_clauses *ret_clauses) {
    struct source_clauses c = { .syntax = "" };
    struct tokens t;
    *ret_clauses = c;
    if (!source_find(s, line, name, &t)) return;
    struct token token = token_next(&t);
    bool is_type = token_is(&token, "::=");
    if (is_type) {
        struct tokens type = t;
        token = token_next(&t);
        if (!token_is(&token, "TEXTUAL-CONVENTION")) {
            read_word(&type, c.syntax);
            c.refinement = type;
            *ret_clauses = c;
            return;
        }
    }
    for (; token.kind != TOKEN_END; token = token_next(&t)) {
        if (token_is(&token, "::=") || token_is(&token, "END")) break;
        if (token_is(&token, "MAX-ACCESS") || token_is(&token, "ACCESS")) read_word(&t, c.access);
        if (token_is(&token, "STATUS") && c.status[0] == '\0') read_word(&t, c.status);
        if (token_is(&token, "DESCRIPTION") && c.description == NULL) {
            token = token_next(&t);
            if (token.kind != TOKEN_TEXT || token.length < 2) continue;
            c.description = token.start + 1;
            c.description_length = token.length - 2;
        }
        if (token_is(&token, "DEFVAL")) c.has_defval = read_braces(&t, c.defval);
        if (token_is(&token, "SYNTAX")) {
            read_word(&t, c.syntax);
            c.refinement = t;
            if (is_type) break;
        }
    }
    *ret_clauses = c;
}

/* The refinement from its first sign on: OCTET STRING and OBJECT IDENTIFIER have a second word. */
static bool refinement_begins(const struct source_clauses *clauses, const char *sign,
                              struct tokens *ret_tokens) {
    *ret_tokens = clauses->refinement;
    if (clauses->refinement.at == NULL) return false;
    struct token token = token_next(ret_tokens);
    if (token_is(&token, "STRING") || token_is(&token, "IDENTIFIER"))
        token = token_next(ret_tokens);
    return token_is(&token, sign);
}

/* "0..255", "0", or the parts of it that blanks have parted, up to '|' or ')'. */
static bool read_range(struct tokens *t, struct fleet_range *range, struct token *ret_end) {
    char text[SOURCE_WORD_MAX] = "", *end;
    size_t length = 0;
    struct token token;
    while ((token = token_next(t)).kind == TOKEN_WORD) {
        if (length + token.length >= sizeof(text)) return false;
        memcpy(text + length, token.start, token.length);
        length += token.length;
    }
    text[length] = '\0';
    *ret_end = token;
    range->low = range->high = strtoll(text, &end, 10);
    if (end == text) return false;
    if (strncmp(end, "..", 2) == 0) {
        const char *high = end + 2;
        range->high = strtoll(high, &end, 10);
        if (end == high) return false;
    }
    return *end == '\0';
}

size_t source_ranges(const struct source_clauses *clauses, struct fleet_range *ret_ranges,
                     size_t max) {
    struct tokens t, ahead;
    size_t count = 0;
    if (!refinement_begins(clauses, "(", &t)) return 0;
    ahead = t;
    struct token token = token_next(&ahead);
    if (token_is(&token, "SIZE")) {
        t = ahead;
        token = token_next(&t);
        if (!token_is(&token, "(")) return 0;
    }
    do {
        if (count == max || !read_range(&t, &ret_ranges[count++], &token)) return 0;
    } while (token_is(&token, "|"));
    return token_is(&token, ")") ? count : 0;
}

void source_order_names(const struct source_clauses *clauses, struct fleet_named_number *names,
                        size_t count) {
    struct tokens t;
    size_t sorted = 0;
    if (!refinement_begins(clauses, "{", &t)) return;
    for (struct token token = token_next(&t); sorted < count; token = token_next(&t)) {
        if (token.kind == TOKEN_END || token_is(&token, "}")) return;
        for (size_t i = sorted; i < count; i++) {
            if (!token_is(&token, names[i].name)) continue;
            struct fleet_named_number found = names[i];
            memmove(&names[sorted + 1], &names[sorted], (i - sorted) * sizeof(*names));
            names[sorted++] = found;
            break;
        }
    }
}

static bool is_definition(const struct token *token) {
    static const char *const words[] = { "OBJECT", "OBJECT-TYPE", "OBJECT-IDENTITY",
                                         "NOTIFICATION-TYPE" };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (token_is(token, words[i])) return true;
    }
    return false;
}

bool source_next_name(const struct source *source, size_t *at, char name[static SOURCE_WORD_MAX]) {
    struct tokens t = { source->text + *at, source->text + source->length };
    struct token last = { .kind = TOKEN_END }, token;
    while ((token = token_next(&t)).kind != TOKEN_END) {
        if (is_definition(&token) && last.kind == TOKEN_WORD && last.start[0] >= 'a' &&
            last.start[0] <= 'z') {
            copy(name, SOURCE_WORD_MAX, last.start, last.length);
            *at = (size_t)(t.at - source->text);
            return true;
        }
        last = token;
    }
    return false;
}

/* source: see source.h. */
#include "conf/source.h"
#include "conf/secret.h"

#include <stdlib.h>
#include <string.h>

void source_texts_free(struct source_text *texts) {
    while (texts != NULL) {
        struct source_text *next = texts->next;
        (void)secret_realloc(texts->bytes, 0);
        free(texts->name);
        free(texts);
        texts = next;
    }
}

struct source_text *source_text_new(const char *name, char *bytes, size_t length,
                                    enum targets_form form) {
    struct source_text *text = calloc(1, sizeof(*text));
    if (text != NULL) text->name = strdup(name);
    if (text == NULL || text->name == NULL) {
        (void)secret_realloc(bytes, 0);
        free(text);
        return NULL;
    }
    text->bytes = bytes;
    text->length = length;
    text->form = form;
    return text;
}

struct source_text *source_texts_copy(const struct source_text *texts) {
    struct source_text *first = NULL, **last = &first;
    for (; texts != NULL; texts = texts->next) {
        char *bytes = secret_realloc(NULL, texts->length + 1);
        if (bytes != NULL) {
            memcpy(bytes, texts->bytes, texts->length + 1);
            *last = source_text_new(texts->name, bytes, texts->length, texts->form);
        }
        if (*last == NULL) {
            source_texts_free(first);
            return NULL;
        }
        last = &(*last)->next;
    }
    return first;
}

bool source_texts_are_equal(const struct source_text *a, const struct source_text *b) {
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (a->length != b->length || strcmp(a->name, b->name) != 0 ||
            memcmp(a->bytes, b->bytes, a->length) != 0) return false;
    }
    return a == NULL && b == NULL;
}

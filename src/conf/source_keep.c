/* source_keep: see source_keep.h. */
#include "conf/source_keep.h"
#include "base/text.h"
#include "conf/source_fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const struct source *a, const struct source *b) {
    if (a->kind != b->kind || strcmp(a->name, b->name) != 0 || strcmp(a->path, b->path) != 0)
        return false;
    if (a->argv == NULL || b->argv == NULL) return a->argv == b->argv;
    size_t i = 0;
    while (a->argv[i] != NULL && text_is_same(a->argv[i], b->argv[i])) i++;
    return a->argv[i] == NULL && b->argv[i] == NULL;
}

static char *copy_text(const char *text, bool *is_good) {
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL) *is_good = false;
    return copy;
}

static void source_deinit(struct source *s) {
    for (size_t i = 0; s->argv != NULL && s->argv[i] != NULL; i++) free(s->argv[i]);
    free((void *)(uintptr_t)s->argv);
    const char *const texts[] = { s->name, s->path, s->token_file, s->ca_file, s->user,
                                  s->password };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free((void *)(uintptr_t)texts[i]);
}

static bool source_copy(struct source *to, const struct source *from) {
    bool is_good = true;
    *to = *from;
    to->name = copy_text(from->name, &is_good);
    to->path = copy_text(from->path, &is_good);
    to->token_file = copy_text(from->token_file, &is_good);
    to->ca_file = copy_text(from->ca_file, &is_good);
    to->user = copy_text(from->user, &is_good);
    to->password = copy_text(from->password, &is_good);
    to->argv = NULL;
    if (from->argv != NULL) {
        char **argv = calloc(SOURCE_ARGUMENTS_MAX + 1, sizeof(*argv));
        if (argv == NULL) is_good = false;
        for (size_t i = 0; is_good && from->argv[i] != NULL; i++)
            argv[i] = copy_text(from->argv[i], &is_good);
        to->argv = argv;
    }
    if (!is_good) source_deinit(to);
    return is_good;
}

static struct source_kept *find(const struct source_keep *keep, const struct source *source) {
    struct source_kept *k = keep->list;
    while (k != NULL && !is_same(&k->source, source)) k = k->next;
    return k;
}

static void put_texts(struct source_text **to, struct source_text *texts) {
    source_texts_free(*to);
    *to = texts;
}

static void kept_free(struct source_kept *kept) {
    source_texts_free(kept->good);
    source_texts_free(kept->fresh);
    source_texts_free(kept->refused);
    source_deinit(&kept->source);
    free(kept);
}

void source_keep_begin(struct source_keep *keep, bool is_wanted, bool is_replay) {
    keep->is_wanted = is_wanted;
    keep->is_replay = is_replay;
    for (struct source_kept *k = keep->list; k != NULL; k = k->next) {
        k->is_used = false;
        if (!is_replay) put_texts(&k->fresh, NULL);
    }
}

/* A copy of what is kept; false: it is to be fetched. */
static bool get(struct source_keep *keep, const struct source *source,
                struct source_text **ret_texts) {
    struct source_kept *k = keep != NULL && keep->is_replay ? find(keep, source) : NULL;
    const struct source_text *texts = k == NULL ? NULL : k->fresh != NULL ? k->fresh : k->good;
    if (texts == NULL) return false;
    *ret_texts = source_texts_copy(texts);
    k->is_used = *ret_texts != NULL;
    return k->is_used;
}

/* Keep a copy. 0 or -ENOMEM. */
static int put(struct source_keep *keep, const struct source *source,
               const struct source_text *texts) {
    if (keep == NULL || !keep->is_wanted) return 0;
    struct source_kept *k = find(keep, source);
    struct source_text *copy = source_texts_copy(texts);
    if (copy == NULL) return -ENOMEM;
    if (k == NULL) {
        k = calloc(1, sizeof(*k));
        if (k == NULL || !source_copy(&k->source, source)) {
            source_texts_free(copy);
            free(k);
            return -ENOMEM;
        }
        k->next = keep->list;
        keep->list = k;
    }
    k->source.every_ns = source->every_ns;
    k->source.timeout_ns = source->timeout_ns;
    put_texts(&k->fresh, copy);
    k->is_used = true;
    return 0;
}

static int read_texts(struct targets *targets, struct source_text *texts,
                      const struct targets_context *context) {
    int result = 0;
    for (; texts != NULL; texts = texts->next) {
        char *bytes = texts->bytes;
        texts->bytes = NULL;
        int r = targets_read_text(targets, texts->name, bytes, texts->length, texts->form,
                                  context);
        if (result == 0 || (result > 0 && r < 0)) result = r;
    }
    return result;
}

int source_keep_read(struct targets *targets, const struct source *source,
                     const struct targets_context *context) {
    struct source_text *texts = NULL;
    int error = 0;
    if (!get(context->keep, source, &texts)) {
        error = source_fetch(source, context, &texts);
        if (error == 0) error = put(context->keep, source, texts);
        if (error == -ENOMEM && context->fault != NULL)
            context->fault(context->fault_context, source->name, 0, 0, strerrordesc_np(ENOMEM));
    }
    if (error == 0) error = read_texts(targets, texts, context);
    source_texts_free(texts);
    return error;
}

void source_keep_commit(struct source_keep *keep) {
    for (struct source_kept **at = &keep->list; *at != NULL;) {
        struct source_kept *k = *at;
        if (!k->is_used || !keep->is_wanted) {
            *at = k->next;
            kept_free(k);
            continue;
        }
        if (k->fresh != NULL) put_texts(&k->good, k->fresh);
        k->fresh = NULL;
        put_texts(&k->refused, NULL);
        at = &k->next;
    }
}

void source_keep_discard(struct source_keep *keep) {
    for (struct source_kept **at = &keep->list; *at != NULL;) {
        struct source_kept *k = *at;
        if (k->good == NULL) {
            *at = k->next;
            kept_free(k);
            continue;
        }
        if (k->fresh != NULL) put_texts(&k->refused, k->fresh);
        k->fresh = NULL;
        at = &k->next;
    }
}

enum source_news source_keep_refresh(struct source_kept *kept,
                                     const struct targets_context *context) {
    struct source_text *texts;
    if (source_fetch(&kept->source, context, &texts) != 0) return SOURCE_FAILED;
    bool is_good = source_texts_are_equal(texts, kept->good);
    bool is_known = is_good || (kept->refused != NULL &&
                                source_texts_are_equal(texts, kept->refused));
    if (!is_known) {
        put_texts(&kept->fresh, texts);
        return SOURCE_CHANGED;
    }
    source_texts_free(texts);
    if (is_good) put_texts(&kept->refused, NULL);
    return is_good ? SOURCE_SAME : SOURCE_FAILED;
}

void source_keep_deinit(struct source_keep *keep) {
    while (keep->list != NULL) {
        struct source_kept *next = keep->list->next;
        kept_free(keep->list);
        keep->list = next;
    }
}

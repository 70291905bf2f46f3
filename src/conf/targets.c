/*
 * targets: reading whole files.
 *
 * A file is read into one piece of memory, in which the lines are cut up in place: a target's
 * options point into it, so that a line costs no allocation. The text is kept as long as the
 * targets, and wiped with them, for communities lie in it.
 */
#include "conf/targets.h"
#include "conf/file_sd.h"
#include "conf/input.h"
#include "conf/secret.h"
#include "conf/targets_blocks.h"
#include "conf/targets_line.h"
#include "conf/targets_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_CHUNK = 256 << 10 };

int targets_new(struct targets **ret_targets) {
    struct targets *t = calloc(1, sizeof(*t));
    if (t == NULL) return -ENOMEM;
    arena_pool_init(&t->pool, ARENA_CHUNK, 0);
    t->arena = ARENA_INIT(&t->pool);
    *ret_targets = t;
    return 0;
}

void targets_free(struct targets *targets) {
    if (targets == NULL) return;
    while (targets->texts != NULL) {
        struct targets_text *next = targets->texts->next;
        (void)secret_realloc(targets->texts->bytes, 0);
        free(targets->texts);
        targets->texts = next;
    }
    free(targets->items);
    free(targets->places);
    free(targets->slots);
    arena_deinit(&targets->arena);
    arena_pool_deinit(&targets->pool);
    free(targets);
}

/* Read the lines of @length bytes of @text, behind which one more can be written. */
static void read_lines(struct targets_reader *reader, char *text, size_t length) {
    char *at = text, *end = text + length;
    if (length >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) at += 3;
    while (at < end && reader->error == 0) {
        reader->line++;
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL) line_end = end;
        char *next = line_end + 1;
        if (line_end > at && line_end[-1] == '\r') line_end--;
        (void)targets_line_read(reader, at, line_end);
        at = next;
    }
}

static int reader_result(struct targets_reader *reader) {
    if (reader->error < 0) {
        reader->line = 0;
        (void)targets_reader_fault(reader, 0, "%s", strerror(-reader->error));
        return reader->error;
    }
    if (reader->faults > TARGETS_FAULTS_MAX && reader->context->fault != NULL) {
        char what[64];
        (void)snprintf(what, sizeof(what), "and %u more", reader->faults - TARGETS_FAULTS_MAX);
        reader->context->fault(reader->context->fault_context, reader->file, 0, 0, what);
    }
    return reader->faults > 0 ? FLEET_E_INVALID : 0;
}

static void warn_public(const struct targets_reader *reader, const char *path) {
    const struct targets_context *context = reader->context;
    if (reader->secret_line == 0 || context->warn == NULL || !input_is_public(path)) return;
    context->warn(context->fault_context, reader->file, reader->secret_line, reader->secret_column,
                  "everybody may read this file, and there are communities in it (chmod o-r, or "
                  "auth=NAME of a configuration)");
}

/* The text is the targets', or given back. */
static void read_form(struct targets_reader *reader, char *text, size_t length,
                      enum targets_form form) {
    bool is_document = form == TARGETS_FILE_SD ||
                       (form == TARGETS_EITHER && file_sd_begins(text, length));
    if (input_is_utf16(text, length)) (void)targets_reader_fault(reader, 0, INPUT_IS_UTF16);
    if (is_document && reader->faults == 0) file_sd_read(reader, text, length);
    if (is_document || reader->faults > 0) {
        (void)secret_realloc(text, 0);
        return;
    }
    reader->error = targets_list_keep(reader->targets, text);
    if (reader->error == 0) read_lines(reader, text, length);
}

int targets_read_text(struct targets *targets, const char *name, char *text, size_t length,
                      enum targets_form form, const struct targets_context *context) {
    struct targets_reader reader;
    targets_reader_init(&reader, targets, context, name);
    const char *file = arena_text(&targets->arena, name);
    size_t before = targets->count;
    if (file == NULL) {
        (void)secret_realloc(text, 0);
        reader.error = -ENOMEM;
        return reader_result(&reader);
    }
    reader.file = file;
    read_form(&reader, text, length, form);
    warn_public(&reader, name);
    /* Perhaps it is being written just now. A fleet of none is nothing to go on with. */
    if (reader.error == 0 && reader.faults == 0 && targets->count == before) {
        reader.line = 0;
        (void)targets_reader_fault(&reader, 0, "there is no target in it");
    }
    return reader_result(&reader);
}

int targets_read_file(struct targets *targets, const char *path,
                      const struct targets_context *context) {
    char *text = NULL, why[INPUT_WHY_MAX];
    size_t length = 0;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int error = input_read(context->inputs, path, TARGETS_BYTES_MAX, &text, &length);
    if (error == 0)
        return targets_read_text(targets, name, text, length, targets_form_of(path), context);
    if (context->fault != NULL)
        context->fault(context->fault_context, name, 0, 0,
                       input_why(error, TARGETS_BYTES_MAX, why));
    return error;
}

enum targets_form targets_form_of(const char *path) {
    return file_sd_has_name(path) ? TARGETS_FILE_SD : TARGETS_LINES;
}

int targets_read_line(struct targets *targets, const char *text,
                      const struct targets_context *context) {
    struct targets_reader reader;
    targets_reader_init(&reader, targets, context, TARGETS_ARGUMENT);
    reader.line = ++targets->argument_count;
    size_t length = strlen(text);
    char *copy = secret_realloc(NULL, length + 1);
    if (copy != NULL) memcpy(copy, text, length + 1);
    reader.error = copy == NULL ? -ENOMEM : targets_list_keep(targets, copy);
    if (reader.error == 0) (void)targets_line_read(&reader, copy, copy + length);
    return reader_result(&reader);
}

void targets_pass_argument(struct targets *targets) {
    targets->argument_count++;
}

int targets_settle(struct targets *targets, const struct targets_context *context) {
    struct targets_reader reader;
    targets_reader_init(&reader, targets, context, "targets");
    targets_blocks_expand(&reader);
    targets->block_count = 0;
    return reader_result(&reader);
}

const struct targets_loss *targets_loss(const struct targets *targets, size_t index) {
    return index < targets->loss_count ? &targets->losses[index] : NULL;
}

void targets_note_used(const struct targets *targets, struct targets_used *ret_used) {
    const uint32_t *last = NULL;  /* most have the list of the one before */
    *ret_used = (struct targets_used){ .bits = { 0 } };
    for (size_t i = 0; i < targets->count; i++) {
        const struct fleet_target_options *o = &targets->items[i];
        for (size_t k = 0; o->modules != last && k < o->module_count; k++) {
            uint32_t n = o->modules[k];
            if (n < TARGETS_MODULES_MAX) ret_used->bits[n / 8] |= (uint8_t)(1u << n % 8);
        }
        last = o->modules;
    }
}

bool targets_used_has(const struct targets_used *used, uint32_t module) {
    return module < TARGETS_MODULES_MAX && (used->bits[module / 8] & 1u << module % 8) != 0;
}

size_t targets_excluded_count(const struct targets *targets) {
    return targets->excluded_count;
}

size_t targets_count(const struct targets *targets) {
    return targets->count;
}

const struct fleet_target_options *targets_get(const struct targets *targets, size_t index) {
    return index < targets->count ? &targets->items[index] : NULL;
}

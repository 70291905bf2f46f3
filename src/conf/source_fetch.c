/* source_fetch: see source_fetch.h. */
#include "conf/source_fetch.h"
#include "conf/command.h"
#include "conf/input.h"
#include "conf/source_http.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct fetch {
    const struct source *source;
    const struct targets_context *context;
    struct source_text *first, **last;
    size_t count;
};

static int fault(const struct fetch *f, const char *name, const char *what) {
    if (f->context->fault != NULL)
        f->context->fault(f->context->fault_context, name, 0, 0, what);
    return FLEET_E_INVALID;
}

static int fault_system(const struct fetch *f, const char *name, int error) {
    (void)fault(f, name, strerrordesc_np(-error));
    return error;
}

static int add(struct fetch *f, const char *name, char *bytes, size_t length,
               enum targets_form form) {
    *f->last = source_text_new(name, bytes, length, form);
    if (*f->last == NULL) return fault_system(f, f->source->name, -ENOMEM);
    f->last = &(*f->last)->next;
    f->count++;
    return 0;
}

static int add_file(struct fetch *f, const char *path, enum targets_form form) {
    char *bytes, why[INPUT_WHY_MAX];
    size_t length;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    int error = input_read(f->context->inputs, path, TARGETS_BYTES_MAX, &bytes, &length);
    if (error == 0) return add(f, name, bytes, length, form);
    (void)fault(f, name, input_why(error, TARGETS_BYTES_MAX, why));
    return error;
}

/* Files that an editor or a package manager leaves behind are none. */
static int is_listed(const struct dirent *entry) {
    const char *name = entry->d_name;
    return name[0] != '.' && name[strlen(name) - 1] != '~';
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct fetch *f, const char *path) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_listed, by_name), error = 0;
    if (count < 0) return fault_system(f, path, -errno);
    size_t before = f->count;
    if (count > SOURCE_FILES_MAX) error = fault(f, path, "the folder has more than 65536 files");
    for (int i = 0; i < count; i++) {
        char file[4096];
        struct stat st;
        const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
        int n = snprintf(file, sizeof(file), "%s%s%s", path, slash, entries[i]->d_name);
        bool is_long = n < 0 || (size_t)n >= sizeof(file);
        if (error == 0 && is_long) error = fault(f, path, "a path in this folder is too long");
        bool is_folder = !is_long && stat(file, &st) == 0 && S_ISDIR(st.st_mode);
        if (error == 0 && !is_folder) error = add_file(f, file, targets_form_of(file));
        free(entries[i]);
    }
    free(entries);
    if (error == 0 && f->count == before) error = fault(f, path, "there is no file in this folder");
    return error;
}

static int add_pattern(struct fetch *f, const char *pattern) {
    glob_t found = { .gl_pathc = 0 };
    if (strpbrk(pattern, "*?[") == NULL) return add_file(f, pattern, TARGETS_FILE_SD);
    int r = glob(pattern, GLOB_ERR, NULL, &found), error = 0;
    if (r == GLOB_NOMATCH) error = fault(f, pattern, "no file has such a name");
    else if (r != 0) error = fault_system(f, pattern, r == GLOB_NOSPACE ? -ENOMEM : -EIO);
    else if (found.gl_pathc > SOURCE_FILES_MAX)
        error = fault(f, pattern, "more than 65536 files have such a name");
    for (size_t i = 0; error == 0 && i < found.gl_pathc; i++)
        error = add_file(f, found.gl_pathv[i], TARGETS_FILE_SD);
    globfree(&found);
    return error;
}

static int add_command(struct fetch *f) {
    const struct source *s = f->source;
    const struct command command = { .path = s->path, .argv = s->argv, .input = -1,
                                     .timeout_ns = s->timeout_ns, .bytes_max = INPUT_BYTES_MAX,
                                     .is_stopping = f->context->is_stopping };
    char *bytes, why[COMMAND_WHY_MAX];
    size_t length;
    if (!command_run(&command, &bytes, &length, why)) return fault(f, s->name, why);
    return add(f, s->name, bytes, length, TARGETS_EITHER);
}

static int add_http(struct fetch *f) {
    char *bytes, why[COMMAND_WHY_MAX];
    size_t length;
    if (!source_http_fetch(f->source, f->context->is_stopping, &bytes, &length, why))
        return fault(f, f->source->name, why);
    return add(f, f->source->name, bytes, length, TARGETS_FILE_SD);
}

static int add_path(struct fetch *f) {
    const struct source *s = f->source;
    struct stat st;
    bool is_folder = strcmp(s->path, "-") != 0 && stat(s->path, &st) == 0 && S_ISDIR(st.st_mode);
    if (is_folder && s->kind == SOURCE_FILE)
        return fault(f, s->path, "this is a folder: expected a file");
    if (!is_folder && s->kind != SOURCE_FOLDER)
        return add_file(f, s->path, targets_form_of(s->path));
    int error = inputs_note(f->context->inputs, s->path);
    return error != 0 ? fault_system(f, s->path, error) : add_folder(f, s->path);
}

int source_fetch(const struct source *source, const struct targets_context *context,
                 struct source_text **ret_texts) {
    struct fetch f = { .source = source, .context = context };
    f.last = &f.first;
    int error = 0;
    switch (source->kind) {
    case SOURCE_ANY:
    case SOURCE_FILE:
    case SOURCE_FOLDER: error = add_path(&f); break;
    case SOURCE_FILE_SD: error = add_pattern(&f, source->path); break;
    case SOURCE_COMMAND: error = add_command(&f); break;
    case SOURCE_HTTP_SD: error = add_http(&f); break;
    }
    if (error == 0) *ret_texts = f.first;
    else source_texts_free(f.first);
    return error;
}

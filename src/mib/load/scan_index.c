/* scan_index: see scan_index.h. */
#include "mib/load/scan_index.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/prng.h"

enum { FILES_MAX = 100000, FIELDS_MAX = SCAN_IMPORTS_MAX + 2 };

static const char first_line[] = "snmpfleet-mibs 1\n";
static const char last_word[] = "end\t";

/* The text without its last line, when that has the right checksum; NULL. */
static char *checked(char *text, size_t length) {
    size_t start = sizeof(first_line) - 1, end_length = sizeof(last_word) - 1 + 16 + 1;
    if (length < start + end_length || memcmp(text, first_line, start) != 0) return NULL;
    char *last = text + length - end_length, expected[64];
    (void)snprintf(expected, sizeof(expected), "%s%016" PRIx64 "\n", last_word,
                   prng_hash(text, (size_t)(last - text)));
    if (memcmp(last, expected, end_length) != 0 || memchr(text, '\0', length) != NULL) return NULL;
    *last = '\0';
    return text + start;
}

static size_t split(char *line, char *fields[static FIELDS_MAX]) {
    size_t count = 0;
    for (char *field; count < FIELDS_MAX && (field = strsep(&line, "\t")) != NULL;) {
        fields[count++] = field;
    }
    return count;
}

static int read_module(struct scan *s, char *const *fields, size_t count, struct scan_module *m) {
    const char **imports = arena_get(&s->arena, count * sizeof(*imports));
    *m = (struct scan_module){ .name = arena_text(&s->arena, fields[1]), .imports = imports };
    if (imports == NULL || m->name == NULL) return -ENOMEM;
    for (size_t i = 2; i < count; i++) {
        imports[m->import_count] = arena_text(&s->arena, fields[i]);
        if (imports[m->import_count++] == NULL) return -ENOMEM;
    }
    return 0;
}

/* The modules that were gathered are those of @file. */
static int finish_file(struct scan *s, struct scan_file *file, const struct scan_module *modules,
                       uint32_t count) {
    if (file == NULL || count == 0) return 0;
    file->modules = arena_get(&s->arena, count * sizeof(*modules));
    if (file->modules == NULL) return -ENOMEM;
    memcpy(file->modules, modules, count * sizeof(*modules));
    file->module_count = count;
    return 0;
}

int scan_index_read(struct scan *s, char *text, size_t length) {
    struct scan_module modules[SCAN_MODULES_A_FILE];
    struct scan_file *file = NULL;
    char *fields[FIELDS_MAX], *line;
    uint32_t count = 0;
    int error = 0;
    char *rest = checked(text, length);
    while (error == 0 && rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
        size_t field_count = split(line, fields);
        if (field_count == 5 && strcmp(fields[0], "f") == 0) {
            error = finish_file(s, file, modules, count);
            count = 0;
            file = scan_known(s, fields[4]);
            if (file == NULL) return -ENOMEM;
            file->size = strtoull(fields[1], NULL, 10);
            file->mtime_ns = strtoll(fields[2], NULL, 10);
            file->fault = scan_fault(strtoul(fields[3], NULL, 10));
        } else if (field_count >= 2 && strcmp(fields[0], "m") == 0 &&
                   count < SCAN_MODULES_A_FILE) {
            error = read_module(s, fields, field_count, &modules[count++]);
        }
    }
    return error == 0 ? finish_file(s, file, modules, count) : error;
}

static void write_file(FILE *out, const struct scan_file *f) {
    if (strpbrk(f->path, "\t\n") != NULL || access(f->path, F_OK) != 0) return;
    fprintf(out, "f\t%" PRIu64 "\t%" PRId64 "\t%u\t%s\n", f->size, f->mtime_ns,
            scan_fault_number(f->fault), f->path);
    for (uint32_t i = 0; i < f->module_count; i++) {
        const struct scan_module *m = &f->modules[i];
        fprintf(out, "m\t%s", m->name);
        for (uint32_t k = 0; k < m->import_count; k++) fprintf(out, "\t%s", m->imports[k]);
        fputc('\n', out);
    }
}

char *scan_index_write(const struct scan *s, size_t *ret_length) {
    char *text = NULL;
    size_t count = 0;
    FILE *out = open_memstream(&text, ret_length);
    if (out == NULL) return NULL;
    fputs(first_line, out);
    for (size_t i = 0; i < s->known_slots; i++) {
        const struct scan_file *f = s->known[i];
        for (; f != NULL && count < FILES_MAX; f = f->next, count++) write_file(out, f);
    }
    if (fflush(out) == 0)
        fprintf(out, "%s%016" PRIx64 "\n", last_word, prng_hash(text, *ret_length));
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

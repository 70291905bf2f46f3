/* scan: see scan.h. */
#include "mib/load/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/prng.h"
#include "mib/load/token.h"

enum { ARENA_CHUNK = 64 << 10 };

enum { NO_FAULT, TOO_LARGE, BINARY, NOTHING, UNREADABLE, FAULT_COUNT };

static const char *const faults[FAULT_COUNT] = {
    [TOO_LARGE] = "larger than 16 MiB; left out",
    [BINARY] = "no MIB file: it holds NUL bytes",
    [NOTHING] = "no MIB module in it",
    [UNREADABLE] = "cannot be read",
};

const char *scan_fault(unsigned long number) {
    return number < FAULT_COUNT ? faults[number] : NULL;
}

unsigned scan_fault_number(const char *fault) {
    for (unsigned i = NO_FAULT + 1; i < FAULT_COUNT; i++) {
        if (fault == faults[i]) return i;
    }
    return NO_FAULT;
}

void scan_init(struct scan *s) {
    *s = (struct scan){ .files = NULL };
    arena_pool_init(&s->pool, ARENA_CHUNK, 0);
    s->arena = ARENA_INIT(&s->pool);
}

void scan_deinit(struct scan *s) {
    free(s->files);
    free(s->known);
    arena_deinit(&s->arena);
    arena_pool_deinit(&s->pool);
}

static const char *keep(struct arena *arena, const struct token *token) {
    char *text = (char *)arena_get_bytes(arena, token->length + 1);
    if (text == NULL) return NULL;
    memcpy(text, token->start, token->length);
    text[token->length] = '\0';
    return text;
}

static bool is_module_name(const struct token *token) {
    return token->kind == TOKEN_WORD && token->length <= SCAN_NAME_MAX &&
           token->start[0] >= 'A' && token->start[0] <= 'Z';
}

static bool is_listed(const char *const *imports, uint32_t count, const struct token *name) {
    for (uint32_t i = 0; i < count; i++) {
        if (token_is(name, imports[i])) return true;
    }
    return false;
}

/* From behind IMPORTS to its ';': each word behind a FROM. */
static bool scan_imports(struct arena *arena, struct tokens *t, struct scan_module *m) {
    const char *imports[SCAN_IMPORTS_MAX];
    uint32_t count = 0;
    for (struct token token = token_next(t); token.kind != TOKEN_END; token = token_next(t)) {
        if (token_is(&token, ";") || token_is(&token, "::=")) break;
        if (!token_is(&token, "FROM")) continue;
        token = token_next(t);
        if (!is_module_name(&token) || count == SCAN_IMPORTS_MAX ||
            is_listed(imports, count, &token)) continue;
        if ((imports[count++] = keep(arena, &token)) == NULL) return false;
    }
    if (count == 0) return true;
    const char **list = arena_get(arena, count * sizeof(*list));
    if (list == NULL) return false;
    memcpy(list, imports, count * sizeof(*list));
    m->imports = list;
    m->import_count = count;
    return true;
}

/* "NAME [{ oid }] DEFINITIONS [words] ::= BEGIN": @t is behind DEFINITIONS. */
static bool is_beginning(struct tokens *t) {
    for (int i = 0; i < 8; i++) {
        struct token token = token_next(t);
        if (token_is(&token, "BEGIN")) return true;
        if (token.kind == TOKEN_END || token_is(&token, "DEFINITIONS")) return false;
    }
    return false;
}

int scan_text(struct arena *arena, const char *text, size_t length,
              struct scan_module modules[static SCAN_MODULES_A_FILE]) {
    struct tokens t = { text, text + length };
    struct token name = { .kind = TOKEN_END }, token;
    struct scan_module *m = NULL;
    bool is_braced = false;
    int count = 0;
    while ((token = token_next(&t)).kind != TOKEN_END) {
        if (token_is(&token, "DEFINITIONS") && is_module_name(&name) && !is_braced) {
            struct tokens ahead = t;
            if (!is_beginning(&ahead)) continue;
            if (count == SCAN_MODULES_A_FILE) break;
            t = ahead;
            m = &modules[count++];
            *m = (struct scan_module){ .name = keep(arena, &name) };
            if (m->name == NULL) return -ENOMEM;
        } else if (token_is(&token, "IMPORTS") && m != NULL && m->imports == NULL) {
            if (!scan_imports(arena, &t, m)) return -ENOMEM;
        }
        /* The OID between a name and DEFINITIONS does not hide the name. */
        if (token_is(&token, "{")) is_braced = true;
        else if (token_is(&token, "}")) is_braced = false;
        else if (token_is(&token, "::=") || token_is(&token, "END")) is_braced = false;
        if (!is_braced && !token_is(&token, "}")) name = token;
    }
    return count;
}

static size_t slot_of(const struct scan *s, const char *path) {
    return prng_hash(path, strlen(path)) & (s->known_slots - 1);
}

static struct scan_file *known_find(const struct scan *s, const char *path) {
    struct scan_file *f = s->known_slots == 0 ? NULL : s->known[slot_of(s, path)];
    while (f != NULL && strcmp(f->path, path) != 0) f = f->next;
    return f;
}

static bool known_grow(struct scan *s) {
    size_t slots = s->known_slots == 0 ? 256 : 2 * s->known_slots;
    struct scan_file **old = s->known, **known = calloc(slots, sizeof(*known));
    size_t old_slots = s->known_slots;
    if (known == NULL) return false;
    s->known = known;
    s->known_slots = slots;
    for (size_t i = 0; i < old_slots; i++) {
        for (struct scan_file *f = old[i], *next; f != NULL; f = next) {
            next = f->next;
            struct scan_file **slot = &known[slot_of(s, f->path)];
            f->next = *slot;
            *slot = f;
        }
    }
    free(old);
    return true;
}

static struct scan_file *known_add(struct scan *s, const char *path) {
    if (s->known_count >= s->known_slots && !known_grow(s)) return NULL;
    struct scan_file *f = arena_get(&s->arena, sizeof(*f));
    const char *copy = arena_text(&s->arena, path);
    if (f == NULL || copy == NULL) return NULL;
    struct scan_file **slot = &s->known[slot_of(s, path)];
    *f = (struct scan_file){ .path = copy, .mtime_ns = INT64_MIN, .next = *slot };
    *slot = f;
    s->known_count++;
    return f;
}

struct scan_file *scan_known(struct scan *s, const char *path) {
    struct scan_file *f = known_find(s, path);
    return f != NULL ? f : known_add(s, path);
}

/* All bytes of an open file of @size; NULL, with -errno. */
static char *read_whole(int fd, size_t size, size_t *ret_length, int *ret_error) {
    char *text = malloc(size + 1);
    size_t length = 0;
    *ret_error = text == NULL ? -ENOMEM : 0;
    while (text != NULL && length < size) {
        ssize_t got = read(fd, text + length, size - length);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) *ret_error = -errno;
        if (got <= 0) break;
        length += (size_t)got;
    }
    *ret_length = length;
    return text;
}

/* Fill in what the file says now. 0, 1: it cannot be read, -ENOMEM. */
static int scan_read(struct scan *s, struct scan_file *f) {
    struct scan_module modules[SCAN_MODULES_A_FILE];
    size_t length;
    int error, count = 0;
    f->modules = NULL;
    f->module_count = 0;
    f->fault = f->size > SCAN_FILE_BYTES_MAX ? faults[TOO_LARGE] : NULL;
    if (f->fault != NULL) return 0;
    int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return 1;
    char *text = read_whole(fd, (size_t)f->size, &length, &error);
    (void)close(fd);
    s->read_count++;
    if (error != 0) {
        free(text);
        return error == -ENOMEM ? error : 1;
    }
    if (memchr(text, '\0', length) != NULL) f->fault = faults[BINARY];
    else count = scan_text(&s->arena, text, length, modules);
    free(text);
    if (count < 0) return count;
    if (count == 0 && f->fault == NULL) f->fault = faults[NOTHING];
    if (count == 0) return 0;
    f->modules = arena_get(&s->arena, (size_t)count * sizeof(*f->modules));
    if (f->modules == NULL) return -ENOMEM;
    memcpy(f->modules, modules, (size_t)count * sizeof(*f->modules));
    f->module_count = (uint32_t)count;
    return 0;
}

int scan_one(struct scan *s, const char *path, struct scan_file **ret_file) {
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return 1;
    int64_t mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    struct scan_file *f = scan_known(s, path);
    if (f == NULL) return -ENOMEM;
    if (f->size != (uint64_t)st.st_size || f->mtime_ns != mtime_ns) {
        f->size = (uint64_t)st.st_size;
        f->mtime_ns = mtime_ns;
        s->is_changed = true;
        int error = scan_read(s, f);
        /* The next start looks again. */
        if (error != 0) f->mtime_ns = INT64_MIN;
        if (error < 0) return error;
        if (error > 0) f->fault = faults[UNREADABLE];
    }
    *ret_file = f;
    return 0;
}

/* What lies about in folders of MIB files without meaning to be one. */
static bool is_of_no_interest(const char *name) {
    static const char *const endings[] = { "~", ".md", ".bak", ".orig", ".html", ".pdf", ".sh",
                                           ".py", ".pl" };
    size_t length = strlen(name);
    if (name[0] == '.' || name[0] == '#' || strncmp(name, "README", 6) == 0 ||
        strncmp(name, "Makefile", 8) == 0) return true;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strcmp(name + length - end, endings[i]) == 0) return true;
    }
    return false;
}

static int is_wanted(const struct dirent *entry) {
    return !is_of_no_interest(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add(struct scan *s, struct scan_file *f) {
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 128 : 2 * s->capacity;
        struct scan_file **files = realloc(s->files, capacity * sizeof(struct scan_file *));
        if (files == NULL) return -ENOMEM;
        s->files = files;
        s->capacity = capacity;
    }
    s->files[s->count++] = f;
    return 0;
}

int scan_folder(struct scan *s, const char *folder) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_wanted, by_name), error = 0;
    if (count < 0) return errno == ENOMEM ? -ENOMEM : 0;
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        struct scan_file *f;
        if (error == 0 && asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0) {
            error = -ENOMEM;
        } else if (error == 0) {
            int r = scan_one(s, path, &f);
            if (r == 0) error = add(s, f);
            else if (r < 0) error = r;
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    return error;
}

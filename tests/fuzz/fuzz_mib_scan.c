/*
 * fuzz_mib_scan: any bytes as a MIB file, as far as we read one ourselves. Nothing crashes; names
 * of modules and imports are words of the text, with a capital in front; no import comes twice;
 * what the scan's own text of them says reads back as the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mib/load/scan.h"
#include "mib/load/scan_index.h"
#include "mib/load/token.h"

static void check_name(const char *name, const uint8_t *data, size_t size) {
    size_t length = strlen(name);
    assert(length > 0 && length <= SCAN_NAME_MAX && name[0] >= 'A' && name[0] <= 'Z');
    assert(memmem(data, size, name, length) != NULL);
}

static void check_tokens(const uint8_t *data, size_t size) {
    struct tokens t = { (const char *)data, (const char *)data + size };
    const char *at = t.at;
    struct token token;
    while ((token = token_next(&t)).kind != TOKEN_END) {
        assert(token.length > 0 && token.start >= at && token.start + token.length == t.at);
        assert(t.at <= t.end);
        at = t.at;
    }
    assert(token.start == t.end);
}

/* Through the index and back. */
static void check_index(struct scan *s, const struct scan_module *modules, int count) {
    struct scan again;
    size_t length;
    struct scan_file *f = scan_known(s, "/");
    assert(f != NULL);
    f->modules = arena_get(&s->arena, (size_t)count * sizeof(*modules) + 1);
    memcpy(f->modules, modules, (size_t)count * sizeof(*modules));
    f->module_count = (uint32_t)count;
    char *text = scan_index_write(s, &length);
    assert(text != NULL);
    scan_init(&again);
    assert(scan_index_read(&again, text, length) == 0 && again.known_count == 1);
    const struct scan_file *g = scan_known(&again, "/");
    assert(g->module_count == f->module_count);
    for (int i = 0; i < count; i++) {
        assert(strcmp(g->modules[i].name, modules[i].name) == 0);
        assert(g->modules[i].import_count == modules[i].import_count);
        for (uint32_t k = 0; k < modules[i].import_count; k++) {
            assert(strcmp(g->modules[i].imports[k], modules[i].imports[k]) == 0);
        }
    }
    free(text);
    scan_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct scan s;
    struct scan_module modules[SCAN_MODULES_A_FILE];
    scan_init(&s);
    check_tokens(data, size);
    int count = scan_text(&s.arena, (const char *)data, size, modules);
    assert(count >= 0 && count <= SCAN_MODULES_A_FILE);
    for (int i = 0; i < count; i++) {
        check_name(modules[i].name, data, size);
        for (uint32_t k = 0; k < modules[i].import_count; k++) {
            check_name(modules[i].imports[k], data, size);
            for (uint32_t j = 0; j < k; j++) {
                assert(strcmp(modules[i].imports[j], modules[i].imports[k]) != 0);
            }
        }
    }
    check_index(&s, modules, count);
    char *copy = malloc(size + 1);
    assert(copy != NULL);
    if (size > 0) memcpy(copy, data, size);
    copy[size] = '\0';
    struct scan other;
    scan_init(&other);
    assert(scan_index_read(&other, copy, size) == 0);
    scan_deinit(&other);
    free(copy);
    scan_deinit(&s);
    return 0;
}

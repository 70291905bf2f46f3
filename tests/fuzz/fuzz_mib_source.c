/*
 * fuzz_mib_source: any bytes as the text in which definitions are looked up. Nothing crashes; texts
 * end where they should, and names that are put in order stay the same names.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mib/reader/source.h"

enum { LINES = 24, RANGES = 4 };

static void check_clauses(const struct source_clauses *c) {
    struct fleet_range ranges[RANGES];
    struct fleet_named_number names[] = { { 1, "up" }, { 2, "down" }, { 3, "a" }, { -1, "b" } };
    int64_t sum = 0;
    assert(memchr(c->syntax, '\0', sizeof(c->syntax)) != NULL);
    assert(memchr(c->access, '\0', sizeof(c->access)) != NULL);
    assert(memchr(c->status, '\0', sizeof(c->status)) != NULL);
    assert(memchr(c->defval, '\0', sizeof(c->defval)) != NULL);
    assert(source_ranges(c, ranges, RANGES) <= RANGES);
    source_order_names(c, names, 4);
    for (size_t i = 0; i < 4; i++) {
        sum += names[i].number;
        for (size_t k = 0; k < i; k++) assert(names[i].name != names[k].name);
    }
    assert(sum == 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct source *source;
    char path[32], name[SOURCE_WORD_MAX];
    int fd = memfd_create("module", MFD_CLOEXEC);
    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    assert(source_new(&source, path) == 0);
    size_t last = 0, at = 0;
    while (source_next_name(source, &at, name)) {
        assert(at > last && at <= size && strlen(name) < SOURCE_WORD_MAX);
        last = at;
        for (int line = -1; line < LINES; line++) {
            struct source_clauses clauses;
            source_read(source, line, name, &clauses);
            check_clauses(&clauses);
        }
    }
    source_free(source);
    (void)close(fd);
    return 0;
}

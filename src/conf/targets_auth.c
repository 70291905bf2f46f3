/* targets_auth: see targets_auth.h. */
#include "conf/targets_auth.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b) {
    const struct targets_auth *left = a, *right = b;
    return strcmp(left->name, right->name);
}

void targets_auths_sort(struct targets_auth *auths, size_t count) {
    qsort(auths, count, sizeof(*auths), by_name);
}

const struct targets_auth *targets_auths_find(const struct targets_auth *auths, size_t count,
                                              const char *name) {
    const struct targets_auth key = { .name = name };
    return count == 0 ? NULL : bsearch(&key, auths, count, sizeof(key), by_name);
}

/* changes: see changes.h. */
#include "cli/changes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add(struct changes_names *names, const char *name, uint32_t number) {
    names->all[names->count].name = strdup(name);
    if (names->all[names->count].name == NULL) return -ENOMEM;
    names->all[names->count++].number = number;
    return 0;
}

static int compare(const void *a, const void *b) {
    const struct changes_name *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int begin(struct changes_names *names, size_t most) {
    *names = (struct changes_names){ .all = calloc(most + 1, sizeof(*names->all)) };
    return names->all != NULL ? 0 : -ENOMEM;
}

int changes_take_modules(struct changes_names *names, const struct fleet *fleet) {
    uint32_t bound = fleet_module_bound(fleet);
    int error = begin(names, bound);
    for (uint32_t i = 0; error == 0 && i < bound; i++) {
        struct fleet_module module;
        uint32_t named;
        /* One that was replaced is still there while targets use it, but its name is another's. */
        if (fleet_module_get(fleet, i, &module) != 0 ||
            fleet_module_find(fleet, module.name, &named) != 0 || named != i) continue;
        error = add(names, module.name, i);
    }
    if (error == 0) qsort(names->all, names->count, sizeof(*names->all), compare);
    return error;
}

int changes_take_auths(struct changes_names *names, const struct fleet *fleet) {
    uint32_t bound = fleet_auth_bound(fleet);
    int error = begin(names, (size_t)bound + 1);
    for (uint32_t i = 1; error == 0 && i <= bound; i++) {
        const char *name = fleet_auth_name(fleet, i);
        if (name != NULL) error = add(names, name, i);
    }
    if (error == 0) qsort(names->all, names->count, sizeof(*names->all), compare);
    return error;
}

void changes_deinit(struct changes_names *names) {
    for (size_t i = 0; i < names->count; i++) free(names->all[i].name);
    free(names->all);
    *names = (struct changes_names){ .all = NULL };
}

struct changes changes_between(const struct changes_names *before,
                               const struct changes_names *after) {
    struct changes changes = { .added = 0 };
    for (size_t a = 0, b = 0; a < before->count || b < after->count;) {
        int order = a == before->count  ? 1
                    : b == after->count ? -1
                                        : strcmp(before->all[a].name, after->all[b].name);
        if (order < 0) {
            changes.removed++;
            a++;
        } else if (order > 0) {
            changes.added++;
            b++;
        } else {
            bool is_same = before->all[a++].number == after->all[b++].number;
            if (is_same) changes.unchanged++;
            else changes.changed++;
        }
    }
    return changes;
}

const char *changes_text(const struct changes *c, char text[static CHANGES_TEXT]) {
    (void)snprintf(text, CHANGES_TEXT, "%zu added, %zu changed, %zu removed, %zu as before",
                   c->added, c->changed, c->removed, c->unchanged);
    return text;
}

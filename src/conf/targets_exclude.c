/* targets_exclude: see targets_exclude.h. */
#include "conf/targets_exclude.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const struct address *a, const struct address *b) {
    if (a->family != b->family) return a->family < b->family ? -1 : 1;
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static bool is_between(const struct address *a, const struct address *first,
                       const struct address *last) {
    return compare(first, a) <= 0 && compare(a, last) <= 0;
}

bool targets_exclude_read(struct arena *arena, char *text, const struct targets_exclude **list,
                          size_t *ret_offset, char ret_what[static TARGETS_WHAT_MAX]) {
    char *next = NULL;
    for (char *at = text; at != NULL; at = next) {
        struct targets_address address;
        next = strchr(at, ',');
        if (next != NULL) *next++ = '\0';
        *ret_offset = (size_t)(at - text);
        if (!targets_address_parse(at, &address, ret_what)) return false;
        if (address.first.family == ADDRESS_NONE) {
            (void)snprintf(ret_what, TARGETS_WHAT_MAX,
                           "exclude= takes addresses, blocks and ranges, and no host names");
            return false;
        }
        struct targets_exclude *one = arena_get(arena, sizeof(*one));
        ret_what[0] = '\0';
        if (one == NULL) return false;
        *one = (struct targets_exclude){
            .next = *list, .first = address.first,
            .last = targets_address_at(&address, address.count - 1),
        };
        one->first.port = one->last.port = 0;
        *list = one;
    }
    return true;
}

static int by_first(const void *a, const void *b) {
    const struct targets_exclude *left = a, *right = b;
    return compare(&left->first, &right->first);
}

bool targets_excluded_init(struct targets_excluded *excluded, const struct targets_exclude *list) {
    size_t count = 0;
    *excluded = (struct targets_excluded){ .all = NULL };
    for (const struct targets_exclude *e = list; e != NULL; e = e->next) count++;
    if (count == 0) return true;
    struct targets_exclude *all = excluded->all = calloc(count, sizeof(*all));
    if (all == NULL) return false;
    for (const struct targets_exclude *e = list; e != NULL; e = e->next) all[--count] = *e;
    for (const struct targets_exclude *e = list; e != NULL; e = e->next) count++;
    qsort(all, count, sizeof(*all), by_first);
    for (size_t i = 0; i < count; i++) {
        struct targets_exclude *last = excluded->count > 0 ? &all[excluded->count - 1] : NULL;
        bool meets = last != NULL && is_between(&all[i].first, &last->first, &last->last);
        if (!meets) all[excluded->count++] = all[i];
        else if (compare(&last->last, &all[i].last) < 0) last->last = all[i].last;
    }
    return true;
}

void targets_excluded_deinit(struct targets_excluded *excluded) {
    free(excluded->all);
    *excluded = (struct targets_excluded){ .all = NULL };
}

bool targets_excluded_has(const struct targets_excluded *excluded, const struct address *address) {
    size_t low = 0, high = excluded->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct targets_exclude *e = &excluded->all[middle];
        if (is_between(address, &e->first, &e->last)) return true;
        if (compare(address, &e->first) < 0) high = middle;
        else low = middle + 1;
    }
    return false;
}

bool targets_exclude_has(const struct targets_exclude *list, const struct address *address) {
    for (; list != NULL; list = list->next) {
        if (is_between(address, &list->first, &list->last)) return true;
    }
    return false;
}

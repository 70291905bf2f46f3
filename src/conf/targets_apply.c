/* targets_apply: see targets_apply.h. */
#include "conf/targets_apply.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

enum { NUMBERS_A_TARGET = 64 };  /* looked at, in the time that one target takes to be set */

int targets_apply_init(struct targets_apply *apply, const struct targets *targets) {
    *apply = (struct targets_apply){ .targets = targets };
    apply->numbers = calloc(targets_count(targets) + 1, sizeof(*apply->numbers));
    return apply->numbers != NULL ? 0 : -ENOMEM;
}

void targets_apply_deinit(struct targets_apply *apply) {
    free(apply->numbers);
    free(apply->wanted);
    *apply = (struct targets_apply){ .targets = NULL };
}

static int set_some(struct targets_apply *a, struct fleet *fleet, size_t end) {
    for (; a->next < end; a->next++) {
        enum fleet_change change;
        int r = fleet_target_set(fleet, targets_get(a->targets, a->next), &a->numbers[a->next],
                                 &change);
        if (r != 0) return r;
        if (change == FLEET_ADDED) a->changes.added++;
        else if (change == FLEET_CHANGED) a->changes.changed++;
        else a->changes.unchanged++;
    }
    return 0;
}

/* All are set: which numbers are theirs? */
static int mark_wanted(struct targets_apply *a, const struct fleet *fleet, size_t count) {
    a->wanted = calloc((size_t)fleet_target_bound(fleet) / 8 + 1, 1);
    if (a->wanted == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        a->wanted[a->numbers[i] / 8] |= (uint8_t)(1u << a->numbers[i] % 8);
    a->next = 0;
    return 0;
}

static int remove_some(struct targets_apply *a, struct fleet *fleet, size_t end) {
    for (; a->next < end; a->next++) {
        uint32_t n = (uint32_t)a->next;
        if ((a->wanted[n / 8] & 1u << n % 8) != 0 || fleet_target_get(fleet, n) == NULL) continue;
        int r = fleet_target_remove(fleet, n);
        if (r != 0) return r;
        a->changes.removed++;
    }
    return 0;
}

int targets_apply_step(struct targets_apply *a, struct fleet *fleet, size_t count,
                       bool *ret_is_done) {
    size_t all = targets_count(a->targets), bound = fleet_target_bound(fleet);
    *ret_is_done = false;
    if (a->wanted == NULL) {
        size_t left = all - a->next;
        int r = set_some(a, fleet, a->next + (left < count ? left : count));
        if (r == 0 && a->next == all) r = mark_wanted(a, fleet, all);
        return r;
    }
    size_t most = count < SIZE_MAX / NUMBERS_A_TARGET ? count * NUMBERS_A_TARGET : SIZE_MAX;
    size_t left = bound - a->next;
    int r = remove_some(a, fleet, a->next + (left < most ? left : most));
    *ret_is_done = r == 0 && a->next == bound;
    return r;
}

int targets_apply(const struct targets *targets, struct fleet *fleet,
                  struct targets_changes *ret_changes) {
    struct targets_apply apply;
    bool is_done = false;
    int r = targets_apply_init(&apply, targets);
    while (r == 0 && !is_done) r = targets_apply_step(&apply, fleet, SIZE_MAX, &is_done);
    if (r == 0) *ret_changes = apply.changes;
    targets_apply_deinit(&apply);
    return r;
}

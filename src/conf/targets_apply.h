/*
 * targets_apply: a fleet's targets made those that were read: added, changed and removed by name.
 *
 * A million targets take a second or two, so this goes in steps, between which the fleet is polled.
 * Until it is done the fleet has some of the old and some of the new.
 */
#pragma once

#include "conf/targets.h"

struct targets_changes {
    size_t added, changed, removed, unchanged;
};

struct targets_apply {
    const struct targets *targets;    /* settled; they have to live until it is done */
    uint32_t *numbers;                /* the fleet's, of each target */
    uint8_t *wanted;                  /* a bit a number; NULL: not all are set yet */
    size_t next;                      /* target, then number, that is looked at next */
    struct targets_changes changes;
};

/* 0 or -ENOMEM. To be deinited either way. */
int targets_apply_init(struct targets_apply *apply, const struct targets *targets);
void targets_apply_deinit(struct targets_apply *apply);

/*
 * Go on with about @count targets. *ret_is_done: the fleet has these targets and no others. 0,
 * -errno, or an enum fleet_error: then no further step is to be taken.
 */
int targets_apply_step(struct targets_apply *apply, struct fleet *fleet, size_t count,
                       bool *ret_is_done);

/* All of it at once. */
int targets_apply(const struct targets *targets, struct fleet *fleet,
                  struct targets_changes *ret_changes);

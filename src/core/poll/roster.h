/*
 * roster: the targets by number and name, and what becomes of one that is set, changed or removed.
 *
 * Tables have as many buckets as there is room for targets and grow with it. The number of a target
 * that is gone is the first that is given again.
 *
 * A turn hands out rows and reports, and whoever takes them may set and remove targets. What would
 * end running polls or free a target is put off to the end of the turn, in the order in which it
 * was asked for; a new target is there at once.
 */
#pragma once

#include "core/poll/modules.h"
#include "core/poll/schedule.h"

/* What is put off: of a target that is there, its next version, or NULL: it is removed. */
struct roster_change {
    uint32_t number;
    struct target *fresh;
};

struct roster {
    struct modules *modules;
    struct schedule *schedule;
    struct polls *polls;
    /* A target goes, or gives way to its next version: end what others ask of it. */
    void (*leaving)(void *context, struct target *t, struct moment at);
    /* A look-up for it is over; @why: it gave no address. */
    void (*resolved)(void *context, struct target *t, const char *why, struct moment at);
    void *context;
    struct target **targets;     /* by number; NULL where there is none */
    uint32_t bound, room, count; /* numbers in use are below bound */
    uint32_t *free_numbers;
    uint32_t free_count;
    struct target **by_name;     /* room buckets */
    uint32_t turns;              /* roster_begin without its roster_end */
    struct roster_change *changes;
    uint32_t change_count, change_room;
};

void roster_init(struct roster *r, struct modules *modules, struct schedule *schedule);

/* No poll runs any more, and nobody asks anything. */
void roster_deinit(struct roster *r);

/* Between them callbacks may come, and changes are put off; they nest. */
void roster_begin(struct roster *r);
void roster_end(struct roster *r, struct moment at);

/* The functions of fleet.h about targets. */
int roster_set(struct roster *r, const struct fleet_target_options *options, uint32_t *ret_target,
               enum fleet_change *ret_change, struct moment at);
int roster_find(const struct roster *r, const char *name, uint32_t *ret_target);
int roster_remove(struct roster *r, uint32_t target, struct moment at);

/* The target of that number; NULL: none. */
struct target *roster_at(const struct roster *r, uint32_t target);

/* What the look-up of @host for a target gave. */
void roster_resolved(struct roster *r, uint32_t target, const char *host,
                     const struct lookup *lookup, struct moment at);

/* Is everything as it must be? For tests. */
bool roster_check(const struct roster *r);

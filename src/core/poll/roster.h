/*
 * roster: the targets by number and name, and what becomes of one that is set, changed or removed.
 *
 * Tables have as many buckets as there is room for targets and grow with it. The number of a target
 * that is gone is the first that is given again.
 */
#pragma once

#include "core/poll/modules.h"
#include "core/poll/schedule.h"

struct roster {
    struct modules *modules;
    struct schedule *schedule;
    struct polls *polls;
    struct target **targets;     /* by number; NULL where there is none */
    uint32_t bound, room, count; /* numbers in use are below bound */
    uint32_t *free_numbers;
    uint32_t free_count;
    struct target **by_name;     /* room buckets */
};

void roster_init(struct roster *r, struct modules *modules, struct schedule *schedule);

/* No poll runs any more. */
void roster_deinit(struct roster *r);

/* The functions of fleet.h about targets. */
int roster_set(struct roster *r, const struct fleet_target_options *options, uint32_t *ret_target,
               enum fleet_change *ret_change, struct moment at);
int roster_find(const struct roster *r, const char *name, uint32_t *ret_target);
int roster_remove(struct roster *r, uint32_t target, struct moment at);

/* The target of that number; NULL: none. */
struct target *roster_at(const struct roster *r, uint32_t target);

/* What the look-up of @host for a target gave: an address, or NULL and why there is none. */
void roster_resolved(struct roster *r, uint32_t target, const char *host,
                     const struct address *address, const char *why, struct moment at);

/* Is everything as it must be? For tests. */
bool roster_check(const struct roster *r);

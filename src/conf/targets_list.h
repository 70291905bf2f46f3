/*
 * targets_list: the checked targets, and by name which line they are from. What targets_line writes
 * and targets.c applies.
 */
#pragma once

#include "snmpfleet/target.h"
#include "base/arena.h"
#include "conf/targets_context.h"
#include "conf/targets_address.h"
#include "conf/targets_exclude.h"
#include "conf/targets_group.h"

struct targets_text {
    struct targets_text *next;
    char *bytes;   /* wiped */
};

struct targets_block {
    struct targets_address address;
    const struct targets_exclude *excluded;
};

/* Where a target was read; small, since there are millions. */
struct targets_place {
    const char *file;
    const struct targets_block *block;    /* of a block or range, which is one item until the end;
                                             NULL: a single address */
    uint32_t line;
    uint32_t column : 31;                 /* of name=, otherwise of the address */
    uint32_t is_named : 1;                /* by name= */
};

struct targets {
    struct fleet_target_options *items;
    struct targets_place *places;  /* of the items */
    size_t count, capacity;
    size_t block_count;            /* of the items; 0 when they are expanded */
    size_t argument_count;         /* that were read or passed */
    const struct targets_group *groups;
    const struct targets_exclude *excluded;  /* by lines of their own; counted once settled: */
    size_t excluded_count;         /* addresses that are not polled, as often as lines have them */
    struct targets_loss *losses;   /* of blocks, from the smallest to the largest */
    size_t loss_count;
    uint32_t *slots;               /* open addressing by name: item + 1, 0: empty */
    size_t slot_count;             /* a power of two, at most half in use */
    struct targets_text *texts;    /* what was read, in which names and secrets lie; wiped */
    struct arena_pool pool;
    struct arena arena;            /* what no text holds: file names, tags, numbers of modules,
                                      names of blocks */
};

/*
 * Add a target of a name that is new. FLEET_E_DUPLICATE: *ret_other is where the other one of that
 * name is; -ENOMEM.
 */
int targets_list_add(struct targets *targets, const struct fleet_target_options *options,
                     const struct targets_place *place, const struct targets_place **ret_other);

/* Keep @bytes, from secret_realloc, as long as the targets. Without memory they are given back. */
int targets_list_keep(struct targets *targets, char *bytes);

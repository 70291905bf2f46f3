/*
 * modules: what can be polled, by number and name, each compiled into plans.
 *
 * A module that is set anew with other content is another one, under a number of its own: targets
 * keep the old one until they are set, and with the last of them it is gone. Numbers are reused.
 */
#pragma once

#include "core/walk/plan.h"
#include "snmpfleet/fleet.h"

enum { MODULES_MAX = 1024 };

/* Under one number; without a name: replaced or removed, and still used. */
struct module {
    struct plan *plans;      /* one a context; owned */
    uint32_t plan_count;
    bool has_name;
    uint64_t fingerprint;    /* of the options that it was made of */
};

struct modules {
    struct arena_pool chunks;
    struct module all[MODULES_MAX];
    uint32_t bound;          /* numbers are below it */
    uint32_t table_number;   /* the next table's */
};

void modules_init(struct modules *modules);
void modules_deinit(struct modules *modules);

/* The functions of fleet.h about modules. */
int modules_add(struct modules *modules, const struct fleet_module_options *options,
                uint32_t *ret_module);
int modules_set(struct modules *modules, const struct fleet_module_options *options,
                uint32_t *ret_module);
int modules_remove(struct modules *modules, uint32_t module);
int modules_get(const struct modules *modules, uint32_t module, struct fleet_module *ret_module);
int modules_part(const struct modules *modules, uint32_t module, uint32_t part,
                 struct fleet_module_part *ret_part);
int modules_find(const struct modules *modules, const char *name, uint32_t *ret_module);

/* The module of that number, if it has a name; NULL: none. */
const struct module *modules_at(const struct modules *modules, uint32_t module);

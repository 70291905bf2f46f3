/*
 * fake_fleet: so much of a fleet as src/conf/ sees: three modules, auths that are all the same, and
 * targets by number. Linked in place of the real one, for a program that defines a function does
 * not take it from a library.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "snmpfleet/fleet.h"

enum { FAKE_TARGETS = 64 };

struct fleet {
    struct fleet_target targets[FAKE_TARGETS];
    char *names[FAKE_TARGETS];
    uint64_t intervals[FAKE_TARGETS];
    uint32_t fails_at;   /* number of a target that cannot be set; 0: none */
};

static const char *const fake_modules[] = { "system", "interfaces", "ip" };

const char *fleet_module_builtin_name(size_t index) {
    static const char *const builtin[] = { "system", "interfaces", "host", "ucd", "ip", "sensors" };
    return index < 6 ? builtin[index] : NULL;
}

/* They stand at 10. */
uint32_t fleet_module_bound(const struct fleet *fleet) {
    (void)fleet;
    return 13;
}

int fleet_module_get(const struct fleet *fleet, uint32_t module, struct fleet_module *ret_module) {
    (void)fleet;
    if (module < 10 || module >= 13) return FLEET_E_UNKNOWN;
    *ret_module = (struct fleet_module){ .name = fake_modules[module - 10], .parts = 1 };
    return 0;
}

/* Each has one part: the scalars sysName and, as a tag, sysLocation. */
int fleet_module_part(const struct fleet *fleet, uint32_t module, uint32_t part,
                      struct fleet_module_part *ret_part) {
    static const struct fleet_syntax text = { .type = FLEET_OCTET_STRING };
    static const struct fleet_column columns[] = {
        { .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0", .syntax = &text },
        { .object = "sysLocation", .oid = "1.3.6.1.2.1.1.6.0", .syntax = &text, .is_tag = true },
    };
    static const struct fleet_table table = { .columns = columns, .column_count = 2,
                                              .module = "system", .is_scalars = true };
    (void)fleet;
    if (module < 10 || module >= 13 || part > 0) return FLEET_E_UNKNOWN;
    *ret_part = (struct fleet_module_part){ .table = &table };
    return 0;
}

int fleet_module_set(struct fleet *fleet, const struct fleet_module_options *options,
                     uint32_t *ret_module) {
    (void)fleet;
    (void)options;
    *ret_module = 20;
    return 0;
}

int fleet_module_find(const struct fleet *fleet, const char *name, uint32_t *ret_module) {
    (void)fleet;
    for (uint32_t i = 0; i < 3; i++) {
        if (strcmp(fake_modules[i], name) != 0) continue;
        *ret_module = i + 10;
        return 0;
    }
    return FLEET_E_UNKNOWN;
}

int fleet_auth_set(struct fleet *fleet, const struct fleet_auth_options *options,
                   uint32_t *ret_auth, const char **ret_why) {
    (void)fleet;
    *ret_why = fleet_auth_check(options);
    if (*ret_why != NULL) return FLEET_E_INVALID;
    *ret_auth = 1;
    return 0;
}

int fleet_target_set(struct fleet *fleet, const struct fleet_target_options *options,
                     uint32_t *ret_target, enum fleet_change *ret_change) {
    uint32_t spare = 0;
    for (uint32_t i = 1; i < FAKE_TARGETS; i++) {
        if (fleet->names[i] == NULL) {
            if (spare == 0) spare = i;
            continue;
        }
        if (strcmp(fleet->names[i], options->name) != 0) continue;
        *ret_change = fleet->intervals[i] == options->interval_ns ? FLEET_UNCHANGED : FLEET_CHANGED;
        fleet->intervals[i] = options->interval_ns;
        *ret_target = i;
        return 0;
    }
    if (spare == 0 || spare == fleet->fails_at) return FLEET_E_FULL;
    fleet->names[spare] = strdup(options->name);
    fleet->targets[spare].name = fleet->names[spare];
    fleet->targets[spare].number = spare;
    fleet->intervals[spare] = options->interval_ns;
    *ret_change = FLEET_ADDED;
    *ret_target = spare;
    return 0;
}

int fleet_target_remove(struct fleet *fleet, uint32_t target) {
    if (target >= FAKE_TARGETS || fleet->names[target] == NULL) return FLEET_E_UNKNOWN;
    free(fleet->names[target]);
    fleet->names[target] = NULL;
    return 0;
}

const struct fleet_target *fleet_target_get(const struct fleet *fleet, uint32_t target) {
    return target < FAKE_TARGETS && fleet->names[target] != NULL ? &fleet->targets[target] : NULL;
}

uint32_t fleet_target_bound(const struct fleet *fleet) {
    (void)fleet;
    return FAKE_TARGETS;
}

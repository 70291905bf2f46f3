/*
 * targets_auth: auths that targets may name, in the order of their names.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "snmpfleet/target.h"

/* An auth that targets may name. */
struct targets_auth {
    const char *name;
    uint32_t number;      /* that fleet_auth_set gave */
    enum fleet_version version;
};

void targets_auths_sort(struct targets_auth *auths, size_t count);

/* Among sorted ones; NULL when there is none of that name. */
const struct targets_auth *targets_auths_find(const struct targets_auth *auths, size_t count,
                                              const char *name);

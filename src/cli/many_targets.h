/*
 * many_targets: the targets of a verb that asks many agents (many.h), made targets of its fleet.
 */
#pragma once

#include "cli/ask.h"

struct many_targets {
    uint32_t *numbers;   /* of the fleet's targets, in the order of the files */
    size_t count;
};

/*
 * Read configuration and targets, which get what the command line says where they do not say. 0, or
 * an error, told: -errno or an enum fleet_error.
 */
int many_targets_read(struct ask *ask, struct many_targets *ret_targets);

void many_targets_free(struct many_targets *targets);

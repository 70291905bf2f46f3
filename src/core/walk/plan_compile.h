/* plan_compile: from the options of a module to its plans (plan.h). */
#pragma once

#include "core/walk/plan.h"

/*
 * Compile @options for its @context-th context (0 when it has none), in memory from @pool. Tables
 * are numbered from *table_number on, which is moved. 0, -ENOMEM, FLEET_E_NAME, FLEET_E_OID,
 * FLEET_E_INVALID (nothing to poll, a table without columns, a join or filter by what is not there)
 * or FLEET_E_FULL (more than fits).
 */
int plan_new(const struct fleet_module_options *options, size_t context, struct arena_pool *pool,
             uint32_t *table_number, struct plan **ret_plan);
void plan_free(struct plan *plan);

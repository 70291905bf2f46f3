/*
 * plan_copy: descriptions as a plan keeps them: copies of what a module's options point to, in the
 * plan's arena. A syntax that several columns share is copied once.
 */
#pragma once

#include "core/walk/plan.h"

enum { PLAN_COPY_KNOWN = 64 };

struct plan_copy {
    struct arena *arena;
    uint32_t known_count;       /* the last ones copied; older ones may be copied again */
    const struct fleet_syntax *from[PLAN_COPY_KNOWN], *to[PLAN_COPY_KNOWN];
};

/*
 * All of them: 0 or -ENOMEM, and FLEET_E_NAME where a name is empty, too long or holds control
 * characters, FLEET_E_INVALID where numbers are out of range.
 */
int plan_copy_column(struct plan_copy *c, const struct fleet_column *from,
                     struct fleet_column *ret_column);
int plan_copy_index(struct plan_copy *c, const struct fleet_index *from, size_t count,
                    const struct fleet_index **ret_index);
int plan_copy_filters(struct plan_copy *c, const struct fleet_filter *from, size_t count,
                      const struct fleet_filter **ret_filters);

/* targets_group: see targets_group.h. */
#include "conf/targets_group.h"

#include <string.h>

#include "base/nearest.h"

const struct targets_group *targets_group_find(const struct targets_group *groups,
                                               const char *name) {
    while (groups != NULL && strcmp(groups->name, name) != 0) groups = groups->next;
    return groups;
}

const char *targets_group_nearest(const struct targets_group *groups, const char *name) {
    struct nearest nearest = NEAREST_INIT(name);
    for (; groups != NULL; groups = groups->next) nearest_try(&nearest, groups->name);
    return nearest.best;
}

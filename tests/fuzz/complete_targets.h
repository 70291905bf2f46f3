/*
 * complete_targets: what was read without a fault is complete, whatever it was read from.
 */
#pragma once

#include <assert.h>
#include <string.h>

#include "conf/targets.h"

static inline void check_targets(const struct targets *targets) {
    const struct fleet_target_options *o;
    for (size_t i = 0; (o = targets_get(targets, i)) != NULL; i++) {
        assert(o->name != NULL && o->name[0] != '\0' && o->host != NULL && o->host[0] != '\0');
        assert(o->module_count > 0 && strlen(o->host) <= 254 && strlen(o->name) <= 320);
        if (o->community != NULL) assert(strlen(o->community) <= 255);
        for (size_t k = 0; k < o->tag_count; k++) assert(o->tags[k].name[0] != '\0');
    }
}

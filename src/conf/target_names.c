/* target_names: see target_names.h. */
#include "conf/target_names.h"

#include <string.h>

static bool is_known(const struct target_names *names, const char *name) {
    for (size_t i = 0; i < names->kept; i++) {
        if (strcmp(names->good[i], name) == 0) return true;
    }
    return false;
}

static bool meets_module(const struct fleet *fleet, uint32_t number, const char *name,
                         struct schema_clash *ret_clash, const char **ret_module) {
    struct fleet_module module;
    struct fleet_module_part part;
    if (fleet == NULL || fleet_module_get(fleet, number, &module) != 0) return false;
    for (uint32_t i = 0; i < module.parts; i++) {
        if (fleet_module_part(fleet, number, i, &part) != 0 || part.is_lookup) continue;
        if (!schema_meets_tag(part.table, name, ret_clash)) continue;
        *ret_module = module.name;
        return true;
    }
    return false;
}

bool target_names_meet(struct target_names *names, const uint32_t *modules, size_t module_count,
                       const char *name, struct schema_clash *ret_clash,
                       const char **ret_module) {
    if (names->modules != modules || names->module_count != module_count) {
        names->modules = modules;
        names->module_count = module_count;
        names->kept = 0;
    }
    if (is_known(names, name)) return false;
    for (size_t i = 0; i < module_count; i++) {
        if (meets_module(names->fleet, modules[i], name, ret_clash, ret_module)) return true;
    }
    if (names->kept < TARGET_NAMES_KEPT) names->good[names->kept++] = name;
    return false;
}

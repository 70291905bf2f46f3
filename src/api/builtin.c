/* builtin: the modules that need no MIB file, by name (modules/builtin.h). */
#include "api/modules/builtin.h"

#include <string.h>

const struct fleet_syntax type_integer = { .base = "Integer32", .type = FLEET_INTEGER32 };
const struct fleet_syntax type_gauge = { .base = "Gauge32", .type = FLEET_GAUGE32 };
const struct fleet_syntax type_counter = { .base = "Counter32", .type = FLEET_COUNTER32 };
const struct fleet_syntax type_counter64 = { .base = "Counter64", .type = FLEET_COUNTER64 };
const struct fleet_syntax type_ticks = { .base = "TimeTicks", .type = FLEET_TIME_TICKS };
const struct fleet_syntax type_text = { .base = "OCTET STRING", .type = FLEET_OCTET_STRING };
const struct fleet_syntax type_oid = { .base = "OBJECT IDENTIFIER",
                                          .type = FLEET_OBJECT_IDENTIFIER };
const struct fleet_syntax type_ip = { .base = "IpAddress", .type = FLEET_IP_ADDRESS };
const struct fleet_syntax type_real = { .base = "Opaque", .type = FLEET_OPAQUE };

static const struct fleet_module_options *const modules[] = {
    &module_system, &module_interfaces, &module_host,
    &module_ucd,    &module_ip,  &module_sensors,
};

const struct fleet_module_options *fleet_module_builtin(const char *name) {
    for (size_t i = 0; i < BUILTIN_COUNT(modules); i++) {
        if (strcmp(modules[i]->name, name) == 0) return modules[i];
    }
    return NULL;
}

const char *fleet_module_builtin_name(size_t index) {
    return index < BUILTIN_COUNT(modules) ? modules[index]->name : NULL;
}

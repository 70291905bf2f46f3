/*
 * sensors: ENTITY-SENSOR-MIB (RFC 3433) with the names of ENTITY-MIB (RFC 6933): a sensor is one of
 * the physical entities. A value is entPhySensorValue * 10^(scale's power - precision) of its type.
 */
#include "api/modules/builtin.h"

#define SENSOR "1.3.6.1.2.1.99.1.1.1."
#define PHYSICAL "1.3.6.1.2.1.47.1.1.1.1."

/* EntitySensorDataType, EntitySensorDataScale, EntitySensorStatus. */
static const struct fleet_named_number types[] = {
    { 1, "other" }, { 2, "unknown" }, { 3, "voltsAC" }, { 4, "voltsDC" }, { 5, "amperes" },
    { 6, "watts" }, { 7, "hertz" }, { 8, "celsius" }, { 9, "percentRH" }, { 10, "rpm" },
    { 11, "cmm" }, { 12, "truthvalue" },
};
static const struct fleet_named_number scales[] = {
    { 1, "yocto" }, { 2, "zepto" }, { 3, "atto" }, { 4, "femto" }, { 5, "pico" }, { 6, "nano" },
    { 7, "micro" }, { 8, "milli" }, { 9, "units" }, { 10, "kilo" }, { 11, "mega" }, { 12, "giga" },
    { 13, "tera" }, { 14, "exa" }, { 15, "peta" }, { 16, "zetta" }, { 17, "yotta" },
};
static const struct fleet_named_number statuses[] = {
    { 1, "ok" }, { 2, "unavailable" }, { 3, "nonoperational" },
};

#define NAMED(names_) \
    { .base = "INTEGER", .type = FLEET_INTEGER32, .names = names_, \
      .name_count = BUILTIN_COUNT(names_) }

static const struct fleet_syntax sensor_type = NAMED(types), sensor_scale = NAMED(scales),
                                 sensor_status = NAMED(statuses);

static const struct fleet_column sensor[] = {
    { .object = "entPhySensorType", .oid = SENSOR "1", .syntax = &sensor_type,
      .as = FLEET_AS_ENUM },
    { .object = "entPhySensorScale", .oid = SENSOR "2", .syntax = &sensor_scale,
      .as = FLEET_AS_ENUM },
    { .object = "entPhySensorPrecision", .oid = SENSOR "3", .syntax = &type_integer },
    { .object = "entPhySensorValue", .oid = SENSOR "4", .syntax = &type_integer },
    { .object = "entPhySensorOperStatus", .oid = SENSOR "5", .syntax = &sensor_status,
      .as = FLEET_AS_ENUM },
    { .object = "entPhySensorUnitsDisplay", .oid = SENSOR "6", .syntax = &type_text },
};

static const struct fleet_column physical[] = {
    { .object = "entPhysicalDescr", .oid = PHYSICAL "2", .syntax = &type_text, .is_tag = true },
    { .object = "entPhysicalName", .oid = PHYSICAL "7", .syntax = &type_text, .is_tag = true },
};

static const struct fleet_index index[] = { { .name = "entPhysicalIndex" } };
static const char *const by_index[] = { "entPhysicalIndex" };

static const struct fleet_join joins[] = {
    { .index = index, .index_count = 1, .by = by_index, .columns = physical,
      .column_count = BUILTIN_COUNT(physical) },
};

static const struct fleet_table tables[] = {
    { .name = "sensor", .columns = sensor, .column_count = BUILTIN_COUNT(sensor),
      .index = index, .index_count = 1, .joins = joins, .join_count = 1 },
};

const struct fleet_module_options module_sensors = {
    .name = "sensors", .tables = tables, .table_count = BUILTIN_COUNT(tables),
};

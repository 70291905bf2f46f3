/*
 * host: HOST-RESOURCES-MIB (RFC 2790), a host's memory, file systems, devices and processors.
 * hrProcessorTable is sparse in hrDeviceTable: a processor is joined with what its device is.
 */
#include "api/modules/builtin.h"

#define HOST "1.3.6.1.2.1.25."

static const struct fleet_column scalars[] = {
    { .object = "hrSystemUptime", .oid = HOST "1.1.0", .syntax = &type_ticks },
    { .object = "hrSystemNumUsers", .oid = HOST "1.5.0", .syntax = &type_gauge },
    { .object = "hrSystemProcesses", .oid = HOST "1.6.0", .syntax = &type_gauge },
    { .object = "hrSystemMaxProcesses", .oid = HOST "1.7.0", .syntax = &type_integer },
    { .object = "hrMemorySize", .oid = HOST "2.2.0", .syntax = &type_integer },
};

static const struct fleet_column storage[] = {
    { .object = "hrStorageType", .oid = HOST "2.3.1.2", .syntax = &type_oid },
    { .object = "hrStorageDescr", .oid = HOST "2.3.1.3", .syntax = &type_text, .is_tag = true },
    { .object = "hrStorageAllocationUnits", .oid = HOST "2.3.1.4", .syntax = &type_integer },
    { .object = "hrStorageSize", .oid = HOST "2.3.1.5", .syntax = &type_integer },
    { .object = "hrStorageUsed", .oid = HOST "2.3.1.6", .syntax = &type_integer },
    { .object = "hrStorageAllocationFailures", .oid = HOST "2.3.1.7", .syntax = &type_counter },
};

static const struct fleet_column device[] = {
    { .object = "hrDeviceType", .oid = HOST "3.2.1.2", .syntax = &type_oid },
    { .object = "hrDeviceDescr", .oid = HOST "3.2.1.3", .syntax = &type_text, .is_tag = true },
    { .object = "hrDeviceStatus", .oid = HOST "3.2.1.5", .syntax = &type_integer },
    { .object = "hrDeviceErrors", .oid = HOST "3.2.1.6", .syntax = &type_counter },
};

static const struct fleet_column processor[] = {
    { .object = "hrProcessorFrwID", .oid = HOST "3.3.1.1", .syntax = &type_oid },
    { .object = "hrProcessorLoad", .oid = HOST "3.3.1.2", .syntax = &type_integer },
};

static const struct fleet_column processor_device[] = {
    { .object = "hrDeviceDescr", .oid = HOST "3.2.1.3", .syntax = &type_text, .is_tag = true },
};

static const struct fleet_index storage_index[] = { { .name = "hrStorageIndex" } };
static const struct fleet_index device_index[] = { { .name = "hrDeviceIndex" } };
static const char *const by_device[] = { "hrDeviceIndex" };

static const struct fleet_join processor_joins[] = {
    { .index = device_index, .index_count = 1, .by = by_device, .columns = processor_device,
      .column_count = BUILTIN_COUNT(processor_device) },
};

static const struct fleet_table tables[] = {
    { .name = "storage", .columns = storage, .column_count = BUILTIN_COUNT(storage),
      .index = storage_index, .index_count = 1 },
    { .name = "device", .columns = device, .column_count = BUILTIN_COUNT(device),
      .index = device_index, .index_count = 1 },
    { .name = "processor", .columns = processor, .column_count = BUILTIN_COUNT(processor),
      .index = device_index, .index_count = 1, .joins = processor_joins, .join_count = 1 },
};

const struct fleet_module_options module_host = {
    .name = "host", .scalars = scalars, .scalar_count = BUILTIN_COUNT(scalars),
    .tables = tables, .table_count = BUILTIN_COUNT(tables),
};

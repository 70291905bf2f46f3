/*
 * ucd: what Net-SNMP's agent says of its host: memory, processors, load, disks (UCD-SNMP-MIB,
 * UCD-DISKIO-MIB). It has no RFC; the facts are those of Net-SNMP's published modules.
 */
#include "api/modules/builtin.h"

#define UCD "1.3.6.1.4.1.2021."
#define DISK_IO UCD "13.15.1.1."

static const struct fleet_column scalars[] = {
    { .object = "memTotalSwap", .oid = UCD "4.3.0", .syntax = &type_integer },
    { .object = "memAvailSwap", .oid = UCD "4.4.0", .syntax = &type_integer },
    { .object = "memTotalReal", .oid = UCD "4.5.0", .syntax = &type_integer },
    { .object = "memAvailReal", .oid = UCD "4.6.0", .syntax = &type_integer },
    { .object = "memTotalFree", .oid = UCD "4.11.0", .syntax = &type_integer },
    { .object = "memMinimumSwap", .oid = UCD "4.12.0", .syntax = &type_integer },
    { .object = "memShared", .oid = UCD "4.13.0", .syntax = &type_integer },
    { .object = "memBuffer", .oid = UCD "4.14.0", .syntax = &type_integer },
    { .object = "memCached", .oid = UCD "4.15.0", .syntax = &type_integer },
    { .object = "memSwapError", .oid = UCD "4.100.0", .syntax = &type_integer },
    { .object = "ssCpuRawUser", .oid = UCD "11.50.0", .syntax = &type_counter },
    { .object = "ssCpuRawNice", .oid = UCD "11.51.0", .syntax = &type_counter },
    { .object = "ssCpuRawSystem", .oid = UCD "11.52.0", .syntax = &type_counter },
    { .object = "ssCpuRawIdle", .oid = UCD "11.53.0", .syntax = &type_counter },
    { .object = "ssCpuRawWait", .oid = UCD "11.54.0", .syntax = &type_counter },
    { .object = "ssCpuRawKernel", .oid = UCD "11.55.0", .syntax = &type_counter },
    { .object = "ssCpuRawInterrupt", .oid = UCD "11.56.0", .syntax = &type_counter },
    { .object = "ssIORawSent", .oid = UCD "11.57.0", .syntax = &type_counter },
    { .object = "ssIORawReceived", .oid = UCD "11.58.0", .syntax = &type_counter },
    { .object = "ssRawInterrupts", .oid = UCD "11.59.0", .syntax = &type_counter },
    { .object = "ssRawContexts", .oid = UCD "11.60.0", .syntax = &type_counter },
    { .object = "ssCpuRawSoftIRQ", .oid = UCD "11.61.0", .syntax = &type_counter },
    { .object = "ssRawSwapIn", .oid = UCD "11.62.0", .syntax = &type_counter },
    { .object = "ssRawSwapOut", .oid = UCD "11.63.0", .syntax = &type_counter },
    { .object = "ssCpuRawSteal", .oid = UCD "11.64.0", .syntax = &type_counter },
};

static const struct fleet_column load[] = {
    { .object = "laNames", .oid = UCD "10.1.2", .syntax = &type_text, .is_tag = true },
    { .object = "laLoadInt", .oid = UCD "10.1.5", .syntax = &type_integer },
    { .object = "laLoadFloat", .oid = UCD "10.1.6", .syntax = &type_real },
    { .object = "laErrorFlag", .oid = UCD "10.1.100", .syntax = &type_integer },
};

static const struct fleet_column disk[] = {
    { .object = "dskPath", .oid = UCD "9.1.2", .syntax = &type_text, .is_tag = true },
    { .object = "dskDevice", .oid = UCD "9.1.3", .syntax = &type_text, .is_tag = true },
    { .object = "dskTotal", .oid = UCD "9.1.6", .syntax = &type_integer },
    { .object = "dskAvail", .oid = UCD "9.1.7", .syntax = &type_integer },
    { .object = "dskUsed", .oid = UCD "9.1.8", .syntax = &type_integer },
    { .object = "dskPercent", .oid = UCD "9.1.9", .syntax = &type_integer },
    { .object = "dskPercentNode", .oid = UCD "9.1.10", .syntax = &type_integer },
    { .object = "dskTotalLow", .oid = UCD "9.1.11", .syntax = &type_gauge },
    { .object = "dskTotalHigh", .oid = UCD "9.1.12", .syntax = &type_gauge },
    { .object = "dskAvailLow", .oid = UCD "9.1.13", .syntax = &type_gauge },
    { .object = "dskAvailHigh", .oid = UCD "9.1.14", .syntax = &type_gauge },
    { .object = "dskUsedLow", .oid = UCD "9.1.15", .syntax = &type_gauge },
    { .object = "dskUsedHigh", .oid = UCD "9.1.16", .syntax = &type_gauge },
    { .object = "dskErrorFlag", .oid = UCD "9.1.100", .syntax = &type_integer },
};

static const struct fleet_column disk_io[] = {
    { .object = "diskIODevice", .oid = DISK_IO "2", .syntax = &type_text, .is_tag = true },
    { .object = "diskIONRead", .oid = DISK_IO "3", .syntax = &type_counter },
    { .object = "diskIONWritten", .oid = DISK_IO "4", .syntax = &type_counter },
    { .object = "diskIOReads", .oid = DISK_IO "5", .syntax = &type_counter },
    { .object = "diskIOWrites", .oid = DISK_IO "6", .syntax = &type_counter },
    { .object = "diskIOLA1", .oid = DISK_IO "9", .syntax = &type_integer },
    { .object = "diskIOLA5", .oid = DISK_IO "10", .syntax = &type_integer },
    { .object = "diskIOLA15", .oid = DISK_IO "11", .syntax = &type_integer },
    { .object = "diskIONReadX", .oid = DISK_IO "12", .syntax = &type_counter64 },
    { .object = "diskIONWrittenX", .oid = DISK_IO "13", .syntax = &type_counter64 },
};

static const struct fleet_index load_index[] = { { .name = "laIndex" } };
static const struct fleet_index disk_index[] = { { .name = "dskIndex" } };
static const struct fleet_index disk_io_index[] = { { .name = "diskIOIndex" } };

static const struct fleet_table tables[] = {
    { .name = "load", .columns = load, .column_count = BUILTIN_COUNT(load),
      .index = load_index, .index_count = 1 },
    { .name = "disk", .columns = disk, .column_count = BUILTIN_COUNT(disk),
      .index = disk_index, .index_count = 1 },
    { .name = "disk_io", .columns = disk_io, .column_count = BUILTIN_COUNT(disk_io),
      .index = disk_io_index, .index_count = 1 },
};

const struct fleet_module_options module_ucd = {
    .name = "ucd", .scalars = scalars, .scalar_count = BUILTIN_COUNT(scalars),
    .tables = tables, .table_count = BUILTIN_COUNT(tables),
};

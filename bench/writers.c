/*
 * writers: what formatting costs, in nanoseconds of CPU a cell.
 *
 * Rows as a fleet of switches gives them: ten interfaces of one target a call, 24 columns with
 * large counters, three tags. Everything is written to /dev/null, so that the buffer stays as small
 * as in a poller that keeps up.
 *
 *     bench_writers [rounds]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snmpfleet/writer.h"

enum { COLUMNS = 24, ROWS = 10 };

static const char *const counters[] = {
    "ifMtu",
    "ifSpeed",
    "ifAdminStatus",
    "ifOperStatus",
    "ifLastChange",
    "ifInDiscards",
    "ifInErrors",
    "ifInUnknownProtos",
    "ifOutDiscards",
    "ifOutErrors",
    "ifHCInOctets",
    "ifHCInUcastPkts",
    "ifHCInMulticastPkts",
    "ifHCInBroadcastPkts",
    "ifHCOutOctets",
    "ifHCOutUcastPkts",
    "ifHCOutMulticastPkts",
    "ifHCOutBroadcastPkts",
    "ifHighSpeed",
    "ifPromiscuousMode",
};

static void describe(struct fleet_column columns[static COLUMNS], char oids[static COLUMNS][40]) {
    static const char *const texts[] = { "ifName", "ifDescr", "ifAlias", "ifPhysAddress" };
    for (int i = 0; i < COLUMNS; i++) {
        (void)snprintf(oids[i], sizeof(oids[i]), "1.3.6.1.2.1.31.1.1.1.%d", i + 1);
        columns[i] = (struct fleet_column){
            .object = i < 4 ? texts[i] : counters[i - 4],
            .oid = oids[i],
            .as = i == 3 ? FLEET_AS_MAC : FLEET_AS_AUTO,
            .is_tag = i < 3,
        };
    }
}

static struct fleet_value octets(const char *text, size_t length) {
    return (struct fleet_value){
        .type = FLEET_OCTET_STRING, .length = (uint32_t)length, .bytes = (const uint8_t *)text,
    };
}

static void fill(struct fleet_value cells[static COLUMNS], int row) {
    cells[0] = octets("Gi1/0/24", 8);
    cells[1] = octets("GigabitEthernet1/0/24", 21);
    cells[2] = octets("uplink to core", 14);
    cells[3] = octets("\xc8\x5b\x76\xc9\xe6\x8c", 6);
    for (int i = 4; i < COLUMNS; i++) {
        bool is_wide = i >= 14 && i < 22;
        cells[i] = (struct fleet_value){
            .type = i < 8     ? FLEET_INTEGER32
                    : is_wide ? FLEET_COUNTER64
                              : FLEET_COUNTER32,
            .counter = is_wide ? 123456789012u * (uint64_t)(row + 1)
                       : i < 8 ? 1
                               : 40000u * (unsigned)i,
        };
    }
}

static double cpu_seconds(void) {
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

static void measure(const char *name, enum fleet_format format, const char *path, int rounds,
                    struct fleet_row rows[static ROWS]) {
    struct fleet_writer *w;
    struct fleet_writer_options options = { .format = format, .path = path, .rows = true };
    int r = fleet_writer_new(&w, &options);
    if (r != 0) {
        (void)fprintf(stderr, "%s: cannot open %s (%d)\n", name, path, r);
        return;
    }
    double start = cpu_seconds();
    for (int i = 0; i < rounds; i++) {
        for (int k = 0; k < ROWS; k++) rows[k].time_ns += 1000;
        fleet_writer_rows(w, rows, ROWS);
        if (fleet_writer_pending(w) >= 256 << 10) (void)fleet_writer_flush(w);
    }
    double seconds = cpu_seconds() - start;
    (void)fleet_writer_flush(w);
    double cells = (double)rounds * ROWS * COLUMNS;
    (void)printf("%-8s %6.1f ns/cell %8.1f ns/row %6.0f bytes/row\n", name, 1e9 * seconds / cells,
                 1e9 * seconds / rounds / ROWS, (double)fleet_writer_written(w) / rounds / ROWS);
    fleet_writer_free(w);
}

int main(int argc, char **argv) {
    int rounds = argc > 1 ? atoi(argv[1]) : 40000;
    if (rounds < 1) return 3;
    static struct fleet_column columns[COLUMNS];
    static char oids[COLUMNS][40];
    static struct fleet_value cells[ROWS][COLUMNS];
    describe(columns, oids);
    const struct fleet_index index[] = { { .name = "ifIndex" } };
    struct fleet_table table = {
        .name = "interface", .columns = columns, .column_count = COLUMNS,
        .index = index, .index_count = 1, .module = "interfaces",
    };
    struct fleet_tag tags[] = { { "role", "core switch" }, { "site", "ams" } };
    struct fleet_target target = {
        .name = "core1", .address = "192.0.2.1", .tags = tags, .tag_count = 2
    };
    static uint8_t indexes[ROWS];
    struct fleet_row rows[ROWS];
    for (int i = 0; i < ROWS; i++) {
        fill(cells[i], i);
        indexes[i] = (uint8_t)(i + 1);
        rows[i] = (struct fleet_row){
            .target = &target, .table = &table, .time_ns = 1795212000123456789,
            .index = &indexes[i], .index_length = 1, .cells = cells[i],
        };
    }
    measure("csv", FLEET_FORMAT_CSV, "/dev/null", rounds, rows);
    measure("influx", FLEET_FORMAT_INFLUX, "/dev/null", rounds, rows);
    measure("json", FLEET_FORMAT_JSON, "/dev/null", rounds, rows);
    return 0;
}

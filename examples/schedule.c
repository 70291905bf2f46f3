/*
 * schedule: polls an agent on a schedule and prints each row and each report.
 *
 *     schedule HOST PORT COMMUNITY SECONDS
 *
 * Two modules are polled every second: "system", which is built in, and one that is described here:
 * name, status and octets of each interface. A row is one row of a table, with its index; a poll of
 * a module ends with exactly one report, which says how it went.
 */
#include <poll.h>
#include <snmpfleet/snmpfleet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const struct fleet_named_number status_names[] = {
    { 1, "up" }, { 2, "down" }, { 3, "testing" }, { 4, "unknown" }, { 5, "dormant" },
    { 6, "notPresent" }, { 7, "lowerLayerDown" },
};
static const struct fleet_syntax status = {
    .base = "INTEGER", .type = FLEET_INTEGER32, .names = status_names, .name_count = 7,
};
static const struct fleet_column columns[] = {
    { .object = "ifDescr", .oid = "1.3.6.1.2.1.2.2.1.2" },
    { .object = "ifOperStatus", .oid = "1.3.6.1.2.1.2.2.1.8", .syntax = &status,
      .as = FLEET_AS_ENUM },
    { .object = "ifHCInOctets", .oid = "1.3.6.1.2.1.31.1.1.1.6" },
};
static const struct fleet_index if_index = { .name = "ifIndex", .kind = FLEET_INDEX_INTEGER };
static const struct fleet_table interfaces = {
    .name = "interface", .columns = columns, .column_count = 3, .index = &if_index,
    .index_count = 1,
};
static const struct fleet_module_options interfaces_module = {
    .name = "ports", .interval_ns = 1000000000, .tables = &interfaces, .table_count = 1,
};

static int last_reason;

static void print_row(const struct fleet_row *row) {
    const struct fleet_table *table = row->table;
    char text[1024];
    printf("%s %s", row->target->name, table->name != NULL ? table->name : table->module);
    for (size_t i = 0; i < table->index_count; i++) {
        fleet_index_text(table->index, table->index_count, row->index, row->index_length, i, text,
                         sizeof(text));
        printf(" %s=%s", table->index[i].name, text);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        /* A cell that the agent lacks has no text and is left out. */
        const struct fleet_column *column = &table->columns[i];
        if (fleet_value_text(&row->cells[i], column->syntax, column->as, text, sizeof(text)) > 0)
            printf(" %s=%s", column->object, text);
    }
    printf("\n");
}

/* What a callback is given is good until it returns; what is to be kept is copied. */
static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context;
    for (size_t i = 0; i < count; i++) print_row(&rows[i]);
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    last_reason = (int)report->reason;
    printf("%s %s: %s%s%s, %u rows in %u requests\n", report->target->name, report->module,
           fleet_reason_text(report->reason), report->detail[0] != '\0' ? " " : "",
           report->detail, report->rows, report->requests);
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "schedule: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* fleet_run would do where the program has nothing else to wait for, and never ends. */
static void run_for(struct fleet *fleet, int seconds) {
    time_t end = time(NULL) + seconds;
    bool is_ending = false;
    while (!fleet_is_done(fleet)) {
        struct pollfd ready = { .fd = fleet_fd(fleet), .events = POLLIN };
        (void)poll(&ready, 1, 100);
        must(fleet_step(fleet, 0), "fleet_step");
        /* No new polls from here on; those under way go on to their reports. */
        if (!is_ending && time(NULL) >= end) fleet_drain(fleet);
        is_ending = time(NULL) >= end;
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: schedule HOST PORT COMMUNITY SECONDS\n");
        return 2;
    }
    const struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report } };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");

    uint32_t modules[2];
    must(fleet_module_add(fleet, fleet_module_builtin("system"), &modules[0]), "system");
    must(fleet_module_add(fleet, &interfaces_module, &modules[1]), "ports");
    const struct fleet_target_options agent = {
        .name = "router",
        .host = argv[1],
        .port = (uint16_t)atoi(argv[2]),
        .community = argv[3],
        .interval_ns = 1000000000,
        .modules = modules,
        .module_count = 2,
    };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);

    run_for(fleet, atoi(argv[4]));
    fleet_free(fleet);
    return last_reason == FLEET_REASON_OK ? 0 : 1;
}

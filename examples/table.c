/*
 * table: prints columns of a table, a line a row.
 *
 *     table HOST PORT COMMUNITY COLUMN...
 *
 * COLUMN is a name that a MIB module has, such as ifDescr or IF-MIB::ifOperStatus. All columns are
 * of one table, or of tables that have the same index, as ifTable and ifXTable do. The module says
 * how the index and the values are written.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS_MAX = 32 };

static int exit_code;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "table: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* Rows come in the order of their index, each as soon as it is complete. */
static void take_table(void *context, const struct fleet_row *rows, size_t count) {
    char text[1024];
    (void)context;
    for (size_t i = 0; i < count; i++) {
        const struct fleet_row *row = &rows[i];
        const struct fleet_table *table = row->table;
        for (size_t k = 0; k < table->index_count; k++) {
            fleet_index_text(table->index, table->index_count, row->index, row->index_length, k,
                             text, sizeof(text));
            printf("%s%s=%s", k > 0 ? " " : "", table->index[k].name, text);
        }
        for (size_t k = 0; k < table->column_count; k++) {
            const struct fleet_column *column = &table->columns[k];
            /* A cell that the agent lacks is FLEET_ABSENT, or an exception, and has no text. */
            fleet_value_text(&row->cells[k], column->syntax, column->as, text, sizeof(text));
            printf(" %s=%s", column->object, text);
        }
        printf("\n");
    }
}

static void take_end(void *context, const struct fleet_result *result) {
    (void)context;
    if (result->reason == FLEET_REASON_OK) return;
    printf("%s %s\n", fleet_reason_text(result->reason), result->detail);
    exit_code = 1;
}

/* The description of a column, by its name. Objects live as long as their mib. */
static const struct fleet_object *describe(struct fleet_mib *mib, const char *name,
                                           struct fleet_column *ret_column, char *oid) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t length;
    const struct fleet_object *object;
    char why[FLEET_MIB_WHY_MAX];
    if (fleet_mib_parse(mib, name, numbers, &length, &object, why) != 0) {
        fprintf(stderr, "table: %s\n", why);
        exit(2);
    }
    if (object == NULL || object->kind != FLEET_OBJECT_COLUMN) {
        fprintf(stderr, "table: %s is no column of a table\n", name);
        exit(2);
    }
    const struct fleet_text_style numeric = { .oid = FLEET_OID_NUMERIC };
    fleet_mib_oid_text(mib, object->oid, object->oid_length, &numeric, oid, FLEET_OID_TEXT_MAX);
    *ret_column = (struct fleet_column){ .object = object->name, .oid = oid,
                                         .syntax = object->syntax, .as = FLEET_AS_ENUM };
    return object;
}

int main(int argc, char **argv) {
    if (argc < 5 || argc - 4 > COLUMNS_MAX) {
        fprintf(stderr, "usage: table HOST PORT COMMUNITY COLUMN...\n");
        return 2;
    }
    struct fleet_mib *mib;
    must(fleet_mib_new(&mib, NULL), "fleet_mib_new");
    static char oids[COLUMNS_MAX][FLEET_OID_TEXT_MAX];
    struct fleet_column columns[COLUMNS_MAX];
    struct fleet_table table = { .columns = columns, .column_count = (size_t)argc - 4 };
    for (int i = 4; i < argc; i++) {
        const struct fleet_object *object = describe(mib, argv[i], &columns[i - 4], oids[i - 4]);
        table.index = object->index;
        table.index_count = object->index_count;
    }

    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .community = argv[3] };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);
    const struct fleet_request_options ask = { .done = take_end };
    must(fleet_table(fleet, target, &table, take_table, &ask, NULL), "fleet_table");
    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    fleet_mib_free(mib);
    return exit_code;
}

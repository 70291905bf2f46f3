/*
 * ask: a program outside of the tree, built against an installed libsnmpfleet.
 *
 *     ask HOST PORT NAME [MIBS READER]
 *
 * Prints the value of NAME, a name of a MIB module or a numeric OID; MIBS is a folder of MIB files,
 * READER the program that reads them.
 */
#include <stdio.h>
#include <stdlib.h>

#include <snmpfleet/snmpfleet.h>

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void print(void *context, const struct fleet_result *result) {
    int *ret_exit = context;
    char text[512];
    if (result->reason != FLEET_REASON_OK) {
        fprintf(stderr, "%s: %s\n", fleet_reason_text(result->reason), result->detail);
        return;
    }
    fleet_value_text(&result->varbinds[0].value, NULL, FLEET_AS_RAW, text, sizeof(text));
    puts(text);
    *ret_exit = 0;
}

static void warn(void *context, const char *file, const char *text) {
    (void)context;
    fprintf(stderr, "%s: %s\n", file != NULL ? file : "mib", text);
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 6) return 2;
    struct fleet_mib_options mibs = { .path = argc == 6 ? argv[4] : "/nonexistent", .cache = "",
                                      .reader = argc == 6 ? argv[5] : NULL, .warn = warn };
    struct fleet_mib *mib;
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX], oid[FLEET_OID_TEXT_MAX];
    if (fleet_mib_new(&mib, &mibs) != 0) return 2;
    if (fleet_mib_parse_name(mib, argv[3], NULL, &name, why) != 0) {
        fprintf(stderr, "%s\n", why);
        return 2;
    }
    fleet_mib_oid_text(mib, name.oid, name.length,
                       &(struct fleet_text_style){ .oid = FLEET_OID_NUMERIC }, oid, sizeof(oid));
    fleet_mib_free(mib);

    struct fleet *fleet;
    struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report },
                                     .once = true };
    int error = fleet_new(&fleet, &options), code = 1;
    if (error == 0) {
        const char *oids[] = { oid };
        uint32_t target;
        struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]) };
        error = fleet_target_set(fleet, &agent, &target, NULL);
        if (error == 0)
            error = fleet_get(fleet, target, oids, 1,
                              &(struct fleet_request_options){ .done = print, .context = &code },
                              NULL);
        if (error == 0) error = fleet_run(fleet);
        fleet_free(fleet);
    }
    if (error != 0) fprintf(stderr, "%s\n", fleet_error_text(error));
    return error != 0 ? 2 : code;
}

/*
 * walk: prints all that an agent has below an OID.
 *
 *     walk HOST PORT COMMUNITY OID [MAX-ROWS]
 *
 * The walk asks as fast as the agent's version allows: by GETBULK, and by GETNEXT where that does
 * not work. It ends where the subtree ends, or behind MAX-ROWS variable bindings; an agent whose
 * OIDs do not increase would never end, so such a walk is ended with the reason "not-increasing".
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

static int exit_code;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "walk: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/*
 * What one answer brought. A program whose reader is slower than the agent sets `high_water` in the
 * walk's options, and calls fleet_walk_take when its reader has taken some.
 */
static void take_found(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                       size_t count) {
    char name[FLEET_OID_TEXT_MAX], text[4096];
    (void)context, (void)operation;
    for (size_t i = 0; i < count; i++) {
        const struct fleet_value oid = {
            .type = FLEET_OBJECT_IDENTIFIER,
            .bytes = varbinds[i].oid,
            .length = (uint32_t)varbinds[i].oid_length,
        };
        fleet_value_text(&oid, NULL, FLEET_AS_AUTO, name, sizeof(name));
        fleet_value_text(&varbinds[i].value, NULL, FLEET_AS_AUTO, text, sizeof(text));
        printf("%s = %s\n", name, text);
    }
}

/* Called once, behind all that was found. What was found counts whatever the end. */
static void take_end(void *context, const struct fleet_result *result) {
    (void)context;
    printf("%s%s%s\n", fleet_reason_text(result->reason), result->detail[0] != '\0' ? " " : "",
           result->detail);
    exit_code = result->reason == FLEET_REASON_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: walk HOST PORT COMMUNITY OID [MAX-ROWS]\n");
        return 2;
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

    const struct fleet_walk_options walk = {
        .found = take_found,
        .max_rows = argc == 6 ? strtoull(argv[5], NULL, 10) : 0,
    };
    const struct fleet_request_options ask = { .done = take_end };
    must(fleet_walk(fleet, target, argv[4], &walk, &ask, NULL), argv[4]);
    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    return exit_code;
}

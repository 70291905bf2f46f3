/*
 * get: asks one agent once: GET, GETNEXT or GETBULK of any number of OIDs.
 *
 *     get HOST PORT COMMUNITY get OID...
 *     get HOST PORT COMMUNITY getnext OID...
 *     get HOST PORT COMMUNITY getbulk NON-REPEATERS MAX-REPETITIONS OID...
 *
 * Prints "OID = VALUE" for each variable binding of the answer. An agent that lacks an object says
 * so in place of its value, and the other values of the same answer still count. An answer that
 * does not come, or that is an error, has a reason.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int exit_code;

/* A fleet hands out rows and reports of its schedule. This one has no schedule, so none come. */
static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void print_varbind(const struct fleet_varbind *varbind) {
    char name[FLEET_OID_TEXT_MAX], text[4096];
    /* An OID as it travels is the value of an OBJECT IDENTIFIER, so it is written like one. */
    const struct fleet_value oid = {
        .type = FLEET_OBJECT_IDENTIFIER,
        .bytes = varbind->oid,
        .length = (uint32_t)varbind->oid_length,
    };
    fleet_value_text(&oid, NULL, FLEET_AS_AUTO, name, sizeof(name));
    switch (varbind->value.type) {
    case FLEET_NO_SUCH_OBJECT: printf("%s: no such object\n", name); return;
    case FLEET_NO_SUCH_INSTANCE: printf("%s: no such instance\n", name); return;
    case FLEET_END_OF_MIB_VIEW: printf("%s: end of the MIB\n", name); return;
    default:
        fleet_value_text(&varbind->value, NULL, FLEET_AS_AUTO, text, sizeof(text));
        printf("%s = %s\n", name, text);
    }
}

/* Called exactly once for each question, from fleet_run. */
static void take_result(void *context, const struct fleet_result *result) {
    (void)context;
    if (result->reason != FLEET_REASON_OK) {
        printf("%s: %s %s\n", result->target->name, fleet_reason_text(result->reason),
               result->detail);
        exit_code = 1;
        return;
    }
    for (size_t i = 0; i < result->varbind_count; i++) print_varbind(&result->varbinds[i]);
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "get: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

static void ask(struct fleet *fleet, uint32_t target, const char *verb, int count, char **words) {
    const struct fleet_request_options options = { .done = take_result };
    const char *const *oids = (const char *const *)words;
    if (strcmp(verb, "get") == 0) {
        must(fleet_get(fleet, target, oids, (size_t)count, &options, NULL), verb);
    } else if (strcmp(verb, "getnext") == 0) {
        must(fleet_getnext(fleet, target, oids, (size_t)count, &options, NULL), verb);
    } else if (strcmp(verb, "getbulk") == 0 && count > 2) {
        uint32_t non_repeaters = (uint32_t)strtoul(oids[0], NULL, 10);
        uint32_t max_repetitions = (uint32_t)strtoul(oids[1], NULL, 10);
        must(fleet_getbulk(fleet, target, oids + 2, (size_t)count - 2, non_repeaters,
                           max_repetitions, &options, NULL), verb);
    } else {
        must(FLEET_E_INVALID, verb);
    }
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "usage: get HOST PORT COMMUNITY get|getnext|getbulk [N R] OID...\n");
        return 2;
    }
    /* With `once`, fleet_run returns when everything that was asked has been answered. */
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");

    const struct fleet_target_options agent = {
        .host = argv[1],
        .port = (uint16_t)atoi(argv[2]),
        .community = argv[3],
        .version = FLEET_V2C,
    };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);
    ask(fleet, target, argv[4], argc - 5, argv + 5);

    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    return exit_code;
}

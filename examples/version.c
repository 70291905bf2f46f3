/*
 * version: finds out which version of SNMP an agent speaks.
 *
 *     version HOST PORT COMMUNITY [USER]
 *
 * With a user (of SNMPv3, without authentication) version 3 is tried first; then version 2c, and
 * version 1 at last. Silence leads to the next one; what the agent answers is kept for all that it
 * is asked later. Prints the version, or that the agent is silent to all.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

/* What the callback needs. */
struct question {
    struct fleet *fleet;
    int exit_code;
};

/* A fleet hands out rows and reports of its schedule. This one has no schedule, so none come. */
static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void take_result(void *context, const struct fleet_result *result) {
    static const char *const names[] = { [FLEET_V1] = "1", [FLEET_V2C] = "2c", [FLEET_V3] = "3" };
    struct question *question = context;
    enum fleet_version version;
    if (fleet_target_version(question->fleet, result->target->number, &version) == 0) {
        printf("%s speaks version %s\n", result->target->name, names[version]);
    } else {
        printf("%s: %s after %u requests\n", result->target->name,
               fleet_reason_text(result->reason), result->requests);
        question->exit_code = 1;
    }
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "version: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: version HOST PORT COMMUNITY [USER]\n");
        return 2;
    }
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct question question = { .exit_code = 0 };
    must(fleet_new(&question.fleet, &options), "fleet_new");

    struct fleet_target_options agent = {
        .host = argv[1],
        .port = (uint16_t)atoi(argv[2]),
        .community = argv[3],
        .detect_version = true,
        /* Two attempts of a quarter of a second for each version. */
        .retries = 1,
        .timeout_ns = 250000000,
    };
    if (argc == 5) {
        const struct fleet_auth_options user = { .name = "user", .version = FLEET_V3,
                                                 .user = argv[4] };
        must(fleet_auth_set(question.fleet, &user, &agent.auth, NULL), argv[4]);
    }
    uint32_t target;
    must(fleet_target_set(question.fleet, &agent, &target, NULL), argv[1]);

    const struct fleet_request_options how = { .done = take_result, .context = &question };
    const char *oids[] = { "1.3.6.1.2.1.1.3.0" };
    must(fleet_get(question.fleet, target, oids, 1, &how, NULL), "fleet_get");
    must(fleet_run(question.fleet), "fleet_run");
    fleet_free(question.fleet);
    return question.exit_code;
}

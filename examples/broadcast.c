/*
 * broadcast: asks a whole network at once who is there.
 *
 *     broadcast ADDRESS PORT COMMUNITY MILLISECONDS
 *
 * One GET of sysName.0 goes to a broadcast address (192.0.2.255) or a multicast address, and every
 * agent that hears it may answer. Prints address and name of each answer that comes within so many
 * milliseconds, and how many there were. This is SNMPv2c; a question of SNMPv3 is for one engine.
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
    fprintf(stderr, "broadcast: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/* Called for each answer. Only here the result says from which address it came. */
static void take_answer(void *context, const struct fleet_result *answer) {
    char name[256] = "";
    (void)context;
    if (answer->varbind_count > 0)
        fleet_value_text(&answer->varbinds[0].value, NULL, FLEET_AS_AUTO, name, sizeof(name));
    printf("%s %s\n", answer->address, name);
}

/* Called once, when the time is over. Silence is the reason "timeout". */
static void take_end(void *context, const struct fleet_result *result) {
    (void)context;
    printf("%s, %u answers\n", fleet_reason_text(result->reason), (unsigned)result->rows);
    exit_code = result->reason == FLEET_REASON_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: broadcast ADDRESS PORT COMMUNITY MILLISECONDS\n");
        return 2;
    }
    /* The kernel lets only sockets that ask for it send to a broadcast address. */
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true, .broadcast = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");
    const struct fleet_target_options network = { .host = argv[1],
                                                  .port = (uint16_t)atoi(argv[2]),
                                                  .community = argv[3] };
    uint32_t target;
    must(fleet_target_set(fleet, &network, &target, NULL), argv[1]);

    const char *const oids[] = { "1.3.6.1.2.1.1.5.0" };
    const struct fleet_request_options ask = {
        .done = take_end,
        .many = take_answer,
        .deadline_ns = strtoull(argv[4], NULL, 10) * 1000000,
    };
    must(fleet_get(fleet, target, oids, 1, &ask, NULL), "fleet_get");
    must(fleet_run(fleet), "fleet_run");
    fleet_free(fleet);
    return exit_code;
}

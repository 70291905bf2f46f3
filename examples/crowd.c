/*
 * crowd: asks thousands of agents for one object, all at once, in one thread.
 *
 *     crowd FIRST COUNT PORT OID
 *
 * The agents have the IPv4 addresses from FIRST on. All questions are handed over before the fleet
 * takes its first turn; the fleet's window decides how many are under way at a time. Prints how
 * many answered and how many did not, by reason.
 */
#include <arpa/inet.h>
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned reasons[FLEET_REASONS];

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "crowd: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

/*
 * A target that is needed no more may be removed, here or later; then it costs no memory. Here it
 * is removed as soon as it has answered.
 */
static void take_result(void *context, const struct fleet_result *result) {
    reasons[result->reason]++;
    must(fleet_target_remove(context, result->target->number), "fleet_target_remove");
}

int main(int argc, char **argv) {
    struct in_addr first;
    if (argc != 5 || inet_pton(AF_INET, argv[1], &first) != 1) {
        fprintf(stderr, "usage: crowd FIRST COUNT PORT OID\n");
        return 2;
    }
    const struct fleet_options options = {
        .sink = { .rows = take_rows, .report = take_report }, .once = true,
    };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");

    uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10);
    const char *const oids[] = { argv[4] };
    const struct fleet_request_options ask = { .done = take_result, .context = fleet };
    for (uint32_t i = 0; i < count; i++) {
        struct in_addr address = { htonl(ntohl(first.s_addr) + i) };
        char host[INET_ADDRSTRLEN];
        uint32_t target;
        inet_ntop(AF_INET, &address, host, sizeof(host));
        const struct fleet_target_options agent = { .host = host,
                                                    .port = (uint16_t)atoi(argv[3]) };
        must(fleet_target_set(fleet, &agent, &target, NULL), host);
        /* At most FLEET_OPERATIONS_MAX wait at once; more are refused with FLEET_E_FULL. */
        must(fleet_get(fleet, target, oids, 1, &ask, NULL), host);
    }
    must(fleet_run(fleet), "fleet_run");
    for (int reason = 0; reason < FLEET_REASONS; reason++) {
        if (reasons[reason] > 0)
            printf("%s %u\n", fleet_reason_text((enum fleet_reason)reason), reasons[reason]);
    }
    fleet_free(fleet);
    return reasons[FLEET_REASON_OK] == count ? 0 : 1;
}

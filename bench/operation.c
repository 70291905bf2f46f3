/*
 * operation: what a single question costs beside the same GET of a poll.
 *
 *     bench_operation FIRST COUNT PORT [RUNS]
 *
 * COUNT agents from address FIRST on answer at PORT. In turn, RUNS times each (5): all are polled
 * once for five scalars of `system`, and all are asked for the same five by fleet_get. Prints the
 * processor time in user mode of each request, and the medians' ratio. Setting targets up and
 * taking them down is not counted. It never fails on a time.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "snmpfleet/snmpfleet.h"

enum { RUNS = 5, RUNS_MAX = 99, OIDS = 5 };

static const char *const oids[OIDS] = { "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0",
                                        "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0",
                                        "1.3.6.1.2.1.1.6.0" };
static uint64_t good, values;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context;
    for (size_t i = 0; i < count; i++) values += rows[i].table->column_count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    good += report->reason == FLEET_REASON_OK;
}

static void take_result(void *context, const struct fleet_result *result) {
    (void)context;
    good += result->reason == FLEET_REASON_OK;
    values += result->varbind_count;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "bench_operation: %s: %s\n", what, fleet_error_text(error));
    exit(1);
}

static uint64_t user_ns(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_utime.tv_sec * CLOCK_NS_PER_S +
           (uint64_t)usage.ru_utime.tv_usec * CLOCK_NS_PER_US;
}

static void add_targets(struct fleet *fleet, uint32_t first, uint32_t count, uint16_t port,
                        const uint32_t *module) {
    for (uint32_t i = 0; i < count; i++) {
        char host[INET_ADDRSTRLEN];
        struct in_addr address = { htonl(first + i) };
        uint32_t target;
        if (inet_ntop(AF_INET, &address, host, sizeof(host)) == NULL) exit(1);
        const struct fleet_target_options o = { .host = host, .port = port, .modules = module,
                                                .module_count = module != NULL ? 1 : 0 };
        must(fleet_target_set(fleet, &o, &target, NULL), host);
    }
}

/* Nanoseconds in user mode of each request. */
static double run(uint32_t first, uint32_t count, uint16_t port, bool polls) {
    const struct fleet_options o = { .sink = { .rows = take_rows, .report = take_report },
                                     .once = true };
    struct fleet_column columns[OIDS];
    for (int i = 0; i < OIDS; i++)
        columns[i] = (struct fleet_column){ .object = "", .oid = oids[i] };
    const struct fleet_module_options m = { .name = "five", .scalars = columns,
                                            .scalar_count = OIDS };
    struct fleet *fleet;
    uint32_t module;
    must(fleet_new(&fleet, &o), "fleet_new");
    must(fleet_module_add(fleet, &m, &module), "fleet_module_add");
    add_targets(fleet, first, count, port, polls ? &module : NULL);
    good = values = 0;
    uint64_t begin = user_ns();
    const struct fleet_request_options ask = { .done = take_result };
    for (uint32_t i = 0; i < count && !polls; i++)
        must(fleet_get(fleet, i, oids, OIDS, &ask, NULL), "fleet_get");
    must(fleet_run(fleet), "fleet_run");
    uint64_t end = user_ns();
    fleet_free(fleet);
    if (good != count || values != (uint64_t)OIDS * count)
        printf("  only %llu of %u were answered\n", (unsigned long long)good, count);
    return (double)(end - begin) / count;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    struct in_addr first;
    if (argc < 4 || argc > 5 || inet_pton(AF_INET, argv[1], &first) != 1) {
        fprintf(stderr, "usage: bench_operation FIRST COUNT PORT [RUNS]\n");
        return 3;
    }
    uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10);
    uint16_t port = (uint16_t)strtoul(argv[3], NULL, 10);
    int runs = argc > 4 ? (int)strtol(argv[4], NULL, 10) : RUNS;
    if (runs < 1 || runs > RUNS_MAX || count == 0) return 3;
    double polls[RUNS_MAX], asks[RUNS_MAX];
    for (int i = 0; i < runs; i++) {
        polls[i] = run(ntohl(first.s_addr), count, port, true);
        asks[i] = run(ntohl(first.s_addr), count, port, false);
        printf("  poll %.0f ns, operation %.0f ns: %.2f\n", polls[i], asks[i], asks[i] / polls[i]);
    }
    qsort(polls, (size_t)runs, sizeof(polls[0]), compare);
    qsort(asks, (size_t)runs, sizeof(asks[0]), compare);
    printf("user time of a request, medians of %d: poll %.0f ns, operation %.0f ns, ratio %.2f\n",
           runs, polls[runs / 2], asks[runs / 2], asks[runs / 2] / polls[runs / 2]);
    return 0;
}

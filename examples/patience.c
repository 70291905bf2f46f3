/*
 * patience: how long a question waits for its answer, three ways, shown on an agent that does not
 * answer.
 *
 *     patience HOST PORT OID
 *
 * - `timeout_ns` and `retries`: so long for each attempt, and so many attempts after the first.
 *   The reason is then "timeout".
 * - `deadline_ns`: so long for all attempts together. The reason is "deadline".
 * - fleet_cancel: the program itself wants the answer no longer. The reason is "cancelled".
 *
 * In each case the callback comes exactly once.
 */
#include <poll.h>
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const uint64_t ms = 1000000;
static int open_questions;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "patience: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

static void take_result(void *context, const struct fleet_result *result) {
    const char *which = context;
    open_questions--;
    printf("%s: %s after %lld ms, %u requests\n", which, fleet_reason_text(result->reason),
           (long long)(result->duration_ns / 1000000), result->requests);
}

static uint64_t now_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint32_t ask(struct fleet *fleet, uint32_t target, const char *oid,
                    struct fleet_request_options options, char *which) {
    uint32_t operation;
    options.done = take_result;
    options.context = which;
    must(fleet_get(fleet, target, &oid, 1, &options, &operation), which);
    open_questions++;
    return operation;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: patience HOST PORT OID\n");
        return 2;
    }
    const struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report } };
    struct fleet *fleet;
    must(fleet_new(&fleet, &options), "fleet_new");
    /* Of one target at most `window` requests are under way at once; the default is 2. */
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .window = 3 };
    uint32_t target;
    must(fleet_target_set(fleet, &agent, &target, NULL), argv[1]);

    (void)ask(fleet, target, argv[3],
              (struct fleet_request_options){ .timeout_ns = 200 * ms, .retries = 2 }, "retries");
    (void)ask(fleet, target, argv[3],
              (struct fleet_request_options){ .timeout_ns = 200 * ms, .retries = 50,
                                              .deadline_ns = 500 * ms }, "deadline");
    uint32_t last = ask(fleet, target, argv[3],
                        (struct fleet_request_options){ .timeout_ns = 10000 * ms }, "cancel");

    uint64_t cancel_at = now_ns() + 300 * ms;
    while (open_questions > 0) {
        struct pollfd ready = { .fd = fleet_fd(fleet), .events = POLLIN };
        (void)poll(&ready, 1, 50);
        must(fleet_step(fleet, 0), "fleet_step");
        if (last != 0 && now_ns() >= cancel_at) {
            /* FLEET_E_UNKNOWN: it was over already, and its callback has been called. */
            int error = fleet_cancel(fleet, last);
            if (error != FLEET_E_UNKNOWN) must(error, "fleet_cancel");
            last = 0;
        }
    }
    fleet_free(fleet);
    return 0;
}

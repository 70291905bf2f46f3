/*
 * two_fleets: two fleets in one loop of one thread.
 *
 *     two_fleets HOST PORT
 *
 * One polls the module "system" every second; the other answers single questions, one after the
 * other. They have limits and targets of their own and share nothing. The loop waits for both
 * descriptors and lets each fleet whose descriptor is readable take a turn of at most 1 ms, so that
 * neither keeps the other waiting. Ends after two polls and ten answers.
 */
#include <poll.h>
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>

enum { POLLS = 2, ANSWERS = 10 };

struct questions {
    struct fleet *fleet;
    uint32_t target;
    int answers;
};

static int polls, failures;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    polls++;
    failures += report->reason != FLEET_REASON_OK;
    printf("poll of %s: %s\n", report->module, fleet_reason_text(report->reason));
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "two_fleets: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

static void ask(struct questions *q);

/* A callback may ask the next question. */
static void take_result(void *context, const struct fleet_result *result) {
    struct questions *q = context;
    q->answers++;
    failures += result->reason != FLEET_REASON_OK;
    printf("answer %d: %s\n", q->answers, fleet_reason_text(result->reason));
    if (q->answers < ANSWERS) ask(q);
}

static void ask(struct questions *q) {
    const char *const oids[] = { "1.3.6.1.2.1.1.3.0" };
    const struct fleet_request_options options = { .done = take_result, .context = q };
    must(fleet_get(q->fleet, q->target, oids, 1, &options, NULL), "fleet_get");
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: two_fleets HOST PORT\n");
        return 2;
    }
    const struct fleet_sink sink = { .rows = take_rows, .report = take_report };
    struct fleet *scheduled;
    struct questions q = { .answers = 0 };
    must(fleet_new(&scheduled, &(struct fleet_options){ .sink = sink }), "fleet_new");
    must(fleet_new(&q.fleet, &(struct fleet_options){ .sink = sink, .rate = 100 }), "fleet_new");

    uint32_t module, target;
    must(fleet_module_add(scheduled, fleet_module_builtin("system"), &module), "system");
    struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]) };
    must(fleet_target_set(q.fleet, &agent, &q.target, NULL), argv[1]);
    agent.modules = &module;
    agent.module_count = 1;
    agent.interval_ns = 1000000000;
    must(fleet_target_set(scheduled, &agent, &target, NULL), argv[1]);
    ask(&q);

    struct pollfd ready[] = { { .fd = fleet_fd(scheduled), .events = POLLIN },
                              { .fd = fleet_fd(q.fleet), .events = POLLIN } };
    while (polls < POLLS || q.answers < ANSWERS) {
        (void)poll(ready, 2, -1);
        if (ready[0].revents != 0) must(fleet_step(scheduled, 1000000), "fleet_step");
        if (ready[1].revents != 0) must(fleet_step(q.fleet, 1000000), "fleet_step");
    }
    fleet_free(scheduled);
    fleet_free(q.fleet);
    return failures == 0 ? 0 : 1;
}

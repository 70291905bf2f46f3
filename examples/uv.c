/*
 * uv: a fleet in the loop of libuv.
 *
 *     uv HOST PORT COMMUNITY OID COUNT
 *
 * The fleet is one uv_poll_t on fleet_fd: it is readable when an answer has come, and when a
 * time-out is over as well, so that the fleet needs no timer of libuv. A timer of the program asks
 * for the object ten times a second, COUNT times, and prints each answer.
 */
#include <snmpfleet/snmpfleet.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

struct program {
    struct fleet *fleet;
    uint32_t target;
    const char *oid;
    int to_ask, to_answer, failures;
    uv_poll_t readable;
    uv_timer_t ticker;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void must(int error, const char *what) {
    if (error == 0) return;
    fprintf(stderr, "uv: %s: %s\n", what, fleet_error_text(error));
    exit(2);
}

static void take_result(void *context, const struct fleet_result *result) {
    struct program *p = context;
    char text[1024];
    p->to_answer--;
    if (result->reason == FLEET_REASON_OK) {
        fleet_value_text(&result->varbinds[0].value, NULL, FLEET_AS_AUTO, text, sizeof(text));
        printf("%s\n", text);
    } else {
        p->failures++;
        printf("%s %s\n", fleet_reason_text(result->reason), result->detail);
    }
}

/* Level-triggered: while the fleet has more to do, libuv calls again after its other work. */
static void step(uv_poll_t *handle, int status, int events) {
    struct program *p = handle->data;
    (void)status, (void)events;
    must(fleet_step(p->fleet, 1000000), "fleet_step");
    /* With its last handle closed, uv_run returns. The fleet is freed behind it. */
    if (p->to_answer == 0) uv_close((uv_handle_t *)&p->readable, NULL);
}

static void tick(uv_timer_t *handle) {
    struct program *p = handle->data;
    const struct fleet_request_options options = { .done = take_result, .context = p };
    must(fleet_get(p->fleet, p->target, &p->oid, 1, &options, NULL), p->oid);
    if (--p->to_ask == 0) uv_close((uv_handle_t *)handle, NULL);
}

int main(int argc, char **argv) {
    if (argc != 6 || atoi(argv[5]) < 1) {
        fprintf(stderr, "usage: uv HOST PORT COMMUNITY OID COUNT\n");
        return 2;
    }
    struct program p = { .oid = argv[4], .to_ask = atoi(argv[5]), .to_answer = atoi(argv[5]) };
    const struct fleet_options options = { .sink = { .rows = take_rows, .report = take_report } };
    must(fleet_new(&p.fleet, &options), "fleet_new");
    const struct fleet_target_options agent = { .host = argv[1], .port = (uint16_t)atoi(argv[2]),
                                                .community = argv[3] };
    must(fleet_target_set(p.fleet, &agent, &p.target, NULL), argv[1]);

    uv_loop_t *loop = uv_default_loop();
    uv_poll_init(loop, &p.readable, fleet_fd(p.fleet));
    p.readable.data = &p;
    uv_poll_start(&p.readable, UV_READABLE, step);
    uv_timer_init(loop, &p.ticker);
    p.ticker.data = &p;
    uv_timer_start(&p.ticker, tick, 0, 100);

    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    fleet_free(p.fleet);
    return p.failures == 0 ? 0 : 1;
}

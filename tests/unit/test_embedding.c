/*
 * A fleet in a host's loop, on real sockets, with both back ends: the host knows nothing but the
 * descriptor, and waits for it without a timer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agent_thread.h"
#include "base/clock.h"
#include "both_io.h"
#include "snmpfleet/snmpfleet.h"

enum { PATIENCE_MS = 5000 };

struct host {
    struct fleet *fleet;
    struct agent_thread agent;
    struct fleet_result last;
    uint32_t turns, done, reports;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    struct host *h = context;
    (void)report;
    h->reports++;
}

static void take_result(void *context, const struct fleet_result *result) {
    struct host *h = context;
    h->done++;
    h->last = *result;
}

static void host_open(struct host *h, bool is_mute) {
    *h = (struct host){ .turns = 0 };
    agent_thread_start(&h->agent, is_mute);
    const struct fleet_options o = {
        .sink = { .context = h, .rows = take_rows, .report = take_report }, .io = io,
    };
    assert_int_equal(fleet_new(&h->fleet, &o), 0);
}

static void host_close(struct host *h) {
    fleet_free(h->fleet);
    agent_thread_stop(&h->agent);
}

static bool host_is_readable(const struct host *h, int wait_ms) {
    struct pollfd ready = { .fd = fleet_fd(h->fleet), .events = POLLIN };
    return poll(&ready, 1, wait_ms) > 0;
}

/* Turns, each after the descriptor said so, until @count is @want; how long that took. */
static uint64_t host_run(struct host *h, const uint32_t *count, uint32_t want) {
    uint64_t begin = clock_monotonic_ns();
    while (*count < want) {
        assert_true(host_is_readable(h, PATIENCE_MS));
        assert_int_equal(fleet_step(h->fleet, 0), 0);
        h->turns++;
    }
    return clock_monotonic_ns() - begin;
}

/* Turns until there is nothing left to do now. */
static void host_settle(struct host *h) {
    for (uint32_t turns = 0; host_is_readable(h, 0); turns++) {
        assert_true(turns < 100);
        assert_int_equal(fleet_step(h->fleet, 0), 0);
    }
}

static uint32_t add_target(struct host *h, struct fleet_target_options o) {
    uint32_t target;
    o.host = "127.0.0.1";
    o.port = h->agent.port;
    assert_int_equal(fleet_target_set(h->fleet, &o, &target, NULL), 0);
    return target;
}

static int ask(struct host *h, uint32_t target, struct fleet_request_options o, uint32_t *ret) {
    const char *oids[] = { "1.3.6.1.2.1.1.5.0" };
    o.done = take_result;
    o.context = h;
    return fleet_get(h->fleet, target, oids, 1, &o, ret);
}

static void a_schedule_is_kept_without_a_timer_of_the_host(void **state) {
    (void)state;
    struct host h;
    uint32_t module;
    host_open(&h, false);
    const struct fleet_column name = { .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0" };
    const struct fleet_module_options o = { .name = "often", .scalars = &name, .scalar_count = 1,
                                            .interval_ns = 100 * CLOCK_NS_PER_MS };
    assert_int_equal(fleet_module_add(h.fleet, &o, &module), 0);
    add_target(&h, (struct fleet_target_options){ .modules = &module, .module_count = 1 });
    uint64_t took = host_run(&h, &h.reports, 6);
    assert_true(took >= 490 * CLOCK_NS_PER_MS);
    /* An alarm that is not moved on would be readable for ever. */
    assert_true(h.turns < 100);
    host_close(&h);
}

static void silence_ends_without_a_timer_of_the_host(void **state) {
    (void)state;
    struct host h;
    host_open(&h, true);
    uint32_t target = add_target(&h, (struct fleet_target_options){ .retries = 2 });
    assert_int_equal(ask(&h, target, (struct fleet_request_options){
                                         .timeout_ns = 50 * CLOCK_NS_PER_MS }, NULL), 0);
    host_run(&h, &h.done, 1);
    assert_int_equal(h.last.reason, FLEET_REASON_TIMEOUT);
    assert_int_equal(h.last.requests, 3);
    assert_true(h.turns < 60);
    host_close(&h);
}

static void a_fleet_with_nothing_to_do_sleeps(void **state) {
    (void)state;
    struct host h;
    host_open(&h, false);
    uint32_t target = add_target(&h, (struct fleet_target_options){ .port = 0 });
    host_settle(&h);
    assert_false(host_is_readable(&h, 50));
    assert_int_equal(fleet_deadline_ns(h.fleet), UINT64_MAX);
    assert_int_equal(ask(&h, target, (struct fleet_request_options){ .retries = -1 }, NULL), 0);
    host_run(&h, &h.done, 1);
    assert_int_equal(h.last.reason, FLEET_REASON_OK);
    host_settle(&h);
    /* The time-out of what was answered may wake it once, and no more. */
    for (uint32_t turns = 0; host_is_readable(&h, 1500); turns++) {
        assert_true(turns < 3);
        assert_int_equal(fleet_step(h.fleet, 0), 0);
    }
    host_close(&h);
}

static void what_is_called_between_turns_wakes_the_host(void **state) {
    (void)state;
    struct host h;
    uint32_t first, module;
    host_open(&h, true);
    uint32_t target = add_target(&h, (struct fleet_target_options){ .window = 1 });
    host_settle(&h);
    const struct fleet_request_options patient = { .timeout_ns = 30 * CLOCK_NS_PER_S };
    assert_int_equal(ask(&h, target, patient, &first), 0);
    assert_true(host_is_readable(&h, 0));
    assert_int_equal(ask(&h, target, patient, NULL), 0);
    host_settle(&h);
    assert_int_equal(fleet_cancel(h.fleet, first), 0);  /* the other one is next */
    assert_true(host_is_readable(&h, 0));
    host_settle(&h);
    struct fleet_stats stats;
    fleet_get_stats(h.fleet, &stats);
    assert_int_equal(stats.requests, 2);

    const struct fleet_column name = { .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0" };
    const struct fleet_module_options often = { .name = "often", .scalars = &name,
                                                .scalar_count = 1,
                                                .interval_ns = 50 * CLOCK_NS_PER_MS };
    assert_int_equal(fleet_module_add(h.fleet, &often, &module), 0);
    add_target(&h, (struct fleet_target_options){ .name = "polled", .modules = &module,
                                                  .module_count = 1 });
    assert_true(host_is_readable(&h, 60));

    fleet_hold(h.fleet, true);
    for (int i = 0; i < 4; i++) {
        assert_true(host_is_readable(&h, 60));
        assert_int_equal(fleet_step(h.fleet, 0), 0);
    }
    host_settle(&h);
    fleet_hold(h.fleet, false);
    assert_true(host_is_readable(&h, 0));
    host_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_is_kept_without_a_timer_of_the_host),
        cmocka_unit_test(silence_ends_without_a_timer_of_the_host),
        cmocka_unit_test(a_fleet_with_nothing_to_do_sleeps),
        cmocka_unit_test(what_is_called_between_turns_wakes_the_host),
    };
    return both_io_run(tests, sizeof(tests) / sizeof(tests[0]));
}

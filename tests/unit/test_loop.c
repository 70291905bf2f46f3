/*
 * Turns with a bound, on real sockets, with both back ends: a flood of answers, of time-outs and of
 * polls that are due, with callbacks that take their time. What a turn takes is measured as CPU time
 * of the thread, since others use the machine as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <time.h>

#include "agent_thread.h"
#include "base/clock.h"
#include "both_io.h"
#include "snmpfleet/snmpfleet.h"

enum {
    FLOOD = 1500,
    CALLBACK_US = 50,
    BOUND_US = 1000,
    OVER_US = 1000,          /* by which a turn may exceed it: the sends, and what measuring takes */
    PATIENCE_MS = 10000,
};

struct host {
    struct fleet *fleet;
    struct agent_thread agent;
    uint32_t done, reports, turns, reasons[FLEET_REASONS], to_ask, target;
    uint32_t long_turns;     /* that exceed the bound by more than OVER_US */
    uint64_t longest_ns, last_report_ns, longest_pause_ns;
};

static uint64_t cpu_ns(void) {
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void work_for_a_while(void) {
    uint64_t end = cpu_ns() + (uint64_t)CALLBACK_US * CLOCK_NS_PER_US;
    while (cpu_ns() < end) continue;
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    struct host *h = context;
    uint64_t now = clock_monotonic_ns();
    h->reports++;
    h->reasons[report->reason]++;
    if (h->last_report_ns != 0 && now - h->last_report_ns > h->longest_pause_ns)
        h->longest_pause_ns = now - h->last_report_ns;
    h->last_report_ns = now;
    work_for_a_while();
}

static void ask(struct host *h);

static void take_result(void *context, const struct fleet_result *result) {
    struct host *h = context;
    h->done++;
    h->reasons[result->reason]++;
    work_for_a_while();
    if (h->to_ask > 0) ask(h);
}

static void ask(struct host *h) {
    const char *oids[] = { "1.3.6.1.2.1.1.5.0" };
    const struct fleet_request_options o = { .done = take_result, .context = h,
                                             .timeout_ns = h->agent.is_mute
                                                               ? 200 * CLOCK_NS_PER_MS
                                                               : 5 * CLOCK_NS_PER_S,
                                             .retries = h->agent.is_mute ? -1 : 5 };
    if (h->to_ask > 0) h->to_ask--;
    assert_int_equal(fleet_get(h->fleet, h->target, oids, 1, &o, NULL), 0);
}

static void host_open(struct host *h, bool is_mute, bool once) {
    *h = (struct host){ .turns = 0 };
    agent_thread_start(&h->agent, is_mute);
    const struct fleet_options o = {
        .sink = { .context = h, .rows = take_rows, .report = take_report }, .io = io,
        .once = once, .window = 4096,
    };
    assert_int_equal(fleet_new(&h->fleet, &o), 0);
    const struct fleet_target_options t = { .host = "127.0.0.1", .port = h->agent.port,
                                            .window = 1000 };
    assert_int_equal(fleet_target_set(h->fleet, &t, &h->target, NULL), 0);
}

static void host_close(struct host *h) {
    fleet_free(h->fleet);
    agent_thread_stop(&h->agent);
}

static void host_run(struct host *h, const uint32_t *count, uint32_t want, uint64_t bound_ns) {
    h->longest_ns = 0;
    h->turns = h->long_turns = 0;
    while (*count < want) {
        struct pollfd ready = { .fd = fleet_fd(h->fleet), .events = POLLIN };
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        uint64_t begin = cpu_ns();
        assert_int_equal(fleet_step(h->fleet, bound_ns), 0);
        uint64_t took = cpu_ns() - begin;
        h->turns++;
        if (took > h->longest_ns) h->longest_ns = took;
        if (took > bound_ns + (uint64_t)OVER_US * CLOCK_NS_PER_US) h->long_turns++;
    }
}

static const uint64_t bound = (uint64_t)BOUND_US * CLOCK_NS_PER_US;

static void assert_bounded(const struct host *h, uint32_t count) {
    /* A thread's time has in it what the kernel does of others' meanwhile, now and then a lot. */
    assert_true(h->long_turns <= h->turns / 20);
    /* Neither is the time given left unused: half of a turn at least goes into the callbacks. */
    uint32_t callbacks_a_turn = BOUND_US / CALLBACK_US / 8;
    assert_true(h->turns < count / callbacks_a_turn + 500);
}

static void a_flood_of_answers_is_taken_in_many_short_turns(void **state) {
    (void)state;
    struct host h;
    host_open(&h, false, false);
    for (uint32_t i = 0; i < FLOOD; i++) ask(&h);
    host_run(&h, &h.done, FLOOD, bound);
    assert_bounded(&h, FLOOD);
    assert_int_equal(h.reasons[FLEET_REASON_OK], FLOOD);
    struct fleet_stats stats;
    fleet_get_stats(h.fleet, &stats);
    assert_int_equal(stats.kernel_drops, 0);
    host_close(&h);
}

/* The same without: it shows what the bound is for, and that the measure measures. */
static void without_a_bound_a_turn_takes_all_that_came(void **state) {
    (void)state;
    struct host h;
    host_open(&h, false, false);
    for (uint32_t i = 0; i < FLOOD; i++) ask(&h);
    host_run(&h, &h.done, FLOOD, 0);
    assert_true(h.longest_ns > 3 * bound);
    host_close(&h);
}

static void a_flood_of_time_outs_is_taken_in_many_short_turns(void **state) {
    (void)state;
    struct host h;
    host_open(&h, true, false);
    for (uint32_t i = 0; i < FLOOD; i++) ask(&h);
    host_run(&h, &h.done, FLOOD, bound);
    assert_bounded(&h, FLOOD);
    assert_int_equal(h.reasons[FLEET_REASON_TIMEOUT], FLOOD);
    assert_int_equal(atomic_load(&h.agent.requests), FLOOD);
    host_close(&h);
}

/* Each (target, module) is due at once; all have their one report, with the same bound. */
static void a_flood_of_due_polls_is_started_in_many_short_turns(void **state) {
    (void)state;
    struct host h;
    uint32_t module, target;
    host_open(&h, false, true);
    const struct fleet_column name = { .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0" };
    const struct fleet_module_options m = { .name = "name", .scalars = &name, .scalar_count = 1 };
    assert_int_equal(fleet_module_add(h.fleet, &m, &module), 0);
    for (int i = 0; i < FLOOD; i++) {
        char text[16];
        snprintf(text, sizeof(text), "t%d", i);
        const struct fleet_target_options o = { .name = text, .host = "127.0.0.1",
                                                .port = h.agent.port, .modules = &module,
                                                .module_count = 1, .retries = 5 };
        assert_int_equal(fleet_target_set(h.fleet, &o, &target, NULL), 0);
    }
    host_run(&h, &h.reports, FLOOD, bound);
    assert_bounded(&h, FLOOD);
    assert_int_equal(h.reasons[FLEET_REASON_OK] + h.reasons[FLEET_REASON_PARTIAL], FLOOD);
    assert_true(fleet_is_done(h.fleet));
    host_close(&h);
}

/* Each answer is followed by another question, so that answers never end; polls still start. */
static void a_flood_without_end_starves_no_schedule(void **state) {
    (void)state;
    struct host h;
    uint32_t module, target;
    host_open(&h, false, false);
    const struct fleet_column name = { .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0" };
    const struct fleet_module_options m = { .name = "often", .scalars = &name, .scalar_count = 1,
                                            .interval_ns = 20 * CLOCK_NS_PER_MS };
    assert_int_equal(fleet_module_add(h.fleet, &m, &module), 0);
    const struct fleet_target_options o = { .name = "polled", .host = "127.0.0.1",
                                            .port = h.agent.port, .modules = &module,
                                            .module_count = 1 };
    assert_int_equal(fleet_target_set(h.fleet, &o, &target, NULL), 0);
    h.to_ask = UINT32_MAX;
    for (int i = 0; i < 400; i++) ask(&h);
    host_run(&h, &h.reports, 20, bound / 4);
    h.to_ask = 0;
    assert_true(h.done > 200);
    assert_true(h.longest_pause_ns < CLOCK_NS_PER_S);
    host_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_of_answers_is_taken_in_many_short_turns),
        cmocka_unit_test(without_a_bound_a_turn_takes_all_that_came),
        cmocka_unit_test(a_flood_of_time_outs_is_taken_in_many_short_turns),
        cmocka_unit_test(a_flood_of_due_polls_is_started_in_many_short_turns),
        cmocka_unit_test(a_flood_without_end_starves_no_schedule),
    };
    return both_io_run(tests, sizeof(tests) / sizeof(tests[0]));
}

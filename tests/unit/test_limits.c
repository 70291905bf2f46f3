/* Limits of a fleet as a whole: what is taken, what the default is, whom a change reaches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/poll/poll.h"
#include "snmpfleet/fleet.h"

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static struct fleet_options options(void) {
    return (struct fleet_options){ .sink = { .rows = take_rows, .report = take_report },
                                   .io = FLEET_IO_MMSG };
}

static void assert_limits(const struct fleet *fleet, const struct fleet_limits *expected) {
    struct fleet_limits limits;
    struct fleet_stats stats;
    fleet_limits_get(fleet, &limits);
    assert_int_equal(limits.rate, expected->rate);
    assert_int_equal(limits.window, expected->window);
    assert_int_equal(limits.dns_rate, expected->dns_rate);
    assert_int_equal(limits.memory, expected->memory);
    fleet_get_stats(fleet, &stats);
    assert_int_equal(stats.window, expected->window);
}

static void a_zero_is_the_default_at_the_start_and_later(void **state) {
    (void)state;
    struct fleet *fleet;
    struct fleet_options o = options();
    struct fleet_limits first;
    assert_int_equal(fleet_new(&fleet, &o), 0);
    fleet_limits_get(fleet, &first);
    assert_int_equal(first.rate, 0);
    assert_int_equal(first.dns_rate, 500);
    assert_int_equal(first.memory, 256 << 20);
    assert_limits(fleet, &first);
    const struct fleet_limits others = { .rate = 50, .window = first.window + 1, .dns_rate = 7,
                                         .memory = FLEET_MEMORY_MIN };
    assert_int_equal(fleet_limits_set(fleet, &others), 0);
    assert_limits(fleet, &others);
    assert_int_equal(fleet_limits_set(fleet, &(struct fleet_limits){ .rate = 0 }), 0);
    assert_limits(fleet, &first);
    fleet_free(fleet);

    o.rate = 50;
    o.window = others.window;
    o.dns_rate = 7;
    o.memory = FLEET_MEMORY_MIN;
    assert_int_equal(fleet_new(&fleet, &o), 0);
    assert_limits(fleet, &others);
    fleet_free(fleet);
}

static void what_is_out_of_range_changes_nothing(void **state) {
    (void)state;
    static const struct fleet_limits bad[] = {
        { .rate = FLEET_RATE_MAX + 1 },     { .window = FLEET_WINDOW_MAX + 1 },
        { .dns_rate = FLEET_DNS_RATE_MAX + 1 }, { .memory = FLEET_MEMORY_MIN - 1 },
        { .memory = FLEET_MEMORY_MAX + 1 }, { .memory = 1 },
    };
    static const struct fleet_limits last = { FLEET_RATE_MAX, FLEET_WINDOW_MAX, FLEET_DNS_RATE_MAX,
                                              FLEET_MEMORY_MAX };
    struct fleet *fleet;
    struct fleet_options o = options();
    assert_int_equal(fleet_new(&fleet, &o), 0);
    assert_int_equal(fleet_limits_set(fleet, &last), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fleet_options with = options();
        struct fleet *other = NULL;
        assert_int_equal(fleet_limits_set(fleet, &bad[i]), FLEET_E_INVALID);
        assert_limits(fleet, &last);
        with.rate = bad[i].rate;
        with.window = bad[i].window;
        with.dns_rate = bad[i].dns_rate;
        with.memory = bad[i].memory;
        assert_int_equal(fleet_new(&other, &with), FLEET_E_INVALID);
        assert_null(other);
    }
    fleet_free(fleet);
}

static void memory_of_running_polls_changes_too(void **state) {
    (void)state;
    struct polls polls = { .memory = 64 << 20 };
    assert_int_equal(polls_init(&polls), 0);
    size_t kept = polls.chunks.free_max;
    struct poll running[2] = { { .terms.memory = 64 << 20 }, { .terms.memory = 64 << 20 } };
    for (size_t i = 0; i < 2; i++) list_push(&polls.running, &running[i].link);
    polls_set_memory(&polls, 16 << 20);
    assert_int_equal(polls.memory, 16 << 20);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(running[i].terms.memory, 16 << 20);
        list_remove(&running[i].link);
    }
    assert_int_equal(polls.chunks.free_max, kept / 4);
    polls_deinit(&polls);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zero_is_the_default_at_the_start_and_later),
        cmocka_unit_test(what_is_out_of_range_changes_nothing),
        cmocka_unit_test(memory_of_running_polls_changes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

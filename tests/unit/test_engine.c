/* The engine as a host uses it: what its callbacks may do, durations without an end, dead targets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine_world.h"
#include "snmpfleet/error.h"

enum { NOTES_MAX = 4096 };

static void remove_it(struct world *w, const struct fleet_row *row) {
    assert_int_equal(engine_target_remove(w->engine, row->target->number, w->at), 0);
    assert_int_equal(engine_target_remove(w->engine, row->target->number, w->at), FLEET_E_UNKNOWN);
}

static void a_row_may_remove_its_target(void **state) {
    struct world *w = *state;
    w->on_rows = remove_it;
    set(w, options_of(w, "192.0.2.1"), FLEET_ADDED);
    run_for(w, 15);
    struct fleet_stats stats;
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.targets, 0);
    assert_int_equal(w->reports, w->rows);
}

static void change_it(struct world *w, const struct fleet_report *report) {
    struct fleet_target_options o = options_of(w, report->target->name);
    o.window = w->reports + 2;
    if (w->reports < NOTES_MAX) (void)engine_target_set(w->engine, &o, NULL, NULL, w->at);
}

static void change_it_in_a_row(struct world *w, const struct fleet_row *row) {
    struct fleet_target_options o = options_of(w, row->target->name);
    o.retries = (int32_t)(w->rows % 90) + 1;
    (void)engine_target_set(w->engine, &o, NULL, NULL, w->at);
}

static void rows_and_reports_may_change_their_target(void **state) {
    struct world *w = *state;
    w->on_rows = change_it_in_a_row;
    w->on_report = change_it;
    set(w, options_of(w, "192.0.2.1"), FLEET_ADDED);
    run_for(w, 60);
    assert_true(w->rows >= 5);
    assert_true(w->reports >= 5);
    struct fleet_stats stats;
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.targets, 1);
}

/* What was put off last counts, and what a name will be is what it is held against. */
static void do_all_sorts(struct world *w, const struct fleet_row *row) {
    struct fleet_target_options o = options_of(w, row->target->name);
    uint32_t number = row->target->number, found;
    o.window = 7;
    assert_int_equal(set(w, o, FLEET_CHANGED), number);
    set(w, o, FLEET_UNCHANGED);
    assert_int_equal(engine_target_remove(w->engine, number, w->at), 0);
    o.window = 9;
    assert_int_equal(set(w, o, FLEET_CHANGED), number);
    assert_int_equal(engine_target_find(w->engine, row->target->name, &found), 0);
    assert_int_equal(found, number);
    char host[32];
    snprintf(host, sizeof(host), "198.51.100.%u", w->rows);
    if (w->rows < 100) set(w, options_of(w, host), FLEET_ADDED);
}

static void the_last_change_of_a_turn_counts(void **state) {
    struct world *w = *state;
    w->on_rows = do_all_sorts;
    set(w, options_of(w, "192.0.2.1"), FLEET_ADDED);
    run_for(w, 12);
    w->on_rows = NULL;
    struct fleet_target_options o = options_of(w, "192.0.2.1");
    o.window = 9;
    set(w, o, FLEET_UNCHANGED);
    assert_true(engine_target_bound(w->engine) >= 2);
}

/* Removing ends its poll, whose report sets it again: it stays. */
static void set_it_again(struct world *w, const struct fleet_report *report) {
    if (report->reason != FLEET_REASON_CANCELLED) return;
    struct fleet_target_options o = options_of(w, report->target->name);
    o.window = 11;
    assert_int_equal(engine_target_set(w->engine, &o, NULL, NULL, w->at), 0);
}

static void the_report_of_a_removal_may_set_the_target_again(void **state) {
    struct world *w = *state;
    w->is_mute = true;
    uint32_t number = set(w, options_of(w, "192.0.2.1"), FLEET_ADDED), found;
    for (int i = 0; i < 300 && w->requests == 0; i++) turn(w, 50 * CLOCK_NS_PER_MS);
    w->on_report = set_it_again;
    assert_int_equal(engine_target_remove(w->engine, number, w->at), 0);
    assert_int_equal(w->reasons[FLEET_REASON_CANCELLED], 1);
    assert_int_equal(engine_target_find(w->engine, "192.0.2.1", &found), 0);
    assert_true(engine_check(w->engine));
    run_for(w, 1);
}

static void a_target_that_is_polled_in_contexts_only_can_be_dead(void **state) {
    struct world *w = *state;
    enum { CONTEXTS = 50 };
    struct fleet_context contexts[CONTEXTS];
    char names[CONTEXTS][16];
    for (int i = 0; i < CONTEXTS; i++) {
        snprintf(names[i], sizeof(names[i]), "%d", i + 1);
        contexts[i] = (struct fleet_context){ .name = names[i] };
    }
    uint32_t module = add_module(w, contexts, CONTEXTS);
    struct fleet_target_options o = { .host = "192.0.2.9", .modules = &module, .module_count = 1 };
    set(w, o, FLEET_ADDED);
    w->is_mute = true;
    run_for(w, 60);
    struct fleet_stats stats;
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.targets_dead, 1);
    uint32_t before = w->requests;
    run_for(w, 600);
    assert_in_range(w->requests - before, 50, 70);  /* one cheap question a cycle */
    w->is_mute = false;
    run_for(w, 40);
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.targets_dead, 0);
    uint32_t rows = w->rows;
    run_for(w, 10);
    assert_in_range(w->rows - rows, CONTEXTS - 2, CONTEXTS + 2);
}

/* One context is not there: agents are silent to it, and the target lives. */
static void answer_some(struct world *w, uint64_t seconds) {
    for (uint64_t ms = 0; ms < seconds * 1000; ms += 50) {
        w->is_mute = true;
        uint32_t before = w->requests;
        turn(w, 50 * CLOCK_NS_PER_MS);
        for (uint32_t i = 0; i < w->requests - before; i++) {
            struct message m;
            assert_int_equal(message_decode(span_of(w->slots[i].bytes, w->slots[i].length), &m), 0);
            bool is_absent = m.community.length > 2 &&
                             memcmp(m.community.bytes + m.community.length - 2, "@1", 2) == 0;
            if (!is_absent) answer(w, &w->slots[i]);
        }
    }
}

static void silence_in_one_context_says_nothing_of_the_others(void **state) {
    struct world *w = *state;
    const struct fleet_context contexts[] = { { .name = "1" }, { .name = "2" }, { .name = "3" } };
    uint32_t module = add_module(w, contexts, 3);
    struct fleet_target_options o = { .host = "192.0.2.9", .modules = &module, .module_count = 1 };
    set(w, o, FLEET_ADDED);
    answer_some(w, 200);
    struct fleet_stats stats;
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.targets_dead, 0);
    assert_true(w->reasons[FLEET_REASON_OK] >= 38);
    assert_int_equal(w->reasons[FLEET_REASON_BACKOFF], 0);
}

static void durations_reach_to_the_end_of_time_and_no_further(void **state) {
    struct world *w = *state;
    struct fleet_target_options o = options_of(w, "192.0.2.1");
    o.deadline_ns = FLEET_NO_DEADLINE;
    o.timeout_ns = UINT64_MAX;
    o.gap_ns = UINT64_MAX;
    set(w, o, FLEET_ADDED);
    run_for(w, 12);
    assert_int_equal(w->reasons[FLEET_REASON_OK], 1);
    struct fleet_target_options once = options_of(w, "192.0.2.2");
    once.interval_ns = UINT64_MAX;
    set(w, once, FLEET_ADDED);
    w->is_mute = true;
    struct fleet_target_options mute = options_of(w, "192.0.2.3");
    mute.deadline_ns = FLEET_NO_DEADLINE;
    mute.timeout_ns = UINT64_MAX;
    set(w, mute, FLEET_ADDED);
    run_for(w, 40);
    assert_int_equal(w->reasons[FLEET_REASON_DEADLINE], 0);
    assert_true(engine_deadline_ns(w->engine, w->at.now) > w->at.now);
}

/* The process stands still while answers wait: the pause is not the agents' round trip. */
static void a_pause_is_no_round_trip(void **state) {
    struct world *w = *state;
    set(w, options_of(w, "192.0.2.1"), FLEET_ADDED);
    run_for(w, 30);
    w->is_mute = true;
    uint32_t before = w->requests;
    for (int i = 0; i < 300 && w->requests == before; i++) turn(w, 50 * CLOCK_NS_PER_MS);
    w->at.now += 60 * CLOCK_NS_PER_S;
    answer(w, &w->slots[0]);
    struct fleet_learnt learnt;
    assert_int_equal(engine_learnt_get(w->engine, 0, &learnt, w->at), 0);
    assert_in_range(learnt.srtt_us, 1, 1000);
}

/* Targets 192.0.2.0, .1, ...: each is polled every ten seconds. */
static void set_many(struct world *w, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        char host[32];
        (void)snprintf(host, sizeof(host), "192.0.%u.%u", 2 + i / 250, i % 250);
        set(w, options_of(w, host), FLEET_ADDED);
    }
}

static void set_limits(struct world *w, struct fleet_limits changed) {
    struct fleet_limits limits;
    engine_limits_get(w->engine, &limits);
    limits.rate = changed.rate;
    limits.dns_rate = changed.dns_rate;
    if (changed.window != 0) limits.window = changed.window;
    engine_limits_set(w->engine, &limits, w->at.now);
}

static uint32_t requests_of(struct world *w, uint64_t seconds) {
    uint32_t before = w->requests;
    for (uint64_t ms = 0; ms < seconds * 1000; ms += 5) turn(w, 5 * CLOCK_NS_PER_MS);
    return w->requests - before;
}

static void a_rate_holds_from_its_change_on(void **state) {
    struct world *w = *state;
    set_many(w, 500);
    assert_true(requests_of(w, 20) >= 900);
    set_limits(w, (struct fleet_limits){ .rate = 20 });
    assert_in_range(requests_of(w, 10), 198, 202);
    set_limits(w, (struct fleet_limits){ .rate = 40 });
    assert_in_range(requests_of(w, 10), 396, 402);
    set_limits(w, (struct fleet_limits){ .rate = 0 });
    assert_true(requests_of(w, 20) >= 900);
}

/* A slow rate's next request may be a second ahead: a faster one does not wait for it. */
static void a_faster_rate_does_not_wait_for_the_slow_one(void **state) {
    struct world *w = *state;
    set_limits(w, (struct fleet_limits){ .rate = 1 });
    set_many(w, 100);
    run_for(w, 20);
    assert_in_range(w->requests, 18, 21);
    uint32_t before = w->requests;
    while (w->requests == before) turn(w, 50 * CLOCK_NS_PER_MS);
    before = w->requests;
    set_limits(w, (struct fleet_limits){ .rate = 100 });
    turn(w, 10 * CLOCK_NS_PER_MS);
    assert_int_equal(w->requests, before + 1);
}

/* engine_check, in each turn, holds what is expected against the window. */
static void a_smaller_window_lets_go_on_what_is_in_flight(void **state) {
    struct world *w = *state;
    w->is_mute = true;
    set_many(w, 500);
    while (w->requests < 64) turn(w, 100 * CLOCK_NS_PER_MS);
    struct fleet_stats stats;
    uint32_t before = w->requests;
    set_limits(w, (struct fleet_limits){ .window = 4 });
    engine_get_stats(w->engine, &stats);
    assert_int_equal(stats.window, 4);
    assert_true(stats.requests_in_flight > 4);
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(w->requests, before);
    uint32_t most = 0;
    for (int i = 0; i < 100; i++) {
        before = w->requests;
        turn(w, 10 * CLOCK_NS_PER_MS);
        if (w->requests - before > most) most = w->requests - before;
    }
    assert_in_range(most, 1, 4);
    set_limits(w, (struct fleet_limits){ .window = 64 });
    before = w->requests;
    turn(w, 10 * CLOCK_NS_PER_MS);
    assert_in_range(w->requests - before, 5, 64);
}

static uint32_t look_up_for(struct world *w, uint64_t ms) {
    uint32_t count = 0, target;
    int family;
    for (uint64_t at = 0; at < ms; at++) {
        while (engine_next_lookup(w->engine, &target, &family, w->at.now) != NULL) count++;
        w->at.now += CLOCK_NS_PER_MS;
    }
    return count;
}

static void a_rate_of_look_ups_holds_from_its_change_on(void **state) {
    struct world *w = *state;
    set_limits(w, (struct fleet_limits){ .dns_rate = 10 });
    for (int i = 0; i < 200; i++) {
        char host[32];
        (void)snprintf(host, sizeof(host), "host%d.example", i);
        set(w, options_of(w, host), FLEET_ADDED);
    }
    assert_in_range(look_up_for(w, 2000), 19, 21);
    set_limits(w, (struct fleet_limits){ .dns_rate = 50 });
    assert_in_range(look_up_for(w, 2000), 98, 101);
    set_limits(w, (struct fleet_limits){ .dns_rate = 1 });
    assert_in_range(look_up_for(w, 2000), 2, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_row_may_remove_its_target),
        TEST(rows_and_reports_may_change_their_target),
        TEST(the_last_change_of_a_turn_counts),
        TEST(the_report_of_a_removal_may_set_the_target_again),
        TEST(a_target_that_is_polled_in_contexts_only_can_be_dead),
        TEST(silence_in_one_context_says_nothing_of_the_others),
        TEST(a_pause_is_no_round_trip),
        TEST(a_rate_holds_from_its_change_on),
        TEST(a_faster_rate_does_not_wait_for_the_slow_one),
        TEST(a_smaller_window_lets_go_on_what_is_in_flight),
        TEST(a_rate_of_look_ups_holds_from_its_change_on),
        TEST(durations_reach_to_the_end_of_time_and_no_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

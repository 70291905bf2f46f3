/* What became of a benchmark's requests, as figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tally.h"

#define S UINT64_C(1000000000)
#define MS UINT64_C(1000000)

enum { AGENTS = 3, SECONDS = 200 };
static const uint64_t begin = 5000 * S;

struct world {
    struct bench_result result;
    struct tally tally;
};

static int open_world(void **state) {
    static struct world w;
    assert_int_equal(bench_result_init(&w.result), 0);
    w.result.agents = calloc(AGENTS, sizeof(*w.result.agents));
    w.result.agent_count = AGENTS;
    for (int i = 0; i < AGENTS; i++) {
        char name[] = { (char)('a' + i), '\0' };
        w.result.agents[i].name = strdup(name);
    }
    assert_int_equal(tally_init(&w.tally, &w.result, SECONDS), 0);
    w.tally.begin_ns = begin;
    *state = &w;
    return 0;
}

static int close_world(void **state) {
    struct world *w = *state;
    tally_deinit(&w->tally);
    bench_result_deinit(&w->result);
    return 0;
}

/* Planned at @at after the begin, sent @delay later, answered @service behind that. */
static void take(struct world *w, uint32_t agent, uint64_t at, uint64_t delay, uint64_t service,
                 enum fleet_reason reason) {
    uint64_t planned = begin + at, sent = planned + delay;
    bool is_answered = reason == FLEET_REASON_OK || reason == FLEET_REASON_AGENT_ERROR;
    tally_plan(&w->tally, agent, planned);
    tally_take(&w->tally, &(struct tally_outcome){
        .agent = agent, .planned_ns = planned, .sent_ns = sent, .answered_sent_ns = sent,
        .arrived_ns = is_answered ? sent + service : 0,
        .taken_ns = is_answered ? sent + service + 40000 : 0,
        .reason = reason, .requests = 1, .varbinds = 2, .octets_sent = 40, .octets_received = 60,
        .error_status = reason == FLEET_REASON_AGENT_ERROR ? 5 : 0 });
}

static void each_request_is_counted_where_it_belongs(void **state) {
    struct world *w = *state;
    take(w, 0, 0, 0, 3 * MS, FLEET_REASON_OK);
    take(w, 0, 1, 2 * MS, 3 * MS, FLEET_REASON_OK);
    take(w, 1, 2, 0, 0, FLEET_REASON_TIMEOUT);
    take(w, 1, 3, 0, MS, FLEET_REASON_AGENT_ERROR);
    take(w, 2, 4, 0, 0, FLEET_REASON_CANCELLED);
    tally_plan(&w->tally, 2, begin);
    tally_unsent(&w->tally, 2, begin);
    const struct bench_counts *c = &w->result.counts;
    assert_int_equal(c->planned, 6);
    assert_int_equal(c->sent, 5);
    assert_int_equal(c->unsent, 1);
    assert_int_equal(c->sent_late, 1);
    assert_int_equal(c->answered, 3);
    assert_int_equal(c->ok, 2);
    assert_int_equal(c->lost, 1);
    assert_int_equal(c->open, 1);
    assert_int_equal(c->planned, c->sent + c->unsent);
    assert_int_equal(c->sent, c->answered + c->lost + c->open);
    assert_int_equal(c->reasons[FLEET_REASON_TIMEOUT], 1);
    assert_int_equal(c->error_status[5], 1);
    assert_int_equal(c->octets_received, 300);
    assert_int_equal(w->result.agents[0].counts.sent, 2);
    assert_int_equal(w->result.agents[2].counts.unsent, 1);
}

static void error_statuses_that_have_no_name_are_counted_together(void **state) {
    struct world *w = *state;
    static const int32_t statuses[] = { 18, 19, 77, -1, INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        tally_plan(&w->tally, 0, begin);
        tally_take(&w->tally, &(struct tally_outcome){
            .planned_ns = begin, .sent_ns = begin, .answered_sent_ns = begin, .arrived_ns = begin,
            .taken_ns = begin, .reason = FLEET_REASON_AGENT_ERROR, .requests = 1,
            .error_status = statuses[i] });
    }
    const struct bench_counts *c = &w->result.counts;
    assert_int_equal(c->answered, 6);
    assert_int_equal(c->error_status[18], 1);
    assert_int_equal(c->error_status[BENCH_ERROR_STATUS_OTHER], 5);
    assert_string_equal(bench_error_status_text(BENCH_ERROR_STATUS_OTHER), "other");
}

static void what_was_answered_is_what_arrived_within_the_time(void **state) {
    struct world *w = *state;
    static const struct {
        int64_t after;
        enum fleet_reason reason;
        uint64_t within;
    } cases[] = {
        { -1, FLEET_REASON_OK, 0 }, { 0, FLEET_REASON_OK, 1 }, { 5 * MS, FLEET_REASON_OK, 1 },
        { 5 * MS, FLEET_REASON_AGENT_ERROR, 1 }, { 5 * MS, FLEET_REASON_TIMEOUT, 0 },
        { 10 * MS, FLEET_REASON_OK, 1 }, { 10 * MS + 1, FLEET_REASON_OK, 0 },
    };
    uint64_t within = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct tally_outcome outcome = {
            .reason = cases[i].reason, .varbinds = 3,
            .arrived_ns = (uint64_t)((int64_t)begin + cases[i].after) };
        tally_arrive(&w->tally, &outcome, begin + 10 * MS);
        within += cases[i].within;
        assert_int_equal(w->result.answers_within, within);
        assert_int_equal(w->result.varbinds_within, 3 * within);
    }
}

static void latency_counts_from_the_plan_and_service_from_the_send(void **state) {
    struct world *w = *state;
    take(w, 0, 0, 900 * MS, 10 * MS, FLEET_REASON_OK);
    assert_int_equal(w->result.latency.max, 910 * MS);
    assert_int_equal(w->result.service.max, 10 * MS);
    assert_int_equal(w->result.delay.max, 900 * MS);
    assert_int_equal(w->result.loop.max, 40000);
    assert_true(w->result.most_late_ns == (double)(900 * MS));
}

static void what_was_never_sent_is_unsent(void **state) {
    struct world *w = *state;
    tally_plan(&w->tally, 0, begin);
    tally_take(&w->tally, &(struct tally_outcome){ .planned_ns = begin,
                                                   .reason = FLEET_REASON_CANCELLED });
    assert_int_equal(w->result.counts.unsent, 1);
    assert_int_equal(w->result.counts.sent, 0);
}

static void seconds_are_those_of_the_plan(void **state) {
    struct world *w = *state;
    /* Asked in second 3, answered in second 5. */
    take(w, 0, 3 * S + 500 * MS, 0, 2 * S, FLEET_REASON_OK);
    take(w, 0, 3 * S + 600 * MS, 0, 1 * MS, FLEET_REASON_OK);
    take(w, 0, 4 * S, 0, 5 * MS, FLEET_REASON_OK);
    take(w, 0, 4 * S, 0, 0, FLEET_REASON_TIMEOUT);
    /* Far behind, so that the ring is used again. */
    take(w, 0, 3 * S + TALLY_SECONDS_OPEN * S, 0, 7 * MS, FLEET_REASON_OK);
    /* Too late for the percentiles of its second, but it counts. */
    take(w, 0, 3 * S, 0, 9 * MS, FLEET_REASON_OK);
    tally_finish(&w->tally);
    const struct bench_second *s = w->result.seconds;
    assert_int_equal(s[3].planned, 3);
    assert_int_equal(s[3].answered, 3);
    assert_int_equal(s[3].max_ns, 2 * S);
    assert_in_range(s[3].p50_ns, MS, MS + MS / 50);
    assert_int_equal(s[4].lost, 1);
    assert_in_range(s[4].p99_ns, 5 * MS, 5 * MS + MS / 10);
    assert_in_range(s[3 + TALLY_SECONDS_OPEN].p50_ns, 7 * MS, 7 * MS + MS / 10);
    assert_int_equal(s[5].planned, 0);
}

static void agents_are_listed_worst_first_and_samples_follow_them(void **state) {
    struct world *w = *state;
    take(w, 0, 0, 0, 1 * MS, FLEET_REASON_OK);
    take(w, 1, 0, 0, 9 * MS, FLEET_REASON_OK);
    take(w, 2, 0, 0, 1 * MS, FLEET_REASON_OK);
    take(w, 2, 0, 0, 0, FLEET_REASON_TIMEOUT);
    w->result.samples = calloc(2, sizeof(*w->result.samples));
    w->result.samples[0].agent = 2;
    w->result.samples[1].agent = 0;
    w->result.sample_count = 2;
    tally_finish(&w->tally);
    assert_string_equal(w->result.agents[0].name, "c");
    assert_string_equal(w->result.agents[1].name, "b");
    assert_string_equal(w->result.agents[2].name, "a");
    assert_int_equal(w->result.samples[0].agent, 0);
    assert_int_equal(w->result.samples[1].agent, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_request_is_counted_where_it_belongs, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(error_statuses_that_have_no_name_are_counted_together,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(what_was_answered_is_what_arrived_within_the_time,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(latency_counts_from_the_plan_and_service_from_the_send,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(what_was_never_sent_is_unsent, open_world, close_world),
        cmocka_unit_test_setup_teardown(seconds_are_those_of_the_plan, open_world, close_world),
        cmocka_unit_test_setup_teardown(agents_are_listed_worst_first_and_samples_follow_them,
                                        open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

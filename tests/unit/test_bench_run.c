/* The load of a benchmark on real sockets, with both back ends. The agent is a thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "agent_thread.h"
#include "base/clock.h"
#include "bench/reach.h"
#include "bench/run.h"
#include "bench/sampler.h"
#include "bench/summary.h"
#include "bench/wait.h"
#include "both_io.h"

struct world {
    struct agent_thread agent;
    struct fleet *fleet;
    struct bench_plan plan;
    struct bench_result result;
    struct bench_hooks hooks;
    uint32_t target;
    uint64_t stop_ns, nap_ns;
    uint32_t shown;
};

static const uint8_t sys_name[] = { 0x2b, 6, 1, 2, 1, 1, 5, 0 };
static const struct fleet_varbind varbind = { .oid = sys_name, .oid_length = sizeof(sys_name),
                                              .value = { .type = FLEET_NULL } };
static const struct bench_question question = { .varbinds = &varbind, .count = 1 };

static bool is_stopped(void *context) {
    const struct world *w = context;
    return w->stop_ns != 0 && clock_monotonic_ns() >= w->stop_ns;
}

static void show(void *context, const struct bench_progress *progress) {
    struct world *w = context;
    w->shown++;
    if (w->nap_ns > 0)
        nanosleep(&(struct timespec){ .tv_nsec = (long)w->nap_ns }, NULL);
    assert_true(progress->elapsed_ns <= progress->whole_ns + CLOCK_NS_PER_S);
}

static void world_open_narrow(struct world *w, bool is_mute, uint64_t receive_buffer) {
    *w = (struct world){ .stop_ns = 0 };
    agent_thread_start(&w->agent, is_mute);
    const struct fleet_options o = { .sink = { .rows = both_io_rows, .report = both_io_report },
                                     .io = io, .kernel_times = true, .window = FLEET_WINDOW_MAX,
                                     .rto_floor_ns = CLOCK_NS_PER_S,
                                     .receive_buffer = receive_buffer };
    assert_int_equal(fleet_new(&w->fleet, &o), 0);
    const struct fleet_target_options t = { .host = "127.0.0.1", .port = w->agent.port,
                                            .window = 65535 };
    assert_int_equal(fleet_target_set(w->fleet, &t, &w->target, NULL), 0);
    w->plan = (struct bench_plan){
        .targets = &w->target, .target_count = 1, .weights = { [BENCH_GET] = 1 },
        .questions = { [BENCH_GET] = { &question, 1 } }, .duration_ns = CLOCK_NS_PER_S / 2,
        .timeout_ns = CLOCK_NS_PER_S / 2, .open_max = 1000, .spin_ns = 100000,
    };
    w->hooks = (struct bench_hooks){ .fd = -1, .is_stopped = is_stopped, .progress = show,
                                     .context = w };
    assert_int_equal(bench_result_init(&w->result), 0);
    w->result.agents = calloc(1, sizeof(*w->result.agents));
    w->result.agent_count = 1;
    w->result.agents[0].name = strdup("agent");
}

static void world_open(struct world *w, bool is_mute) {
    world_open_narrow(w, is_mute, 0);
}

static void world_close(struct world *w) {
    const struct bench_counts *c = &w->result.counts;
    assert_int_equal(c->planned, c->sent + c->unsent);
    assert_int_equal(c->sent, c->answered + c->lost + c->open);
    fleet_free(w->fleet);
    agent_thread_stop(&w->agent);
    bench_result_deinit(&w->result);
}

static void run(struct world *w) {
    assert_int_equal(bench_run(w->fleet, &w->plan, &w->hooks, NULL, &w->result), 0);
}

static void an_open_loop_asks_as_often_as_it_is_told(void **state) {
    (void)state;
    struct world w;
    world_open(&w, false);
    w.plan.rate = w.plan.rate_end = 400;
    w.plan.warmup_ns = CLOCK_NS_PER_S / 10;
    run(&w);
    const struct bench_counts *c = &w.result.counts;
    assert_int_equal(c->planned, 200);
    assert_int_equal(c->answered, 200);
    assert_int_equal(w.result.latency.total, 200);
    assert_int_equal(c->varbinds, 200);
    assert_int_equal(atomic_load(&w.agent.requests), 240);  /* with those of the warm-up */
    assert_true(w.result.duration_ns >= CLOCK_NS_PER_S / 2 - 5 * CLOCK_NS_PER_MS);
    assert_int_equal(w.result.second_count, 1);
    assert_int_equal(w.result.seconds[0].planned, 200);
    assert_true(w.result.latency.min >= w.result.service.min);
    world_close(&w);
}

static void what_a_reply_to_getbulk_has_beside_what_was_asked_for_is_told_apart(void **state) {
    (void)state;
    struct world w;
    world_open(&w, false);
    w.plan.weights[BENCH_GET] = 0;
    w.plan.weights[BENCH_GETBULK] = 1;
    w.plan.questions[BENCH_GETBULK] = (struct bench_questions){ &question, 1 };
    w.plan.repetitions = 1;
    w.plan.rate = w.plan.rate_end = 40;
    run(&w);
    const struct bench_counts *c = &w.result.counts;   /* the agent's names are those asked for */
    assert_true(c->answered == 20 && c->varbinds == 20 && c->below == 0);
    world_close(&w);
}

static void a_closed_loop_has_as_many_open_as_it_is_told(void **state) {
    (void)state;
    struct world w;
    world_open(&w, true);
    w.plan.is_closed = true;
    w.plan.concurrency = 7;
    w.plan.timeout_ns = 5 * CLOCK_NS_PER_S;
    w.plan.duration_ns = CLOCK_NS_PER_S;
    w.stop_ns = clock_monotonic_ns() + 300 * CLOCK_NS_PER_MS;
    run(&w);
    assert_int_equal(w.result.counts.planned, 7);
    assert_int_equal(w.result.counts.open, 7);
    assert_string_equal(w.result.stopped, "interrupted");
    world_close(&w);
}

static void a_closed_loop_asks_on_when_it_is_answered(void **state) {
    (void)state;
    struct world w;
    world_open(&w, false);
    w.plan.is_closed = true;
    w.plan.concurrency = 2;
    w.plan.requests = 500;
    w.plan.duration_ns = 20 * CLOCK_NS_PER_S;
    run(&w);
    assert_int_equal(w.result.counts.answered, 500);
    assert_true(w.result.duration_ns < 20 * CLOCK_NS_PER_S);
    world_close(&w);
}

static void what_is_not_answered_is_lost_after_its_time_out(void **state) {
    (void)state;
    struct world w;
    world_open(&w, true);
    w.plan.rate = w.plan.rate_end = 50;
    w.plan.timeout_ns = 100 * CLOCK_NS_PER_MS;
    run(&w);
    assert_int_equal(w.result.counts.planned, 25);
    assert_int_equal(w.result.counts.lost, 25);
    assert_int_equal(w.result.counts.reasons[FLEET_REASON_TIMEOUT], 25);
    assert_int_equal(w.result.seconds[0].lost, 25);
    world_close(&w);
}

static void requests_beyond_those_that_may_be_open_are_unsent(void **state) {
    (void)state;
    struct world w;
    world_open(&w, true);
    w.plan.rate = w.plan.rate_end = 100;
    w.plan.open_max = 20;
    run(&w);
    assert_int_equal(w.result.counts.planned, 50);
    assert_int_equal(w.result.counts.sent, 20);
    assert_int_equal(w.result.counts.unsent, 30);
    world_close(&w);
}

static void answers_that_our_own_kernel_dropped_are_told_as_ours(void **state) {
    (void)state;
    struct world w;
    world_open_narrow(&w, false, 4096);
    w.plan.rate = w.plan.rate_end = 1000;
    w.plan.burst = 250;
    w.nap_ns = 50 * CLOCK_NS_PER_MS;
    run(&w);
    const struct bench_counts *c = &w.result.counts;
    assert_int_equal(c->planned, 500);
    assert_true(w.result.kernel_drops > 0);
    assert_int_equal(c->lost, w.result.kernel_drops);
    assert_int_equal(c->reasons[FLEET_REASON_TIMEOUT], c->lost);
    char lines[BENCH_CAUTIONS_MAX][BENCH_LINE_MAX];
    size_t count = bench_summary_cautions(&w.result, lines), told = 0;
    for (size_t i = 0; i < count; i++)
        told += strstr(lines[i], "that part of the loss is ours, not the agent's") != NULL;
    assert_int_equal(told, 1);
    world_close(&w);
}

static void an_agent_that_is_there_is_reached(void **state) {
    (void)state;
    struct world w;
    bool heard = false;
    char why[BENCH_TEXT] = "";
    world_open(&w, false);
    assert_int_equal(bench_reach(w.fleet, &w.plan, &w.hooks, &heard, why), 1);
    assert_true(heard);
    assert_string_equal(why, "");
    world_close(&w);
}

static void of_one_that_is_not_it_is_told_why(void **state) {
    (void)state;
    struct world w;
    bool heard = true;
    char why[BENCH_TEXT] = "";
    world_open(&w, true);
    w.plan.timeout_ns = 30 * CLOCK_NS_PER_MS;
    assert_int_equal(bench_reach(w.fleet, &w.plan, &w.hooks, &heard, why), 0);
    assert_false(heard);
    assert_string_equal(why, "timeout");
    world_close(&w);
}

static void an_agent_that_was_not_heard_is_not_asked(void **state) {
    (void)state;
    struct world w;
    static const bool heard[] = { false };
    world_open(&w, false);
    w.plan.rate = w.plan.rate_end = 100;
    assert_int_equal(bench_run(w.fleet, &w.plan, &w.hooks, heard, &w.result), 0);
    assert_int_equal(atomic_load(&w.agent.requests), 0);
    assert_int_equal(w.result.counts.planned, 0);
    world_close(&w);
}

static void looks_at_the_agent_count_in_no_figure(void **state) {
    (void)state;
    struct world w;
    world_open(&w, false);
    w.plan.rate = w.plan.rate_end = 20;
    w.plan.sample_ns = 100 * CLOCK_NS_PER_MS;
    run(&w);
    assert_int_equal(w.result.counts.planned, 10);
    assert_int_equal(w.result.counts.answered, 10);
    assert_true(w.result.sample_count >= 3);
    /* half way from one planned moment to the next */
    assert_true(w.result.samples[0].at_ns >= 25 * CLOCK_NS_PER_MS);
    assert_true(atomic_load(&w.agent.requests) > 13);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_loop_asks_as_often_as_it_is_told),
        cmocka_unit_test(
            what_a_reply_to_getbulk_has_beside_what_was_asked_for_is_told_apart),
        cmocka_unit_test(a_closed_loop_has_as_many_open_as_it_is_told),
        cmocka_unit_test(a_closed_loop_asks_on_when_it_is_answered),
        cmocka_unit_test(what_is_not_answered_is_lost_after_its_time_out),
        cmocka_unit_test(requests_beyond_those_that_may_be_open_are_unsent),
        cmocka_unit_test(answers_that_our_own_kernel_dropped_are_told_as_ours),
        cmocka_unit_test(an_agent_that_is_there_is_reached),
        cmocka_unit_test(of_one_that_is_not_it_is_told_why),
        cmocka_unit_test(an_agent_that_was_not_heard_is_not_asked),
        cmocka_unit_test(looks_at_the_agent_count_in_no_figure),
    };
    return both_io_run(tests, sizeof(tests) / sizeof(tests[0]));
}

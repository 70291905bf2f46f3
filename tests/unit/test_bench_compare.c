/*
 * test_bench_compare: runs that differ and runs that do not, of known seconds; what is told where
 * they cannot be compared; the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench/compare.h"
#include "bench/compare_text.h"
#include "bench/measure.h"
#include "bench_results.h"
#include "near.h"

/* @factor: how much slower than the plain result; @lost: of 50 in each third second. */
static void make(struct bench_result *r, double factor, uint32_t lost, uint64_t seed,
                 size_t seconds) {
    struct prng p;
    prng_init(&p, seed);
    bench_plain_result(r);
    histogram_reset(&r->latency);
    r->kernel_drops = 0;
    r->counts.sent_late = r->counts.unsent = 0;
    r->duration_ns = seconds * UINT64_C(1000000000) + 1;
    r->second_count = seconds;
    r->sample_count = seconds < r->sample_count ? seconds : r->sample_count;
    free(r->seconds);
    r->seconds = calloc(seconds + 1, sizeof(*r->seconds));
    for (size_t i = 0; i < seconds; i++) {
        double p50 = factor * (900000 + (double)prng_below(&p, 200000));
        uint32_t now = i % 3 == 0 ? lost : 0;
        r->seconds[i] = (struct bench_second){
            .planned = 50, .sent = 50, .answered = 50 - now, .ok = 50 - now, .lost = now,
            .p50_ns = (uint64_t)p50, .p99_ns = (uint64_t)(p50 * 3), .max_ns = (uint64_t)(p50 * 4),
            .mean_ns = p50 * 1.2,
        };
        histogram_record_many(&r->latency, (uint64_t)p50, 50);
    }
}

static void a_slower_run_is_worse_by_about_its_factor(void **state) {
    (void)state;
    struct bench_result a, b;
    struct bench_comparison c;
    make(&a, 1, 0, 1, 30);
    make(&b, 1.2, 0, 2, 30);
    assert_int_equal(bench_compare(&a, "a.json", &b, "b.json", &c), 0);
    const enum bench_metric slower[] = { BENCH_P50, BENCH_P99, BENCH_MAX, BENCH_MEAN };
    for (size_t i = 0; i < 4; i++) {
        const struct bench_change *change = &c.changes[slower[i]];
        assert_int_equal(change->difference, BENCH_WORSE);
        assert_true(change->probability < 0.001);
        assert_true(change->effect.low < 1.2 && change->effect.high > 1.2);
        assert_near(change->effect.value, 1.2, 0.06);
    }
    assert_int_equal(c.changes[BENCH_THROUGHPUT].difference, BENCH_ALIKE);
    assert_int_equal(c.changes[BENCH_LOSS].difference, BENCH_ALIKE);
    assert_int_equal(c.changes[BENCH_P999].difference, BENCH_UNTESTED);
    assert_near(c.changes[BENCH_P999].effect.value, 1.2, 0.1);
    assert_true(c.is_worse && !c.is_better);
    assert_int_equal(c.warning_count, 0);
    char summary[BENCH_SUMMARY_MAX], text[MEASURE_MAX];
    (void)bench_compare_summary(&c, summary);
    assert_memory_equal(summary, "worse: p50 (x1.", 15);
    assert_null(strstr(summary, "loss"));
    assert_string_equal(bench_metric_effect(&c.changes[BENCH_LOSS], 0.25, text), "+0.25 points");
    assert_string_equal(bench_metric_effect(&c.changes[BENCH_LOSS], 0, text), "0");
    /* The other way round it is better. */
    assert_int_equal(bench_compare(&b, "b.json", &a, "a.json", &c), 0);
    assert_int_equal(c.changes[BENCH_P99].difference, BENCH_BETTER);
    assert_true(c.is_better && !c.is_worse);
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

static void two_runs_of_one_agent_are_alike(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed < 12; seed++) {
        struct bench_result a, b;
        struct bench_comparison c;
        make(&a, 1, 1, seed, 40);
        make(&b, 1, 1, seed + 100, 40);
        assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
        assert_false(c.is_better || c.is_worse);
        bench_result_deinit(&a);
        bench_result_deinit(&b);
    }
}

static void more_loss_is_worse_and_a_difference_in_points(void **state) {
    (void)state;
    struct bench_result a, b;
    struct bench_comparison c;
    make(&a, 1, 0, 3, 60);
    make(&b, 1, 10, 4, 60);
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    const struct bench_change *loss = &c.changes[BENCH_LOSS];
    assert_int_equal(loss->difference, BENCH_WORSE);
    assert_near(loss->effect.value, 100.0 * 10 / 50 / 3, 1e-9);
    assert_true(loss->effect.low > 0);
    assert_int_equal(c.changes[BENCH_THROUGHPUT].difference, BENCH_WORSE);
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

static void a_short_run_says_nothing_and_that_is_told(void **state) {
    (void)state;
    struct bench_result a, b;
    struct bench_comparison c;
    char summary[BENCH_SUMMARY_MAX];
    make(&a, 1, 0, 1, 30);
    make(&b, 9, 20, 2, 4);
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    for (int m = 0; m < BENCH_METRICS; m++) {
        assert_int_equal(c.changes[m].difference, BENCH_UNTESTED);
        assert_true(isnan(c.changes[m].effect.low));
    }
    assert_true(c.changes[BENCH_P50].effect.value > 8);
    assert_false(c.is_worse);
    assert_string_equal(c.warnings[0], "b has 4 whole seconds, too few to tell a difference from "
                        "chance; measure for 30 s or more");
    assert_string_equal(bench_compare_summary(&c, summary),
                        "nothing can be said: there are too few seconds");
    /* A second that was cut is none. */
    b.duration_ns = UINT64_C(3999999999);
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    assert_int_equal(c.seconds_b, 4);  /* but for a millisecond */
    b.duration_ns = UINT64_C(3900000000);
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    assert_int_equal(c.seconds_b, 3);
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

static bool is_warned(const struct bench_comparison *c, const char *text) {
    for (size_t i = 0; i < c->warning_count; i++)
        if (strstr(c->warnings[i], text) != NULL) return true;
    return false;
}

static void what_makes_two_runs_incomparable_is_told(void **state) {
    (void)state;
    struct bench_result a, b;
    struct bench_comparison c;
    make(&a, 1, 0, 1, 30);
    make(&b, 1, 0, 2, 30);
    b.load.rate = b.load.rate_end = 60;
    b.load.weights[BENCH_SET] = 1;
    b.load.oids[0][0] = 'X';
    b.load.varbinds = 1;
    b.load.timeout_ns = 5;
    b.load.version[0] = '3';
    b.program[0] = '9';
    b.host.hostname[0] = '\x1b';
    b.has_kernel_times = false;
    b.counts.unsent = 100;
    b.kernel_drops = 5;
    b.agent_count = 2;
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    static const char *const expected[] = {
        "the rate differs: 50 requests/s, and 60", "the kinds of requests", "the OIDs that",
        "the size of the requests differs: 10 varbinds, 0 repetitions, and 1, 0",
        "so loss means something else: 1s, and 5ns", "the version of SNMP differs: 2c, and 3c",
        "the version of snmpfleet differs: 0.1.0, and 9.1.0",
        "the machine that measured differs: probe1, and ?robe1", "only one of them has the kernel",
        "b: 6.67% of the requests were sent late or not at all", "dropped 5 replies",
        "the number of agents differs: 3, and 2",
    };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        if (!is_warned(&c, expected[i])) fail_msg("not told: %s", expected[i]);
    assert_int_equal(c.warning_count, sizeof(expected) / sizeof(expected[0]));
    /* More answers are no news where more were asked for. */
    for (size_t i = 0; i < b.second_count; i++) b.seconds[i].answered = 60;
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    assert_int_equal(c.changes[BENCH_THROUGHPUT].difference, BENCH_UNTESTED);
    assert_near(c.changes[BENCH_THROUGHPUT].effect.value, 1.2, 1e-9);
    b.load.is_closed = true;
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    assert_true(is_warned(&c, "the load differs: a fixed rate, and a closed loop"));
    a.load.is_closed = true;
    b.load.concurrency = 4;
    assert_int_equal(bench_compare(&a, "a", &b, "b", &c), 0);
    assert_true(is_warned(&c, "the concurrency differs: 0, and 4"));
    b.agent_count = 3;
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

static void the_table_has_a_line_for_each_metric(void **state) {
    (void)state;
    struct bench_result a, b;
    struct bench_comparison c[2];
    char *text = NULL;
    size_t length;
    make(&a, 1, 0, 1, 30);
    make(&b, 1.5, 0, 2, 30);
    assert_int_equal(bench_compare(&a, "old\x1b[31m.json", &b, "new.json", &c[0]), 0);
    assert_int_equal(bench_compare(&a, "old\x1b[31m.json", &a, "same.json", &c[1]), 0);
    FILE *file = open_memstream(&text, &length);
    bench_compare_text(file, c, 2);
    assert_int_equal(fclose(file), 0);
    assert_non_null(strstr(text, "new.json beside old?[31m.json (the base): worse: p50 (x1.5"));
    assert_non_null(strstr(text, "same.json beside old?[31m.json (the base): no difference seen\n"));
    assert_non_null(strstr(text, " <0.001  worse\n"));
    assert_non_null(strstr(text, "  answers/s          49.6       49.6             x1  x1 to x1         "
                                 "        1.000  no difference seen\n"));
    for (enum bench_metric m = 0; m < BENCH_METRICS; m++)
        assert_non_null(strstr(text, bench_metric_text(m)));
    assert_null(strchr(text, '\x1b'));
    free(text);
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slower_run_is_worse_by_about_its_factor),
        cmocka_unit_test(two_runs_of_one_agent_are_alike),
        cmocka_unit_test(more_loss_is_worse_and_a_difference_in_points),
        cmocka_unit_test(a_short_run_says_nothing_and_that_is_told),
        cmocka_unit_test(what_makes_two_runs_incomparable_is_told),
        cmocka_unit_test(the_table_has_a_line_for_each_metric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_threshold: conditions as --fail takes them, what is said of those it does not, and verdicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "bench/threshold.h"
#include "bench_results.h"
#include "near.h"

static void conditions_of_every_kind_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum threshold_metric metric;
        enum threshold_operator op;
        double value, percentile;
    } cases[] = {
        { "p99<50ms", THRESHOLD_PERCENTILE, THRESHOLD_BELOW, 50e6, 99 },
        { " p99.99 <= 1.5s ", THRESHOLD_PERCENTILE, THRESHOLD_AT_MOST, 1.5e9, 99.99 },
        { "p100>850us", THRESHOLD_PERCENTILE, THRESHOLD_ABOVE, 850e3, 100 },
        { "p0.5>=10ns", THRESHOLD_PERCENTILE, THRESHOLD_AT_LEAST, 10, 0.5 },
        { "min<1m", THRESHOLD_MIN, THRESHOLD_BELOW, 60e9, 0 },
        { "mean<1ms", THRESHOLD_MEAN, THRESHOLD_BELOW, 1e6, 0 },
        { "max<1ms", THRESHOLD_MAX, THRESHOLD_BELOW, 1e6, 0 },
        { "stddev<1ms", THRESHOLD_STDDEV, THRESHOLD_BELOW, 1e6, 0 },
        { "loss<0.1%", THRESHOLD_LOSS, THRESHOLD_BELOW, 0.001, 0 },
        { "errors<=0%", THRESHOLD_ERRORS, THRESHOLD_AT_MOST, 0, 0 },
        { "unsent<1%", THRESHOLD_UNSENT, THRESHOLD_BELOW, 0.01, 0 },
        { "late<100%", THRESHOLD_LATE, THRESHOLD_BELOW, 1, 0 },
        { "cpu\t<\t50%", THRESHOLD_CPU, THRESHOLD_BELOW, 0.5, 0 },
        { "rate>=40", THRESHOLD_RATE, THRESHOLD_AT_LEAST, 40, 0 },
        { "rate>=40/s", THRESHOLD_RATE, THRESHOLD_AT_LEAST, 40, 0 },
        { "restarts<1", THRESHOLD_RESTARTS, THRESHOLD_BELOW, 1, 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench_thresholds all;
        char error[THRESHOLD_TEXT_MAX] = "";
        assert_int_equal(bench_thresholds_parse(cases[i].text, &all, error), 0);
        assert_int_equal(all.count, 1);
        assert_int_equal(all.items[0].metric, cases[i].metric);
        assert_int_equal(all.items[0].op, cases[i].op);
        assert_near(all.items[0].value, cases[i].value, cases[i].value * 1e-12);
        assert_near(all.items[0].percentile, cases[i].percentile, 1e-12);
    }
    struct bench_thresholds all;
    char error[THRESHOLD_TEXT_MAX] = "";
    assert_int_equal(bench_thresholds_parse("p99<50ms , loss<0.1%,rate>=40", &all, error), 0);
    assert_int_equal(all.count, 3);
    assert_string_equal(all.items[1].name, "loss");
}

static void what_is_wrong_is_told_with_its_place(void **state) {
    (void)state;
    static const char *const no_metric =
        "is no metric; there are pNN, min, mean, max, stddev, loss, errors, unsent, late, cpu, rate, "
        "restarts";
    static const char *const cases[][2] = {
        { "", "at character 1: a metric is missing" },
        { "p99<50ms,", "at character 10: a metric is missing" },
        { "p99<50ms,,loss<1%", "at character 10: a metric is missing" },
        { "<5ms", "at character 1: a metric is missing" },
        { "p99", "at character 4: p99 needs one of < <= > >= behind it" },
        { "p99=5ms", "at character 4: p99 needs one of < <= > >= behind it" },
        { "p99!=5ms", "at character 4: p99 needs one of < <= > >= behind it" },
        { "p99<", "at character 5: p99 needs a time, as 850us, 50ms or 1.5s" },
        { "p99<50", "at character 5: p99 needs a time" },
        { "p99<50%", "at character 5: p99 needs a time" },
        { "p99<=>5ms", "at character 6: p99 needs a time" },
        { "p99<-5ms", "at character 5: p99 needs a time" },
        { "p99<5.ms", "at character 5: p99 needs a time" },
        { "p99<1e3ms", "at character 5: p99 needs a time" },
        { "p99<11111111111111111111ms", "at character 5: p99 needs a time" },
        { "loss<0.1", "at character 6: loss needs a percentage, as 0.1%" },
        { "loss<101%", "at character 6: loss cannot be more than 100%" },
        { "rate>40ms", "at character 6: rate needs a number, as 40" },
        { "p101<5ms", "at character 1: a percentile is p and a number above 0 and at most 100" },
        { "p0<5ms", "at character 1: a percentile is p" },
        { "p9x<5ms", "at character 1: a percentile is p" },
        { "p99<5ms loss<1%", "at character 9: conditions need a comma between them" },
        { "latency\x1b<5ms", "at character 1: 'latency?' is no metric" },
        { "a_very_long_word_for_a_metric<5ms", "at character 1: 'a_very_long_wor' is no metric" },
        { "p99<5ms,los<1%", "at character 9: 'los' is no metric" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bench_thresholds all = { .count = 77 };
        char error[THRESHOLD_TEXT_MAX] = "";
        assert_int_equal(bench_thresholds_parse(cases[i][0], &all, error), -EINVAL);
        if (strncmp(error, cases[i][1], strlen(cases[i][1])) != 0)
            assert_string_equal(error, cases[i][1]);
        assert_int_equal(all.count, 77);
        if (strstr(error, "no metric") != NULL) assert_non_null(strstr(error, no_metric));
    }
    char many[THRESHOLDS_MAX * 8 + 16] = "p9<1s";
    for (int i = 0; i < THRESHOLDS_MAX; i++) strncat(many, ",p9<1s", 7);
    struct bench_thresholds all;
    char error[THRESHOLD_TEXT_MAX];
    assert_int_equal(bench_thresholds_parse(many, &all, error), -EINVAL);
    assert_string_equal(error, "at character 193: more than 32 conditions");
}

/* "" where it holds. */
static const char *verdict(const struct bench_result *r, const char *text) {
    static char why[THRESHOLD_TEXT_MAX];
    struct bench_thresholds all;
    assert_int_equal(bench_thresholds_parse(text, &all, why), 0);
    why[0] = '\0';
    (void)bench_threshold_holds(&all.items[0], r, why);
    return why;
}

static void conditions_that_hold_say_nothing_and_others_the_value_seen(void **state) {
    (void)state;
    struct bench_result r;
    bench_plain_result(&r);
    static const char *const cases[][2] = {
        { "p50<2ms", "" },          { "p99<500ms", "" },
        { "p99<50ms", "p99 is 419ms, not below 50ms" },
        { "max<=500ms", "max is 501ms, above 500ms" },
        { "min>1ms", "min is 717us, not above 1ms" },
        { "mean>=20ms", "mean is 18.2ms, below 20ms" },
        { "stddev<1ms", "stddev is 72.8ms, not below 1ms" },
        { "loss<0.1%", "loss is 0.601%, not below 0.1%" },
        { "loss<1%", "" },
        { "errors<=0%", "errors are 0.538%, above 0%" },
        { "unsent<0.1%", "unsent is 0.2%, not below 0.1%" },
        { "late<0.5%", "late is 0.8%, not below 0.5%" },
        { "cpu<40%", "cpu is 41.5%, not below 40%" },
        { "cpu<50%", "" },
        { "rate>=49", "" },
        { "rate>49.6", "rate is 49.6, not above 49.6" },
        { "rate>=49.6001", "rate is 49.6, below 49.6001" },
        { "restarts<1", "restarts are 1, not below 1" },
        { "restarts<=1", "" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(verdict(&r, cases[i][0]), cases[i][1]);
    bench_result_deinit(&r);
}

static void a_number_that_is_not_known_violates_every_condition(void **state) {
    (void)state;
    struct bench_result r;
    assert_int_equal(bench_result_init(&r), 0);
    static const char *const metrics[] = {
        "p99<1s", "p99>=1ns", "min<1s", "mean>1ns", "max<1s", "stddev<1s", "loss<100%",
        "errors<100%", "unsent<=100%", "late>=0%", "cpu<100%", "rate>=0",
    };
    for (size_t i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
        assert_non_null(strstr(verdict(&r, metrics[i]), "not known (there are no answers)"));
    assert_string_equal(verdict(&r, "p99<1s"),
                        "p99 is not known (there are no answers), so it is not below 1s");
    histogram_record(&r.latency, 5);
    assert_string_equal(verdict(&r, "cpu<=50%"), "cpu is not known, so it is not at most 50%");
    assert_string_equal(verdict(&r, "restarts<1"), "");
    bench_result_deinit(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_of_every_kind_are_read),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(conditions_that_hold_say_nothing_and_others_the_value_seen),
        cmocka_unit_test(a_number_that_is_not_known_violates_every_condition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

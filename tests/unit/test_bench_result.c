/*
 * test_bench_result: a result owns what it points at (the sanitizers see what is forgotten), and its
 * histograms have the range that is promised.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench/result.h"

static void a_new_result_has_empty_histograms_of_the_whole_range(void **state) {
    (void)state;
    struct bench_result r;
    assert_int_equal(bench_result_init(&r), 0);
    const struct histogram *all[] = { &r.latency, &r.service, &r.delay, &r.loop };
    for (size_t i = 0; i < 4; i++) {
        assert_true(all[i]->lowest == BENCH_LOWEST_NS && all[i]->highest == BENCH_HIGHEST_NS);
        assert_int_equal(all[i]->digits, 3);
        assert_int_equal(all[i]->total, 0);
    }
    bench_result_deinit(&r);
    assert_null(r.latency.counts);
    bench_result_deinit(&r);
}

static void all_that_a_result_owns_goes_with_it(void **state) {
    (void)state;
    struct bench_result r;
    assert_int_equal(bench_result_init(&r), 0);
    char **texts[] = { &r.program, &r.command, &r.load.version, &r.host.hostname, &r.host.kernel,
                       &r.host.cpu, &r.host.io };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) *texts[i] = strdup("text");
    r.load.oids = calloc(2, sizeof(char *));
    r.load.oids[0] = strdup("sysUpTime.0");
    r.load.oids[1] = strdup("sysName.0");
    r.load.oid_count = 2;
    r.seconds = calloc(3, sizeof(*r.seconds));
    r.samples = calloc(3, sizeof(*r.samples));
    r.points = calloc(3, sizeof(*r.points));
    r.agents = calloc(1, sizeof(*r.agents));
    r.agent_count = 1;
    r.agents[0].name = strdup("core1");
    r.agents[0].address = strdup("127.0.0.1:161");
    r.agents[0].description = strdup("an agent");
    r.agents[0].cpu_object = strdup("hrProcessorLoad");
    assert_int_equal(histogram_init(&r.agents[0].latency, 1, 1000, 1), 0);
    r.costs = calloc(1, sizeof(*r.costs));
    r.cost_count = 1;
    r.costs[0].oid = strdup("1.3.6.1.2.1.2.2.1.10");
    r.costs[0].name = strdup("ifInOctets");
    r.costs[0].table = strdup("ifTable");
    bench_result_deinit(&r);
    assert_null(r.agents);
    assert_int_equal(r.agent_count, 0);
}

static void kinds_have_the_names_of_their_verbs(void **state) {
    (void)state;
    static const char *const names[BENCH_KINDS] = { "get", "getnext", "getbulk", "walk", "set" };
    for (unsigned k = 0; k < BENCH_KINDS; k++)
        assert_string_equal(bench_kind_text((enum bench_kind)k), names[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_result_has_empty_histograms_of_the_whole_range),
        cmocka_unit_test(all_that_a_result_owns_goes_with_it),
        cmocka_unit_test(kinds_have_the_names_of_their_verbs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

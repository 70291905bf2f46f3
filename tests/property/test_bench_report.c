/*
 * Results with anything in them: what report_json writes is read back, and written again it is the
 * same, byte by byte. What is cut short is refused. SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "bench/report_json.h"
#include "bench/report_read.h"
#include "bench_results.h"
#include "seed.h"

enum { RUNS = 150 };

static char *written(const struct bench_result *r, size_t *ret_length) {
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_length);
    assert_non_null(file);
    bench_report_json(file, r);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void check_histogram(const struct histogram *a, const struct histogram *b) {
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->above, b->above);
    assert_true(a->total == 0 || (a->min == b->min && a->max == b->max));
    assert_true(a->sum == b->sum && a->sum_of_squares == b->sum_of_squares);
    assert_int_equal(a->count_slots, b->count_slots);
    if (a->count_slots > 0)
        assert_memory_equal(a->counts, b->counts, a->count_slots * sizeof(uint64_t));
}

static void what_is_read_back_is_written_as_the_same_bytes(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    for (int run = 0; run < RUNS; run++) {
        struct bench_result r, again;
        char error[BENCH_ERROR_MAX] = "";
        size_t length, length_again;
        bench_any_result(&p, &r);
        char *text = written(&r, &length);
        assert_true(utf8_is_valid((const uint8_t *)text, length));
        int result = bench_report_parse(text, length, "a.json", &again, error);
        assert_string_equal(error, "");
        assert_int_equal(result, 0);
        check_histogram(&r.latency, &again.latency);
        assert_memory_equal(&r.counts, &again.counts, sizeof(r.counts));
        assert_int_equal(r.agent_count, again.agent_count);
        for (size_t i = 0; i < r.agent_count; i++)
            check_histogram(&r.agents[i].latency, &again.agents[i].latency);
        char *text_again = written(&again, &length_again);
        assert_string_equal(text, text_again);
        assert_int_equal(length_again, length);
        bench_result_deinit(&again);

        size_t cut = prng_below(&p, length - 2);
        assert_int_not_equal(bench_report_parse(text, cut, "a.json", &again, error), 0);
        assert_memory_equal(error, "a.json:", 7);
        assert_null(again.latency.counts);
        free(text);
        free(text_again);
        bench_result_deinit(&r);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_back_is_written_as_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

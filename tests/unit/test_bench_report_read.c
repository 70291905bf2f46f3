/*
 * test_bench_report_read: reports that are not taken, and what is said of them. Each is a good one
 * with one thing changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "bench/report_json.h"
#include "bench/report_read.h"
#include "bench_results.h"

static char *good(void) {
    struct bench_result r;
    char *text = NULL;
    size_t length;
    assert_int_equal(bench_result_init(&r), 0);
    histogram_record_many(&r.latency, 1000000, 3);
    r.counts.reasons[FLEET_REASON_TIMEOUT] = 2;
    r.counts.error_status[1] = 1;
    r.agents = calloc(1, sizeof(*r.agents));
    r.agent_count = 1;
    r.samples = calloc(1, sizeof(*r.samples));
    r.sample_count = 1;
    FILE *file = open_memstream(&text, &length);
    bench_report_json(file, &r);
    assert_int_equal(fclose(file), 0);
    bench_result_deinit(&r);
    return text;
}

/* @from is replaced once. */
static char *changed(const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);
    assert_non_null(at);
    char *result = malloc(strlen(text) + strlen(to) + 1);
    memcpy(result, text, (size_t)(at - text));
    (void)sprintf(result + (at - text), "%s%s", to, at + strlen(from));
    return result;
}

static void what_is_wrong_is_told(void **state) {
    (void)state;
    static const struct { const char *from, *to, *error; } cases[] = {
        { "\"version\": 1", "\"version\": 2",
          "r.json:3:14: the report has version 2; this program reads version 1. Compare it with the "
          "program that wrote it, or measure again" },
        { "  \"version\": 1,\n", "", "r.json:1:1: the report has version 0; this program reads" },
        { "snmpfleet-bench", "k6\\u001b",
          "r.json:1:1: not a report of snmpfleet bench: \"format\" is \"k6?\", not" },
        { "\"format\"", "\"kind\"",
          "r.json:1:1: not a report of snmpfleet bench: \"format\" is missing, not" },
        { "\"duration_ns\": 0", "\"duration_ns\": -1",
          "r.json:8:18: expected a whole number from 0 to 18446744073709551615, found -1" },
        { "\"duration_ns\": 0,", "", "r.json:1:1: \"duration_ns\" is missing from the object" },
        { "\"late\": 0,", "\"late\": 0, \"late\": 0,", "\"late\" is given twice" },
        { "\"timeout\":2", "\"tired\":2", "\"tired\" has no meaning in \"reasons\"" },
        { "\"tooBig\":1", "\"tooSmall\":1", "\"tooSmall\" has no meaning in \"error_status\"" },
        { "[999936,3]", "[999936]", "expected [value, count]" },
        { "[999936,3]", "[999936,3,4]", "expected [value, count]" },
        { "[999936,3]", "[100000000001,3]", "expected a whole number from 0 to 100000000000" },
        { "[999936,3]", "[999936,18446744073709551615],[1,1]", "more than 2^64 together" },
        { "\"digits\":3", "\"digits\":9", "ns with 9 digits is not possible" },
        { "\"above\":0", "\"above\":4", "contradicts itself: \"above\" is more than all counts" },
        { "\"min_ns\":1000000", "\"min_ns\":1000001", "\"min_ns\" is above \"max_ns\"" },
        { "\"sum\":3000000.0", "\"sum\":null", "a sum of the histogram is negative or missing" },
        { "\"digits\":3,", "", "the histogram has no \"digits\"" },
        { "\"agent\":0", "\"agent\":1", "sample 0 is of agent 1, and there are 1 agents" },
        { "\"has_kernel_times\": false", "\"has_kernel_times\": 0", "expected true or false" },
    };
    char *text = good();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *bad = changed(text, cases[i].from, cases[i].to), error[BENCH_ERROR_MAX] = "";
        struct bench_result r;
        assert_int_equal(bench_report_parse(bad, strlen(bad), "r.json", &r, error), -EINVAL);
        if (strstr(error, cases[i].error) == NULL) assert_string_equal(error, cases[i].error);
        assert_memory_equal(error, "r.json:", 7);
        assert_null(r.latency.counts);
        assert_null(r.agents);
        free(bad);
    }
    free(text);
}

static void unknown_members_and_any_order_are_taken(void **state) {
    (void)state;
    char *text = good(), error[BENCH_ERROR_MAX] = "";
    char *first = changed(text, "{\n", "{\"new\": {\"a\": [1, {}]}, \"points\": [],");
    char *more = changed(first, "\"points\": [],\n", "\n");
    struct bench_result r;
    assert_int_equal(bench_report_parse(more, strlen(more), "r.json", &r, error), 0);
    assert_int_equal(r.latency.total, 3);
    bench_result_deinit(&r);
    free(text);
    free(first);
    free(more);
}

static void histograms_have_an_end_together(void **state) {
    (void)state;
    size_t size = 0;
    char *text = NULL, error[BENCH_ERROR_MAX] = "";
    char *base = good();
    char *before = strstr(base, "\"agents\": [") + strlen("\"agents\": [");
    FILE *file = open_memstream(&text, &size);
    (void)fwrite(base, 1, (size_t)(before - base), file);
    for (int i = 0; i < 400; i++)
        (void)fputs("{\"latency\":{\"lowest_ns\":1,\"highest_ns\":9223372036854775807,\"digits\":4,"
                    "\"above\":0,\"min_ns\":0,\"max_ns\":0,\"sum\":0,\"sum_of_squares\":0,\"counts\":"
                    "[]},\"name\":null,\"address\":null,\"description\":null,\"cpu_object\":null,"
                    "\"counts\":{\"planned\":0,\"sent\":0,\"unsent\":0,\"sent_late\":0,"
                    "\"answered\":0,\"ok\":0,\"lost\":0,\"open\":0,\"reasons\":{},\"error_status\":"
                    "{},\"requests\":0,\"varbinds\":0,\"octets_sent\":0,\"octets_received\":0},"
                    "\"restarts\":0,\"cpu_mean\":null,\"cpu_max\":null},", file);
    (void)fputs(before, file);
    assert_int_equal(fclose(file), 0);
    struct bench_result r;
    assert_int_equal(bench_report_parse(text, size, "r.json", &r, error), -EINVAL);
    assert_non_null(strstr(error, "the histograms of this file need more than 1 GiB"));
    free(text);
    free(base);
}

static void a_file_that_cannot_be_read_is_told(void **state) {
    (void)state;
    char error[BENCH_ERROR_MAX] = "";
    struct bench_result r;
    FILE *file = fopen("/", "r");  /* a directory can be opened and not read */
    assert_non_null(file);
    assert_int_equal(bench_report_read(file, "r.json", &r, error), -EISDIR);
    assert_string_equal(error, "r.json: cannot be read: Is a directory");
    assert_int_equal(fclose(file), 0);
    char *text = good();
    file = fmemopen(text, strlen(text), "r");
    assert_int_equal(bench_report_read(file, "r.json", &r, error), 0);
    assert_int_equal(r.latency.total, 3);
    bench_result_deinit(&r);
    assert_int_equal(fclose(file), 0);
    free(text);
}

/*
 * A fuzzer whose files are refused at once looks at nothing. They are made of the seeds in their
 * names; UPDATE_GOLDEN=1 writes them anew when a result has a new member.
 */
static void reports_of_the_fuzzers_corpus_are_taken(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 4; seed++) {
        char path[512], error[BENCH_ERROR_MAX] = "";
        struct bench_result r;
        (void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/bench_report/any_%llu", SOURCE_DIR,
                       (unsigned long long)seed);
        if (getenv("UPDATE_GOLDEN") != NULL) {
            struct prng p;
            prng_init(&p, seed);
            bench_any_result(&p, &r);
            FILE *file = fopen(path, "w");
            assert_non_null(file);
            bench_report_json(file, &r);
            assert_int_equal(fclose(file), 0);
            bench_result_deinit(&r);
        }
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        (void)bench_report_read(file, path, &r, error);
        assert_string_equal(error, "");
        assert_int_equal(fclose(file), 0);
        bench_result_deinit(&r);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(unknown_members_and_any_order_are_taken),
        cmocka_unit_test(histograms_have_an_end_together),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
        cmocka_unit_test(reports_of_the_fuzzers_corpus_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

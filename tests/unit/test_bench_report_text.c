/*
 * test_bench_report_text: what a terminal and a spreadsheet get, against tests/golden, where
 * UPDATE_GOLDEN=1 writes it anew; and what hostile texts and empty results do to them: nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "bench/report_csv.h"
#include "bench/report_text.h"
#include "bench_results.h"
#include "seed.h"

static char *text_of(const struct bench_result *r, unsigned width, bool is_csv) {
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    if (is_csv) assert_int_equal(bench_report_csv(file, r), 0);
    else bench_report_text(file, r, width);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void check_golden(const char *name, const char *text) {
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/tests/golden/%s", SOURCE_DIR, name);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        (void)fputs(text, file);
        assert_int_equal(fclose(file), 0);
    }
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    static char golden[1 << 16];
    golden[fread(golden, 1, sizeof(golden) - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, golden);
}

static void a_usual_run_reads_as_it_is_kept(void **state) {
    (void)state;
    struct bench_result r;
    bench_plain_result(&r);
    char *text = text_of(&r, 80, false);
    check_golden("bench_report.txt", text);
    assert_memory_equal(text, "safe: 40 requests/s, max-repetitions 20; knee at", 48);
    free(text);
    text = text_of(&r, 0, true);
    check_golden("bench_report.csv", text);
    free(text);
    bench_result_deinit(&r);
}

static void one_agent_is_told_by_name_and_a_run_without_answers_says_so(void **state) {
    (void)state;
    struct bench_result r;
    assert_int_equal(bench_result_init(&r), 0);
    r.agents = calloc(1, sizeof(*r.agents));
    r.agent_count = 1;
    r.agents[0].name = strdup("switch\x1b[1m");
    r.agents[0].cpu_object = strdup("cpmCPUTotal1minRev");
    r.agents[0].cpu_mean = 12.5;
    r.agents[0].cpu_max = 80;
    r.counts.sent = r.counts.lost = 10;
    (void)snprintf(r.stopped, sizeof(r.stopped), "the agent has not answered for 5s");
    char *text = text_of(&r, 80, false);
    assert_memory_equal(text, "no answers: 10 requests were sent\n", 34);
    assert_non_null(strstr(text, "  of            switch?[1m\n"));
    assert_non_null(strstr(text, "stopped before its time: the agent has not answered for 5s\n"));
    assert_non_null(strstr(text, "agent's CPU   12.5%, at most 80% (cpmCPUTotal1minRev)\n"));
    assert_non_null(strstr(text, "  p99                      -"));
    assert_null(strstr(text, "nan"));
    free(text);
    bench_result_deinit(&r);
}

static void a_plan_of_which_nothing_was_sent_is_said_to_be_no_measurement(void **state) {
    (void)state;
    struct bench_result r;
    assert_int_equal(bench_result_init(&r), 0);
    r.counts.planned = r.counts.unsent = 1000;
    char *text = text_of(&r, 80, false);
    static const char first[] = "nothing was measured: this machine sent no request in time\n";
    assert_memory_equal(text, first, sizeof(first) - 1);
    free(text);
    bench_result_deinit(&r);
}

static void bars_fit_in_the_width(void **state) {
    (void)state;
    struct bench_result r;
    bench_plain_result(&r);
    for (unsigned width = 0; width < 300; width += 37) {
        char *text = text_of(&r, width, false), *saved = NULL;
        unsigned allowed = width < BENCH_WIDTH_MIN ? BENCH_WIDTH_MIN
                         : width > BENCH_WIDTH_MAX ? BENCH_WIDTH_MAX : width;
        size_t longest = 0;
        for (char *line = strtok_r(text, "\n", &saved); line; line = strtok_r(NULL, "\n", &saved))
            if (strchr(line, '#') != NULL && strlen(line) > longest) longest = strlen(line);
        assert_int_equal(longest, allowed);
        free(text);
    }
    bench_result_deinit(&r);
}

static void hostile_texts_do_nothing_to_a_terminal(void **state) {
    (void)state;
    struct prng p;
    prng_init(&p, seed_of_run());
    for (int run = 0; run < 100; run++) {
        struct bench_result r;
        bench_any_result(&p, &r);
        char *text = text_of(&r, (unsigned)prng_below(&p, 200), false);
        assert_true(utf8_is_valid((const uint8_t *)text, strlen(text)));
        for (const char *at = text; *at != '\0'; at++)
            assert_true(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7f));
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_null(strstr(text, "nan"));
        free(text);
        text = text_of(&r, 0, true);
        for (const char *at = text; *at != '\0'; at++)
            assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz_0123456789.,-+\n", *at));
        free(text);
        bench_result_deinit(&r);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usual_run_reads_as_it_is_kept),
        cmocka_unit_test(one_agent_is_told_by_name_and_a_run_without_answers_says_so),
        cmocka_unit_test(a_plan_of_which_nothing_was_sent_is_said_to_be_no_measurement),
        cmocka_unit_test(bars_fit_in_the_width),
        cmocka_unit_test(hostile_texts_do_nothing_to_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

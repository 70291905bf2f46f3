/*
 * bench_report plain | any SEED | long | REPORT: a result as JSON, as tests/bench_results.h makes it
 * (long: with as many agents, seconds and samples as there may be), or that of a report.
 * bench_report html ...: as a page. bench_report compare-html A B: two reports beside one another.
 */
#include "../bench_results.h"
#include "bench/compare.h"
#include "bench/compare_html.h"
#include "bench/report_html.h"
#include "bench/report_json.h"
#include "bench/report_read.h"

static void read_report(const char *path, struct bench_result *r) {
    char error[BENCH_ERROR_MAX] = "cannot be opened";
    FILE *file = fopen(path, "r");
    if (file == NULL || bench_report_read(file, path, r, error) != 0) {
        (void)fprintf(stderr, "%s\n", error);
        exit(1);
    }
    (void)fclose(file);
}

static void make_long(struct bench_result *r) {
    struct prng p;
    prng_init(&p, 1);
    bench_plain_result(r);
    r->agents = realloc(r->agents, BENCH_AGENTS_MAX * sizeof(*r->agents));
    for (; r->agent_count < BENCH_AGENTS_MAX; r->agent_count++)
        r->agents[r->agent_count] = (struct bench_agent){ .name = strdup("agent"),
            .cpu_mean = NAN, .cpu_max = NAN };
    r->seconds = realloc(r->seconds, BENCH_SECONDS_MAX * sizeof(*r->seconds));
    r->samples = realloc(r->samples, BENCH_SECONDS_MAX * sizeof(*r->samples));
    for (; r->second_count < BENCH_SECONDS_MAX; r->second_count++)
        r->seconds[r->second_count] = (struct bench_second){ .planned = 50, .sent = 50,
            .answered = 50, .lost = (uint32_t)prng_below(&p, 3), .p50_ns = 900000 + prng_below(&p, 200000),
            .p99_ns = 5000000, .max_ns = prng_below(&p, 100) == 0 ? 90000000 : 9000000 };
    for (; r->sample_count < BENCH_SAMPLES_MAX; r->sample_count++)
        r->samples[r->sample_count] = (struct bench_sample){
            .at_ns = r->sample_count * UINT64_C(1000000000), .cpu_percent = 50 };
    r->duration_ns = BENCH_SECONDS_MAX * UINT64_C(1000000000);
}

static void make(char **arguments, struct bench_result *r) {
    struct prng p;
    if (strcmp(arguments[0], "any") == 0 && arguments[1] != NULL) {
        prng_init(&p, strtoull(arguments[1], NULL, 0));
        bench_any_result(&p, r);
    } else if (strcmp(arguments[0], "plain") == 0) {
        bench_plain_result(r);
    } else if (strcmp(arguments[0], "long") == 0) {
        make_long(r);
    } else {
        read_report(arguments[0], r);
    }
}

static void write_comparison(const char *a_path, const char *b_path) {
    struct bench_result a, b;
    struct bench_comparison c;
    read_report(a_path, &a);
    read_report(b_path, &b);
    if (bench_compare(&a, a_path, &b, b_path, &c) != 0 || bench_compare_html(stdout, &c, 1) != 0)
        exit(1);
    bench_result_deinit(&a);
    bench_result_deinit(&b);
}

int main(int argc, char **argv) {
    struct bench_result r;
    bool is_html = argc > 1 && strcmp(argv[1], "html") == 0;
    if (argc < 2 || (is_html && argc < 3)) return 2;
    if (strcmp(argv[1], "compare-html") == 0 && argc == 4) {
        write_comparison(argv[2], argv[3]);
        return fclose(stdout) == 0 ? 0 : 1;
    }
    make(argv + 1 + is_html, &r);
    if (is_html) {
        if (bench_report_html(stdout, &r) != 0) return 1;
    } else {
        bench_report_json(stdout, &r);
    }
    bench_result_deinit(&r);
    return fclose(stdout) == 0 ? 0 : 1;
}

/*
 * fuzz_bench_report: a report of a benchmark in JSON. Either it is refused with a place, or every
 * report is made of it, it is no different from itself, and written, read and written again it is
 * the same bytes.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare.h"
#include "bench/compare_html.h"
#include "bench/compare_text.h"
#include "bench/hgrm.h"
#include "bench/report_csv.h"
#include "bench/report_html.h"
#include "bench/report_json.h"
#include "bench/report_read.h"
#include "bench/report_text.h"
#include "bench/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct bench_result *r, size_t *ret_length) {
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_length);
    if (file == NULL) abort();
    bench_report_json(file, r);
    if (fclose(file) != 0) abort();
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bench_result r, again;
    char error[BENCH_ERROR_MAX];
    if (bench_report_parse((const char *)data, size, "fuzz", &r, error) != 0) {
        assert(strncmp(error, "fuzz:", 5) == 0);
        for (const char *at = error; *at != '\0'; at++) assert(*at >= ' ' && *at < 0x7f);
        return 0;
    }
    FILE *nowhere = fopen("/dev/null", "w");
    struct bench_comparison c;
    if (nowhere == NULL) abort();
    bench_report_text(nowhere, &r, (unsigned)size);
    assert(bench_report_html(nowhere, &r) == 0 && bench_report_csv(nowhere, &r) == 0);
    assert(bench_compare(&r, "a", &r, "b", &c) == 0 && !c.is_better && !c.is_worse);
    bench_compare_text(nowhere, &c, 1);
    assert(bench_compare_html(nowhere, &c, 1) == 0);
    hgrm_write(nowhere, &r.latency);
    assert(fclose(nowhere) == 0);
    size_t length, length_again;
    char *text = written(&r, &length);
    int result = bench_report_parse(text, length, "again", &again, error);
    assert(result == 0);
    char *text_again = written(&again, &length_again);
    assert(length == length_again && memcmp(text, text_again, length) == 0);
    bench_result_deinit(&again);
    bench_result_deinit(&r);
    free(text);
    free(text_again);
    return 0;
}

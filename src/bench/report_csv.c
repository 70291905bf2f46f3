/* report_csv: see report_csv.h. */
#include "bench/report_csv.h"

#include "base/real.h"
#include "bench/result.h"
#include "bench/summary.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static void put_real(FILE *file, double real) {
    char text[REAL_TEXT_MAX] = "";
    if (isfinite(real)) (void)real_format(real, false, text);
    (void)fprintf(file, ",%s", text);
}

static void put_latency(FILE *file, bool is_known, uint64_t ns) {
    if (is_known) (void)fprintf(file, ",%" PRIu64, ns);
    else (void)fputc(',', file);
}

int bench_report_csv(FILE *file, const struct bench_result *r) {
    double *cpu = malloc((r->second_count + 1) * sizeof(double));
    if (cpu == NULL) return -ENOMEM;
    bench_cpu_by_second(r, cpu);
    (void)fputs("second,planned,sent,unsent,sent_late,answered,ok,lost,p50_ns,p99_ns,max_ns,"
                "mean_ns,agent_cpu_percent\n", file);
    for (size_t i = 0; i < r->second_count; i++) {
        const struct bench_second *s = &r->seconds[i];
        bool is_known = s->answered > 0;
        (void)fprintf(file, "%zu,%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%"
                      PRIu32 ",%" PRIu32, i, s->planned, s->sent, s->unsent, s->sent_late,
                      s->answered, s->ok, s->lost);
        put_latency(file, is_known, s->p50_ns);
        put_latency(file, is_known, s->p99_ns);
        put_latency(file, is_known, s->max_ns);
        put_real(file, is_known ? s->mean_ns : (double)NAN);
        put_real(file, cpu[i]);
        (void)fputc('\n', file);
    }
    free(cpu);
    return 0;
}

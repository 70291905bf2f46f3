/*
 * bench_report plain | any SEED: a result as JSON, as tests/bench_results.h makes it.
 */
#include "../bench_results.h"
#include "bench/report_json.h"

int main(int argc, char **argv) {
    struct bench_result r;
    struct prng p;
    if (argc == 3 && strcmp(argv[1], "any") == 0) {
        prng_init(&p, strtoull(argv[2], NULL, 0));
        bench_any_result(&p, &r);
    } else if (argc == 2 && strcmp(argv[1], "plain") == 0) {
        bench_plain_result(&r);
    } else {
        return 2;
    }
    bench_report_json(stdout, &r);
    bench_result_deinit(&r);
    return fclose(stdout) == 0 ? 0 : 1;
}

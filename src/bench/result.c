/* result: see result.h. */
#include "bench/result.h"

#include <stdlib.h>

enum { LATENCY_DIGITS = 3 };

int bench_result_init(struct bench_result *r) {
    *r = (struct bench_result){ 0 };
    struct histogram *all[] = { &r->latency, &r->service, &r->delay, &r->loop };
    int error = 0;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && error == 0; i++)
        error = histogram_init(all[i], BENCH_LOWEST_NS, BENCH_HIGHEST_NS, LATENCY_DIGITS);
    if (error != 0) bench_result_deinit(r);
    return error;
}

static void agents_deinit(struct bench_result *r) {
    for (size_t i = 0; i < r->agent_count; i++) {
        struct bench_agent *a = &r->agents[i];
        free(a->name);
        free(a->address);
        free(a->description);
        free(a->cpu_object);
        histogram_deinit(&a->latency);
    }
    free(r->agents);
}

static void costs_deinit(struct bench_result *r) {
    for (size_t i = 0; i < r->cost_count; i++) {
        free(r->costs[i].oid);
        free(r->costs[i].name);
        free(r->costs[i].table);
    }
    free(r->costs);
}

void bench_result_deinit(struct bench_result *r) {
    histogram_deinit(&r->latency);
    histogram_deinit(&r->service);
    histogram_deinit(&r->delay);
    histogram_deinit(&r->loop);
    agents_deinit(r);
    costs_deinit(r);
    for (size_t i = 0; i < r->load.oid_count; i++) free(r->load.oids[i]);
    free(r->load.oids);
    free(r->load.version);
    free(r->program);
    free(r->command);
    free(r->host.hostname);
    free(r->host.kernel);
    free(r->host.cpu);
    free(r->host.io);
    free(r->seconds);
    free(r->samples);
    free(r->points);
    *r = (struct bench_result){ 0 };
}

const char *bench_kind_text(enum bench_kind kind) {
    static const char *const texts[BENCH_KINDS] = { "get", "getnext", "getbulk", "walk", "set" };
    return texts[kind];
}

const char *bench_error_status_text(unsigned status) {
    static const char *const texts[BENCH_ERROR_STATUSES] = {
        "noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess",
        "wrongType", "wrongLength", "wrongEncoding", "wrongValue", "noCreation",
        "inconsistentValue", "resourceUnavailable", "commitFailed", "undoFailed",
        "authorizationError", "notWritable", "inconsistentName", "other",
    };
    return texts[status];
}

uint64_t bench_percentile(const struct histogram *h, double percentile) {
    uint64_t value = histogram_percentile(h, percentile);
    return value < h->max ? value : h->max;
}

uint64_t bench_heat_bound(unsigned n) {
    static const uint64_t factors[] = { 1, 2, 5 };
    uint64_t bound = BENCH_LOWEST_NS;
    for (unsigned i = 0; i < n / 3; i++) bound *= 10;
    return bound * factors[n % 3];
}

const char *bench_heat_text(unsigned n) {
    static const char *const texts[BENCH_HEATS] = {
        "1us", "2us", "5us", "10us", "20us", "50us", "100us", "200us", "500us", "1ms", "2ms", "5ms",
        "10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "1s", "2s", "5s", "10s", "20s", "50s",
        "100s",
    };
    return texts[n];
}

/*
 * bench_results: results of benchmarks for tests of what reads them: one of a seed, with anything in
 * it, and one of a plain run as they are usual.
 */
#pragma once

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench/result.h"

/* Octets as agents may send them, without NUL; now and then NULL. */
static inline char *bench_any_text(struct prng *p) {
    static const char *const nasty[] = {
        "", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\xe2\x80\xaetxt.exe",
        "\x1b[31mred\a\b", "\xff\xfe\xc0\x80", "caf\xc3\xa9 \xf0\x9f\x90\xa2", "a\r\nb\tc",
        "\\\"'&amp;", "\xc2\x85\xc2\x9b", "=cmd|' /C calc'!A0", "\xed\xa0\x80", "\x7f",
    };
    uint64_t kind = prng_below(p, 4);
    if (kind == 0) return prng_below(p, 2) == 0 ? NULL : strdup("router");
    if (kind < 3) return strdup(nasty[prng_below(p, sizeof(nasty) / sizeof(nasty[0]))]);
    size_t length = prng_below(p, 200);
    char *text = malloc(length + 1);
    for (size_t i = 0; i < length; i++) text[i] = (char)(1 + prng_below(p, 255));
    text[length] = '\0';
    return text;
}

static inline double bench_any_real(struct prng *p) {
    switch (prng_below(p, 4)) {
    case 0: return NAN;
    case 1: return (double)prng_below(p, 1000);
    case 2: return prng_unit(p);
    default: return ldexp(prng_unit(p), (int)prng_below(p, 400) - 200);
    }
}

static inline uint64_t bench_any_number(struct prng *p) {
    return prng_next(p) >> prng_below(p, 64);
}

static inline void bench_any_histogram(struct prng *p, struct histogram *h) {
    for (uint64_t i = prng_below(p, 50); i > 0; i--)
        histogram_record_many(h, bench_any_number(p), 1 + prng_below(p, 1000));
}

static inline void bench_any_counts(struct prng *p, struct bench_counts *c) {
    uint64_t *all = &c->planned;
    for (size_t i = 0; i < 8; i++) all[i] = bench_any_number(p);
    for (size_t i = 0; i < FLEET_REASONS; i++) c->reasons[i] = prng_below(p, 3);
    for (size_t i = 0; i < BENCH_ERROR_STATUSES; i++) c->error_status[i] = prng_below(p, 2);
    c->requests = bench_any_number(p);
    c->varbinds = bench_any_number(p);
    c->octets_sent = bench_any_number(p);
    c->octets_received = bench_any_number(p);
}

static inline void bench_any_lists(struct prng *p, struct bench_result *r) {
    r->second_count = prng_below(p, 40);
    r->seconds = calloc(r->second_count + 1, sizeof(*r->seconds));
    for (size_t i = 0; i < r->second_count; i++)
        r->seconds[i] = (struct bench_second){
            .planned = (uint32_t)prng_next(p), .answered = (uint32_t)prng_below(p, 9),
            .lost = (uint32_t)prng_below(p, 9), .p50_ns = bench_any_number(p),
            .sent = (uint32_t)prng_below(p, 20),
            .p99_ns = bench_any_number(p), .max_ns = bench_any_number(p),
            .mean_ns = bench_any_real(p),
        };
    r->sample_count = r->agent_count == 0 ? 0 : prng_below(p, 40);
    r->samples = calloc(r->sample_count + 1, sizeof(*r->samples));
    for (size_t i = 0; i < r->sample_count; i++)
        r->samples[i] = (struct bench_sample){
            .at_ns = bench_any_number(p), .agent = (uint32_t)prng_below(p, r->agent_count),
            .has_uptime = prng_below(p, 2) == 0, .uptime_ticks = (uint32_t)prng_next(p),
            .cpu_percent = bench_any_real(p),
        };
    r->point_count = prng_below(p, 12);
    r->points = calloc(r->point_count + 1, sizeof(*r->points));
    for (size_t i = 0; i < r->point_count; i++) {
        struct bench_point *point = &r->points[i];
        *point = (struct bench_point){
            .rate = bench_any_real(p), .concurrency = (uint32_t)prng_next(p),
            .repetitions = (uint32_t)prng_below(p, 3), .burst = (uint32_t)prng_below(p, 4),
            .mean_ns = bench_any_real(p), .planned = prng_next(p), .answered_rate = bench_any_real(p),
            .varbind_rate = bench_any_real(p), .p50_ns = bench_any_number(p),
            .p99_ns = bench_any_number(p), .loss = bench_any_real(p), .late = bench_any_real(p),
            .cpu_percent = bench_any_real(p), .is_good = prng_below(p, 2) == 0,
        };
        (void)snprintf(point->why, sizeof(point->why), "%s", "loss is 3 %, not below 1 %");
    }
    r->cost_count = prng_below(p, 8);
    r->costs = calloc(r->cost_count + 1, sizeof(*r->costs));
    for (size_t i = 0; i < r->cost_count; i++)
        r->costs[i] = (struct bench_cost){
            .oid = bench_any_text(p), .name = bench_any_text(p), .table = bench_any_text(p),
            .objects = prng_next(p), .mean_ns = bench_any_real(p), .low_ns = bench_any_real(p),
            .high_ns = bench_any_real(p), .max_ns = bench_any_number(p),
            .share = bench_any_real(p), .is_slow = prng_below(p, 2) == 0,
        };
}

static inline void bench_any_load(struct prng *p, struct bench_load *l) {
    l->is_closed = prng_below(p, 2) == 0;
    l->rate = bench_any_real(p);
    l->rate_end = bench_any_real(p);
    l->concurrency = (uint32_t)prng_next(p);
    l->warmup_ns = bench_any_number(p);
    l->timeout_ns = bench_any_number(p);
    l->varbinds = (uint32_t)prng_below(p, 40);
    l->weights[prng_below(p, BENCH_KINDS)] = 80;
    l->weights[prng_below(p, BENCH_KINDS)] = 20;
    l->version = bench_any_text(p);
    l->oid_count = prng_below(p, 5);
    l->oids = calloc(l->oid_count + 1, sizeof(char *));
    for (size_t i = 0; i < l->oid_count; i++) {
        l->oids[i] = bench_any_text(p);
        if (l->oids[i] == NULL) l->oids[i] = strdup("sysUpTime.0");
    }
    l->seed = prng_next(p);
}

/* Zero where there is no memory is not looked at: a test ends there. */
static inline void bench_any_result(struct prng *p, struct bench_result *r) {
    if (bench_result_init(r) != 0) exit(1);
    (void)snprintf(r->id, sizeof(r->id), "%016llx%016llx", (unsigned long long)prng_next(p),
                   (unsigned long long)prng_next(p));
    r->program = bench_any_text(p);
    r->command = bench_any_text(p);
    r->began_unix_ns = (int64_t)prng_next(p);
    r->duration_ns = bench_any_number(p);
    char *stopped = bench_any_text(p);
    (void)snprintf(r->stopped, sizeof(r->stopped), "%s", stopped == NULL ? "" : stopped);
    free(stopped);
    r->host.hostname = bench_any_text(p);
    r->host.kernel = bench_any_text(p);
    r->host.io = strdup("uring");
    bench_any_load(p, &r->load);
    bench_any_counts(p, &r->counts);
    r->answers_within = bench_any_number(p);
    r->varbinds_within = bench_any_number(p);
    r->refused = bench_any_number(p);
    r->kernel_drops = prng_below(p, 3);
    r->most_late_ns = bench_any_real(p);
    bench_any_histogram(p, &r->latency);
    bench_any_histogram(p, &r->service);
    bench_any_histogram(p, &r->delay);
    bench_any_histogram(p, &r->loop);
    r->agent_count = prng_below(p, 6);
    r->agents = calloc(r->agent_count + 1, sizeof(*r->agents));
    for (size_t i = 0; i < r->agent_count; i++) {
        struct bench_agent *a = &r->agents[i];
        a->name = bench_any_text(p);
        a->address = bench_any_text(p);
        a->description = bench_any_text(p);
        a->cpu_object = bench_any_text(p);
        bench_any_counts(p, &a->counts);
        if (prng_below(p, 4) > 0) {
            if (histogram_init(&a->latency, 1000, 1000000000, 1) != 0) exit(1);
            bench_any_histogram(p, &a->latency);
        }
        a->cpu_mean = bench_any_real(p);
        a->cpu_max = bench_any_real(p);
    }
    bench_any_lists(p, r);
    r->has_verdict = prng_below(p, 2) == 0;
    if (r->has_verdict) {
        r->verdict.safe_rate = bench_any_real(p);
        r->verdict.knee_rate = bench_any_real(p);
        r->verdict.serving = BENCH_SERVES_ONE;
        (void)snprintf(r->verdict.text, sizeof(r->verdict.text), "safe: 40 requests/s");
    }
}

static inline void bench_plain_agents(struct prng *p, struct bench_result *r) {
    static const char *const names[] = { "core1", "access-7", "printer" };
    static const char *const descriptions[] = {
        "Cisco IOS Software, C2960 Software, Version 15.0(2)SE11\r\nCopyright (c) 1986-2017",
        "\"><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
        "HP LaserJet \xff\xfe \x1b[31m \xe2\x80\xaegpj.exe \x01\x7f end",
    };
    r->agent_count = 3;
    r->agents = calloc(3, sizeof(*r->agents));
    for (size_t i = 0; i < 3; i++) {
        struct bench_agent *a = &r->agents[i];
        char address[32];
        (void)snprintf(address, sizeof(address), "127.0.0.%zu:161", i + 1);
        a->name = strdup(names[i]);
        a->address = strdup(address);
        a->description = strdup(descriptions[i]);
        a->cpu_object = i == 0 ? strdup("hrProcessorLoad") : NULL;
        a->cpu_mean = i == 0 ? 41.5 : NAN;
        a->cpu_max = i == 0 ? 96 : NAN;
        a->restarts = i == 2;
        a->counts = (struct bench_counts){
            .planned = 500, .sent = 500, .answered = 498 - i, .ok = 498 - i, .lost = 2 + i,
        };
        if (histogram_init(&a->latency, BENCH_LOWEST_NS, BENCH_HIGHEST_NS, 2) != 0) exit(1);
        for (int k = 0; k < 400; k++)
            histogram_record(&a->latency, 400000 + prng_below(p, 4000000) / (1 + i));
    }
}

/* Four steps for max-repetitions, eight for the knee at 75 requests/s, four bursts. */
static inline void bench_plain_points(struct bench_result *r) {
    static const uint32_t repetitions[] = { 1, 5, 10, 20 }, bursts[] = { 2, 4, 8, 16 };
    r->point_count = 16;
    r->points = calloc(16, sizeof(*r->points));
    for (size_t i = 0; i < 16; i++) {
        bool is_first = i < 4, is_burst = i >= 12;
        double rate = is_first || is_burst ? 5 : 10 * pow(1.5, (double)i - 4);
        bool is_good = rate < 75;
        uint32_t now = is_first ? repetitions[i] : 20;
        struct bench_point *p = &r->points[i];
        *p = (struct bench_point){
            .rate = rate, .repetitions = now, .burst = is_burst ? bursts[i - 12] : 0,
            .planned = (uint64_t)(rate * 5), .answered_rate = is_good ? rate : 78,
            .varbind_rate = (is_good ? rate : 78) * now, .p50_ns = is_good ? 1000000 : 90000000,
            .p99_ns = is_good ? 2000000 + (uint64_t)(rate * 40000) : 900000000,
            .mean_ns = is_burst ? 12e6 * bursts[i - 12] / 2 : 1e6 + now * 2e5,
            .loss = is_good ? 0 : 0.12, .cpu_percent = rate < 75 ? rate : 98, .is_good = is_good,
        };
        if (!is_good) (void)snprintf(p->why, sizeof(p->why), "p99 bends: 900ms");
    }
}

static inline void bench_plain_lists(struct prng *p, struct bench_result *r) {
    static const char *const columns[] = { "ifOperStatus", "ifInOctets", "ifDescr", "dot3StatsFCSErrors" };
    r->second_count = 30;
    r->seconds = calloc(30, sizeof(*r->seconds));
    r->sample_count = 30;
    r->samples = calloc(30, sizeof(*r->samples));
    for (size_t i = 0; i < 30; i++) {
        bool is_stalled = i == 12 || i == 13;
        uint64_t p50 = is_stalled ? 480000000 : 900000 + prng_below(p, 200000);
        r->seconds[i] = (struct bench_second){
            .planned = 50, .sent = 50, .answered = is_stalled ? 44 : 50, .ok = is_stalled ? 44 : 50,
            .lost = is_stalled ? 6 : 0, .p50_ns = p50, .p99_ns = p50 * 3, .max_ns = p50 * 4,
            .mean_ns = (double)p50 * 1.2,
        };
        r->samples[i] = (struct bench_sample){
            .at_ns = i * 1000000000u, .has_uptime = true, .uptime_ticks = (uint32_t)i * 100,
            .cpu_percent = is_stalled ? 96 : 30 + (double)prng_below(p, 15),
        };
    }
    bench_plain_points(r);
    r->cost_count = 4;
    r->costs = calloc(4, sizeof(*r->costs));
    for (size_t i = 0; i < 4; i++) {
        char oid[40];
        double mean = 4000000.0 / (double)((i + 1) * (i + 1));
        (void)snprintf(oid, sizeof(oid), "1.3.6.1.2.1.2.2.1.%zu", 8 + i);
        r->costs[i] = (struct bench_cost){
            .oid = strdup(oid), .name = strdup(columns[i]), .table = strdup("ifTable"),
            .objects = 48, .mean_ns = mean, .low_ns = mean * 0.9, .high_ns = mean * 1.1,
            .max_ns = (uint64_t)mean * 5, .share = 0.7 / (double)((i + 1) * (i + 1)),
            .is_slow = i == 0,
        };
    }
}

/* 30 s at 50 requests/s against three agents, of which one stalls for two seconds. */
static inline void bench_plain_result(struct bench_result *r) {
    struct prng p;
    prng_init(&p, 13);
    if (bench_result_init(r) != 0) exit(1);
    (void)snprintf(r->id, sizeof(r->id), "00112233445566778899aabbccddeeff");
    r->program = strdup("0.1.0");
    r->command = strdup("snmpfleet bench --rate 50 --duration 30s --targets fleet -c ***");
    r->began_unix_ns = INT64_C(1764086400000000000);
    r->duration_ns = UINT64_C(30000000000);
    r->host = (struct bench_host){ .hostname = strdup("probe1"), .kernel = strdup("Linux 6.1.0"),
        .cpu = strdup("Xeon"), .io = strdup("uring"), .cpus = 2 };
    r->load = (struct bench_load){ .rate = 50, .rate_end = 50, .warmup_ns = 2000000000,
        .timeout_ns = 1000000000, .retries = 0, .varbinds = 10, .version = strdup("2c"), .seed = 7 };
    r->load.weights[BENCH_GET] = 80;
    r->load.weights[BENCH_WALK] = 20;
    r->load.oids = calloc(2, sizeof(char *));
    r->load.oids[0] = strdup("ifTable");
    r->load.oids[1] = strdup("sysUpTime.0");
    r->load.oid_count = 2;
    r->counts = (struct bench_counts){ .planned = 1500, .sent = 1497, .unsent = 3, .sent_late = 12,
        .answered = 1488, .ok = 1480, .lost = 9, .requests = 1800, .varbinds = 14880,
        .octets_sent = 150000, .octets_received = 420000 };
    r->counts.reasons[FLEET_REASON_OK] = 1480;
    r->counts.reasons[FLEET_REASON_TIMEOUT] = 9;
    r->counts.reasons[FLEET_REASON_AGENT_ERROR] = 8;
    r->counts.error_status[5] = 8;
    r->answers_within = 1488;
    r->varbinds_within = 14880;
    r->late = 4;
    r->duplicates = 2;
    r->kernel_drops = 1;
    r->most_late_ns = 7300000;
    r->has_kernel_times = true;
    for (int i = 0; i < 1488; i++) {
        bool is_stalled = i % 15 == 0;
        uint64_t service = 700000 + prng_below(&p, 900000) * (1 + prng_below(&p, 3));
        uint64_t delay = is_stalled ? prng_below(&p, 500000000) : 2000 + prng_below(&p, 60000);
        histogram_record(&r->service, service);
        histogram_record(&r->delay, delay);
        histogram_record(&r->latency, service + delay);
        histogram_record(&r->loop, 4000 + prng_below(&p, 20000));
    }
    bench_plain_agents(&p, r);
    bench_plain_lists(&p, r);
    r->has_verdict = true;
    r->verdict = (struct bench_verdict){ .safe_rate = 40, .knee_rate = 75, .repetitions = 20,
        .serving = BENCH_SERVES_ONE, .served_at_once = 1 };
    (void)snprintf(r->verdict.text, sizeof(r->verdict.text), "safe: 40 requests/s, max-repetitions "
                   "20; knee at 75 requests/s; the agent serves one request at a time");
}

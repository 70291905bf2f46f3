/* field: see field.h. */
#include "bench/field.h"

#include "bench/result.h"
#include "snmpfleet/sink.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TABLE(type, fields) { fields, COUNT(fields), sizeof(struct type) }
/* A member of the same name. */
#define MEMBER(type, member, is) { .key = #member, .kind = is, .at = offsetof(struct type, member) }
#define BUFFER(type, member)                                                             \
    { .key = #member, .kind = FIELD_BUFFER, .at = offsetof(struct type, member),         \
      .size = sizeof(((struct type *)0)->member) }
#define WORDS(type, member, is, words, how_many) \
    { .key = #member, .kind = is, .at = offsetof(struct type, member), .word = words, \
      .size = how_many }
#define GROUP(type, member, of) \
    { .key = #member, .kind = FIELD_GROUP, .at = offsetof(struct type, member), .table = of }
#define LIST(type, member, how_many, of, limit)                                              \
    { .key = #member, .kind = FIELD_LIST, .at = offsetof(struct type, member), .table = of,  \
      .count = offsetof(struct type, how_many), .most = limit }

static const char *kind_word(unsigned kind) {
    return bench_kind_text((enum bench_kind)kind);
}

static const char *reason_word(unsigned reason) {
    return fleet_reason_text((enum fleet_reason)reason);
}

static const char *serving_word(unsigned serving) {
    static const char *const words[] = { "unknown", "one", "several" };
    return words[serving];
}

static const struct field counts_fields[] = {
    MEMBER(bench_counts, planned, FIELD_U64),
    MEMBER(bench_counts, sent, FIELD_U64),
    MEMBER(bench_counts, unsent, FIELD_U64),
    MEMBER(bench_counts, sent_late, FIELD_U64),
    MEMBER(bench_counts, answered, FIELD_U64),
    MEMBER(bench_counts, ok, FIELD_U64),
    MEMBER(bench_counts, lost, FIELD_U64),
    MEMBER(bench_counts, open, FIELD_U64),
    WORDS(bench_counts, reasons, FIELD_COUNTS, reason_word, FLEET_REASONS),
    WORDS(bench_counts, error_status, FIELD_COUNTS, bench_error_status_text, BENCH_ERROR_STATUSES),
    MEMBER(bench_counts, requests, FIELD_U64),
    MEMBER(bench_counts, varbinds, FIELD_U64),
    MEMBER(bench_counts, octets_sent, FIELD_U64),
    MEMBER(bench_counts, octets_received, FIELD_U64),
};
static const struct field_table counts_table = TABLE(bench_counts, counts_fields);

static const struct field second_fields[] = {
    MEMBER(bench_second, planned, FIELD_U32),
    MEMBER(bench_second, sent, FIELD_U32),
    MEMBER(bench_second, unsent, FIELD_U32),
    MEMBER(bench_second, sent_late, FIELD_U32),
    MEMBER(bench_second, answered, FIELD_U32),
    MEMBER(bench_second, ok, FIELD_U32),
    MEMBER(bench_second, lost, FIELD_U32),
    MEMBER(bench_second, p50_ns, FIELD_U64),
    MEMBER(bench_second, p99_ns, FIELD_U64),
    MEMBER(bench_second, max_ns, FIELD_U64),
    MEMBER(bench_second, mean_ns, FIELD_REAL),
    WORDS(bench_second, heat, FIELD_NUMBERS, bench_heat_text, BENCH_HEATS),
};
static const struct field_table second_table = TABLE(bench_second, second_fields);

static const struct field sample_fields[] = {
    MEMBER(bench_sample, at_ns, FIELD_U64),
    MEMBER(bench_sample, agent, FIELD_U32),
    MEMBER(bench_sample, has_uptime, FIELD_BOOL),
    MEMBER(bench_sample, uptime_ticks, FIELD_U32),
    MEMBER(bench_sample, cpu_percent, FIELD_REAL),
};
static const struct field_table sample_table = TABLE(bench_sample, sample_fields);

static const struct field agent_fields[] = {
    MEMBER(bench_agent, name, FIELD_TEXT),
    MEMBER(bench_agent, address, FIELD_TEXT),
    MEMBER(bench_agent, description, FIELD_TEXT),
    MEMBER(bench_agent, cpu_object, FIELD_TEXT),
    GROUP(bench_agent, counts, &counts_table),
    MEMBER(bench_agent, latency, FIELD_HISTOGRAM),
    MEMBER(bench_agent, restarts, FIELD_U32),
    MEMBER(bench_agent, cpu_mean, FIELD_REAL),
    MEMBER(bench_agent, cpu_max, FIELD_REAL),
};
static const struct field_table agent_table = TABLE(bench_agent, agent_fields);

static const struct field point_fields[] = {
    MEMBER(bench_point, rate, FIELD_REAL),
    MEMBER(bench_point, concurrency, FIELD_U32),
    MEMBER(bench_point, burst, FIELD_U32),
    MEMBER(bench_point, repetitions, FIELD_U32),
    MEMBER(bench_point, planned, FIELD_U64),
    MEMBER(bench_point, answered_rate, FIELD_REAL),
    MEMBER(bench_point, varbind_rate, FIELD_REAL),
    MEMBER(bench_point, p50_ns, FIELD_U64),
    MEMBER(bench_point, p99_ns, FIELD_U64),
    MEMBER(bench_point, mean_ns, FIELD_REAL),
    MEMBER(bench_point, loss, FIELD_REAL),
    MEMBER(bench_point, late, FIELD_REAL),
    MEMBER(bench_point, cpu_percent, FIELD_REAL),
    MEMBER(bench_point, is_good, FIELD_BOOL),
    BUFFER(bench_point, why),
};
static const struct field_table point_table = TABLE(bench_point, point_fields);

static const struct field cost_fields[] = {
    MEMBER(bench_cost, oid, FIELD_TEXT),
    MEMBER(bench_cost, name, FIELD_TEXT),
    MEMBER(bench_cost, table, FIELD_TEXT),
    MEMBER(bench_cost, objects, FIELD_U64),
    MEMBER(bench_cost, mean_ns, FIELD_REAL),
    MEMBER(bench_cost, low_ns, FIELD_REAL),
    MEMBER(bench_cost, high_ns, FIELD_REAL),
    MEMBER(bench_cost, max_ns, FIELD_U64),
    MEMBER(bench_cost, share, FIELD_REAL),
    MEMBER(bench_cost, is_slow, FIELD_BOOL),
};
static const struct field_table cost_table = TABLE(bench_cost, cost_fields);

static const struct field verdict_fields[] = {
    BUFFER(bench_verdict, text),
    MEMBER(bench_verdict, safe_rate, FIELD_REAL),
    MEMBER(bench_verdict, knee_rate, FIELD_REAL),
    MEMBER(bench_verdict, is_knee_beyond, FIELD_BOOL),
    MEMBER(bench_verdict, repetitions, FIELD_U32),
    WORDS(bench_verdict, serving, FIELD_WORD, serving_word, BENCH_SERVES_SEVERAL + 1),
    MEMBER(bench_verdict, served_at_once, FIELD_U32),
};
static const struct field_table verdict_table = TABLE(bench_verdict, verdict_fields);

static const struct field load_fields[] = {
    MEMBER(bench_load, is_closed, FIELD_BOOL),
    MEMBER(bench_load, rate, FIELD_REAL),
    MEMBER(bench_load, rate_end, FIELD_REAL),
    MEMBER(bench_load, concurrency, FIELD_U32),
    MEMBER(bench_load, warmup_ns, FIELD_U64),
    MEMBER(bench_load, timeout_ns, FIELD_U64),
    MEMBER(bench_load, retries, FIELD_U32),
    MEMBER(bench_load, varbinds, FIELD_U32),
    MEMBER(bench_load, repetitions, FIELD_U32),
    WORDS(bench_load, weights, FIELD_NUMBERS, kind_word, BENCH_KINDS),
    MEMBER(bench_load, version, FIELD_TEXT),
    { .key = "oids", .kind = FIELD_TEXTS, .at = offsetof(struct bench_load, oids),
      .count = offsetof(struct bench_load, oid_count) },
    MEMBER(bench_load, seed, FIELD_U64),
};
static const struct field_table load_table = TABLE(bench_load, load_fields);

static const struct field host_fields[] = {
    MEMBER(bench_host, hostname, FIELD_TEXT),
    MEMBER(bench_host, kernel, FIELD_TEXT),
    MEMBER(bench_host, cpu, FIELD_TEXT),
    MEMBER(bench_host, cpus, FIELD_U32),
    MEMBER(bench_host, io, FIELD_TEXT),
};
static const struct field_table host_table = TABLE(bench_host, host_fields);

static const struct field result_fields[] = {
    BUFFER(bench_result, id),
    MEMBER(bench_result, program, FIELD_TEXT),
    MEMBER(bench_result, command, FIELD_TEXT),
    MEMBER(bench_result, began_unix_ns, FIELD_I64),
    MEMBER(bench_result, duration_ns, FIELD_U64),
    BUFFER(bench_result, stopped),
    { .key = "verdict", .kind = FIELD_GROUP, .at = offsetof(struct bench_result, verdict),
      .table = &verdict_table, .count = offsetof(struct bench_result, has_verdict) },
    GROUP(bench_result, host, &host_table),
    GROUP(bench_result, load, &load_table),
    GROUP(bench_result, counts, &counts_table),
    MEMBER(bench_result, answers_within, FIELD_U64),
    MEMBER(bench_result, varbinds_within, FIELD_U64),
    MEMBER(bench_result, late, FIELD_U64),
    MEMBER(bench_result, duplicates, FIELD_U64),
    MEMBER(bench_result, unmatched, FIELD_U64),
    MEMBER(bench_result, malformed, FIELD_U64),
    MEMBER(bench_result, refused, FIELD_U64),
    MEMBER(bench_result, kernel_drops, FIELD_U64),
    MEMBER(bench_result, send_failures, FIELD_U64),
    MEMBER(bench_result, most_late_ns, FIELD_REAL),
    MEMBER(bench_result, has_kernel_times, FIELD_BOOL),
    MEMBER(bench_result, latency, FIELD_HISTOGRAM),
    MEMBER(bench_result, service, FIELD_HISTOGRAM),
    MEMBER(bench_result, delay, FIELD_HISTOGRAM),
    MEMBER(bench_result, loop, FIELD_HISTOGRAM),
    LIST(bench_result, agents, agent_count, &agent_table, BENCH_AGENTS_MAX),
    LIST(bench_result, points, point_count, &point_table, BENCH_POINTS_MAX),
    LIST(bench_result, costs, cost_count, &cost_table, BENCH_COSTS_MAX),
    LIST(bench_result, seconds, second_count, &second_table, BENCH_SECONDS_MAX),
    LIST(bench_result, samples, sample_count, &sample_table, BENCH_SAMPLES_MAX),
};
const struct field_table bench_fields = TABLE(bench_result, result_fields);

/* sampler: see sampler.h. */
#include "bench/sampler.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PROBE_RETRIES = 2, SAMPLE_RETRIES = -1 };

int sampler_init(struct sampler *s, struct fleet *fleet, struct bench_result *result,
                 const uint32_t *targets, const bool *heard, uint64_t interval_ns,
                 uint64_t timeout_ns) {
    size_t count = result->agent_count;
    if (count > SAMPLER_AGENTS_MAX) count = SAMPLER_AGENTS_MAX;
    *s = (struct sampler){ .fleet = fleet, .result = result, .interval_ns = interval_ns,
                           .timeout_ns = timeout_ns, .next_ns = UINT64_MAX };
    s->agents = calloc(count + 1, sizeof(*s->agents));
    if (interval_ns != 0) result->samples = calloc(BENCH_SAMPLES_MAX, sizeof(*result->samples));
    if (s->agents == NULL || (interval_ns != 0 && result->samples == NULL)) return -ENOMEM;
    for (uint32_t i = 0; i < result->agent_count && s->agent_count < count; i++) {
        if (heard != NULL && !heard[i]) continue;
        s->agents[s->agent_count++] = (struct sampler_agent){
            .sampler = s, .gauge = GAUGE_NULL, .index = i, .target = targets[i],
        };
    }
    for (size_t i = 0; i < result->agent_count; i++)
        result->agents[i].cpu_mean = result->agents[i].cpu_max = NAN;
    return 0;
}

void sampler_deinit(struct sampler *s) {
    free(s->agents);
    *s = (struct sampler){ .next_ns = UINT64_MAX };
}

static void agent_ended(struct sampler_agent *a) {
    a->is_asked = false;
    a->sampler->open--;
}

static void agent_begun(struct sampler_agent *a) {
    a->is_asked = true;
    a->sampler->open++;
}

/* sysDescr, as it is, for the reports: they escape it. */
static void keep_description(struct bench_agent *a, const struct fleet_value *v) {
    if (v->type != FLEET_OCTET_STRING || a->description != NULL) return;
    a->description = calloc(v->length + 1, 1);
    for (uint32_t i = 0; a->description != NULL && i < v->length; i++)
        a->description[i] = v->bytes[i] == '\0' ? ' ' : (char)v->bytes[i];
}

static void take_instances(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                           size_t count) {
    struct sampler_agent *a = context;
    (void)operation;
    for (size_t i = 0; i < count; i++) gauge_add(&a->gauge, &varbinds[i]);
}

static void take_end(void *context, const struct fleet_result *result) {
    (void)result;
    agent_ended(context);
}

/* What the agent has was told: the instances of a column are still to be found. */
static void take_probe(void *context, const struct fleet_result *result) {
    struct sampler_agent *a = context;
    struct sampler *s = a->sampler;
    if (result->reason == FLEET_REASON_OK && result->varbind_count > 0) {
        struct bench_agent *named = &s->result->agents[a->index];
        keep_description(named, &result->varbinds[result->varbind_count - 1].value);
        gauge_found(&a->gauge, result->varbinds, result->varbind_count - 1);
        const char *name = gauge_name(&a->gauge);
        free(named->cpu_object);
        named->cpu_object = name != NULL ? strdup(name) : NULL;
    }
    const char *root = gauge_root(&a->gauge);
    const struct fleet_walk_options walk = { .found = take_instances,
                                             .max_rows = GAUGE_INSTANCES_MAX };
    const struct fleet_request_options options = { .done = take_end, .context = a,
                                                   .timeout_ns = s->timeout_ns,
                                                   .retries = PROBE_RETRIES };
    if (root == NULL || fleet_walk(s->fleet, a->target, root, &walk, &options, NULL) != 0)
        agent_ended(a);
}

void sampler_probe(struct sampler *s) {
    static const uint8_t sys_descr[] = { 0x2b, 6, 1, 2, 1, 1, 1 };
    struct fleet_varbind varbinds[GAUGE_SOURCES_MAX + 1];
    size_t count = gauge_probe(varbinds);
    varbinds[count++] = (struct fleet_varbind){ .oid = sys_descr,
                                                .oid_length = sizeof(sys_descr) };
    for (size_t i = 0; i < s->agent_count; i++) {
        struct sampler_agent *a = &s->agents[i];
        const struct fleet_request_options options = { .done = take_probe, .context = a,
                                                       .timeout_ns = s->timeout_ns,
                                                       .retries = PROBE_RETRIES };
        agent_begun(a);
        if (fleet_request(s->fleet, a->target, FLEET_PDU_GETNEXT, varbinds, count, 0, 0, &options,
                          NULL) != 0)
            agent_ended(a);
    }
}

static void take_sample(void *context, const struct fleet_result *result) {
    struct sampler_agent *a = context;
    struct sampler *s = a->sampler;
    struct bench_result *r = s->result;
    agent_ended(a);
    if (result->reason != FLEET_REASON_OK || result->arrived_ns < s->begin_ns) return;
    struct gauge_reading reading;
    gauge_read(&a->gauge, result->varbinds, result->varbind_count, &reading);
    struct bench_agent *agent = &r->agents[a->index];
    agent->restarts = a->gauge.restarts;
    if (!isnan(reading.cpu_percent)) {
        a->cpu_sum += reading.cpu_percent;
        a->cpu_count++;
        if (isnan(agent->cpu_max) || reading.cpu_percent > agent->cpu_max)
            agent->cpu_max = reading.cpu_percent;
    }
    if (r->sample_count == BENCH_SAMPLES_MAX) return;
    r->samples[r->sample_count++] = (struct bench_sample){
        .at_ns = result->arrived_ns - s->begin_ns, .agent = a->index,
        .has_uptime = reading.has_uptime, .uptime_ticks = reading.uptime_ticks,
        .cpu_percent = reading.cpu_percent,
    };
}

void sampler_step(struct sampler *s, uint64_t now) {
    if (now < s->next_ns || s->interval_ns == 0) return;
    s->next_ns = now - s->next_ns > s->interval_ns ? now + s->interval_ns
                                                   : s->next_ns + s->interval_ns;
    for (size_t i = 0; i < s->agent_count; i++) {
        struct sampler_agent *a = &s->agents[i];
        if (a->is_asked) continue;
        struct fleet_varbind varbinds[1 + GAUGE_INSTANCES_MAX];
        size_t count = gauge_question(&a->gauge, varbinds);
        const struct fleet_request_options options = { .done = take_sample, .context = a,
                                                       .timeout_ns = s->timeout_ns,
                                                       .retries = SAMPLE_RETRIES };
        agent_begun(a);
        if (fleet_request(s->fleet, a->target, FLEET_PDU_GET, varbinds, count, 0, 0, &options,
                          NULL) != 0)
            agent_ended(a);
    }
}

void sampler_finish(struct sampler *s) {
    for (size_t i = 0; i < s->agent_count; i++) {
        const struct sampler_agent *a = &s->agents[i];
        if (a->cpu_count > 0)
            s->result->agents[a->index].cpu_mean = a->cpu_sum / a->cpu_count;
    }
}

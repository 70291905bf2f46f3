/* bench_set: see bench_set.h. */
#include "cli/bench_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/wait.h"
#include "cli/log.h"

enum { RETRIES = 3 };

/* An object, by its numbers, for messages. */
static const char *object_text(const struct bench_set *s, size_t object,
                               char text[static FLEET_OID_TEXT_MAX]) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    const struct fleet_varbind *vb = &s->ask->sets[object];
    const struct fleet_text_style style = { .oid = FLEET_OID_MODULE };
    size_t count = fleet_oid_numbers(vb->oid, vb->oid_length, numbers);
    (void)fleet_mib_oid_text(s->ask->mib, numbers, count, &style, text, FLEET_OID_TEXT_MAX);
    return text;
}

static const char *target_name(const struct bench_set *s, const struct bench_set_value *v) {
    return fleet_target_get(s->targets->fleet, v->target)->name;
}

/* One operation at a time, until its callback was called. */
static bool ask_one(struct bench_set *s, struct bench_set_value *v, enum fleet_pdu pdu,
                    const struct fleet_varbind *varbind, const struct bench_hooks *hooks,
                    void (*done)(void *context, const struct fleet_result *result)) {
    const struct fleet_request_options options = { .done = done, .context = s,
                                                   .retries = RETRIES };
    s->asked = v;
    s->open = 1;
    if (fleet_request(s->targets->fleet, v->target, pdu, varbind, 1, 0, 0, &options, NULL) != 0)
        return false;
    struct bench_hooks patient = *hooks;
    patient.fd = -1;  /* a signal does not keep values from being set back */
    while (s->open > 0) {
        if (fleet_step(s->targets->fleet, 0) != 0) return false;
        if (s->open > 0)
            bench_wait(s->targets->fleet, &patient, fleet_deadline_ns(s->targets->fleet));
    }
    return true;
}

static bool has_octets(const struct fleet_value *v) {
    return v->type == FLEET_OCTET_STRING || v->type == FLEET_OBJECT_IDENTIFIER ||
           v->type == FLEET_IP_ADDRESS || v->type == FLEET_OPAQUE;
}

static void take_value(void *context, const struct fleet_result *result) {
    struct bench_set *s = context;
    struct bench_set_value *v = s->asked;
    s->open = 0;
    bool is_good = result->reason == FLEET_REASON_OK && result->varbind_count == 1 &&
                   result->varbinds[0].value.type < FLEET_NO_SUCH_OBJECT;
    if (!is_good) return;
    v->value = result->varbinds[0].value;
    if (has_octets(&v->value)) {
        v->bytes = malloc((size_t)v->value.length + 1);
        if (v->bytes == NULL) return;
        memcpy(v->bytes, v->value.bytes, v->value.length);
        v->value.bytes = v->bytes;
    }
    v->is_known = true;
}

static void take_set(void *context, const struct fleet_result *result) {
    struct bench_set *s = context;
    char text[FLEET_OID_TEXT_MAX];
    s->open = 0;
    if (result->reason == FLEET_REASON_OK) return;
    s->has_failed = true;
    log_line(LEVEL_ERROR, target_name(s, s->asked), "%s could not be set back: %s %s",
             object_text(s, s->asked->object, text), fleet_reason_text(result->reason),
             result->detail);
}

bool bench_set_begin(struct bench_set *s, struct bench_targets *targets, struct bench_ask *ask,
                     const struct bench_hooks *hooks) {
    *s = (struct bench_set){ .targets = targets, .ask = ask };
    s->values = calloc(targets->count * ask->set_count + 1, sizeof(*s->values));
    if (s->values == NULL) return false;
    for (size_t i = 0; i < targets->count * ask->set_count; i++) {
        struct bench_set_value *v = &s->values[s->count++];
        char text[FLEET_OID_TEXT_MAX];
        v->target = targets->numbers[i / ask->set_count];
        v->object = i % ask->set_count;
        const struct fleet_varbind name = { .oid = ask->sets[v->object].oid,
                                            .oid_length = ask->sets[v->object].oid_length };
        if (ask_one(s, v, FLEET_PDU_GET, &name, hooks, take_value) && v->is_known) continue;
        log_line(LEVEL_ERROR, target_name(s, v), "%s has no value that could be set back",
                 object_text(s, v->object, text));
        s->count = 0;
        return false;
    }
    for (size_t k = 0; k < ask->set_count; k++) {
        if (ask->is_own_value[k]) ask->sets[k].value = s->values[k].value;
    }
    return bench_ask_set_values(ask) == 0;
}

bool bench_set_end(struct bench_set *s, const struct bench_hooks *hooks) {
    for (size_t i = 0; i < s->count; i++) {
        struct bench_set_value *v = &s->values[i];
        const struct fleet_varbind *named = &s->ask->sets[v->object];
        const struct fleet_varbind old = { .oid = named->oid, .oid_length = named->oid_length,
                                           .value = v->value };
        if (!ask_one(s, v, FLEET_PDU_SET, &old, hooks, take_set)) s->has_failed = true;
    }
    return !s->has_failed;
}

void bench_set_free(struct bench_set *s) {
    for (size_t i = 0; s->values != NULL && i < s->targets->count * s->ask->set_count; i++)
        free(s->values[i].bytes);
    free(s->values);
    *s = (struct bench_set){ .count = 0 };
}

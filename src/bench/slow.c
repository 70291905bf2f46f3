/* slow: see slow.h. */
#include "bench/slow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/one.h"

enum { ROUNDS = 5, REPETITIONS = 10, OBJECTS_MAX = 20000, TIME_MAX_S = 600, GAP_MS = 20,
       BASE_EVERY = 8, RETRIES = 1, RECHECKS = 5, SILENT_MAX = 10, REST = 3 };

struct slow {
    struct fleet *fleet;
    const struct bench_hooks *hooks;
    const struct slow_options *options;
    struct costs *costs;
    struct slow_summary *summary;
    uint64_t end_ns;
    uint64_t base_ns;           /* what sysUpTime.0 took last */
    uint32_t silent;            /* questions without an answer, one after the other */
    /* Of the answer at hand: */
    struct fleet_varbind root;  /* whose instances count */
    uint32_t instances;
    uint8_t name[FLEET_OID_BYTES_MAX];  /* of the last varbind */
    size_t name_length;
    bool has_ended;             /* it has nothing more below the root */
};

struct slow_options slow_options_usual(uint32_t target) {
    return (struct slow_options){
        .target = target, .timeout_ns = 5 * CLOCK_NS_PER_S, .gap_ns = GAP_MS * CLOCK_NS_PER_MS,
        .time_max_ns = TIME_MAX_S * CLOCK_NS_PER_S, .rounds = ROUNDS, .repetitions = REPETITIONS,
        .objects_max = OBJECTS_MAX,
    };
}

static bool is_below(const struct fleet_varbind *root, const struct fleet_varbind *vb) {
    return vb->oid_length > root->oid_length && vb->oid_length <= FLEET_OID_BYTES_MAX &&
           memcmp(vb->oid, root->oid, root->oid_length) == 0;
}

static void take_answer(void *context, const struct fleet_result *result) {
    struct slow *s = context;
    s->instances = 0;
    s->has_ended = result->reason != FLEET_REASON_OK || result->varbind_count == 0;
    for (size_t i = 0; i < result->varbind_count && !s->has_ended; i++) {
        const struct fleet_varbind *vb = &result->varbinds[i];
        bool is_value = vb->value.type < FLEET_NO_SUCH_OBJECT;
        s->has_ended = !is_value || !is_below(&s->root, vb);
        if (s->has_ended) break;
        s->instances++;
        memcpy(s->name, vb->oid, vb->oid_length);
        s->name_length = vb->oid_length;
    }
}

static void text_of(const uint8_t *bytes, size_t length, char text[static FLEET_OID_TEXT_MAX]) {
    uint32_t numbers[FLEET_OID_SUBIDS_MAX];
    size_t count = fleet_oid_numbers(bytes, length, numbers), at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, FLEET_OID_TEXT_MAX - at, "%s%u", i > 0 ? "." : "",
                               numbers[i]);
}

/* Encoded OIDs are in another order than their numbers, so these are compared. */
static bool is_after(const uint8_t *name, size_t length, const uint8_t *before,
                     size_t before_length) {
    uint32_t a[FLEET_OID_SUBIDS_MAX], b[FLEET_OID_SUBIDS_MAX];
    size_t a_count = fleet_oid_numbers(name, length, a);
    size_t b_count = fleet_oid_numbers(before, before_length, b);
    for (size_t i = 0; i < a_count && i < b_count; i++) {
        if (a[i] != b[i]) return a[i] > b[i];
    }
    return a_count > b_count;
}

static bool is_over(struct slow *s) {
    bool is_late = clock_monotonic_ns() >= s->end_ns || s->silent >= SILENT_MAX;
    s->summary->is_cut |= is_late;
    return is_late;
}

/* One question and its time; 0: there was no answer. */
static int slow_ask(struct slow *s, enum fleet_pdu pdu, const struct fleet_varbind *name,
                    uint32_t repetitions, bool is_base, uint64_t *ret_ns) {
    struct one_question question = {
        .target = s->options->target, .pdu = pdu, .varbinds = name, .count = 1,
        .repetitions = repetitions, .timeout_ns = s->options->timeout_ns, .retries = RETRIES,
    };
    struct one_answer answer;
    enum fleet_version version = FLEET_V2C;
    (void)fleet_target_version(s->fleet, question.target, &version);
    if (pdu == FLEET_PDU_GETBULK && version == FLEET_V1) {
        question.pdu = FLEET_PDU_GETNEXT;
        question.repetitions = 0;
    }
    int error = one_ask(s->fleet, s->hooks, &question, is_base ? NULL : take_answer, s, &answer);
    if (error != 0) return error;
    *ret_ns = answer.time_ns;
    s->silent = answer.time_ns == 0 ? s->silent + 1 : 0;
    s->summary->lost += answer.time_ns == 0;
    uint64_t rest = REST * answer.time_ns;
    if (rest < s->options->gap_ns) rest = s->options->gap_ns;
    return rest > 0 ? one_pause(s->fleet, s->hooks, rest) : 0;
}

static int slow_base(struct slow *s) {
    static const uint8_t uptime[] = { 0x2b, 6, 1, 2, 1, 1, 3, 0 };
    const struct fleet_varbind name = { .oid = uptime, .oid_length = sizeof(uptime),
                                        .value = { .type = FLEET_NULL } };
    uint64_t ns;
    int error = slow_ask(s, FLEET_PDU_GET, &name, 0, true, &ns);
    if (error == 0 && ns != 0) s->base_ns = ns;
    return error;
}

static int slow_add(struct slow *s, const uint8_t *bytes, size_t length, uint64_t ns,
                    uint32_t instances) {
    char text[FLEET_OID_TEXT_MAX];
    text_of(bytes, length, text);
    int error = costs_add(s->costs, text, ns, s->base_ns, instances);
    return error == -ENOMEM ? error : 0;
}

/* @name by GET, @rounds times, each beside a question for sysUpTime. */
static int slow_get(struct slow *s, const uint8_t *bytes, size_t length, uint32_t rounds) {
    const struct fleet_varbind name = { .oid = bytes, .oid_length = length,
                                        .value = { .type = FLEET_NULL } };
    int error = 0;
    for (uint32_t i = 0; i < rounds && error == 0 && !is_over(s); i++) {
        uint64_t ns = 0;
        s->root = (struct fleet_varbind){ .oid = bytes, .oid_length = 0 };
        error = slow_base(s);
        if (error == 0) error = slow_ask(s, FLEET_PDU_GET, &name, 0, false, &ns);
        if (error == 0 && ns != 0 && s->base_ns != 0) error = slow_add(s, bytes, length, ns, 1);
    }
    return error;
}

/* Objects that seem slow by one look are asked for again. */
static int slow_recheck(struct slow *s) {
    const char *oid;
    uint32_t at = 0;
    int error = 0;
    while (error == 0 && !is_over(s) && (oid = costs_doubtful(s->costs, &at)) != NULL) {
        uint32_t numbers[FLEET_OID_SUBIDS_MAX];
        uint8_t bytes[FLEET_OID_BYTES_MAX];
        size_t count = costs_oid_numbers(oid, numbers);
        error = slow_get(s, bytes, fleet_oid_bytes(numbers, count, bytes), RECHECKS);
    }
    return error;
}

static struct slow slow_begin(struct fleet *fleet, const struct bench_hooks *hooks,
                              const struct slow_options *options, struct costs *costs,
                              struct slow_summary *summary) {
    *summary = (struct slow_summary){ .objects = 0 };
    return (struct slow){ .fleet = fleet, .hooks = hooks, .options = options, .costs = costs,
                          .summary = summary,
                          .end_ns = clock_after(clock_monotonic_ns(), options->time_max_ns) };
}

/* The names increase, or the walk ends: an agent may lead round in a circle. */
static int slow_walk_root(struct slow *s, const struct fleet_varbind *root) {
    uint8_t at[FLEET_OID_BYTES_MAX];
    size_t length = root->oid_length;
    memcpy(at, root->oid, length);
    s->root = *root;
    s->name_length = 0;
    for (uint32_t i = 0; !is_over(s); i++) {
        const struct fleet_varbind name = { .oid = at, .oid_length = length,
                                            .value = { .type = FLEET_NULL } };
        uint64_t ns = 0;
        int error = i % BASE_EVERY == 0 ? slow_base(s) : 0;
        if (error == 0) error = slow_ask(s, FLEET_PDU_GETNEXT, &name, 0, false, &ns);
        if (error != 0) return error;
        if (ns == 0 && s->silent < SILENT_MAX) continue;
        if (s->has_ended || !is_after(s->name, s->name_length, at, length)) return 0;
        memcpy(at, s->name, s->name_length);
        length = s->name_length;
        if (s->base_ns != 0) error = slow_add(s, at, length, ns, 1);
        if (error != 0) return error;
        if (++s->summary->objects == s->options->objects_max) {
            s->summary->is_cut = true;
            return 0;
        }
    }
    return 0;
}

int slow_walk(struct fleet *fleet, const struct bench_hooks *hooks,
              const struct slow_options *options, const struct fleet_varbind *oids, size_t count,
              struct costs *costs, struct slow_summary *ret_summary) {
    struct slow s = slow_begin(fleet, hooks, options, costs, ret_summary);
    int error = 0;
    for (size_t i = 0; i < count && error == 0; i++) error = slow_walk_root(&s, &oids[i]);
    return error == 0 ? slow_recheck(&s) : error;
}

/*
 * A column once: as many rows as there are, @repetitions at the most. An answer that leaves the
 * column is asked for again with fewer, so that it does not pay for another's objects.
 */
static int slow_column(struct slow *s, const struct fleet_varbind *column, uint32_t *repetitions) {
    uint64_t ns = 0;
    s->root = *column;
    int error = slow_base(s);
    if (error == 0) error = slow_ask(s, FLEET_PDU_GETBULK, column, *repetitions, false, &ns);
    if (error != 0 || ns == 0 || s->instances == 0) return error;
    if (s->has_ended && s->instances < *repetitions) {
        *repetitions = s->instances;
        error = slow_base(s);
        if (error == 0) error = slow_ask(s, FLEET_PDU_GETBULK, column, *repetitions, false, &ns);
        if (error != 0 || ns == 0 || s->instances == 0) return error;
    }
    return slow_add(s, column->oid, column->oid_length, ns, s->instances);
}

int slow_columns(struct fleet *fleet, const struct bench_hooks *hooks,
                 const struct slow_options *options, const struct fleet_varbind *oids,
                 size_t count, struct costs *costs, struct slow_summary *ret_summary) {
    struct slow s = slow_begin(fleet, hooks, options, costs, ret_summary);
    uint32_t *repetitions = calloc(count + 1, sizeof(*repetitions));
    if (repetitions == NULL) return -ENOMEM;
    int error = 0;
    for (size_t i = 0; i < count; i++) repetitions[i] = options->repetitions;
    for (uint32_t round = 0; round < options->rounds; round++) {
        for (size_t i = 0; i < count && error == 0 && !is_over(&s); i++)
            error = slow_column(&s, &oids[i], &repetitions[i]);
    }
    ret_summary->objects = count;
    free(repetitions);
    return error;
}

int slow_objects(struct fleet *fleet, const struct bench_hooks *hooks,
                 const struct slow_options *options, const struct fleet_varbind *oids,
                 size_t count, struct costs *costs, struct slow_summary *ret_summary) {
    struct slow s = slow_begin(fleet, hooks, options, costs, ret_summary);
    int error = 0;
    for (uint32_t round = 0; round < options->rounds; round++) {
        for (size_t i = 0; i < count && error == 0; i++)
            error = slow_get(&s, oids[i].oid, oids[i].oid_length, 1);
    }
    ret_summary->objects = count;
    return error;
}

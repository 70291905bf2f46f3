/*
 * bench_set: SET as a load: the values that agents have are read before it and set back after it.
 * Only agents on loopback are set.
 */
#pragma once

#include "bench/hooks.h"
#include "cli/bench_ask.h"
#include "cli/bench_open.h"

struct bench_set_value {
    uint32_t target;
    size_t object;                 /* index in ask.sets */
    struct fleet_value value;      /* its octets are .bytes */
    uint8_t *bytes;                /* owned */
    bool is_known;
};

struct bench_set {
    struct bench_targets *targets;
    struct bench_ask *ask;
    struct bench_set_value *values;
    size_t count;                  /* of each target all objects */
    uint32_t open;
    bool has_failed;
    struct bench_set_value *asked; /* the one that is asked for, or set back */
};

/*
 * Read what is to be set back, of all targets. Objects of which the agent's own value is to be set
 * get that of the first target. False: told, and nothing may be set.
 */
bool bench_set_begin(struct bench_set *s, struct bench_targets *targets, struct bench_ask *ask,
                     const struct bench_hooks *hooks);

/* Set it back. False: some could not be set back, told. */
bool bench_set_end(struct bench_set *s, const struct bench_hooks *hooks);
void bench_set_free(struct bench_set *s);

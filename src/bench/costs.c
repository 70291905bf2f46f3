/*
 * costs: see costs.h. Objects are in the order in which they came; a hash table finds them by their
 * OIDs.
 */
#include "bench/costs.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"

#define SLOW_TIMES 3.0

enum { SLOTS = COSTS_OBJECTS_MAX * 2 };

struct costs_object {
    char *oid;
    double *samples;        /* nanoseconds for one instance */
    uint32_t count, room;
    uint64_t instances;
    double most;
};

struct costs {
    uint64_t slow_ns;
    struct costs_object *objects;
    uint32_t count, room;
    uint32_t slots[SLOTS];  /* object + 1; open addressing */
};

/* What the samples of an object say. */
struct costs_estimate {
    double mean, low, high;
};

int costs_new(struct costs **ret_costs, uint64_t slow_ns) {
    struct costs *c = calloc(1, sizeof(*c));
    if (c == NULL) return -ENOMEM;
    c->slow_ns = slow_ns;
    *ret_costs = c;
    return 0;
}

void costs_free(struct costs *c) {
    if (c == NULL) return;
    for (uint32_t i = 0; i < c->count; i++) {
        free(c->objects[i].oid);
        free(c->objects[i].samples);
    }
    free(c->objects);
    free(c);
}

/* The slot of @oid, or the free one where it would be. */
static uint32_t *costs_slot(struct costs *c, const char *oid) {
    uint32_t at = (uint32_t)prng_hash(oid, strlen(oid)) % SLOTS;
    while (c->slots[at] != 0 && strcmp(c->objects[c->slots[at] - 1].oid, oid) != 0)
        at = (at + 1) % SLOTS;
    return &c->slots[at];
}

static int costs_find(struct costs *c, const char *oid, struct costs_object **ret_object) {
    uint32_t *slot = costs_slot(c, oid);
    if (*slot != 0) {
        *ret_object = &c->objects[*slot - 1];
        return 0;
    }
    if (c->count == COSTS_OBJECTS_MAX) return -ENOSPC;
    if (c->count == c->room) {
        uint32_t room = c->room == 0 ? 64 : c->room * 2;
        void *objects = realloc(c->objects, room * sizeof(*c->objects));
        if (objects == NULL) return -ENOMEM;
        c->objects = objects;
        c->room = room;
    }
    char *copy = strdup(oid);
    if (copy == NULL) return -ENOMEM;
    c->objects[c->count++] = (struct costs_object){ .oid = copy, .most = 0 };
    *slot = c->count;
    *ret_object = &c->objects[c->count - 1];
    return 0;
}

int costs_add(struct costs *c, const char *oid, uint64_t time_ns, uint64_t base_ns,
              uint32_t instances) {
    struct costs_object *o;
    if (instances == 0 || strlen(oid) > COSTS_OID_MAX) return -EINVAL;
    int error = costs_find(c, oid, &o);
    if (error != 0) return error;
    if (o->count == COSTS_SAMPLES_MAX) return 0;
    if (o->count == o->room) {
        uint32_t room = o->room == 0 ? 4 : o->room * 2;
        void *samples = realloc(o->samples, room * sizeof(*o->samples));
        if (samples == NULL) return -ENOMEM;
        o->samples = samples;
        o->room = room;
    }
    double cost = ((double)time_ns - (double)base_ns) / instances;
    o->samples[o->count++] = cost;
    o->instances += instances;
    o->most = fmax(o->most, cost);
    return 0;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The factor of Student's two-sided 95 % interval. */
static double student(uint32_t degrees) {
    static const double table[] = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
        2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
    };
    if (degrees <= sizeof(table) / sizeof(table[0])) return table[degrees - 1];
    return 1.96 + 2.5 / degrees;
}

/* @samples are sorted. */
static struct costs_estimate costs_estimate(const double *samples, uint32_t count) {
    uint32_t cut = count / 5, kept = count - 2 * cut;
    double sum = 0, pulled = 0, square = 0;
    for (uint32_t i = cut; i < count - cut; i++) sum += samples[i];
    struct costs_estimate e = { fmax(sum / kept, 0), NAN, NAN };
    if (count < 3) return e;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t at = i < cut ? cut : i >= count - cut ? count - cut - 1 : i;
            if (pass == 0) pulled += samples[at] / count;
            else square += (samples[at] - pulled) * (samples[at] - pulled);
        }
    }
    double variance = square / (count - 1), share = (double)kept / count;
    double half = student(kept - 1) * sqrt(variance / count) / share;
    e.low = fmax(sum / kept - half, 0);
    e.high = fmax(sum / kept + half, 0);
    return e;
}

/* Of all objects, in their order, and the median of their means; to be freed. NULL: no memory. */
static struct costs_estimate *costs_estimates(const struct costs *c, double *ret_median) {
    struct costs_estimate *all = calloc(c->count + 1, sizeof(*all));
    double *means = calloc(c->count + 1, sizeof(*means)), *sorted = NULL;
    sorted = calloc(COSTS_SAMPLES_MAX, sizeof(*sorted));
    if (all == NULL || means == NULL || sorted == NULL) {
        free(all);
        all = NULL;
    }
    for (uint32_t i = 0; all != NULL && i < c->count; i++) {
        const struct costs_object *o = &c->objects[i];
        memcpy(sorted, o->samples, o->count * sizeof(*sorted));
        qsort(sorted, o->count, sizeof(*sorted), by_value);
        all[i] = costs_estimate(sorted, o->count);
        means[i] = all[i].mean;
    }
    if (all != NULL) {
        qsort(means, c->count, sizeof(*means), by_value);
        uint32_t half = c->count / 2;
        *ret_median = c->count == 0 ? 0
                      : c->count % 2 == 1 ? means[half] : (means[half - 1] + means[half]) / 2;
    }
    free(means);
    free(sorted);
    return all;
}

static bool costs_seems_slow(const struct costs *c, double mean, double median) {
    return mean > SLOW_TIMES * median && mean - median >= (double)c->slow_ns;
}

const char *costs_doubtful(const struct costs *c, uint32_t *at) {
    double median;
    struct costs_estimate *all = costs_estimates(c, &median);
    const char *found = NULL;
    for (; all != NULL && found == NULL && *at < c->count; ++*at) {
        const struct costs_object *o = &c->objects[*at];
        if (o->count < COSTS_SAMPLES_ENOUGH && costs_seems_slow(c, all[*at].mean, median))
            found = o->oid;
    }
    free(all);
    return found;
}

static int by_cost(const void *left, const void *right) {
    const struct bench_cost *a = left, *b = right;
    if (a->mean_ns != b->mean_ns) return a->mean_ns < b->mean_ns ? 1 : -1;
    return (a->share < b->share) - (a->share > b->share);
}

static void costs_drop(struct bench_cost *list, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        free(list[i].oid);
        free(list[i].name);
    }
}

int costs_finish(const struct costs *c, struct bench_cost **ret_costs, size_t *ret_count) {
    double median, whole = 0;
    struct costs_estimate *all = costs_estimates(c, &median);
    struct bench_cost *list = calloc((size_t)c->count + 1, sizeof(*list));
    bool is_good = all != NULL && list != NULL;
    for (uint32_t i = 0; is_good && i < c->count; i++) {
        const struct costs_object *o = &c->objects[i];
        const struct costs_estimate *e = &all[i];
        bool is_slow = costs_seems_slow(c, e->mean, median) && e->low > median;
        list[i] = (struct bench_cost){
            .oid = strdup(o->oid), .name = strdup(o->oid), .objects = o->instances,
            .mean_ns = e->mean, .low_ns = e->low, .high_ns = e->high,
            .max_ns = (uint64_t)o->most, .share = e->mean * (double)o->instances,
            .is_slow = is_slow,
        };
        whole += list[i].share;
        is_good = list[i].oid != NULL && list[i].name != NULL;
    }
    free(all);
    if (!is_good) {
        if (list != NULL) costs_drop(list, 0, c->count);
        free(list);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < c->count; i++) list[i].share = whole > 0 ? list[i].share / whole : 0;
    qsort(list, c->count, sizeof(*list), by_cost);
    *ret_count = c->count < BENCH_COSTS_MAX ? c->count : BENCH_COSTS_MAX;
    costs_drop(list, *ret_count, c->count);
    *ret_costs = list;
    return 0;
}

size_t costs_oid_numbers(const char *oid, uint32_t numbers[static FLEET_OID_SUBIDS_MAX]) {
    size_t count = 0;
    while (count < FLEET_OID_SUBIDS_MAX && *oid != '\0') {
        char *end;
        numbers[count++] = (uint32_t)strtoul(oid, &end, 10);
        oid = *end == '.' ? end + 1 : end;
    }
    return count;
}

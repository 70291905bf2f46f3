/* table: see table.h. */
#include "core/operation/table.h"

#include <errno.h>
#include <stdlib.h>

#include "core/walk/walk_problem.h"

static int table_make_plan(struct table *t, const struct fleet_table *asked,
                           const struct table_terms *terms) {
    struct fleet_table table = *asked;
    if (table.name == NULL) table.name = "table";
    const struct fleet_module_options module = { .name = "table", .tables = &table,
                                                 .table_count = 1 };
    return plan_new(&module, 0, terms->pool, terms->table_number, &t->plan);
}

int table_new(const struct fleet_table *asked, const struct fleet_sink *rows,
              const struct table_terms *terms, struct table **ret_table) {
    struct table *t = calloc(1, sizeof(*t));
    if (t == NULL) return -ENOMEM;
    t->rows = *rows;
    t->arena = ARENA_INIT(terms->pool);
    int error = table_make_plan(t, asked, terms);
    if (error == 0) {
        t->learnt = calloc(t->plan->group_count, 1);
        if (t->learnt == NULL) error = -ENOMEM;
    }
    if (error != 0) {
        table_free(t);
        return error;
    }
    t->sink = (struct walk_sink){ .sink = &t->rows, .target = terms->target };
    t->terms = (struct walk_terms){
        .learnt = t->learnt,
        .repetitions_max = terms->repetitions_max,
        .request_bytes = terms->request_bytes,
        .memory = terms->memory,
    };
    *ret_table = t;
    return 0;
}

static void table_end_walks(struct table *t) {
    for (uint16_t i = 0; i < t->terms.walk_count; i++) walk_deinit(&t->walks[i]);
    t->terms.walk_count = 0;
    struct arena_pool *pool = t->arena.pool;
    arena_deinit(&t->arena);
    t->arena = ARENA_INIT(pool);
}

void table_free(struct table *t) {
    if (t == NULL) return;
    table_end_walks(t);
    if (t->plan != NULL) plan_free(t->plan);
    free(t->learnt);
    free(t);
}

/* The next group that has something to ask. */
static bool table_produce(struct table *t) {
    for (uint16_t part = 0; part < t->plan->part_count; part++) {
        for (uint16_t g = 0; g < t->plan->parts[part].group_count; g++) {
            if (!walk_produce(&t->walks[part], g)) continue;
            t->intent = (uint32_t)part << 16 | g;
            return true;
        }
    }
    return false;
}

int table_begin(struct table *t, bool is_v1) {
    table_end_walks(t);
    t->terms.is_v1 = is_v1;
    t->walks = arena_get(&t->arena, t->plan->part_count * sizeof(*t->walks));
    if (t->walks == NULL) return -ENOMEM;
    t->terms.walks = t->walks;
    for (uint16_t i = 0; i < t->plan->part_count; i++) {
        if (walk_init(&t->walks[i], &t->plan->parts[i], &t->arena, &t->terms) != 0) return -ENOMEM;
        t->terms.walk_count++;
    }
    return table_produce(t) ? 0 : -ENOMEM;
}

static struct walk *table_walk(const struct table *t) {
    return &t->walks[t->intent >> 16];
}

void table_write(const struct table *t, struct pdu *pdu, struct ber_writer *w) {
    walk_write(table_walk(t), (uint16_t)t->intent, pdu, w);
}

void table_lost(struct table *t, bool is_too_large) {
    if (is_too_large) walk_too_large(table_walk(t), (uint16_t)t->intent);
    else walk_lost(table_walk(t), (uint16_t)t->intent);
}

bool table_is_done(const struct table *t) {
    for (uint16_t i = 0; i < t->terms.walk_count; i++) {
        if (!walk_is_done(&t->walks[i])) return false;
    }
    return true;
}

bool table_take(struct table *t, const struct pdu *pdu, size_t size, uint32_t lenient,
                int64_t time_ns) {
    t->sink.lenient = lenient;
    walk_consume(table_walk(t), (uint16_t)t->intent, pdu, size, time_ns, &t->sink);
    return !table_is_done(t) && table_produce(t);
}

void table_flush(struct table *t) {
    for (uint16_t i = 0; i < t->terms.walk_count; i++) walk_flush(&t->walks[i], &t->sink);
}

enum fleet_reason table_problem(const struct table *t, char *detail, size_t size) {
    return walks_problem(t->walks, t->terms.walk_count, detail, size);
}

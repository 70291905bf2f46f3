/*
 * table: the rows of one table of one agent (fleet_table): a plan and its walks, without a module.
 * One request is out at a time.
 */
#pragma once

#include "core/walk/plan_compile.h"
#include "core/walk/walk.h"

struct table {
    struct plan *plan;
    struct fleet_sink rows;     /* where they go */
    struct walk_sink sink;
    struct walk_terms terms;
    struct walk *walks;         /* one for each part of the plan */
    struct arena arena;
    uint8_t *learnt;            /* nothing: plan->group_count zeros */
    uint32_t intent;            /* of the request that is out, or next */
};

/* What a table is made with. */
struct table_terms {
    struct arena_pool *pool;
    uint32_t *table_number;     /* counted on */
    const struct fleet_target *target;
    uint32_t repetitions_max;   /* the target's; 0: none */
    uint32_t request_bytes;     /* for the variable bindings of a request */
    size_t memory;              /* that rows which wait may take; see walk_terms */
};

/* Errors: those of plan_new. */
int table_new(const struct fleet_table *asked, const struct fleet_sink *rows,
              const struct table_terms *terms, struct table **ret_table);
void table_free(struct table *t);

/* Start, or start anew where nothing has come: @is_v1: the version has no GETBULK. 0 or -ENOMEM. */
int table_begin(struct table *t, bool is_v1);

void table_write(const struct table *t, struct pdu *pdu, struct ber_writer *w);
void table_lost(struct table *t, bool is_too_large);

/* The answer to the request that is out. True: there is a next one. */
bool table_take(struct table *t, const struct pdu *pdu, size_t size, uint32_t lenient,
                int64_t time_ns);

/* All that could be had was had. */
bool table_is_done(const struct table *t);

/* Hand out what is left. */
void table_flush(struct table *t);

/* What could not be had, as a reason, with text in @detail; ok: nothing. */
enum fleet_reason table_problem(const struct table *t, char *detail, size_t size);

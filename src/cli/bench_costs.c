/* bench_costs: see bench_costs.h. */
#include "cli/bench_costs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/slow.h"
#include "cli/log.h"
#include "snmpfleet/mib.h"

enum { COLUMN_LEVELS = 2 };

/* The name of an OID by what is loaded; NULL: no memory. */
static char *name_of(struct fleet_mib *mib, const uint32_t *numbers, size_t count) {
    char text[FLEET_OID_TEXT_MAX];
    const struct fleet_text_style style = { .oid = FLEET_OID_MODULE };
    (void)fleet_mib_oid_text(mib, numbers, count, &style, text, sizeof(text));
    return strdup(text);
}

/* Was it asked for as a column? */
static bool is_column(const struct bench_ask *ask, const uint32_t *numbers, size_t count) {
    uint8_t bytes[FLEET_OID_BYTES_MAX];
    size_t length = fleet_oid_bytes(numbers, count, bytes);
    for (size_t i = 0; i < ask->next_count; i++) {
        const struct fleet_varbind *column = &ask->nexts[i];
        if (column->oid_length == length && memcmp(column->oid, bytes, length) == 0) return true;
    }
    return false;
}

static void name_costs(const struct bench_costs_plan *p, struct bench_result *r) {
    struct fleet_mib *mib = p->targets->mib;
    for (size_t i = 0; i < r->cost_count; i++) {
        struct bench_cost *c = &r->costs[i];
        uint32_t numbers[FLEET_OID_SUBIDS_MAX];
        size_t count = costs_oid_numbers(c->oid, numbers);
        char *name = name_of(mib, numbers, count);
        if (name != NULL) {
            free(c->name);
            c->name = name;
        }
        if (count > COLUMN_LEVELS && is_column(p->ask, numbers, count))
            c->table = name_of(mib, numbers, count - COLUMN_LEVELS);
    }
}

static struct slow_options options_of(const struct bench_costs_plan *p) {
    struct slow_options o = slow_options_usual(p->targets->numbers[0]);
    o.timeout_ns = p->options->plan.timeout_ns;
    o.gap_ns = p->gap_ns;
    o.time_max_ns = p->time_max_ns;
    return o;
}

/* What was measured becomes the result's. */
static int take_costs(const struct bench_costs_plan *p, struct costs *costs,
                      const struct slow_summary *summary, struct bench_result *r, int error) {
    if (error == 0 || error == -ECANCELED) {
        error = costs_finish(costs, &r->costs, &r->cost_count);
        if (error == 0) name_costs(p, r);
    }
    if (summary->is_cut && p->options->finds_slow)
        log_line(LEVEL_WARNING, NULL, "not all objects were asked for: %llu were",
                 (unsigned long long)summary->objects);
    else if (summary->is_cut)
        log_line(LEVEL_WARNING, NULL, "the time for single objects was over: they were asked for "
                 "less often than usual");
    if (error == 0 && r->cost_count == 0 && summary->objects > 0)
        log_line(LEVEL_WARNING, NULL, "none of the objects was answered with a value");
    if (summary->lost > 0)
        log_line(LEVEL_WARNING, NULL, "%llu questions for single objects were not answered",
                 (unsigned long long)summary->lost);
    costs_free(costs);
    return error;
}

int bench_find_slow(const struct bench_costs_plan *p, struct bench_result *r) {
    static const uint8_t mib_2[] = { 0x2b, 6, 1, 2, 1 };
    const struct fleet_varbind all = { .oid = mib_2, .oid_length = sizeof(mib_2) };
    const struct bench_ask *ask = p->ask;
    struct slow_options options = options_of(p);
    struct slow_summary summary;
    struct costs *costs;
    int error = costs_new(&costs, COSTS_SLOW_NS);
    if (error != 0) return error;
    bool is_all = p->options->oid_count == 0 && p->options->module == NULL;
    error = slow_walk(p->targets->fleet, p->hooks, &options, is_all ? &all : ask->nexts,
                      is_all ? 1 : ask->next_count, costs, &summary);
    return take_costs(p, costs, &summary, r, error);
}

int bench_find_costs(const struct bench_costs_plan *p, struct bench_result *r) {
    const struct bench_ask *ask = p->ask;
    struct slow_options options = options_of(p);
    struct slow_summary columns = { .objects = 0 }, objects = { .objects = 0 };
    struct costs *costs;
    int error = costs_new(&costs, COSTS_SLOW_NS);
    if (error != 0) return error;
    if (ask->next_count > 0)
        error = slow_columns(p->targets->fleet, p->hooks, &options, ask->nexts, ask->next_count,
                             costs, &columns);
    /* of a single object behind a sweep there is nothing to compare */
    if (error == 0 && ask->get_count > (p->options->finds_costs ? 0 : 1))
        error = slow_objects(p->targets->fleet, p->hooks, &options, ask->gets, ask->get_count,
                             costs, &objects);
    columns.objects += objects.objects;
    columns.lost += objects.lost;
    columns.is_cut |= objects.is_cut;
    return take_costs(p, costs, &columns, r, error);
}

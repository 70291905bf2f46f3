/* bench_costs: see bench_costs.h. */
#include "cli/bench_costs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/slow.h"
#include "cli/log.h"
#include "snmpfleet/mib.h"

enum { COLUMN_LEVELS = 2, COSTS_TIME_S = 60 };

static size_t numbers_of(const char *text, uint32_t numbers[static FLEET_OID_SUBIDS_MAX]) {
    size_t count = 0;
    while (count < FLEET_OID_SUBIDS_MAX && *text != '\0') {
        char *end;
        numbers[count++] = (uint32_t)strtoul(text, &end, 10);
        text = *end == '.' ? end + 1 : end;
    }
    return count;
}

/* The name of an OID by what is loaded; NULL: no memory. */
static char *name_of(struct fleet_mib *mib, const uint32_t *numbers, size_t count) {
    char text[FLEET_OID_TEXT_MAX];
    const struct fleet_text_style style = { .oid = FLEET_OID_MODULE };
    (void)fleet_mib_oid_text(mib, numbers, count, &style, text, sizeof(text));
    return strdup(text);
}

static void name_costs(struct fleet_mib *mib, struct bench_result *r, bool are_columns) {
    for (size_t i = 0; i < r->cost_count; i++) {
        struct bench_cost *c = &r->costs[i];
        uint32_t numbers[FLEET_OID_SUBIDS_MAX];
        size_t count = numbers_of(c->oid, numbers);
        char *name = name_of(mib, numbers, count);
        if (name != NULL) {
            free(c->name);
            c->name = name;
        }
        if (are_columns && count > COLUMN_LEVELS)
            c->table = name_of(mib, numbers, count - COLUMN_LEVELS);
    }
}

static struct slow_options options_of(const struct bench_costs_plan *p) {
    struct slow_options o = slow_options_usual(p->targets->numbers[0]);
    o.timeout_ns = p->options->plan.timeout_ns;
    o.gap_ns = p->gap_ns;
    return o;
}

/* What was measured becomes the result's. */
static int take_costs(const struct bench_costs_plan *p, struct costs *costs, bool are_columns,
                      const struct slow_summary *summary, struct bench_result *r, int error) {
    if (error == 0 || error == -ECANCELED) {
        error = costs_finish(costs, &r->costs, &r->cost_count);
        if (error == 0) name_costs(p->targets->mib, r, are_columns);
    }
    if (summary->is_cut)
        log_line(LEVEL_WARNING, NULL, "not all objects were asked for: %llu were",
                 (unsigned long long)summary->objects);
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
    return take_costs(p, costs, false, &summary, r, error);
}

int bench_find_costs(const struct bench_costs_plan *p, struct bench_result *r) {
    const struct bench_ask *ask = p->ask;
    struct slow_options options = options_of(p);
    struct slow_summary summary = { .objects = 0 };
    struct costs *costs;
    options.time_max_ns = COSTS_TIME_S * UINT64_C(1000000000);
    int error = costs_new(&costs, COSTS_SLOW_NS);
    if (error != 0) return error;
    bool are_columns = ask->next_count > 0;
    if (are_columns)
        error = slow_columns(p->targets->fleet, p->hooks, &options, ask->nexts, ask->next_count,
                             costs, &summary);
    else if (ask->get_count > 1)
        error = slow_objects(p->targets->fleet, p->hooks, &options, ask->gets, ask->get_count,
                             costs, &summary);
    return take_costs(p, costs, are_columns, &summary, r, error);
}

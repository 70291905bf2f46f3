/* reach: see reach.h. */
#include "bench/reach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/wait.h"

enum { OPEN_MAX = 1024, RETRIES = 3 };

struct reach {
    bool *heard;
    char *why;
    uint32_t open, answered;
};

/* One target: its place in .heard is found by its number in the order in which they were asked. */
struct reach_target {
    struct reach *reach;
    size_t index;
};

static void take_answer(void *context, const struct fleet_result *result) {
    struct reach_target *t = context;
    struct reach *r = t->reach;
    r->open--;
    bool is_heard = result->reason == FLEET_REASON_OK || result->reason == FLEET_REASON_AGENT_ERROR;
    r->heard[t->index] = is_heard;
    r->answered += is_heard;
    if (is_heard || r->why == NULL) return;
    (void)snprintf(r->why, BENCH_TEXT, "%s%s%s", fleet_reason_text(result->reason),
                   *result->detail != '\0' ? ": " : "", result->detail);
}

int bench_reach(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
                bool *ret_heard, char *ret_why) {
    struct reach reach = { .heard = ret_heard, .why = ret_why };
    struct reach_target *targets = calloc(plan->target_count + 1, sizeof(*targets));
    if (targets == NULL) return -ENOMEM;
    int error = 0;
    for (size_t asked = 0; error == 0 && (asked < plan->target_count || reach.open > 0);) {
        if (bench_is_stopped(hooks)) break;
        while (asked < plan->target_count && reach.open < OPEN_MAX) {
            targets[asked] = (struct reach_target){ &reach, asked };
            const struct fleet_request_options options = {
                .done = take_answer, .context = &targets[asked], .retries = RETRIES,
                .timeout_ns = plan->timeout_ns,
            };
            reach.open++;
            if (fleet_refresh(fleet, plan->targets[asked], &options, NULL) != 0) reach.open--;
            asked++;
        }
        error = fleet_step(fleet, 0);
        if (reach.open > 0) bench_wait(fleet, hooks, fleet_deadline_ns(fleet));
    }
    for (size_t i = 0; i < plan->target_count && reach.open > 0; i++)
        (void)fleet_target_cancel(fleet, plan->targets[i]);
    free(targets);
    return error != 0 ? error : (int)reach.answered;
}

/* one: see one.h. */
#include "bench/one.h"

#include <errno.h>

#include "base/clock.h"
#include "bench/wait.h"

enum { LOOK_MS = 100 };

struct one {
    void (*take)(void *context, const struct fleet_result *result);
    void *context;
    struct one_answer answer;
    bool is_over;
};

static void one_done(void *context, const struct fleet_result *result) {
    struct one *one = context;
    bool has_times = result->arrived_ns != 0 && result->answered_sent_ns != 0 &&
                     result->arrived_ns > result->answered_sent_ns;
    one->answer = (struct one_answer){
        .reason = result->reason, .error_status = result->error_status,
        .time_ns = has_times ? result->arrived_ns - result->answered_sent_ns : 0,
    };
    if (one->take != NULL) one->take(one->context, result);
    one->is_over = true;
}

static uint64_t soon(const struct fleet *fleet, uint64_t end) {
    uint64_t look = clock_monotonic_ns() + (uint64_t)LOOK_MS * CLOCK_NS_PER_MS;
    uint64_t next = fleet_deadline_ns(fleet);
    if (end < next) next = end;
    return look < next ? look : next;
}

int one_ask(struct fleet *fleet, const struct bench_hooks *hooks,
            const struct one_question *question,
            void (*take)(void *context, const struct fleet_result *result), void *context,
            struct one_answer *ret_answer) {
    struct one one = { .take = take, .context = context };
    const struct fleet_request_options options = {
        .done = one_done, .context = &one, .timeout_ns = question->timeout_ns,
        .retries = question->retries == 0 ? -1 : (int32_t)question->retries,
    };
    uint32_t operation;
    int error = fleet_request(fleet, question->target, question->pdu, question->varbinds,
                              question->count, 0, question->repetitions, &options, &operation);
    if (error != 0) return error > 0 ? -EINVAL : error;
    while (error == 0 && !one.is_over) {
        error = fleet_step(fleet, 0);
        if (error == 0 && !one.is_over) bench_wait(fleet, hooks, soon(fleet, UINT64_MAX));
        if (error == 0 && !one.is_over && bench_is_stopped(hooks)) error = -ECANCELED;
    }
    if (!one.is_over) (void)fleet_cancel(fleet, operation);
    *ret_answer = one.answer;
    return error;
}

int one_pause(struct fleet *fleet, const struct bench_hooks *hooks, uint64_t ns) {
    uint64_t end = clock_after(clock_monotonic_ns(), ns);
    int error = 0;
    while (error == 0 && clock_monotonic_ns() < end) {
        error = fleet_step(fleet, 0);
        if (error == 0) bench_wait(fleet, hooks, soon(fleet, end));
        if (error == 0 && bench_is_stopped(hooks)) error = -ECANCELED;
    }
    return error;
}

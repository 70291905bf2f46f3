/*
 * run: see run.h.
 *
 * What is planned for a moment is asked at that moment: the loop sleeps until shortly before it and
 * then looks at the clock without sleeping, because a sleep ends some 50 us late. Answers are timed
 * by the kernel, so that neither way of waiting changes what is measured.
 */
#include "bench/run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/slab.h"
#include "bench/load.h"
#include "bench/mix.h"
#include "bench/sampler.h"
#include "bench/tally.h"
#include "bench/wait.h"

enum {
    ASKED_A_TURN = 256,          /* requests at the most, so that answers are taken in between */
    PROGRESS_MS = 100,
    SILENT_REQUESTS = 10,        /* and */
    SILENT_S = 5,                /* without an answer: the agent is asked no more */
    LEAD_MS = 20,                /* from the start of the loop to the first planned moment */
    DRAIN_S = 1,                 /* beyond the time-outs of what is open at the end */
};

struct run;

/* A request under way. */
struct run_request {
    struct run *run;
    const struct bench_question *question;
    uint64_t planned_ns;
    uint64_t cells;              /* of a table */
    uint32_t number;             /* in the slab */
    uint32_t agent;
    bool is_counted;
};

struct run_agent {
    uint32_t target;
    uint32_t open;               /* requests under way */
    uint32_t unanswered;         /* planned since the last answer */
    uint64_t heard_ns;           /* the last answer, or the first request */
    bool is_stopped;             /* it is not asked any more */
    bool is_v1;                  /* which has no GETBULK: it is asked by GETNEXT */
};

struct run {
    struct fleet *fleet;
    const struct bench_plan *plan;
    const struct bench_hooks *hooks;
    struct bench_result *result;
    struct load load;
    struct mix mix;
    size_t next_question[BENCH_KINDS];
    struct tally tally;
    struct sampler sampler;
    struct slab requests;
    struct run_agent *agents;
    uint32_t next_agent, living;
    uint64_t begin_ns;           /* of the measured time */
    uint64_t end_ns;             /* of it */
    uint64_t progress_ns;
    uint64_t closed_count;       /* counted requests of a closed loop */
    bool is_over;                /* nothing more is planned */
};

static uint64_t min_of(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static void run_stop(struct run *run, const char *why) {
    if (!run->is_over && run->result->stopped[0] == '\0')
        (void)snprintf(run->result->stopped, sizeof(run->result->stopped), "%s", why);
    run->is_over = true;
}

static void request_ended(void *context, const struct fleet_result *result);

static void take_varbinds(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                          size_t count) {
    (void)context, (void)operation, (void)varbinds, (void)count;
}

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct run_request *q = context;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rows[i].table->column_count; k++)
            q->cells += rows[i].cells[k].type != FLEET_ABSENT;
    }
}

/* The question goes to the fleet, which sends it in its next turn. */
static int run_put(struct run *run, struct run_request *q, enum bench_kind kind) {
    static const enum fleet_pdu pdus[BENCH_KINDS] = {
        [BENCH_GET] = FLEET_PDU_GET, [BENCH_GETNEXT] = FLEET_PDU_GETNEXT,
        [BENCH_GETBULK] = FLEET_PDU_GETBULK, [BENCH_SET] = FLEET_PDU_SET,
    };
    const struct bench_plan *plan = run->plan;
    const struct bench_questions *questions = &plan->questions[kind];
    const struct bench_question *ask = &questions->list[run->next_question[kind]];
    run->next_question[kind] = (run->next_question[kind] + 1) % questions->count;
    if (kind == BENCH_GETBULK) q->question = ask;
    uint32_t target = run->agents[q->agent].target;
    const struct fleet_request_options options = {
        .done = request_ended, .context = q, .timeout_ns = plan->timeout_ns,
        .retries = plan->retries == 0 ? -1 : (int32_t)plan->retries,
    };
    if (kind == BENCH_GETBULK && run->agents[q->agent].is_v1) kind = BENCH_GETNEXT;
    if (kind != BENCH_WALK)
        return fleet_request(run->fleet, target, pdus[kind], ask->varbinds, ask->count, 0,
                             kind == BENCH_GETBULK ? plan->repetitions : 0, &options, NULL);
    if (ask->table != NULL)
        return fleet_table(run->fleet, target, ask->table, take_rows, &options, NULL);
    const struct fleet_walk_options walk = { .found = take_varbinds,
                                             .max_repetitions = plan->repetitions };
    return fleet_walk(run->fleet, target, ask->root, &walk, &options, NULL);
}

/* One request, planned for @planned_ns, to @agent. */
static void run_ask(struct run *run, uint32_t agent, uint64_t planned_ns, bool is_counted) {
    struct run_agent *a = &run->agents[agent];
    if (is_counted) tally_plan(&run->tally, agent, planned_ns);
    if (a->heard_ns == 0) a->heard_ns = planned_ns;
    uint32_t number;
    bool has_room = run->requests.used < run->plan->open_max;
    struct run_request *q = has_room ? slab_get(&run->requests, &number) : NULL;
    if (q == NULL) {
        if (is_counted) tally_unsent(&run->tally, agent, planned_ns);
        return;
    }
    *q = (struct run_request){ .run = run, .planned_ns = planned_ns, .number = number,
                               .agent = agent, .is_counted = is_counted };
    a->open++;
    a->unanswered++;
    if (run_put(run, q, mix_next(&run->mix)) == 0) return;
    a->open--;
    slab_put(&run->requests, number);
    if (is_counted) tally_unsent(&run->tally, agent, planned_ns);
}

/* The next agent in turn that is still asked; they all have the same share. */
static bool run_next_agent(struct run *run, uint32_t *ret_agent) {
    for (size_t i = 0; i < run->plan->target_count && run->living > 0; i++) {
        uint32_t agent = run->next_agent;
        run->next_agent = (agent + 1) % (uint32_t)run->plan->target_count;
        if (run->agents[agent].is_stopped) continue;
        *ret_agent = agent;
        return true;
    }
    return false;
}

/* Nothing was heard of it for long: it is left alone. */
static void agent_look(struct run *run, uint32_t agent, uint64_t now) {
    struct run_agent *a = &run->agents[agent];
    bool is_silent = a->unanswered >= SILENT_REQUESTS && a->heard_ns != 0 &&
                     now >= a->heard_ns + SILENT_S * CLOCK_NS_PER_S;
    if (a->is_stopped || !is_silent) return;
    a->is_stopped = true;
    run->living--;
    if (run->living == 0)
        run_stop(run, run->plan->target_count == 1
                          ? "the agent has not answered for 10 requests and 5 s"
                          : "no agent has answered for 10 requests and 5 s");
}

/* In a closed loop the place that has become free is taken at once. */
static void run_refill(struct run *run, uint32_t agent, uint64_t now) {
    const struct run_agent *a = &run->agents[agent];
    if (run->is_over || a->is_stopped || a->open >= run->plan->concurrency) return;
    bool is_counted = now >= run->begin_ns;
    bool is_last = run->plan->requests != 0 && run->closed_count >= run->plan->requests;
    if (is_last || now >= run->end_ns) {
        run->is_over = true;
        return;
    }
    run->closed_count += is_counted;
    run_ask(run, agent, now, is_counted);
}

/* Of a reply to GETBULK the varbinds below the OID that their place in a repetition is for. */
static uint64_t varbinds_below(const struct bench_question *ask,
                               const struct fleet_result *result) {
    uint64_t below = 0;
    for (size_t i = 0; i < result->varbind_count; i++) {
        const struct fleet_varbind *asked = &ask->varbinds[i % ask->count];
        const struct fleet_varbind *got = &result->varbinds[i];
        below += got->value.type < FLEET_NO_SUCH_OBJECT && got->oid_length > asked->oid_length &&
                 memcmp(got->oid, asked->oid, asked->oid_length) == 0;
    }
    return below;
}

static struct tally_outcome outcome_of(const struct run_request *q,
                                       const struct fleet_result *result) {
    struct tally_outcome o = {
        .agent = q->agent, .planned_ns = q->planned_ns, .sent_ns = result->sent_ns,
        .answered_sent_ns = result->answered_sent_ns, .arrived_ns = result->arrived_ns,
        .taken_ns = result->taken_ns, .reason = result->reason,
        .error_status = result->error_status, .requests = result->requests,
        .varbinds = q->cells > 0       ? q->cells
                    : result->rows > 0 ? result->rows
                                       : result->varbind_count,
        .octets_sent = result->octets_sent, .octets_received = result->octets_received,
    };
    o.below = q->question != NULL ? varbinds_below(q->question, result) : o.varbinds;
    return o;
}

static void request_ended(void *context, const struct fleet_result *result) {
    struct run_request *q = context, ended = *q;
    struct run *run = q->run;
    struct run_agent *a = &run->agents[ended.agent];
    slab_put(&run->requests, ended.number);
    a->open--;
    if (result->arrived_ns != 0) {
        a->unanswered = 0;
        a->heard_ns = result->arrived_ns;
    }
    const struct tally_outcome outcome = outcome_of(&ended, result);
    tally_arrive(&run->tally, &outcome, run->end_ns);
    if (ended.is_counted) tally_take(&run->tally, &outcome);
    bool is_timed = result->taken_ns != 0 && !run->plan->is_closed;
    uint64_t now = is_timed ? result->taken_ns : clock_monotonic_ns();
    agent_look(run, ended.agent, now);
    if (run->plan->is_closed) run_refill(run, ended.agent, now);
}

/* Everything whose moment has come. The moment of the next one; UINT64_MAX: there is none. */
static uint64_t run_ask_due(struct run *run, uint64_t now) {
    int64_t after;
    bool is_counted;
    for (int i = 0; now < run->end_ns && load_peek(&run->load, &after, &is_counted); i++) {
        uint64_t planned = (uint64_t)((int64_t)run->begin_ns + after);
        if (planned > now || i == ASKED_A_TURN) return planned;
        uint32_t agent;
        if (!run_next_agent(run, &agent)) break;
        load_pass(&run->load);
        agent_look(run, agent, now);
        if (!run->agents[agent].is_stopped) run_ask(run, agent, planned, is_counted);
    }
    uint64_t end = run->begin_ns + load_end_ns(&run->load);
    if (now < end && run->living > 0) return end;
    run->is_over = true;
    return UINT64_MAX;
}

/* Of an open loop: what was planned within the time and is not asked yet is never sent. */
static void run_give_up_left(struct run *run) {
    int64_t after;
    bool is_counted;
    uint32_t agent;
    if (run->plan->is_closed || run->result->stopped[0] != '\0') return;
    while (load_peek(&run->load, &after, &is_counted) && run_next_agent(run, &agent)) {
        load_pass(&run->load);
        if (!is_counted) continue;
        uint64_t planned = (uint64_t)((int64_t)run->begin_ns + after);
        tally_plan(&run->tally, agent, planned);
        tally_unsent(&run->tally, agent, planned);
    }
}

static void run_show(struct run *run, uint64_t now) {
    if (now < run->progress_ns) return;
    run->progress_ns = now + (uint64_t)PROGRESS_MS * CLOCK_NS_PER_MS;
    if (bench_is_stopped(run->hooks)) run_stop(run, "interrupted");
    if (run->hooks->progress == NULL) return;
    uint64_t first = run->begin_ns - run->plan->warmup_ns;
    const struct bench_progress progress = {
        .elapsed_ns = now > first ? now - first : 0,
        .whole_ns = run->plan->warmup_ns + run->plan->duration_ns,
        .counts = &run->result->counts, .open = run->requests.used,
    };
    run->hooks->progress(run->hooks->context, &progress);
}

/* One turn, and the wait for the next one; @due: of the load. */
static int run_turn(struct run *run, uint64_t due) {
    int error = fleet_step(run->fleet, 0);
    uint64_t now = clock_monotonic_ns();
    sampler_step(&run->sampler, now);
    run_show(run, now);
    if (error != 0) return error;
    uint64_t spin = run->plan->spin_ns;
    uint64_t next = min_of(due > spin ? due - spin : 0, fleet_deadline_ns(run->fleet));
    next = min_of(min_of(next, run->sampler.next_ns), run->progress_ns);
    bench_wait(run->fleet, run->hooks, next);
    return 0;
}

static int run_load(struct run *run) {
    int error = 0;
    while (error == 0 && !run->is_over) {
        uint64_t now = clock_monotonic_ns(), due = UINT64_MAX;
        if (!run->plan->is_closed) {
            due = run_ask_due(run, now);
        } else {
            for (uint32_t i = 0; i < run->plan->target_count; i++) {
                agent_look(run, i, now);
                while (run->agents[i].open < run->plan->concurrency && !run->agents[i].is_stopped &&
                       !run->is_over)
                    run_refill(run, i, now);
            }
            if (now >= run->end_ns) run->is_over = true;
            due = run->end_ns;
        }
        if (!run->is_over) error = run_turn(run, due);
    }
    return error;
}

/* What is open may still be answered. Then the rest ends as cancelled, which counts as open. */
static int run_drain(struct run *run) {
    uint64_t longest = run->plan->timeout_ns * (run->plan->retries + 1) + DRAIN_S * CLOCK_NS_PER_S;
    uint64_t end = clock_after(clock_monotonic_ns(), longest);
    bool is_cut = strcmp(run->result->stopped, "interrupted") == 0;
    int error = 0;
    while (error == 0 && !is_cut && run->requests.used > 0 && clock_monotonic_ns() < end) {
        error = run_turn(run, end);
        is_cut = bench_is_stopped(run->hooks);
    }
    run->is_over = true;
    return error;
}

/* All operations of the run's fleet, samples included, end now. */
static void run_cancel_open(struct run *run) {
    for (size_t i = 0; i < run->plan->target_count; i++)
        (void)fleet_target_cancel(run->fleet, run->agents[i].target);
}

static int run_open(struct run *run, const bool *heard) {
    const struct bench_plan *plan = run->plan;
    size_t count = plan->target_count;
    run->agents = calloc(count + 1, sizeof(*run->agents));
    if (run->agents == NULL) return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        run->agents[i] = (struct run_agent){ .target = plan->targets[i],
                                             .is_stopped = heard != NULL && !heard[i] };
        enum fleet_version version = FLEET_V2C;
        (void)fleet_target_version(run->fleet, plan->targets[i], &version);
        run->agents[i].is_v1 = version == FLEET_V1;
        run->living += !run->agents[i].is_stopped;
    }
    for (int k = 0; k < BENCH_KINDS; k++) run->mix.weights[k] = plan->weights[k];
    run->load = (struct load){
        .rate = plan->rate * (double)run->living, .rate_end = plan->rate_end * (double)run->living,
        .burst = plan->burst, .warmup_ns = plan->warmup_ns, .duration_ns = plan->duration_ns,
        .requests = plan->requests,
    };
    int error = slab_init(&run->requests, sizeof(struct run_request), plan->open_max);
    size_t seconds = (size_t)(plan->duration_ns / CLOCK_NS_PER_S) + 1;
    if (error == 0) error = tally_init(&run->tally, run->result, seconds);
    if (error == 0)
        error = sampler_init(&run->sampler, run->fleet, run->result, plan->targets, heard,
                             plan->sample_ns, plan->timeout_ns);
    return error;
}

static void run_close(struct run *run) {
    tally_deinit(&run->tally);
    sampler_deinit(&run->sampler);
    slab_deinit(&run->requests);
    free(run->agents);
}

/* What the agents have is found out before their load begins. */
static int run_probe(struct run *run) {
    if (run->plan->sample_ns == 0) return 0;
    uint64_t end = clock_monotonic_ns() + 3 * run->plan->timeout_ns;
    sampler_probe(&run->sampler);
    int error = 0;
    while (error == 0 && run->sampler.open > 0 && clock_monotonic_ns() < end &&
           !bench_is_stopped(run->hooks)) {
        error = fleet_step(run->fleet, 0);
        bench_wait(run->fleet, run->hooks, min_of(fleet_deadline_ns(run->fleet), end));
    }
    return error;
}

/* Answers to open requests that were not believed. */
static uint64_t refused_of(const struct fleet_stats *s) {
    return s->wrong_source + s->wrong_auth + s->wrong_digest + s->not_in_window + s->wrong_engine +
           s->wrong_context + s->unauthenticated + s->decrypt_errors;
}

static void run_fill_stats(struct bench_result *r, const struct fleet_stats *before,
                           const struct fleet_stats *after) {
    r->late = after->late - before->late;
    r->duplicates = after->duplicates - before->duplicates;
    r->unmatched = after->unmatched - before->unmatched;
    r->malformed = after->malformed - before->malformed;
    r->refused = refused_of(after) - refused_of(before);
    r->kernel_drops = after->kernel_drops - before->kernel_drops;
    r->send_failures = after->send_failed - before->send_failed;
}

/*
 * Between two planned moments: a look is a request, too, and an agent that works on one at a time
 * would answer each request that is planned for the same moment later. Where the rate is a whole
 * multiple of the looks', all looks are between two of them.
 */
static uint64_t run_first_look(const struct run *run) {
    if (run->plan->sample_ns == 0) return UINT64_MAX;
    if (run->plan->is_closed) return run->begin_ns;
    double half = 0.5e9 / run->load.rate;
    return run->begin_ns + (uint64_t)fmin(half, (double)run->plan->sample_ns / 2);
}

static int run_measure(struct run *run) {
    struct fleet_stats before, after;
    int error = run_probe(run);
    if (error != 0) return error;
    uint64_t now = clock_monotonic_ns();
    uint64_t lead = run->plan->is_closed ? 0 : (uint64_t)LEAD_MS * CLOCK_NS_PER_MS;
    run->begin_ns = now + run->plan->warmup_ns + lead;
    run->end_ns = clock_after(run->begin_ns, run->plan->is_closed ? run->plan->duration_ns
                                                                 : load_end_ns(&run->load));
    run->tally.begin_ns = run->sampler.begin_ns = run->begin_ns;
    run->sampler.next_ns = run_first_look(run);
    run->result->began_unix_ns =
        clock_realtime_ns() + (int64_t)run->begin_ns - (int64_t)now;
    fleet_get_stats(run->fleet, &before);
    error = run_load(run);
    uint64_t over = clock_monotonic_ns();
    run->result->duration_ns = over > run->begin_ns ? min_of(over, run->end_ns) - run->begin_ns : 0;
    run->end_ns = run->begin_ns + run->result->duration_ns;
    if (error == 0) {
        run_give_up_left(run);
        error = run_drain(run);
    }
    fleet_get_stats(run->fleet, &after);
    run_fill_stats(run->result, &before, &after);
    return error;
}

int bench_run(struct fleet *fleet, const struct bench_plan *plan, const struct bench_hooks *hooks,
              const bool *heard, struct bench_result *result) {
    struct run run = { .fleet = fleet, .plan = plan, .hooks = hooks, .result = result,
                       .sampler = { .next_ns = UINT64_MAX } };
    int error = run_open(&run, heard);
    if (error == 0) error = run_measure(&run);
    run.is_over = true;
    if (run.agents != NULL) run_cancel_open(&run);
    if (error == 0) {
        sampler_finish(&run.sampler);
        tally_finish(&run.tally);
        size_t used = (size_t)((result->duration_ns + CLOCK_NS_PER_S - 1) / CLOCK_NS_PER_S);
        if (used < result->second_count) result->second_count = used;
    }
    run_close(&run);
    return error;
}

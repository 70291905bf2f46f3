/*
 * service: see service.h.
 *
 * An agent's jobs are in three places: those that have not begun (a ring, in the order of their
 * beginnings), those under way (at most one a server), and those that are over, of which only sums
 * are kept: of all, and by slots of time for the load of late. Jobs move on when the next request
 * is admitted. Memory is taken for agents that are asked.
 */
#include "sim/service.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/prng.h"
#include "wire/message.h"
#include "wire/oid.h"

/* The slots of the window, and one that it is only partly in. */
enum { SLOT_NS = 50000000, SLOTS = 41 };

struct service_job {
    uint64_t start, end;   /* since the agents' start */
};

struct service_slot {
    uint64_t number;       /* which multiple of SLOT_NS */
    uint64_t busy_ns;
};

struct service_agent {
    struct prng prng;
    struct service_job *ahead;    /* a ring of .room, a power of two; NULL: none yet */
    uint32_t first, count, room;
    uint32_t under_way_count;
    uint64_t busy_ns;             /* of all jobs that are over */
    struct service_slot slots[SLOTS];
    struct service_job *under_way;
    uint64_t free_at[];           /* of each server; behind it the memory of .under_way */
};

struct service {
    struct service_options options;
    uint32_t agents;
    double request_ns;
    struct service_agent *list[];  /* NULL: was not asked yet */
};

bool service_is_on(const struct service_options *o) {
    return o->capacity > 0 || o->object_ns > 0 || o->cost_count > 0 || o->pauses.length_ns > 0 ||
           o->pauses.once_ns > 0;
}

int service_add_cost(struct service_options *o, const char *oid, uint64_t ns) {
    if (o->cost_count == SERVICE_COSTS_MAX) return -ENOSPC;
    struct service_cost *cost = &o->costs[o->cost_count];
    int length = oid_parse(span_text(oid), cost->oid);
    if (length <= 0) return -EINVAL;
    cost->length = (size_t)length;
    cost->ns = ns;
    o->cost_count++;
    return 0;
}

int service_new(struct service **ret_service, const struct service_options *options,
                uint32_t agents) {
    struct service *s = calloc(1, sizeof(*s) + agents * sizeof(s->list[0]));
    if (s == NULL) return -ENOMEM;
    s->options = *options;
    s->agents = agents;
    if (options->capacity > 0) s->request_ns = 1e9 * options->servers / options->capacity;
    *ret_service = s;
    return 0;
}

void service_free(struct service *s) {
    if (s == NULL) return;
    for (uint32_t i = 0; i < s->agents; i++) {
        if (s->list[i] != NULL) free(s->list[i]->ahead);
        free(s->list[i]);
    }
    free(s);
}

static struct service_agent *service_agent_of(struct service *s, uint32_t agent) {
    if (s->list[agent] != NULL) return s->list[agent];
    uint32_t servers = s->options.servers;
    struct service_agent *a =
        calloc(1, sizeof(*a) + servers * (sizeof(uint64_t) + sizeof(struct service_job)));
    if (a == NULL) return NULL;
    a->under_way = (struct service_job *)(a->free_at + servers);
    prng_init(&a->prng, prng_mix(s->options.seed + (agent + 1) * 0x9e3779b97f4a7c15u));
    s->list[agent] = a;
    return a;
}

static struct service_job *agent_ahead(const struct service_agent *a, uint32_t i) {
    return &a->ahead[(a->first + i) & (a->room - 1)];
}

/* A job that is over, to the sums. */
static void agent_add(struct service_agent *a, const struct pauses *pauses,
                      const struct service_job *job) {
    a->busy_ns += pauses_work(pauses, job->start, job->end);
    uint64_t from = job->start;
    if (job->end > SERVICE_WINDOW_NS && from < job->end - SERVICE_WINDOW_NS)
        from = job->end - SERVICE_WINDOW_NS;
    while (from < job->end) {
        uint64_t number = from / SLOT_NS, next = (number + 1) * SLOT_NS;
        struct service_slot *slot = &a->slots[number % SLOTS];
        if (next > job->end) next = job->end;
        if (slot->number < number) *slot = (struct service_slot){ .number = number };
        if (slot->number == number) slot->busy_ns += pauses_work(pauses, from, next);
        from = next;
    }
}

/* What has ended until @now is over, what has begun is under way. */
static void agent_settle(struct service_agent *a, const struct pauses *pauses, uint64_t now) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < a->under_way_count; i++) {
        if (a->under_way[i].end <= now) agent_add(a, pauses, &a->under_way[i]);
        else a->under_way[kept++] = a->under_way[i];
    }
    a->under_way_count = kept;
    while (a->count > 0 && agent_ahead(a, 0)->start <= now) {
        const struct service_job *job = agent_ahead(a, 0);
        if (job->end <= now) agent_add(a, pauses, job);
        else a->under_way[a->under_way_count++] = *job;
        a->first++;
        a->count--;
    }
}

/* Room for one more job ahead. */
static bool agent_reserve(struct service_agent *a) {
    if (a->count < a->room) return true;
    uint32_t room = a->room == 0 ? 4 : a->room * 2;
    struct service_job *ahead = malloc(room * sizeof(*ahead));
    if (ahead == NULL) return false;
    for (uint32_t i = 0; i < a->count; i++) ahead[i] = *agent_ahead(a, i);
    free(a->ahead);
    a->ahead = ahead;
    a->first = 0;
    a->room = room;
    return true;
}

static uint32_t agent_next_server(const struct service_agent *a, uint32_t servers) {
    uint32_t next = 0;
    for (uint32_t i = 1; i < servers; i++) {
        if (a->free_at[i] < a->free_at[next]) next = i;
    }
    return next;
}

bool service_admit(struct service *s, uint32_t agent, uint64_t now, uint64_t *ret_start) {
    const struct service_options *o = &s->options;
    struct service_agent *a = service_agent_of(s, agent);
    if (a == NULL) return false;
    now -= o->started;
    agent_settle(a, &o->pauses, now);
    uint64_t free_at = a->free_at[agent_next_server(a, o->servers)];
    uint64_t start = pauses_end(&o->pauses, now > free_at ? now : free_at);
    if ((start > now && a->count >= o->queue) || !agent_reserve(a)) return false;
    *ret_start = o->started + start;
    return true;
}

static uint64_t service_object_ns(const struct service_options *o, struct span oid) {
    uint64_t ns = o->object_ns;
    size_t longest = 0;
    for (size_t i = 0; i < o->cost_count; i++) {
        const struct service_cost *cost = &o->costs[i];
        if (cost->length <= longest || !span_starts_with(oid, span_of(cost->oid, cost->length)))
            continue;
        ns = cost->ns;
        longest = cost->length;
    }
    return ns;
}

static bool value_is_exception(const struct fleet_value *value) {
    return value->type == FLEET_NO_SUCH_OBJECT || value->type == FLEET_NO_SUCH_INSTANCE ||
           value->type == FLEET_END_OF_MIB_VIEW;
}

uint64_t service_objects_ns(const struct service *s, struct span varbinds) {
    const struct service_options *o = &s->options;
    if (o->object_ns == 0 && o->cost_count == 0) return 0;
    struct ber_reader reader = BER_READER(varbinds);
    struct varbind varbind;
    uint64_t ns = 0;
    while (varbind_next(&reader, &varbind) && ns < SERVICE_WORK_MAX_NS) {
        if (!value_is_exception(&varbind.value)) ns += service_object_ns(o, varbind.oid);
    }
    return ns;
}

/* A request's own time. */
static double service_request_ns(const struct service *s, struct service_agent *a) {
    if (!s->options.is_exponential) return s->request_ns;
    return -log1p(-prng_unit(&a->prng)) * s->request_ns;
}

uint64_t service_take(struct service *s, uint32_t agent, uint64_t start, uint64_t objects_ns) {
    const struct service_options *o = &s->options;
    struct service_agent *a = s->list[agent];
    double own = service_request_ns(s, a), most = (double)SERVICE_WORK_MAX_NS;
    uint64_t work = (uint64_t)llround(fmin(own + (double)objects_ns, most));
    start -= o->started;
    uint64_t end = pauses_finish(&o->pauses, start, work);
    a->free_at[agent_next_server(a, o->servers)] = end;
    *agent_ahead(a, a->count++) = (struct service_job){ start, end };
    return o->started + end;
}

/* The work on @job within the time from @from to @to. */
static uint64_t job_work(const struct pauses *pauses, const struct service_job *job, uint64_t from,
                         uint64_t to) {
    return pauses_work(pauses, job->start > from ? job->start : from,
                       job->end < to ? job->end : to);
}

/* The work until @at on jobs that are not among the sums. */
static uint64_t agent_work(const struct service_agent *a, const struct pauses *pauses,
                           uint64_t from, uint64_t at) {
    uint64_t work = 0;
    for (uint32_t i = 0; i < a->under_way_count; i++)
        work += job_work(pauses, &a->under_way[i], from, at);
    for (uint32_t i = 0; i < a->count && agent_ahead(a, i)->start < at; i++)
        work += job_work(pauses, agent_ahead(a, i), from, at);
    return work;
}

/* The work from @from to @at on jobs that are over; of the slot that begins before, a part. */
static double agent_worked(const struct service_agent *a, uint64_t from, uint64_t at) {
    double work = 0;
    for (uint32_t i = 0; i < SLOTS; i++) {
        uint64_t start = a->slots[i].number * SLOT_NS, end = start + SLOT_NS;
        if (end <= from || start >= at) continue;
        double share = start >= from ? 1 : (double)(end - from) / SLOT_NS;
        work += (double)a->slots[i].busy_ns * share;
    }
    return work;
}

struct service_load service_load_at(const struct service *s, uint32_t agent, uint64_t at) {
    const struct service_agent *a = s->list[agent];
    const struct pauses *pauses = &s->options.pauses;
    uint32_t servers = s->options.servers;
    at -= s->options.started;
    uint64_t from = at > SERVICE_WINDOW_NS ? at - SERVICE_WINDOW_NS : 0;
    uint64_t paused = pauses_before(pauses, at);
    double work = (double)(paused - pauses_before(pauses, from)) * servers;
    struct service_load load = { .busy_ns = paused * servers };
    if (a != NULL) {
        load.busy_ns += a->busy_ns + agent_work(a, pauses, 0, at);
        work += agent_worked(a, from, at) + (double)agent_work(a, pauses, from, at);
    }
    if (at > from) load.busy = fmin(work / ((double)(at - from) * servers), 1);
    load.idle_ns = at * servers > load.busy_ns ? at * servers - load.busy_ns : 0;
    return load;
}

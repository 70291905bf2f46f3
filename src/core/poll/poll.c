/*
 * poll: one run of one module against one target, from its admission to exactly one report.
 *
 * A poll holds a place in its target's window for each request. Whoever frees a place pumps the
 * target: all its running polls may then produce, in turn. A request that is given up ends its poll
 * (the next would fare no better); rows received until then are handed out.
 */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/state.h"

enum {
    DETAIL_BYTES = 160,
    DEADLINE_SPARE = 8,  /* a deadline gives up to this part of itself for the next turn */
    RETRY_GETBULK = 32,  /* polls, on the average, until one tries GETBULK where it did not work */
};

/*
 * When a poll that starts now must end. One that was given no more than its interval ends before
 * its next turn, so that a silent agent does not cost every second turn; a start that was much too
 * late is not punished by it.
 */
static uint64_t poll_deadline_at(const struct engine *e, const struct subscription *s,
                                 uint64_t now) {
    uint64_t allowed = s->target->deadline_ns != 0 ? s->target->deadline_ns : s->interval_ns;
    uint64_t next_turn = s->due_ns + s->interval_ns, tick = 1 << WHEEL_TICK_SHIFT;
    bool meets_turn = !e->options.once && allowed <= s->interval_ns && now + allowed >= next_turn;
    bool is_near = next_turn > now && next_turn - now > allowed - allowed / DEADLINE_SPARE;
    return meets_turn && is_near ? next_turn - tick : now + allowed;
}

void poll_start(struct engine *e, struct subscription *s, struct moment at) {
    uint32_t number;
    struct poll *p = slab_get(&e->polls, &number);
    if (p == NULL) {
        poll_skip(e, s, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    struct target *t = s->target;
    p->number = number;
    p->subscription = s;
    p->target = t;
    p->security = t->security;
    p->state = POLL_RUNNING;
    p->started_ns = at.now;
    p->due_ns = s->due_ns;
    p->sent = p->retries = p->responses = p->reports = p->discoveries = 0;
    p->noted = FLEET_REASON_OK;
    p->noted_text = NULL;
    p->sink = (struct walk_sink){ .sink = &e->options.sink, .target = &t->described };
    p->walks = NULL;
    p->arena = ARENA_INIT(&e->chunks);
    p->arena.at = p->memory;
    p->arena.end = p->memory + sizeof(p->memory);
    list_init(&p->requests);
    list_push(&e->running, &p->link);
    wheel_timer_init(&p->timer, TIMER_POLL);
    wheel_arm(&e->wheel, &p->timer, poll_deadline_at(e, s, at.now));
    s->poll = p;

    if (t->address.family == ADDRESS_NONE) {
        p->state = POLL_RESOLVING;
        roster_want_lookup(e, t);
        return;
    }
    if (target_is_dead(e, t)) {
        p->state = POLL_PROBING;
        t->is_probed = true;
        t->next_probe_ns = at.now + t->interval_ns - t->interval_ns / 8;
        if (request_new(e, p, REQUEST_PROBE, 0) == NULL)
            poll_end(e, p, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    poll_run(e, p, at);
}

/* What did not work once, while the agent was restarting perhaps, is tried again now and then. */
static void poll_forget_getnext(struct engine *e, const struct subscription *s) {
    if (e->next_id % RETRY_GETBULK != 0) return;
    for (uint16_t g = 0; g < s->plan->group_count; g++) {
        if (s->learnt[g] == WALK_LEARNT_GETNEXT) s->learnt[g] = 0;
    }
}

void poll_run(struct engine *e, struct poll *p, struct moment at) {
    const struct subscription *s = p->subscription;
    const struct plan *plan = s->plan;
    p->state = POLL_RUNNING;
    poll_forget_getnext(e, s);
    struct walk *walks = arena_get(&p->arena, plan->part_count * sizeof(*walks));
    uint16_t made = 0;
    while (walks != NULL && made < plan->part_count) {
        int error = walk_init(&walks[made], &plan->parts[made], &p->arena,
                              p->target->auth->version == MESSAGE_V1, s->learnt,
                              p->target->repetitions_max);
        if (error != 0) break;
        walks[made++].walks = walks;
    }
    if (walks == NULL || made < plan->part_count) {
        while (made > 0) walk_deinit(&walks[--made]);
        poll_end(e, p, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    p->walks = walks;
    poll_pump(e, p->target);
}

/* Make a request for the first group of the poll that has something to ask. */
static bool poll_produce(struct engine *e, struct poll *p) {
    const struct plan *plan = p->subscription->plan;
    for (uint16_t part = 0; part < plan->part_count; part++) {
        for (uint16_t g = 0; g < plan->parts[part].group_count; g++) {
            if (!walk_produce(&p->walks[part], g)) continue;
            if (request_new(e, p, part, g) != NULL) return true;
            walk_cancel(&p->walks[part], g);
            return false;
        }
    }
    return false;
}

/* Until its engine is known, a target of v3 is asked one thing at a time. */
static uint32_t poll_window(const struct target *t) {
    return t->security != NULL && !t->security->is_confirmed ? 1 : t->window;
}

void poll_pump(struct engine *e, struct target *t) {
    bool more = true;
    uint32_t window = poll_window(t);
    while (more && t->in_flight < window) {
        more = false;
        for (uint32_t i = 0; i < t->subscription_count && t->in_flight < window; i++) {
            struct poll *p = t->subscriptions[i].poll;
            if (p != NULL && p->state == POLL_RUNNING && p->walks != NULL)
                more |= poll_produce(e, p);
        }
    }
}

/*
 * An answer was refused: what a time-out of this poll will be put down to. @text lives as long as
 * the poll. Silence explains least.
 */
void poll_note(struct poll *p, enum fleet_reason reason, const char *text) {
    if (text == NULL || (reason == FLEET_REASON_TIMEOUT && p->noted != FLEET_REASON_OK)) return;
    p->noted = (uint8_t)reason;
    p->noted_text = text;
}

static bool poll_is_complete(const struct poll *p) {
    for (uint16_t i = 0; i < p->subscription->plan->part_count; i++) {
        if (!walk_is_done(&p->walks[i])) return false;
    }
    return true;
}

/* Each datagram counts once for each kind of sloppiness in it. */
static void engine_count_lenient(struct engine *e, uint32_t lenient) {
    for (uint32_t bits = lenient; bits != 0; bits &= bits - 1)
        e->stats.lenient[__builtin_ctz(bits)]++;
}

void poll_answered(struct engine *e, struct request *r, uint32_t id, const struct message *m,
                   size_t size, struct moment at) {
    struct poll *p = r->poll;
    struct target *t = p->target;
    uint16_t part = r->part, group = r->group;
    request_free(e, r, id);
    p->responses++;
    target_is_heard(e, t);
    p->sink.lenient = m->lenient;
    if (part == REQUEST_PROBE) {
        t->is_probed = false;
        poll_run(e, p, at);
        return;
    }
    walk_consume(&p->walks[part], group, &m->pdu, size, at.unix_ns, &p->sink);
    if (p->sink.lenient != 0) engine_count_lenient(e, p->sink.lenient);
    if (poll_is_complete(p)) {
        poll_end(e, p, FLEET_REASON_OK, NULL, at);
        return;
    }
    poll_pump(e, t);
}

/* The first problem of the walks as a reason; OK when there is none. */
static enum fleet_reason poll_problem(const struct poll *p, char detail[static DETAIL_BYTES]) {
    static const struct {
        enum walk_problem problem;
        enum fleet_reason reason;
        const char *text;
    } kinds[] = {
        { WALK_NOT_INCREASING, FLEET_REASON_NOT_INCREASING, "OIDs do not increase" },
        { WALK_TOO_BIG, FLEET_REASON_TOO_BIG, "tooBig for a single value" },
        { WALK_AGENT_ERROR, FLEET_REASON_AGENT_ERROR, NULL },
        { WALK_MALFORMED, FLEET_REASON_MALFORMED, "reply does not answer what was asked" },
        { WALK_NO_MEMORY, FLEET_REASON_PARTIAL, "out of memory" },
        { WALK_TOO_LONG, FLEET_REASON_PARTIAL, "a joined table is too long" },
    };
    uint32_t any = 0;
    for (uint16_t i = 0; i < p->subscription->plan->part_count; i++) any |= p->walks[i].problems;
    for (size_t k = 0; any != 0 && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (uint16_t i = 0; i < p->subscription->plan->part_count; i++) {
            const struct walk *w = &p->walks[i];
            if ((w->problems & kinds[k].problem) == 0) continue;
            const char *text =
                kinds[k].text != NULL ? kinds[k].text : error_status_name(w->error_status);
            snprintf(detail, DETAIL_BYTES, "%s at %.100s", text, w->problem_at);
            return kinds[k].reason;
        }
    }
    return FLEET_REASON_OK;
}

static uint32_t poll_repetitions(const struct poll *p) {
    uint32_t most = 0;
    for (uint16_t i = 0; p->walks != NULL && i < p->subscription->plan->part_count; i++) {
        const struct walk *w = &p->walks[i];
        for (uint16_t g = 0; w->part->kind != PLAN_SCALARS && g < w->part->group_count; g++) {
            if (w->groups[g].repetitions > most) most = w->groups[g].repetitions;
        }
    }
    return most;
}

static void engine_report(struct engine *e, struct subscription *s, struct fleet_report *report) {
    const struct target *t = s->target;
    report->target = &t->described;
    report->module = s->plan->name;
    report->context = s->plan->context;
    report->rtt_ns = t->srtt_us == 0 ? -1 : (int64_t)t->srtt_us * CLOCK_NS_PER_US;
    report->overruns = s->overruns;
    s->overruns = 0;
    e->stats.polls++;
    e->stats.reasons[report->reason]++;
    e->options.sink.report(e->options.sink.context, report);
}

/*
 * Net-SNMP says nothing to what it cannot decrypt, nor where it does not know the context; pysnmp
 * says nothing to an unknown user or level either.
 */
static const char *poll_silence_cause(const struct target *t, const struct plan *plan) {
    const struct security *s = t->security;
    if (s == NULL || s->is_answered || !s->is_heard) return NULL;
    bool is_private = (t->auth->user->flags & MESSAGE_FLAG_PRIV) != 0;
    bool has_context = s->context_length > 0 || plan->v3_context.length > 0;
    return is_private && has_context ? "wrong privacy protocol or password, or unknown context?"
           : is_private              ? "wrong privacy protocol or password?"
           : has_context             ? "unknown user or context?"
                                     : "unknown user, or wrong level?";
}

static const char *poll_silence(const struct poll *p, char detail[static DETAIL_BYTES]) {
    uint32_t heard = p->responses + p->reports;
    uint32_t silent = p->sent > heard ? p->sent - heard : 1;
    const char *cause = poll_silence_cause(p->target, p->subscription->plan);
    snprintf(detail, DETAIL_BYTES, "no answer to %u attempt%s%s%s", silent, silent == 1 ? "" : "s",
             cause != NULL ? ", but its engine is known: " : "", cause != NULL ? cause : "");
    return detail;
}

/*
 * The reason that a report gives: what ended the poll, or what its walks met; partial when the end
 * cut off a beginning.
 */
static enum fleet_reason poll_reason(const struct poll *p, enum fleet_reason reason,
                                     const char **detail, char text[static DETAIL_BYTES]) {
    if (reason == FLEET_REASON_OK) {
        reason = poll_problem(p, text);
        *detail = text;
        return reason;
    }
    if (reason == FLEET_REASON_TIMEOUT && p->noted != FLEET_REASON_OK) {
        reason = p->noted;
        *detail = p->noted_text;
    }
    bool is_silent = p->responses == 0 && p->reports == 0 && p->sent > 0;
    if (reason == FLEET_REASON_DEADLINE && *detail == NULL)
        *detail = p->noted_text != NULL ? p->noted_text
                  : is_silent           ? poll_silence(p, text)
                                        : NULL;
    bool cut = reason != FLEET_REASON_DEADLINE && reason != FLEET_REASON_CANCELLED;
    if (cut && p->responses > 0 && p->state == POLL_RUNNING && p->sink.varbinds > 0) {
        snprintf(text, DETAIL_BYTES, "%s after %u varbinds%s%.80s", fleet_reason_text(reason),
                 p->sink.varbinds, *detail != NULL ? ": " : "", *detail != NULL ? *detail : "");
        *detail = text;
        return FLEET_REASON_PARTIAL;
    }
    if (*detail == NULL && reason == FLEET_REASON_TIMEOUT) *detail = poll_silence(p, text);
    /* The poll's own memory is gone when the report is handed out. */
    if (*detail != NULL && *detail == p->noted_text) {
        snprintf(text, DETAIL_BYTES, "%s", *detail);
        *detail = text;
    }
    return reason;
}

/*
 * That an engine answers at all is said by anybody, to anybody: it is no answer to what the poll
 * asked.
 */
static uint32_t poll_answers(const struct poll *p) {
    return p->responses + p->reports - p->discoveries;
}

/* Returns the reason that was reported. */
enum fleet_reason poll_end(struct engine *e, struct poll *p, enum fleet_reason reason,
                           const char *detail, struct moment at) {
    struct subscription *s = p->subscription;
    struct target *t = p->target;
    while (!list_is_empty(&p->requests)) {
        request_free(e, container_of(p->requests.next, struct request, poll_link), 0);
    }
    wheel_disarm(&e->wheel, &p->timer);
    for (uint16_t i = 0; p->walks != NULL && i < s->plan->part_count; i++)
        walk_flush(&p->walks[i], &p->sink);

    char text[DETAIL_BYTES] = "";
    reason = poll_reason(p, reason, &detail, text);
    struct fleet_report report = {
        .reason = reason,
        .detail = detail != NULL ? detail : "",
        .time_ns = at.unix_ns,
        .duration_ns = (int64_t)(at.now - p->started_ns),
        .lag_ns = (int64_t)(p->started_ns - p->due_ns),
        .answers = poll_answers(p),
        .requests = p->sent,
        .retries = p->retries,
        .varbinds = p->sink.varbinds,
        .rows = p->sink.rows,
        .max_repetitions = poll_repetitions(p),
    };
    e->stats.varbinds += p->sink.varbinds;
    e->stats.rows += p->sink.rows;
    if (p->state == POLL_PROBING) t->is_probed = false;
    for (uint16_t i = 0; p->walks != NULL && i < s->plan->part_count; i++) {
        const struct plan_part *part = &s->plan->parts[i];
        for (uint16_t g = 0; g < part->group_count; g++) {
            uint8_t learnt = walk_learnt(&p->walks[i], g);
            if (p->responses > 0 && learnt != 0) s->learnt[part->groups[g].number] = learnt;
        }
        walk_deinit(&p->walks[i]);
    }
    s->poll = NULL;
    schedule_settle(e, p, reason);
    list_remove(&p->link);
    arena_deinit(&p->arena);
    slab_put(&e->polls, p->number);
    engine_report(e, s, &report);
    poll_pump(e, t);
    return reason;
}

/*
 * The poll's request is given up. While nothing was believed of its target's engine, a target of v3
 * is asked one thing at a time: the polls that wait behind it would only find the same, a time-out
 * or a refusal later. That a context is not answered says nothing of the others.
 */
void poll_give_up(struct engine *e, struct poll *p, enum fleet_reason reason, const char *detail,
                  struct moment at) {
    const struct target *t = p->target;
    bool is_plain = p->subscription->plan->context == NULL;
    if (t->security == NULL || t->security->is_confirmed || !is_plain) {
        (void)poll_end(e, p, reason, detail, at);
        return;
    }
    char silence[DETAIL_BYTES], text[2 * DETAIL_BYTES];
    const char *why = detail != NULL                  ? detail
                      : p->noted != FLEET_REASON_OK ? p->noted_text
                                                    : poll_silence(p, silence);
    snprintf(text, sizeof(text), "%s (to module %.80s; this one was not asked)", why,
             p->subscription->plan->name);
    uint32_t heard = poll_answers(p);
    reason = poll_end(e, p, reason, detail, at);
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct poll *waiting = t->subscriptions[i].poll;
        if (waiting == NULL || waiting->state != POLL_RUNNING || waiting->sent > 0) continue;
        waiting->reports = heard;  /* the answer that this report passes on */
        (void)poll_end(e, waiting, reason, text, at);
    }
}

/* The report of a turn in which nothing is asked. */
void poll_skip(struct engine *e, struct subscription *s, enum fleet_reason reason,
               const char *detail, struct moment at) {
    struct fleet_report report = {
        .reason = reason,
        .detail = detail,
        .time_ns = at.unix_ns,
        .lag_ns = (int64_t)(at.now - s->due_ns),
    };
    engine_report(e, s, &report);
}

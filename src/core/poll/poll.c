/* poll: see poll.h. */
#include "core/poll/poll.h"

#include <stdio.h>

#include "base/clock.h"
#include "core/exchange/security.h"
#include "core/exchange/versions.h"
#include "core/walk/room.h"
#include "core/walk/walk_problem.h"

enum {
    DETAIL_BYTES = 320,
    CHUNK_BYTES = 4096,
    CHUNKS_KEPT = 16384,
    DEADLINE_SPARE = 8, /* a deadline gives up to this part of itself for the next turn */
    RETRY_GETBULK = 32, /* polls, on the average, until one tries GETBULK where it did not work */
    PROBE_INTENT = UINT32_MAX,
};

/* sysUpTime.0: 1.3.6.1.2.1.1.3.0, the cheap question to a dead target. */
static const uint8_t probe_oid[] = { 0x2b, 6, 1, 2, 1, 1, 3, 0 };

/* What a request of a poll is for: a group of columns of one of its parts. */
static uint32_t poll_intent(uint16_t part, uint16_t group) {
    return (uint32_t)part << 16 | group;
}

static struct walk *poll_walk_of(const struct poll *p, uint32_t intent) {
    return &p->walks[intent >> 16];
}

static const struct owner_ops poll_ops;

int polls_init(struct polls *polls) {
    list_init(&polls->running);
    arena_pool_init(&polls->chunks, CHUNK_BYTES, 0);
    polls_set_memory(polls, polls->memory);
    return slab_init(&polls->slab, sizeof(struct poll), POLLS_MAX);
}

void polls_set_memory(struct polls *polls, size_t bytes) {
    size_t kept = bytes / 4 / CHUNK_BYTES;
    arena_pool_keep(&polls->chunks, kept < CHUNKS_KEPT ? kept : CHUNKS_KEPT);
    polls->memory = bytes;
    for (struct list *l = polls->running.next; l != &polls->running; l = l->next)
        container_of(l, struct poll, link)->terms.memory = bytes;
}

void polls_deinit(struct polls *polls) {
    slab_deinit(&polls->slab);
    arena_pool_deinit(&polls->chunks);
}

void polls_cancel(struct polls *polls, const char *why, struct moment at) {
    while (!list_is_empty(&polls->running))
        poll_end(container_of(polls->running.next, struct poll, link), FLEET_REASON_CANCELLED, why,
                 at);
}

bool polls_check(const struct polls *polls) {
    uint32_t running = 0;
    for (const struct list *l = polls->running.next; l != &polls->running; l = l->next) {
        const struct poll *p = container_of(l, struct poll, link);
        bool asks = !list_is_empty(&p->owner.requests);
        if (p->subscription->poll != p || (p->state == POLL_RESOLVING && asks)) return false;
        for (uint16_t i = 0; p->walks != NULL && i < p->terms.walk_count; i++) {
            if (!walk_check(&p->walks[i])) return false;
        }
        running++;
    }
    return running == polls->slab.used;
}

/*
 * When a poll that starts now must end. One that was given no more than its interval ends before
 * its next turn, so that a silent agent does not cost every second turn; a start that was much too
 * late is not punished by it.
 */
static uint64_t poll_deadline_at(const struct polls *polls, const struct subscription *s,
                                 uint64_t now) {
    uint64_t allowed = s->target->deadline_ns != 0 ? s->target->deadline_ns : s->interval_ns;
    uint64_t next_turn = clock_after(s->due_ns, s->interval_ns), tick = 1 << WHEEL_TICK_SHIFT;
    uint64_t end = clock_after(now, allowed);
    bool meets_turn = !polls->once && allowed <= s->interval_ns && end >= next_turn;
    bool is_near = next_turn > now && next_turn - now > allowed - allowed / DEADLINE_SPARE;
    return meets_turn && is_near ? next_turn - tick : end;
}

void polls_move_target(struct polls *polls, struct target *t) {
    t->is_moving = false;
    t->names->held = 0;
    peers_take(&polls->exchange->peers, &t->peer);
    target_set_address(t, names_address(t->names));
    peers_put(&polls->exchange->peers, &t->peer);
}

void polls_look_at_name(struct polls *polls, struct target *t, uint64_t now) {
    bool is_free = t->peer.in_flight == 0 || t->names->held++ >= NAMES_MOVE_POLLS;
    if (t->is_moving && is_free) polls_move_target(polls, t);
    if (t->name_state == TARGET_RESOLVED && now >= t->names->next_ns)
        lookups_want_again(polls->lookups, t);
}

static const struct scope *poll_scope(const struct poll *p) {
    const struct plan *plan = p->subscription->plan;
    return plan->context != NULL ? &plan->scope : NULL;
}

/* Agents may be there only in a context, or only out of it: both are tried, in turn. */
static const struct scope *poll_probe_scope(struct poll *p) {
    bool is_in_context = p->target->probes_in_context;
    p->target->probes_in_context = !is_in_context;
    return is_in_context ? poll_scope(p) : NULL;
}

void poll_start(struct polls *polls, struct subscription *s, struct moment at) {
    uint32_t number;
    struct poll *p = slab_get(&polls->slab, &number);
    if (p == NULL) {
        poll_skip(polls, s, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    struct target *t = s->target;
    owner_init(&p->owner, &poll_ops, &t->peer);
    p->polls = polls;
    p->number = number;
    p->subscription = s;
    p->target = t;
    p->heard_before = t->peer.heard;
    p->names_tried = p->versions_tried = 0;
    p->state = POLL_RUNNING;
    p->started_ns = at.now;
    p->due_ns = s->due_ns;
    p->sink = (struct walk_sink){ .sink = &polls->sink, .target = &t->described };
    p->walks = NULL;
    p->arena = ARENA_INIT(&polls->chunks);
    p->arena.at = p->memory;
    p->arena.end = p->memory + sizeof(p->memory);
    list_push(&polls->running, &p->link);
    wheel_timer_init(&p->timer, TIMER_POLL);
    wheel_arm(polls->wheel, &p->timer, poll_deadline_at(polls, s, at.now));
    s->poll = p;

    if (t->names != NULL) polls_look_at_name(polls, t, at.now);
    if (t->peer.address.family == ADDRESS_NONE) {
        p->state = POLL_RESOLVING;
        lookups_want(polls->lookups, t);
        return;
    }
    if (t->names != NULL) p->name_at = t->names->at;
    p->asked_as = t->peer.auth;
    if (health_is_dead(polls->health, t)) {
        p->state = POLL_PROBING;
        t->is_probed = true;
        t->next_probe_ns = clock_after(at.now, t->interval_ns - t->interval_ns / 8);
        if (!exchange_ask(polls->exchange, &p->owner, PROBE_INTENT, poll_probe_scope(p), 0))
            poll_end(p, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    poll_run(p, at);
}

/* What did not work once, while the agent was restarting perhaps, is tried again now and then. */
static void poll_forget_getnext(struct polls *polls, const struct subscription *s) {
    if (polls->stats->requests % RETRY_GETBULK != 0) return;
    for (uint16_t g = 0; g < s->plan->group_count; g++) {
        if (s->learnt[g] == WALK_LEARNT_GETNEXT) s->learnt[g] = 0;
    }
}

void poll_run(struct poll *p, struct moment at) {
    const struct subscription *s = p->subscription;
    const struct plan *plan = s->plan;
    p->state = POLL_RUNNING;
    p->asked_as = p->owner.peer->auth;
    poll_forget_getnext(p->polls, s);
    struct walk *walks = arena_get(&p->arena, plan->part_count * sizeof(*walks));
    uint16_t made = 0;
    p->terms = (struct walk_terms){
        .learnt = s->learnt,
        .repetitions_max = p->target->repetitions_max,
        .request_bytes = room_of_request(p->owner.peer, &plan->scope),
        .memory = p->polls->memory,
        .is_v1 = p->owner.peer->auth->version == MESSAGE_V1,
        .walks = walks,
        .walk_count = plan->part_count,
    };
    while (walks != NULL && made < plan->part_count) {
        if (walk_init(&walks[made], &plan->parts[made], &p->arena, &p->terms) != 0) break;
        made++;
    }
    if (walks == NULL || made < plan->part_count) {
        while (made > 0) walk_deinit(&walks[--made]);
        poll_end(p, FLEET_REASON_PARTIAL, "out of memory", at);
        return;
    }
    p->walks = walks;
    polls_pump(p->target);
}

/* Ask for the first group of the poll that has something to ask. */
static bool poll_produce(struct poll *p) {
    const struct plan *plan = p->subscription->plan;
    for (uint16_t part = 0; part < plan->part_count; part++) {
        for (uint16_t g = 0; g < plan->parts[part].group_count; g++) {
            if (!walk_produce(&p->walks[part], g)) continue;
            if (exchange_ask(p->polls->exchange, &p->owner, poll_intent(part, g),
                             poll_scope(p), p->owner.peer->retries))
                return true;
            walk_cancel(&p->walks[part], g);
            return false;
        }
    }
    return false;
}

void polls_pump(struct target *t) {
    bool more = true;
    uint32_t window = peer_window(&t->peer);
    while (more && t->peer.in_flight < window) {
        more = false;
        for (uint32_t i = 0; i < t->subscription_count && t->peer.in_flight < window; i++) {
            struct poll *p = t->subscriptions[i].poll;
            if (p != NULL && p->state == POLL_RUNNING && p->walks != NULL) more |= poll_produce(p);
        }
    }
}

static void poll_write(const struct owner *owner, uint32_t intent, struct pdu *pdu,
                       struct ber_writer *w) {
    const struct poll *p = container_of(owner, struct poll, owner);
    if (intent == PROBE_INTENT)
        varbind_write_null(w, span_of(probe_oid, sizeof(probe_oid)), SPAN_NULL);
    else walk_write(poll_walk_of(p, intent), (uint16_t)intent, pdu, w);
}

static void poll_lost(struct owner *owner, uint32_t intent, enum owner_loss cause) {
    struct poll *p = container_of(owner, struct poll, owner);
    if (intent == PROBE_INTENT) return;
    if (cause == OWNER_LOSS_TOO_LARGE) walk_too_large(poll_walk_of(p, intent), (uint16_t)intent);
    else walk_lost(poll_walk_of(p, intent), (uint16_t)intent);
}

static bool poll_is_complete(const struct poll *p) {
    for (uint16_t i = 0; i < p->subscription->plan->part_count; i++) {
        if (!walk_is_done(&p->walks[i])) return false;
    }
    return true;
}

/* Each datagram counts once for each kind of sloppiness in it. */
static void polls_count_lenient(struct polls *polls, uint32_t lenient) {
    for (uint32_t bits = lenient; bits != 0; bits &= bits - 1)
        polls->stats->lenient[__builtin_ctz(bits)]++;
}

static void poll_answered(struct owner *owner, uint32_t intent, const struct answer *answer,
                          struct moment at) {
    struct poll *p = container_of(owner, struct poll, owner);
    struct target *t = p->target;
    health_heard(p->polls->health, t);
    p->sink.lenient = answer->message->lenient;
    if (intent == PROBE_INTENT) {
        t->is_probed = false;
        poll_run(p, at);
        return;
    }
    walk_consume(poll_walk_of(p, intent), (uint16_t)intent, &answer->message->pdu, answer->size,
                 at.unix_ns, &p->sink);
    if (p->sink.lenient != 0) polls_count_lenient(p->polls, p->sink.lenient);
    if (poll_is_complete(p)) poll_end(p, FLEET_REASON_OK, NULL, at);
    else if (p->sink.varbinds >= t->varbinds_max)
        poll_end(p, FLEET_REASON_PARTIAL, "varbinds_max is reached", at);
    else polls_pump(t);
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

static void polls_report(struct polls *polls, struct subscription *s, struct fleet_report *report) {
    const struct target *t = s->target;
    report->target = &t->described;
    report->module = s->plan->name;
    report->context = s->plan->context;
    report->rtt_ns = t->peer.srtt_us == 0 ? -1 : (int64_t)t->peer.srtt_us * CLOCK_NS_PER_US;
    report->overruns = s->overruns;
    s->overruns = 0;
    polls->stats->polls++;
    polls->stats->reasons[report->reason]++;
    polls->sink.report(polls->sink.context, report);
}

/* An agent says nothing to a community that it does not know (RFC 3584 section 5.2.1). */
static const char *poll_community_cause(const struct target *t) {
    return t->peer.security == NULL && t->peer.srtt_us == 0
               ? " (wrong community, or SNMP is not allowed from here?)"
               : "";
}

/*
 * Net-SNMP says nothing to what it cannot decrypt, nor where it does not know the context; pysnmp
 * says nothing to an unknown user or level either.
 */
static const char *poll_silence_cause(const struct target *t, const struct plan *plan) {
    const struct security *s = t->peer.security;
    if (s == NULL) return NULL;
    enum engine_state trust = security_trust(s);
    if (trust < ENGINE_NAMED || trust == ENGINE_ANSWERED) return NULL;
    bool is_private = (t->peer.auth->user->flags & MESSAGE_FLAG_PRIV) != 0;
    bool has_context = s->context_length > 0 || plan->scope.v3_context.length > 0;
    return is_private && has_context ? "wrong privacy protocol or password, or unknown context?"
           : is_private              ? "wrong privacy protocol or password?"
           : has_context             ? "unknown user or context?"
                                     : "unknown user, or wrong level?";
}

static const char *poll_silence(const struct poll *p, char detail[static DETAIL_BYTES]) {
    uint32_t sent = p->owner.tally.sent, heard = p->owner.tally.answers + p->owner.tally.reports;
    uint32_t silent = sent > heard ? sent - heard : 1;
    const char *cause = poll_silence_cause(p->target, p->subscription->plan);
    snprintf(detail, DETAIL_BYTES, "no answer to %u attempt%s%s%s", silent, silent == 1 ? "" : "s",
             cause != NULL ? ", but its engine is known: " : "",
             cause != NULL ? cause : poll_community_cause(p->target));
    return detail;
}

/*
 * The reason that a report gives: what ended the poll, or what its walks met; partial when the end
 * cut off a beginning.
 */
static enum fleet_reason poll_reason(const struct poll *p, enum fleet_reason reason,
                                     const char **detail, char text[static DETAIL_BYTES]) {
    if (reason == FLEET_REASON_OK) {
        reason = walks_problem(p->walks, p->terms.walk_count, text, DETAIL_BYTES);
        *detail = text;
        return reason;
    }
    const struct tally *tally = &p->owner.tally;
    const char *note = tally->noted != FLEET_REASON_OK ? tally->note : NULL;
    if (reason == FLEET_REASON_TIMEOUT && note != NULL) {
        reason = tally->noted;
        *detail = note;
    }
    bool is_silent = tally->answers == 0 && tally->reports == 0 && tally->sent > 0;
    if (reason == FLEET_REASON_DEADLINE && *detail == NULL)
        *detail = note != NULL ? note : is_silent ? poll_silence(p, text) : NULL;
    bool cut = reason != FLEET_REASON_DEADLINE && reason != FLEET_REASON_CANCELLED;
    if (cut && tally->answers > 0 && p->state == POLL_RUNNING && p->sink.varbinds > 0) {
        snprintf(text, DETAIL_BYTES, "%s after %u varbinds%s%.200s", fleet_reason_text(reason),
                 p->sink.varbinds, *detail != NULL ? ": " : "", *detail != NULL ? *detail : "");
        *detail = text;
        return FLEET_REASON_PARTIAL;
    }
    if (*detail == NULL && reason == FLEET_REASON_TIMEOUT) *detail = poll_silence(p, text);
    /* The poll's own memory is gone when the report is handed out. */
    if (*detail != NULL && *detail == tally->note) {
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
    const struct tally *tally = &p->owner.tally;
    return tally->answers + tally->reports - tally->discoveries;
}

/* What its walks have learnt, for the next poll of its subscription. */
static void poll_keep_learnt(struct poll *p) {
    struct subscription *s = p->subscription;
    if (p->walks == NULL) return;
    for (uint16_t i = 0; i < s->plan->part_count; i++) {
        const struct plan_part *part = &s->plan->parts[i];
        for (uint16_t g = 0; g < part->group_count; g++) {
            uint8_t learnt = walk_learnt(&p->walks[i], g);
            if (p->owner.tally.answers > 0 && learnt != 0)
                s->learnt[part->groups[g].number] = learnt;
        }
        walk_deinit(&p->walks[i]);
    }
}

/* Did anything at all come under the ids of its requests? */
static bool poll_heard_nothing(const struct poll *p) {
    const struct tally *tally = &p->owner.tally;
    return tally->answers == 0 && tally->reports == 0 && tally->disbelieved == 0;
}

/*
 * Does the silence to a poll count against its target? Agents are silent to a context that is not
 * there, so silence in one of several says nothing. Where there are only contexts, the first of
 * them is the witness: when nothing at all was heard since its last poll, the target is silent.
 */
static bool poll_is_witness(const struct poll *p) {
    const struct target *t = p->target;
    const struct subscription *s = p->subscription;
    if (s->plan->context == NULL) return true;
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        if (t->subscriptions[i].plan->context == NULL) return false;
    }
    return s == t->subscriptions && t->peer.heard == s->heard_last;
}

/* What its end says of its target: nothing when it never came to ask. */
static void poll_settle(struct poll *p, enum fleet_reason reason) {
    struct target *t = p->target;
    const struct tally *tally = &p->owner.tally;
    if (t->peer.heard != p->heard_before) health_heard(p->polls->health, t);
    bool failed = reason != FLEET_REASON_OK && reason != FLEET_REASON_CANCELLED &&
                  tally->sent > 0 && poll_heard_nothing(p) && poll_is_witness(p);
    p->subscription->heard_last = t->peer.heard;
    if (!failed) return;
    health_silent(p->polls->health, t);
    if (t->names == NULL) return;
    /* The name may have moved; if not, the next one of its addresses is tried. */
    lookups_want_again(p->polls->lookups, t);
    if (p->name_at == t->names->at && names_next(t->names)) t->is_moving = true;
}

enum fleet_reason poll_end(struct poll *p, enum fleet_reason reason, const char *detail,
                           struct moment at) {
    struct polls *polls = p->polls;
    struct subscription *s = p->subscription;
    struct target *t = p->target;
    const struct tally *tally = &p->owner.tally;
    exchange_cancel(polls->exchange, &p->owner);
    wheel_disarm(polls->wheel, &p->timer);
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
        .requests = tally->sent,
        .retries = tally->retries,
        .varbinds = p->sink.varbinds,
        .rows = p->sink.rows,
        .max_repetitions = poll_repetitions(p),
    };
    polls->stats->varbinds += p->sink.varbinds;
    polls->stats->rows += p->sink.rows;
    if (p->state == POLL_PROBING) t->is_probed = false;
    poll_keep_learnt(p);
    s->poll = NULL;
    poll_settle(p, reason);
    list_remove(&p->link);
    arena_deinit(&p->arena);
    slab_put(&polls->slab, p->number);
    polls_report(polls, s, &report);
    polls_pump(t);
    return reason;
}

/* Ask the whole again. */
static void poll_begin_anew(struct poll *p, struct moment at) {
    exchange_cancel(p->polls->exchange, &p->owner);
    for (uint16_t i = 0; p->walks != NULL && i < p->subscription->plan->part_count; i++)
        walk_deinit(&p->walks[i]);
    p->walks = NULL;
    poll_run(p, at);
}

/* The target may speak another version. False: it was heard, or this poll has tried all. */
static bool poll_try_next_version(struct poll *p) {
    struct target *t = p->target;
    if (t->versions == NULL || versions_is_found(&t->peer)) return false;
    versions_next(t->versions, &t->peer, p->asked_as);
    if (p->state != POLL_RUNNING || p->versions_tried + 1 >= t->versions->count) return false;
    p->versions_tried++;
    return true;
}

/* One of several addresses of the target's name was silent. False: there is no other. */
static bool poll_try_next_address(struct poll *p) {
    struct target *t = p->target;
    struct names *names = t->names;
    if (p->state != POLL_RUNNING || names == NULL || p->names_tried + 1 >= names->count)
        return false;
    p->names_tried++;
    p->versions_tried = 0;
    if (names->at == p->name_at) (void)names_next(names);
    polls_move_target(p->polls, t);
    p->name_at = names->at;
    return true;
}

/*
 * The poll's request is given up. While nothing was believed of its target's engine, a target of v3
 * is asked one thing at a time: the polls that wait behind it would only find the same, a time-out
 * or a refusal later. That a context is not answered says nothing of the others.
 */
static void poll_ended(struct owner *owner, uint32_t intent, enum fleet_reason reason,
                       const char *detail, struct moment at) {
    (void)intent;
    struct poll *p = container_of(owner, struct poll, owner);
    if (poll_heard_nothing(p) && (poll_try_next_version(p) || poll_try_next_address(p))) {
        poll_begin_anew(p, at);
        return;
    }
    const struct target *t = p->target;
    const struct security *security = t->peer.security;
    bool is_plain = p->subscription->plan->context == NULL;
    if (security == NULL || security_is_confirmed(security) || !is_plain) {
        (void)poll_end(p, reason, detail, at);
        return;
    }
    char silence[DETAIL_BYTES], text[2 * DETAIL_BYTES];
    const char *why = detail != NULL                          ? detail
                      : owner->tally.noted != FLEET_REASON_OK ? owner->tally.note
                                                              : poll_silence(p, silence);
    snprintf(text, sizeof(text), "%s (to module %.80s; this one was not asked)", why,
             p->subscription->plan->name);
    uint32_t heard = poll_answers(p);
    reason = poll_end(p, reason, detail, at);
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct poll *waiting = t->subscriptions[i].poll;
        if (waiting == NULL || waiting->state != POLL_RUNNING || waiting->owner.tally.sent > 0)
            continue;
        waiting->owner.tally.reports = heard; /* the answer that this report passes on */
        (void)poll_end(waiting, reason, text, at);
    }
}

static const struct owner_ops poll_ops = {
    .write = poll_write,
    .answered = poll_answered,
    .lost = poll_lost,
    .ended = poll_ended,
};

void poll_skip(struct polls *polls, struct subscription *s, enum fleet_reason reason,
               const char *detail, struct moment at) {
    struct fleet_report report = {
        .reason = reason,
        .detail = detail,
        .time_ns = at.unix_ns,
        .rtt_ns = -1,
        .lag_ns = (int64_t)(at.now - s->due_ns),
    };
    polls_report(polls, s, &report);
}

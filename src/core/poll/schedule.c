/*
 * schedule: whose turn it is. Each subscription has a timer for its next turn; a turn puts it on
 * the queue of due ones, and admission takes it from there while the windows hold. A poll that
 * still runs at its next turn is counted, never stacked.
 *
 * A target that was silent for some polls in a row is dead: once a cycle one of its polls starts
 * with a single cheap question, and only an answer lets it go on; the other polls report `backoff`
 * without sending anything.
 */
#include "base/clock.h"
#include "core/state.h"

void schedule_turn(struct engine *e, struct subscription *s, uint64_t now) {
    uint64_t turn = s->timer.expiry_ns;
    if (s->poll != NULL || !list_is_empty(&s->link)) {
        s->overruns++;
        e->stats.overruns++;
    } else if (!e->draining) {
        s->due_ns = turn;
        list_push(&e->due, &s->link);
        e->due_count++;
    }
    /*
     * Turns that passed unseen (a stopped process, a suspended machine) are left out, not caught up
     * with.
     */
    uint64_t next = turn + s->interval_ns;
    if (next <= now) next += (now - next) / s->interval_ns * s->interval_ns + s->interval_ns;
    wheel_arm(&e->wheel, &s->timer, next);
}

void schedule_subscribe(struct engine *e, struct subscription *s, uint64_t now) {
    if (e->options.once) {
        s->due_ns = now;
        list_push(&e->due, &s->link);
        e->due_count++;
        return;
    }
    wheel_arm(&e->wheel, &s->timer, subscription_next(s, now));
}

void schedule_unsubscribe(struct engine *e, struct subscription *s) {
    wheel_disarm(&e->wheel, &s->timer);
    if (list_is_empty(&s->link)) return;
    list_remove(&s->link);
    e->due_count--;
}

/* It answered: it is not dead, if it was. */
void target_is_heard(struct engine *e, struct target *t) {
    if (t->silent_polls == 0) return;
    if (target_is_dead(e, t)) e->dead_count--;
    t->silent_polls = 0;
}

/*
 * What a poll's end says of its target: nothing when it never came to ask, or when only one of many
 * contexts was asked for: to one that is not there, agents are silent.
 */
void schedule_settle(struct engine *e, struct poll *p, enum fleet_reason reason) {
    struct target *t = p->target;
    bool failed = reason != FLEET_REASON_OK && reason != FLEET_REASON_CANCELLED && p->sent > 0 &&
                  p->responses == 0 && p->reports == 0 &&
                  p->subscription->plan->context == NULL;
    if (!failed) return;
    if (t->silent_polls < UINT32_MAX) t->silent_polls++;
    if (t->silent_polls == e->options.dead_after) e->dead_count++;
    /* The name may have moved to another address. */
    if (t->host != NULL && t->name_state == TARGET_RESOLVED) {
        t->name_state = TARGET_UNRESOLVED;
        roster_want_lookup(e, t);
    }
}

bool schedule_may_admit(const struct engine *e) {
    return e->due_count > 0 && !e->hold && !e->draining && e->polls.used < ENGINE_POLLS_MAX &&
           e->expected + e->ready_count < e->options.window &&
           e->requests.used < ENGINE_REQUESTS_MAX;
}

static bool schedule_is_backed_off(const struct engine *e, const struct target *t, uint64_t now) {
    if (!target_is_dead(e, t)) return false;
    return t->is_probed || now < t->next_probe_ns;
}

void engine_admit(struct engine *e, int64_t unix_ns, uint64_t now) {
    struct moment at = { now, unix_ns };
    while (schedule_may_admit(e)) {
        struct subscription *s = container_of(list_pop(&e->due), struct subscription, link);
        e->due_count--;
        if (schedule_is_backed_off(e, s->target, now))
            poll_skip(e, s, FLEET_REASON_BACKOFF, "silent until its next probe", at);
        else poll_start(e, s, at);
    }
}

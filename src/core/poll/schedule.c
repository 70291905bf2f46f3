/* schedule: see schedule.h. */
#include "core/poll/schedule.h"

#include "base/clock.h"

void schedule_init(struct schedule *s, struct polls *polls) {
    *s = (struct schedule){ .polls = polls };
    list_init(&s->due);
}

static void schedule_make_due(struct schedule *s, struct subscription *subscription,
                              uint64_t due_ns) {
    subscription->due_ns = due_ns;
    list_push(&s->due, &subscription->link);
    s->due_count++;
}

void schedule_turn(struct schedule *s, struct subscription *subscription, uint64_t now) {
    uint64_t turn = subscription->timer.expiry_ns, interval = subscription->interval_ns;
    if (subscription->poll != NULL || !list_is_empty(&subscription->link)) {
        subscription->overruns++;
        s->polls->stats->overruns++;
    } else if (!s->is_draining) {
        schedule_make_due(s, subscription, turn);
    }
    /*
     * Turns that passed unseen (a stopped process, a suspended machine) are left out, not caught up
     * with.
     */
    uint64_t next = clock_after(turn, interval);
    if (next <= now) next = clock_after(next, (now - next) / interval * interval + interval);
    wheel_arm(s->polls->wheel, &subscription->timer, next);
}

void schedule_subscribe(struct schedule *s, struct subscription *subscription, uint64_t now) {
    if (s->polls->once) schedule_make_due(s, subscription, now);
    else wheel_arm(s->polls->wheel, &subscription->timer, subscription_next(subscription, now));
}

void schedule_unsubscribe(struct schedule *s, struct subscription *subscription) {
    wheel_disarm(s->polls->wheel, &subscription->timer);
    if (list_is_empty(&subscription->link)) return;
    list_remove(&subscription->link);
    s->due_count--;
}

bool schedule_may_admit(const struct schedule *s) {
    return s->due_count > 0 && !s->is_draining && s->polls->slab.used < POLLS_MAX &&
           exchange_has_room(s->polls->exchange);
}

bool schedule_admit_one(struct schedule *s, struct moment at) {
    if (!schedule_may_admit(s)) return false;
    struct subscription *next = container_of(list_pop(&s->due), struct subscription, link);
    s->due_count--;
    if (health_is_backed_off(s->polls->health, next->target, at.now))
        poll_skip(s->polls, next, FLEET_REASON_BACKOFF, "silent until its next probe", at);
    else poll_start(s->polls, next, at);
    return true;
}

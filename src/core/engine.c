/* engine: see engine.h. What a turn does that belongs to no single file of the engine. */
#include "core/engine.h"

#include <errno.h>
#include <stdlib.h>

#include "core/state.h"

int engine_new(struct engine **ret_engine, const struct engine_options *options, uint64_t now) {
    struct engine *e = calloc(1, sizeof(*e));
    if (e == NULL) return -ENOMEM;
    e->options = *options;
    wheel_init(&e->wheel, now);
    list_init(&e->running);
    list_init(&e->due);
    list_init(&e->lookups);
    arena_pool_init(&e->chunks, POLL_CHUNK, POLL_CHUNKS_KEPT);
    arena_pool_init(&e->plan_chunks, 16384, 0);
    e->rate_next_ns = now;
    e->salt = prng_mix(options->seed + 1);
    int error = usm_new(&e->usm);
    if (error == 0) error = requests_init(e);
    if (error == 0) error = slab_init(&e->polls, sizeof(struct poll), ENGINE_POLLS_MAX);
    if (error != 0) {
        engine_free(e, 0, now);
        return error;
    }
    *ret_engine = e;
    return 0;
}

void engine_free(struct engine *e, int64_t unix_ns, uint64_t now) {
    if (e == NULL) return;
    e->draining = true;
    while (!list_is_empty(&e->running)) {
        poll_end(e, container_of(e->running.next, struct poll, link), FLEET_REASON_CANCELLED,
                 "shut down", (struct moment){ now, unix_ns });
    }
    roster_deinit(e);
    auths_deinit(e);
    usm_free(e->usm);
    slab_deinit(&e->polls);
    requests_deinit(e);
    arena_pool_deinit(&e->chunks);
    modules_deinit(e);
    free(e->learnt_modules);
    arena_pool_deinit(&e->plan_chunks);
    free(e);
}

void engine_unreachable(struct engine *e, const struct address *peer, int error, int64_t unix_ns,
                        uint64_t now) {
    struct moment at = { now, unix_ns };
    e->stats.icmp++;
    for (struct target *t = roster_first_at(e, peer); t != NULL; t = t->next_by_address) {
        if (!address_equal(&t->address, peer)) continue;
        for (uint32_t i = 0; i < t->subscription_count; i++) {
            struct poll *p = t->subscriptions[i].poll;
            if (p != NULL && p->sent > 0)
                poll_end(e, p, FLEET_REASON_UNREACHABLE, strerrordesc_np(error), at);
        }
    }
}

void engine_expire(struct engine *e, int64_t unix_ns, uint64_t now) {
    struct moment at = { now, unix_ns };
    struct list expired = LIST_INIT(expired), *link;
    wheel_advance(&e->wheel, now, &expired);
    while ((link = list_pop(&expired)) != NULL) {
        struct wheel_timer *timer = container_of(link, struct wheel_timer, link);
        switch ((enum timer_kind)timer->kind) {
        case TIMER_SUBSCRIPTION:
            schedule_turn(e, container_of(timer, struct subscription, timer), now);
            break;
        case TIMER_POLL:
            poll_end(e, container_of(timer, struct poll, timer), FLEET_REASON_DEADLINE,
                     e->hold ? "while polling paused" : NULL, at);
            break;
        case TIMER_REQUEST:
            request_timer_expired(e, container_of(timer, struct request, timer), at);
            break;
        }
    }
}

uint64_t engine_deadline_ns(const struct engine *e, uint64_t now) {
    if (schedule_may_admit(e)) return 0;
    uint64_t next = wheel_next(&e->wheel);
    bool may_send = e->ready_count > 0 && !e->hold && e->expected < e->options.window;
    if (!may_send) return next;
    if (e->options.rate == 0 || e->rate_next_ns <= now) return 0;
    return e->rate_next_ns < next ? e->rate_next_ns : next;
}

bool engine_is_done(const struct engine *e) {
    if (!e->options.once && !e->draining) return false;
    return list_is_empty(&e->running) && (e->draining || e->due_count == 0);
}

void engine_drain(struct engine *e) {
    e->draining = true;
}

void engine_hold(struct engine *e, bool hold) {
    e->hold = hold;
}

struct fleet_stats *engine_stats(struct engine *e) {
    return &e->stats;
}

void engine_get_stats(const struct engine *e, struct fleet_stats *ret_stats) {
    *ret_stats = e->stats;
    ret_stats->targets = e->target_count;
    ret_stats->targets_dead = e->dead_count;
    ret_stats->targets_unresolved = e->unresolved_count;
    ret_stats->same_engine = e->same_engine_count;
    ret_stats->polls_running = e->polls.used;
    ret_stats->polls_waiting = e->due_count;
    ret_stats->requests_in_flight = e->requests.used - e->ready_count;
    ret_stats->window = e->options.window;
}

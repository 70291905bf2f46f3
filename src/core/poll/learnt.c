/* learnt: see learnt.h. */
#include "core/poll/learnt.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/exchange/security.h"

void learnt_deinit(struct learnt *l) {
    free(l->modules);
    *l = (struct learnt){ .modules = NULL };
}

static const char *learnt_host(const struct target *t) {
    return t->host != NULL ? t->host : t->described.address;
}

static void learnt_get_engine(const struct security *s, struct fleet_learnt *l, struct moment at) {
    if (!security_is_confirmed(s)) return;
    l->engine_id_length = s->engine_id_length;
    memcpy(l->engine_id, s->engine_id, s->engine_id_length);
    if (s->clock.state != USM_CLOCK_AUTHENTIC) return;
    l->has_clock = true;
    l->engine_boots = s->clock.boots;
    l->engine_time = usm_clock_time(&s->clock, at.now);
    l->unix_ns = at.unix_ns;
}

static bool learnt_make_room(struct learnt *l, uint32_t count) {
    if (count <= l->room) return true;
    struct fleet_learnt_module *m = realloc(l->modules, count * sizeof(*m));
    if (m == NULL) return false;
    l->modules = m;
    l->room = count;
    return true;
}

int learnt_get(struct learnt *l, const struct target *t, struct fleet_learnt *ret_learnt,
               struct moment at) {
    if (!learnt_make_room(l, t->subscription_count)) return -ENOMEM;
    *ret_learnt = (struct fleet_learnt){
        .name = t->described.name,
        .host = learnt_host(t),
        .port = t->peer.address.port,
        .srtt_us = t->peer.srtt_us,
        .rttvar_us = t->peer.rttvar_us,
        .modules = l->modules,
        .module_count = t->subscription_count,
    };
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        const struct subscription *s = &t->subscriptions[i];
        l->modules[i] =
            (struct fleet_learnt_module){ s->plan->label, s->learnt, s->plan->group_count };
    }
    if (t->peer.security != NULL) learnt_get_engine(t->peer.security, ret_learnt, at);
    return 0;
}

static void learnt_set_engine(struct security *s, const struct fleet_learnt *l, struct moment at) {
    struct span engine_id = span_of(l->engine_id, l->engine_id_length);
    if (!usm_is_engine_id(engine_id) || security_is_confirmed(s) ||
        (s->is_pinned && !span_equal(engine_id, security_engine_id(s))))
        return;
    security_set_engine(s, engine_id, ENGINE_GUESSED);
    if (!l->has_clock || l->engine_boots > USM_TIME_MAX || l->engine_time > USM_TIME_MAX) return;
    int64_t elapsed_ns = at.unix_ns - l->unix_ns;
    uint64_t time = l->engine_time;
    if (elapsed_ns > 0) time += (uint64_t)elapsed_ns / CLOCK_NS_PER_S;
    if (time > USM_TIME_MAX) time = USM_TIME_MAX;
    usm_clock_guess(&s->clock, (int32_t)l->engine_boots, (int32_t)time, at.now);
}

static void learnt_set_module(struct target *t, const struct fleet_learnt_module *m) {
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct subscription *s = &t->subscriptions[i];
        if (s->plan->group_count != m->count || strcmp(s->plan->label, m->module) != 0) continue;
        if (m->count > 0) memcpy(s->learnt, m->repetitions, m->count);
    }
}

void learnt_set(struct target *t, const struct fleet_learnt *l, struct moment at) {
    if (t->peer.address.port != l->port || strcmp(learnt_host(t), l->host) != 0) return;
    if (t->peer.srtt_us == 0) {
        t->peer.srtt_us = l->srtt_us;
        t->peer.rttvar_us = l->rttvar_us;
    }
    for (size_t i = 0; i < l->module_count; i++) learnt_set_module(t, &l->modules[i]);
    if (t->peer.security != NULL) learnt_set_engine(t->peer.security, l, at);
}

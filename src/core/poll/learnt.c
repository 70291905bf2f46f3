/* learnt: what outlives the process (snmpfleet/learnt.h), taken out of the targets and put back. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/state.h"

static const char *learnt_host(const struct target *t) {
    return t->host != NULL ? t->host : t->described.address;
}

static void learnt_get_engine(const struct security *s, struct fleet_learnt *l, int64_t unix_ns,
                              uint64_t now) {
    if (!s->is_confirmed) return;
    l->engine_id_length = s->engine_id_length;
    memcpy(l->engine_id, s->engine_id, s->engine_id_length);
    if (s->clock.state != USM_CLOCK_AUTHENTIC) return;
    l->has_clock = true;
    l->engine_boots = s->clock.boots;
    l->engine_time = usm_clock_time(&s->clock, now);
    l->unix_ns = unix_ns;
}

static bool learnt_make_room(struct engine *e, uint32_t count) {
    if (count <= e->learnt_room) return true;
    struct fleet_learnt_module *m = realloc(e->learnt_modules, count * sizeof(*m));
    if (m == NULL) return false;
    e->learnt_modules = m;
    e->learnt_room = count;
    return true;
}

int engine_learnt_get(struct engine *e, uint32_t target, struct fleet_learnt *ret_learnt,
                      int64_t unix_ns, uint64_t now) {
    if (target >= e->target_bound || e->targets[target] == NULL) return FLEET_E_UNKNOWN;
    const struct target *t = e->targets[target];
    if (!learnt_make_room(e, t->subscription_count)) return -ENOMEM;
    *ret_learnt = (struct fleet_learnt){
        .name = t->described.name,
        .host = learnt_host(t),
        .port = t->address.port,
        .srtt_us = t->srtt_us,
        .rttvar_us = t->rttvar_us,
        .modules = e->learnt_modules,
        .module_count = t->subscription_count,
    };
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        const struct subscription *s = &t->subscriptions[i];
        e->learnt_modules[i] = (struct fleet_learnt_module){ s->plan->label, s->learnt,
                                                             s->plan->group_count };
    }
    if (t->security != NULL) learnt_get_engine(t->security, ret_learnt, unix_ns, now);
    return 0;
}

static void learnt_set_engine(struct security *s, const struct fleet_learnt *l, int64_t unix_ns,
                              uint64_t now) {
    struct span engine_id = span_of(l->engine_id, l->engine_id_length);
    if (!usm_is_engine_id(engine_id) || s->is_confirmed ||
        (s->is_pinned && !span_equal(engine_id, security_engine_id(s))))
        return;
    memcpy(s->engine_id, engine_id.bytes, engine_id.length);
    s->engine_id_length = l->engine_id_length;
    s->has_keys = false;
    if (!l->has_clock || l->engine_boots > USM_TIME_MAX || l->engine_time > USM_TIME_MAX) return;
    int64_t elapsed_ns = unix_ns - l->unix_ns;
    uint64_t time = l->engine_time;
    if (elapsed_ns > 0) time += (uint64_t)elapsed_ns / CLOCK_NS_PER_S;
    if (time > USM_TIME_MAX) time = USM_TIME_MAX;
    usm_clock_set(&s->clock, (int32_t)l->engine_boots, (int32_t)time, now);
}

static void learnt_set_module(struct target *t, const struct fleet_learnt_module *m) {
    for (uint32_t i = 0; i < t->subscription_count; i++) {
        struct subscription *s = &t->subscriptions[i];
        if (s->plan->group_count != m->count || strcmp(s->plan->label, m->module) != 0) continue;
        if (m->count > 0) memcpy(s->learnt, m->repetitions, m->count);
    }
}

int engine_learnt_set(struct engine *e, const struct fleet_learnt *l, int64_t unix_ns,
                      uint64_t now) {
    uint32_t number;
    int error = engine_target_find(e, l->name, &number);
    if (error != 0) return error;
    struct target *t = e->targets[number];
    if (t->address.port != l->port || strcmp(learnt_host(t), l->host) != 0) return 0;
    if (t->srtt_us == 0) {
        t->srtt_us = l->srtt_us;
        t->rttvar_us = l->rttvar_us;
    }
    for (size_t i = 0; i < l->module_count; i++) learnt_set_module(t, &l->modules[i]);
    if (t->security != NULL) learnt_set_engine(t->security, l, unix_ns, now);
    return 0;
}

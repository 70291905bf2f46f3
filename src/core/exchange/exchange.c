/* exchange: see exchange.h. */
#include "core/exchange/exchange.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "snmpfleet/error.h"

enum {
    REPORTS_BELIEVED = 2, /* attempts answered alike by Reports that prove nothing */
    REFUSALS_BELIEVED = 2, /* attempts in a row that came to nothing */
    CLOSED_PAUSE_MS = 20, /* before a port that was closed is tried again */
    AWAY_PAUSE_MS = 500, /* the same of a host that was not to be reached: routes change */
};

int exchange_init(struct exchange *x, const struct exchange_options *options, struct wheel *wheel,
                  struct fleet_stats *stats, uint64_t now) {
    x->options = *options;
    x->options.secrets = (struct secrets){ .salt = 0 };
    x->stats = stats;
    x->expected_max = options->window;
    pace_init(&x->pace, options->rate, now);
    engines_init(&x->engines, &options->secrets.engines);
    int error = requests_init(&x->requests, wheel, &options->secrets.ids);
    return error == 0 ? vault_init(&x->vault, &options->secrets) : error;
}

void exchange_deinit(struct exchange *x) {
    vault_deinit(&x->vault);
    engines_deinit(&x->engines);
    peers_deinit(&x->peers);
    requests_deinit(&x->requests);
}

bool exchange_check(const struct exchange *x) {
    return requests_check(&x->requests) && x->requests.expected <= x->expected_max;
}

void exchange_set_window(struct exchange *x, uint32_t window) {
    x->options.window = window;
    x->expected_max = window > x->requests.expected ? window : x->requests.expected;
}

int exchange_grow(struct exchange *x, uint32_t room) {
    int error = peers_grow(&x->peers, room);
    return error == 0 ? engines_grow(&x->engines, room) : error;
}

int exchange_secure(struct peer *p, const char *context, struct span pinned) {
    if (p->auth->version != MESSAGE_V3)
        return context != NULL || pinned.length > 0 ? FLEET_E_INVALID : 0;
    p->security = security_new(p, p->auth->user, context, pinned);
    return p->security == NULL ? -ENOMEM : 0;
}

void exchange_release(struct exchange *x, struct peer *p) {
    if (p->security != NULL) engines_take(&x->engines, p->security);
    security_free(p->security);
    p->security = NULL;
    auths_put(&x->vault.auths, p->auth);
    p->auth = NULL;
}

bool exchange_ask(struct exchange *x, struct owner *owner, uint32_t intent,
                  const struct scope *scope, uint8_t retries) {
    if (owner->peer->security != NULL) security_prefetch(owner->peer->security);
    return request_new(&x->requests, owner, intent, scope, retries) != NULL;
}

void exchange_cancel(struct exchange *x, struct owner *owner) {
    while (!list_is_empty(&owner->requests))
        request_free(&x->requests, container_of(owner->requests.next, struct request, owner_link),
                     0);
}

bool exchange_has_room(const struct exchange *x) {
    return !x->is_held && x->requests.expected + x->requests.ready_count < x->options.window &&
           x->requests.slab.used < REQUESTS_MAX;
}

uint32_t exchange_in_flight(const struct exchange *x) {
    return x->requests.slab.used - x->requests.ready_count;
}

void exchange_give_up(struct exchange *x, struct request *r, enum fleet_reason reason,
                      const char *detail, struct moment at) {
    struct owner *owner = r->owner;
    uint32_t intent = r->intent;
    request_free(&x->requests, r, 0);
    owner->ops->ended(owner, intent, reason, detail, at);
}

void exchange_expired(struct exchange *x, struct wheel_timer *timer, struct moment at) {
    struct request *r = container_of(timer, struct request, timer);
    struct owner *owner = r->owner;
    if (r->state == REQUEST_PARKED) {
        request_make_ready(&x->requests, r);
        return;
    }
    request_age(&x->requests, r);
    if (at.now < r->timeout_ns) {
        wheel_arm(x->requests.wheel, &r->timer, r->timeout_ns);
        return;
    }
    if (!r->was_refused) r->refused = 0;
    if (r->attempts > r->retries || r->reported >= REPORTS_BELIEVED) {
        bool is_garbled = owner->peer->was_malformed && owner->tally.answers == 0;
        if (is_garbled) owner_note(owner, FLEET_REASON_MALFORMED, "datagrams that do not decode");
        exchange_give_up(x, r, FLEET_REASON_TIMEOUT, NULL, at);
        return;
    }
    if (!r->is_discovery && !r->was_reported && !r->was_refused)
        owner->ops->lost(owner, r->intent, OWNER_LOSS_SILENCE);
    request_make_ready(&x->requests, r);
}

enum request_queue exchange_next_queue(const struct exchange *x) {
    for (uint32_t i = 0; i < REQUEST_QUEUES; i++) {
        enum request_queue f = (x->turn + i) % REQUEST_QUEUES;
        if (!x->is_full[f] && !list_is_empty(&x->requests.ready[f])) return f;
    }
    return REQUEST_QUEUES;
}

uint64_t exchange_deadline_ns(const struct exchange *x, uint64_t now) {
    bool may_send = !x->is_held && x->requests.expected < x->options.window &&
                    exchange_next_queue(x) != REQUEST_QUEUES;
    if (!may_send) return UINT64_MAX;
    uint64_t next = pace_next_ns(&x->pace);
    if (x->starved_until_ns > next) next = x->starved_until_ns;
    return next <= now ? 0 : next;
}

/* An error that a poll ends with, in words; what a firewall does is not to be taken for silence. */
static const char *exchange_error_text(int error) {
    if (error == EPERM) return "Operation not permitted (a firewall?)";
    const char *text = strerrordesc_np(error);
    return text != NULL ? text : "unknown error";
}

void exchange_refused(struct exchange *x, struct request *r, int error, struct moment at) {
    uint64_t pause = (uint64_t)(error == ECONNREFUSED ? CLOSED_PAUSE_MS : AWAY_PAUSE_MS) *
                     CLOCK_NS_PER_MS;
    uint32_t in_a_row = request_refuse(&x->requests, r, pause, at.now);
    if (in_a_row == 0) return;
    if (in_a_row >= REFUSALS_BELIEVED || r->attempts > r->retries)
        exchange_give_up(x, r, FLEET_REASON_UNREACHABLE, exchange_error_text(error), at);
}

void exchange_confirm(struct exchange *x, struct security *s, enum engine_state state) {
    security_trust_more(s, state);
    const struct security *other = engines_put(&x->engines, s);
    if (other != NULL && x->options.same_engine != NULL)
        x->options.same_engine(x->options.context, s->peer, other->peer);
}

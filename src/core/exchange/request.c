/* request: see request.h. */
#include "core/exchange/request.h"

#include <assert.h>
#include <errno.h>

#include "base/clock.h"
#include "core/exchange/peer.h"

enum { GRACE_MIN_MS = 20 }; /* that the true answer is still waited for after a doubtful Report */

int requests_init(struct requests *q, struct wheel *wheel, const struct siphash_key *id_key) {
    *q = (struct requests){ .wheel = wheel };
    for (int f = 0; f < REQUEST_QUEUES; f++) list_init(&q->ready[f]);
    list_init(&q->promised);
    if (slab_init(&q->slab, sizeof(struct request), REQUESTS_MAX) != 0) return -ENOMEM;
    return ids_init(&q->ids, id_key);
}

void requests_deinit(struct requests *q) {
    ids_deinit(&q->ids);
    slab_deinit(&q->slab);
}

bool requests_check(const struct requests *q) {
    uint32_t ready = 0;
    for (int f = 0; f < REQUEST_QUEUES; f++) {
        for (const struct list *l = q->ready[f].next; l != &q->ready[f]; l = l->next) {
            const struct request *r = container_of(l, struct request, link);
            if (r->state != REQUEST_READY || wheel_timer_is_armed(&r->timer)) return false;
            ready++;
        }
    }
    return ready == q->ready_count && q->expected + ready <= q->slab.used && ids_check(&q->ids);
}

void request_make_ready(struct requests *q, struct request *r) {
    assert(list_is_empty(&r->link) && !wheel_timer_is_armed(&r->timer));
    r->state = REQUEST_READY;
    list_push(&q->ready[request_queue_of(&r->owner->peer->address)], &r->link);
    q->ready_count++;
}

/* Off the ready queue, out of the window, no timer: as if it had just been made. */
static void request_reset(struct requests *q, struct request *r) {
    if (r->state == REQUEST_READY) {
        list_remove(&r->link);
        q->ready_count--;
    }
    if (r->state == REQUEST_EXPECTED || r->state == REQUEST_WAITING) q->expected--;
    wheel_disarm(q->wheel, &r->timer);
}

struct request *request_new(struct requests *q, struct owner *owner, uint32_t intent,
                            const struct scope *scope, uint8_t retries) {
    uint32_t number;
    struct request *r = slab_get(&q->slab, &number);
    if (r == NULL) return NULL;
    r->number = number;
    r->owner = owner;
    r->scope = scope;
    r->intent = intent;
    r->retries = retries;
    r->attempts = 0;
    r->is_paid = r->is_discovery = r->was_reported = r->was_refused = false;
    r->reported = r->refused = r->restarts = r->resyncs = r->too_large = 0;
    list_init(&r->link);
    list_push(&owner->requests, &r->owner_link);
    wheel_timer_init(&r->timer, REQUEST_TIMER);
    owner->peer->in_flight++;
    request_make_ready(q, r);
    return r;
}

/* How many of its ids and times are known. */
static uint32_t request_kept(const struct request *r) {
    return r->attempts < REQUEST_ATTEMPTS_KEPT ? r->attempts : REQUEST_ATTEMPTS_KEPT;
}

void request_offer_place(struct requests *q, struct peer *p) {
    if (p->waiter == NULL || p->in_flight >= peer_window(p)) return;
    list_push(&q->promised, p->waiter);
    p->waiter = NULL;
    p->is_promised = true;
}

void request_want_place(struct requests *q, struct peer *p, struct list *waiter) {
    if (p->is_promised || p->waiter != NULL) return;
    p->waiter = waiter;
    request_offer_place(q, p);
}

void request_take_promise(struct peer *p, struct list *waiter) {
    list_remove(waiter);
    if (p->waiter == waiter) p->waiter = NULL;
    p->is_promised = false;
}

void request_free(struct requests *q, struct request *r, uint32_t answered_id) {
    request_reset(q, r);
    uint32_t kept = request_kept(r);
    for (uint32_t i = 0; i < kept; i++)
        ids_retire(&q->ids, r->ids[i], r->ids[i] == answered_id ? IDS_ANSWERED : IDS_GIVEN_UP);
    list_remove(&r->owner_link);
    r->owner->peer->in_flight--;
    request_offer_place(q, r->owner->peer);
    slab_put(&q->slab, r->number);
}

void request_restart(struct requests *q, struct request *r) {
    request_reset(q, r);
    uint32_t kept = request_kept(r);
    for (uint32_t i = 0; i < kept; i++) ids_retire(&q->ids, r->ids[i], IDS_ANSWERED);
    r->attempts = r->reported = r->refused = 0;
    r->is_paid = r->was_reported = r->was_refused = false;
    request_make_ready(q, r);
}

void request_park(struct requests *q, struct request *r, uint64_t at_ns) {
    assert(r->state == REQUEST_READY);
    list_remove(&r->link);
    q->ready_count--;
    r->state = REQUEST_PARKED;
    wheel_arm(q->wheel, &r->timer, at_ns);
}

void request_begin_attempt(struct requests *q, struct request *r, uint32_t id, uint64_t expected_ns,
                           uint64_t timeout_ns, uint64_t now) {
    assert(r->state == REQUEST_READY);
    list_remove(&r->link);
    q->ready_count--;
    uint32_t slot = r->attempts % REQUEST_ATTEMPTS_KEPT;
    if (r->attempts >= REQUEST_ATTEMPTS_KEPT) ids_retire(&q->ids, r->ids[slot], IDS_GIVEN_UP);
    r->ids[slot] = id;
    r->sent_ns[slot] = now;
    r->timeout_ns = timeout_ns;
    wheel_arm(q->wheel, &r->timer, expected_ns < timeout_ns ? expected_ns : timeout_ns);
    r->state = REQUEST_EXPECTED;
    r->is_paid = r->was_reported = r->was_refused = false;
    q->expected++;
    if (r->attempts < UINT8_MAX) r->attempts++;
}

void request_wait(struct requests *q, struct request *r) {
    assert(r->state == REQUEST_EXPECTED);
    wheel_disarm(q->wheel, &r->timer);
    r->state = REQUEST_WAITING;
}

void request_go_on(struct requests *q, struct request *r, uint64_t expected_ns,
                   uint64_t timeout_ns, uint64_t now) {
    assert(r->state == REQUEST_WAITING);
    r->sent_ns[(uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT] = now;
    r->timeout_ns = timeout_ns;
    wheel_arm(q->wheel, &r->timer, expected_ns < timeout_ns ? expected_ns : timeout_ns);
    r->state = REQUEST_EXPECTED;
}

void request_sent_at(struct request *r, uint64_t sent_ns) {
    r->sent_ns[(uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT] = sent_ns;
}

void request_age(struct requests *q, struct request *r) {
    if (r->state != REQUEST_EXPECTED) return;
    q->expected--;
    r->state = REQUEST_AGED;
}

void request_hasten(struct requests *q, struct request *r, uint32_t id, uint64_t now) {
    if (r->state != REQUEST_EXPECTED && r->state != REQUEST_AGED) return; /* given up already */
    if (!r->was_reported) r->reported++;
    r->was_reported = true;
    uint64_t age = 0, least = (uint64_t)GRACE_MIN_MS * CLOCK_NS_PER_MS;
    bool is_newest;
    (void)request_age_of(r, id, now, &age, &is_newest);
    uint64_t grace = 2 * age < least ? least : 2 * age;
    if (now + grace >= r->timeout_ns) return;
    r->timeout_ns = now + grace;
    wheel_arm(q->wheel, &r->timer, r->timeout_ns);
}

uint32_t request_refuse(struct requests *q, struct request *r, uint64_t pause_ns, uint64_t now) {
    if (r->was_refused) return 0;
    r->was_refused = true;
    r->refused++;
    request_age(q, r);
    if (now + pause_ns < r->timeout_ns) r->timeout_ns = now + pause_ns;
    wheel_arm(q->wheel, &r->timer, r->timeout_ns);
    return r->refused;
}

void request_try_smaller(struct requests *q, struct request *r, uint32_t id) {
    assert(request_is_present(r, id));
    request_reset(q, r);
    ids_forget(&q->ids, id);
    r->attempts--;
    request_make_ready(q, r);
}

bool request_is_present(const struct request *r, uint32_t id) {
    uint32_t slot = (uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT;
    return r->attempts > 0 && r->ids[slot] == id &&
           (r->state == REQUEST_EXPECTED || r->state == REQUEST_AGED ||
            r->state == REQUEST_WAITING);
}

bool request_age_of(const struct request *r, uint32_t id, uint64_t now, uint64_t *ret_age_ns,
                    bool *ret_is_newest) {
    uint32_t kept = request_kept(r), newest = (uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        if (r->ids[i] != id) continue;
        *ret_age_ns = now > r->sent_ns[i] ? now - r->sent_ns[i] : 0;
        *ret_is_newest = i == newest;
        return true;
    }
    return false;
}

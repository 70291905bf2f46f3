/*
 * request: one exchange in flight.
 *
 * A request holds an intent (poll, part, group), not bytes: it is encoded when it is sent, and a
 * retry is the same call again with a fresh id. Ids come from a keyed permutation of a counter:
 * positive, four octets, unpredictable, and not used again for 2^30 attempts. All ids of a request
 * lead to it through the idmap, so a late answer to any attempt still counts, and each attempt's
 * round trip is measured on its own. Ids of finished requests stay in the map for a while, so that
 * late and duplicate answers are known as such.
 *
 * The window counts requests whose answer is still expected. One that is overdue by what answers
 * usually take no longer counts, so that dead targets, which wait for their time-outs, do not hold
 * up the living.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/state.h"

enum {
    ID_BASE = 1 << 30,              /* ids are [2^30, 2^31): positive, and four octets without
                                       padding */
    AGE_FLOOR_MS = 50,
    AGE_UNKNOWN_MS = 200,           /* while nobody has answered yet */
    RATE_BURST_MS = 10,
    RETIRED_IDS = 4096,             /* of finished requests, to know late and duplicate answers by:
                                       few enough to stay in the cache */
    ENCODE_ROOM = 16384,            /* bytes at the start of a slot that a request is built in; what
                                       encryption pads goes behind them */
};

/* sysUpTime.0: 1.3.6.1.2.1.1.3.0, the cheap question to a dead target. */
static const uint8_t probe_oid[] = { 0x2b, 6, 1, 2, 1, 1, 3, 0 };

int requests_init(struct engine *e) {
    e->retired = calloc(RETIRED_IDS, sizeof(*e->retired));
    list_init(&e->ready);
    permutation_init(&e->permutation, e->options.seed);
    if (e->retired == NULL ||
        slab_init(&e->requests, sizeof(struct request), ENGINE_REQUESTS_MAX) != 0)
        return -ENOMEM;
    return idmap_init(&e->ids, 2 * RETIRED_IDS, ENGINE_IDS_MAX);
}

void requests_deinit(struct engine *e) {
    idmap_deinit(&e->ids);
    slab_deinit(&e->requests);
    free(e->retired);
}

void request_make_ready(struct engine *e, struct request *r) {
    r->state = REQUEST_READY;
    list_push(&e->ready, &r->link);
    e->ready_count++;
}

/* Off the ready queue, out of the window, no timer: as if it had just been made. */
static void request_settle(struct engine *e, struct request *r) {
    if (r->state == REQUEST_READY) {
        list_remove(&r->link);
        e->ready_count--;
    }
    if (r->state == REQUEST_EXPECTED) e->expected--;
    wheel_disarm(&e->wheel, &r->timer);
}

struct request *request_new(struct engine *e, struct poll *p, uint16_t part, uint16_t group) {
    uint32_t number;
    struct request *r = slab_get(&e->requests, &number);
    if (r == NULL) return NULL;
    r->number = number;
    r->poll = p;
    r->part = part;
    r->group = group;
    r->attempts = 0;
    r->is_paid = r->is_discovery = r->was_reported = false;
    r->reported = r->restarts = r->resyncs = 0;
    list_init(&r->link);
    list_push(&p->requests, &r->poll_link);
    wheel_timer_init(&r->timer, TIMER_REQUEST);
    p->target->in_flight++;
    if (p->security != NULL) security_prefetch(p->security);
    request_make_ready(e, r);
    return r;
}

/* Keep @id known as that of a finished request, until the ring comes round. */
static void request_retire_id(struct engine *e, uint32_t id, uint32_t as) {
    uint32_t *value = idmap_find(&e->ids, id);
    if (value == NULL) return;
    *value = as;
    uint32_t at = e->retired_at++ % RETIRED_IDS;
    if (e->retired[at] != 0) idmap_remove(&e->ids, e->retired[at]);
    e->retired[at] = id;
}

/* How many of its ids and times are known. */
static uint32_t request_kept(const struct request *r) {
    return r->attempts < REQUEST_ATTEMPTS_KEPT ? r->attempts : REQUEST_ATTEMPTS_KEPT;
}

void request_free(struct engine *e, struct request *r, uint32_t answered_id) {
    request_settle(e, r);
    uint32_t kept = request_kept(r);
    for (uint32_t i = 0; i < kept; i++)
        request_retire_id(e, r->ids[i], r->ids[i] == answered_id ? ID_ANSWERED : ID_GIVEN_UP);
    list_remove(&r->poll_link);
    r->poll->target->in_flight--;
    slab_put(&e->requests, r->number);
}

/* Ask the same anew, under other ids and with all its attempts, after a Report. */
void request_restart(struct engine *e, struct request *r) {
    request_settle(e, r);
    uint32_t kept = request_kept(r);
    for (uint32_t i = 0; i < kept; i++) request_retire_id(e, r->ids[i], ID_ANSWERED);
    r->attempts = r->reported = 0;
    r->is_paid = r->was_reported = false;
    request_make_ready(e, r);
}

/* How long ago the attempt of @id was sent. */
uint64_t request_age_of(const struct request *r, uint32_t id, uint64_t now) {
    uint32_t kept = request_kept(r);
    for (uint32_t i = 0; i < kept; i++) {
        if (r->ids[i] == id && r->sent_ns[i] < now) return now - r->sent_ns[i];
    }
    return 0;
}

/*
 * How long an answer is expected: what answers take (RFC 6298's estimate over all targets), twice.
 */
static uint64_t request_age_ns(const struct engine *e) {
    if (e->srtt_ns == 0) return (uint64_t)AGE_UNKNOWN_MS * CLOCK_NS_PER_MS;
    uint64_t age = 2 * (e->srtt_ns + 4 * e->rttvar_ns);
    return age < (uint64_t)AGE_FLOOR_MS * CLOCK_NS_PER_MS ? (uint64_t)AGE_FLOOR_MS * CLOCK_NS_PER_MS
                                                          : age;
}

static uint32_t request_last_attempt(const struct request *r) {
    return r->poll->state == POLL_PROBING ? 0 : r->poll->target->retries;
}

void request_timer_expired(struct engine *e, struct request *r, struct moment at) {
    if (r->state == REQUEST_PARKED) {
        request_make_ready(e, r);
        return;
    }
    if (r->state == REQUEST_EXPECTED) {
        e->expected--;
        r->state = REQUEST_AGED;
    }
    if (at.now < r->timeout_ns) {
        wheel_arm(&e->wheel, &r->timer, r->timeout_ns);
        return;
    }
    if (r->attempts > request_last_attempt(r) || r->reported >= REPORTS_BELIEVED) {
        bool garbled = r->poll->target->was_malformed && r->poll->responses == 0;
        poll_give_up(e, r->poll, garbled ? FLEET_REASON_MALFORMED : FLEET_REASON_TIMEOUT, NULL,
                     at);
        return;
    }
    bool is_lost = r->part != REQUEST_PROBE && !r->is_discovery && !r->was_reported;
    if (is_lost) walk_lost(&r->poll->walks[r->part], r->group);
    request_make_ready(e, r);
}

/* The plan whose context the request is for; NULL: the target's own. */
static const struct plan *request_context(const struct request *r) {
    const struct plan *plan = r->poll->subscription->plan;
    return plan->context != NULL && r->part != REQUEST_PROBE ? plan : NULL;
}

/* A message whose community has a suffix: "community@vlan". */
static void request_write_community(const struct auth *auth, struct span suffix,
                                    const struct pdu *pdu, struct ber_writer *w) {
    uint8_t community[MESSAGE_COMMUNITY_MAX], header[MESSAGE_COMMUNITY_MAX + 8];
    struct span own = auth_community(auth);
    if (own.length + suffix.length > sizeof(community)) {
        w->error = BER_NO_SPACE;
        return;
    }
    memcpy(community, own.bytes, own.length);
    memcpy(community + own.length, suffix.bytes, suffix.length);
    size_t length = message_community_header(
        auth->version, span_of(community, own.length + suffix.length), header);
    message_write_v2c(w, span_of(header, length), pdu);
}

/* Is it the community that the request was sent with? */
static bool request_is_community(const struct request *r, struct span community) {
    const struct plan *plan = request_context(r);
    struct span own = auth_community(r->poll->target->auth);
    if (plan == NULL) return span_equal(community, own);
    return span_starts_with(community, own) &&
           span_equal(span_skip(community, own.length), plan->suffix);
}

/*
 * Encode the request into @slot under @id; the message ends up at the end of the slot's room.
 * False: it does not fit.
 */
static bool request_encode(struct engine *e, struct request *r, uint32_t id, uint64_t now,
                           uint8_t *bytes, struct span *ret_message) {
    struct ber_writer w = BER_WRITER(bytes, ENCODE_ROOM);
    struct target *t = r->poll->target;
    struct pdu pdu = { .type = PDU_GET };
    r->is_discovery = t->security != NULL && security_must_discover(t->security, r->attempts);
    if (r->is_discovery) {
        bool fits = discover_write(t->security, (int32_t)id, r->attempts % 2 == 1, &w);
        *ret_message = ber_written(&w);
        return fits;
    }
    const struct plan *plan = request_context(r);
    if (r->part == REQUEST_PROBE)
        varbind_write_null(&w, span_of(probe_oid, sizeof(probe_oid)), SPAN_NULL);
    else walk_write(&r->poll->walks[r->part], r->group, &pdu, &w);
    pdu.request_id = (int32_t)id;
    bool fits = true;
    if (t->security != NULL) {
        struct span context = plan != NULL ? plan->v3_context : security_context(t->security);
        fits = security_write(e, t->security, context, &pdu, &w, now);
    } else if (plan == NULL || plan->suffix.length == 0) {
        message_write_v2c(&w, span_of(t->auth->header, t->auth->header_length), &pdu);
    } else {
        request_write_community(t->auth, plan->suffix, &pdu, &w);
    }
    *ret_message = ber_written(&w);
    return fits && w.error == 0;
}

static uint32_t request_fresh_id(struct engine *e, const struct request *r) {
    for (int tries = 0; tries < 4; tries++) {
        uint32_t id = ID_BASE | permutation_of(&e->permutation, e->next_id++ & (ID_BASE - 1));
        if (idmap_insert(&e->ids, id, r->number)) return id;
    }
    return 0;  /* the map is full: backpressure */
}

/*
 * How long an attempt is waited for. All but the last give up to an eighth of it away, by chance
 * (the id is random): requests that were lost together are not to be sent together again.
 */
static uint64_t request_wait_ns(const struct engine *e, const struct request *r, uint32_t id) {
    uint64_t wait = target_rto_ns(r->poll->target, r->attempts, e->options.rto_floor_ns);
    if (r->attempts >= request_last_attempt(r)) return wait;
    return wait - (wait >> 11) * (id & 0xff);
}

/* Note attempt number r->attempts under @id, and arm its time-out. */
static void request_begin_attempt(struct engine *e, struct request *r, uint32_t id, uint64_t now) {
    uint32_t slot = r->attempts % REQUEST_ATTEMPTS_KEPT;
    if (r->attempts >= REQUEST_ATTEMPTS_KEPT) idmap_remove(&e->ids, r->ids[slot]);
    r->ids[slot] = id;
    r->sent_ns[slot] = now;
    r->timeout_ns = now + request_wait_ns(e, r, id);
    uint64_t aged_ns = now + request_age_ns(e);
    wheel_arm(&e->wheel, &r->timer, aged_ns < r->timeout_ns ? aged_ns : r->timeout_ns);
    r->state = REQUEST_EXPECTED;
    r->is_paid = r->was_reported = false;
    e->expected++;
    r->poll->sent++;
    e->stats.requests++;
    if (r->attempts > 0) {
        r->poll->retries++;
        e->stats.retries++;
    }
    if (r->attempts < UINT8_MAX) r->attempts++;
}

/* May the fleet's rate limit send now? If so the request is paid for. */
static bool rate_allows(struct engine *e, uint64_t now) {
    if (e->options.rate == 0) return true;
    uint64_t burst = (uint64_t)RATE_BURST_MS * CLOCK_NS_PER_MS;
    if (e->rate_next_ns + burst < now) e->rate_next_ns = now - burst;
    if (e->rate_next_ns > now) return false;
    e->rate_next_ns += CLOCK_NS_PER_S / e->options.rate;
    return true;
}

/*
 * Is the target's gap still to be waited for? Then the request waits on the wheel, for the first
 * moment that is not taken.
 */
static bool request_park(struct engine *e, struct request *r, uint64_t now) {
    struct target *t = r->poll->target;
    if (t->gap_ns == 0 || r->is_paid) return false;
    r->is_paid = true;
    uint64_t turn = t->next_send_ns > now ? t->next_send_ns : now;
    t->next_send_ns = turn + t->gap_ns;
    if (turn == now) return false;
    list_remove(&r->link);
    e->ready_count--;
    r->state = REQUEST_PARKED;
    wheel_arm(&e->wheel, &r->timer, turn);
    return true;
}

/*
 * Keys that cost a passphrase's hashing (some milliseconds, RFC 3414 section A.2) are made for one
 * target a turn; the others' requests wait on @later.
 */
static bool request_defer(struct request *r, bool *is_spent, struct list *later) {
    const struct security *s = r->poll->target->security;
    if (s == NULL || !security_is_costly(s)) return false;
    if (!*is_spent) {
        *is_spent = true;
        return false;
    }
    list_remove(&r->link);
    list_push(later, &r->link);
    return true;
}

uint32_t engine_transmit(struct engine *e, struct slot *slots, uint32_t max, uint64_t now) {
    uint32_t count = 0;
    bool is_spent = false;
    struct list later = LIST_INIT(later);
    while (count < max && !list_is_empty(&e->ready) && !e->hold &&
           e->expected < e->options.window) {
        struct request *r = container_of(e->ready.next, struct request, link);
        if (request_defer(r, &is_spent, &later) || request_park(e, r, now)) continue;
        if (!rate_allows(e, now)) break;
        uint32_t id = request_fresh_id(e, r);
        if (id == 0) break;
        struct slot *slot = &slots[count];
        struct span message;
        bool fits = request_encode(e, r, id, now, slot->bytes, &message);
        list_remove(&r->link);
        e->ready_count--;
        request_begin_attempt(e, r, id, now);
        if (!fits) continue;  /* cannot be with plans as they are made; it would end as a
                                 time-out */
        /* The writer built it at the end of the room; the slot is sent from its start. */
        memmove(slot->bytes, message.bytes, message.length);
        slot->length = (uint32_t)message.length;
        slot->cookie = id;
        slot->to = r->poll->target->address;
        count++;
    }
    list_splice(&later, &e->ready);
    list_splice(&e->ready, &later);
    return count;
}

void engine_send_failed(struct engine *e, uint32_t cookie, int error, int64_t unix_ns,
                        uint64_t now) {
    uint32_t *value = idmap_find(&e->ids, cookie);
    if (value == NULL || *value >= ID_GIVEN_UP) return;
    struct request *r = slab_at(&e->requests, *value);
    uint32_t slot = (uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT;
    if (r->ids[slot] != cookie || (r->state != REQUEST_EXPECTED && r->state != REQUEST_AGED))
        return;
    if (error != EAGAIN) {
        e->stats.send_failed++;
        poll_end(e, r->poll, FLEET_REASON_UNREACHABLE, strerrordesc_np(error),
                 (struct moment){ now, unix_ns });
        return;
    }
    /* As if it had not been tried. */
    request_settle(e, r);
    idmap_remove(&e->ids, cookie);
    r->attempts--;
    r->poll->sent--;
    e->stats.requests--;
    if (r->attempts > 0) {
        r->poll->retries--;
        e->stats.retries--;
    }
    r->state = REQUEST_READY;
    list_push_front(&e->ready, &r->link);
    e->ready_count++;
}

/* RFC 6298 over all targets. */
static void engine_sample_rtt(struct engine *e, uint64_t rtt) {
    if (e->srtt_ns == 0) {
        e->srtt_ns = rtt + 1;
        e->rttvar_ns = rtt / 2;
        return;
    }
    uint64_t off = rtt > e->srtt_ns ? rtt - e->srtt_ns : e->srtt_ns - rtt;
    e->rttvar_ns += off / 64 - e->rttvar_ns / 64;
    e->srtt_ns += rtt / 64 - e->srtt_ns / 64;
    if (e->srtt_ns == 0) e->srtt_ns = 1;
}

/*
 * The answer was believed: what it says of the target's round trip, whichever attempt it answers.
 */
static void request_take_rtt(struct engine *e, struct request *r, uint32_t id, uint64_t now) {
    uint32_t kept = request_kept(r);
    uint32_t newest = (uint32_t)(r->attempts - 1) % REQUEST_ATTEMPTS_KEPT;
    for (uint32_t i = 0; i < kept; i++) {
        if (r->ids[i] != id) continue;
        uint64_t rtt = now > r->sent_ns[i] ? now - r->sent_ns[i] : 0;
        target_sample_rtt(r->poll->target, rtt);
        engine_sample_rtt(e, rtt);
        if (i != newest) e->stats.late++;
        return;
    }
}

/*
 * A datagram that does not decode changes nothing but the reason that a time-out of its sender will
 * get.
 */
static void engine_note_malformed(struct engine *e, const struct address *peer) {
    e->stats.malformed++;
    for (struct target *t = roster_first_at(e, peer); t != NULL; t = t->next_by_address) {
        if (address_equal(&t->address, peer)) t->was_malformed = true;
    }
}

const void *engine_prefetch_request(const struct engine *e, struct span datagram) {
    uint32_t id = message_glance_id(datagram);
    const uint32_t *value = id == 0 ? NULL : idmap_find(&e->ids, id);
    if (value == NULL || *value >= ID_GIVEN_UP) return NULL;
    const char *r = slab_at(&e->requests, *value);
    for (size_t at = 0; at < sizeof(struct request); at += 64) __builtin_prefetch(r + at, 1);
    return r;
}

/* The request may have ended meanwhile: its memory, and that of its poll, stays what it is. */
void engine_prefetch_poll(const void *request) {
    const struct request *r = request;
    const char *p = (const char *)r->poll;
    size_t bytes = offsetof(struct poll, memory) + POLL_MEMORY / 2;
    for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(p + at, 1);
}

/* The target's may be gone: its address is fetched from, but not read. */
void engine_prefetch_target(const void *request) {
    const struct request *r = request;
    const struct poll *p = r->poll;
    for (size_t at = 0; at < sizeof(struct target); at += 64)
        __builtin_prefetch((const char *)p->target + at, 1);
    if (p->security != NULL) security_prefetch(p->security);
}

/* The request that @id leads to; NULL, counted, when there is none open. */
static struct request *request_of_id(struct engine *e, uint32_t id) {
    uint32_t *value = idmap_find(&e->ids, id);
    if (value == NULL) {
        e->stats.unmatched++;
        return NULL;
    }
    if (*value >= ID_GIVEN_UP) {
        if (*value == ID_ANSWERED) e->stats.duplicates++;
        else e->stats.late++;
        if (*value == ID_GIVEN_UP) *value = ID_ANSWERED;
        return NULL;
    }
    return slab_at(&e->requests, *value);
}

/*
 * Is @m an answer to be taken as one? v1 and v2c: version and community are right. v3: what
 * security.c says; Reports have had their effect.
 */
static bool request_authenticate(struct engine *e, struct request *r, uint32_t id,
                                 struct span datagram, struct message *m, struct moment at) {
    const struct auth *auth = r->poll->target->auth;
    bool is_ours = m->version == auth->version;
    if (is_ours && m->version != MESSAGE_V3)
        is_ours = request_is_community(r, m->community);
    if (!is_ours) {
        e->stats.wrong_auth++;
        return false;
    }
    if (m->version != MESSAGE_V3) return true;
    struct security_claim claim;
    enum security_verdict verdict = security_open(e, r, datagram, m, &claim, at.now);
    if (verdict != SECURITY_REPORT) return verdict == SECURITY_RESPONSE;
    if (claim.is_authentic) request_take_rtt(e, r, id, at.now);
    discover_report(e, r, id, m, &claim, at);
    return false;
}

/*
 * RFC 3416 section 4, RFC 3412 section 7.2: parse, find the request (v3: by msgID), check the
 * source, authenticate, then believe.
 */
void engine_datagram(struct engine *e, const struct address *peer, struct span datagram,
                     int64_t unix_ns, uint64_t now) {
    struct moment at = { now, unix_ns };
    struct message m;
    e->stats.responses++;
    if (message_decode(datagram, &m) != 0) {
        engine_note_malformed(e, peer);
        return;
    }
    int32_t id_given = m.version == MESSAGE_V3          ? m.v3.id
                       : m.pdu.type == PDU_RESPONSE ? m.pdu.request_id
                                                    : 0;
    uint32_t id = (uint32_t)id_given;
    struct request *r = request_of_id(e, id);
    if (r == NULL) return;
    struct target *t = r->poll->target;
    if (!t->reply_from_any && !address_equal(peer, &t->address)) {
        e->stats.wrong_source++;
        return;
    }
    if (!request_authenticate(e, r, id, datagram, &m, at)) return;
    request_take_rtt(e, r, id, now);
    t->was_malformed = false;
    poll_answered(e, r, id, &m, datagram.length, at);
}

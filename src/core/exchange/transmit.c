/* transmit: see transmit.h. */
#include "core/exchange/transmit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/exchange/discover.h"

enum {
    ENCODE_ROOM = 16384, /* bytes at the start of a slot that a request is built in; what
                            encryption pads goes behind them */
    STARVED_MS = 10,
    TOO_LARGE_MAX = 5,   /* times that a request may ask for less because it is too large */
};

/* A message whose community has a suffix: "community@vlan". */
static void write_community(const struct auth *auth, struct span suffix, const struct pdu *pdu,
                            struct ber_writer *w) {
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
    usm_wipe(community, sizeof(community));
    usm_wipe(header, sizeof(header));
}

/*
 * Encode the request into @bytes under @id; the message ends up at the end of ENCODE_ROOM. False:
 * it does not fit.
 */
static bool transmit_encode(struct exchange *x, struct request *r, uint32_t id, uint64_t now,
                            uint8_t *bytes, struct span *ret_message) {
    struct ber_writer w = BER_WRITER(bytes, ENCODE_ROOM);
    const struct owner *owner = r->owner;
    const struct peer *p = owner->peer;
    struct security *s = p->security;
    bool fits = true;
    r->is_discovery = s != NULL && security_must_discover(s, r->attempts);
    if (r->is_discovery) {
        fits = discover_write(r->attempts % 2 == 1 ? p->auth->user : NULL, (int32_t)id, &w);
        *ret_message = ber_written(&w);
        return fits;
    }
    struct pdu pdu = { .type = PDU_GET };
    owner->ops->write(owner, r->intent, &pdu, &w);
    pdu.request_id = (int32_t)id;
    const struct scope *scope = r->scope;
    if (s != NULL) {
        const struct security_asked asked = security_asked_of(s, p->auth->user, scope);
        fits = security_write(s, &asked, x->vault.usm, x->vault.salt++, &pdu, &w, now);
    } else if (scope == NULL || scope->suffix.length == 0) {
        message_write_v2c(&w, span_of(p->auth->header, p->auth->header_length), &pdu);
    } else {
        write_community(p->auth, scope->suffix, &pdu, &w);
    }
    *ret_message = ber_written(&w);
    return fits && w.error == 0;
}

/*
 * When attempt number @attempt, which is sent now, is given up. All but the last give up to an
 * eighth of their wait away, by chance (the id is random): requests that were lost together are not
 * to be sent together again.
 */
static uint64_t transmit_timeout_ns(const struct exchange *x, const struct request *r,
                                    uint32_t attempt, uint32_t id, uint64_t now) {
    const struct owner *owner = r->owner;
    uint64_t limit = owner->timeout_ns != 0 ? owner->timeout_ns : owner->peer->timeout_ns;
    if (owner->takes_many) return clock_after(now, limit);
    uint64_t wait = peer_rto_ns(owner->peer, attempt, x->options.rto_floor_ns, limit);
    if (attempt < r->retries) wait -= (wait >> 11) * (id & 0xff);
    return clock_after(now, wait);
}

static void transmit_begin(struct exchange *x, struct request *r, uint32_t id, size_t octets,
                           uint64_t now) {
    struct tally *tally = &r->owner->tally;
    if (tally->sent == 0) tally->first_sent_ns = now;
    tally->sent++;
    tally->octets_sent += octets;
    x->stats->requests++;
    if (r->attempts > 0) {
        tally->retries++;
        x->stats->retries++;
    }
    request_begin_attempt(&x->requests, r, id, now + pace_expected_ns(&x->pace),
                          transmit_timeout_ns(x, r, r->attempts, id, now), now);
}

/*
 * If the peer's gap has not passed, or the policer says later, reserve the next free moment and
 * park the request until then; true: parked.
 */
static bool transmit_park(struct exchange *x, struct request *r, uint64_t now) {
    struct peer *p = r->owner->peer;
    bool is_policed = x->options.policer != NULL;
    if ((p->gap_ns == 0 && !is_policed) || r->is_paid) return false;
    r->is_paid = true;
    uint64_t turn = p->next_send_ns > now ? p->next_send_ns : now;
    if (p->gap_ns != 0) p->next_send_ns = clock_after(turn, p->gap_ns);
    uint64_t allowed = is_policed ? x->options.policer(x->options.context, p, now) : now;
    if (allowed > turn) turn = allowed;
    if (turn == now) return false;
    request_park(&x->requests, r, turn);
    return true;
}

/*
 * Keys that cost a passphrase's hashing (some milliseconds, RFC 3414 section A.2) are made for one
 * peer a turn; the others' requests wait on @later.
 */
static bool transmit_defer(struct request *r, bool *is_spent, struct list *later) {
    const struct peer *p = r->owner->peer;
    if (p->security == NULL || !security_is_costly(p->security, p->auth->user)) return false;
    if (!*is_spent) {
        *is_spent = true;
        return false;
    }
    list_remove(&r->link);
    list_push(later, &r->link);
    return true;
}

uint32_t transmit_fill(struct exchange *x, struct slot *slots, uint32_t max, uint64_t now) {
    struct requests *q = &x->requests;
    uint32_t count = 0;
    bool is_spent = false;
    enum request_queue f;
    struct list later[REQUEST_QUEUES] = { LIST_INIT(later[0]), LIST_INIT(later[1]) };
    while (count < max && !x->is_held && q->expected < x->options.window &&
           (f = exchange_next_queue(x)) != REQUEST_QUEUES) {
        struct request *r = container_of(q->ready[f].next, struct request, link);
        x->turn = f + 1;
        if (transmit_defer(r, &is_spent, &later[f]) || transmit_park(x, r, now)) continue;
        if (now < x->starved_until_ns || !pace_allows(&x->pace, now)) break;
        uint32_t id = ids_draw(&q->ids, r->number);
        if (id == 0) {
            x->starved_until_ns = now + (uint64_t)STARVED_MS * CLOCK_NS_PER_MS;
            break;
        }
        struct slot *slot = &slots[count];
        struct span message;
        bool fits = transmit_encode(x, r, id, now, slot->bytes, &message);
        transmit_begin(x, r, id, fits ? message.length : 0, now);
        if (!fits)
            continue; /* cannot be with plans as they are made; it would end as a
                         time-out */
        /* The writer built it at the end of the room; the slot is sent from its start. */
        memmove(slot->bytes, message.bytes, message.length);
        slot->length = (uint32_t)message.length;
        slot->cookie = id;
        slot->to = r->owner->peer->address;
        count++;
    }
    for (int i = 0; i < REQUEST_QUEUES; i++) {
        list_splice(&later[i], &q->ready[i]);
        list_splice(&q->ready[i], &later[i]);
    }
    return count;
}

/* The request whose present attempt is @cookie's; NULL: it is over, or asks anew. */
static struct request *transmit_find(const struct exchange *x, uint32_t cookie) {
    const uint32_t *value = ids_find(&x->requests.ids, cookie);
    if (value == NULL || *value >= IDS_GIVEN_UP) return NULL;
    struct request *r = slab_at(&x->requests.slab, *value);
    return request_is_present(r, cookie) ? r : NULL;
}

void transmit_done(struct exchange *x, const struct slot *slots, uint32_t waiting, uint32_t count,
                   uint64_t now) {
    if (count == waiting && waiting == x->waiting) return; /* nothing new, nothing taken */
    if (waiting == 0 && x->waiting == 0) return;
    x->waiting = waiting;
    memset(x->is_full, 0, sizeof(x->is_full));
    for (uint32_t i = 0; i < count; i++) {
        if (i < waiting) x->is_full[request_queue_of(&slots[i].to)] = true;
        uint32_t id = slots[i].cookie;
        struct request *r = transmit_find(x, id);
        if (r == NULL || (i < waiting) == (r->state == REQUEST_WAITING)) continue;
        if (i < waiting)
            request_wait(&x->requests, r);
        else
            request_go_on(&x->requests, r, now + pace_expected_ns(&x->pace),
                          transmit_timeout_ns(x, r, r->attempts - 1u, id, now), now);
    }
}

void transmit_sent_between(struct exchange *x, const struct slot *slots, uint32_t count,
                           uint64_t begin_ns, uint64_t end_ns) {
    for (uint32_t i = 0; i < count; i++) {
        struct request *r = transmit_find(x, slots[i].cookie);
        if (r == NULL) continue;
        uint64_t at = begin_ns + (end_ns - begin_ns) * i / count;
        request_sent_at(r, at);
        struct tally *tally = &r->owner->tally;
        if (tally->sent == 1) tally->first_sent_ns = at;
    }
}

/* What is wrong with one send may pass: no memory for it is a loss like another on the way. */
void transmit_failed(struct exchange *x, uint32_t cookie, int error, struct moment at) {
    x->stats->send_failed++;
    struct request *r = transmit_find(x, cookie);
    if (r == NULL) return;
    char text[64];
    switch (error) {
    case ENOBUFS:
    case ENOMEM:
        snprintf(text, sizeof(text), "not sent: %.40s", strerrordesc_np(error));
        owner_note(r->owner, FLEET_REASON_TIMEOUT, text);
        break;
    case EMSGSIZE:
        if (r->too_large == TOO_LARGE_MAX) {
            exchange_give_up(x, r, FLEET_REASON_UNREACHABLE, strerrordesc_np(error), at);
            break;
        }
        r->too_large++;
        request_try_smaller(&x->requests, r, cookie);
        r->owner->ops->lost(r->owner, r->intent, OWNER_LOSS_TOO_LARGE);
        break;
    default: exchange_refused(x, r, error, at); break;
    }
}

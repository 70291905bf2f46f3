/*
 * receive: see receive.h. security.c says what a v3 message proves and discover.c what a Report
 * means; what follows from that is done here.
 */
#include "core/exchange/receive.h"

#include <stddef.h>
#include <stdio.h>

#include "core/exchange/discover.h"

enum {
    RESTARTS_MAX = 4, /* of one request to find the engine, and as many to learn its time */
    OWNER_BYTES_FETCHED = 880, /* of an owner's memory, and what embeds it: a poll and its walks */
};

/* Verdicts that refuse a message: what counts it, and what a time-out is then put down to. */
static const struct refusal {
    size_t counter; /* offset in struct fleet_stats */
    enum fleet_reason reason;
    const char *text; /* NULL: not noted */
} refusals[] = {
    [SECURITY_MALFORMED] = { offsetof(struct fleet_stats, malformed), FLEET_REASON_MALFORMED,
                             "answers whose security parameters do not decode" },
    [SECURITY_UNMATCHED] = { offsetof(struct fleet_stats, unmatched), FLEET_REASON_TIMEOUT, NULL },
    [SECURITY_WRONG_ENGINE] = { offsetof(struct fleet_stats, wrong_engine), FLEET_REASON_TIMEOUT,
                                "only another engine answered" },
    [SECURITY_WRONG_USER] = { offsetof(struct fleet_stats, wrong_auth), FLEET_REASON_TIMEOUT,
                              "answers as another user" },
    [SECURITY_WRONG_DIGEST] = { offsetof(struct fleet_stats, wrong_digest),
                                FLEET_REASON_WRONG_DIGEST, "answers with a wrong digest" },
    [SECURITY_NOT_DECRYPTED] = { offsetof(struct fleet_stats, decrypt_errors),
                                 FLEET_REASON_DECRYPT_ERROR, "answers that cannot be decrypted" },
    [SECURITY_LOW_LEVEL] = { offsetof(struct fleet_stats, unauthenticated),
                             FLEET_REASON_UNSUPPORTED_LEVEL,
                             "answers less secure than the request" },
    [SECURITY_WRONG_CONTEXT] = { offsetof(struct fleet_stats, wrong_context),
                                 FLEET_REASON_MALFORMED, "answers for another context" },
    [SECURITY_NOT_IN_WINDOW] = { offsetof(struct fleet_stats, not_in_window),
                                 FLEET_REASON_NOT_IN_WINDOW, "answers outside the time window" },
};

static void receive_refuse(struct exchange *x, struct request *r, enum security_verdict verdict) {
    const struct refusal *refusal = &refusals[verdict];
    ++*(uint64_t *)(void *)((char *)x->stats + refusal->counter);
    r->owner->tally.disbelieved++;
    if (refusal->text != NULL) owner_note(r->owner, refusal->reason, refusal->text);
}

/* Something under the id of @r came that is no answer to believe: the report is to say what. */
static void receive_disbelieve(struct request *r, const char *text) {
    r->owner->tally.disbelieved++;
    owner_note(r->owner, FLEET_REASON_MALFORMED, text);
}

/* Is it the community that the request was sent with? */
static bool receive_is_community(const struct request *r, struct span community) {
    struct span own = auth_community(r->owner->peer->auth);
    if (r->owner->peer->reply_community_any) return true;
    if (r->scope == NULL) return span_equal(community, own);
    return span_starts_with(community, own) &&
           span_equal(span_skip(community, own.length), r->scope->suffix);
}

static const char *version_text(int32_t version) {
    return version == MESSAGE_V1 ? "1" : version == MESSAGE_V2C ? "2c" : "3";
}

/* An answer of v1 or v2c: of the version that was asked, with the community that was sent? */
static bool receive_is_ours(struct exchange *x, struct request *r, const struct message *m) {
    int32_t asked = r->owner->peer->auth->version;
    char text[TALLY_NOTE_BYTES];
    if (m->version != asked)
        snprintf(text, sizeof(text), "answers of version %s, asked was version %s",
                 version_text(m->version), version_text(asked));
    else if (m->version != MESSAGE_V3 && !receive_is_community(r, m->community))
        snprintf(text, sizeof(text), "answers with %s community (reply_community=any takes them)",
                 m->community.length == 0 ? "an empty" : "another");
    else return true;
    x->stats->wrong_auth++;
    receive_disbelieve(r, text);
    return false;
}

/* Does it come from where the request went to? */
static bool receive_is_from(struct exchange *x, struct request *r, const struct address *from) {
    const struct peer *p = r->owner->peer;
    if (p->reply_from_any || r->owner->takes_many || address_equal(from, &p->address)) return true;
    char address[ADDRESS_TEXT_MAX], text[TALLY_NOTE_BYTES];
    address_format(from, address);
    snprintf(text, sizeof(text), "answers came from %s (reply_from=any takes them)", address);
    x->stats->wrong_source++;
    receive_disbelieve(r, text);
    return false;
}

/*
 * The answer was believed: what it says of the round trip, whichever attempt it answers. The moment
 * at which that was sent; 0: not known.
 */
static uint64_t receive_take_rtt(struct exchange *x, struct request *r, uint32_t id,
                                 uint64_t arrived_ns) {
    uint64_t rtt;
    bool is_newest;
    if (!request_age_of(r, id, arrived_ns, &rtt, &is_newest)) return 0;
    if (!x->is_late) {
        peer_sample_rtt(r->owner->peer, rtt);
        pace_sample(&x->pace, rtt);
    }
    if (!is_newest) x->stats->late++;
    return arrived_ns - rtt;
}

/*
 * A datagram that does not decode changes nothing but the reason that a time-out will get: of the
 * request whose id it begins with, or else of all that its sender is asked.
 */
static void receive_note_malformed(struct exchange *x, const struct address *from,
                                   struct span datagram) {
    x->stats->malformed++;
    uint32_t id = message_glance_id(datagram);
    const uint32_t *value = id == 0 ? NULL : ids_find(&x->requests.ids, id);
    if (value != NULL && *value < IDS_GIVEN_UP) {
        struct request *r = slab_at(&x->requests.slab, *value);
        if (receive_is_from(x, r, from)) receive_disbelieve(r, "answers that do not decode");
        return;
    }
    for (struct peer *p = peers_first(&x->peers, from); p != NULL; p = peers_next(p))
        p->was_malformed = true;
}

const void *receive_prefetch_request(const struct exchange *x, struct span datagram) {
    uint32_t id = message_glance_id(datagram);
    const uint32_t *value = id == 0 ? NULL : ids_find(&x->requests.ids, id);
    if (value == NULL || *value >= IDS_GIVEN_UP) return NULL;
    const char *r = slab_at(&x->requests.slab, *value);
    for (size_t at = 0; at < sizeof(struct request); at += 64) __builtin_prefetch(r + at, 1);
    return r;
}

/* The request may have ended meanwhile: its memory, and that of its owner, stays what it is. */
void receive_prefetch_owner(const void *request) {
    const struct request *r = request;
    const char *owner = (const char *)r->owner;
    for (size_t at = 0; at < OWNER_BYTES_FETCHED; at += 64) __builtin_prefetch(owner + at, 1);
}

/* The peer's may be gone: its address is fetched from, but not read. */
void receive_prefetch_peer(const void *request) {
    const struct request *r = request;
    const char *peer = (const char *)r->owner->peer;
    for (size_t at = 0; at < sizeof(struct peer) + 64; at += 64) __builtin_prefetch(peer + at, 1);
}

/* The request that @id leads to; NULL, counted, when there is none open. */
static struct request *receive_find(struct exchange *x, uint32_t id) {
    uint32_t *value = ids_find(&x->requests.ids, id);
    if (value == NULL) {
        x->stats->unmatched++;
        return NULL;
    }
    if (*value >= IDS_GIVEN_UP) {
        if (*value == IDS_ANSWERED) x->stats->duplicates++;
        else x->stats->late++;
        if (*value == IDS_GIVEN_UP) *value = IDS_ANSWERED;
        return NULL;
    }
    return slab_at(&x->requests.slab, *value);
}

/* A Report's claim that nothing proves. */
static void receive_doubt(struct exchange *x, struct request *r, uint32_t id,
                          const struct discover_verdict *verdict, uint64_t now) {
    owner_note(r->owner, verdict->reason, verdict->text);
    request_hasten(&x->requests, r, id, now);
}

/*
 * Ask again, as things are known now; not for ever. The time has a @count of its own: its Reports
 * are authentic, and those that are forged about the engine must not use theirs up.
 */
static void receive_restart(struct exchange *x, struct request *r, uint32_t id,
                            const struct discover_verdict *verdict, uint8_t *count, uint64_t now) {
    if (*count == RESTARTS_MAX) {
        receive_doubt(x, r, id, verdict, now);
        return;
    }
    ++*count;
    request_restart(&x->requests, r);
}

/* The peer's engine is the one that a Report names; what was known of another one is forgotten. */
static void receive_adopt(struct exchange *x, struct security *s,
                          const struct security_claim *claim, uint64_t now) {
    x->stats->discoveries++;
    if (span_equal(security_engine_id(s), claim->usm.engine_id)) {
        security_trust_more(s, ENGINE_NAMED);
    } else {
        engines_take(&x->engines, s);
        security_set_engine(s, claim->usm.engine_id, ENGINE_NAMED);
    }
    bool tells_time = claim->usm.engine_boots != 0 || claim->usm.engine_time != 0;
    if (tells_time)
        usm_clock_guess(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, now);
}

/* Another engine than the pinned one answers: noted where nothing else was. */
static void receive_refuse_engine(struct exchange *x, struct request *r, uint32_t id,
                                  struct span engine_id, uint64_t now) {
    char hex[DISCOVER_HEX_BYTES], text[TALLY_NOTE_BYTES];
    discover_format_engine_id(engine_id, hex);
    snprintf(text, sizeof(text), "engine %s answers, another one is pinned", hex);
    x->stats->wrong_engine++;
    if (r->owner->tally.noted == FLEET_REASON_OK) owner_note(r->owner, FLEET_REASON_TIMEOUT, text);
    request_hasten(&x->requests, r, id, now);
}

/* A Report to @r under its id: the request, and its owner, may end by it. */
static void receive_report(struct exchange *x, struct request *r, uint32_t id,
                           const struct message *m, const struct security_claim *claim,
                           struct moment at) {
    struct owner *owner = r->owner;
    struct peer *p = owner->peer;
    struct security *s = p->security;
    const struct discover_question question = {
        .is_discovery = r->is_discovery,
        .may_adopt = r->restarts<RESTARTS_MAX, .was_asked_anew = r->restarts> 0,
        .has_auth = (p->auth->user->flags & MESSAGE_FLAG_AUTH) != 0,
    };
    struct discover_verdict verdict = discover_judge(s, m, claim, question);
    bool is_discovery = r->is_discovery && !claim->is_authentic;
    x->stats->reports++;
    owner->tally.reports++;
    owner->tally.discoveries += is_discovery;
    bool is_believed = claim->is_authentic || !question.has_auth;
    if (is_discovery ? verdict.step == DISCOVER_ADOPT : is_believed) p->heard++;
    switch (verdict.step) {
    case DISCOVER_MALFORMED:
        x->stats->malformed++;
        owner_note(owner, FLEET_REASON_MALFORMED, "a Report without a proper engine ID");
        break;
    case DISCOVER_ADOPT:
        receive_adopt(x, s, claim, at.now);
        receive_restart(x, r, id, &verdict, &r->restarts, at.now);
        break;
    case DISCOVER_SUSPECT:
        security_doubt(s);
        receive_restart(x, r, id, &verdict, &r->restarts, at.now);
        break;
    case DISCOVER_CONTRADICTED:
        if (!s->is_pinned) security_doubt(s);
        receive_doubt(x, r, id, &verdict, at.now);
        break;
    case DISCOVER_REFUSE: receive_refuse_engine(x, r, id, claim->usm.engine_id, at.now); break;
    case DISCOVER_RESYNC:
        usm_clock_set(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, at.now);
        x->stats->resyncs++;
        exchange_confirm(x, s, ENGINE_CONFIRMED);
        receive_restart(x, r, id, &verdict, &r->resyncs, at.now);
        break;
    case DISCOVER_UNPROVEN_TIME:
        x->stats->unauthenticated++;
        owner_note(owner, FLEET_REASON_NOT_IN_WINDOW,
                   "a notInTimeWindows Report without authentication");
        break;
    case DISCOVER_GIVE_UP: exchange_give_up(x, r, verdict.reason, verdict.text, at); break;
    case DISCOVER_DOUBT: receive_doubt(x, r, id, &verdict, at.now); break;
    }
}

/*
 * Is @m an answer to be taken as one? v1 and v2c: version and community are right. v3: what
 * security.c says; Reports have had their effect.
 */
static bool receive_authenticate(struct exchange *x, struct request *r, uint32_t id,
                                 struct span datagram, struct message *m, struct moment at) {
    const struct peer *p = r->owner->peer;
    if (!receive_is_ours(x, r, m)) return false;
    if (m->version != MESSAGE_V3) return true;
    struct security_claim claim;
    struct vault *vault = &x->vault;
    const struct security_asked asked =
        security_asked_of(p->security, p->auth->user, r->scope);
    enum security_verdict verdict =
        security_open(p->security, &asked, vault->usm, datagram, vault->scratch,
                      sizeof(vault->scratch), m, &claim, at.now);
    if (verdict == SECURITY_RESPONSE) {
        x->stats->lacks_context += claim.lacks_context;
        exchange_confirm(x, p->security, ENGINE_ANSWERED);
        return true;
    }
    if (verdict != SECURITY_REPORT) {
        receive_refuse(x, r, verdict);
        return false;
    }
    if (claim.is_authentic) (void)receive_take_rtt(x, r, id, at.now);
    receive_report(x, r, id, m, &claim, at);
    return false;
}

static int32_t receive_id(const struct message *m) {
    if (m->version == MESSAGE_V3) return m->v3.id;
    return m->pdu.type == PDU_RESPONSE ? m->pdu.request_id : 0;
}

void receive_datagram(struct exchange *x, const struct address *from, struct span datagram,
                      uint64_t arrived_ns, struct moment at) {
    struct message m;
    x->stats->responses++;
    if (message_decode(datagram, &m) != 0) {
        receive_note_malformed(x, from, datagram);
        return;
    }
    uint32_t id = (uint32_t)receive_id(&m);
    struct request *r = receive_find(x, id);
    if (r == NULL) return;
    struct owner *owner = r->owner;
    struct peer *p = owner->peer;
    if (!receive_is_from(x, r, from) || !receive_authenticate(x, r, id, datagram, &m, at)) return;
    p->was_malformed = false;
    p->heard++;
    owner->tally.answers++;
    owner->tally.octets_received += datagram.length;
    uint32_t intent = r->intent;
    uint64_t sent_ns = 0;
    if (!owner->takes_many) {
        sent_ns = receive_take_rtt(x, r, id, arrived_ns);
        request_free(&x->requests, r, id);
    }
    const struct answer answer = { .message = &m, .from = from, .size = datagram.length,
                                   .sent_ns = sent_ns, .arrived_ns = arrived_ns };
    owner->ops->answered(owner, intent, &answer, at);
}

void receive_unreachable(struct exchange *x, const struct address *to, struct span quoted,
                         int error, struct moment at) {
    x->stats->icmp++;
    uint32_t id = message_glance_id(quoted);
    const uint32_t *value = id == 0 ? NULL : ids_find(&x->requests.ids, id);
    struct request *r =
        value == NULL || *value >= IDS_GIVEN_UP ? NULL : slab_at(&x->requests.slab, *value);
    bool is_ours = r != NULL && request_is_present(r, id) && r->state != REQUEST_WAITING &&
                   address_equal(to, &r->owner->peer->address);
    if (is_ours) exchange_refused(x, r, error, at);
    else x->stats->icmp_ignored++;
}

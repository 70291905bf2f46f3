/*
 * discover: which engine answers at a target, and what its Reports mean (RFC 3414 sections 3.2 and
 * 4).
 *
 * Discovery is no step of its own: a request to a target whose engine is not known, or is in doubt,
 * goes out as an empty question for the engine ID, with its time-outs, retries and place in the
 * window, and when the Report has come it goes out again as what it was meant to be. The time is
 * learnt alike: the request carries the best guess, and an authentic notInTimeWindows Report sets
 * the clock. So thousands of discoveries are under way at once, and none holds up another.
 *
 * A Report that is not authenticated can be forged. It never changes what is known: a claim that
 * the engine is another one leads to the question which one, or to another guess where there was
 * but a guess; any other claim is noted, its attempt is given up early, and when a second attempt
 * is answered alike, the poll ends with it.
 *
 * How agents differ: HP's tell boots and time only to an authenticated request (zeros are sent,
 * which asks for them); MikroTik's want the empty user first (always sent first; the second attempt
 * names the user, for agents that are silent to nobody); some put request-id 0 or 2^31-1 into
 * Reports (they are matched by msgID alone), or set no reportable flag (it is not looked at).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/state.h"

enum {
    RESTARTS_MAX = 4,        /* of one request to find the engine, and as many to learn its time */
    GRACE_MIN_MS = 20,       /* that the true answer is still waited for after a doubtful Report */
    HEX_BYTES = 2 * FLEET_ENGINE_ID_MAX + 1,
};

bool discover_write(const struct security *s, int32_t id, bool with_user, struct ber_writer *w) {
    const struct usm_user *user = s->target->auth->user;
    struct pdu pdu = { .type = PDU_GET, .request_id = id };
    message_write_scoped(w, SPAN_NULL, SPAN_NULL, &pdu);
    struct message_v3_header header = {
        .id = id, .max_size = SECURITY_RECEIVE_MAX, .flags = MESSAGE_FLAG_REPORTABLE,
    };
    struct usm_parameters usm = { .engine_boots = 0 };
    if (with_user) usm.user_name = span_of(user->name, user->name_length);
    return message_write_v3(w, &header, &usm) != NULL;
}

enum report_kind {
    REPORT_NOT_IN_WINDOW, REPORT_UNKNOWN_ENGINE, REPORT_CLAIM,
};

/* RFC 3414 section 5, RFC 3412 section 5, RFC 3413 section 4.1.2. */
static const struct report {
    uint8_t oid[9];
    uint8_t length;
    uint8_t kind;                   /* enum report_kind */
    uint8_t reason;                 /* enum fleet_reason */
    const char *text;
} reports[] = {
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 1 }, 9, REPORT_CLAIM, FLEET_REASON_UNSUPPORTED_LEVEL,
      "the agent says: usmStatsUnsupportedSecLevels" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 2 }, 9, REPORT_NOT_IN_WINDOW, FLEET_REASON_NOT_IN_WINDOW,
      "the agent says: usmStatsNotInTimeWindows" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 3 }, 9, REPORT_CLAIM, FLEET_REASON_UNKNOWN_USER,
      "the agent says: usmStatsUnknownUserNames" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 4 }, 9, REPORT_UNKNOWN_ENGINE, FLEET_REASON_AGENT_ERROR,
      "the agent says: usmStatsUnknownEngineIDs" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 5 }, 9, REPORT_CLAIM, FLEET_REASON_WRONG_DIGEST,
      "the agent says: usmStatsWrongDigests" },
    { { 0x2b, 6, 1, 6, 3, 15, 1, 1, 6 }, 9, REPORT_CLAIM, FLEET_REASON_DECRYPT_ERROR,
      "the agent says: usmStatsDecryptionErrors" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 1 }, 9, REPORT_CLAIM, FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownSecurityModels" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 2 }, 9, REPORT_CLAIM, FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpInvalidMsgs" },
    { { 0x2b, 6, 1, 6, 3, 11, 2, 1, 3 }, 9, REPORT_CLAIM, FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownPDUHandlers (context engine ID)" },
    { { 0x2b, 6, 1, 6, 3, 12, 1, 4 }, 8, REPORT_CLAIM, FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnavailableContexts" },
    { { 0x2b, 6, 1, 6, 3, 12, 1, 5 }, 8, REPORT_CLAIM, FLEET_REASON_AGENT_ERROR,
      "the agent says: snmpUnknownContexts" },
};

static const struct report report_other = {
    .kind = REPORT_CLAIM, .reason = FLEET_REASON_AGENT_ERROR, .text = "a Report of no known kind",
};

static const struct report *report_of(const struct message *m) {
    struct ber_reader r = BER_READER(m->pdu.varbinds);
    struct varbind varbind;
    if (!varbind_next(&r, &varbind)) return &report_other;
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        if (span_starts_with(varbind.oid, span_of(reports[i].oid, reports[i].length)))
            return &reports[i];
    }
    return &report_other;
}

static void format_engine_id(struct span engine_id, char text[static HEX_BYTES]) {
    text[0] = '\0';
    for (size_t i = 0; i < engine_id.length && i < FLEET_ENGINE_ID_MAX; i++)
        snprintf(text + 2 * i, 3, "%02x", engine_id.bytes[i]);
}

static uint32_t bucket_of_engine(const struct engine *e, struct span engine_id) {
    return (uint32_t)prng_hash(engine_id.bytes, engine_id.length) & e->engine_mask;
}

static void discover_place(struct engine *e, struct security *s) {
    struct security **head = &e->by_engine[bucket_of_engine(e, security_engine_id(s))];
    s->next_same = *head;
    s->same_link = head;
    if (s->next_same != NULL) s->next_same->same_link = &s->next_same;
    *head = s;
}

static void discover_unplace(struct engine *e, struct security *s) {
    if (s->is_told) e->same_engine_count--;
    s->is_told = false;
    if (s->same_link == NULL) return;
    *s->same_link = s->next_same;
    if (s->next_same != NULL) s->next_same->same_link = s->same_link;
    s->same_link = NULL;
}

int discover_grow(struct engine *e, uint32_t room) {
    struct security **heads = calloc(room, sizeof(struct security *));
    if (heads == NULL) return -ENOMEM;
    uint32_t old_room = e->by_engine == NULL ? 0 : e->engine_mask + 1;
    struct security **old = e->by_engine;
    e->by_engine = heads;
    e->engine_mask = room - 1;
    for (uint32_t i = 0; i < old_room; i++) {
        while (old[i] != NULL) {
            struct security *s = old[i];
            old[i] = s->next_same;
            discover_place(e, s);
        }
    }
    free(old);
    return 0;
}

void security_free(struct engine *e, struct security *s) {
    if (s == NULL) return;
    discover_unplace(e, s);
    usm_wipe(s, sizeof(*s));
    free(s);
}

/* Does another agent, not only another target at the same address, have this engine ID? */
static const struct target *discover_other(const struct engine *e, const struct security *s) {
    struct security *other = e->by_engine[bucket_of_engine(e, security_engine_id(s))];
    for (; other != NULL; other = other->next_same) {
        if (span_equal(security_engine_id(other), security_engine_id(s)) &&
            !address_equal(&other->target->address, &s->target->address))
            return other->target;
    }
    return NULL;
}

void security_confirm(struct engine *e, struct security *s) {
    if (s->is_confirmed) return;
    s->is_confirmed = s->is_heard = true;
    const struct target *other = discover_other(e, s);
    discover_place(e, s);
    if (other == NULL) return;
    s->is_told = true;
    e->same_engine_count++;
    if (e->options.sink.notice == NULL) return;
    char hex[HEX_BYTES], text[320];
    format_engine_id(security_engine_id(s), hex);
    snprintf(text, sizeof(text),
             "engine ID %s is that of %.160s as well (both are polled; RFC 3411 wants it unique)",
             hex, other->described.name);
    e->options.sink.notice(e->options.sink.context, &s->target->described, text);
}

/* The target's engine is @engine_id; what was known of another one is forgotten. */
static void discover_adopt(struct engine *e, struct security *s, const struct security_claim *claim,
                           uint64_t now) {
    e->stats.discoveries++;
    s->is_suspect = false;
    s->is_heard = true;
    if (!span_equal(security_engine_id(s), claim->usm.engine_id)) {
        discover_unplace(e, s);
        s->is_confirmed = s->is_answered = s->has_keys = false;
        s->clock = USM_CLOCK_UNKNOWN_INIT;
        s->engine_id_length = (uint8_t)claim->usm.engine_id.length;
        memcpy(s->engine_id, claim->usm.engine_id.bytes, s->engine_id_length);
    }
    bool is_told = claim->usm.engine_boots != 0 || claim->usm.engine_time != 0;
    if (is_told) usm_clock_guess(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, now);
}

/* This attempt is given up when the true answer has had its chance. */
static void discover_hasten(struct engine *e, struct request *r, uint32_t id, uint64_t now) {
    if (r->state != REQUEST_EXPECTED && r->state != REQUEST_AGED) return;  /* given up already */
    if (!r->was_reported) r->reported++;
    r->was_reported = true;
    uint64_t grace = 2 * request_age_of(r, id, now);
    if (grace < (uint64_t)GRACE_MIN_MS * CLOCK_NS_PER_MS)
        grace = (uint64_t)GRACE_MIN_MS * CLOCK_NS_PER_MS;
    if (now + grace >= r->timeout_ns) return;
    r->timeout_ns = now + grace;
    wheel_arm(&e->wheel, &r->timer, r->timeout_ns);
}

/* A claim that nothing proves. */
static void discover_doubt(struct engine *e, struct request *r, uint32_t id,
                           const struct report *report, uint64_t now) {
    poll_note(r->poll, (enum fleet_reason)report->reason, report->text);
    discover_hasten(e, r, id, now);
}

/*
 * Ask again, as things are known now; not for ever. The time has a @count of its own: its Reports
 * are authentic, and those that are forged about the engine must not use theirs up.
 */
static void discover_restart(struct engine *e, struct request *r, uint32_t id,
                             const struct report *report, uint8_t *count, uint64_t now) {
    if (*count == RESTARTS_MAX) {
        discover_doubt(e, r, id, report, now);
        return;
    }
    ++*count;
    request_restart(e, r);
}

/* Another engine than the pinned one answers: noted, the first time; more take no more memory. */
static void discover_refuse(struct engine *e, struct request *r, uint32_t id,
                            struct span engine_id, uint64_t now) {
    struct poll *p = r->poll;
    char hex[HEX_BYTES], text[HEX_BYTES + 40];
    format_engine_id(engine_id, hex);
    snprintf(text, sizeof(text), "engine %s answers, another one is pinned", hex);
    e->stats.wrong_engine++;
    if (p->noted == FLEET_REASON_OK)
        poll_note(p, FLEET_REASON_TIMEOUT, arena_text(&p->arena, text));
    discover_hasten(e, r, id, now);
}

/*
 * The agent says that it is another engine. Is it? Where one is pinned no other is asked for. Who
 * says so under the very ID that was asked for, and found just now, contradicts himself: the true
 * answer is waited for. A guess gives way to another guess; of an engine that has proved itself it
 * is asked anew who is there.
 */
static void discover_suspect(struct engine *e, struct request *r, uint32_t id,
                             const struct report *report, const struct security_claim *claim,
                             uint64_t now) {
    struct security *s = r->poll->target->security;
    struct span engine_id = claim->usm.engine_id;
    bool is_same = span_equal(engine_id, security_engine_id(s));
    if (s->is_pinned && !is_same) {
        discover_refuse(e, r, id, engine_id, now);
        return;
    }
    if (is_same && (s->is_pinned || r->restarts > 0)) {
        s->is_suspect = !s->is_pinned;
        discover_doubt(e, r, id, report, now);
        return;
    }
    if (!s->is_confirmed && usm_is_engine_id(engine_id) && r->restarts < RESTARTS_MAX)
        discover_adopt(e, s, claim, now);
    else s->is_suspect = true;
    discover_restart(e, r, id, report, &r->restarts, now);
}

/* The answer to a question for the engine ID: any Report, for it names the engine. */
static void discover_answered(struct engine *e, struct request *r, uint32_t id,
                              const struct report *report, const struct security_claim *claim,
                              uint64_t now) {
    struct security *s = r->poll->target->security;
    if (!usm_is_engine_id(claim->usm.engine_id)) {
        e->stats.malformed++;
        poll_note(r->poll, FLEET_REASON_MALFORMED, "a Report without a proper engine ID");
        return;
    }
    discover_adopt(e, s, claim, now);
    target_is_heard(e, s->target);
    discover_restart(e, r, id, report, &r->restarts, now);
}

static void discover_set_clock(struct engine *e, struct request *r, uint32_t id,
                               const struct report *report, const struct security_claim *claim,
                               uint64_t now) {
    struct security *s = r->poll->target->security;
    usm_clock_set(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, now);
    e->stats.resyncs++;
    s->is_suspect = false;
    security_confirm(e, s);
    discover_restart(e, r, id, report, &r->resyncs, now);
}

void discover_report(struct engine *e, struct request *r, uint32_t id, const struct message *m,
                     const struct security_claim *claim, struct moment at) {
    struct target *t = r->poll->target;
    const struct report *report = report_of(m);
    bool has_auth = (t->auth->user->flags & MESSAGE_FLAG_AUTH) != 0;
    bool is_believed = claim->is_authentic || !has_auth;
    e->stats.reports++;
    r->poll->reports++;
    if (r->is_discovery && !claim->is_authentic) {
        r->poll->discoveries++;
        discover_answered(e, r, id, report, claim, at.now);
        return;
    }
    if (is_believed) target_is_heard(e, t);
    if (report->kind == REPORT_UNKNOWN_ENGINE) {
        discover_suspect(e, r, id, report, claim, at.now);
    } else if (report->kind == REPORT_NOT_IN_WINDOW && claim->is_authentic) {
        discover_set_clock(e, r, id, report, claim, at.now);
    } else if (report->kind == REPORT_NOT_IN_WINDOW) {
        /* Of a message without authentication the time is not looked at (section 3.2 step 7). */
        e->stats.unauthenticated++;
        poll_note(r->poll, FLEET_REASON_NOT_IN_WINDOW,
                  "a notInTimeWindows Report without authentication");
    } else if (is_believed) {
        poll_give_up(e, r->poll, (enum fleet_reason)report->reason, report->text, at);
    } else {
        discover_doubt(e, r, id, report, at.now);
    }
}

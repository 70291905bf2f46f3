/*
 * security: see security.h.
 *
 * What a message must be to be believed: it answers a request that is out, by its msgID (fresh: ids
 * are drawn at random and never used twice); it comes from the engine and the user that were asked;
 * its digest is right; it is as secure as the request; it lies within the time window. What fails
 * is counted and noted as the reason that a time-out of this poll will give.
 */
#include "core/exchange/security.h"

#include <stdlib.h>

#include "core/state.h"
#include "usm/wrap.h"

struct security *security_new(struct target *t, const char *context, struct span pinned) {
    const struct usm_user *user = t->auth->user;
    struct span name = context != NULL ? span_text(context)
                                       : span_of(user->context, user->context_length);
    if (pinned.length == 0) pinned = span_of(user->engine_id, user->engine_id_length);
    struct security *s = calloc(1, sizeof(*s) + name.length);
    if (s == NULL) return NULL;
    s->target = t;
    s->context_length = (uint8_t)name.length;
    memcpy(s->context, name.bytes, name.length);
    s->is_pinned = pinned.length > 0;
    s->engine_id_length = (uint8_t)pinned.length;
    if (s->is_pinned) memcpy(s->engine_id, pinned.bytes, pinned.length);
    return s;
}

bool security_is_costly(const struct security *s) {
    return !s->has_keys && s->engine_id_length > 0 && usm_user_is_costly(s->target->auth->user);
}

bool security_write(struct engine *e, struct security *s, struct span context, struct pdu *pdu,
                    struct ber_writer *w, uint64_t now) {
    const struct usm_user *user = s->target->auth->user;
    struct span engine_id = security_engine_id(s), context_engine_id = engine_id;
    if (user->context_engine_id_length > 0)
        context_engine_id = span_of(user->context_engine_id, user->context_engine_id_length);
    if (!s->has_keys) {
        usm_user_localize(user, e->usm, engine_id, &s->keys);
        s->has_keys = true;
    }
    message_write_scoped(w, context_engine_id, context, pdu);
    struct message_v3_header header = {
        .id = pdu->request_id,
        .max_size = SECURITY_RECEIVE_MAX,
        .flags = user->flags | MESSAGE_FLAG_REPORTABLE,
    };
    struct usm_parameters usm = {
        .engine_id = engine_id,
        .user_name = span_of(user->name, user->name_length),
    };
    bool has_auth = (user->flags & MESSAGE_FLAG_AUTH) != 0;
    if (has_auth && s->clock.state != USM_CLOCK_UNKNOWN) {
        usm.engine_boots = (int32_t)s->clock.boots;
        usm.engine_time = (int32_t)usm_clock_time(&s->clock, now);
    }
    return usm_wrap(e->usm, user, &s->keys, &header, usm, e->salt++, w);
}

static enum security_verdict security_refuse(uint64_t *counter, struct poll *p,
                                             enum fleet_reason reason, const char *why) {
    (*counter)++;
    poll_note(p, reason, why);
    return SECURITY_REFUSED;
}

/* Steps 3, 4 and 6: engine, user, digest. */
static enum security_verdict security_authenticate(struct engine *e, struct request *r,
                                                   struct span datagram,
                                                   const struct usm_parameters *usm) {
    const struct target *t = r->poll->target;
    const struct security *s = t->security;
    const struct usm_user *user = t->auth->user;
    if (!s->has_keys || !span_equal(usm->engine_id, security_engine_id(s)))
        return security_refuse(&e->stats.wrong_engine, r->poll, FLEET_REASON_TIMEOUT,
                               "only another engine answered");
    bool is_asked = (user->flags & MESSAGE_FLAG_AUTH) != 0 &&
                    span_equal(usm->user_name, span_of(user->name, user->name_length));
    if (!is_asked)
        return security_refuse(&e->stats.wrong_auth, r->poll, FLEET_REASON_TIMEOUT,
                               "answers as another user");
    if (!usm_verify(e->usm, user->auth_protocol, &s->keys.auth, datagram, usm->auth_parameters))
        return security_refuse(&e->stats.wrong_digest, r->poll, FLEET_REASON_WRONG_DIGEST,
                               "answers with a wrong digest");
    return SECURITY_RESPONSE;
}

/* Step 8: decrypt into the scratch memory, and decode what it gives. */
static enum security_verdict security_decrypt(struct engine *e, struct request *r,
                                              const struct usm_parameters *usm, struct message *m) {
    const struct target *t = r->poll->target;
    const struct usm_user *user = t->auth->user;
    struct usm_moment moment = { (uint32_t)usm->engine_boots, (uint32_t)usm->engine_time };
    bool good = (user->flags & MESSAGE_FLAG_PRIV) != 0 &&
                m->v3.encrypted.length <= sizeof(e->scratch) &&
                usm_decrypt(e->usm, user->priv_protocol, &t->security->keys.priv, moment,
                            usm->priv_parameters, m->v3.encrypted, e->scratch) &&
                message_decode_scoped(span_of(e->scratch, m->v3.encrypted.length), m) == 0;
    if (good) return SECURITY_RESPONSE;
    return security_refuse(&e->stats.decrypt_errors, r->poll, FLEET_REASON_DECRYPT_ERROR,
                           "answers that cannot be decrypted");
}

/* RFC 3412 section 7.2 step 12, and step 7b of RFC 3414 section 3.2. */
static enum security_verdict security_judge_response(struct engine *e, struct request *r,
                                                     const struct message *m,
                                                     const struct security_claim *claim,
                                                     uint64_t now) {
    struct security *s = r->poll->target->security;
    const struct usm_user *user = s->target->auth->user;
    uint8_t level = m->v3.flags & (MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV);
    if (s->engine_id_length == 0 || m->pdu.request_id != m->v3.id) {
        e->stats.unmatched++;
        return SECURITY_REFUSED;
    }
    if ((level & user->flags) != user->flags)
        return security_refuse(&e->stats.unauthenticated, r->poll, FLEET_REASON_UNSUPPORTED_LEVEL,
                               "answers less secure than the request");
    if (!span_equal(claim->usm.engine_id, security_engine_id(s)))
        return security_refuse(&e->stats.wrong_engine, r->poll, FLEET_REASON_TIMEOUT,
                               "only another engine answered");
    if (claim->is_authentic &&
        !usm_clock_accept(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, now))
        return security_refuse(&e->stats.not_in_window, r->poll, FLEET_REASON_NOT_IN_WINDOW,
                               "answers outside the time window");
    security_confirm(e, s);
    s->is_suspect = false;
    s->is_answered = true;
    return SECURITY_RESPONSE;
}

enum security_verdict security_open(struct engine *e, struct request *r, struct span datagram,
                                    struct message *m, struct security_claim *claim,
                                    uint64_t now) {
    *claim = (struct security_claim){ .is_authentic = false };
    if (m->v3.security_model != MESSAGE_SECURITY_USM ||
        usm_parameters_decode(m->v3.security_parameters, &claim->usm) != 0) {
        e->stats.malformed++;
        r->poll->target->was_malformed = true;
        return SECURITY_REFUSED;
    }
    enum security_verdict verdict = SECURITY_RESPONSE;
    if ((m->v3.flags & MESSAGE_FLAG_AUTH) != 0) {
        verdict = security_authenticate(e, r, datagram, &claim->usm);
        claim->is_authentic = verdict == SECURITY_RESPONSE;
    }
    if (verdict == SECURITY_RESPONSE && (m->v3.flags & MESSAGE_FLAG_PRIV) != 0)
        verdict = security_decrypt(e, r, &claim->usm, m);
    if (verdict != SECURITY_RESPONSE) return verdict;
    if (m->pdu.type == PDU_REPORT) return SECURITY_REPORT;
    if (m->pdu.type == PDU_RESPONSE) return security_judge_response(e, r, m, claim, now);
    e->stats.unmatched++;
    return SECURITY_REFUSED;
}

/*
 * security: see security.h.
 *
 * What a message must be to be believed: it answers a request that is out, by its msgID (fresh: ids
 * are drawn at random and never used twice); it comes from the engine and the user that were asked;
 * its digest is right; it is as secure as the request; it lies within the time window.
 */
#include "core/exchange/security.h"

#include <assert.h>
#include <stdlib.h>

#include "usm/wrap.h"

struct security *security_new(struct peer *peer, const struct usm_user *user, const char *context,
                              struct span pinned) {
    struct span name =
        context != NULL ? span_text(context) : span_of(user->context, user->context_length);
    if (pinned.length == 0) pinned = span_of(user->engine_id, user->engine_id_length);
    struct security *s = calloc(1, sizeof(*s) + name.length);
    if (s == NULL) return NULL;
    s->peer = peer;
    s->context_length = (uint8_t)name.length;
    memcpy(s->context, name.bytes, name.length);
    s->is_pinned = pinned.length > 0;
    if (s->is_pinned) security_set_engine(s, pinned, ENGINE_GUESSED);
    return s;
}

void security_free(struct security *s) {
    if (s == NULL) return;
    assert(s->same_link == NULL);
    usm_wipe(s, sizeof(*s));
    free(s);
}

/* The moves that evidence can cause, by the state that is left: bits of states without doubt. */
static bool security_may_move(const struct security *s, unsigned to) {
    unsigned from = security_trust(s), trust = to & ~(unsigned)ENGINE_DOUBTED;
    if (trust == ENGINE_UNKNOWN || trust > ENGINE_ANSWERED) return false;
    if ((to & ENGINE_DOUBTED) != 0) return trust == from;
    return trust >= from && s->engine_id_length > 0;
}

static void security_move(struct security *s, unsigned to) {
    assert(security_may_move(s, to));
    s->state = (uint8_t)to;
}

void security_set_engine(struct security *s, struct span engine_id, enum engine_state state) {
    assert(state == ENGINE_GUESSED || state == ENGINE_NAMED);
    assert(s->same_link == NULL && engine_id.length > 0 &&
           engine_id.length <= sizeof(s->engine_id));
    s->has_keys = false;
    s->clock = USM_CLOCK_UNKNOWN_INIT;
    s->engine_id_length = (uint8_t)engine_id.length;
    memcpy(s->engine_id, engine_id.bytes, engine_id.length);
    s->state = ENGINE_UNKNOWN;
    security_move(s, state);
}

void security_trust_more(struct security *s, enum engine_state state) {
    security_move(s, security_trust(s) > state ? security_trust(s) : state);
}

void security_doubt(struct security *s) {
    if (s->engine_id_length > 0) security_move(s, security_trust(s) | ENGINE_DOUBTED);
}

bool security_is_costly(const struct security *s, const struct usm_user *user) {
    return !s->has_keys && s->engine_id_length > 0 && usm_user_is_costly(user);
}

/* contextEngineID of what is asked: its own, the user's, or that of the engine itself. */
static struct span security_context_engine(const struct security *s,
                                           const struct security_asked *asked) {
    const struct usm_user *user = asked->user;
    if (asked->context_engine.length > 0) return asked->context_engine;
    return user->context_engine_id_length > 0
               ? span_of(user->context_engine_id, user->context_engine_id_length)
               : security_engine_id(s);
}

struct security_asked security_asked_of(const struct security *s, const struct usm_user *user,
                                        const struct scope *scope) {
    return (struct security_asked){
        .user = user,
        .context = scope != NULL ? scope->v3_context : security_context(s),
        .context_engine = scope != NULL ? scope->v3_engine : SPAN_NULL,
    };
}

bool security_write(struct security *s, const struct security_asked *asked, struct usm *u,
                    uint64_t salt, struct pdu *pdu, struct ber_writer *w, uint64_t now) {
    const struct usm_user *user = asked->user;
    struct span engine_id = security_engine_id(s);
    if (!s->has_keys) {
        s->has_keys = usm_user_localize(user, u, engine_id, &s->keys);
        if (!s->has_keys) return false;
    }
    message_write_scoped(w, security_context_engine(s, asked), asked->context, pdu);
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
    return usm_wrap(u, user, &s->keys, &header, usm, salt, w);
}

/* Steps 3, 4 and 6: engine, user, digest. */
static enum security_verdict security_authenticate(const struct security *s,
                                                   const struct usm_user *user, struct usm *u,
                                                   struct span datagram,
                                                   const struct usm_parameters *usm) {
    if (!s->has_keys || !span_equal(usm->engine_id, security_engine_id(s)))
        return SECURITY_WRONG_ENGINE;
    bool is_asked = (user->flags & MESSAGE_FLAG_AUTH) != 0 &&
                    span_equal(usm->user_name, span_of(user->name, user->name_length));
    if (!is_asked) return SECURITY_WRONG_USER;
    bool good = usm_verify(u, user->auth_protocol, &s->keys.auth, datagram, usm->auth_parameters);
    return good ? SECURITY_RESPONSE : SECURITY_WRONG_DIGEST;
}

/* Step 8: decrypt into the scratch memory, and decode what it gives. */
static enum security_verdict security_decrypt(const struct security *s, const struct usm_user *user,
                                              struct usm *u, const struct usm_parameters *usm,
                                              uint8_t *scratch, size_t scratch_size,
                                              struct message *m) {
    struct usm_moment moment = { (uint32_t)usm->engine_boots, (uint32_t)usm->engine_time };
    bool good = (user->flags & MESSAGE_FLAG_PRIV) != 0 && m->v3.encrypted.length <= scratch_size &&
                usm_decrypt(u, user->priv_protocol, &s->keys.priv, moment, usm->priv_parameters,
                            m->v3.encrypted, scratch) &&
                message_decode_scoped(span_of(scratch, m->v3.encrypted.length), m) == 0;
    return good ? SECURITY_RESPONSE : SECURITY_NOT_DECRYPTED;
}

/*
 * RFC 3412 section 7.2 step 12: contexts are those of the request. Agents that leave them out are
 * let pass.
 */
static bool security_is_context(const struct security *s, const struct security_asked *asked,
                                const struct message *m, struct security_claim *claim) {
    const struct span engine = m->v3.context_engine_id, name = m->v3.context_name;
    bool lacks_engine = engine.length == 0, lacks_name = name.length == 0;
    claim->lacks_context = lacks_engine || (lacks_name && asked->context.length > 0);
    return (lacks_engine || span_equal(engine, security_context_engine(s, asked))) &&
           (lacks_name || span_equal(name, asked->context));
}

/* RFC 3412 section 7.2 step 12, and step 7b of RFC 3414 section 3.2. */
static enum security_verdict security_judge_response(struct security *s,
                                                     const struct security_asked *asked,
                                                     const struct message *m,
                                                     struct security_claim *claim,
                                                     uint64_t now) {
    uint8_t level = m->v3.flags & (MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV);
    if (s->engine_id_length == 0 || m->pdu.request_id != m->v3.id) return SECURITY_UNMATCHED;
    if ((level & asked->user->flags) != asked->user->flags) return SECURITY_LOW_LEVEL;
    if (!span_equal(claim->usm.engine_id, security_engine_id(s))) return SECURITY_WRONG_ENGINE;
    if (!security_is_context(s, asked, m, claim)) return SECURITY_WRONG_CONTEXT;
    if (claim->is_authentic &&
        !usm_clock_accept(&s->clock, claim->usm.engine_boots, claim->usm.engine_time, now))
        return SECURITY_NOT_IN_WINDOW;
    return SECURITY_RESPONSE;
}

enum security_verdict security_open(struct security *s, const struct security_asked *asked,
                                    struct usm *u,
                                    struct span datagram, uint8_t *scratch, size_t scratch_size,
                                    struct message *m, struct security_claim *claim, uint64_t now) {
    const struct usm_user *user = asked->user;
    *claim = (struct security_claim){ .is_authentic = false };
    if (m->v3.security_model != MESSAGE_SECURITY_USM ||
        usm_parameters_decode(m->v3.security_parameters, &claim->usm) != 0)
        return SECURITY_MALFORMED;
    enum security_verdict verdict = SECURITY_RESPONSE;
    if ((m->v3.flags & MESSAGE_FLAG_AUTH) != 0) {
        verdict = security_authenticate(s, user, u, datagram, &claim->usm);
        claim->is_authentic = verdict == SECURITY_RESPONSE;
    }
    if (verdict == SECURITY_RESPONSE && (m->v3.flags & MESSAGE_FLAG_PRIV) != 0)
        verdict = security_decrypt(s, user, u, &claim->usm, scratch, scratch_size, m);
    if (verdict != SECURITY_RESPONSE) return verdict;
    if (m->pdu.type == PDU_REPORT) return SECURITY_REPORT;
    if (m->pdu.type == PDU_RESPONSE) return security_judge_response(s, asked, m, claim, now);
    return SECURITY_UNMATCHED;
}

/*
 * authority: see authority.h.
 *
 * The table of localized keys is mapped directly: an agent has `places` neighbouring entries, a
 * user one of them. As long as agents times places fit, an agent asked by one user never loses its
 * keys to another.
 */
#include "sim/authority.h"

#include <errno.h>
#include <stdlib.h>

#include "base/entropy.h"
#include "usm/clock.h"
#include "usm/wrap.h"

enum {
    KEYS_MAX = 1 << 20,
    PLACES_MANY = 64,
    PLACES_FEW = 4, /* of an agent: all users, or those in use at a time */
    FEW_AGENTS = 1024,
    PLAIN_MAX = 65536,  /* no encrypted scoped PDU is longer */
    MAX_SIZE_MIN = 484, /* msgMaxSize (RFC 3412 section 6.3) */
    RECEIVED_MAX = 65507,
};

struct authority_user {
    struct usm_user usm;
    bool is_ready, is_unusable;
};

struct authority_keys {
    uint64_t engine; /* its number */
    uint32_t user;   /* its place in the list + 1; 0: nothing here */
    struct usm_keys keys;
};

struct authority {
    struct usm *usm;
    const struct users *users;
    struct authority_user user[USERS_MAX];
    struct authority_keys *keys;
    uint32_t agents, places, keys_count;
    uint64_t salt;            /* of the last message encrypted */
    uint8_t plain[PLAIN_MAX]; /* the scoped PDU of the request at work */
};

const struct authority_counter authority_counters[AUTHORITY_REPORTS] = {
    [REPORT_UNSUPPORTED_LEVELS] = {
        "usmStatsUnsupportedSecLevels", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 1, 0 },
    },
    [REPORT_NOT_IN_TIME_WINDOWS] = {
        "usmStatsNotInTimeWindows", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 2, 0 },
    },
    [REPORT_UNKNOWN_USER_NAMES] = {
        "usmStatsUnknownUserNames", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 3, 0 },
    },
    [REPORT_UNKNOWN_ENGINE_IDS] = {
        "usmStatsUnknownEngineIDs", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0 },
    },
    [REPORT_WRONG_DIGESTS] = {
        "usmStatsWrongDigests", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 5, 0 },
    },
    [REPORT_DECRYPTION_ERRORS] = {
        "usmStatsDecryptionErrors", 10, { 0x2b, 6, 1, 6, 3, 15, 1, 1, 6, 0 },
    },
    [REPORT_UNKNOWN_CONTEXTS] = {
        "snmpUnknownContexts", 9, { 0x2b, 6, 1, 6, 3, 12, 1, 5, 0 },
    },
    [REPORT_UNKNOWN_PDU_HANDLERS] = {
        "snmpUnknownPDUHandlers", 10, { 0x2b, 6, 1, 6, 3, 11, 2, 1, 3, 0 },
    },
};

int authority_new(struct authority **ret_security, const struct users *users, uint32_t agents) {
    struct authority *s = calloc(1, sizeof(*s));
    if (s == NULL) return -ENOMEM;
    s->users = users;
    s->agents = agents > 0 ? agents : 1;
    s->places = s->agents <= FEW_AGENTS              ? PLACES_MANY
                : s->agents <= KEYS_MAX / PLACES_FEW ? PLACES_FEW
                                                     : 1;
    s->keys_count = s->agents < KEYS_MAX ? s->agents * s->places : KEYS_MAX;
    if (s->keys_count > KEYS_MAX) s->keys_count = KEYS_MAX;
    s->keys = calloc(s->keys_count, sizeof(*s->keys));
    int error = s->keys == NULL ? -ENOMEM : usm_new(&s->usm);
    if (error == 0) error = entropy_draw(&s->salt, sizeof(s->salt));
    if (error != 0) {
        authority_free(s);
        return error;
    }
    *ret_security = s;
    return 0;
}

void authority_free(struct authority *s) {
    if (s == NULL) return;
    usm_free(s->usm);
    if (s->keys != NULL) usm_wipe(s->keys, s->keys_count * sizeof(*s->keys));
    free(s->keys);
    usm_wipe(s, sizeof(*s));
    free(s);
}

/* NULL: OpenSSL lacks what the user needs. */
static const struct usm_user *authority_user(struct authority *s, uint32_t number) {
    struct authority_user *user = &s->user[number];
    if (user->is_unusable) return NULL;
    if (!user->is_ready) {
        struct fleet_auth_options options = user_options(&s->users->list[number]);
        const char *why;
        user->is_unusable = usm_user_init(&user->usm, s->usm, &options, &why) != 0;
        user->is_ready = !user->is_unusable;
    }
    return user->is_ready ? &user->usm : NULL;
}

/* NULL: out of memory. */
static const struct usm_keys *authority_localize(struct authority *s, uint32_t agent,
                                                 uint32_t number,
                                                 const struct agent_engine *engine) {
    uint64_t place = (uint64_t)agent * s->places + number % s->places;
    struct authority_keys *k = &s->keys[place % s->keys_count];
    if (k->engine != engine->number || k->user != number + 1) {
        bool good = usm_user_localize(&s->user[number].usm, s->usm,
                                      span_of(engine->id, sizeof(engine->id)), &k->keys);
        k->engine = engine->number;
        k->user = good ? number + 1 : 0;
        if (!good) return NULL;
    }
    return &k->keys;
}

static bool authority_find(const struct authority *s, struct span name, uint32_t *ret_number) {
    for (uint32_t i = 0; i < s->users->count; i++) {
        if (!span_equal(span_text(s->users->list[i].name), name)) continue;
        *ret_number = i;
        return true;
    }
    return false;
}

/* RFC 3414 section 3.2 step 7a. */
static bool authority_is_in_window(const struct agent_engine *engine,
                                   const struct usm_parameters *usm) {
    int64_t late = (int64_t)engine->time - usm->engine_time;
    return engine->boots < USM_TIME_MAX && usm->engine_boots == (int32_t)engine->boots &&
           late <= USM_WINDOW_S && late >= -USM_WINDOW_S;
}

/* RFC 3414 section 3.2 step 8. */
static int authority_decrypt(struct authority *s, struct incoming *in) {
    struct span encrypted = in->message.v3.encrypted;
    struct usm_moment moment = { (uint32_t)in->usm.engine_boots, (uint32_t)in->usm.engine_time };
    if (encrypted.length > sizeof(s->plain)) return AUTHORITY_MALFORMED;
    if (!usm_decrypt(s->usm, in->user->priv_protocol, &in->keys->priv, moment,
                     in->usm.priv_parameters, encrypted, s->plain))
        return REPORT_DECRYPTION_ERRORS;
    struct span scoped = span_of(s->plain, encrypted.length);
    return message_decode_scoped(scoped, &in->message) == 0 ? AUTHORITY_ACCEPTED
                                                            : AUTHORITY_MALFORMED;
}

int authority_accept(struct authority *s, uint32_t agent, struct span datagram,
                     struct incoming *in) {
    const struct message *m = &in->message;
    in->level = m->v3.flags & (MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV);
    if (m->v3.security_model != MESSAGE_SECURITY_USM) return AUTHORITY_UNABLE;
    if (m->v3.id < 0 || m->v3.max_size < MAX_SIZE_MIN ||
        usm_parameters_decode(m->v3.security_parameters, &in->usm) != 0 ||
        in->usm.user_name.length > FLEET_USER_MAX)
        return AUTHORITY_MALFORMED; /* step 1 */
    if (!span_equal(in->usm.engine_id, span_of(in->engine.id, sizeof(in->engine.id))))
        return REPORT_UNKNOWN_ENGINE_IDS; /* step 3 */
    uint32_t number;
    if (!authority_find(s, in->usm.user_name, &number))
        return REPORT_UNKNOWN_USER_NAMES; /* step 4 */
    in->user = authority_user(s, number);
    if (in->user == NULL || (in->level & ~in->user->flags) != 0)
        return REPORT_UNSUPPORTED_LEVELS; /* step 5 */
    if ((in->level & MESSAGE_FLAG_AUTH) == 0) return AUTHORITY_ACCEPTED;
    in->keys = authority_localize(s, agent, number, &in->engine);
    if (in->keys == NULL) return AUTHORITY_UNABLE;
    if (!usm_verify(s->usm, in->user->auth_protocol, &in->keys->auth, datagram,
                    in->usm.auth_parameters))
        return REPORT_WRONG_DIGESTS; /* step 6 */
    if (!authority_is_in_window(&in->engine, &in->usm))
        return REPORT_NOT_IN_TIME_WINDOWS; /* step 7 */
    return (in->level & MESSAGE_FLAG_PRIV) == 0 ? AUTHORITY_ACCEPTED : authority_decrypt(s, in);
}

void authority_wrap(struct authority *s, const struct incoming *in, uint8_t level,
                   struct span context_name, const struct pdu *pdu, struct ber_writer *w) {
    struct span engine_id = span_of(in->engine.id, sizeof(in->engine.id));
    struct message_v3_header header = { in->message.v3.id, RECEIVED_MAX, level };
    struct usm_parameters usm = { .engine_id = engine_id, .user_name = in->usm.user_name };
    if ((level & MESSAGE_FLAG_AUTH) != 0 || !in->engine.hides_clock) {
        usm.engine_boots = (int32_t)in->engine.boots;
        usm.engine_time = (int32_t)in->engine.time;
    }
    message_write_scoped(w, engine_id, context_name, pdu);
    if (!usm_wrap(s->usm, in->user, in->keys, &header, usm, ++s->salt, w)) w->error = BER_NO_SPACE;
}

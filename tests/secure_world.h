/*
 * secure_world: an engine with SNMPv3 targets on a virtual clock, and beside it a small
 * authoritative engine that can be told to misbehave.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/engine.h"
#include "usm/user.h"
#include "wire/message.h"

#include "secrets.h"

enum { SLOTS = 16, ROOM = 2048, REPORTS = 8, SENT = 64, STEP_NS = 1000000 };

static const uint8_t sys_descr[] = { 0x2b, 6, 1, 2, 1, 1, 1, 0 };
static const uint8_t engine_a[] = { 0x80, 0, 0x7e, 0xd9, 5, 1, 2, 3 };
static const uint8_t engine_b[] = { 0x80, 0, 0x7e, 0xd9, 5, 9, 9, 9 };

enum usm_stats {
    UNSUPPORTED_LEVEL = 1, NOT_IN_WINDOW, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_DIGEST, DECRYPTION,
};

/* How the agent misbehaves. */
struct habits {
    bool hides_boots;           /* HP: no boots and time in an unauthenticated Report */
    bool needs_nobody;          /* MikroTik: silent to a discovery that names a user */
    bool needs_user;            /* silent to a discovery that names none */
    bool is_mute;               /* silent to all but discoveries */
    bool is_deaf;               /* silent to what it cannot decrypt: to all that is in time */
    bool finds_other;           /* each discovery is answered under another engine ID first */
    bool forges_window;         /* an unauthenticated notInTimeWindows Report before each answer */
    bool forges_engine;         /* an unauthenticated unknownEngineIDs Report before each answer */
    bool forges_digest;         /* an unauthenticated wrongDigests Report before each answer */
    bool strips_auth;           /* an unauthenticated copy of the answer before it */
    bool other_engine;          /* the answer under another engine ID before it */
    bool spoils_digest;         /* one bit of the digest is flipped, and there is no other answer */
    bool spoils_privacy;        /* the salt is another one (signed as it is) */
    bool other_context;         /* the answer is that of the context "vlan8" */
    bool other_context_engine;  /* the answer is that of another contextEngineID */
    bool leaves_contexts;       /* the answer has neither contextEngineID nor contextName */
    bool is_stale;              /* the answer 153 s old before it */
    int32_t report_request_id;  /* in Reports; 0: 0 */
    int claims;                 /* answers every request by this Report; enum usm_stats */
};

struct world {
    struct engine *engine;
    uint64_t now;
    struct usm *usm;
    struct usm_user user;
    const uint8_t *engine_id;   /* of the agent */
    const char *context;        /* that targets added from now on are asked in; NULL: none */
    uint32_t boots;
    uint64_t booted_ns;
    struct habits habits;
    struct slot slots[SLOTS];
    uint8_t bytes[SLOTS][SLOT_BYTES];
    uint32_t sent, discoveries, data;           /* requests of each kind that came */
    uint32_t reports, notices, rows;
    enum fleet_reason reasons[REPORTS];
    char details[REPORTS][200];
    char notice[400];
    uint32_t target;
};

static inline void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct world *w = context;
    (void)rows;
    w->rows += (uint32_t)count;
}

static inline void take_report(void *context, const struct fleet_report *report) {
    struct world *w = context;
    assert_true(w->reports < REPORTS);
    w->reasons[w->reports] = report->reason;
    snprintf(w->details[w->reports++], sizeof(w->details[0]), "%s", report->detail);
}

static inline void take_notice(void *context, const struct fleet_target *target, const char *text) {
    struct world *w = context;
    w->notices++;
    snprintf(w->notice, sizeof(w->notice), "%s: %s", target->name, text);
}

static const uint8_t password[] = "maplesyrup";

static inline struct fleet_auth_options auth_options(enum fleet_level level) {
    const struct fleet_key key = { FLEET_KEY_PASSPHRASE, password, sizeof(password) - 1 };
    struct fleet_auth_options o = { .name = "auth", .version = FLEET_V3, .user = "poller" };
    if (level >= FLEET_AUTH_NO_PRIV) {
        o.auth_protocol = FLEET_AUTH_SHA256;
        o.auth_key = key;
    }
    if (level == FLEET_AUTH_PRIV) {
        o.priv_protocol = FLEET_PRIV_AES128;
        o.priv_key = key;
    }
    return o;
}

static inline void add_target(struct world *w, const char *host, const uint8_t *pinned) {
    uint32_t auth, module;
    assert_int_equal(engine_auth_find(w->engine, "auth", &auth), 0);
    assert_int_equal(engine_module_find(w->engine, "m", &module), 0);
    struct fleet_target_options t = {
        .host = host, .auth = auth, .modules = &module, .module_count = 1, .engine_id = pinned,
        .engine_id_length = pinned != NULL ? sizeof(engine_a) : 0, .context = w->context,
    };
    assert_int_equal(engine_target_set(w->engine, &t, &w->target, NULL, (struct moment){ w->now, 0 }), 0);
}

static inline void world_init(struct world *w, enum fleet_level level) {
    const char *why;
    uint32_t auth, module;
    *w = (struct world){ .now = 5000 * CLOCK_NS_PER_S, .engine_id = engine_a, .boots = 3 };
    for (int i = 0; i < SLOTS; i++) w->slots[i].bytes = w->bytes[i];
    struct engine_options o = {
        .sink = { w, take_rows, take_report, take_notice },
        .window = 64, .dead_after = 3, .rto_floor_ns = 200 * CLOCK_NS_PER_MS, .secrets = secrets_of(7),
    };
    assert_int_equal(engine_new(&w->engine, &o, w->now), 0);
    const struct fleet_column scalar = { .object = "sysDescr", .oid = "1.3.6.1.2.1.1.1.0" };
    struct fleet_module_options m = { .name = "m", .interval_ns = 10 * CLOCK_NS_PER_S,
                                      .scalars = &scalar, .scalar_count = 1 };
    assert_int_equal(engine_module_add(w->engine, &m, &module), 0);
    struct fleet_auth_options a = auth_options(level);
    assert_int_equal(engine_auth_set(w->engine, &a, &auth, &why), 0);
    assert_int_equal(usm_new(&w->usm), 0);
    assert_int_equal(usm_user_init(&w->user, w->usm, &a, &why), 0);
}

static inline void world_deinit(struct world *w) {
    engine_free(w->engine, (struct moment){ w->now, 0 });
    usm_free(w->usm);
}

static inline uint32_t agent_time(const struct world *w) {
    return (uint32_t)((w->now - w->booted_ns) / CLOCK_NS_PER_S);
}

/* What goes into an answer. */
struct reply {
    struct message_v3_header header;
    struct usm_parameters usm;
    struct pdu pdu;
    const uint8_t *varbind;       /* its OID; value 42 */
    size_t varbind_length;
    bool spoils_digest, spoils_salt;
    struct span context_engine, context;
};

/* The datagram of @reply, at the end of @bytes. */
static inline struct span agent_wrap(struct world *w, struct reply reply,
                                     uint8_t bytes[static ROOM]) {
    static const uint8_t zeros[USM_MAC_MAX];
    uint8_t salt[USM_SALT_LENGTH];
    struct usm_keys keys;
    struct ber_writer writer = BER_WRITER(bytes, ROOM - USM_PADDING_MAX);
    struct fleet_value value = { .type = FLEET_COUNTER32, .counter = 42 };
    usm_user_localize(&w->user, w->usm, reply.usm.engine_id, &keys);
    varbind_write(&writer, span_of(reply.varbind, reply.varbind_length), &value);
    message_write_scoped(&writer, reply.context_engine, reply.context, &reply.pdu);
    if ((reply.header.flags & MESSAGE_FLAG_PRIV) != 0) {
        struct usm_moment moment = { (uint32_t)reply.usm.engine_boots,
                                     (uint32_t)reply.usm.engine_time };
        writer.end = writer.at + usm_encrypt(w->usm, w->user.priv_protocol, &keys.priv, moment, 99,
                                             writer.at, (size_t)(writer.end - writer.at), salt);
        ber_write_header(&writer, BER_OCTET_STRING, writer.end);
        if (reply.spoils_salt) salt[7] ^= 1;
        reply.usm.priv_parameters = span_of(salt, sizeof(salt));
    }
    bool has_auth = (reply.header.flags & MESSAGE_FLAG_AUTH) != 0;
    if (has_auth) reply.usm.auth_parameters = span_of(zeros, 24);
    uint8_t *mac = message_write_v3(&writer, &reply.header, &reply.usm);
    struct span message = ber_written(&writer);
    assert_non_null(mac);
    if (has_auth)
        usm_sign(w->usm, w->user.auth_protocol, &keys.auth, writer.at, message.length,
                 (size_t)(mac - writer.at));
    if (reply.spoils_digest) mac[5] ^= 4;
    return message;
}

static inline void agent_send(struct world *w, const struct address *from, struct reply reply) {
    uint8_t bytes[ROOM];
    engine_datagram(w->engine, from, agent_wrap(w, reply, bytes), w->now, (struct moment){ w->now, 0 });
}

static inline void agent_report(struct world *w, const struct address *from,
                                const struct message *m, enum usm_stats which, uint8_t flags) {
    uint8_t oid[] = { 0x2b, 6, 1, 6, 3, 15, 1, 1, (uint8_t)which, 0 };
    bool hides = w->habits.hides_boots && flags == 0;
    agent_send(w, from, (struct reply){
        .header = { .id = m->v3.id, .max_size = 65507, .flags = flags },
        .usm = { .engine_id = span_of(w->engine_id, sizeof(engine_a)),
                 .engine_boots = hides ? 0 : (int32_t)w->boots,
                 .engine_time = hides ? 0 : (int32_t)agent_time(w),
                 .user_name = span_of(w->user.name, flags == 0 ? 0 : w->user.name_length) },
        .pdu = { .type = PDU_REPORT, .request_id = w->habits.report_request_id },
        .varbind = oid, .varbind_length = sizeof(oid),
        .context_engine = span_of(w->engine_id, sizeof(engine_a)),
    });
}

/* What an agent without fault answers. */
static inline struct reply agent_good_reply(const struct world *w, const struct message *m) {
    return (struct reply){
        .header = { .id = m->v3.id, .max_size = 65507, .flags = w->user.flags },
        .usm = { .engine_id = span_of(w->engine_id, sizeof(engine_a)),
                 .engine_boots = (int32_t)w->boots, .engine_time = (int32_t)agent_time(w),
                 .user_name = span_of(w->user.name, w->user.name_length) },
        .pdu = { .type = PDU_RESPONSE, .request_id = m->v3.id },
        .varbind = sys_descr, .varbind_length = sizeof(sys_descr),
        .context_engine = span_of(w->engine_id, sizeof(engine_a)),
        .context = w->context != NULL ? span_text(w->context) : SPAN_NULL,
    };
}

static inline void agent_respond(struct world *w, const struct address *from,
                                 const struct message *m) {
    const struct habits *h = &w->habits;
    struct reply good = agent_good_reply(w, m);
    struct reply other = good;
    if (h->strips_auth) {
        other.header.flags = 0;
        agent_send(w, from, other);
    }
    if (h->other_engine) {
        other = good;
        other.usm.engine_id = span_of(engine_b, sizeof(engine_b));
        agent_send(w, from, other);
    }
    if (h->is_stale) {
        other = good;
        other.usm.engine_time -= 153;
        agent_send(w, from, other);
    }
    if (h->leaves_contexts) good.context_engine = good.context = SPAN_NULL;
    if (h->other_context) good.context = span_text("vlan8");
    if (h->other_context_engine) good.context_engine = span_of(engine_b, sizeof(engine_b));
    good.spoils_digest = h->spoils_digest;
    good.spoils_salt = h->spoils_privacy;
    agent_send(w, from, good);
}

/* RFC 3414 section 3.2 on the agent's side. */
static inline void agent_answer(struct world *w, const struct address *from, struct span datagram) {
    const struct habits *h = &w->habits;
    struct message m;
    struct usm_parameters usm;
    assert_int_equal(message_decode(datagram, &m), 0);
    assert_int_equal(m.version, MESSAGE_V3);
    assert_int_equal(usm_parameters_decode(m.v3.security_parameters, &usm), 0);
    assert_true(m.v3.flags & MESSAGE_FLAG_REPORTABLE);
    w->sent++;
    if (usm.engine_id.length == 0) {
        w->discoveries++;
        assert_int_equal(m.v3.flags, MESSAGE_FLAG_REPORTABLE);
        assert_int_equal(m.pdu.varbinds.length, 0);
        bool is_silent = usm.user_name.length == 0 ? h->needs_user : h->needs_nobody;
        if (is_silent) return;
        if (h->finds_other) {
            w->engine_id = engine_b;
            agent_report(w, from, &m, UNKNOWN_ENGINE, 0);
            w->engine_id = engine_a;
        }
        agent_report(w, from, &m, UNKNOWN_ENGINE, 0);
        return;
    }
    w->data++;
    if (h->is_mute) return;
    if (h->forges_window) agent_report(w, from, &m, NOT_IN_WINDOW, 0);
    if (h->forges_digest) agent_report(w, from, &m, WRONG_DIGEST, 0);
    if (h->forges_engine) agent_report(w, from, &m, UNKNOWN_ENGINE, 0);
    if (!span_equal(usm.engine_id, span_of(w->engine_id, sizeof(engine_a)))) {
        agent_report(w, from, &m, UNKNOWN_ENGINE, 0);
        return;
    }
    assert_true(span_equal(usm.user_name, span_text("poller")));
    assert_int_equal(m.v3.flags & 3, w->user.flags);
    if (h->claims != 0) {
        agent_report(w, from, &m, (enum usm_stats)h->claims, 0);
        return;
    }
    if ((w->user.flags & MESSAGE_FLAG_AUTH) != 0) {
        struct usm_keys keys;
        usm_user_localize(&w->user, w->usm, usm.engine_id, &keys);
        assert_true(usm_verify(w->usm, w->user.auth_protocol, &keys.auth, datagram,
                               usm.auth_parameters));
        int64_t off = (int64_t)usm.engine_time - agent_time(w);
        if ((uint32_t)usm.engine_boots != w->boots || off > 150 || off < -150) {
            agent_report(w, from, &m, NOT_IN_WINDOW, MESSAGE_FLAG_AUTH);
            return;
        }
    }
    if (!h->is_deaf) agent_respond(w, from, &m);
}

/* Until @reports have come, or @limit of virtual time has passed. */
static inline void run_until(struct world *w, uint32_t reports, uint64_t limit_ns) {
    uint64_t end = w->now + limit_ns;
    while (w->reports < reports && w->now < end) {
        engine_expire(w->engine, (struct moment){ w->now, 0 }, UINT32_MAX);
        engine_admit(w->engine, (struct moment){ w->now, 0 }, UINT32_MAX);
        uint32_t count = engine_transmit(w->engine, w->slots, SLOTS, w->now);
        w->now += STEP_NS;
        for (uint32_t i = 0; i < count; i++)
            agent_answer(w, &w->slots[i].to, span_of(w->slots[i].bytes, w->slots[i].length));
    }
}

static inline const struct fleet_stats *stats(const struct world *w) {
    static struct fleet_stats s;
    engine_get_stats(w->engine, &s);
    return &s;
}

/* The first poll of one target of an agent with @habits. */
static inline void first_poll(struct world *w, enum fleet_level level, struct habits habits) {
    world_init(w, level);
    w->habits = habits;
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reports, 1);
}


/*
 * SNMPv3 in the engine: discovery, clocks, Reports, and everything that must not be believed. One
 * target or two on a virtual clock, and beside them a small authoritative engine that can be told to
 * misbehave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "core/engine.h"
#include "usm/user.h"
#include "wire/message.h"

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
    bool finds_other;           /* a Report under another engine ID before each answer to a discovery */
    bool forges_window;         /* an unauthenticated notInTimeWindows Report before each answer */
    bool forges_engine;         /* an unauthenticated unknownEngineIDs Report before each answer */
    bool forges_digest;         /* an unauthenticated wrongDigests Report before each answer */
    bool strips_auth;           /* an unauthenticated copy of the answer before it */
    bool other_engine;          /* the answer under another engine ID before it */
    bool spoils_digest;         /* one bit of the digest is flipped, and there is no other answer */
    bool spoils_privacy;        /* the salt is another one (signed as it is) */
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

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct world *w = context;
    (void)rows;
    w->rows += (uint32_t)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    struct world *w = context;
    assert_true(w->reports < REPORTS);
    w->reasons[w->reports] = report->reason;
    snprintf(w->details[w->reports++], sizeof(w->details[0]), "%s", report->detail);
}

static void take_notice(void *context, const struct fleet_target *target, const char *text) {
    struct world *w = context;
    w->notices++;
    snprintf(w->notice, sizeof(w->notice), "%s: %s", target->name, text);
}

static const uint8_t password[] = "maplesyrup";

static struct fleet_auth_options auth_options(enum fleet_level level) {
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

static void add_target(struct world *w, const char *host, const uint8_t *pinned) {
    uint32_t auth, module;
    assert_int_equal(engine_auth_find(w->engine, "auth", &auth), 0);
    assert_int_equal(engine_module_find(w->engine, "m", &module), 0);
    struct fleet_target_options t = {
        .host = host, .auth = auth, .modules = &module, .module_count = 1, .engine_id = pinned,
        .engine_id_length = pinned != NULL ? sizeof(engine_a) : 0,
    };
    assert_int_equal(engine_target_set(w->engine, &t, &w->target, NULL, 0, w->now), 0);
}

static void world_init(struct world *w, enum fleet_level level) {
    const char *why;
    uint32_t auth, module;
    *w = (struct world){ .now = 5000 * CLOCK_NS_PER_S, .engine_id = engine_a, .boots = 3 };
    for (int i = 0; i < SLOTS; i++) w->slots[i].bytes = w->bytes[i];
    struct engine_options o = {
        .sink = { w, take_rows, take_report, take_notice },
        .window = 64, .dead_after = 3, .rto_floor_ns = 200 * CLOCK_NS_PER_MS, .seed = 7,
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

static void world_deinit(struct world *w) {
    engine_free(w->engine, 0, w->now);
    usm_free(w->usm);
}

static uint32_t agent_time(const struct world *w) {
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
};

static void agent_send(struct world *w, const struct address *from, struct reply reply) {
    static const uint8_t zeros[USM_MAC_MAX];
    uint8_t bytes[ROOM], salt[USM_SALT_LENGTH];
    struct usm_keys keys;
    struct ber_writer writer = BER_WRITER(bytes, sizeof(bytes) - USM_PADDING_MAX);
    struct fleet_value value = { .type = FLEET_COUNTER32, .counter = 42 };
    usm_user_localize(&w->user, w->usm, reply.usm.engine_id, &keys);
    varbind_write(&writer, span_of(reply.varbind, reply.varbind_length), &value);
    message_write_scoped(&writer, reply.usm.engine_id, SPAN_NULL, &reply.pdu);
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
    engine_datagram(w->engine, from, message, 0, w->now);
}

static void agent_report(struct world *w, const struct address *from, const struct message *m,
                         enum usm_stats which, uint8_t flags) {
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
    });
}

static void agent_respond(struct world *w, const struct address *from, const struct message *m) {
    const struct habits *h = &w->habits;
    struct reply good = {
        .header = { .id = m->v3.id, .max_size = 65507, .flags = w->user.flags },
        .usm = { .engine_id = span_of(w->engine_id, sizeof(engine_a)),
                 .engine_boots = (int32_t)w->boots, .engine_time = (int32_t)agent_time(w),
                 .user_name = span_of(w->user.name, w->user.name_length) },
        .pdu = { .type = PDU_RESPONSE, .request_id = m->v3.id },
        .varbind = sys_descr, .varbind_length = sizeof(sys_descr),
    };
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
    good.spoils_digest = h->spoils_digest;
    good.spoils_salt = h->spoils_privacy;
    agent_send(w, from, good);
}

/* RFC 3414 section 3.2 on the agent's side. */
static void agent_answer(struct world *w, const struct address *from, struct span datagram) {
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
static void run_until(struct world *w, uint32_t reports, uint64_t limit_ns) {
    uint64_t end = w->now + limit_ns;
    while (w->reports < reports && w->now < end) {
        engine_expire(w->engine, 0, w->now);
        engine_admit(w->engine, 0, w->now);
        uint32_t count = engine_transmit(w->engine, w->slots, SLOTS, w->now);
        w->now += STEP_NS;
        for (uint32_t i = 0; i < count; i++)
            agent_answer(w, &w->slots[i].to, span_of(w->slots[i].bytes, w->slots[i].length));
    }
}

static const struct fleet_stats *stats(const struct world *w) {
    static struct fleet_stats s;
    engine_get_stats(w->engine, &s);
    return &s;
}

/* The first poll of one target of an agent with @habits. */
static void first_poll(struct world *w, enum fleet_level level, struct habits habits) {
    world_init(w, level);
    w->habits = habits;
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reports, 1);
}

static void every_level_is_discovered_and_polled(void **state) {
    (void)state;
    for (int level = FLEET_NO_AUTH_NO_PRIV; level <= FLEET_AUTH_PRIV; level++) {
        struct world *w = malloc(sizeof(*w));
        first_poll(w, (enum fleet_level)level, (struct habits){ 0 });
        assert_int_equal(w->reasons[0], FLEET_REASON_OK);
        assert_int_equal(w->rows, 1);
        assert_int_equal(w->sent, 2);          /* the discovery's boots and time were good enough */
        run_until(w, 4, 40 * CLOCK_NS_PER_S);
        assert_int_equal(w->reports, 4);
        assert_int_equal(w->sent, 5);          /* and never again */
        assert_int_equal(stats(w)->discoveries, 1);
        world_deinit(w);
        free(w);
    }
}

static struct world world;

static void an_agent_that_tells_its_time_only_to_the_authentic_is_asked_twice(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .hides_boots = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->sent, 3);
    assert_int_equal(stats(w)->resyncs, 1);
    assert_int_equal(stats(w)->retries, 0);
    world_deinit(w);
}

static void agents_that_want_the_empty_user_or_a_user_are_both_found(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_nobody = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 1);
    world_deinit(w);
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_user = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 2);
    world_deinit(w);
}

static void reports_are_known_by_their_message_id_alone(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV,
               (struct habits){ .hides_boots = true, .report_request_id = INT32_MAX });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    world_deinit(w);
}

static void boots_of_zero_are_legal(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_NO_PRIV);
    w->boots = 0;
    w->booted_ns = w->now;                      /* and time is zero as well */
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 3, 60 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    world_deinit(w);
}

static void a_reboot_costs_one_more_request_and_no_poll(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->boots++;
    w->booted_ns = w->now;
    run_until(w, 3, 40 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    assert_int_equal(w->sent, 2 + 2 + 1);
    world_deinit(w);
}

/* It reboots and its boots do not grow: only a fresh authentic Report may set the clock back. */
static void an_agent_that_lost_its_boots_is_followed(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->booted_ns = w->now;
    run_until(w, 2, 40 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    world_deinit(w);
}

static void a_swapped_device_is_discovered_anew(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->engine_id = engine_b;
    w->boots = 1;
    run_until(w, 3, 40 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(stats(w)->discoveries, 2);
    assert_int_equal(w->sent, 2 + 3 + 1);
    world_deinit(w);
}

/* Whatever is forged comes before the true answer, in every exchange. */
static void what_is_forged_is_counted_and_the_poll_goes_on(void **state) {
    (void)state;
    static const struct {
        struct habits habits;
        size_t counter;                          /* in struct fleet_stats */
    } cases[] = {
        { { .forges_window = true }, offsetof(struct fleet_stats, unauthenticated) },
        { { .strips_auth = true }, offsetof(struct fleet_stats, unauthenticated) },
        { { .other_engine = true }, offsetof(struct fleet_stats, wrong_engine) },
        { { .forges_digest = true }, offsetof(struct fleet_stats, reports) },
        { { .is_stale = true }, offsetof(struct fleet_stats, not_in_window) },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = &world;
        first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
        w->habits = cases[i].habits;
        run_until(w, 4, 60 * CLOCK_NS_PER_S);
        for (int k = 0; k < 4; k++) assert_int_equal(w->reasons[k], FLEET_REASON_OK);
        const char *counters = (const char *)stats(w);
        uint64_t count;
        memcpy(&count, counters + cases[i].counter, sizeof(count));
        assert_true(count >= 3);
        assert_int_equal(w->sent, 5);            /* no retry, no resync, nothing */
        assert_int_equal(stats(w)->resyncs, 0);
        world_deinit(w);
    }
}

/* It is worth a question which engine it is, whose answer is that nothing has changed. */
static void a_forged_unknown_engine_changes_nothing(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->habits.forges_engine = true;
    run_until(w, 2, 20 * CLOCK_NS_PER_S);
    assert_int_equal(stats(w)->resyncs, 0);
    w->habits.forges_engine = false;
    run_until(w, 4, 40 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[2], FLEET_REASON_OK);
    assert_int_equal(w->reasons[3], FLEET_REASON_OK);
    world_deinit(w);
}

static void each_refusal_has_its_own_reason(void **state) {
    (void)state;
    static const struct {
        struct habits habits;
        enum fleet_reason reason;
    } cases[] = {
        { { .claims = UNSUPPORTED_LEVEL }, FLEET_REASON_UNSUPPORTED_LEVEL },
        { { .claims = UNKNOWN_USER }, FLEET_REASON_UNKNOWN_USER },
        { { .claims = WRONG_DIGEST }, FLEET_REASON_WRONG_DIGEST },
        { { .claims = DECRYPTION }, FLEET_REASON_DECRYPT_ERROR },
        { { .claims = NOT_IN_WINDOW }, FLEET_REASON_NOT_IN_WINDOW },
        { { .claims = UNKNOWN_ENGINE }, FLEET_REASON_AGENT_ERROR },
        { { .spoils_digest = true }, FLEET_REASON_WRONG_DIGEST },
        { { .spoils_privacy = true }, FLEET_REASON_DECRYPT_ERROR },
        { { .is_mute = true }, FLEET_REASON_TIMEOUT },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *w = &world;
        first_poll(w, FLEET_AUTH_PRIV, cases[i].habits);
        assert_int_equal(w->reasons[0], cases[i].reason);
        assert_true(w->details[0][0] != '\0');
        assert_int_equal(w->rows, 0);
        world_deinit(w);
    }
}

/* Two attempts that are answered by it are enough: no time-out is waited for. */
static void a_report_ends_the_poll_early(void **state) {
    (void)state;
    struct world *w = &world;
    uint64_t start = 5000 * CLOCK_NS_PER_S;
    world_init(w, FLEET_AUTH_NO_PRIV);
    w->habits.claims = UNKNOWN_USER;
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->data, 2);
    assert_true(w->now - start < 11 * CLOCK_NS_PER_S);  /* its turn is within 10 s */
    world_deinit(w);
}

static void a_pinned_engine_is_not_discovered_and_no_other_is_believed(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    add_target(w, "10.0.0.1", engine_a);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 0);
    assert_int_equal(stats(w)->resyncs, 1);
    w->engine_id = engine_b;
    run_until(w, 2, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_TIMEOUT);
    assert_non_null(strstr(w->details[1], "engine 80007ed905090909 answers"));
    assert_true(stats(w)->wrong_engine > 0);
    w->engine_id = engine_a;
    run_until(w, 4, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[3], FLEET_REASON_OK);
    world_deinit(w);
}

static void two_agents_with_one_engine_id_are_told_and_both_polled(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    add_target(w, "10.0.0.1", NULL);
    add_target(w, "10.0.0.2", NULL);
    run_until(w, 6, 60 * CLOCK_NS_PER_S);
    for (int i = 0; i < 6; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(w->notices, 1);
    assert_non_null(strstr(w->notice, "80007ed905010203"));
    assert_non_null(strstr(w->notice, "10.0.0."));
    assert_int_equal(stats(w)->same_engine, 1);
    assert_int_equal(stats(w)->discoveries, 2);
    assert_int_equal(engine_target_remove(w->engine, 0, 0, w->now), 0);
    assert_int_equal(engine_target_remove(w->engine, 1, 0, w->now), 0);
    assert_int_equal(stats(w)->same_engine, 0);
    world_deinit(w);
}

/* What a restart an hour later costs, by what has happened meanwhile. */
static void a_restart_with_what_was_learnt_sends_no_discovery(void **state) {
    (void)state;
    enum { NOTHING, REBOOTED, SWAPPED, HAPPENINGS };
    static const uint32_t requests[HAPPENINGS] = { 1, 2, 3 };
    const uint64_t hour = 3600 * CLOCK_NS_PER_S;
    for (int what = 0; what < HAPPENINGS; what++) {
        struct world *w = &world;
        struct fleet_learnt learnt;
        char name[32];
        first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
        assert_int_equal(engine_learnt_get(w->engine, 0, &learnt, 77, w->now), 0);
        assert_int_equal(learnt.engine_boots, 3);
        assert_int_equal(learnt.engine_time, agent_time(w));
        snprintf(name, sizeof(name), "%s", learnt.name);
        learnt.name = learnt.host = name;
        learnt.module_count = 0;
        world_deinit(w);

        world_init(w, FLEET_AUTH_PRIV);
        add_target(w, "10.0.0.1", NULL);
        w->now += hour;
        if (what == REBOOTED) w->boots++;
        if (what == SWAPPED) w->engine_id = engine_b;
        assert_int_equal(engine_learnt_set(w->engine, &learnt, (int64_t)hour + 77, w->now), 0);
        run_until(w, 1, 60 * CLOCK_NS_PER_S);
        assert_int_equal(w->reasons[0], FLEET_REASON_OK);
        assert_int_equal(w->sent, requests[what]);
        assert_int_equal(w->discoveries, what == SWAPPED);
        world_deinit(w);
    }
}

/* A reply that was true once does not match any request that is out. */
static void a_replayed_answer_is_a_duplicate(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    struct message m = { .v3.id = 0 };
    assert_int_equal(message_decode(span_of(w->bytes[0], w->slots[0].length), &m), 0);
    agent_respond(w, &w->slots[0].to, &m);
    assert_int_equal(stats(w)->duplicates, 1);
    assert_int_equal(w->rows, 1);
    world_deinit(w);
}

/* The time of a message without authentication is nobody's business: no agent says that. */
static void a_forged_window_does_not_end_a_poll_without_authentication(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_NO_AUTH_NO_PRIV, (struct habits){ .forges_window = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->rows, 1);
    assert_int_equal(stats(w)->unauthenticated, 1);
    world_deinit(w);
}

/* Somebody is always faster than the agent; the time is learnt behind that. */
static void forged_engines_and_hidden_boots_together_lose_no_poll(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .finds_other = true, .hides_boots = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    world_deinit(w);
}

static const char *hint(const struct world *w) {
    const char *found = strstr(w->details[w->reports - 1], ", but its engine is known: ");
    return found != NULL ? found : "";
}

/* Where the privacy password is wrong, or the context, some agents say nothing. */
static void silence_of_an_agent_that_was_heard_has_a_likely_cause(void **state) {
    (void)state;
    struct world *w = &world;
    const char *privacy = ", but its engine is known: wrong privacy protocol or password?";
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_deaf = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_TIMEOUT);
    assert_string_equal(hint(w), privacy);
    assert_non_null(strstr(w->details[0], "no answer to 4 attempts"));  /* the discovery was answered */
    world_deinit(w);

    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_deaf = true, .hides_boots = true });
    assert_string_equal(hint(w), privacy);
    world_deinit(w);

    first_poll(w, FLEET_AUTH_NO_PRIV, (struct habits){ .is_deaf = true });
    assert_string_equal(hint(w), ", but its engine is known: unknown user, or wrong level?");
    world_deinit(w);

    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_deaf = true;
    add_target(w, "10.0.0.1", engine_a);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_string_equal(hint(w), privacy);
    world_deinit(w);
}

static void silence_without_cause_is_not_explained(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_mute = false });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    w->habits.is_mute = true;
    run_until(w, 2, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_TIMEOUT);
    assert_string_equal(hint(w), "");
    world_deinit(w);

    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_nobody = true, .needs_user = true });
    assert_string_equal(hint(w), "");
    world_deinit(w);

    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_mute = true;
    add_target(w, "10.0.0.1", NULL);
    struct fleet_learnt learnt = { .name = "10.0.0.1", .host = "10.0.0.1", .port = 161,
                                   .engine_id_length = sizeof(engine_a) };
    memcpy(learnt.engine_id, engine_a, sizeof(engine_a));
    assert_int_equal(engine_learnt_set(w->engine, &learnt, 0, w->now), 0);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->discoveries, 0);
    assert_string_equal(hint(w), "");
    world_deinit(w);
}

/* Every bit of an answer, one at a time: nothing is believed, and nothing breaks. */
static void an_answer_with_any_bit_flipped_is_not_believed(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_mute = true;
    add_target(w, "10.0.0.1", NULL);
    while (w->data == 0) run_until(w, 1, STEP_NS);
    struct message m;
    assert_int_equal(message_decode(span_of(w->bytes[0], w->slots[0].length), &m), 0);
    uint8_t good[ROOM], bad[ROOM];
    struct ber_writer writer = BER_WRITER(good, sizeof(good));
    struct usm_keys keys;
    usm_user_localize(&w->user, w->usm, span_of(engine_a, sizeof(engine_a)), &keys);
    static const uint8_t zeros[USM_MAC_MAX];
    uint8_t salt[USM_SALT_LENGTH];
    struct fleet_value value = { .type = FLEET_COUNTER32, .counter = 42 };
    struct pdu pdu = { .type = PDU_RESPONSE, .request_id = m.v3.id };
    struct usm_moment moment = { w->boots, agent_time(w) };
    varbind_write(&writer, span_of(sys_descr, sizeof(sys_descr)), &value);
    message_write_scoped(&writer, span_of(engine_a, sizeof(engine_a)), SPAN_NULL, &pdu);
    usm_encrypt(w->usm, FLEET_PRIV_AES128, &keys.priv, moment, 5, writer.at,
                (size_t)(writer.end - writer.at), salt);
    ber_write_header(&writer, BER_OCTET_STRING, writer.end);
    struct usm_parameters usm = {
        .engine_id = span_of(engine_a, sizeof(engine_a)),
        .engine_boots = (int32_t)moment.boots, .engine_time = (int32_t)moment.time,
        .user_name = span_text("poller"), .auth_parameters = span_of(zeros, 24),
        .priv_parameters = span_of(salt, sizeof(salt)),
    };
    struct message_v3_header header = { .id = m.v3.id, .max_size = 65507, .flags = 3 };
    uint8_t *mac = message_write_v3(&writer, &header, &usm);
    struct span message = ber_written(&writer);
    usm_sign(w->usm, FLEET_AUTH_SHA256, &keys.auth, writer.at, message.length,
             (size_t)(mac - writer.at));
    for (size_t bit = 0; bit < 8 * message.length; bit++) {
        memcpy(bad, message.bytes, message.length);
        bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
        engine_datagram(w->engine, &w->slots[0].to, span_of(bad, message.length), 0, w->now);
        assert_int_equal(w->rows, 0);
        assert_int_equal(w->reports, 0);
    }
    const struct fleet_stats *s = stats(w);
    uint64_t refused = s->malformed + s->unmatched + s->wrong_auth + s->wrong_digest +
                       s->wrong_engine + s->unauthenticated + s->decrypt_errors + s->late +
                       s->duplicates;
    assert_int_equal(refused, 8 * message.length);
    engine_datagram(w->engine, &w->slots[0].to, message, 0, w->now);
    assert_int_equal(w->rows, 1);
    world_deinit(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_is_discovered_and_polled),
        cmocka_unit_test(an_agent_that_tells_its_time_only_to_the_authentic_is_asked_twice),
        cmocka_unit_test(agents_that_want_the_empty_user_or_a_user_are_both_found),
        cmocka_unit_test(reports_are_known_by_their_message_id_alone),
        cmocka_unit_test(boots_of_zero_are_legal),
        cmocka_unit_test(a_reboot_costs_one_more_request_and_no_poll),
        cmocka_unit_test(an_agent_that_lost_its_boots_is_followed),
        cmocka_unit_test(a_swapped_device_is_discovered_anew),
        cmocka_unit_test(what_is_forged_is_counted_and_the_poll_goes_on),
        cmocka_unit_test(a_forged_unknown_engine_changes_nothing),
        cmocka_unit_test(each_refusal_has_its_own_reason),
        cmocka_unit_test(a_report_ends_the_poll_early),
        cmocka_unit_test(a_pinned_engine_is_not_discovered_and_no_other_is_believed),
        cmocka_unit_test(two_agents_with_one_engine_id_are_told_and_both_polled),
        cmocka_unit_test(a_restart_with_what_was_learnt_sends_no_discovery),
        cmocka_unit_test(a_replayed_answer_is_a_duplicate),
        cmocka_unit_test(a_forged_window_does_not_end_a_poll_without_authentication),
        cmocka_unit_test(forged_engines_and_hidden_boots_together_lose_no_poll),
        cmocka_unit_test(silence_of_an_agent_that_was_heard_has_a_likely_cause),
        cmocka_unit_test(silence_without_cause_is_not_explained),
        cmocka_unit_test(an_answer_with_any_bit_flipped_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * sim_v3: simulated agents asked by SNMPv3, each clause of RFC 3414 section 3.2 and of RFC 3412
 * section 7 that an agent shows. The test encodes requests and reads answers by itself.
 */
#include "base/clock.h"
#include "sim/agent.h"
#include "sim/forgery.h"
#include "wire/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { AUTH = MESSAGE_FLAG_AUTH, PRIV = MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV };

static const char name_oid[] = "1.3.6.1.2.1.1.5.0", location_oid[] = "1.3.6.1.2.1.1.6.0";

static struct fixture {
    struct devices devices;
    struct users users;
    struct agents *agents;
    struct usm *usm;
    struct agent_request request;
    struct agent_engine engine; /* the agent's, as the test expects it */
    uint8_t datagram[65536], reply[AGENT_BUFFER], plain[AGENT_BUFFER];
    uint32_t length;
    struct message message; /* the answer, verified and decrypted */
    struct usm_parameters parameters;
    struct varbind varbinds[500];
    uint32_t count;
} f;

static int start(void **state) {
    (void)state;
    memset(&f, 0, sizeof(f));
    assert_int_equal(devices_add_switch(&f.devices, 48, 0), 0);
    struct device *d = &f.devices.list[0];
    struct recording_builder b = RECORDING_BUILDER_NULL;
    struct recording_faults faults = { 0 };
    char text[1024]; /* of the context: a name, and a location too long for a small answer */
    snprintf(text, sizeof(text), "%s|4|vlan 7\n%s|4|%0600d\n", name_oid, location_oid, 7);
    recording_read(span_text(text), &b, &faults);
    d->contexts = calloc(1, sizeof(*d->contexts));
    d->contexts[0].name = strdup("7");
    assert_int_equal(recording_build(&b, &d->contexts[0].recording), 0);
    d->contexts[0].recording->id = 1;
    d->context_count = 1;
    users_add_all_protocols(&f.users);
    struct agents_options o = { .devices = &f.devices,
                                .read_community = span_text("public"),
                                .write_community = span_text("private"),
                                .users = &f.users,
                                .count = 1000,
                                .seed = 1 };
    assert_int_equal(agents_new(&f.agents, &o), 0);
    assert_int_equal(usm_new(&f.usm), 0);
    f.request.agent = 3;
    f.request.now = 5 * CLOCK_NS_PER_S;
    return 0;
}

static int stop(void **state) {
    (void)state;
    agents_free(f.agents);
    usm_free(f.usm);
    devices_deinit(&f.devices);
    return 0;
}

struct ask {
    const char *user;    /* NULL: "" */
    const char *keys_of; /* the user whose keys are used; NULL: the same */
    const char *oid;     /* NULL: no varbind */
    const char *context;
    struct span engine, context_engine; /* SPAN_NULL: the agent's */
    bool no_engine;                     /* discovery */
    int level;
    int type, first, second; /* 0: GET */
    const struct fleet_value *value;
    int boots, time; /* added to the agent's */
    int max_size;    /* 0: 65507 */
    bool not_reportable, wrong_key, wrong_salt;
    size_t garbled; /* the scoped PDU begins with so many wrong octets */
};

static const struct user *find_user(const char *name) {
    for (uint32_t i = 0; i < f.users.count && name != NULL; i++)
        if (strcmp(f.users.list[i].name, name) == 0) return &f.users.list[i];
    return NULL;
}

/* The keys of @user on @engine_id, by the protocols and passphrases of its name. */
static struct usm_user get_keys(const char *name, struct span engine_id, struct usm_keys *ret) {
    struct usm_user user = { 0 };
    const struct user *known = find_user(name);
    if (known == NULL) known = find_user("sha_aes");
    struct fleet_auth_options o = user_options(known);
    const char *why;
    assert_int_equal(usm_user_init(&user, f.usm, &o, &why), 0);
    usm_user_localize(&user, f.usm, engine_id, ret);
    return user;
}

static void write_scoped(struct ber_writer *w, const struct ask *a) {
    struct span own = span_of(f.engine.id, sizeof(f.engine.id));
    struct pdu pdu = { .type = (uint8_t)(a->type == 0 ? PDU_GET : a->type),
                       .request_id = 4711,
                       .error_status = a->first,
                       .error_index = a->second };
    struct fleet_value null = { .type = FLEET_NULL };
    uint8_t oid[FLEET_OID_BYTES_MAX];
    if (a->oid != NULL)
        varbind_write(w, span_of(oid, (size_t)oid_parse(span_text(a->oid), oid)),
                      a->value != NULL ? a->value : &null);
    message_write_scoped(w, a->context_engine.length > 0 ? a->context_engine : own,
                         span_text(a->context != NULL ? a->context : ""), &pdu);
    memset(w->at, 0x55, a->garbled);
}

/* The request as a datagram; the spare octets behind it are for padding. */
static struct span encode(const struct ask *a) {
    static const uint8_t zeros[USM_MAC_MAX];
    struct span own = span_of(f.engine.id, sizeof(f.engine.id));
    struct span engine = a->no_engine ? SPAN_NULL : a->engine.length > 0 ? a->engine : own;
    struct usm_parameters p = { .engine_id = engine,
                                .engine_boots = (int32_t)f.engine.boots + a->boots,
                                .engine_time = (int32_t)f.engine.time + a->time,
                                .user_name = span_text(a->user != NULL ? a->user : "") };
    struct usm_keys keys;
    struct usm_user user = get_keys(a->keys_of != NULL ? a->keys_of : a->user, engine, &keys);
    if (a->wrong_key) keys.auth.bytes[0] ^= 1;
    uint8_t salt[USM_SALT_LENGTH];
    struct ber_writer w = BER_WRITER(f.datagram, sizeof(f.datagram) - USM_PADDING_MAX);
    write_scoped(&w, a);
    if ((a->level & MESSAGE_FLAG_PRIV) != 0) {
        struct usm_moment moment = { (uint32_t)p.engine_boots, (uint32_t)p.engine_time };
        w.end = w.at + usm_encrypt(f.usm, user.priv_protocol, &keys.priv, moment, 99, w.at,
                                   (size_t)(w.end - w.at), salt);
        ber_write_header(&w, BER_OCTET_STRING, w.end);
        p.priv_parameters = span_of(salt, a->wrong_salt ? 7 : 8);
    }
    if ((a->level & AUTH) != 0)
        p.auth_parameters = span_of(zeros, usm_auth_protocols[user.auth_protocol].mac_length);
    struct message_v3_header header = {
        12345, a->max_size == 0 ? 65507 : a->max_size,
        (uint8_t)(a->level | (a->not_reportable ? 0 : MESSAGE_FLAG_REPORTABLE))
    };
    uint8_t *mac = message_write_v3(&w, &header, &p);
    assert_non_null(mac);
    struct span whole = ber_written(&w);
    if ((a->level & AUTH) != 0)
        usm_sign(f.usm, user.auth_protocol, &keys.auth, w.at, whole.length, (size_t)(mac - w.at));
    return whole;
}

/* The answer must come from the agent's engine and be right in all that its level promises. */
static void decode(const char *name) {
    struct span datagram = span_of(f.reply, f.length);
    assert_int_equal(message_decode(datagram, &f.message), 0);
    assert_int_equal(f.message.lenient, 0);
    assert_int_equal(f.message.version, MESSAGE_V3);
    assert_int_equal(f.message.v3.id, 12345);
    assert_int_equal(f.message.v3.flags & MESSAGE_FLAG_REPORTABLE, 0);
    assert_int_equal(usm_parameters_decode(f.message.v3.security_parameters, &f.parameters), 0);
    struct span own = span_of(f.engine.id, sizeof(f.engine.id));
    assert_true(span_equal(f.parameters.engine_id, own));
    struct usm_keys keys;
    struct usm_user user = get_keys(name, own, &keys);
    if ((f.message.v3.flags & AUTH) != 0)
        assert_true(usm_verify(f.usm, user.auth_protocol, &keys.auth, datagram,
                               f.parameters.auth_parameters));
    if ((f.message.v3.flags & MESSAGE_FLAG_PRIV) != 0) {
        struct usm_moment moment = { (uint32_t)f.parameters.engine_boots,
                                     (uint32_t)f.parameters.engine_time };
        assert_true(usm_decrypt(f.usm, user.priv_protocol, &keys.priv, moment,
                                f.parameters.priv_parameters, f.message.v3.encrypted, f.plain));
        assert_int_equal(
            message_decode_scoped(span_of(f.plain, f.message.v3.encrypted.length), &f.message), 0);
    }
    assert_true(span_equal(f.message.v3.context_engine_id, own));
    struct ber_reader r = BER_READER(f.message.pdu.varbinds);
    f.count = 0;
    while (f.count < 500 && varbind_next(&r, &f.varbinds[f.count])) f.count++;
    assert_int_equal(r.error, 0);
}

/* Ask; false: silence. */
static bool ask(struct ask a) {
    f.engine = agent_engine_at(1, f.request.agent, f.request.now, &f.request.engine);
    f.request.datagram = encode(&a);
    f.length = agent_answer(f.agents, &f.request, f.reply);
    if (f.length > 0) decode(a.user);
    return f.length > 0;
}

static void assert_report(int report, int level, uint32_t count) {
    const struct authority_counter *c = &authority_counters[report];
    assert_int_equal(f.message.pdu.type, PDU_REPORT);
    assert_int_equal(f.message.v3.flags, level);
    assert_int_equal(f.message.v3.context_name.length, 0);
    assert_int_equal(f.count, 1);
    assert_true(span_equal(f.varbinds[0].oid, span_of(c->oid, c->oid_length)));
    assert_int_equal(f.varbinds[0].value.type, FLEET_COUNTER32);
    assert_int_equal(f.varbinds[0].value.counter, count);
    assert_int_equal(agents_stats(f.agents)->reports[report], count);
}

static void assert_text(const char *expected) {
    assert_int_equal(f.message.pdu.type, PDU_RESPONSE);
    assert_int_equal(f.message.pdu.request_id, 4711);
    assert_int_equal(f.message.pdu.error_status, 0);
    assert_int_equal(f.count, 1);
    assert_true(span_equal(span_of(f.varbinds[0].value.bytes, f.varbinds[0].value.length),
                           span_text(expected)));
}

static void every_pair_of_protocols_is_answered_in_kind(void **state) {
    (void)state;
    for (uint32_t i = 0; i < f.users.count; i++) {
        const struct user *u = &f.users.list[i];
        int level = u->priv_protocol != FLEET_PRIV_NONE   ? PRIV
                    : u->auth_protocol != FLEET_AUTH_NONE ? AUTH
                                                          : 0;
        for (int again = 0; again < 2; again++) {
            assert_true(ask((struct ask){ .user = u->name, .oid = name_oid, .level = level }));
            assert_text("switch-00004");
            assert_int_equal(f.message.v3.flags, level);
            assert_int_equal(f.parameters.engine_boots, 1);
            assert_int_equal(f.parameters.engine_time, f.engine.time);
            assert_true(span_equal(f.parameters.user_name, span_text(u->name)));
        }
    }
    struct agents_stats *s = agents_stats(f.agents);
    assert_int_equal(s->v3, 2 * f.users.count);
    assert_int_equal(s->replies, s->v3);
}

static void discovery_is_answered_by_engine_boots_and_time(void **state) {
    (void)state;
    assert_true(ask((struct ask){ .no_engine = true }));
    assert_report(REPORT_UNKNOWN_ENGINE_IDS, 0, 1);
    assert_int_equal(f.message.pdu.request_id, 4711);
    assert_int_equal(f.parameters.engine_boots, 1);
    assert_int_equal(f.parameters.engine_time, f.engine.time);
    assert_int_equal(f.parameters.user_name.length, 0);
    assert_int_equal(f.parameters.auth_parameters.length, 0);
    /* An engine that is not this one, encrypted: the request-id is not known then. */
    assert_true(
        ask((struct ask){ .user = "sha_aes", .level = PRIV, .engine = span_text("abcde") }));
    assert_report(REPORT_UNKNOWN_ENGINE_IDS, 0, 2);
    assert_int_equal(f.message.pdu.request_id, 0);
    /* Ahead of anything about the user. */
    assert_true(ask((struct ask){ .user = "nobody", .engine = span_text("abcde") }));
    assert_report(REPORT_UNKNOWN_ENGINE_IDS, 0, 3);
}

static void engines_differ_and_are_well_formed(void **state) {
    (void)state;
    static const uint8_t prefix[] = { 0x80, 0x00, 0x7e, 0xd9, 5 };
    struct agent_engine_faults none = { 0 }, duplicate = { .is_duplicate = true };
    struct agent_engine a = agent_engine_at(1, 0, 0, &none), b = agent_engine_at(1, 1, 0, &none),
                  c = agent_engine_at(2, 0, 0, &none);
    assert_memory_equal(a.id, prefix, 5);
    assert_memory_not_equal(a.id, b.id, sizeof(a.id));
    assert_memory_not_equal(a.id, c.id, sizeof(a.id));
    assert_true(a.time != b.time && a.boots == 1);
    struct agent_engine d = agent_engine_at(1, 0, 0, &duplicate),
                        e = agent_engine_at(1, 1, 0, &duplicate);
    assert_memory_equal(d.id, e.id, sizeof(d.id));
    assert_memory_not_equal(d.id, a.id, sizeof(d.id));
    for (uint32_t agent = 0; agent < 1000; agent++) {
        struct agent_engine at_first = agent_engine_at(1, agent, 0, &none);
        assert_in_range(at_first.time, 1000, 100000);
        assert_int_equal(agent_engine_at(1, agent, 99 * CLOCK_NS_PER_S, &none).time,
                         at_first.time + 99);
    }
}

static void unknown_users_and_levels_are_reported(void **state) {
    (void)state;
    assert_true(ask((struct ask){ .user = "nobody", .oid = name_oid }));
    assert_report(REPORT_UNKNOWN_USER_NAMES, 0, 1);
    assert_true(ask((struct ask){ .user = "nobody", .oid = name_oid, .level = PRIV }));
    assert_report(REPORT_UNKNOWN_USER_NAMES, 0, 2);
    assert_true(ask((struct ask){ .user = "sha_nopriv", .oid = name_oid, .level = AUTH }));
    assert_text("switch-00004");
    assert_false(ask((struct ask){ .user = "123456789012345678901234567890123" }));
    assert_int_equal(agents_stats(f.agents)->malformed, 1);
}

static void a_level_above_the_users_is_reported(void **state) {
    (void)state;
    static const struct {
        const char *user;
        int level;
    } asked[] = { { "noauth", AUTH }, { "noauth", PRIV }, { "sha_nopriv", PRIV } };
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(ask((struct ask){ .user = asked[i].user,
                                      .keys_of = "sha_aes",
                                      .oid = name_oid,
                                      .level = asked[i].level }));
        assert_report(REPORT_UNSUPPORTED_LEVELS, 0, i + 1);
    }
}

static void a_level_below_the_users_is_no_access(void **state) {
    (void)state;
    for (int level = 0; level <= AUTH; level++) {
        assert_true(ask((struct ask){ .user = "sha256_aes", .oid = name_oid, .level = level }));
        assert_int_equal(f.message.pdu.type, PDU_RESPONSE);
        assert_int_equal(f.message.v3.flags, level);
        assert_int_equal(f.message.pdu.error_status, ERROR_AUTHORIZATION_ERROR);
        assert_int_equal(f.message.pdu.error_index, 0);
        assert_int_equal(f.count, 1);
        assert_int_equal(f.varbinds[0].value.type, FLEET_NULL);
    }
}

static void a_wrong_digest_is_reported_unauthenticated(void **state) {
    (void)state;
    struct ask a = { .user = "md5_nopriv", .oid = name_oid, .level = AUTH, .wrong_key = true };
    assert_true(ask(a));
    assert_report(REPORT_WRONG_DIGESTS, 0, 1);
    a.time = 1000; /* the digest is looked at first */
    assert_true(ask(a));
    assert_report(REPORT_WRONG_DIGESTS, 0, 2);
}

static void the_time_window_is_150_seconds_to_both_sides(void **state) {
    (void)state;
    static const struct {
        int boots, time;
        bool good;
    } moments[] = { { 0, 0, true },    { 0, -150, true }, { 0, 150, true }, { 0, -151, false },
                    { 0, 151, false }, { 1, 0, false },   { -1, 0, false } };
    uint32_t reports = 0;
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        assert_true(ask((struct ask){ .user = "sha512_aes256",
                                      .oid = name_oid,
                                      .level = PRIV,
                                      .boots = moments[i].boots,
                                      .time = moments[i].time }));
        if (moments[i].good) assert_text("switch-00004");
        else assert_report(REPORT_NOT_IN_TIME_WINDOWS, AUTH, ++reports);
        assert_int_equal(f.parameters.engine_time, f.engine.time);
    }
    /* Without authentication there is no window. */
    assert_true(ask((struct ask){ .user = "noauth", .oid = name_oid, .time = 9999 }));
    assert_text("switch-00004");
}

static void what_cannot_be_decrypted_is_reported_or_silence(void **state) {
    (void)state;
    assert_true(
        ask((struct ask){ .user = "sha_des", .oid = name_oid, .level = PRIV, .wrong_salt = true }));
    assert_report(REPORT_DECRYPTION_ERRORS, 0, 1);
    assert_false(
        ask((struct ask){ .user = "sha_des", .oid = name_oid, .level = PRIV, .garbled = 8 }));
    assert_int_equal(agents_stats(f.agents)->malformed, 1);
}

static void nothing_is_reported_to_who_wants_no_report(void **state) {
    (void)state;
    assert_false(ask((struct ask){ .no_engine = true, .not_reportable = true }));
    assert_int_equal(agents_stats(f.agents)->reports[REPORT_UNKNOWN_ENGINE_IDS], 1);
    assert_true(ask((struct ask){ .user = "noauth", .oid = name_oid, .not_reportable = true }));
    assert_text("switch-00004");
}

static void contexts_are_those_of_the_device(void **state) {
    (void)state;
    struct ask a = { .user = "sha224_aes192c", .oid = name_oid, .level = PRIV, .context = "7" };
    assert_true(ask(a));
    assert_text("vlan 7");
    assert_true(span_equal(f.message.v3.context_name, span_text("7")));
    a.context = "8";
    assert_true(ask(a));
    assert_report(REPORT_UNKNOWN_CONTEXTS, PRIV, 1);
    assert_int_equal(f.message.pdu.request_id, 4711);
    a.context_engine = span_text("another");
    assert_true(ask(a));
    assert_report(REPORT_UNKNOWN_PDU_HANDLERS, PRIV, 1);
}

static void set_is_allowed_at_the_users_level(void **state) {
    (void)state;
    struct fleet_value cellar = { .type = FLEET_OCTET_STRING,
                                  .bytes = (const uint8_t *)"cellar",
                                  .length = 6 };
    struct ask a = {
        .user = "sha384_aes", .oid = location_oid, .level = PRIV, .type = PDU_SET, .value = &cellar
    };
    assert_true(ask(a));
    assert_text("cellar");
    a.type = PDU_GET, a.value = NULL;
    assert_true(ask(a));
    assert_text("cellar");
    a.type = PDU_SET, a.value = &cellar, a.level = AUTH;
    assert_true(ask(a));
    assert_int_equal(f.message.pdu.error_status, ERROR_AUTHORIZATION_ERROR);
}

static void an_answer_is_no_longer_than_the_asker_takes(void **state) {
    (void)state;
    uint32_t before = 0;
    for (int max_size = 484; max_size < 4000; max_size += 37) {
        for (uint32_t i = 0; i < 49; i += 7) {
            const struct user *u = &f.users.list[i];
            int level = i == 0 ? 0 : u->priv_protocol != FLEET_PRIV_NONE ? PRIV : AUTH;
            assert_true(ask((struct ask){ .user = u->name,
                                          .oid = "1.3.6.1.2.1.2.2.1",
                                          .level = level,
                                          .type = PDU_GETBULK,
                                          .second = 400,
                                          .max_size = max_size }));
            assert_int_equal(f.message.pdu.error_status, 0);
            assert_true(f.length <= (uint32_t)max_size && f.length + 160 > (uint32_t)max_size);
            assert_true(f.count > 0);
        }
        assert_true(f.count >= before);
        before = f.count;
    }
    assert_false(ask((struct ask){ .user = "noauth", .oid = name_oid, .max_size = 483 }));
    assert_int_equal(agents_stats(f.agents)->malformed, 1);
}

static void what_does_not_fit_is_too_big(void **state) {
    (void)state;
    struct ask a = { .user = "sha_aes", .oid = location_oid, .level = PRIV, .context = "7" };
    assert_true(ask(a));
    assert_int_equal(f.varbinds[0].value.length, 600);
    a.max_size = 484;
    assert_true(ask(a));
    assert_int_equal(f.message.pdu.error_status, ERROR_TOO_BIG);
    assert_int_equal(f.count, 0);
    a.type = PDU_GETBULK, a.oid = name_oid, a.second = 5;
    assert_true(ask(a));
    assert_int_equal(f.message.pdu.error_status, ERROR_TOO_BIG);
    /* The fault. */
    f.request.too_big_above = 200;
    assert_true(ask((struct ask){ .user = "sha_aes",
                                  .oid = "1.3.6.1.2.1.2.2.1",
                                  .level = PRIV,
                                  .type = PDU_GETBULK,
                                  .second = 40 }));
    assert_int_equal(f.message.pdu.error_status, ERROR_TOO_BIG);
    assert_int_equal(f.count, 0);
}

static void other_messages_are_counted_and_not_answered(void **state) {
    (void)state;
    assert_false(ask((struct ask){ .user = "noauth", .oid = name_oid, .type = PDU_INFORM }));
    assert_false(ask((struct ask){ .user = "noauth", .oid = name_oid, .type = PDU_RESPONSE }));
    assert_int_equal(agents_stats(f.agents)->unsupported, 2);
}

static void no_cut_of_a_request_is_answered(void **state) {
    (void)state;
    struct ask a = { .user = "sha_aes", .oid = name_oid, .level = PRIV };
    f.engine = agent_engine_at(1, f.request.agent, f.request.now, &f.request.engine);
    struct span whole = encode(&a);
    for (size_t length = 0; length < whole.length; length++) {
        uint8_t *copy = malloc(length + 1);
        memcpy(copy, whole.bytes, length);
        f.request.datagram = span_of(copy, length);
        assert_int_equal(agent_answer(f.agents, &f.request, f.reply), 0);
        free(copy);
    }
    f.request.datagram = whole;
    assert_true(agent_answer(f.agents, &f.request, f.reply) > 0);
}

/* More agents and users than the table of keys has places: nothing is mixed up. */
static void keys_that_were_displaced_are_made_again(void **state) {
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (uint32_t agent = 0; agent < 3000; agent += 7) {
            f.request.agent = agent;
            char name[16];
            snprintf(name, sizeof(name), "switch-%05u", agent + 1);
            assert_true(ask((struct ask){
                .user = agent % 2 ? "sha_aes" : "sha256_des", .oid = name_oid, .level = PRIV }));
            assert_text(name);
        }
    }
}

static void reboots_count_and_time_begins_anew(void **state) {
    (void)state;
    struct agent_engine_faults faults = { .reboot_ns = 10 * CLOCK_NS_PER_S };
    struct agent_engine_faults lost = faults;
    lost.keeps_boots = true;
    struct agent_engine before = agent_engine_at(1, 7, 0, &faults);
    assert_true(before.boots == 1 && before.time >= 1000);
    before = agent_engine_at(1, 7, 10 * CLOCK_NS_PER_S, &faults);
    for (uint32_t s = 11; s < 1000; s++) {
        struct agent_engine e = agent_engine_at(1, 7, s * CLOCK_NS_PER_S, &faults),
                      l = agent_engine_at(1, 7, s * CLOCK_NS_PER_S, &lost);
        assert_in_range(e.boots, s / 10 + 1, s / 10 + 2);
        assert_true(e.boots > before.boots ? e.time == 0 : e.time == before.time + 1);
        assert_true(l.boots == 1 && l.time == e.time && l.time < 10);
        before = e;
    }
}

static void a_fast_clock_leaves_the_window(void **state) {
    (void)state;
    f.request.engine.drift = 10;
    struct agent_engine at_first = agent_engine_at(1, 3, 0, &f.request.engine);
    f.request.now = 100 * CLOCK_NS_PER_S;
    assert_int_equal(agent_engine_at(1, 3, f.request.now, &f.request.engine).time,
                     at_first.time + 1000);
    assert_true(ask((struct ask){ .user = "sha_nopriv", .oid = name_oid, .level = AUTH }));
    assert_text("switch-00004");
    struct ask late = { .user = "sha_nopriv", .oid = name_oid, .level = AUTH, .time = -900 };
    assert_true(ask(late));
    assert_report(REPORT_NOT_IN_TIME_WINDOWS, AUTH, 1);
}

static void a_hidden_clock_shows_only_when_authenticated(void **state) {
    (void)state;
    f.request.engine.hides_clock = true;
    assert_true(ask((struct ask){ .no_engine = true }));
    assert_report(REPORT_UNKNOWN_ENGINE_IDS, 0, 1);
    assert_int_equal(f.parameters.engine_boots, 0);
    assert_int_equal(f.parameters.engine_time, 0);
    assert_true(ask((struct ask){ .user = "sha_aes", .level = PRIV, .boots = -1 }));
    assert_report(REPORT_NOT_IN_TIME_WINDOWS, AUTH, 1);
    assert_int_equal(f.parameters.engine_boots, 1);
    assert_int_equal(f.parameters.engine_time, f.engine.time);
}

static void duplicate_engines_are_answered_for_alike(void **state) {
    (void)state;
    f.request.engine.is_duplicate = true;
    for (f.request.agent = 0; f.request.agent < 3; f.request.agent++) {
        assert_true(ask((struct ask){ .user = "sha_aes", .oid = name_oid, .level = PRIV }));
        assert_int_equal(f.message.pdu.type, PDU_RESPONSE);
    }
}

static void forged_messages_are_well_formed_but_wrong(void **state) {
    (void)state;
    struct ask a = { .user = "sha_aes", .oid = name_oid, .level = PRIV };
    struct usm_keys keys;
    struct prng prng;
    uint8_t report[FORGERY_REPORT_MAX], copy[AGENT_BUFFER];
    struct message message;
    struct usm_parameters p;
    prng_init(&prng, 1);
    assert_true(ask(a));
    struct span whole = span_of(f.reply, f.length), own = f.parameters.engine_id;
    get_keys(a.user, own, &keys);

    size_t length = forgery_report(whole, &prng, report);
    assert_int_equal(message_decode(span_of(report, length), &message), 0);
    assert_int_equal(message.pdu.type, PDU_REPORT);
    assert_int_equal(message.v3.id, 12345);
    assert_int_equal(message.v3.flags, 0);
    assert_int_equal(usm_parameters_decode(message.v3.security_parameters, &p), 0);
    assert_true(span_equal(p.engine_id, own));
    assert_true(p.engine_boots != 1 && p.engine_time != (int32_t)f.engine.time);

    assert_true(forgery_engine(whole, copy));
    assert_int_equal(message_decode(span_of(copy, f.length), &message), 0);
    assert_int_equal(usm_parameters_decode(message.v3.security_parameters, &p), 0);
    assert_false(span_equal(p.engine_id, own));
    assert_int_equal(p.engine_id.length, own.length);

    assert_true(forgery_spoil_digest(f.reply, f.length));
    assert_false(
        usm_verify(f.usm, FLEET_AUTH_SHA1, &keys.auth, whole, f.parameters.auth_parameters));
    assert_true(ask((struct ask){ .user = "noauth", .oid = name_oid }));
    assert_false(forgery_spoil_digest(f.reply, f.length));
    assert_int_equal(forgery_report(span_text("no message"), &prng, report), 0);
    assert_false(forgery_engine(span_text("no message"), copy));
}

#define TEST(name_) cmocka_unit_test_setup_teardown(name_, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(every_pair_of_protocols_is_answered_in_kind),
        TEST(discovery_is_answered_by_engine_boots_and_time),
        TEST(engines_differ_and_are_well_formed),
        TEST(unknown_users_and_levels_are_reported),
        TEST(a_level_above_the_users_is_reported),
        TEST(a_level_below_the_users_is_no_access),
        TEST(a_wrong_digest_is_reported_unauthenticated),
        TEST(the_time_window_is_150_seconds_to_both_sides),
        TEST(what_cannot_be_decrypted_is_reported_or_silence),
        TEST(nothing_is_reported_to_who_wants_no_report),
        TEST(contexts_are_those_of_the_device),
        TEST(set_is_allowed_at_the_users_level),
        TEST(an_answer_is_no_longer_than_the_asker_takes),
        TEST(what_does_not_fit_is_too_big),
        TEST(other_messages_are_counted_and_not_answered),
        TEST(no_cut_of_a_request_is_answered),
        TEST(keys_that_were_displaced_are_made_again),
        TEST(reboots_count_and_time_begins_anew),
        TEST(a_fast_clock_leaves_the_window),
        TEST(a_hidden_clock_shows_only_when_authenticated),
        TEST(duplicate_engines_are_answered_for_alike),
        TEST(forged_messages_are_well_formed_but_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

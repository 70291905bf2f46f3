/*
 * fuzz_agent_v3: any datagram to a simulated agent, as it is and as the scoped PDU of a message
 * that is signed and encrypted as it should be. Whatever the agent answers must be a message
 * without a fault, no longer than it may be.
 */
#include "sim/agent.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct devices devices;
static struct users users;
static struct agents *agents;
static struct usm *usm;
static struct usm_user user;
static struct usm_keys keys;
static struct agent_engine engine;

static void require(bool condition) {
    if (!condition) abort();
}

static void set_up(void) {
    const struct agent_engine_faults none = { 0 };
    const char *why;
    require(devices_add_switch(&devices, 4, 0) == 0);
    users_add_all_protocols(&users);
    struct agents_options options = { .devices = &devices,
                                      .read_community = span_text("public"),
                                      .write_community = span_text("private"),
                                      .users = &users,
                                      .count = 1,
                                      .seed = 1,
                                      .reply_max = 1400 };
    require(agents_new(&agents, &options) == 0 && usm_new(&usm) == 0);
    for (uint32_t i = 0; i < users.count; i++) {
        struct fleet_auth_options o = user_options(&users.list[i]);
        if (strcmp(o.user, "sha256_aes") == 0) require(usm_user_init(&user, usm, &o, &why) == 0);
    }
    engine = agent_engine_at(1, 0, 0, &none);
    usm_user_localize(&user, usm, span_of(engine.id, sizeof(engine.id)), &keys);
}

static void ask(struct span datagram) {
    static uint8_t reply[AGENT_BUFFER];
    struct agent_request request = { .datagram = datagram };
    uint32_t length = agent_answer(agents, &request, reply);
    if (length == 0) return;
    struct message message;
    struct usm_parameters parameters;
    require(length <= 1400);
    require(message_decode(span_of(reply, length), &message) == 0);
    if (message.version != MESSAGE_V3) return;
    require(usm_parameters_decode(message.v3.security_parameters, &parameters) == 0);
    if ((message.v3.flags & MESSAGE_FLAG_AUTH) != 0)
        require(usm_verify(usm, user.auth_protocol, &keys.auth, span_of(reply, length),
                           parameters.auth_parameters));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t zeros[USM_MAC_MAX];
    static uint8_t buffer[65536];
    if (agents == NULL) set_up();
    if (size > 0 && size <= sizeof(buffer)) {
        memcpy(buffer, data, size);  /* in which padding may be taken out */
        ask(span_of(buffer, size));
    }
    if (size == 0 || size > 60000) return 0;

    uint8_t salt[USM_SALT_LENGTH];
    struct ber_writer w = BER_WRITER(buffer, sizeof(buffer) - USM_PADDING_MAX);
    ber_write_bytes(&w, span_of(data, size));
    struct usm_moment moment = { engine.boots, engine.time };
    w.end = w.at + usm_encrypt(usm, user.priv_protocol, &keys.priv, moment, 1, w.at, size, salt);
    ber_write_header(&w, BER_OCTET_STRING, w.end);
    struct message_v3_header header = { 1, 65507, user.flags | MESSAGE_FLAG_REPORTABLE };
    struct usm_parameters p = { span_of(engine.id, sizeof(engine.id)),
                                (int32_t)engine.boots,
                                (int32_t)engine.time,
                                span_of(user.name, user.name_length),
                                span_of(zeros, usm_auth_protocols[user.auth_protocol].mac_length),
                                span_of(salt, sizeof(salt)) };
    uint8_t *mac = message_write_v3(&w, &header, &p);
    require(mac != NULL);
    struct span whole = ber_written(&w);
    usm_sign(usm, user.auth_protocol, &keys.auth, w.at, whole.length, (size_t)(mac - w.at));
    ask(whole);
    return 0;
}

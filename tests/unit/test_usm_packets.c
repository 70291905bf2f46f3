/*
 * usm_packets: what a real agent and a real client said to each other, with each pair of protocols:
 * every message is verified, decrypted and decoded, comes out the same when it is written again,
 * and with any one bit changed is refused.
 *
 * A capture AUTH_PRIV.pcap is that of the user of this name, with passphrases authpass_AUTH and
 * privpass_PRIV.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "guard.h"
#include "usm/user.h"
#include "wire/message.h"

#define FOLDER CORPUS "/packets/netsnmp-v3"

enum { PACKETS_MAX = 64, PACKET_MAX = 4096, CAPTURES = 43, MESSAGES = 516 };

static struct usm *usm;

/* ---- captures */

struct capture {
    char name[64];
    uint32_t count;
    struct span packets[PACKETS_MAX]; /* what UDP carried, in `bytes` */
    uint8_t *bytes;
};

static uint32_t get_u32(const uint8_t *at) {
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* What the UDP datagram in a frame carries, by the file's link type. */
static struct span frame_payload(struct span frame, uint32_t link_type) {
    size_t skipped = link_type == 1 ? 14 : link_type == 113 ? 16 : 0; /* Ethernet, Linux cooked */
    assert_true(link_type == 1 || link_type == 113 || link_type == 101);
    assert_true(frame.length > skipped + 28);
    struct span ip = span_skip(frame, skipped);
    if (ip.bytes[0] >> 4 == 4) {
        assert_int_equal(ip.bytes[9], 17);
        size_t total = (size_t)(ip.bytes[2] << 8 | ip.bytes[3]);
        assert_true(total <= ip.length);
        ip = span_skip(span_of(ip.bytes, total), (size_t)(ip.bytes[0] & 15) * 4);
    } else {
        assert_true(ip.bytes[0] >> 4 == 6 && ip.bytes[6] == 17);
        ip = span_skip(ip, 40);
    }
    size_t udp = (size_t)(ip.bytes[4] << 8 | ip.bytes[5]);
    assert_true(udp >= 8 && udp <= ip.length && udp <= PACKET_MAX);
    return span_skip(span_of(ip.bytes, udp), 8);
}

static void capture_read(const char *file_name, struct capture *c) {
    char path[512];
    snprintf(path, sizeof(path), FOLDER "/%s", file_name);
    snprintf(c->name, sizeof(c->name), "%.*s", (int)strcspn(file_name, "."), file_name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    enum { SIZE_MAX_BYTES = 1 << 20 };
    c->bytes = malloc(SIZE_MAX_BYTES);
    size_t size = fread(c->bytes, 1, SIZE_MAX_BYTES, file);
    fclose(file);
    assert_in_range(size, 25, SIZE_MAX_BYTES - 1);
    assert_int_equal(get_u32(c->bytes), 0xa1b2c3d4);
    uint32_t link_type = get_u32(c->bytes + 20);
    c->count = 0;
    for (size_t at = 24; at < size;) {
        size_t length = get_u32(c->bytes + at + 8);
        assert_true(at + 16 + length <= size && c->count < PACKETS_MAX);
        c->packets[c->count++] = frame_payload(span_of(c->bytes + at + 16, length), link_type);
        at += 16 + length;
    }
}

/* All captures, in any order; skips the test when there are none. */
static void each_capture(void (*visit)(const struct capture *c)) {
    DIR *folder = opendir(FOLDER);
    if (folder == NULL) {
        print_message("skipped: no %s\n", FOLDER);
        skip();
    }
    uint32_t seen = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        struct capture c;
        if (strstr(entry->d_name, ".pcap") == NULL) continue;
        capture_read(entry->d_name, &c);
        visit(&c);
        free(c.bytes);
        seen++;
    }
    closedir(folder);
    assert_int_equal(seen, CAPTURES);
}

/* ---- messages */

struct peer {
    struct usm_user user;
    struct usm_keys keys;
    uint8_t engine_id[FLEET_ENGINE_ID_MAX];
    size_t engine_id_length;
};

static void peer_init(struct peer *p, const char *name) {
    char auth[32] = "authpass_", priv[32] = "privpass_";
    const char *split = strchr(name, '_'), *why;
    char protocol[16];
    assert_non_null(split);
    snprintf(protocol, sizeof(protocol), "%.*s", (int)(split - name), name);
    struct fleet_auth_options o = { .name = "packets", .version = FLEET_V3, .user = name };
    if (strcmp(protocol, "noauth") != 0)
        assert_true(fleet_auth_protocol_parse(protocol, &o.auth_protocol));
    assert_true(fleet_priv_protocol_parse(split + 1, &o.priv_protocol));
    strcat(auth, protocol);
    strcat(priv, split + 1);
    if (o.auth_protocol != FLEET_AUTH_NONE)
        o.auth_key = (struct fleet_key){ FLEET_KEY_PASSPHRASE, (uint8_t *)auth, strlen(auth) };
    if (o.priv_protocol != FLEET_PRIV_NONE)
        o.priv_key = (struct fleet_key){ FLEET_KEY_PASSPHRASE, (uint8_t *)priv, strlen(priv) };
    assert_null(fleet_auth_check(&o));
    *p = (struct peer){ .engine_id_length = 0 };
    assert_int_equal(usm_user_init(&p->user, usm, &o, &why), 0);
}

/* Have the keys of the engine that a message names. */
static void peer_localize(struct peer *p, struct span engine_id) {
    if (span_equal(engine_id, span_of(p->engine_id, p->engine_id_length))) return;
    assert_in_range(engine_id.length, FLEET_ENGINE_ID_MIN, FLEET_ENGINE_ID_MAX);
    memcpy(p->engine_id, engine_id.bytes, engine_id.length);
    p->engine_id_length = engine_id.length;
    usm_user_localize(&p->user, usm, engine_id, &p->keys);
}

struct received {
    struct message message;
    struct usm_parameters usm;
    uint8_t plain[PACKET_MAX];
    size_t plain_length; /* of an encrypted scoped PDU, with padding */
};

static uint8_t level_of(const struct received *r) {
    return r->message.v3.flags & (MESSAGE_FLAG_AUTH | MESSAGE_FLAG_PRIV);
}

static struct usm_moment moment_of(const struct received *r) {
    return (struct usm_moment){ (uint32_t)r->usm.engine_boots, (uint32_t)r->usm.engine_time };
}

static void receive(struct peer *p, struct span packet, struct received *r) {
    assert_int_equal(message_decode(packet, &r->message), 0);
    assert_int_equal(r->message.version, MESSAGE_V3);
    assert_int_equal(r->message.v3.security_model, MESSAGE_SECURITY_USM);
    assert_int_equal(usm_parameters_decode(r->message.v3.security_parameters, &r->usm), 0);
    if (level_of(r) == 0) return;
    assert_int_equal(level_of(r), p->user.flags);
    assert_true(span_equal(r->usm.user_name, span_of(p->user.name, p->user.name_length)));
    peer_localize(p, r->usm.engine_id);
    assert_true(
        usm_verify(usm, p->user.auth_protocol, &p->keys.auth, packet, r->usm.auth_parameters));
    if ((level_of(r) & MESSAGE_FLAG_PRIV) == 0) return;
    r->plain_length = r->message.v3.encrypted.length;
    assert_true(usm_decrypt(usm, p->user.priv_protocol, &p->keys.priv, moment_of(r),
                            r->usm.priv_parameters, r->message.v3.encrypted, r->plain));
    assert_int_equal(message_decode_scoped(span_of(r->plain, r->plain_length), &r->message), 0);
}

static uint32_t count_varbinds(const struct pdu *pdu) {
    struct ber_reader reader = BER_READER(pdu->varbinds);
    struct varbind varbind;
    uint32_t count = 0;
    while (varbind_next(&reader, &varbind)) count++;
    assert_int_equal(reader.error, 0);
    return count;
}

/* ---- every message is understood */

static uint32_t messages, varbinds, reports, responses, encrypted;

static void understand(const struct capture *c) {
    struct peer p;
    struct received r;
    int32_t asked = 0;
    peer_init(&p, c->name);
    for (uint32_t i = 0; i < c->count; i++) {
        receive(&p, c->packets[i], &r);
        assert_int_equal(r.message.lenient, 0);
        messages++;
        varbinds += count_varbinds(&r.message.pdu);
        encrypted += (level_of(&r) & MESSAGE_FLAG_PRIV) != 0;
        responses += r.message.pdu.type == PDU_RESPONSE;
        reports += r.message.pdu.type == PDU_REPORT;
        /* Requests and their answers take turns. */
        if (i % 2 == 0) asked = r.message.v3.id;
        assert_int_equal(r.message.v3.id, asked);
        assert_int_equal(r.message.pdu.type == PDU_RESPONSE || r.message.pdu.type == PDU_REPORT,
                         i % 2 == 1);
    }
}

static void every_message_is_verified_decrypted_and_decoded(void **state) {
    (void)state;
    each_capture(understand);
    assert_int_equal(messages, MESSAGES);
    assert_int_equal(responses + reports, MESSAGES / 2);
    /* Three tools ask, each of them discovers the engine first. */
    assert_int_equal(reports, 3 * CAPTURES);
    assert_int_equal(encrypted, 6 * 6 * 6);
    assert_true(varbinds > MESSAGES);
    print_message("%u messages, %u encrypted, %u Reports, %u varbinds\n", messages, encrypted,
                  reports, varbinds);
}

/* ---- every message is written as it was */

/* The varbinds from the last to the first, as values. */
static void write_varbinds(struct ber_writer *w, const struct pdu *pdu) {
    static struct varbind list[256];
    struct ber_reader reader = BER_READER(pdu->varbinds);
    uint32_t count = 0;
    while (count < 256 && varbind_next(&reader, &list[count])) count++;
    assert_true(ber_at_end(&reader) && reader.error == 0);
    while (count-- > 0) varbind_write(w, list[count].oid, &list[count].value);
}

/*
 * Encrypt what is written with the message's own salt. The padding, of which RFC 3414 section
 * 8.1.1.2 leaves the octets open, is taken from the capture.
 */
static void encrypt_again(const struct peer *p, const struct received *r, struct ber_writer *w) {
    uint8_t salt[USM_SALT_LENGTH];
    uint64_t number = 0;
    size_t length = (size_t)(w->end - w->at);
    assert_int_equal(r->usm.priv_parameters.length, USM_SALT_LENGTH);
    for (int i = 0; i < 8; i++) number = number << 8 | r->usm.priv_parameters.bytes[i];
    assert_in_range(r->plain_length, length, length + USM_PADDING_MAX);
    assert_memory_equal(w->at, r->plain, length);
    memcpy(w->end, r->plain + length, r->plain_length - length);
    w->end = w->at + usm_encrypt(usm, p->user.priv_protocol, &p->keys.priv, moment_of(r), number,
                                 w->at, r->plain_length, salt);
    assert_memory_equal(salt, r->usm.priv_parameters.bytes, sizeof(salt));
    ber_write_header(w, BER_OCTET_STRING, w->end);
}

static void write_again(const struct capture *c) {
    static const uint8_t zeros[USM_MAC_MAX];
    struct peer p;
    struct received r;
    peer_init(&p, c->name);
    for (uint32_t i = 0; i < c->count; i++) {
        uint8_t buffer[PACKET_MAX];
        struct ber_writer w = BER_WRITER(buffer, sizeof(buffer) - USM_PADDING_MAX);
        receive(&p, c->packets[i], &r);
        write_varbinds(&w, &r.message.pdu);
        message_write_scoped(&w, r.message.v3.context_engine_id, r.message.v3.context_name,
                             &r.message.pdu);
        if ((level_of(&r) & MESSAGE_FLAG_PRIV) != 0) encrypt_again(&p, &r, &w);
        struct message_v3_header header = { r.message.v3.id, r.message.v3.max_size,
                                            r.message.v3.flags };
        r.usm.auth_parameters.bytes = zeros;
        uint8_t *mac = message_write_v3(&w, &header, &r.usm);
        assert_non_null(mac);
        struct span written = ber_written(&w);
        if (level_of(&r) != 0)
            usm_sign(usm, p.user.auth_protocol, &p.keys.auth, w.at, written.length,
                     (size_t)(mac - w.at));
        assert_int_equal(written.length, c->packets[i].length);
        assert_memory_equal(written.bytes, c->packets[i].bytes, written.length);
    }
}

/* Net-SNMP writes lengths and integers in the fewest octets, as this does. */
static void what_was_decoded_is_written_octet_for_octet(void **state) {
    (void)state;
    each_capture(write_again);
}

/* ---- no message with a wrong bit is taken for a right one */

static struct guard guards[2]; /* the message; what is decrypted of it */
static uint64_t flips, decoded;

static void read_varbinds(const struct pdu *pdu) {
    struct ber_reader reader = BER_READER(pdu->varbinds);
    struct varbind varbind;
    while (varbind_next(&reader, &varbind)) {
    }
}

/*
 * All a receiver could do with it, also what it must not do before it has verified. Only the digest
 * decides: user and engine are taken as right, whatever the message says.
 */
static bool is_verified(const struct peer *p, struct span packet) {
    struct message m;
    struct usm_parameters u;
    if (message_decode(packet, &m) != 0 || m.version != MESSAGE_V3) return false;
    decoded++;
    if (m.pdu.type != 0) read_varbinds(&m.pdu);
    if (usm_parameters_decode(m.v3.security_parameters, &u) != 0) return false;
    struct span cipher = m.v3.encrypted;
    if ((p->user.flags & MESSAGE_FLAG_PRIV) != 0 && cipher.length > 0) {
        struct usm_moment moment = { (uint32_t)u.engine_boots, (uint32_t)u.engine_time };
        static uint8_t room[USM_MESSAGE_MAX];
        if (usm_decrypt(usm, p->user.priv_protocol, &p->keys.priv, moment, u.priv_parameters,
                        cipher, room) &&
            message_decode_scoped(guard_at_end(&guards[1], span_of(room, cipher.length)), &m) == 0)
            read_varbinds(&m.pdu);
    }
    return p->user.flags != 0 &&
           usm_verify(usm, p->user.auth_protocol, &p->keys.auth, packet, u.auth_parameters);
}

static void flip_each_bit(const struct peer *p, struct span packet) {
    uint8_t *bytes = (uint8_t *)(uintptr_t)packet.bytes;
    for (size_t bit = 0; bit < 8 * packet.length; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (is_verified(p, packet)) fail_msg("bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        flips++;
    }
}

static void flip(const struct capture *c) {
    struct peer p;
    struct received r;
    peer_init(&p, c->name);
    for (uint32_t i = 0; i < c->count; i++) {
        receive(&p, c->packets[i], &r);
        flip_each_bit(&p, guard_at_end(&guards[0], c->packets[i]));
        /* What reads before the start is rarer: of one capture is enough. */
        if (strcmp(c->name, "sha256_des") == 0)
            flip_each_bit(&p, guard_at_start(&guards[0], c->packets[i]));
    }
}

static void no_message_with_a_flipped_bit_verifies(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++) guards[i] = guard_new(PACKET_MAX);
    each_capture(flip);
    for (int i = 0; i < 2; i++) guard_free(&guards[i]);
    print_message("%llu flips, %llu still a message\n", (unsigned long long)flips,
                  (unsigned long long)decoded);
}

static int setup(void **state) {
    (void)state;
    return usm_new(&usm);
}

static int teardown(void **state) {
    (void)state;
    usm_free(usm);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_is_verified_decrypted_and_decoded),
        cmocka_unit_test(what_was_decoded_is_written_octet_for_octet),
        cmocka_unit_test(no_message_with_a_flipped_bit_verifies),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

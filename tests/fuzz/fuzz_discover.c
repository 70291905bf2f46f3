/*
 * fuzz_discover: whatever answers a fleet of SNMPv3: two targets, one with and one without
 * authentication, and datagrams that carry the very message id of an open request. Every poll must
 * end in one report, and of the target with authentication, whose password nobody knows, no value
 * may ever come.
 *
 * The input is a sequence of: an octet that says from whom, how much later and whether signed; two
 * of a length; a datagram.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "core/engine.h"
#include "usm/user.h"
#include "wire/message.h"
#include "secrets.h"

enum { TARGETS = 2, SLOTS = 8, STEPS_MAX = 64, ROOM = 65536 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slot slots[SLOTS];
static uint8_t slot_bytes[SLOTS][ROOM], datagram[ROOM];
static uint32_t reports[TARGETS], rows[TARGETS];

static void require(bool condition) {
    if (!condition) abort();
}

static void take_rows(void *context, const struct fleet_row *row, size_t count) {
    (void)context;
    rows[row->target->number] += (uint32_t)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    require(report->detail != NULL && report->reason < FLEET_REASONS);
    reports[report->target->number]++;
}

static void take_notice(void *context, const struct fleet_target *target, const char *text) {
    (void)context, (void)target;
    require(*text != '\0');
}

static struct engine *new_engine(uint64_t now) {
    struct engine *e;
    struct engine_options o = { .sink = { NULL, take_rows, take_report, take_notice },
                                .once = true, .window = 8, .dead_after = 3, .secrets = secrets_of(9),
                                .rto_floor_ns = 200 * CLOCK_NS_PER_MS };
    require(engine_new(&e, &o, now) == 0);
    uint32_t module, auths[TARGETS];
    require(engine_module_add(e, fleet_module_builtin("system"), &module) == 0);
    struct fleet_auth_options a = { .name = "none", .version = FLEET_V3, .user = "u" };
    require(engine_auth_set(e, &a, &auths[0], NULL) == 0);
    a.name = "auth";
    a.auth_protocol = FLEET_AUTH_MD5;
    const uint8_t key[16] = { 1, 2, 3 };
    a.auth_key = (struct fleet_key){ FLEET_KEY_MASTER, key, sizeof(key) };
    require(engine_auth_set(e, &a, &auths[1], NULL) == 0);
    for (int i = 0; i < TARGETS; i++) {
        struct fleet_target_options t = { .host = i == 0 ? "10.0.0.1" : "10.0.0.2",
                                          .auth = auths[i], .modules = &module,
                                          .module_count = 1 };
        require(engine_target_set(e, &t, NULL, NULL, (struct moment){ now, 0 }) == 0);
    }
    return e;
}

/* The message id of the last request to each target. */
static void turn(struct engine *e, uint64_t now, uint32_t ids[static TARGETS]) {
    engine_expire(e, (struct moment){ now, 0 }, UINT32_MAX);
    engine_admit(e, (struct moment){ now, 0 }, UINT32_MAX);
    uint32_t count = engine_transmit(e, slots, SLOTS, now);
    for (uint32_t i = 0; i < count; i++) {
        struct message m;
        require(message_decode(span_of(slots[i].bytes, slots[i].length), &m) == 0);
        require(m.version == MESSAGE_V3);
        ids[slots[i].to.bytes[3] - 1] = (uint32_t)m.v3.id;
    }
}

/* Put @id where the message id of a message of the usual shape stands. */
static void patch_id(uint8_t *bytes, size_t length, uint32_t id) {
    size_t at = 2;
    if (length > 2 && bytes[1] > 0x80 && bytes[1] < 0x83) at += bytes[1] & 3;
    if (length < at + 11 || bytes[at + 3] != 0x30 || bytes[at + 5] != 2 || bytes[at + 6] != 4)
        return;
    for (int i = 0; i < 4; i++) bytes[at + 7 + (size_t)i] = (uint8_t)(id >> (24 - 8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t now = 1000 * CLOCK_NS_PER_S, end;
    uint32_t ids[TARGETS] = { 0 };
    for (int i = 0; i < SLOTS; i++) slots[i].bytes = slot_bytes[i];
    for (int i = 0; i < TARGETS; i++) reports[i] = rows[i] = 0;
    struct engine *e = new_engine(now);
    turn(e, now, ids);
    for (int step = 0; step < STEPS_MAX && size >= 3; step++) {
        uint8_t how = data[0];
        size_t length = (size_t)data[1] << 8 | data[2];
        data += 3;
        size -= 3;
        if (length > size) length = size;
        struct address from = address_ip4(0x0a000001 + (how & 1), 161);
        memcpy(datagram, data, length);
        if ((how & 2) == 0) patch_id(datagram, length, ids[how & 1]);
        now += (uint64_t)(how >> 4) * 20 * CLOCK_NS_PER_MS;
        engine_datagram(e, &from, span_of(datagram, length), now, (struct moment){ now, 0 });
        turn(e, now, ids);
        data += length;
        size -= length;
    }
    for (end = now + 120 * CLOCK_NS_PER_S; !engine_is_done(e) && now < end;
         now += 50 * CLOCK_NS_PER_MS)
        turn(e, now, ids);
    require(engine_is_done(e));
    for (int i = 0; i < TARGETS; i++) require(reports[i] == 1);
    require(rows[1] == 0);
    engine_free(e, (struct moment){ now, 0 });
    return 0;
}

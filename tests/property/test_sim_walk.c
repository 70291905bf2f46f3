/*
 * GETNEXT and GETBULK of the simulator beside a model that knows nothing of hash tables, runs or
 * limits: random recordings, random starts that are there or nearly there, random shapes of
 * requests.
 */
#include "sim/agent.h"
#include "base/prng.h"
#include "wire/message.h"
#include "wire/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { OBJECTS = 200, COLUMNS = 6, ROUNDS = 300, REQUESTS = 40 };

struct object {
    uint8_t oid[FLEET_OID_BYTES_MAX];
    size_t length;
};

static struct prng prng;
static struct object objects[OBJECTS];  /* sorted, no two alike */
static size_t object_count;
static uint8_t datagram[65536], reply[AGENT_BUFFER];

static struct span oid_of(const struct object *o) {
    return span_of(o->oid, o->length);
}

/* Few different numbers, so that OIDs are near each other; some need several octets. */
static void random_oid(struct object *o) {
    static const uint32_t numbers[] = { 0, 1, 2, 127, 128, 300, 16384, UINT32_MAX };
    uint32_t oid[12] = { 1, 3 };
    size_t count = 3 + prng_below(&prng, 6);
    for (size_t i = 2; i < count; i++) oid[i] = numbers[prng_below(&prng, 8)];
    o->length = (size_t)oid_from_numbers(oid, count, o->oid);
}

static int object_compare(const void *a, const void *b) {
    return oid_compare(oid_of(a), oid_of(b));
}

static struct recording *random_recording(void) {
    struct recording_builder b = RECORDING_BUILDER_NULL;
    struct recording *r;
    object_count = 1 + prng_below(&prng, OBJECTS);
    for (size_t i = 0; i < object_count; i++) {
        random_oid(&objects[i]);
        struct fleet_value v = { .type = FLEET_COUNTER64,
                                 .counter = prng_next(&prng) >> prng_below(&prng, 64) };
        if (prng_below(&prng, 3) == 0)
            v = (struct fleet_value){ .type = FLEET_OCTET_STRING,
                                      .bytes = datagram,
                                      .length = (uint32_t)prng_below(&prng, 300) };
        recording_add(&b, oid_of(&objects[i]), &v, NULL);
    }
    assert_int_equal(recording_build(&b, &r), 0);
    qsort(objects, object_count, sizeof(objects[0]), object_compare);
    size_t kept = 1;
    for (size_t i = 1; i < object_count; i++) {
        if (object_compare(&objects[kept - 1], &objects[i]) != 0) objects[kept++] = objects[i];
    }
    object_count = kept;
    assert_int_equal(r->count, object_count);
    assert_true(recording_check(r));
    return r;
}

/* The model: the first object behind @oid; NULL at the end. */
static const struct object *model_next(struct span oid) {
    for (size_t i = 0; i < object_count; i++) {
        if (oid_compare(oid_of(&objects[i]), oid) > 0) return &objects[i];
    }
    return NULL;
}

/*
 * Compare one varbind with the model's successor of *at, and move on. False at the end of the MIB.
 */
static bool check_step(const struct varbind *v, struct object *at) {
    const struct object *next = model_next(oid_of(at));
    if (next == NULL) {
        assert_int_equal(v->value.type, FLEET_END_OF_MIB_VIEW);
        assert_true(span_equal(v->oid, oid_of(at)));
        return false;
    }
    assert_true(span_equal(v->oid, oid_of(next)));
    assert_true(v->value.type == FLEET_COUNTER64 || v->value.type == FLEET_OCTET_STRING);
    *at = *next;
    return true;
}

static void check_request(struct agents *agents, uint32_t reply_max) {
    struct object columns[COLUMNS];
    size_t count = 1 + prng_below(&prng, COLUMNS), singles = prng_below(&prng, COLUMNS),
           rows = prng_below(&prng, 40);
    struct ber_writer w = BER_WRITER(datagram, sizeof(datagram));
    for (size_t i = count; i-- > 0;) {
        if (prng_below(&prng, 2) == 0) random_oid(&columns[i]);
        else columns[i] = objects[prng_below(&prng, object_count)];
        varbind_write_null(&w, oid_of(&columns[i]), SPAN_NULL);
    }
    bool is_bulk = prng_below(&prng, 4) != 0;
    struct pdu pdu = { .type = is_bulk ? PDU_GETBULK : PDU_GETNEXT,
                       .request_id = 7,
                       .error_status = is_bulk ? (int32_t)singles : 0,
                       .error_index = is_bulk ? (int32_t)rows : 0 };
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(MESSAGE_V2C, span_text("public"), header);
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    struct agent_request request = { .datagram = ber_written(&w) };
    uint32_t length = agent_answer(agents, &request, reply);
    assert_in_range(length, 1, reply_max);
    struct message m;
    assert_int_equal(message_decode(span_of(reply, length), &m), 0);
    if (m.pdu.error_status == ERROR_TOO_BIG) return;
    assert_int_equal(m.pdu.error_status, 0);

    if (!is_bulk || singles > count) singles = count;
    struct ber_reader r = BER_READER(m.pdu.varbinds);
    struct varbind v;
    size_t given = 0;
    bool more = true;
    for (; varbind_next(&r, &v); given++) {
        size_t column = given < singles ? given : singles + (given - singles) % (count - singles);
        if (given >= singles && column == singles) {
            assert_true(more);  /* a row in which nothing was left is the last */
            more = false;
        }
        more |= check_step(&v, &columns[column]);
    }
    assert_int_equal(r.error, 0);
    bool ended_early =
        given >= singles && count > singles && !more && (given - singles) % (count - singles) == 0;
    size_t wanted = singles + (count - singles) * rows;
    assert_true(given <= wanted);
    if (given < wanted && !ended_early) assert_true(length + 400 > reply_max);
}

static void walks_agree_with_the_model(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct device device = { .recording = random_recording() };
        struct devices devices = { .list = &device, .count = 1 };
        uint32_t reply_max = 500 + (uint32_t)prng_below(&prng, 3000);
        struct agents_options o = { .devices = &devices,
                                    .read_community = span_text("public"),
                                    .write_community = span_text("private"),
                                    .reply_max = reply_max };
        struct agents *agents;
        assert_int_equal(agents_new(&agents, &o), 0);
        for (int i = 0; i < REQUESTS; i++) check_request(agents, reply_max);
        agents_free(agents);
        recording_free(device.recording);
    }
}

int main(void) {
    const char *text = getenv("SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : 1;
    printf("SEED=%llu\n", (unsigned long long)seed);
    prng_init(&prng, seed);
    const struct CMUnitTest tests[] = { cmocka_unit_test(walks_agree_with_the_model) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

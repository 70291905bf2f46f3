/* Single questions on the engine: what becomes of each, and how they share with polls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine_world.h"
#include "snmpfleet/error.h"

static const uint8_t sys_name[] = { 0x2b, 6, 1, 2, 1, 1, 5, 0 };

/* What became of the operations of a test. */
struct notes {
    struct world *world;
    uint32_t done, reasons[FLEET_REASONS];
    struct fleet_result last;
    char detail[200];
    uint32_t again;         /* how often its callback asks anew */
    uint32_t target, other; /* what a callback is to remove or cancel */
};

static void note(void *context, const struct fleet_result *r) {
    struct notes *n = context;
    n->done++;
    n->reasons[r->reason]++;
    n->last = *r;
    snprintf(n->detail, sizeof(n->detail), "%s", r->detail);
}

static const struct fleet_varbind name_varbind = {
    .oid = sys_name, .oid_length = sizeof(sys_name),
    .value = { .type = FLEET_INTEGER32, .integer = 5 },
};

static int ask(struct world *w, uint32_t target, enum fleet_pdu pdu,
               struct fleet_request_options options, uint32_t *ret_operation) {
    const struct operation_question question = { .pdu = pdu, .varbinds = &name_varbind,
                                                 .count = 1, .max_repetitions = 10 };
    return engine_request(w->engine, target, &question, &options, ret_operation, w->at);
}

static uint32_t plain_target(struct world *w, const char *host) {
    struct fleet_target_options o = { .host = host };
    return set(w, o, FLEET_ADDED);
}

static void each_kind_of_question_is_answered_once(void **state) {
    struct world *w = *state;
    uint32_t target = plain_target(w, "192.0.2.1"), operation;
    for (int pdu = FLEET_PDU_GET; pdu <= FLEET_PDU_SET; pdu++) {
        struct notes n = { .world = w };
        assert_int_equal(ask(w, target, (enum fleet_pdu)pdu,
                             (struct fleet_request_options){ .done = note, .context = &n },
                             &operation), 0);
        turn(w, CLOCK_NS_PER_MS);
        assert_int_equal(n.done, 1);
        assert_int_equal(n.reasons[FLEET_REASON_OK], 1);
        assert_int_equal(n.last.operation, operation);
        assert_int_equal(n.last.varbind_count, 1);
        assert_int_equal(n.last.requests, 1);
        assert_int_equal(engine_cancel(w->engine, operation, w->at), FLEET_E_UNKNOWN);
    }
    assert_int_equal(w->reports, 0);
}

static void what_cannot_be_asked_is_refused(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    const struct fleet_request_options o = { .done = note, .context = &n };
    struct fleet_target_options v1 = { .host = "192.0.2.9", .version = FLEET_V1 };
    uint32_t target = plain_target(w, "192.0.2.1"), old = set(w, v1, FLEET_ADDED);
    assert_int_equal(ask(w, 77, FLEET_PDU_GET, o, NULL), FLEET_E_UNKNOWN);
    assert_int_equal(ask(w, old, FLEET_PDU_GETBULK, o, NULL), FLEET_E_INVALID);
    assert_int_equal(ask(w, target, (enum fleet_pdu)9, o, NULL), FLEET_E_INVALID);
    struct fleet_request_options bad = o;
    bad.retries = 101;
    assert_int_equal(ask(w, target, FLEET_PDU_GET, bad, NULL), FLEET_E_INVALID);
    bad = o;
    bad.done = NULL;
    assert_int_equal(ask(w, target, FLEET_PDU_GET, bad, NULL), FLEET_E_INVALID);
    struct fleet_varbind many[FLEET_VARBINDS_MAX + 1];
    for (size_t i = 0; i <= FLEET_VARBINDS_MAX; i++) many[i] = name_varbind;
    struct operation_question q = { .pdu = FLEET_PDU_GET, .varbinds = many };
    assert_int_equal(engine_request(w->engine, target, &q, &o, NULL, w->at), FLEET_E_INVALID);
    q.count = FLEET_VARBINDS_MAX + 1;
    assert_int_equal(engine_request(w->engine, target, &q, &o, NULL, w->at), FLEET_E_FULL);
    const uint8_t cut[] = { 0x2b, 0x86 };
    const struct fleet_varbind broken = { .oid = cut, .oid_length = sizeof(cut) };
    q = (struct operation_question){ .pdu = FLEET_PDU_GET, .varbinds = &broken, .count = 1 };
    assert_int_equal(engine_request(w->engine, target, &q, &o, NULL, w->at), FLEET_E_OID);
    assert_int_equal(n.done, 0);
}

static void silence_ends_as_a_time_out_after_its_own_retries(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    w->is_mute = true;
    assert_int_equal(ask(w, target, FLEET_PDU_SET,
                         (struct fleet_request_options){
                             .done = note, .context = &n, .retries = 4,
                             .timeout_ns = 100 * CLOCK_NS_PER_MS }, NULL), 0);
    run_for(w, 2);
    assert_int_equal(n.reasons[FLEET_REASON_TIMEOUT], 1);
    assert_int_equal(n.last.requests, 5);
    assert_int_equal(n.last.retries, 4);
    assert_true(n.last.duration_ns < 700 * CLOCK_NS_PER_MS);
}

static void a_deadline_ends_it_even_while_it_waits(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    w->is_mute = true;
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask(w, target, FLEET_PDU_GET,
                             (struct fleet_request_options){
                                 .done = note, .context = &n,
                                 .deadline_ns = 300 * CLOCK_NS_PER_MS }, NULL), 0);
    run_for(w, 1);
    assert_int_equal(n.reasons[FLEET_REASON_DEADLINE], 10);
    assert_int_equal(w->requests, 2);  /* the window of the target */
}

static void an_error_status_is_told(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    w->error_status = ERROR_NOT_WRITABLE;
    assert_int_equal(ask(w, target, FLEET_PDU_SET,
                         (struct fleet_request_options){ .done = note, .context = &n }, NULL), 0);
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(n.reasons[FLEET_REASON_AGENT_ERROR], 1);
    assert_int_equal(n.last.error_status, ERROR_NOT_WRITABLE);
    assert_int_equal(n.last.error_index, 1);
    assert_string_equal(n.detail, "notWritable");
}

static void the_window_of_a_target_holds_and_all_are_answered(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(ask(w, target, FLEET_PDU_GET,
                             (struct fleet_request_options){ .done = note, .context = &n }, NULL),
                         0);
    assert_false(engine_is_done(w->engine));
    for (int i = 0; i < 600; i++) {
        turn(w, CLOCK_NS_PER_MS);
        assert_true(w->count <= 2);
    }
    assert_int_equal(n.reasons[FLEET_REASON_OK], 1000);
}

static void ask_again(void *context, const struct fleet_result *r) {
    struct notes *n = context;
    note(context, r);
    if (n->done >= n->again) return;
    assert_int_equal(ask(n->world, n->target, FLEET_PDU_GET,
                         (struct fleet_request_options){ .done = ask_again, .context = n }, NULL),
                     0);
}

static void remove_and_cancel(void *context, const struct fleet_result *r) {
    struct notes *n = context;
    note(context, r);
    assert_int_equal(engine_cancel(n->world->engine, r->operation, n->world->at),
                     FLEET_E_UNKNOWN);
    (void)engine_cancel(n->world->engine, n->other, n->world->at);
    (void)engine_target_remove(n->world->engine, n->target, n->world->at);
}

static void a_callback_may_ask_cancel_and_remove(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w, .again = 50, .target = plain_target(w, "192.0.2.1") };
    assert_int_equal(ask(w, n.target, FLEET_PDU_GET,
                         (struct fleet_request_options){ .done = ask_again, .context = &n }, NULL),
                     0);
    for (int i = 0; i < 60; i++) turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(n.done, 50);

    struct notes all = { .world = w, .target = n.target };
    const struct fleet_request_options o = { .done = remove_and_cancel, .context = &all };
    for (int i = 0; i < 20; i++) assert_int_equal(ask(w, n.target, FLEET_PDU_GET, o, &all.other), 0);
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(all.done, 20);
    assert_true(all.reasons[FLEET_REASON_OK] >= 1);
    assert_int_equal(all.reasons[FLEET_REASON_OK] + all.reasons[FLEET_REASON_CANCELLED], 20);
    assert_null(engine_target_get(w->engine, n.target));
}

static void removing_the_target_and_ending_the_fleet_cancel_it(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    const struct fleet_request_options o = { .done = note, .context = &n };
    w->is_mute = true;
    uint32_t one = plain_target(w, "192.0.2.1"), two = plain_target(w, "192.0.2.2");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ask(w, one, FLEET_PDU_GET, o, NULL), 0);
        assert_int_equal(ask(w, two, FLEET_PDU_GET, o, NULL), 0);
    }
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(engine_target_remove(w->engine, one, w->at), 0);
    assert_int_equal(n.reasons[FLEET_REASON_CANCELLED], 5);
    struct fleet_target_options changed = { .host = "192.0.2.2", .window = 9 };
    set(w, changed, FLEET_CHANGED);
    assert_int_equal(n.reasons[FLEET_REASON_CANCELLED], 10);
    assert_true(engine_check(w->engine));
}

static const struct lookup two_addresses = {
    .addresses = { { .family = ADDRESS_IP4, .bytes = { 192, 0, 2, 1 } },
                   { .family = ADDRESS_IP4, .bytes = { 192, 0, 2, 2 } } },
    .count = 2, .ttl_s = 60,
};

static void a_host_name_is_looked_up_for_it_and_all_addresses_are_tried(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    const struct fleet_request_options o = { .done = note, .context = &n, .retries = -1 };
    uint32_t target = plain_target(w, "agent.example"), asked;
    int family;
    assert_int_equal(ask(w, target, FLEET_PDU_GET, o, NULL), 0);
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(w->requests, 0);
    assert_string_equal(engine_next_lookup(w->engine, &asked, &family, w->at.now),
                        "agent.example");
    assert_int_equal(asked, target);
    engine_resolved(w->engine, target, "agent.example", &two_addresses, w->at);
    w->is_mute = true;
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(w->slots[0].to.bytes[3], 1);
    run_for(w, 1);
    w->is_mute = false;
    run_for(w, 1);
    assert_int_equal(n.reasons[FLEET_REASON_OK], 1);
    assert_int_equal(n.last.requests, 2);
    assert_string_equal(n.last.target->address, "192.0.2.2");
}

/* Asks again whatever came; a target that goes takes nothing more. */
static void ask_again_and_again(void *context, const struct fleet_result *r) {
    struct notes *n = context;
    note(context, r);
    int error = ask(n->world, n->target, FLEET_PDU_GET,
                    (struct fleet_request_options){ .done = ask_again_and_again, .context = n },
                    NULL);
    assert_true(error == 0 || error == FLEET_E_UNKNOWN);
}

static void a_host_name_without_address_ends_it_as_unreachable(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "agent.example"), asked;
    int family;
    n.target = target;
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(w, target, FLEET_PDU_GET,
                             (struct fleet_request_options){ .done = ask_again_and_again,
                                                             .context = &n }, NULL), 0);
    for (uint32_t round = 1; round <= 2; round++) {
        assert_non_null(engine_next_lookup(w->engine, &asked, &family, w->at.now));
        engine_resolved(w->engine, target, "agent.example",
                        &(struct lookup){ .why = "no such host" }, w->at);
        assert_int_equal(n.reasons[FLEET_REASON_UNREACHABLE], 3 * round);
        assert_string_equal(n.detail, "no such host");
    }
    assert_int_equal(w->requests, 0);
    assert_int_equal(engine_target_remove(w->engine, target, w->at), 0);
    assert_int_equal(n.reasons[FLEET_REASON_CANCELLED], 3);
}

/* A walk of numbers under sysName: the agent of engine_world answers what was asked, so that names
   do not increase; this one gives the next number instead. */
struct walked {
    struct notes notes;
    uint32_t operation, found, cancel_at;
};

static void count_found(void *context, uint32_t operation, const struct fleet_varbind *varbinds,
                        size_t count) {
    struct walked *walked = context;
    assert_int_equal(operation, walked->operation);
    assert_true(count > 0 && varbinds[0].oid_length > sizeof(sys_name) - 1);
    walked->found += (uint32_t)count;
    if (walked->cancel_at != 0 && walked->found >= walked->cancel_at)
        assert_int_equal(engine_cancel(walked->notes.world->engine, operation,
                                       walked->notes.world->at), 0);
}

static int walk_it(struct world *w, uint32_t target, struct fleet_walk_options o,
                   struct walked *walked) {
    o.found = count_found;
    return engine_walk(w->engine, target, "1.3.6.1.2.1.1.5", &o,
                       &(struct fleet_request_options){ .done = note, .context = walked },
                       &walked->operation, w->at);
}

/* Answer all of the last turn's requests with the one name that follows, up to number 20. */
static void answer_next_number(struct world *w) {
    for (uint32_t i = 0; i < w->count; i++) {
        struct message m;
        struct varbind vb;
        assert_int_equal(message_decode(span_of(w->slots[i].bytes, w->slots[i].length), &m), 0);
        struct ber_reader r = BER_READER(m.pdu.varbinds);
        assert_true(varbind_next(&r, &vb));
        uint8_t oid[16], bytes[256], header[MESSAGE_COMMUNITY_MAX + 8];
        memcpy(oid, sys_name, sizeof(sys_name));
        bool is_root = vb.oid.length < sizeof(sys_name);
        oid[sizeof(sys_name) - 1] = is_root ? 1 : vb.oid.bytes[sizeof(sys_name) - 1] + 1;
        if (oid[sizeof(sys_name) - 1] > 20) oid[sizeof(sys_name) - 2]++;
        struct ber_writer writer = BER_WRITER(bytes, sizeof(bytes));
        varbind_write(&writer, span_of(oid, sizeof(sys_name)),
                      &(struct fleet_value){ .type = FLEET_INTEGER32 });
        size_t length = message_community_header(m.version, m.community, header);
        m.pdu.type = PDU_RESPONSE;
        m.pdu.error_status = m.pdu.error_index = 0;
        message_write_v2c(&writer, span_of(header, length), &m.pdu);
        engine_datagram(w->engine, &w->slots[i].to, ber_written(&writer), w->at.now,
                    w->at);
    }
}

static void turns_of_numbers(struct world *w, int count) {
    w->is_mute = true;
    for (int i = 0; i < count; i++) {
        turn(w, CLOCK_NS_PER_MS);
        answer_next_number(w);
    }
}

static void a_walk_hands_out_what_it_finds_and_ends_once(void **state) {
    struct world *w = *state;
    struct walked walked = { .notes.world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    assert_int_equal(walk_it(w, target, (struct fleet_walk_options){ 0 }, &walked), 0);
    turns_of_numbers(w, 30);
    assert_int_equal(walked.found, 20);
    assert_int_equal(walked.notes.done, 1);
    assert_int_equal(walked.notes.reasons[FLEET_REASON_OK], 1);
    assert_int_equal(walked.notes.last.rows, 20);
    assert_int_equal(walked.notes.last.requests, 21);
    assert_true(engine_is_done(w->engine) || w->reports == 0);
}

static void a_walk_waits_for_its_reader(void **state) {
    struct world *w = *state;
    struct walked walked = { .notes.world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    assert_int_equal(walk_it(w, target, (struct fleet_walk_options){ .high_water = 4 }, &walked),
                     0);
    turns_of_numbers(w, 30);
    assert_int_equal(walked.found, 4);
    assert_int_equal(engine_walk_take(w->engine, walked.operation, 1), 0);
    turns_of_numbers(w, 30);
    assert_int_equal(walked.found, 5);
    while (walked.notes.done == 0) {
        assert_int_equal(engine_walk_take(w->engine, walked.operation, 10), 0);
        turns_of_numbers(w, 6);
    }
    assert_int_equal(walked.found, 20);
    assert_int_equal(engine_walk_take(w->engine, walked.operation, 1), FLEET_E_UNKNOWN);
}

static void a_walk_may_be_cancelled_from_within_or_while_it_waits(void **state) {
    struct world *w = *state;
    struct walked within = { .notes.world = w, .cancel_at = 3 }, paused = { .notes.world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    assert_int_equal(walk_it(w, target, (struct fleet_walk_options){ 0 }, &within), 0);
    assert_int_equal(walk_it(w, target, (struct fleet_walk_options){ .high_water = 2 }, &paused),
                     0);
    turns_of_numbers(w, 10);
    assert_int_equal(within.found, 3);
    assert_int_equal(within.notes.reasons[FLEET_REASON_CANCELLED], 1);
    assert_int_equal(paused.found, 2);
    assert_int_equal(engine_target_remove(w->engine, target, w->at), 0);
    assert_int_equal(paused.notes.reasons[FLEET_REASON_CANCELLED], 1);
}

struct tabled {
    struct notes notes;
    uint32_t operation, rows;
    bool cancels;
};

static void count_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct tabled *tabled = context;
    assert_int_equal(rows[0].cells[0].type, FLEET_INTEGER32);
    tabled->rows += (uint32_t)count;
    if (tabled->cancels)
        (void)engine_cancel(tabled->notes.world->engine, tabled->operation,
                            tabled->notes.world->at);
}

static void a_table_hands_out_rows_and_may_be_cancelled_from_within(void **state) {
    struct world *w = *state;
    const struct fleet_column column = { .object = "n", .oid = "1.3.6.1.2.1.1.5" };
    const struct fleet_table table = { .columns = &column, .column_count = 1 };
    uint32_t target = plain_target(w, "192.0.2.1");
    for (int cancels = 0; cancels < 2; cancels++) {
        struct tabled t = { .notes.world = w, .cancels = cancels };
        const struct fleet_request_options o = { .done = note, .context = &t };
        assert_int_equal(engine_table(w->engine, target, &table, count_rows, &o, &t.operation,
                                      w->at), 0);
        turns_of_numbers(w, 30);
        assert_int_equal(t.notes.done, 1);
        assert_int_equal(t.notes.reasons[cancels ? FLEET_REASON_CANCELLED : FLEET_REASON_OK], 1);
        assert_int_equal(t.notes.last.rows, t.rows);
        if (cancels) assert_true(t.rows < 20 && t.rows > 0);
        else assert_int_equal(t.rows, 20);
    }
    struct tabled cut = { .notes.world = w };
    const struct fleet_request_options o = { .done = note, .context = &cut };
    assert_int_equal(engine_table(w->engine, target, &table, NULL, &o, NULL, w->at),
                     FLEET_E_INVALID);
    assert_int_equal(engine_table(w->engine, target, &table, count_rows, &o, NULL, w->at), 0);
    turns_of_numbers(w, 5);
    assert_int_equal(engine_target_remove(w->engine, target, w->at), 0);
    assert_int_equal(cut.notes.reasons[FLEET_REASON_CANCELLED], 1);
    assert_true(cut.rows > 0);  /* what was received is handed out */
}

/* Half a second between two datagrams, as a host might count them. */
static uint64_t police(void *context, const struct fleet_target *target, uint64_t now) {
    static uint64_t next_ns;
    struct world *w = context;
    assert_ptr_equal(w, &world);
    assert_string_equal(target->name, "192.0.2.1");
    uint64_t turn = next_ns > now ? next_ns : now;
    next_ns = turn + 500 * CLOCK_NS_PER_MS;
    return turn;
}

static void a_policer_says_when_each_datagram_goes(void **state) {
    struct world *w = *state;
    engine_free(w->engine, w->at);
    const struct engine_options o = { .sink = { w, take_rows, take_report, NULL }, .window = 64,
                                      .rto_floor_ns = 200 * CLOCK_NS_PER_MS,
                                      .secrets = secrets_of(3), .policer = police };
    assert_int_equal(engine_new(&w->engine, &o, w->at.now), 0);
    struct notes n = { .world = w };
    uint32_t target = plain_target(w, "192.0.2.1");
    for (int i = 0; i < 4; i++)
        assert_int_equal(ask(w, target, FLEET_PDU_GET,
                             (struct fleet_request_options){ .done = note, .context = &n }, NULL),
                         0);
    turn(w, CLOCK_NS_PER_MS);
    assert_int_equal(n.done, 1);
    for (int ms = 0; ms < 1400; ms += 10) turn(w, 10 * CLOCK_NS_PER_MS);
    assert_int_equal(n.done, 3);
    run_for(w, 1);
    assert_int_equal(n.reasons[FLEET_REASON_OK], 4);
}

/* Turns with an agent that speaks one version alone, -1: none, until @n has an end. */
static void run_with_agent_of(struct world *w, int32_t version, const uint32_t *done,
                              uint32_t want) {
    w->is_mute = true;
    for (int i = 0; i < 4000 && *done < want; i++) {
        turn(w, 10 * CLOCK_NS_PER_MS);
        for (uint32_t k = 0; k < w->count; k++) {
            struct message m;
            assert_int_equal(message_decode(span_of(w->slots[k].bytes, w->slots[k].length), &m), 0);
            if (m.version == version) answer(w, &w->slots[k]);
        }
    }
    assert_int_equal(*done, want);
}

static struct fleet_target_options undetected(struct world *w, const char *host) {
    const struct fleet_auth_options v3 = { .name = "user", .version = FLEET_V3, .user = "user" };
    struct fleet_target_options o = { .host = host, .detect_version = true, .retries = 1,
                                      .timeout_ns = 200 * CLOCK_NS_PER_MS };
    assert_int_equal(engine_auth_set(w->engine, &v3, &o.auth, NULL), 0);
    return o;
}

static void the_version_of_an_agent_is_found_by_asking(void **state) {
    struct world *w = *state;
    static const struct {
        int32_t speaks;
        enum fleet_version found;
        uint32_t requests;      /* until it answers: two for each that is silent */
    } cases[] = { { MESSAGE_V2C, FLEET_V2C, 3 }, { MESSAGE_V1, FLEET_V1, 5 } };
    for (int i = 0; i < 2; i++) {
        struct notes n = { .world = w };
        enum fleet_version version;
        uint32_t target = set(w, undetected(w, i == 0 ? "192.0.2.1" : "192.0.2.2"), FLEET_ADDED);
        const struct fleet_request_options o = { .done = note, .context = &n };
        assert_int_equal(engine_version_of(w->engine, target, &version), FLEET_E_UNKNOWN);
        assert_int_equal(version, FLEET_V3);
        assert_int_equal(ask(w, target, FLEET_PDU_GETBULK, o, NULL), 0);
        run_with_agent_of(w, cases[i].speaks, &n.done, 1);
        assert_int_equal(n.reasons[FLEET_REASON_OK], 1);
        assert_int_equal(n.last.requests, cases[i].requests);
        assert_int_equal(engine_version_of(w->engine, target, &version), 0);
        assert_int_equal(version, cases[i].found);
        /* It stays, also where it is silent for a while, and where its options change. */
        assert_int_equal(ask(w, target, FLEET_PDU_GET, o, NULL), 0);
        run_with_agent_of(w, -1, &n.done, 2);
        assert_int_equal(n.reasons[FLEET_REASON_TIMEOUT], 1);
        assert_int_equal(n.last.requests, 2);
        struct fleet_target_options changed = undetected(w, i == 0 ? "192.0.2.1" : "192.0.2.2");
        changed.window = 7;
        target = set(w, changed, FLEET_CHANGED);
        assert_int_equal(engine_version_of(w->engine, target, &version), 0);
        assert_int_equal(version, cases[i].found);
        assert_int_equal(engine_target_remove(w->engine, target, w->at), 0);
    }
}

static void who_speaks_no_version_is_silent_and_is_tried_anew(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    uint32_t target = set(w, undetected(w, "192.0.2.1"), FLEET_ADDED);
    const struct fleet_request_options o = { .done = note, .context = &n };
    for (int i = 0; i < 3; i++) assert_int_equal(ask(w, target, FLEET_PDU_GET, o, NULL), 0);
    run_with_agent_of(w, -1, &n.done, 3);
    assert_int_equal(n.reasons[FLEET_REASON_TIMEOUT], 3);
    assert_int_equal(ask(w, target, FLEET_PDU_GET, o, NULL), 0);
    run_with_agent_of(w, MESSAGE_V1, &n.done, 4);
    assert_int_equal(n.reasons[FLEET_REASON_OK], 1);
}

static void polls_walks_and_tables_find_the_version_too(void **state) {
    struct world *w = *state;
    struct fleet_target_options o = undetected(w, "192.0.2.1");
    o.modules = &w->module;
    o.module_count = 1;
    set(w, o, FLEET_ADDED);
    run_with_agent_of(w, MESSAGE_V1, &w->reports, 1);
    assert_int_equal(w->reasons[FLEET_REASON_OK], 1);

    const struct fleet_column column = { .object = "n", .oid = "1.3.6.1.2.1.1.5" };
    const struct fleet_table table = { .columns = &column, .column_count = 1 };
    struct tabled t = { .notes.world = w };
    const struct fleet_request_options options = { .done = note, .context = &t };
    uint32_t target = set(w, undetected(w, "192.0.2.2"), FLEET_ADDED);
    assert_int_equal(engine_table(w->engine, target, &table, count_rows, &options, &t.operation,
                                  w->at), 0);
    w->is_mute = true;
    for (int i = 0; i < 200 && t.notes.done == 0; i++) {
        turn(w, 10 * CLOCK_NS_PER_MS);
        struct message m;
        if (w->count == 0 ||
            message_decode(span_of(w->slots[0].bytes, w->slots[0].length), &m) != 0 ||
            m.version != MESSAGE_V1)
            continue;
        assert_int_equal(m.pdu.type, PDU_GETNEXT);
        answer_next_number(w);
    }
    assert_int_equal(t.notes.reasons[FLEET_REASON_OK], 1);
    assert_int_equal(t.rows, 20);
}

static void what_says_its_version_is_not_asked_for_it(void **state) {
    struct world *w = *state;
    uint32_t number;
    struct fleet_target_options o = { .host = "192.0.2.1", .detect_version = true,
                                      .version = FLEET_V1 };
    assert_int_equal(engine_target_set(w->engine, &o, &number, NULL, w->at), FLEET_E_INVALID);
    const struct fleet_auth_options v1 = { .name = "old", .version = FLEET_V1, .community = "x" };
    o = (struct fleet_target_options){ .host = "192.0.2.1", .detect_version = true };
    assert_int_equal(engine_auth_set(w->engine, &v1, &o.auth, NULL), 0);
    assert_int_equal(engine_target_set(w->engine, &o, &number, NULL, w->at), FLEET_E_INVALID);
}

/* Ten thousand operations are waiting: polls go on, each side getting its share of the window. */
static void operations_and_polls_share_the_window(void **state) {
    struct world *w = *state;
    enum { POLLED = 100, ASKED = 200, EACH = 50 };
    struct notes n = { .world = w };
    char host[32];
    for (int i = 0; i < POLLED; i++) {
        snprintf(host, sizeof(host), "10.0.0.%d", i + 1);
        set(w, options_of(w, host), FLEET_ADDED);
    }
    for (int i = 0; i < ASKED; i++) {
        snprintf(host, sizeof(host), "10.0.1.%d", i + 1);
        uint32_t target = plain_target(w, host);
        for (int k = 0; k < EACH; k++)
            assert_int_equal(ask(w, target, FLEET_PDU_GET,
                                 (struct fleet_request_options){ .done = note, .context = &n },
                                 NULL), 0);
    }
    uint32_t turns = 0;
    while (n.done < ASKED * EACH && turns < 100000) {
        turn(w, 10 * CLOCK_NS_PER_MS);
        turns++;
    }
    assert_int_equal(n.reasons[FLEET_REASON_OK], ASKED * EACH);
    assert_true(turns < 2 * ASKED * EACH / 64);  /* polls do not hold them up ... */
    assert_true(w->reports > 0);
    assert_true(w->largest_lag_ns <= 30 * (int64_t)CLOCK_NS_PER_MS);  /* ... nor they the polls */
    run_for(w, 20);
    assert_true(w->reasons[FLEET_REASON_OK] >= POLLED);
    assert_int_equal(w->reports, w->reasons[FLEET_REASON_OK]);
}

static void too_many_are_told(void **state) {
    struct world *w = *state;
    struct notes n = { .world = w };
    const struct fleet_request_options o = { .done = note, .context = &n };
    uint32_t target = plain_target(w, "192.0.2.1"), taken = 0;
    while (ask(w, target, FLEET_PDU_GET, o, NULL) == 0) taken++;
    assert_int_equal(taken, FLEET_OPERATIONS_MAX);
    assert_int_equal(ask(w, target, FLEET_PDU_GET, o, NULL), FLEET_E_FULL);
    assert_int_equal(engine_target_remove(w->engine, target, w->at), 0);
    assert_int_equal(n.reasons[FLEET_REASON_CANCELLED], FLEET_OPERATIONS_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_question_is_answered_once),
        TEST(what_cannot_be_asked_is_refused),
        TEST(silence_ends_as_a_time_out_after_its_own_retries),
        TEST(a_deadline_ends_it_even_while_it_waits),
        TEST(an_error_status_is_told),
        TEST(the_window_of_a_target_holds_and_all_are_answered),
        TEST(a_callback_may_ask_cancel_and_remove),
        TEST(removing_the_target_and_ending_the_fleet_cancel_it),
        TEST(a_host_name_is_looked_up_for_it_and_all_addresses_are_tried),
        TEST(a_host_name_without_address_ends_it_as_unreachable),
        TEST(a_walk_hands_out_what_it_finds_and_ends_once),
        TEST(a_walk_waits_for_its_reader),
        TEST(a_walk_may_be_cancelled_from_within_or_while_it_waits),
        TEST(a_table_hands_out_rows_and_may_be_cancelled_from_within),
        TEST(a_policer_says_when_each_datagram_goes),
        TEST(the_version_of_an_agent_is_found_by_asking),
        TEST(who_speaks_no_version_is_silent_and_is_tried_anew),
        TEST(polls_walks_and_tables_find_the_version_too),
        TEST(what_says_its_version_is_not_asked_for_it),
        TEST(operations_and_polls_share_the_window),
        TEST(too_many_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "sim/agent.h"
#include "sim/switch.h"
#include "wire/message.h"
#include "wire/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const char small_text[] =
    "1.3.6.1.2.1.1.1.0|4|small\n1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.2.2.1.1.1|2|1\n"
    "1.3.6.1.2.1.2.2.1.1.2|2|2\n1.3.6.1.2.1.2.2.1.1.3|2|3\n1.3.6.1.2.1.2.2.1.2.1|4|a\n"
    "1.3.6.1.2.1.2.2.1.2.2|4|b\n1.3.6.1.2.1.31.1.1.1.6.1|70|5000000000\n"
    "1.3.6.1.2.1.31.1.1.1.15.1|66|100\n";

struct fixture {
    struct devices devices;
    struct agents *agents;
    struct agent_request request;
    uint8_t reply[AGENT_BUFFER];
    uint8_t datagram[8192];
    struct message message;
    struct varbind varbinds[200];
    uint32_t count, length;
};

static struct fixture f;

static struct recording *recording_of(const char *text) {
    struct recording_builder b = RECORDING_BUILDER_NULL;
    struct recording_faults faults = { 0 };
    struct recording *r;
    recording_read(span_text(text), &b, &faults);
    assert_int_equal(faults.count, 0);
    assert_int_equal(recording_build(&b, &r), 0);
    return r;
}

static void start(void) {
    struct agents_options o = { .devices = &f.devices, .read_community = span_text("public"),
                                .write_community = span_text("private"), .seed = 1 };
    assert_int_equal(agents_new(&f.agents, &o), 0);
}

/* Agents that play small_text, with a context "7" that has one object. */
static int start_small(void **state) {
    (void)state;
    memset(&f, 0, sizeof(f));
    f.devices.list = calloc(1, sizeof(*f.devices.list));
    f.devices.count = 1;
    struct device *d = &f.devices.list[0];
    d->name = strdup("small");
    d->recording = recording_of(small_text);
    d->contexts = calloc(1, sizeof(*d->contexts));
    d->contexts[0] =
        (struct device_context){ strdup("7"), recording_of("1.3.6.1.2.1.1.1.0|4|vlan 7\n") };
    d->contexts[0].recording->id = 1;
    d->context_count = 1;
    start();
    return 0;
}

static int start_switch(void **state) {
    (void)state;
    memset(&f, 0, sizeof(f));
    assert_int_equal(devices_add_switch(&f.devices, 48, 0), 0);
    start();
    return 0;
}

static int stop(void **state) {
    (void)state;
    agents_free(f.agents);
    devices_deinit(&f.devices);
    return 0;
}

/* Send @length bytes of f.datagram; the decoded answer is in f. Returns its length. */
static uint32_t send_datagram(struct span datagram) {
    f.request.datagram = datagram;
    f.count = 0;
    f.length = agent_answer(f.agents, &f.request, f.reply);
    if (f.length == 0) return 0;
    assert_int_equal(message_decode(span_of(f.reply, f.length), &f.message), 0);
    assert_int_equal(f.message.lenient, 0);
    assert_int_equal(f.message.pdu.type, PDU_RESPONSE);
    assert_int_equal(f.message.pdu.request_id, 12345);
    struct ber_reader r = BER_READER(f.message.pdu.varbinds);
    while (f.count < 200 && varbind_next(&r, &f.varbinds[f.count])) f.count++;
    assert_int_equal(r.error, 0);
    assert_int_equal(r.lenient, 0);
    return f.length;
}

struct ask {
    const char *community;
    int version, type, first, second;  /* the latter: non-repeaters and max-repetitions */
    const char *oids[8];
    const struct fleet_value *values;  /* of a SET */
};

static uint32_t ask(struct ask a) {
    struct ber_writer w = BER_WRITER(f.datagram, sizeof(f.datagram));
    size_t count = 0;
    while (count < 8 && a.oids[count] != NULL) count++;
    while (count-- > 0) {
        uint8_t oid[FLEET_OID_BYTES_MAX];
        int length = oid_parse(span_text(a.oids[count]), oid);
        struct fleet_value null = { .type = FLEET_NULL };
        varbind_write(&w, span_of(oid, (size_t)length),
                      a.values == NULL ? &null : &a.values[count]);
    }
    uint8_t header[MESSAGE_COMMUNITY_MAX + 8];
    size_t header_length = message_community_header(
        a.version, span_text(a.community == NULL ? "public" : a.community), header);
    struct pdu pdu = { .type = (uint8_t)a.type,
                       .request_id = 12345,
                       .error_status = a.first,
                       .error_index = a.second };
    message_write_v2c(&w, span_of(header, header_length), &pdu);
    assert_int_equal(w.error, 0);
    return send_datagram(ber_written(&w));
}

static void assert_oid(uint32_t index, const char *expected) {
    char text[FLEET_OID_TEXT_MAX];
    assert_true(index < f.count);
    size_t length = oid_format(f.varbinds[index].oid, text);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length);
}

static void assert_error(int status, int index) {
    assert_true(f.length > 0);
    assert_int_equal(f.message.pdu.error_status, status);
    assert_int_equal(f.message.pdu.error_index, index);
}

static void assert_text(uint32_t index, const char *text) {
    assert_true(index < f.count);
    assert_int_equal(f.varbinds[index].value.type, FLEET_OCTET_STRING);
    assert_int_equal(f.varbinds[index].value.length, strlen(text));
    assert_memory_equal(f.varbinds[index].value.bytes, text, strlen(text));
}

static void get_gives_values_and_exceptions_in_v2c(void **state) {
    (void)state;
    ask((struct ask){ .version = 1,
                      .type = PDU_GET,
                      .oids = { "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.2.2.1.1.9", "1.3.6.1.9" } });
    assert_error(0, 0);
    assert_int_equal(f.count, 3);
    assert_text(0, "small");
    assert_int_equal(f.varbinds[1].value.type, FLEET_NO_SUCH_INSTANCE);
    assert_int_equal(f.varbinds[2].value.type, FLEET_NO_SUCH_OBJECT);
    assert_oid(2, "1.3.6.1.9");
}

static void get_fails_as_a_whole_in_v1(void **state) {
    (void)state;
    ask((struct ask){
        .version = 0, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.1.0", "1.3.6.1.9" } });
    assert_error(ERROR_NO_SUCH_NAME, 2);
    assert_int_equal(f.count, 2);
    assert_int_equal(f.varbinds[0].value.type, FLEET_NULL);
    ask((struct ask){ .version = 0, .type = PDU_GET, .oids = { "1.3.6.1.2.1.31.1.1.1.6.1" } });
    assert_error(ERROR_NO_SUCH_NAME, 1);
}

static void getnext_goes_to_the_next_object_wherever_it_starts(void **state) {
    (void)state;
    ask((struct ask){
        .version = 1,
        .type = PDU_GETNEXT,
        .oids = { "0.0", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2", "1.3.6.1.2.1.31.1.1.1.15.1" } });
    assert_error(0, 0);
    assert_oid(0, "1.3.6.1.2.1.1.1.0");
    assert_oid(1, "1.3.6.1.2.1.1.3.0");
    assert_oid(2, "1.3.6.1.2.1.1.3.0");
    assert_oid(3, "1.3.6.1.2.1.31.1.1.1.15.1");
    assert_int_equal(f.varbinds[3].value.type, FLEET_END_OF_MIB_VIEW);
}

static void getnext_of_v1_steps_over_counter64_and_ends_with_an_error(void **state) {
    (void)state;
    ask((struct ask){ .version = 0,
                      .type = PDU_GETNEXT,
                      .oids = { "1.3.6.1.2.1.2.2.1.2.2", "1.3.6.1.2.1.31.1.1.1.6" } });
    assert_error(0, 0);
    assert_oid(0, "1.3.6.1.2.1.31.1.1.1.15.1");
    assert_oid(1, "1.3.6.1.2.1.31.1.1.1.15.1");
    ask((struct ask){ .version = 0, .type = PDU_GETNEXT, .oids = { "1.3.6.1.2.1.31.1.1.1.15.1" } });
    assert_error(ERROR_NO_SUCH_NAME, 1);
}

static void getbulk_of_one_column_is_a_run(void **state) {
    (void)state;
    ask((struct ask){
        .version = 1, .type = PDU_GETBULK, .second = 3, .oids = { "1.3.6.1.2.1.2.2.1.1" } });
    assert_int_equal(f.count, 3);
    assert_oid(0, "1.3.6.1.2.1.2.2.1.1.1");
    assert_oid(2, "1.3.6.1.2.1.2.2.1.1.3");
    ask((struct ask){
        .version = 1, .type = PDU_GETBULK, .second = 50, .oids = { "1.3.6.1.2.1.2.2.1.2.2" } });
    assert_int_equal(f.count, 3);  /* the end is told once */
    assert_oid(2, "1.3.6.1.2.1.31.1.1.1.15.1");
    assert_int_equal(f.varbinds[2].value.type, FLEET_END_OF_MIB_VIEW);
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 50, .oids = { "1.3.6.1.3" } });
    assert_int_equal(f.count, 1);
    assert_oid(0, "1.3.6.1.3");
}

static void getbulk_interleaves_columns_row_by_row(void **state) {
    (void)state;
    ask((struct ask){ .version = 1,
                      .type = PDU_GETBULK,
                      .first = 1,
                      .second = 2,
                      .oids = { "1.3.6.1.2.1.1.3", "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2",
                                "1.3.6.1.2.1.31.1.1.1.15" } });
    static const char *const expected[] = { "1.3.6.1.2.1.1.3.0",        "1.3.6.1.2.1.2.2.1.1.1",
                                            "1.3.6.1.2.1.2.2.1.2.1",    "1.3.6.1.2.1.31.1.1.1.15.1",
                                            "1.3.6.1.2.1.2.2.1.1.2",    "1.3.6.1.2.1.2.2.1.2.2",
                                            "1.3.6.1.2.1.31.1.1.1.15.1" };
    assert_int_equal(f.count, 7);
    for (uint32_t i = 0; i < 7; i++) assert_oid(i, expected[i]);
    assert_int_equal(f.varbinds[6].value.type, FLEET_END_OF_MIB_VIEW);
}

static void getbulk_takes_odd_counts_as_the_rfc_says(void **state) {
    (void)state;
    ask((struct ask){ .version = 1,
                      .type = PDU_GETBULK,
                      .first = -5,
                      .second = -1,
                      .oids = { "1.3.6.1.2.1.1" } });
    assert_error(0, 0);
    assert_int_equal(f.count, 0);
    ask((struct ask){
        .version = 1, .type = PDU_GETBULK, .first = 99, .second = 7, .oids = { "1.3.6.1.2.1.1" } });
    assert_int_equal(f.count, 1);
    ask((struct ask){ .version = 1,
                      .type = PDU_GETBULK,
                      .first = 0,
                      .second = INT32_MAX,
                      .oids = { "1.3.6.1.2.1.1" } });
    assert_int_equal(f.count, 10);
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 5 });
    assert_int_equal(f.count, 0);
}

static void replies_stay_below_the_longest_one(void **state) {
    (void)state;
    agents_free(f.agents);
    struct agents_options o = { .devices = &f.devices, .read_community = span_text("public"),
                                .write_community = span_text("private"), .reply_max = 150 };
    assert_int_equal(agents_new(&f.agents, &o), 0);
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 50, .oids = { "1.3.6.1.2.1" } });
    assert_error(0, 0);
    assert_in_range(f.count, 3, 8);
    assert_in_range(f.length, 90, 150);
    struct ask many = { .version = 1,
                        .type = PDU_GET,
                        .oids = { "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.0",
                                  "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.0",
                                  "1.3.6.1.2.1.1.1.0" } };
    ask(many);
    assert_error(ERROR_TOO_BIG, 0);
    assert_int_equal(f.count, 0);
}

static void the_fault_toobig_refuses_getbulk_as_well(void **state) {
    (void)state;
    f.request.too_big_above = 100;
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 50, .oids = { "1.3.6.1.2.1" } });
    assert_error(ERROR_TOO_BIG, 0);
    assert_int_equal(f.count, 0);
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 2, .oids = { "1.3.6.1.2.1" } });
    assert_error(0, 0);
    assert_int_equal(f.count, 2);
}

static void the_fault_loop_throws_walks_back(void **state) {
    (void)state;
    agents_free(f.agents);
    devices_deinit(&f.devices);
    start_switch(NULL);
    f.request.loop_after = 30;
    struct recording *r = f.devices.list[0].recording;
    char last[FLEET_OID_TEXT_MAX] = { 0 }, back[FLEET_OID_TEXT_MAX] = { 0 };
    oid_format(recording_oid(r, 29), last);
    oid_format(recording_oid(r, 29 - AGENT_LOOP_BACK), back);
    ask((struct ask){ .version = 1, .type = PDU_GETNEXT, .oids = { last } });
    assert_oid(0, back);
    ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 100, .oids = { "1.3" } });
    assert_int_equal(f.count, 100);
    assert_oid(29, last);
    assert_oid(30, back);
    assert_oid(30 + AGENT_LOOP_BACK, last);
}

static void communities_open_the_device_and_its_contexts(void **state) {
    (void)state;
    struct ask a = { .version = 1, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.1.0" } };
    a.community = "public@7";
    ask(a);
    assert_text(0, "vlan 7");
    a.community = "private";
    ask(a);
    assert_text(0, "small");
    static const char *const wrong[] = { "", "publi", "publicx", "public@8", "public@", "Public" };
    for (size_t i = 0; i < 6; i++) {
        a.community = wrong[i];
        assert_int_equal(ask(a), 0);
    }
    assert_int_equal(agents_stats(f.agents)->wrong_community, 6);
}

static void what_is_no_request_gets_no_answer(void **state) {
    (void)state;
    assert_int_equal(ask((struct ask){ .version = 0, .type = PDU_GETBULK, .oids = { "1.3" } }), 0);
    assert_int_equal(ask((struct ask){ .version = 1, .type = PDU_RESPONSE, .oids = { "1.3" } }), 0);
    assert_int_equal(ask((struct ask){ .version = 1, .type = PDU_INFORM, .oids = { "1.3" } }), 0);
    assert_int_equal(agents_stats(f.agents)->unsupported, 3);
    assert_int_equal(send_datagram(span_text("rubbish")), 0);
    assert_int_equal(send_datagram(SPAN_NULL), 0);
    assert_int_equal(agents_stats(f.agents)->malformed, 2);
}

static struct fleet_value text_value(const char *text) {
    return (struct fleet_value){ .type = FLEET_OCTET_STRING,
                                 .length = (uint32_t)strlen(text),
                                 .bytes = (const uint8_t *)text };
}

static uint32_t set(const char *community, int version, const char *oid, struct fleet_value value) {
    return ask((struct ask){ .community = community,
                             .version = version,
                             .type = PDU_SET,
                             .oids = { oid },
                             .values = &value });
}

static void set_changes_one_agent_and_no_other(void **state) {
    (void)state;
    set("private", 1, "1.3.6.1.2.1.1.1.0", text_value("changed"));
    assert_error(0, 0);
    assert_text(0, "changed");
    struct ask a = { .version = 1, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.1.0" } };
    ask(a);
    assert_text(0, "changed");
    ask((struct ask){
        .version = 1, .type = PDU_GETBULK, .second = 2, .oids = { "1.3.6.1.2.1.1" } });
    assert_text(0, "changed");
    f.request.agent = 1;
    ask(a);
    assert_text(0, "small");
    f.request.agent = 0;
    a.community = "public@7";
    ask(a);
    assert_text(0, "vlan 7");
    set("private", 1, "1.3.6.1.2.1.1.1.0", text_value(""));
    ask((struct ask){ .version = 1, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.1.0" } });
    assert_text(0, "");
}

static void set_is_refused_for_the_right_reason(void **state) {
    (void)state;
    static const struct {
        const char *community, *oid;
        int32_t status, status_v1;
        bool is_number;
    } cases[] = {
        { "public", "1.3.6.1.2.1.1.5.0", ERROR_NO_ACCESS, ERROR_NO_SUCH_NAME, false },
        { "private", "1.3.6.1.2.1.1.5.1", ERROR_NO_CREATION, ERROR_NO_SUCH_NAME, false },
        { "private", "1.3.6.1.2.1.1.1.0", ERROR_NOT_WRITABLE, ERROR_NO_SUCH_NAME, false },
        { "private", "1.3.6.1.2.1.1.5.0", ERROR_WRONG_TYPE, ERROR_BAD_VALUE, true },
        { "private", "1.3.6.1.2.1.31.1.1.1.18.1", ERROR_WRONG_LENGTH, ERROR_BAD_VALUE, false },
        { "private", "1.3.6.1.2.1.2.2.1.7.1", ERROR_WRONG_VALUE, ERROR_BAD_VALUE, true },
    };
    struct fleet_value number = { .type = FLEET_INTEGER32, .integer = 4 };
    struct fleet_value text =
        text_value("seventy octets are more than the sixty-four that an interface's alias has");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        set(cases[i].community, 1, cases[i].oid, cases[i].is_number ? number : text);
        assert_error(cases[i].status, 1);
        set(cases[i].community, 0, cases[i].oid, cases[i].is_number ? number : text);
        assert_error(cases[i].status_v1, 1);
    }
}

static void set_is_all_or_nothing(void **state) {
    (void)state;
    struct fleet_value values[] = { text_value("new"), text_value("new") };
    ask((struct ask){ .community = "private", .version = 1, .type = PDU_SET, .values = values,
                      .oids = { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.1.0" } });
    assert_error(ERROR_NOT_WRITABLE, 2);
    ask((struct ask){ .version = 1, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.5.0" } });
    assert_text(0, "switch-00001");
    ask((struct ask){ .community = "private", .version = 1, .type = PDU_SET, .values = values,
                      .oids = { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0" } });
    assert_error(0, 0);
    ask((struct ask){
        .version = 1, .type = PDU_GET, .oids = { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0" } });
    assert_text(0, "new");
    assert_text(1, "new");
}

static void switches_differ_and_their_counters_agree(void **state) {
    (void)state;
    f.request.agent = 122;
    struct ask a = { .version = 1,
                     .type = PDU_GET,
                     .oids = { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.31.1.1.1.6.49",
                               "1.3.6.1.2.1.2.2.1.10.49", "1.3.6.1.2.1.1.3.0" } };
    ask(a);
    assert_text(0, "switch-00123");
    uint64_t octets = f.varbinds[1].value.counter, ticks = f.varbinds[3].value.counter;
    assert_int_equal(f.varbinds[1].value.type, FLEET_COUNTER64);
    assert_int_equal(f.varbinds[2].value.type, FLEET_COUNTER32);
    assert_true((octets & UINT32_MAX) == f.varbinds[2].value.counter);
    f.request.now += UINT64_C(10000000000);
    ask(a);
    assert_true(f.varbinds[3].value.counter == ticks + 1000);
    assert_in_range(f.varbinds[1].value.counter - octets, 20000, 11000000);
    f.request.agent = 1000000;
    ask(a);
    assert_text(0, "switch-1000001");
}

static void the_whole_switch_can_be_walked(void **state) {
    (void)state;
    struct recording *r = f.devices.list[0].recording;
    assert_true(recording_check(r));
    char from[FLEET_OID_TEXT_MAX] = "0.0";
    uint32_t seen = 0;
    for (;;) {
        ask((struct ask){ .version = 1, .type = PDU_GETBULK, .second = 60, .oids = { from } });
        for (uint32_t i = 0; i < f.count && f.varbinds[i].value.type != FLEET_END_OF_MIB_VIEW;
             i++, seen++) {
            assert_true(span_equal(f.varbinds[i].oid, recording_oid(r, seen)));
            assert_int_equal(f.varbinds[i].value.type, recording_type(r, seen));
        }
        if (f.varbinds[f.count - 1].value.type == FLEET_END_OF_MIB_VIEW) break;
        from[oid_format(f.varbinds[f.count - 1].oid, from)] = '\0';
    }
    assert_int_equal(seen, r->count);
}

int main(void) {
#define SMALL(test) cmocka_unit_test_setup_teardown(test, start_small, stop)
#define SWITCH(test) cmocka_unit_test_setup_teardown(test, start_switch, stop)
    const struct CMUnitTest tests[] = {
        SMALL(get_gives_values_and_exceptions_in_v2c),
        SMALL(get_fails_as_a_whole_in_v1),
        SMALL(getnext_goes_to_the_next_object_wherever_it_starts),
        SMALL(getnext_of_v1_steps_over_counter64_and_ends_with_an_error),
        SMALL(getbulk_of_one_column_is_a_run),
        SMALL(getbulk_interleaves_columns_row_by_row),
        SMALL(getbulk_takes_odd_counts_as_the_rfc_says),
        SMALL(replies_stay_below_the_longest_one),
        SMALL(the_fault_toobig_refuses_getbulk_as_well),
        SMALL(the_fault_loop_throws_walks_back),
        SMALL(communities_open_the_device_and_its_contexts),
        SMALL(what_is_no_request_gets_no_answer),
        SMALL(set_changes_one_agent_and_no_other),
        SWITCH(set_is_refused_for_the_right_reason),
        SWITCH(set_is_all_or_nothing),
        SWITCH(switches_differ_and_their_counters_agree),
        SWITCH(the_whole_switch_can_be_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

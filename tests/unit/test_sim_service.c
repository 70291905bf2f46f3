/* How simulated agents work on requests, in virtual time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/prng.h"
#include "sim/simulator.h"
#include "sim/switch.h"
#include "wire/message.h"
#include "wire/oid.h"

#define MS UINT64_C(1000000)
#define S UINT64_C(1000000000)
#define STARTED (123 * S + 7)

static struct service *service_of(struct service_options o) {
    struct service *s;
    if (o.servers == 0) o.servers = 1;
    o.started = STARTED;
    assert_int_equal(service_new(&s, &o, 3), 0);
    return s;
}

/* When a request to agent 1 that comes at @at since the start is done; 0: it is dropped. */
static uint64_t done_at(struct service *s, uint64_t at, uint64_t objects_ns) {
    uint64_t start;
    if (!service_admit(s, 1, STARTED + at, &start)) return 0;
    assert_true(start >= STARTED + at);
    return service_take(s, 1, start, objects_ns) - STARTED;
}

static void one_server_works_on_one_request_after_the_other(void **state) {
    (void)state;
    struct service *s = service_of((struct service_options){ .capacity = 100, .queue = 10 });
    for (uint64_t i = 1; i <= 5; i++) assert_int_equal(done_at(s, 0, 0), i * 10 * MS);
    assert_int_equal(done_at(s, 25 * MS, 0), 60 * MS);
    assert_int_equal(done_at(s, 100 * MS, 0), 110 * MS);
    uint64_t start;
    /* each agent has its own queue */
    assert_true(service_admit(s, 2, STARTED + 100 * MS, &start));
    assert_int_equal(start, STARTED + 100 * MS);
    service_free(s);
}

static void parallel_servers_have_the_same_capacity_in_all(void **state) {
    (void)state;
    struct service *s =
        service_of((struct service_options){ .capacity = 100, .servers = 4, .queue = 10 });
    for (uint64_t i = 0; i < 12; i++) assert_int_equal(done_at(s, 0, 0), (i / 4 + 1) * 40 * MS);
    service_free(s);
}

static void what_comes_to_a_full_queue_is_dropped(void **state) {
    (void)state;
    struct service *s = service_of((struct service_options){ .capacity = 100, .queue = 2 });
    assert_int_equal(done_at(s, 0, 0), 10 * MS);
    assert_int_equal(done_at(s, 0, 0), 20 * MS);
    assert_int_equal(done_at(s, 0, 0), 30 * MS);
    assert_int_equal(done_at(s, 0, 0), 0);
    assert_int_equal(done_at(s, 10 * MS - 1, 0), 0);
    assert_int_equal(done_at(s, 10 * MS, 0), 40 * MS);
    assert_int_equal(done_at(s, 10 * MS, 0), 0);
    service_free(s);
    s = service_of((struct service_options){ .capacity = 100, .servers = 2, .queue = 0 });
    assert_int_equal(done_at(s, 0, 0), 20 * MS);
    assert_int_equal(done_at(s, 0, 0), 20 * MS);
    assert_int_equal(done_at(s, 0, 0), 0);
    service_free(s);
}

static void a_request_that_is_not_taken_costs_nothing(void **state) {
    (void)state;
    struct service *s = service_of((struct service_options){ .capacity = 100, .queue = 2 });
    uint64_t start;
    for (int i = 0; i < 10; i++) assert_true(service_admit(s, 1, STARTED, &start));
    assert_int_equal(done_at(s, 0, 0), 10 * MS);
    service_free(s);
}

/* Mean time in the system of random arrivals at @rate, and the mean of the load at the end. */
static double mean_time(struct service_options o, double rate, uint32_t requests,
                        double *ret_load) {
    struct service *s = service_of(o);
    struct prng p;
    prng_init(&p, 5);
    double at = 0, sum = 0, loads = 0;
    for (uint32_t i = 0; i < requests; i++) {
        at += -log1p(-prng_unit(&p)) / rate * 1e9;
        sum += (double)(done_at(s, (uint64_t)at, 0) - (uint64_t)at);
        loads += service_load_at(s, 1, STARTED + (uint64_t)at).busy;
    }
    service_free(s);
    *ret_load = loads / requests;
    return sum / requests / 1e9;
}

static void near(double value, double expected, double share) {
    if (fabs(value - expected) <= share * expected) return;
    print_message("%g is not near %g\n", value, expected);
    fail();
}

static void times_and_load_are_those_of_queueing_theory(void **state) {
    (void)state;
    struct service_options o = { .capacity = 100, .queue = SERVICE_QUEUE_MAX, .seed = 3 };
    double load;
    near(mean_time(o, 70, 200000, &load), 0.01 + 0.7 * 0.01 / (2 * 0.3), 0.03);  /* M/D/1 */
    near(load, 0.7, 0.02);
    o.is_exponential = true;
    near(mean_time(o, 70, 400000, &load), 0.01 / 0.3, 0.05);                     /* M/M/1 */
    near(load, 0.7, 0.02);
    o.servers = 2;                                                               /* M/M/2 */
    near(mean_time(o, 70, 400000, &load), 0.02 / (1 - 0.7 * 0.7), 0.05);
    near(load, 0.7, 0.02);
}

static struct span varbinds_of(const char *const *oids, uint8_t type, uint8_t *bytes, size_t room) {
    struct ber_writer w = BER_WRITER(bytes, room);
    for (; *oids != NULL; oids++) {
        uint8_t oid[FLEET_OID_BYTES_MAX];
        int length = oid_parse(span_text(*oids), oid);
        struct fleet_value value = { .type = type };
        varbind_write(&w, span_of(oid, (size_t)length), &value);
    }
    return ber_written(&w);
}

static void objects_cost_what_the_longest_oid_says(void **state) {
    (void)state;
    struct service_options o = { .servers = 1, .queue = 9, .object_ns = 1 };
    assert_int_equal(service_add_cost(&o, "1.3.6.1.2.1.2.2.1.10", 2 * MS), 0);
    assert_int_equal(service_add_cost(&o, "1.3.6.1.2.1.2", 100), 0);
    assert_int_equal(service_add_cost(&o, ".1.3.6.1.2.1.2.2.1.10.7", 5 * MS), 0);
    assert_int_equal(service_add_cost(&o, "ifInOctets", 5 * MS), -EINVAL);
    assert_true(service_is_on(&o));
    struct service *s = service_of(o);
    uint8_t bytes[512];
    const char *const oids[] = { "1.3.6.1.2.1.2.2.1.10.1", "1.3.6.1.2.1.2.2.1.10.7",
                                 "1.3.6.1.2.1.2.2.1.1.1",  "1.3.6.1.2.1.2.2.1.100.1",
                                 "1.3.6.1.2.1.20.1",       NULL };
    struct span varbinds = varbinds_of(oids, FLEET_COUNTER32, bytes, sizeof(bytes));
    assert_int_equal(service_objects_ns(s, varbinds), 7 * MS + 100 + 100 + 1);
    varbinds = varbinds_of(oids, FLEET_END_OF_MIB_VIEW, bytes, sizeof(bytes));
    assert_int_equal(service_objects_ns(s, varbinds), 0);
    assert_int_equal(done_at(s, 0, 7 * MS), 7 * MS);
    assert_int_equal(done_at(s, 0, 1), 7 * MS + 1);
    service_free(s);
    while (o.cost_count < SERVICE_COSTS_MAX) service_add_cost(&o, "1.3", 1);
    assert_int_equal(service_add_cost(&o, "1.3", 1), -ENOSPC);
    assert_false(service_is_on(&(struct service_options){ .servers = 4, .queue = 3 }));
}

static bool model_is_paused(const struct pauses *p, uint64_t t) {
    bool repeated = p->length_ns > 0 && t >= p->every_ns && t % p->every_ns < p->length_ns;
    return repeated || (t >= p->once_at_ns && t < p->once_at_ns + p->once_ns);
}

static void pauses_are_those_of_a_model_that_counts_each_nanosecond(void **state) {
    (void)state;
    static const struct pauses cases[] = {
        { 0 }, { 7, 3, 0, 0 }, { 2, 1, 0, 0 }, { 0, 0, 20, 15 }, { 7, 3, 20, 15 }, { 7, 3, 22, 1 },
        { 10, 9, 1, 5 }, { 50, 20, 45, 60 },
    };
    enum { END = 200 };
    for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
        const struct pauses *p = &cases[c];
        uint64_t paused = 0;
        for (uint64_t t = 0; t < END; t++) {
            assert_int_equal(pauses_before(p, t), paused);
            paused += model_is_paused(p, t);
            uint64_t at = t;
            for (uint64_t work = 1; work <= 20; work++) {
                while (model_is_paused(p, at)) at++;
                if (work == 1) assert_int_equal(pauses_end(p, t), at);
                at++;
                assert_int_equal(pauses_finish(p, t, work), at);
            }
            assert_int_equal(pauses_finish(p, t, 0), t);
        }
    }
}

static void requests_wait_while_the_agent_stands_still(void **state) {
    (void)state;
    struct service_options o = { .capacity = 100, .queue = 3 };
    o.pauses = (struct pauses){ .once_at_ns = S, .once_ns = S };
    struct service *s = service_of(o);
    assert_int_equal(done_at(s, 500 * MS, 0), 510 * MS);
    assert_int_equal(done_at(s, 995 * MS, 0), 2 * S + 5 * MS);  /* half of it was done before */
    assert_int_equal(done_at(s, 1200 * MS, 0), 2 * S + 15 * MS);
    assert_int_equal(done_at(s, 1300 * MS, 0), 2 * S + 25 * MS);
    assert_int_equal(done_at(s, 1400 * MS, 0), 2 * S + 35 * MS);
    assert_int_equal(done_at(s, 1500 * MS, 0), 0);
    assert_int_equal(done_at(s, 3 * S, 0), 3 * S + 10 * MS);
    service_free(s);
    o.capacity = 0;
    o.pauses = (struct pauses){ .every_ns = S, .length_ns = 100 * MS };
    s = service_of(o);
    assert_int_equal(done_at(s, 50 * MS, 0), 50 * MS);
    assert_int_equal(done_at(s, 2 * S + 50 * MS, 0), 2 * S + 100 * MS);
    assert_int_equal(done_at(s, 2 * S + 100 * MS, 0), 2 * S + 100 * MS);
    service_free(s);
}

static void the_load_is_the_share_of_the_last_seconds_that_was_worked(void **state) {
    (void)state;
    struct service *s =
        service_of((struct service_options){ .capacity = 100, .servers = 2, .queue = 1000 });
    assert_true(service_load_at(s, 1, STARTED).busy == 0);
    uint64_t at = 0;
    for (; at < 5 * S; at += 20 * MS) assert_int_equal(done_at(s, at, 0), at + 20 * MS);
    near(service_load_at(s, 1, STARTED + at).busy, 0.5, 0.001);  /* one of two servers */
    near(service_load_at(s, 1, STARTED + at + S).busy, 0.25, 0.03);
    near((double)service_load_at(s, 1, STARTED + at).busy_ns, 5e9, 1e-6);
    near((double)service_load_at(s, 1, STARTED + at).idle_ns, 5e9, 1e-6);
    for (int i = 0; i < 500; i++) assert_true(done_at(s, at, 0) > 0);  /* 5 s of work */
    near(service_load_at(s, 1, STARTED + at + S).busy, 0.75, 0.03);
    near(service_load_at(s, 1, STARTED + at + 4 * S).busy, 1, 1e-6);
    uint64_t later = at + 100 * S;
    assert_int_equal(done_at(s, later, 0), later + 20 * MS);
    struct service_load load = service_load_at(s, 1, STARTED + later);
    assert_true(load.busy == 0);
    assert_int_equal(load.busy_ns + load.idle_ns, 2 * later);
    near((double)load.busy_ns, 5e9 + 10e9, 1e-6);
    service_free(s);
}

static void pauses_count_as_work(void **state) {
    (void)state;
    struct service_options o = { .capacity = 100, .queue = 3 };
    o.pauses = (struct pauses){ .every_ns = S, .length_ns = 200 * MS };
    struct service *s = service_of(o);
    for (uint64_t at = 500 * MS; at < 10 * S; at += S) assert_true(done_at(s, at, 290 * MS) > 0);
    near(service_load_at(s, 1, STARTED + 10 * S).busy, 0.5, 0.01);
    service_free(s);
}

/* A simulator, and a client with a socket of its own. */
struct place {
    struct devices devices;
    struct simulator *simulator;
    int client;
};

static void begin(struct place *p, const struct service_options *service, double delay) {
    *p = (struct place){ .devices = { 0 } };
    assert_int_equal(devices_add_switch(&p->devices, 2, service->servers), 0);
    struct simulator_options options = {
        .first = address_ip4(0x7f000317, 0),
        .agents = 1,
        .backend = NET_MMSG,
        .service = *service,
        .answers = { .devices = &p->devices, .read_community = span_text("public") },
    };
    options.faults.of[FAULT_DELAY].share = delay > 0;
    options.faults.of[FAULT_DELAY].value = delay;
    assert_int_equal(simulator_new(&p->simulator, &options, STARTED), 0);
    struct address to = simulator_address(p->simulator, 0);
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(to.port) };
    memcpy(&name.sin_addr, to.bytes, 4);
    p->client = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(connect(p->client, (struct sockaddr *)&name, sizeof(name)), 0);
}

static void end(struct place *p) {
    simulator_free(p->simulator);
    devices_deinit(&p->devices);
    close(p->client);
}

static void ask(const struct place *p, const char *oid_text) {
    uint8_t bytes[256], oid[FLEET_OID_BYTES_MAX], header[MESSAGE_COMMUNITY_MAX + 8];
    struct ber_writer w = BER_WRITER(bytes, sizeof(bytes));
    varbind_write_null(&w, span_of(oid, (size_t)oid_parse(span_text(oid_text), oid)), SPAN_NULL);
    size_t length = message_community_header(MESSAGE_V2C, span_text("public"), header);
    message_write_v2c(&w, span_of(header, length), &(struct pdu){ .type = PDU_GET,
                                                                  .request_id = 77 });
    struct span message = ber_written(&w);
    assert_int_equal(send(p->client, message.bytes, message.length, 0), message.length);
}

static void step(struct place *p, uint64_t at) {
    for (int i = 0; i < 3; i++) assert_int_equal(simulator_step(p->simulator, STARTED + at), 0);
}

/* How many answers have come; *ret_value is the number in the last one. */
static int answers(const struct place *p, int64_t *ret_value) {
    uint8_t bytes[1500];
    int count = 0;
    ssize_t length;
    while ((length = recv(p->client, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
        struct message m;
        struct varbind varbind;
        assert_int_equal(message_decode(span_of(bytes, (size_t)length), &m), 0);
        struct ber_reader r = BER_READER(m.pdu.varbinds);
        assert_true(varbind_next(&r, &varbind));
        bool is_signed = varbind.value.type == FLEET_INTEGER32;
        *ret_value = is_signed ? varbind.value.integer : (int64_t)varbind.value.counter;
        count++;
    }
    return count;
}

static const char uptime[] = "1.3.6.1.2.1.1.3.0";

static void a_reply_leaves_at_the_moment_at_which_its_work_is_done(void **state) {
    (void)state;
    struct place p;
    int64_t value, first = 0;
    for (int has_delay = 0; has_delay < 2; has_delay++) {
        uint64_t delay = has_delay ? 3 * MS : 0;
        begin(&p, &(struct service_options){ .capacity = 100, .servers = 1, .queue = 3 },
              (double)delay);
        for (int i = 0; i < 6; i++) ask(&p, uptime);
        step(&p, 0);
        assert_int_equal(answers(&p, &value), 0);
        for (uint64_t i = 1; i <= 4; i++) {
            uint64_t due = STARTED + i * 10 * MS + delay;
            assert_true(simulator_deadline_ns(p.simulator) <= due);
            assert_true(simulator_deadline_ns(p.simulator) > due - MS);
            step(&p, i * 10 * MS + delay - 1);
            assert_int_equal(answers(&p, &value), 0);
            step(&p, i * 10 * MS + delay);
            assert_int_equal(answers(&p, &value), 1);
            if (i == 1) first = value;
            assert_int_equal(value, first + (int64_t)i - 1);  /* read when the work begins */
        }
        assert_true(simulator_deadline_ns(p.simulator) == UINT64_MAX);
        struct simulator_stats stats;
        simulator_get_stats(p.simulator, &stats);
        assert_int_equal(stats.queue_full, 2);
        assert_int_equal(stats.answers.replies, 4);
        end(&p);
    }
}

static int64_t value_at(struct place *p, const char *oid, uint64_t at) {
    int64_t value = -1;
    ask(p, oid);
    step(p, at);
    step(p, at + 10 * S);
    assert_int_equal(answers(p, &value), 1);
    return value;
}

static void the_processors_of_a_switch_follow_the_load(void **state) {
    (void)state;
    static const struct {
        const char *oid;
        int64_t expected, within;
    } objects[] = {
        { "1.3.6.1.4.1.2021.11.11.0", 60, 1 },     /* ssCpuIdle */
        { "1.3.6.1.4.1.2021.11.9.0", 40, 1 },      /* ssCpuUser */
        { "1.3.6.1.4.1.2021.11.10.0", 0, 0 },
        { "1.3.6.1.2.1.25.3.3.1.2.1", 40, 1 },     /* hrProcessorLoad */
        { "1.3.6.1.4.1.2021.11.50.0", 240, 2 },    /* ssCpuRawUser: 6 s of one processor */
        { "1.3.6.1.4.1.2021.11.53.0", 360, 2 },    /* ssCpuRawIdle */
    };
    for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
        struct place p;
        begin(&p, &(struct service_options){ .capacity = 100, .servers = 1, .queue = 3 }, 0);
        for (uint64_t at = 0; at < 6 * S; at += 25 * MS) {
            int64_t value;
            ask(&p, uptime);
            step(&p, at);
            step(&p, at + 10 * MS);
            assert_int_equal(answers(&p, &value), 1);
        }
        int64_t value = value_at(&p, objects[i].oid, 6 * S);
        assert_in_range(value + 1000, objects[i].expected - objects[i].within + 1000,
                        objects[i].expected + objects[i].within + 1000);
        end(&p);
    }
}

static void a_switch_without_service_has_no_processors(void **state) {
    (void)state;
    struct recording *with, *without;
    assert_int_equal(switch_new(2, 3, &with), 0);
    assert_int_equal(switch_new(2, 0, &without), 0);
    assert_true(recording_check(with));
    assert_int_equal(with->count, without->count + 3 + 7);
    uint8_t oid[FLEET_OID_BYTES_MAX];
    int length = oid_parse(span_text("1.3.6.1.2.1.25.3.3.1.2.3"), oid);
    assert_true(recording_find(with, span_of(oid, (size_t)length)) < with->count);
    assert_int_equal(recording_find(without, span_of(oid, (size_t)length)), without->count);
    recording_free(with);
    recording_free(without);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_works_on_one_request_after_the_other),
        cmocka_unit_test(parallel_servers_have_the_same_capacity_in_all),
        cmocka_unit_test(what_comes_to_a_full_queue_is_dropped),
        cmocka_unit_test(a_request_that_is_not_taken_costs_nothing),
        cmocka_unit_test(times_and_load_are_those_of_queueing_theory),
        cmocka_unit_test(objects_cost_what_the_longest_oid_says),
        cmocka_unit_test(pauses_are_those_of_a_model_that_counts_each_nanosecond),
        cmocka_unit_test(requests_wait_while_the_agent_stands_still),
        cmocka_unit_test(the_load_is_the_share_of_the_last_seconds_that_was_worked),
        cmocka_unit_test(pauses_count_as_work),
        cmocka_unit_test(a_reply_leaves_at_the_moment_at_which_its_work_is_done),
        cmocka_unit_test(the_processors_of_a_switch_follow_the_load),
        cmocka_unit_test(a_switch_without_service_has_no_processors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

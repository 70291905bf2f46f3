/*
 * What a fleet says of its network, on real sockets, with both back ends: local addresses, type of
 * service, buffers, a policer, names in place of OIDs, and questions that many answer. The agents
 * are sockets of this thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agent_thread.h"
#include "base/clock.h"
#include "both_io.h"
#include "snmpfleet/snmpfleet.h"

enum { AGENTS_MAX = 2, PATIENCE_MS = 3000 };

struct host {
    struct fleet *fleet;
    int agents[AGENTS_MAX], agent_count;
    uint16_t port;
    uint32_t done, many, policed, target;
    enum fleet_reason reason;
    uint64_t rows;
    uint8_t last[2];
    char addresses[AGENTS_MAX][64];
    char asked_from[64];
    int asked_tos;
    struct fleet_result result;  /* the last one; its numbers */
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static void take_result(void *context, const struct fleet_result *result) {
    struct host *h = context;
    h->done++;
    h->reason = result->reason;
    h->rows = result->rows;
    h->result = *result;
    assert_null(result->address);
}

/* The last octet of each name. */
static void take_oid(void *context, const struct fleet_result *result) {
    struct host *h = context;
    h->done++;
    h->rows = result->varbind_count;
    for (size_t i = 0; i < result->varbind_count && i < 2; i++)
        h->last[i] = result->varbinds[i].oid[result->varbinds[i].oid_length - 1];
}

static void take_one_of_many(void *context, const struct fleet_result *answer) {
    struct host *h = context;
    assert_int_equal(answer->reason, FLEET_REASON_OK);
    assert_int_equal(answer->varbind_count, 1);
    if (h->many < AGENTS_MAX)
        (void)snprintf(h->addresses[h->many], sizeof(h->addresses[0]), "%s", answer->address);
    h->many++;
}

static uint64_t police(void *context, const struct fleet_target *target, uint64_t now_ns) {
    struct host *h = context;
    assert_int_equal(target->number, h->target);
    h->policed++;
    return now_ns + 30 * CLOCK_NS_PER_MS;
}

static int open_agent(uint16_t port) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
    assert_int_equal(setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &one, sizeof(one)), 0);
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(port) };
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
    return fd;
}

static void host_open(struct host *h, struct fleet_options o, const char *host, int agents) {
    *h = (struct host){ .agent_count = agents, .asked_tos = -1 };
    socklen_t length = sizeof(struct sockaddr_in);
    struct sockaddr_in name;
    h->agents[0] = open_agent(0);
    assert_int_equal(getsockname(h->agents[0], (struct sockaddr *)&name, &length), 0);
    h->port = ntohs(name.sin_port);
    for (int i = 1; i < agents; i++) h->agents[i] = open_agent(h->port);
    o.sink = (struct fleet_sink){ .context = h, .rows = take_rows, .report = take_report };
    o.io = io;
    assert_int_equal(fleet_new(&h->fleet, &o), 0);
    const struct fleet_target_options t = { .host = host, .port = h->port };
    assert_int_equal(fleet_target_set(h->fleet, &t, &h->target, NULL), 0);
}

static void host_close(struct host *h) {
    fleet_free(h->fleet);
    for (int i = 0; i < h->agent_count; i++) close(h->agents[i]);
}

/* Send back what came, as a response. */
static void host_serve(struct host *h, int fd) {
    uint8_t bytes[2048], control[256];
    struct sockaddr_in from;
    struct iovec part = { bytes, sizeof(bytes) };
    struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part,
                        .msg_iovlen = 1, .msg_control = control,
                        .msg_controllen = sizeof(control) };
    ssize_t length = recvmsg(fd, &m, 0);
    if (length <= 0) return;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) h->asked_tos = *CMSG_DATA(c);
    }
    (void)inet_ntop(AF_INET, &from.sin_addr, h->asked_from, sizeof(h->asked_from));
    bytes[agent_thread_pdu(bytes, (size_t)length)] = 0xa2;
    (void)sendto(fd, bytes, (size_t)length, 0, (struct sockaddr *)&from, sizeof(from));
}

static void host_run(struct host *h) {
    uint64_t end = clock_monotonic_ns() + (uint64_t)PATIENCE_MS * CLOCK_NS_PER_MS;
    while (h->done == 0) {
        assert_true(clock_monotonic_ns() < end);
        assert_int_equal(fleet_step(h->fleet, 0), 0);
        for (int i = 0; i < h->agent_count; i++) host_serve(h, h->agents[i]);
        struct pollfd wait[AGENTS_MAX + 1] = { { .fd = fleet_fd(h->fleet), .events = POLLIN } };
        for (int i = 0; i < h->agent_count; i++)
            wait[i + 1] = (struct pollfd){ .fd = h->agents[i], .events = POLLIN };
        (void)poll(wait, (nfds_t)h->agent_count + 1, 10);
    }
}

static const char *const sys_name[] = { "1.3.6.1.2.1.1.5.0" };

static void get(struct host *h, struct fleet_request_options o) {
    o.done = take_result;
    o.context = h;
    assert_int_equal(fleet_get(h->fleet, h->target, sys_name, 1, &o, NULL), 0);
    host_run(h);
}

static void requests_come_from_the_address_with_the_type_of_service(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .bind = "127.0.0.9,[::1]", .tos = 0xb8, .device = "lo",
                                          .receive_buffer = 1 << 20, .send_buffer = 1 << 18 },
              "127.0.0.1", 1);
    get(&h, (struct fleet_request_options){ 0 });
    assert_int_equal(h.reason, FLEET_REASON_OK);
    assert_string_equal(h.asked_from, "127.0.0.9");
    assert_int_equal(h.asked_tos, 0xb8);
    host_close(&h);
}

static void what_cannot_be_bound_is_told(void **state) {
    (void)state;
    static const struct {
        const char *bind, *device;
        int error;
    } cases[] = {
        { "nonsense", NULL, FLEET_E_ADDRESS },
        { "127.0.0.1,127.0.0.2", NULL, FLEET_E_ADDRESS },
        { "127.0.0.1,", NULL, FLEET_E_ADDRESS },
        { "127.0.0.1:99999", NULL, FLEET_E_ADDRESS },
        { "192.0.2.77", NULL, -EADDRNOTAVAIL },
        { NULL, "no-such-dev0", -ENODEV },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fleet *f;
        const struct fleet_options o = { .sink = { NULL, take_rows, take_report, NULL }, .io = io,
                                         .bind = cases[i].bind, .device = cases[i].device };
        assert_int_equal(fleet_new(&f, &o), cases[i].error);
    }
}

static void a_policer_is_asked_once_a_datagram(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .policer = police }, "127.0.0.1", 1);
    uint64_t begin = clock_monotonic_ns();
    get(&h, (struct fleet_request_options){ 0 });
    assert_int_equal(h.reason, FLEET_REASON_OK);
    assert_int_equal(h.policed, 1);
    assert_true(clock_monotonic_ns() - begin >= 29 * CLOCK_NS_PER_MS);
    host_close(&h);
}

static void names_serve_in_place_of_oids(void **state) {
    (void)state;
    struct host h;
    struct fleet_mib *mib;
    const struct fleet_mib_options none = { .path = "/nonexistent" };
    assert_int_equal(fleet_mib_new(&mib, &none), 0);
    host_open(&h, (struct fleet_options){ 0 }, "127.0.0.1", 1);
    const struct fleet_request_options o = { .done = take_result, .context = &h, .mib = mib };
    const char *names[] = { "sysName.0", "IF-MIB::ifDescr.3", "1.3.6.1" }, *bad[] = { "sysNam.0" };
    assert_int_equal(fleet_get(h.fleet, h.target, names, 3, &o, NULL), 0);
    host_run(&h);
    assert_int_equal(h.reason, FLEET_REASON_OK);
    assert_int_equal(fleet_get(h.fleet, h.target, bad, 1, &o, NULL), FLEET_E_OID);
    const struct fleet_column columns[] = { { .object = "ifDescr" }, { .object = "ifSpeed" } };
    struct fleet_table table = { .columns = columns, .column_count = 2 };
    uint32_t operation;
    assert_int_equal(fleet_table(h.fleet, h.target, &table, take_rows, &o, &operation), 0);
    assert_int_equal(fleet_cancel(h.fleet, operation), 0);
    table = (struct fleet_table){ .name = "IF-MIB::ifTable" };
    assert_int_equal(fleet_table(h.fleet, h.target, &table, take_rows, &o, &operation), 0);
    assert_int_equal(fleet_cancel(h.fleet, operation), 0);
    table.name = "sysName";
    assert_int_equal(fleet_table(h.fleet, h.target, &table, take_rows, &o, NULL), FLEET_E_OID);
    table.name = "ifDescr.3";
    assert_int_equal(fleet_table(h.fleet, h.target, &table, take_rows, &o, NULL), FLEET_E_OID);
    const struct fleet_column wrong[] = { { .object = "ifDescription" } };
    table = (struct fleet_table){ .columns = wrong, .column_count = 1 };
    assert_int_equal(fleet_table(h.fleet, h.target, &table, take_rows, &o, NULL), FLEET_E_OID);
    host_close(&h);
    fleet_mib_free(mib);
}

static void what_was_asked_last_is_not_taken_for_something_else(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ 0 }, "127.0.0.1", 1);
    const struct fleet_request_options o = { .done = take_oid, .context = &h };
    static const char *const asked[][2] = { { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0" },
                                            { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0" },
                                            { "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.1" },
                                            { "1.3.6.1.2.1.1.5.1", "1.3.6.1.2.1.1.6.1" } };
    static const uint8_t last[][2] = { { 0, 0 }, { 0, 0 }, { 0, 1 }, { 1, 1 } };
    const char *bad[] = { "1.3.6.1.2.1.1.5.1", "" };
    for (size_t i = 0; i < 4; i++) {
        for (size_t count = 2; count > 0; count--) {
            h.done = 0;
            assert_int_equal(fleet_get(h.fleet, h.target, asked[i], count, &o, NULL), 0);
            host_run(&h);
            assert_int_equal(h.rows, count);
            for (size_t k = 0; k < count; k++) assert_int_equal(h.last[k], last[i][k]);
        }
        assert_int_equal(fleet_get(h.fleet, h.target, bad, 2, &o, NULL), FLEET_E_OID);
    }
    host_close(&h);
}

static void many_answer_a_broadcast(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .broadcast = true }, "127.255.255.255", 2);
    struct fleet_request_options o = { .done = take_result, .context = &h,
                                       .many = take_one_of_many };
    assert_int_equal(fleet_get(h.fleet, h.target, sys_name, 1, &o, NULL), FLEET_E_INVALID);
    get(&h, (struct fleet_request_options){ .many = take_one_of_many,
                                            .deadline_ns = 300 * CLOCK_NS_PER_MS });
    assert_int_equal(h.reason, FLEET_REASON_OK);
    assert_int_equal(h.many, 2);
    assert_int_equal(h.rows, 2);
    char expected[64];
    (void)snprintf(expected, sizeof(expected), "127.0.0.1:%u", h.port);
    assert_string_equal(h.addresses[0], expected);
    host_close(&h);
}

static void nobody_answers_a_broadcast(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .broadcast = true }, "127.255.255.255", 1);
    h.agent_count = 0;
    get(&h, (struct fleet_request_options){ .many = take_one_of_many,
                                            .deadline_ns = 100 * CLOCK_NS_PER_MS });
    assert_int_equal(h.reason, FLEET_REASON_TIMEOUT);
    assert_int_equal(h.rows, 0);
    h.agent_count = 1;
    host_close(&h);
}

/* The answer waits in the kernel while the loop does something else. */
static void kernel_times_do_not_count_the_delay_of_the_loop(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .kernel_times = true }, "127.0.0.1", 1);
    const struct fleet_request_options o = { .done = take_result, .context = &h };
    uint64_t asked = clock_monotonic_ns();
    assert_int_equal(fleet_get(h.fleet, h.target, sys_name, 1, &o, NULL), 0);
    struct pollfd request = { .fd = h.agents[0], .events = POLLIN };
    for (int i = 0; i < 100 && poll(&request, 1, 10) == 0; i++)
        assert_int_equal(fleet_step(h.fleet, 0), 0);
    uint64_t sent = clock_monotonic_ns();
    host_serve(&h, h.agents[0]);
    uint64_t answered = clock_monotonic_ns();
    (void)poll(NULL, 0, 40);
    host_run(&h);
    const struct fleet_result *r = &h.result;
    assert_int_equal(r->reason, FLEET_REASON_OK);
    assert_true(r->sent_ns >= asked && r->sent_ns <= sent);
    assert_int_equal(r->answered_sent_ns, r->sent_ns);
    /* Both clocks are read apart: some microseconds. */
    assert_true(r->arrived_ns + 20 * CLOCK_NS_PER_US >= sent);
    assert_true(r->arrived_ns <= answered + 20 * CLOCK_NS_PER_US);
    assert_true(r->taken_ns >= answered + 39 * CLOCK_NS_PER_MS);
    assert_true(r->octets_sent > 30 && r->octets_sent < 60);
    assert_int_equal(r->octets_received, r->octets_sent);
    host_close(&h);
}

static void without_kernel_times_the_turn_says_when_an_answer_came(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ 0 }, "127.0.0.1", 1);
    get(&h, (struct fleet_request_options){ 0 });
    assert_int_equal(h.result.arrived_ns, h.result.taken_ns);
    assert_true(h.result.sent_ns > 0 && h.result.sent_ns <= h.result.arrived_ns);
    host_close(&h);
}

static void what_was_never_answered_has_no_moment_of_arrival(void **state) {
    (void)state;
    struct host h;
    host_open(&h, (struct fleet_options){ .kernel_times = true }, "127.0.0.1", 1);
    h.agent_count = 0;
    get(&h, (struct fleet_request_options){ .timeout_ns = 50 * CLOCK_NS_PER_MS, .retries = -1 });
    assert_int_equal(h.reason, FLEET_REASON_TIMEOUT);
    assert_true(h.result.sent_ns > 0);
    assert_int_equal(h.result.arrived_ns, 0);
    assert_int_equal(h.result.octets_received, 0);
    h.agent_count = 1;
    host_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernel_times_do_not_count_the_delay_of_the_loop),
        cmocka_unit_test(without_kernel_times_the_turn_says_when_an_answer_came),
        cmocka_unit_test(what_was_never_answered_has_no_moment_of_arrival),
        cmocka_unit_test(requests_come_from_the_address_with_the_type_of_service),
        cmocka_unit_test(what_cannot_be_bound_is_told),
        cmocka_unit_test(a_policer_is_asked_once_a_datagram),
        cmocka_unit_test(names_serve_in_place_of_oids),
        cmocka_unit_test(what_was_asked_last_is_not_taken_for_something_else),
        cmocka_unit_test(many_answer_a_broadcast),
        cmocka_unit_test(nobody_answers_a_broadcast),
    };
    return both_io_run(tests, sizeof(tests) / sizeof(tests[0]));
}

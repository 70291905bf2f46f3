/*
 * The simulator when its send buffer is full: answers wait in their slots and go first. sendmmsg is
 * stood in for, so that it takes as many as a test says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/simulator.h"
#include "wire/message.h"
#include "wire/oid.h"

static unsigned takes;  /* datagrams that are taken before there is no more room */

int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    if (takes == 0) {
        errno = EAGAIN;
        return -1;
    }
    long sent =
        syscall(SYS_sendmmsg, fd, messages, count < takes ? count : takes, flags);
    if (sent > 0) takes -= (unsigned)sent;
    return (int)sent;
}

struct place {
    struct devices devices;
    struct simulator *simulator;
    int client;
    uint64_t now;
};

static void begin(struct place *p, double twice) {
    *p = (struct place){ .devices = { 0 }, .now = 1000 };
    assert_int_equal(devices_add_switch(&p->devices, 2, 0), 0);
    struct simulator_options options = {
        .first = address_ip4(0x7f00030b, 0),
        .agents = 1,
        .backend = NET_MMSG,
        .answers = { .devices = &p->devices, .read_community = span_text("public") },
    };
    options.faults.of[FAULT_DUPLICATE].share = twice;
    options.faults.of[FAULT_DUPLICATE].value = 1;
    assert_int_equal(simulator_new(&p->simulator, &options, p->now), 0);
    struct address to = simulator_address(p->simulator, 0);
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(to.port) };
    memcpy(&name.sin_addr, to.bytes, 4);
    p->client = socket(AF_INET, SOCK_DGRAM, 0);
    int bytes = 8 << 20;
    setsockopt(p->client, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
    assert_int_equal(connect(p->client, (struct sockaddr *)&name, sizeof(name)), 0);
}

static void end(struct place *p) {
    simulator_free(p->simulator);
    devices_deinit(&p->devices);
    close(p->client);
}

static void ask(const struct place *p, int32_t id) {
    uint8_t bytes[256], oid[FLEET_OID_BYTES_MAX], header[MESSAGE_COMMUNITY_MAX + 8];
    struct ber_writer w = BER_WRITER(bytes, sizeof(bytes));
    varbind_write_null(&w, span_of(oid, (size_t)oid_parse(span_text("1.3.6.1.2.1.1.3.0"), oid)),
                       SPAN_NULL);
    size_t length = message_community_header(MESSAGE_V2C, span_text("public"), header);
    message_write_v2c(&w, span_of(header, length), &(struct pdu){ .type = PDU_GET,
                                                                  .request_id = id });
    struct span message = ber_written(&w);
    assert_int_equal(send(p->client, message.bytes, message.length, 0), message.length);
}

/* Steps as a host makes them, until there is nothing more to do. */
static void steps(struct place *p) {
    for (int i = 0; i < 20; i++) {
        assert_int_equal(simulator_step(p->simulator, p->now), 0);
        p->now += 1000;
    }
}

/* The id of the next answer; 0: there is none. */
static int32_t answer(const struct place *p) {
    uint8_t bytes[1500];
    struct message m;
    ssize_t length = recv(p->client, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (length < 0) return 0;
    assert_int_equal(message_decode(span_of(bytes, (size_t)length), &m), 0);
    return m.pdu.request_id;
}

static void answers_wait_for_room_and_keep_their_order(void **state) {
    (void)state;
    struct place p;
    begin(&p, 0);
    enum { COUNT = 300, BASE = 0x40000000 };
    takes = 5;
    for (int32_t i = 0; i < COUNT; i++) ask(&p, BASE + i);
    steps(&p);
    takes = 100;
    steps(&p);
    for (int32_t i = 0; i < 105; i++) assert_int_equal(answer(&p), BASE + i);
    assert_int_equal(answer(&p), 0);
    takes = 1000;
    steps(&p);
    for (int32_t i = 105; i < COUNT; i++) assert_int_equal(answer(&p), BASE + i);
    assert_int_equal(answer(&p), 0);
    end(&p);
}

/* What waits has a bound; what is too much is counted, and what waits is not touched by it. */
static void more_answers_than_can_wait_are_counted(void **state) {
    (void)state;
    for (int twice = 0; twice < 2; twice++) {
        struct place p;
        begin(&p, twice);
        enum { COUNT = 200, ROUNDS = 6, BASE = 0x40000000 };
        takes = 0;
        for (int32_t round = 0; round < ROUNDS; round++) {
            for (int32_t i = 0; i < COUNT; i++) ask(&p, BASE + COUNT * round + i);
            steps(&p);
        }
        takes = 10000;
        steps(&p);
        struct simulator_stats stats;
        simulator_get_stats(p.simulator, &stats);
        assert_true(stats.send_failures > 0);
        int32_t id, last = 0;
        uint64_t different = 0;
        while ((id = answer(&p)) != 0) {
            assert_true(id == last + 1 || (twice && id == last) || last == 0);
            different += id != last;
            last = id;
        }
        assert_int_equal(different + stats.send_failures, COUNT * ROUNDS);
        end(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_wait_for_room_and_keep_their_order),
        cmocka_unit_test(more_answers_than_can_wait_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

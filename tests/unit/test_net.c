/* The net layer on real sockets, both back ends: the same results from either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <poll.h>
#include <cmocka.h>

#include "base/clock.h"
#include "net/net.h"

enum { BATCH = 200, WAIT_MS = 2000 };

static enum net_backend backend;

static struct net *open_net(bool server) {
    struct net *n;
    struct net_options options = { .backend = backend,
                                   .shared_port = !server,
                                   .local_addresses = server };
    assert_int_equal(net_new(&n, &options), 0);
    assert_int_equal(net_backend_of(n), backend);
    return n;
}

/* Up to @want events, waiting on the descriptor as a host would. */
static uint32_t receive(struct net *n, struct net_event *events, uint32_t want,
                        void (*each)(const struct net_event *)) {
    uint32_t count = 0;
    uint64_t end = clock_monotonic_ns() + (uint64_t)WAIT_MS * CLOCK_NS_PER_MS;
    while (count < want && clock_monotonic_ns() < end) {
        int got = net_receive(n, events, NET_EVENTS_MAX);
        assert_true(got >= 0);
        for (int i = 0; i < got; i++) each(&events[i]);
        count += (uint32_t)got;
        assert_true(net_send(n, 0) >= 0);
        struct pollfd wait = { .fd = net_fd(n), .events = POLLIN };
        if (got == 0 && net_is_idle(n)) poll(&wait, 1, 100);
    }
    return count;
}

static void put(struct slot *slot, const void *bytes, size_t length, struct address to,
                uint32_t cookie) {
    memcpy(slot->bytes, bytes, length);
    slot->length = (uint32_t)length;
    slot->to = to;
    slot->cookie = cookie;
}

static bool seen[BATCH];
static struct address peer_seen, local_seen;

static void take_numbered(const struct net_event *e) {
    uint32_t number;
    assert_int_equal(e->kind, NET_DATAGRAM);
    assert_int_equal(e->payload.length, 100);
    memcpy(&number, e->payload.bytes, sizeof(number));
    assert_true(number < BATCH && !seen[number]);
    seen[number] = true;
    peer_seen = e->peer;
    local_seen = e->local;
}

static void batches_arrive_whole_and_answers_leave_from_the_address_asked(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    static struct net_event events[NET_EVENTS_MAX];
    uint8_t bytes[100] = { 0 };
    struct address agent = address_ip4(0x7f051122, net_port(server, ADDRESS_IP4));
    for (int round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < BATCH; i++) {
            memcpy(bytes, &i, sizeof(i));
            put(&net_slots(client)[i], bytes, sizeof(bytes), agent, i);
        }
        assert_int_equal(net_send(client, BATCH), BATCH);
        memset(seen, 0, sizeof(seen));
        assert_int_equal(receive(server, events, BATCH, take_numbered), BATCH);
        assert_true(address_same_host(&local_seen, &agent));
        for (uint32_t i = 0; i < BATCH; i++) {
            memcpy(bytes, &i, sizeof(i));
            put(&net_slots(server)[i], bytes, sizeof(bytes), peer_seen, i);
            net_slots(server)[i].from = agent;
        }
        assert_int_equal(net_send(server, BATCH), BATCH);
        memset(seen, 0, sizeof(seen));
        assert_int_equal(receive(client, events, BATCH, take_numbered), BATCH);
        assert_true(address_equal(&peer_seen, &agent));
    }
    struct net_stats stats;
    net_get_stats(client, &stats);
    assert_int_equal(stats.sent, 20 * BATCH);
    assert_int_equal(stats.received, 20 * BATCH);
    assert_int_equal(stats.bytes_received, 20 * BATCH * 100);
    assert_int_equal(stats.kernel_drops, 0);
    net_free(client);
    net_free(server);
}

static struct net_event last_event;
static uint8_t last_bytes[NET_DATAGRAM_MAX];

static void take_last(const struct net_event *e) {
    last_event = *e;
    if (e->payload.length > 0) memcpy(last_bytes, e->payload.bytes, e->payload.length);
}

static void the_largest_datagram_arrives_uncut(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    static struct net_event events[NET_EVENTS_MAX];
    static uint8_t big[65507];
    for (size_t i = 0; i < sizeof(big); i++) big[i] = (uint8_t)(i * 7);
    /* PMTUDISC_PROBE makes the client's datagrams unfragmentable; loopback takes 64 KiB. */
    put(net_slots(client), "hello", 5, address_ip4(0x7f000001, net_port(server, ADDRESS_IP4)), 0);
    assert_int_equal(net_send(client, 1), 1);
    assert_int_equal(receive(server, events, 1, take_last), 1);
    put(net_slots(server), big, sizeof(big), last_event.peer, 0);
    net_slots(server)->from = last_event.local;
    assert_int_equal(net_send(server, 1), 1);
    assert_int_equal(receive(client, events, 1, take_last), 1);
    assert_int_equal(last_event.kind, NET_DATAGRAM);
    assert_int_equal(last_event.payload.length, sizeof(big));
    assert_memory_equal(last_bytes, big, sizeof(big));
    net_free(client);
    net_free(server);
}

static void a_closed_port_is_told_at_once(void **state) {
    (void)state;
    struct net *client = open_net(false), *gone = open_net(true);
    static struct net_event events[NET_EVENTS_MAX];
    struct address closed = address_ip4(0x7f000009, net_port(gone, ADDRESS_IP4));
    net_free(gone);
    put(net_slots(client), "anyone?", 7, closed, 77);
    assert_int_equal(net_send(client, 1), 1);
    assert_int_equal(receive(client, events, 1, take_last), 1);
    assert_int_equal(last_event.kind, NET_UNREACHABLE);
    assert_int_equal(last_event.error, ECONNREFUSED);
    assert_true(address_equal(&last_event.peer, &closed));
    net_free(client);
}

static uint32_t quoted[2];

static void take_quoted(const struct net_event *e) {
    assert_int_equal(e->kind, NET_UNREACHABLE);
    assert_int_equal(e->payload.length, 100);
    memcpy(&quoted[e->peer.family == ADDRESS_IP6], e->payload.bytes, sizeof(uint32_t));
}

/* Errors over IPv4 and IPv6 taken at once quote each their own datagram. */
static void an_icmp_error_quotes_what_it_is_about(void **state) {
    (void)state;
    struct net *client = open_net(false), *gone = open_net(true);
    bool has_ip6 = net_port(gone, ADDRESS_IP6) != 0;
    static struct net_event events[NET_EVENTS_MAX];
    uint8_t bytes[100] = { 0 };
    const struct address to[] = {
        address_ip4(0x7f000009, net_port(gone, ADDRESS_IP4)),
        { .family = ADDRESS_IP6, .port = net_port(gone, ADDRESS_IP6), .bytes[15] = 1 },
    };
    net_free(gone);
    uint32_t count = has_ip6 ? 2 : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = 4711 + i;
        memcpy(bytes, &number, sizeof(number));
        put(&net_slots(client)[i], bytes, sizeof(bytes), to[i], i);
    }
    assert_int_equal(net_send(client, count), count);
    struct pollfd settle = { .fd = -1 };
    poll(&settle, 1, 20);
    assert_int_equal(receive(client, events, count, take_quoted), count);
    for (uint32_t i = 0; i < count; i++) assert_int_equal(quoted[i], 4711 + i);
    net_free(client);
}

static void a_send_that_cannot_be_is_told_with_its_cookie(void **state) {
    (void)state;
    struct net *client = open_net(false);
    static struct net_event events[NET_EVENTS_MAX];
    static uint8_t big[65535];
    /* over UDP's largest payload */
    put(net_slots(client), big, sizeof(big), address_ip4(0x7f000001, 9), 4711);
    assert_int_equal(net_send(client, 1), 1);
    assert_int_equal(receive(client, events, 1, take_last), 1);
    assert_int_equal(last_event.kind, NET_SEND_FAILED);
    assert_int_equal(last_event.cookie, 4711);
    assert_int_equal(last_event.error, EMSGSIZE);
    net_free(client);
}

static void ip6_works_beside_ip4(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    if (net_port(server, ADDRESS_IP6) == 0) {
        net_free(client);
        net_free(server);
        print_message("no IPv6 here\n");
        skip();
    }
    static struct net_event events[NET_EVENTS_MAX];
    struct address six = { .family = ADDRESS_IP6,
                           .port = net_port(server, ADDRESS_IP6),
                           .bytes[15] = 1 };
    struct address four = address_ip4(0x7f000001, net_port(server, ADDRESS_IP4));
    uint8_t bytes[100] = { 0 };
    for (uint32_t i = 0; i < BATCH; i++) {
        memcpy(bytes, &i, sizeof(i));
        put(&net_slots(client)[i], bytes, sizeof(bytes), i % 2 == 0 ? six : four, i);
    }
    assert_int_equal(net_send(client, BATCH), BATCH);
    memset(seen, 0, sizeof(seen));
    assert_int_equal(receive(server, events, BATCH, take_numbered), BATCH);
    net_free(client);
    net_free(server);
}

/*
 * More than all receive buffers at once: what the socket holds must come, whatever the order of
 * exhaustion.
 */
static void more_than_all_buffers_arrive(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    static struct net_event events[NET_EVENTS_MAX];
    uint8_t bytes[8] = { 0 };
    enum { BURSTS = 12 };
    for (uint32_t burst = 0; burst < BURSTS; burst++) {
        for (uint32_t i = 0; i < BATCH; i++) {
            put(&net_slots(client)[i], bytes, sizeof(bytes),
                address_ip4(0x7f000001, net_port(server, ADDRESS_IP4)), i);
        }
        assert_int_equal(net_send(client, BATCH), BATCH);
    }
    struct net_stats stats;
    uint32_t got = receive(server, events, BURSTS * BATCH, take_last);
    net_get_stats(server, &stats);
    assert_int_equal(got + stats.kernel_drops, BURSTS * BATCH);
    net_free(client);
    net_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_arrive_whole_and_answers_leave_from_the_address_asked),
        cmocka_unit_test(the_largest_datagram_arrives_uncut),
        cmocka_unit_test(a_closed_port_is_told_at_once),
        cmocka_unit_test(an_icmp_error_quotes_what_it_is_about),
        cmocka_unit_test(a_send_that_cannot_be_is_told_with_its_cookie),
        cmocka_unit_test(ip6_works_beside_ip4),
        cmocka_unit_test(more_than_all_buffers_arrive),
    };
    backend = NET_MMSG;
    int failed = cmocka_run_group_tests_name("mmsg", tests, NULL, NULL);
    struct net *probe;
    backend = NET_URING;
    int error = net_new(&probe, &(struct net_options){ .backend = NET_URING, .shared_port = true });
    if (error != 0) {
        printf("io_uring cannot be used here (%d): its tests are skipped\n", error);
        return failed != 0 ? failed : 77;
    }
    net_free(probe);
    return failed + cmocka_run_group_tests_name("uring", tests, NULL, NULL);
}

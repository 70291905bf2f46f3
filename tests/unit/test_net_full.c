/*
 * The net layer when the kernel does not take what it is given: no room, no memory, a refusal. The
 * system calls are stood in for here, so that they fail when a test says so; both back ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <dlfcn.h>
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "net/net.h"

enum { COUNT = 40, WAIT_MS = 2000 };

static enum net_backend backend;
static int takes = -1;        /* datagrams that sendmmsg takes of each family before it is full; -1:
                                 all */
static int refuses = -1;      /* the port whose datagrams sendmmsg refuses, with: */
static int refusal;
static int receive_error, enter_error;

int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    unsigned limit = count;
    for (unsigned i = 0; i < count; i++) {
        const struct sockaddr_in *to = messages[i].msg_hdr.msg_name;
        bool is_ip4 = to->sin_family == AF_INET;
        if (is_ip4 && ntohs(to->sin_port) == refuses) {
            errno = refusal;
            if (i == 0) return -1;
            limit = i;
            break;
        }
        if (is_ip4 && takes >= 0 && i == (unsigned)takes) {
            errno = EAGAIN;
            if (i == 0) return -1;
            limit = i;
            break;
        }
    }
    long sent = syscall(SYS_sendmmsg, fd, messages, limit, flags);
    const struct sockaddr *first = messages->msg_hdr.msg_name;
    if (takes > 0 && sent > 0 && first->sa_family == AF_INET) takes -= (int)sent;
    return (int)sent;
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
             struct timespec *timeout) {
    if (receive_error != 0) {
        errno = receive_error;
        return -1;
    }
    return (int)syscall(SYS_recvmmsg, fd, messages, count, flags, timeout);
}

int io_uring_submit_and_get_events(struct io_uring *ring) {
    static int (*real)(struct io_uring *);
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "io_uring_submit_and_get_events");
    return enter_error != 0 ? -enter_error : real(ring);
}

static struct net *open_net(bool server) {
    struct net *n;
    struct net_options options = { .backend = backend,
                                   .shared_port = !server,
                                   .local_addresses = server };
    assert_int_equal(net_new(&n, &options), 0);
    return n;
}

static void put(struct net *n, uint32_t i, struct address to, uint32_t number) {
    struct slot *slot = &net_slots(n)[i];
    memcpy(slot->bytes, &number, sizeof(number));
    slot->length = sizeof(number);
    slot->to = to;
    slot->cookie = number;
}

static struct address at(const struct net *server, bool ip6) {
    struct address six = { .family = ADDRESS_IP6,
                           .port = net_port(server, ADDRESS_IP6),
                           .bytes[15] = 1 };
    return ip6 ? six : address_ip4(0x7f000001, net_port(server, ADDRESS_IP4));
}

static struct net_event events[NET_EVENTS_MAX];
static uint32_t arrived[4 * COUNT];
static uint32_t arrived_count;

/* What arrives until @want have, or nothing does for a moment. */
static void arrive(struct net *server, uint32_t want) {
    uint64_t end = clock_monotonic_ns() + (uint64_t)WAIT_MS * CLOCK_NS_PER_MS;
    uint32_t goal = arrived_count + want;
    while (arrived_count < goal && clock_monotonic_ns() < end) {
        int got = net_receive(server, events, NET_EVENTS_MAX);
        assert_true(got >= 0);
        for (int i = 0; i < got; i++) {
            assert_int_equal(events[i].kind, NET_DATAGRAM);
            memcpy(&arrived[arrived_count++], events[i].payload.bytes, sizeof(uint32_t));
        }
        assert_true(net_send(server, 0) >= 0);
        struct pollfd wait = { .fd = net_fd(server), .events = POLLIN };
        if (got == 0 && net_is_idle(server)) poll(&wait, 1, 100);
    }
    assert_int_equal(arrived_count, goal);
}

static int begin(void **state) {
    (void)state;
    takes = refuses = -1;
    refusal = receive_error = enter_error = 0;
    arrived_count = 0;
    return 0;
}

static bool is_readable(const struct net *n) {
    struct pollfd wait = { .fd = net_fd(n), .events = POLLIN };
    return poll(&wait, 1, 0) > 0;
}

static void what_is_not_taken_stays_in_its_slots_and_goes_first(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    for (uint32_t i = 0; i < COUNT; i++) put(client, i, at(server, false), i);
    takes = 3;
    assert_int_equal(net_send(client, COUNT), 3);
    assert_int_equal(net_waiting(client), COUNT - 3);
    for (uint32_t i = 3; i < COUNT; i++) {
        assert_int_equal(net_slots(client)[i - 3].cookie, i);
        assert_memory_equal(net_slots(client)[i - 3].bytes, &i, sizeof(i));
    }
    struct net_stats stats;
    net_get_stats(client, &stats);
    assert_int_equal(stats.sent, 3);
    assert_int_equal(stats.bytes_sent, 3 * sizeof(uint32_t));
    assert_int_equal(net_receive(client, events, NET_EVENTS_MAX), 0);  /* no failure is told */
    assert_true(net_is_idle(client));
    assert_true(is_readable(client));  /* this socket has room all the time */

    takes = -1;
    for (uint32_t i = 0; i < 5; i++) put(client, COUNT - 3 + i, at(server, false), COUNT + i);
    assert_int_equal(net_send(client, COUNT - 3 + 5), COUNT - 3 + 5);
    assert_int_equal(net_waiting(client), 0);
    assert_false(is_readable(client));
    arrive(server, COUNT + 5);
    for (uint32_t i = 0; i < COUNT + 5; i++) assert_int_equal(arrived[i], i);
    net_free(client);
    net_free(server);
}

static void a_family_that_is_full_does_not_hold_up_the_other(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    if (net_port(server, ADDRESS_IP6) == 0) {
        net_free(client);
        net_free(server);
        skip();
    }
    for (uint32_t i = 0; i < COUNT; i++) put(client, i, at(server, i % 2 == 1), i);
    takes = 0;
    assert_int_equal(net_send(client, COUNT), COUNT / 2);
    arrive(server, COUNT / 2);
    for (uint32_t i = 0; i < COUNT / 2; i++) {
        assert_int_equal(arrived[i] % 2, 1);
        assert_int_equal(net_slots(client)[i].to.family, ADDRESS_IP4);
        assert_int_equal(net_slots(client)[COUNT / 2 + i].to.family, ADDRESS_IP6);
    }
    /* As many again of the other fit behind a whole batch that waits. */
    assert_true(NET_SLOTS >= 2 * NET_BATCH);
    for (uint32_t i = 0; i < COUNT; i++) put(client, COUNT / 2 + i, at(server, true), COUNT + i);
    assert_int_equal(net_send(client, COUNT / 2 + COUNT), COUNT);
    assert_int_equal(net_waiting(client), COUNT / 2);
    arrive(server, COUNT);
    takes = -1;
    assert_int_equal(net_send(client, COUNT / 2), COUNT / 2);
    arrive(server, COUNT / 2);
    net_free(client);
    net_free(server);
}

static void a_refusal_or_no_memory_for_one_send_concerns_that_one(void **state) {
    (void)state;
    const int errors[] = { EPERM, ENOBUFS, ENOMEM, EHOSTUNREACH };
    struct net *client = open_net(false), *server = open_net(true);
    for (size_t e = 0; e < sizeof(errors) / sizeof(errors[0]); e++) {
        arrived_count = 0;
        refuses = 9;
        refusal = errors[e];
        for (uint32_t i = 0; i < COUNT; i++)
            put(client, i, i == 7 ? address_ip4(0x7f000001, 9) : at(server, false), i);
        assert_int_equal(net_send(client, COUNT), COUNT);
        arrive(server, COUNT - 1);
        assert_int_equal(net_receive(client, events, NET_EVENTS_MAX), 1);
        assert_int_equal(events[0].kind, NET_SEND_FAILED);
        assert_int_equal(events[0].error, errors[e]);
        assert_int_equal(events[0].cookie, 7);
    }
    net_free(client);
    net_free(server);
}

/* While the kernel has no memory nothing fails, nothing is lost, and nobody spins. */
static void no_memory_passes(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    put(client, 0, at(server, false), 0);
    assert_int_equal(net_send(client, 1), 1);
    arrive(server, 1);
    const int errors[] = { ENOMEM, EAGAIN };
    for (size_t e = 0; e < (backend == NET_URING ? 2 : 1); e++) {
        arrived_count = 0;
        receive_error = enter_error = errors[e];
        for (uint32_t i = 0; i < COUNT; i++) put(client, i, at(server, false), i);
        uint64_t start = clock_monotonic_ns();
        int done = net_send(client, COUNT);
        assert_int_equal(done, backend == NET_URING ? 0 : COUNT);
        for (int turn = 0; turn < 20; turn++) {
            assert_int_equal(net_receive(server, events, NET_EVENTS_MAX), 0);
            assert_true(net_send(server, 0) == 0);
            assert_int_equal(net_receive(client, events, NET_EVENTS_MAX), 0);
            assert_int_equal(net_send(client, net_waiting(client)), 0);
        }
        assert_true(clock_monotonic_ns() - start > 10 * CLOCK_NS_PER_MS);
        assert_int_equal(net_waiting(client), COUNT - (uint32_t)done);
        receive_error = enter_error = 0;
        assert_int_equal(net_send(client, net_waiting(client)), COUNT - done);
        arrive(server, COUNT);
        for (uint32_t i = 0; i < COUNT; i++) assert_int_equal(arrived[i], i);
        assert_int_equal(net_receive(client, events, NET_EVENTS_MAX), 0);
    }
    net_free(client);
    net_free(server);
}

/* A slot is filled anew when the kernel has taken it, and what waits keeps its own bytes. */
static void slots_are_as_many_as_before_however_they_moved(void **state) {
    (void)state;
    struct net *client = open_net(false), *server = open_net(true);
    for (uint32_t round = 0; round < 50; round++) {
        arrived_count = 0;
        uint32_t waiting = net_waiting(client);
        for (uint32_t i = 0; i < 3; i++) put(client, waiting + i, at(server, false), 3 * round + i);
        takes = round % 4 == 3 ? -1 : (int)(round % 3);
        int done = net_send(client, waiting + 3);
        arrive(server, (uint32_t)done);
        for (uint32_t i = 1; i < arrived_count; i++)
            assert_int_equal(arrived[i], arrived[i - 1] + 1);
        for (uint32_t i = 0; i < NET_SLOTS; i++) {
            for (uint32_t j = 0; round == 49 && j < i; j++)
                assert_ptr_not_equal(net_slots(client)[i].bytes, net_slots(client)[j].bytes);
        }
    }
    net_free(client);
    net_free(server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_not_taken_stays_in_its_slots_and_goes_first, begin),
        cmocka_unit_test_setup(a_family_that_is_full_does_not_hold_up_the_other, begin),
        cmocka_unit_test_setup(a_refusal_or_no_memory_for_one_send_concerns_that_one, begin),
        cmocka_unit_test_setup(slots_are_as_many_as_before_however_they_moved, begin),
        cmocka_unit_test_setup(no_memory_passes, begin),
    };
    /* Its sends are no calls of their own, and cannot be made to fail one by one here. */
    const struct CMUnitTest uring_tests[] = {
        cmocka_unit_test_setup(no_memory_passes, begin),
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
    return failed + cmocka_run_group_tests_name("uring", uring_tests, NULL, NULL);
}

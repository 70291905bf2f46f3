/*
 * Fleets in threads, on real sockets, with both back ends: two in one loop, several in threads of
 * their own, each with a mib beside it, and what becomes of a call from the wrong thread.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/epoll.h>

#include "agent_thread.h"
#include "base/clock.h"
#include "snmpfleet/snmpfleet.h"
#include "temporary.h"

#define A_MIB \
    "A-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS enterprises FROM SNMPv2-SMI;\n" \
    "aThing OBJECT IDENTIFIER ::= { enterprises 4711 }\n" \
    "END\n"

enum { THREADS = 4, QUESTIONS = 400, PATIENCE_MS = 10000 };

static enum fleet_io io;

/* A fleet and what became of its questions; failures are counted, since cmocka has one thread. */
struct user {
    struct fleet *fleet;
    uint16_t port;
    const char *mibs;      /* folder of MIB files */
    uint32_t done, good, reports, cut, faults;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    struct user *u = context;
    u->reports++;
    u->cut += report->reason == FLEET_REASON_CANCELLED;
    u->faults += report->reason != FLEET_REASON_OK && report->reason != FLEET_REASON_CANCELLED;
}

static void take_result(void *context, const struct fleet_result *result) {
    struct user *u = context;
    u->done++;
    u->good += result->reason == FLEET_REASON_OK && result->varbind_count == 1;
}

static int user_open(struct user *u, uint16_t port) {
    const struct fleet_options o = {
        .sink = { .context = u, .rows = take_rows, .report = take_report }, .io = io,
    };
    *u = (struct user){ .port = port };
    return fleet_new(&u->fleet, &o);
}

static int user_ask(struct user *u, uint32_t count) {
    const char *oids[] = { "1.3.6.1.2.1.1.5.0" };
    const struct fleet_target_options t = { .host = "127.0.0.1", .port = u->port, .window = 20,
                                            .retries = 9 };
    const struct fleet_request_options o = { .done = take_result, .context = u };
    uint32_t target;
    int error = fleet_target_set(u->fleet, &t, &target, NULL);
    for (uint32_t i = 0; error == 0 && i < count; i++)
        error = fleet_get(u->fleet, target, oids, 1, &o, NULL);
    return error;
}

/* Wait for the descriptor and step until all is answered; false when that takes too long. */
static bool user_run(struct user *u, uint32_t count) {
    uint64_t end = clock_monotonic_ns() + (uint64_t)PATIENCE_MS * CLOCK_NS_PER_MS;
    while (u->done < count && clock_monotonic_ns() < end) {
        struct pollfd ready = { .fd = fleet_fd(u->fleet), .events = POLLIN };
        if (poll(&ready, 1, 1000) > 0 && fleet_step(u->fleet, 0) != 0) return false;
    }
    return u->done == count;
}

static void two_fleets_share_a_loop(void **state) {
    (void)state;
    struct agent_thread agent;
    struct user users[2];
    agent_thread_start(&agent, false);
    int loop = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(user_open(&users[i], agent.port), 0);
        struct epoll_event interest = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
        assert_int_equal(epoll_ctl(loop, EPOLL_CTL_ADD, fleet_fd(users[i].fleet), &interest), 0);
        assert_int_equal(user_ask(&users[i], QUESTIONS), 0);
    }
    while (users[0].done + users[1].done < 2 * QUESTIONS) {
        struct epoll_event events[2];
        int count = epoll_wait(loop, events, 2, PATIENCE_MS);
        assert_true(count > 0);
        for (int i = 0; i < count; i++)
            assert_int_equal(fleet_step(users[events[i].data.u32].fleet, CLOCK_NS_PER_MS), 0);
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(users[i].good, QUESTIONS);
        fleet_free(users[i].fleet);
    }
    close(loop);
    agent_thread_stop(&agent);
}

/*
 * All that a thread may do beside others: a fleet, keys, a schedule, a mib with a module that a
 * process of its own reads, texts.
 */
static void *live(void *context) {
    struct user *u = context;
    uint16_t port = u->port;
    const struct fleet_mib_options mibs = { .path = u->mibs, .cache = "", .modules = "A-MIB",
                                            .reader = MIB_READER };
    struct fleet_mib *mib = NULL;
    char why[FLEET_MIB_WHY_MAX], text[128];
    uint32_t oid[FLEET_OID_SUBIDS_MAX], auth, module, target;
    size_t length;
    const struct fleet_object *object;
    uint32_t faults = user_open(u, port) != 0;
    const struct fleet_key key = { .stage = FLEET_KEY_PASSPHRASE,
                                   .bytes = (const uint8_t *)"maplesyrup", .length = 10 };
    const struct fleet_auth_options secret = {
        .name = "me", .version = FLEET_V3, .user = "me", .level = FLEET_AUTH_PRIV,
        .auth_protocol = FLEET_AUTH_SHA256, .priv_protocol = FLEET_PRIV_AES128, .auth_key = key,
        .priv_key = key,
    };
    faults += fleet_auth_set(u->fleet, &secret, &auth, NULL) != 0;
    faults += fleet_mib_new(&mib, &mibs) != 0;
    faults += fleet_mib_find(mib, "A-MIB::aThing") == NULL;
    for (int i = 0; i < 50; i++) {
        faults += fleet_mib_parse(mib, "IF-MIB::ifHCInOctets.7", oid, &length, &object, why) != 0;
        faults += fleet_mib_oid_text(mib, oid, length, NULL, text, sizeof(text)) == 0;
    }
    const struct fleet_module_options often = {
        .name = "often", .interval_ns = 20 * CLOCK_NS_PER_MS,
        .scalars = &(struct fleet_column){ .object = "sysName", .oid = "1.3.6.1.2.1.1.5.0" },
        .scalar_count = 1,
    };
    faults += fleet_module_add(u->fleet, fleet_module_builtin("interfaces"), &module) != 0;
    faults += fleet_module_add(u->fleet, &often, &module) != 0;
    const struct fleet_target_options t = { .name = "polled", .host = "127.0.0.1", .port = port,
                                            .modules = &module, .module_count = 1 };
    faults += fleet_target_set(u->fleet, &t, &target, NULL) != 0;
    faults += user_ask(u, QUESTIONS) != 0;
    faults += !user_run(u, QUESTIONS);
    fleet_mib_free(mib);
    fleet_free(u->fleet);
    u->faults += faults;
    return NULL;
}

static void fleets_in_threads_know_nothing_of_each_other(void **state) {
    (void)state;
    struct agent_thread agent;
    struct user users[THREADS];
    pthread_t threads[THREADS];
    struct temporary folder;
    temporary_init(&folder);
    temporary_text(&folder, "A-MIB", A_MIB);
    agent_thread_start(&agent, false);
    for (int i = 0; i < THREADS; i++) {
        users[i] = (struct user){ .port = agent.port, .mibs = folder.folder };
        assert_int_equal(pthread_create(&threads[i], NULL, live, &users[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(users[i].good, QUESTIONS);
        assert_int_equal(users[i].faults, 0);
        assert_true(users[i].cut <= 1);  /* the poll that still ran at the end */
    }
    temporary_deinit(&folder);
    agent_thread_stop(&agent);
}

/* What each function says to a thread that the fleet does not belong to. */
static void *call_all(void *context) {
    struct user *u = context;
    struct fleet *f = u->fleet;
    uint32_t number = 0;
    const char *oids[] = { "1.3.6.1.2.1.1.5.0" };
    struct fleet_learnt learnt = { .name = "127.0.0.1" };
    const struct fleet_request_options o = { .done = take_result, .context = u };
    const struct fleet_target_options t = { .host = "127.0.0.2" };
    const struct fleet_auth_options a = { .name = "a", .community = "x" };
    const struct fleet_limits limits = { .rate = 1 };
    const int said[] = {
        fleet_step(f, 0),
        fleet_run(f),
        fleet_module_add(f, fleet_module_builtin("system"), &number),
        fleet_module_set(f, fleet_module_builtin("system"), &number),
        fleet_module_remove(f, 0),
        fleet_auth_set(f, &a, &number, NULL),
        fleet_auth_remove(f, 1),
        fleet_target_set(f, &t, &number, NULL),
        fleet_target_remove(f, 0),
        fleet_learnt_get(f, 0, &learnt),
        fleet_learnt_set(f, &learnt),
        fleet_limits_set(f, &limits),
        fleet_get(f, 0, oids, 1, &o, &number),
        fleet_walk(f, 0, oids[0], NULL, &o, &number),
        fleet_walk_take(f, 0, 1),
        fleet_table(f, 0, &(struct fleet_table){ .name = "x" }, take_rows, &o, &number),
        fleet_refresh(f, 0, &o, &number),
        fleet_set(f, 0, NULL, 0, &o, &number),
        fleet_cancel(f, 0),
    };
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
        u->faults += said[i] != FLEET_E_THREAD;
    return NULL;
}

static void a_call_from_another_thread_is_refused_and_does_nothing(void **state) {
    (void)state;
    struct agent_thread agent;
    struct user u;
    pthread_t thread;
    struct fleet_limits limits;
    struct fleet_stats stats;
    agent_thread_start(&agent, false);
    assert_int_equal(user_open(&u, agent.port), 0);
    assert_int_equal(user_ask(&u, 1), 0);
    assert_int_equal(pthread_create(&thread, NULL, call_all, &u), 0);
    pthread_join(thread, NULL);
    assert_int_equal(u.faults, 0);
    fleet_get_stats(u.fleet, &stats);
    fleet_limits_get(u.fleet, &limits);
    assert_int_equal(stats.targets, 1);
    assert_int_equal(stats.requests, 0);
    assert_int_equal(limits.rate, 0);
    assert_int_equal(fleet_module_bound(u.fleet), 0);
    assert_true(user_run(&u, 1));
    assert_int_equal(u.good, 1);
    fleet_free(u.fleet);
    agent_thread_stop(&agent);
}

static void *ask_and_end(void *context) {
    struct user *u = context;
    uint16_t port = u->port;
    bool is_good = user_open(u, port) == 0 && user_ask(u, QUESTIONS) == 0 &&
                   fleet_step(u->fleet, 0) == 0;
    u->faults += !is_good;
    return NULL;
}

static void a_fleet_whose_thread_has_ended_can_be_freed_by_another(void **state) {
    (void)state;
    struct agent_thread agent;
    agent_thread_start(&agent, true);
    struct user u = { .port = agent.port };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask_and_end, &u), 0);
    pthread_join(thread, NULL);
    assert_int_equal(u.faults, 0);
    fleet_free(u.fleet);
    assert_int_equal(u.done, QUESTIONS);
    assert_int_equal(u.good, 0);
    agent_thread_stop(&agent);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_fleets_share_a_loop),
        cmocka_unit_test(fleets_in_threads_know_nothing_of_each_other),
        cmocka_unit_test(a_call_from_another_thread_is_refused_and_does_nothing),
        cmocka_unit_test(a_fleet_whose_thread_has_ended_can_be_freed_by_another),
    };
    io = FLEET_IO_MMSG;
    int failed = cmocka_run_group_tests_name("mmsg", tests, NULL, NULL);
    struct user probe;
    io = FLEET_IO_URING;
    int error = user_open(&probe, 0);
    if (error != 0) {
        printf("io_uring cannot be used here (%d): its tests are skipped\n", error);
        return failed != 0 ? failed : 77;
    }
    fleet_free(probe.fleet);
    return failed + cmocka_run_group_tests_name("uring", tests, NULL, NULL);
}

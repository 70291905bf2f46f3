/*
 * A fleet of SNMPv3 on a virtual clock and a lossy network: users of every pair of protocols;
 * agents that reboot, forget their boots, have clocks that run wild, hide their clocks, share
 * engine IDs. Every turn ends in one report, and what ends badly was lost on the way, nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "seed.h"
#include "sim/agent.h"
#include "simulation/virtual.h"
#include "secrets.h"

enum { TARGETS = 600, INTERVAL_S = 30, TURNS = 10, PORTS = 4, MODULES = 2 };

struct world {
    struct virtual_network *network;
    struct agents *agents;
    uint32_t reports[TARGETS][MODULES], reasons[FLEET_REASONS];
    uint64_t rows;
    uint32_t notices;
};

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    struct world *w = context;
    (void)rows;
    w->rows += count;
}

static void take_report(void *context, const struct fleet_report *report) {
    struct world *w = context;
    w->reports[report->target->number][strcmp(report->module, "system") == 0]++;
    w->reasons[report->reason]++;
    bool is_loss = report->reason == FLEET_REASON_OK || report->reason == FLEET_REASON_PARTIAL ||
                   report->reason == FLEET_REASON_TIMEOUT;
    if (!is_loss)
        print_error("%s %s: %s: %s\n", report->target->name, report->module,
                    fleet_reason_text(report->reason), report->detail);
}

static void take_notice(void *context, const struct fleet_target *target, const char *text) {
    struct world *w = context;
    (void)target, (void)text;
    w->notices++;
}

/* By number: a tenth each. */
static uint32_t agent_play(void *context, uint32_t agent, struct span datagram, uint64_t now,
                           uint8_t *bytes) {
    struct world *w = context;
    struct agent_request request = { .agent = agent, .datagram = datagram, .now = now };
    struct agent_engine_faults *f = &request.engine;
    switch (agent % 10) {
    case 0: f->reboot_ns = 70 * CLOCK_NS_PER_S; break;
    case 1:
        f->reboot_ns = 50 * CLOCK_NS_PER_S;
        f->keeps_boots = true;
        break;
    case 2: f->drift = 10; break;
    case 3: f->hides_clock = true; break;
    case 4: f->is_duplicate = true; break;
    case 5:
        f->hides_clock = true;
        f->reboot_ns = 40 * CLOCK_NS_PER_S;
        break;
    default: break;
    }
    return agent_answer(w->agents, &request, bytes);
}

static struct engine *new_engine(struct world *w, const struct users *users, uint64_t seed) {
    struct engine *e;
    struct engine_options o = {
        .sink = { w, take_rows, take_report, take_notice },
        .window = 500, .dead_after = 3, .rto_floor_ns = 200 * CLOCK_NS_PER_MS,
        .secrets = secrets_of(seed),
    };
    assert_int_equal(engine_new(&e, &o, w->network->now), 0);
    uint32_t modules[MODULES], auths[USERS_MAX];
    const char *names[MODULES] = { "interfaces", "system" };
    for (int i = 0; i < MODULES; i++) {
        struct fleet_module_options m = *fleet_module_builtin(names[i]);
        m.interval_ns = INTERVAL_S * CLOCK_NS_PER_S;
        assert_int_equal(engine_module_add(e, &m, &modules[i]), 0);
    }
    for (uint32_t i = 0; i < users->count; i++) {
        struct fleet_auth_options a = user_options(&users->list[i]);
        a.name = users->list[i].name;
        assert_int_equal(engine_auth_set(e, &a, &auths[i], NULL), 0);
    }
    for (uint32_t i = 0; i < TARGETS; i++) {
        char host[ADDRESS_TEXT_MAX], name[16];
        struct address address = virtual_address(i);
        address_format_host(&address, host);
        snprintf(name, sizeof(name), "t%u", i);
        struct fleet_target_options t = {
            .name = name, .host = host, .auth = auths[i % users->count], .modules = modules,
            .module_count = MODULES,
        };
        assert_int_equal(engine_target_set(e, &t, NULL, NULL, (struct moment){ w->network->now, 0 }), 0);
    }
    return e;
}

static void every_turn_ends_in_one_report_whatever_clocks_do(void **state) {
    (void)state;
    static struct world w;
    uint64_t seed = seed_of_run();
    struct virtual_faults faults = { .loss = 0.05, .duplicate = 0.02,
                                     .delay_ns = 4 * CLOCK_NS_PER_MS,
                                     .jitter_ns = 10 * CLOCK_NS_PER_MS };
    struct devices devices = DEVICES_NULL;
    static struct users users;
    users_add_all_protocols(&users);
    assert_int_equal(devices_add_switch(&devices, PORTS, 0), 0);
    w.network = virtual_new(seed, &faults);
    w.network->answer = agent_play;
    w.network->answer_context = &w;
    struct agents_options agents = {
        .devices = &devices, .count = TARGETS, .users = &users, .reply_max = 1400, .seed = seed,
        .read_community = span_text("public"), .write_community = span_text("private"),
        .started = w.network->now,
    };
    assert_int_equal(agents_new(&w.agents, &agents), 0);
    struct engine *e = new_engine(&w, &users, seed);
    virtual_run(w.network, e, w.network->now + TURNS * INTERVAL_S * CLOCK_NS_PER_S);
    engine_drain(e);
    virtual_run(w.network, e, w.network->now + 2 * INTERVAL_S * CLOCK_NS_PER_S);
    assert_true(engine_is_done(e));

    struct fleet_stats s;
    engine_get_stats(e, &s);
    uint32_t polls = 0, ok = w.reasons[FLEET_REASON_OK];
    for (int i = 0; i < FLEET_REASONS; i++) polls += w.reasons[i];
    print_message("%u polls, %u ok, %u partial, %u timeout; %lu requests, %lu retries, "
                  "%lu discoveries, %lu resyncs\n",
                  polls, ok, w.reasons[FLEET_REASON_PARTIAL], w.reasons[FLEET_REASON_TIMEOUT],
                  (unsigned long)s.requests, (unsigned long)s.retries,
                  (unsigned long)s.discoveries, (unsigned long)s.resyncs);
    for (uint32_t i = 0; i < TARGETS; i++) {
        for (int m = 0; m < MODULES; m++) assert_in_range(w.reports[i][m], TURNS - 1, TURNS + 1);
    }
    assert_int_equal(polls, ok + w.reasons[FLEET_REASON_PARTIAL] + w.reasons[FLEET_REASON_TIMEOUT]);
    assert_true(ok > polls - polls / 100);
    /* One discovery each, and those few whose first answer was lost on the way and came too. */
    assert_in_range(s.discoveries, TARGETS, TARGETS + TARGETS / 10);
    assert_true(s.resyncs > 0);
    assert_int_equal(w.notices, TARGETS / 10 - 1);
    assert_int_equal(s.same_engine, TARGETS / 10 - 1);
    assert_int_equal(s.wrong_digest + s.decrypt_errors + s.wrong_engine + s.malformed, 0);
    engine_free(e, (struct moment){ w.network->now, 0 });
    agents_free(w.agents);
    devices_deinit(&devices);
    virtual_free(w.network);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_turn_ends_in_one_report_whatever_clocks_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

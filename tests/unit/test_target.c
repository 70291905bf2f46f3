/* Targets: what is refused, learnt time-outs, phases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "core/poll/target.h"
#include "snmpfleet/error.h"

static struct plan plan = { .name = "m", .label = "m", .interval_ns = 60 * CLOCK_NS_PER_S };
static struct plan *const plans[] = { &plan };
static const uint32_t modules[] = { 0 };

static int make(struct fleet_target_options o, struct target **ret_target) {
    o.modules = modules;
    o.module_count = 1;
    return target_new(&o, plans, 1, ret_target);
}

static void options_out_of_range_are_refused(void **state) {
    (void)state;
    struct target *t;
    assert_int_equal(make((struct fleet_target_options){ .name = "x" }, &t), FLEET_E_ADDRESS);
    assert_int_equal(make((struct fleet_target_options){ .host = "not a name" }, &t),
                     FLEET_E_ADDRESS);
    assert_int_equal(make((struct fleet_target_options){ .host = "h", .name = "" }, &t),
                     FLEET_E_NAME);
    assert_int_equal(make((struct fleet_target_options){ .host = "h", .name = "a\nb" }, &t),
                     FLEET_E_NAME);
    assert_int_equal(make((struct fleet_target_options){ .host = "h", .retries = -2 }, &t),
                     FLEET_E_INVALID);
    char community[300];
    memset(community, 'c', sizeof(community));
    community[299] = '\0';
    assert_int_equal(make((struct fleet_target_options){ .host = "h", .community = community }, &t),
                     FLEET_E_INVALID);
}

static void names_addresses_and_tags_are_kept(void **state) {
    (void)state;
    struct target *t;
    const struct fleet_tag tags[] = { { "site", "ams" }, { "role", "core" } };
    assert_int_equal(
        make((struct fleet_target_options){ .host = "2001:db8:0::1", .tags = tags, .tag_count = 2 },
             &t),
        0);
    assert_string_equal(t->described.name, "2001:db8:0::1");
    assert_string_equal(t->described.address, "2001:db8::1");
    assert_string_equal(t->described.tags[0].name, "role");
    assert_string_equal(t->described.tags[1].value, "ams");
    assert_int_equal(t->peer.address.port, 161);
    target_free(t);
    assert_int_equal(
        make((struct fleet_target_options){ .host = "router.example", .port = 1161 }, &t), 0);
    assert_int_equal(t->name_state, TARGET_UNRESOLVED);
    assert_string_equal(t->described.address, "router.example");
    struct address found = address_ip4(0xc0000201, 0);
    target_set_address(t, &found);
    assert_string_equal(t->described.address, "192.0.2.1");
    assert_int_equal(t->peer.address.port, 1161);
    target_free(t);
}

static void time_out_follows_samples_between_floor_and_limit(void **state) {
    (void)state;
    struct target *t;
    uint64_t ms = CLOCK_NS_PER_MS, floor = 200 * ms;
    assert_int_equal(
        make((struct fleet_target_options){ .host = "192.0.2.1", .timeout_ns = 2000 * ms }, &t), 0);
    assert_int_equal(peer_rto_ns(&t->peer, 0, floor, t->peer.timeout_ns), 2000 * ms);  /* nothing known: the limit */
    peer_sample_rtt(&t->peer, 1 * ms);
    assert_int_equal(peer_rto_ns(&t->peer, 0, floor, t->peer.timeout_ns), floor);
    assert_int_equal(peer_rto_ns(&t->peer, 1, floor, t->peer.timeout_ns), 2 * floor);
    assert_int_equal(peer_rto_ns(&t->peer, 2, floor, t->peer.timeout_ns), 4 * floor);
    assert_int_equal(peer_rto_ns(&t->peer, 30, floor, t->peer.timeout_ns), 2000 * ms);
    for (int i = 0; i < 100; i++) peer_sample_rtt(&t->peer, 400 * ms);
    uint64_t rto = peer_rto_ns(&t->peer, 0, floor, t->peer.timeout_ns);
    assert_true(rto >= 395 * ms && rto < 500 * ms);  /* RFC 6298: the variance has died away */
    peer_sample_rtt(&t->peer, 900 * ms);
    assert_true(peer_rto_ns(&t->peer, 0, floor, t->peer.timeout_ns) > 800 * ms);
    target_free(t);
}

static void phases_are_fixed_and_spread_over_the_interval(void **state) {
    (void)state;
    enum { TARGETS = 2000, BUCKETS = 10 };
    unsigned buckets[BUCKETS] = { 0 };
    for (int i = 0; i < TARGETS; i++) {
        char host[32];
        struct target *t, *again;
        snprintf(host, sizeof(host), "10.0.%d.%d", i / 250, i % 250);
        assert_int_equal(make((struct fleet_target_options){ .host = host }, &t), 0);
        assert_int_equal(make((struct fleet_target_options){ .host = host }, &again), 0);
        struct subscription *s = &t->subscriptions[0];
        uint64_t now = 1000 * CLOCK_NS_PER_S + 5;
        uint64_t turn = subscription_next(s, now);
        assert_true(turn >= now && turn < now + s->interval_ns);
        assert_int_equal(subscription_next(s, turn), turn);
        assert_int_equal(subscription_next(s, turn + 1), turn + s->interval_ns);
        assert_int_equal(subscription_next(&again->subscriptions[0], now), turn);
        buckets[turn % s->interval_ns * BUCKETS / s->interval_ns]++;
        target_free(t);
        target_free(again);
    }
    for (int i = 0; i < BUCKETS; i++)
        assert_true(buckets[i] > TARGETS / BUCKETS / 2 && buckets[i] < TARGETS / BUCKETS * 2);
}

static void a_zone_counts_only_where_one_belongs(void **state) {
    (void)state;
    struct address a;
    static const struct {
        const char *text;
        uint32_t scope;
    } good[] = {
        { "::1%1", 0 }, { "::1%lo", 0 }, { "2001:db8::1%7", 0 }, { "2001:db8::1%nosuch0", 0 },
        { "fe80::1%1", 1 }, { "fe80::1%lo", 1 }, { "febf::1%3", 3 }, { "ff02::1%1", 1 },
        { "ff05::1%1", 0 },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(address_parse_host(good[i].text, 161, &a));
        assert_int_equal(a.scope, good[i].scope);
    }
    assert_false(address_parse_host("fe80::1%nosuch0", 161, &a));
    assert_false(address_parse_host("fe80::1%", 161, &a));
    assert_false(address_parse_host("::1%", 161, &a));
    assert_true(address_parse_host("fe80::1", 161, &a));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(a_zone_counts_only_where_one_belongs),
        cmocka_unit_test(names_addresses_and_tags_are_kept),
        cmocka_unit_test(time_out_follows_samples_between_floor_and_limit),
        cmocka_unit_test(phases_are_fixed_and_spread_over_the_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

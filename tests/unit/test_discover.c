/* SNMPv3 in the engine: which engine answers, what time it is there, and what silence means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "secure_world.h"

static void every_level_is_discovered_and_polled(void **state) {
    (void)state;
    for (int level = FLEET_NO_AUTH_NO_PRIV; level <= FLEET_AUTH_PRIV; level++) {
        struct world *w = malloc(sizeof(*w));
        first_poll(w, (enum fleet_level)level, (struct habits){ 0 });
        assert_int_equal(w->reasons[0], FLEET_REASON_OK);
        assert_int_equal(w->rows, 1);
        assert_int_equal(w->sent, 2);          /* the discovery's boots and time were good enough */
        run_until(w, 4, 40 * CLOCK_NS_PER_S);
        assert_int_equal(w->reports, 4);
        assert_int_equal(w->sent, 5);          /* and never again */
        assert_int_equal(stats(w)->discoveries, 1);
        world_deinit(w);
        free(w);
    }
}

static struct world world;

static void an_agent_that_tells_its_time_only_to_the_authentic_is_asked_twice(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .hides_boots = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->sent, 3);
    assert_int_equal(stats(w)->resyncs, 1);
    assert_int_equal(stats(w)->retries, 0);
    world_deinit(w);
}

static void agents_that_want_the_empty_user_or_a_user_are_both_found(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_nobody = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 1);
    world_deinit(w);
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_user = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 2);
    world_deinit(w);
}

static void reports_are_known_by_their_message_id_alone(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV,
               (struct habits){ .hides_boots = true, .report_request_id = INT32_MAX });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    world_deinit(w);
}

static void boots_of_zero_are_legal(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_NO_PRIV);
    w->boots = 0;
    w->booted_ns = w->now;                      /* and time is zero as well */
    add_target(w, "10.0.0.1", NULL);
    run_until(w, 3, 60 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    world_deinit(w);
}

static void a_reboot_costs_one_more_request_and_no_poll(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->boots++;
    w->booted_ns = w->now;
    run_until(w, 3, 40 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    assert_int_equal(w->sent, 2 + 2 + 1);
    world_deinit(w);
}

/* It reboots and its boots do not grow: only a fresh authentic Report may set the clock back. */
static void an_agent_that_lost_its_boots_is_followed(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->booted_ns = w->now;
    run_until(w, 2, 40 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_OK);
    assert_int_equal(stats(w)->resyncs, 1);
    world_deinit(w);
}

static void a_swapped_device_is_discovered_anew(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
    w->engine_id = engine_b;
    w->boots = 1;
    run_until(w, 3, 40 * CLOCK_NS_PER_S);
    for (int i = 0; i < 3; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(stats(w)->discoveries, 2);
    assert_int_equal(w->sent, 2 + 3 + 1);
    world_deinit(w);
}

static void a_pinned_engine_is_not_discovered_and_no_other_is_believed(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    add_target(w, "10.0.0.1", engine_a);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    assert_int_equal(w->discoveries, 0);
    assert_int_equal(stats(w)->resyncs, 1);
    w->engine_id = engine_b;
    run_until(w, 2, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_TIMEOUT);
    assert_non_null(strstr(w->details[1], "engine 80007ed905090909 answers"));
    assert_true(stats(w)->wrong_engine > 0);
    w->engine_id = engine_a;
    run_until(w, 4, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[3], FLEET_REASON_OK);
    world_deinit(w);
}

static void two_agents_with_one_engine_id_are_told_and_both_polled(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    add_target(w, "10.0.0.1", NULL);
    add_target(w, "10.0.0.2", NULL);
    run_until(w, 6, 60 * CLOCK_NS_PER_S);
    for (int i = 0; i < 6; i++) assert_int_equal(w->reasons[i], FLEET_REASON_OK);
    assert_int_equal(w->notices, 1);
    assert_non_null(strstr(w->notice, "80007ed905010203"));
    assert_non_null(strstr(w->notice, "10.0.0."));
    assert_int_equal(stats(w)->same_engine, 1);
    assert_int_equal(stats(w)->discoveries, 2);
    assert_int_equal(engine_target_remove(w->engine, 0, (struct moment){ w->now, 0 }), 0);
    assert_int_equal(engine_target_remove(w->engine, 1, (struct moment){ w->now, 0 }), 0);
    assert_int_equal(stats(w)->same_engine, 0);
    world_deinit(w);
}

/* What a restart an hour later costs, by what has happened meanwhile. */
static void a_restart_with_what_was_learnt_sends_no_discovery(void **state) {
    (void)state;
    enum { NOTHING, REBOOTED, SWAPPED, HAPPENINGS };
    static const uint32_t requests[HAPPENINGS] = { 1, 2, 2 };
    const uint64_t hour = 3600 * CLOCK_NS_PER_S;
    for (int what = 0; what < HAPPENINGS; what++) {
        struct world *w = &world;
        struct fleet_learnt learnt;
        char name[32];
        first_poll(w, FLEET_AUTH_PRIV, (struct habits){ 0 });
        assert_int_equal(engine_learnt_get(w->engine, 0, &learnt, (struct moment){ w->now, 77 }), 0);
        assert_int_equal(learnt.engine_boots, 3);
        assert_int_equal(learnt.engine_time, agent_time(w));
        snprintf(name, sizeof(name), "%s", learnt.name);
        learnt.name = learnt.host = name;
        learnt.module_count = 0;
        world_deinit(w);

        world_init(w, FLEET_AUTH_PRIV);
        add_target(w, "10.0.0.1", NULL);
        w->now += hour;
        if (what == REBOOTED) w->boots++;
        if (what == SWAPPED) w->engine_id = engine_b;
        assert_int_equal(engine_learnt_set(w->engine, &learnt, (struct moment){ w->now, (int64_t)hour + 77 }), 0);
        run_until(w, 1, 60 * CLOCK_NS_PER_S);
        assert_int_equal(w->reasons[0], FLEET_REASON_OK);
        assert_int_equal(w->sent, requests[what]);
        assert_int_equal(w->discoveries, 0);
        world_deinit(w);
    }
}

/* Not one time-out after the other: what waits behind an engine that is silent ends with it. */
static void all_modules_of_a_silent_engine_end_together(void **state) {
    (void)state;
    struct world *w = &world;
    uint32_t auth, modules[2];
    world_init(w, FLEET_AUTH_PRIV);
    w->habits = (struct habits){ .needs_nobody = true, .needs_user = true };
    struct fleet_module_options m = *fleet_module_builtin("system");
    m.interval_ns = 10 * CLOCK_NS_PER_S;
    assert_int_equal(engine_module_find(w->engine, "m", &modules[0]), 0);
    assert_int_equal(engine_module_add(w->engine, &m, &modules[1]), 0);
    assert_int_equal(engine_auth_find(w->engine, "auth", &auth), 0);
    struct fleet_target_options t = { .host = "10.0.0.1", .auth = auth, .modules = modules,
                                      .module_count = 2, .deadline_ns = 60 * CLOCK_NS_PER_S,
                                      .timeout_ns = 5 * CLOCK_NS_PER_S };
    assert_int_equal(engine_target_set(w->engine, &t, NULL, NULL, (struct moment){ w->now, 0 }), 0);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reports, 2);
    assert_int_equal(w->sent, 4);
    for (int i = 0; i < 2; i++) assert_int_equal(w->reasons[i], FLEET_REASON_TIMEOUT);
    assert_string_equal(w->details[0], "no answer to 4 attempts");
    assert_non_null(strstr(w->details[1], "no answer to 4 attempts (to module "));
    world_deinit(w);
}

static const char *hint(const struct world *w) {
    const char *found = strstr(w->details[w->reports - 1], ", but its engine is known: ");
    return found != NULL ? found : "";
}

/* Where the privacy password is wrong, or the context, some agents say nothing. */
static void silence_of_an_agent_that_was_heard_has_a_likely_cause(void **state) {
    (void)state;
    struct world *w = &world;
    const char *privacy = ", but its engine is known: wrong privacy protocol or password?";
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_deaf = true });
    assert_int_equal(w->reasons[0], FLEET_REASON_TIMEOUT);
    assert_string_equal(hint(w), privacy);
    assert_non_null(
        strstr(w->details[0], "no answer to 4 attempts")); /* the discovery was answered */
    world_deinit(w);

    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_deaf = true, .hides_boots = true });
    assert_string_equal(hint(w), privacy);
    world_deinit(w);

    first_poll(w, FLEET_AUTH_NO_PRIV, (struct habits){ .is_deaf = true });
    assert_string_equal(hint(w), ", but its engine is known: unknown user, or wrong level?");
    world_deinit(w);

    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_deaf = true;
    add_target(w, "10.0.0.1", engine_a);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_string_equal(hint(w), privacy);
    world_deinit(w);
}

static void silence_without_cause_is_not_explained(void **state) {
    (void)state;
    struct world *w = &world;
    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .is_mute = false });
    assert_int_equal(w->reasons[0], FLEET_REASON_OK);
    w->habits.is_mute = true;
    run_until(w, 2, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->reasons[1], FLEET_REASON_TIMEOUT);
    assert_string_equal(hint(w), "");
    world_deinit(w);

    first_poll(w, FLEET_AUTH_PRIV, (struct habits){ .needs_nobody = true, .needs_user = true });
    assert_string_equal(hint(w), "");
    world_deinit(w);

    world_init(w, FLEET_AUTH_PRIV);
    w->habits.is_mute = true;
    add_target(w, "10.0.0.1", NULL);
    struct fleet_learnt learnt = { .name = "10.0.0.1", .host = "10.0.0.1", .port = 161,
                                   .engine_id_length = sizeof(engine_a) };
    memcpy(learnt.engine_id, engine_a, sizeof(engine_a));
    assert_int_equal(engine_learnt_set(w->engine, &learnt, (struct moment){ w->now, 0 }), 0);
    run_until(w, 1, 60 * CLOCK_NS_PER_S);
    assert_int_equal(w->discoveries, 0);
    assert_string_equal(hint(w), "");
    world_deinit(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_is_discovered_and_polled),
        cmocka_unit_test(an_agent_that_tells_its_time_only_to_the_authentic_is_asked_twice),
        cmocka_unit_test(agents_that_want_the_empty_user_or_a_user_are_both_found),
        cmocka_unit_test(reports_are_known_by_their_message_id_alone),
        cmocka_unit_test(boots_of_zero_are_legal),
        cmocka_unit_test(a_reboot_costs_one_more_request_and_no_poll),
        cmocka_unit_test(an_agent_that_lost_its_boots_is_followed),
        cmocka_unit_test(a_swapped_device_is_discovered_anew),
        cmocka_unit_test(a_pinned_engine_is_not_discovered_and_no_other_is_believed),
        cmocka_unit_test(two_agents_with_one_engine_id_are_told_and_both_polled),
        cmocka_unit_test(a_restart_with_what_was_learnt_sends_no_discovery),
        cmocka_unit_test(all_modules_of_a_silent_engine_end_together),
        cmocka_unit_test(silence_of_an_agent_that_was_heard_has_a_likely_cause),
        cmocka_unit_test(silence_without_cause_is_not_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Single questions by SNMPv3: contexts of their own, and the engine asked for anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "secure_world.h"
#include "snmpfleet/error.h"

static struct world world;
static uint32_t done, reasons[FLEET_REASONS];

static void note(void *context, const struct fleet_result *result) {
    (void)context;
    done++;
    reasons[result->reason]++;
}

/* The world's target without a module: nothing is polled. */
static uint32_t plain_target(struct world *w) {
    uint32_t target;
    struct fleet_target_options o = { .host = "10.0.0.1", .retries = -1 };
    assert_int_equal(engine_auth_find(w->engine, "auth", &o.auth), 0);
    assert_int_equal(engine_target_set(w->engine, &o, &target, NULL, (struct moment){ w->now, 0 }),
                     0);
    done = 0;
    memset(reasons, 0, sizeof(reasons));
    return target;
}

static int get(struct world *w, uint32_t target, struct fleet_request_options o) {
    const struct fleet_varbind varbind = { .oid = sys_descr, .oid_length = sizeof(sys_descr) };
    const struct operation_question question = { .pdu = FLEET_PDU_GET, .varbinds = &varbind,
                                                 .count = 1 };
    o.done = note;
    return engine_request(w->engine, target, &question, &o, NULL, (struct moment){ w->now, 0 });
}

/* Nothing is polled, so no report ends it. */
static void run_for_seconds(struct world *w, uint64_t seconds) {
    run_until(w, UINT32_MAX, seconds * CLOCK_NS_PER_S);
}

static void a_question_is_asked_in_the_context_engine_it_names(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    uint32_t target = plain_target(w);
    w->habits.other_context_engine = true;  /* the agent answers for engine_b */
    const struct fleet_request_options b = { .context_engine_id = engine_b,
                                             .context_engine_id_length = sizeof(engine_b) };
    assert_int_equal(get(w, target, b), 0);
    run_for_seconds(w, 3);
    assert_int_equal(reasons[FLEET_REASON_OK], 1);
    assert_int_equal(get(w, target, (struct fleet_request_options){ 0 }), 0);
    run_for_seconds(w, 3);
    assert_int_equal(done, 2);
    assert_int_equal(reasons[FLEET_REASON_OK], 1);  /* another context than its own: not believed */
    const struct fleet_request_options bad = { .context_engine_id = engine_b,
                                               .context_engine_id_length = 3 };
    assert_int_equal(get(w, target, bad), FLEET_E_INVALID);
    world_deinit(w);
}

static void a_context_is_named_beside_it_or_alone(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_NO_PRIV);
    uint32_t target = plain_target(w);
    w->context = "vlan7";  /* of the agent's answers */
    assert_int_equal(get(w, target, (struct fleet_request_options){ .context_name = "vlan7" }), 0);
    run_for_seconds(w, 3);
    assert_int_equal(reasons[FLEET_REASON_OK], 1);
    w->habits.other_context_engine = true;
    const struct fleet_request_options both = { .context_name = "vlan7",
                                                .context_engine_id = engine_b,
                                                .context_engine_id_length = sizeof(engine_b) };
    assert_int_equal(get(w, target, both), 0);
    run_for_seconds(w, 3);
    assert_int_equal(reasons[FLEET_REASON_OK], 2);
    world_deinit(w);
}

static void the_engine_is_asked_for_anew(void **state) {
    (void)state;
    struct world *w = &world;
    world_init(w, FLEET_AUTH_PRIV);
    uint32_t target = plain_target(w);
    struct fleet_engine engine;
    assert_int_equal(engine_engine_of(w->engine, target, &engine, w->now), FLEET_E_UNKNOWN);
    assert_int_equal(get(w, target, (struct fleet_request_options){ 0 }), 0);
    run_for_seconds(w, 3);
    assert_int_equal(engine_engine_of(w->engine, target, &engine, w->now), 0);
    assert_true(engine.is_confirmed && engine.has_time);
    assert_int_equal(engine.id_length, sizeof(engine_a));
    assert_memory_equal(engine.id, engine_a, sizeof(engine_a));
    assert_int_equal(engine.boots, 3);
    assert_true(engine.time_s + 1 >= agent_time(w) && engine.time_s <= agent_time(w) + 1);

    /* Another device took the place of the agent: its engine is found by one question. */
    uint32_t discoveries = w->discoveries;
    w->engine_id = engine_b;
    w->boots = 9;
    const struct fleet_request_options o = { .done = note };
    assert_int_equal(engine_refresh(w->engine, target, &o, NULL, (struct moment){ w->now, 0 }), 0);
    run_for_seconds(w, 5);
    assert_int_equal(done, 2);
    assert_int_equal(reasons[FLEET_REASON_OK], 2);
    assert_true(w->discoveries > discoveries);
    assert_int_equal(engine_engine_of(w->engine, target, &engine, w->now), 0);
    assert_memory_equal(engine.id, engine_b, sizeof(engine_b));
    assert_int_equal(engine.boots, 9);
    world_deinit(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_asked_in_the_context_engine_it_names),
        cmocka_unit_test(a_context_is_named_beside_it_or_alone),
        cmocka_unit_test(the_engine_is_asked_for_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

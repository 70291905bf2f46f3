/* Named auths: who has which name and number, and how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/engine.h"
#include "snmpfleet/error.h"
#include "secrets.h"

static struct engine *engine;
static uint32_t module;

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context, (void)report;
}

static int setup(void **state) {
    (void)state;
    struct engine_options o = { .sink = { .rows = take_rows, .report = take_report },
                                .window = 8, .secrets = secrets_of(1) };
    if (engine_new(&engine, &o, 0) != 0) return -1;
    return engine_module_add(engine, fleet_module_builtin("system"), &module);
}

static int teardown(void **state) {
    (void)state;
    engine_free(engine, (struct moment){ 0, 0 });
    return 0;
}

static uint32_t set_user(const char *name, const char *password) {
    const struct fleet_auth_options o = {
        .name = name, .version = FLEET_V3, .user = "u", .auth_protocol = FLEET_AUTH_MD5,
        .auth_key = { FLEET_KEY_PASSPHRASE, (const uint8_t *)password, strlen(password) },
    };
    uint32_t auth;
    assert_int_equal(engine_auth_set(engine, &o, &auth, NULL), 0);
    return auth;
}

static enum fleet_change set_target(uint32_t auth) {
    struct fleet_target_options o = { .host = "192.0.2.1", .auth = auth, .modules = &module,
                                      .module_count = 1 };
    enum fleet_change change;
    assert_int_equal(engine_target_set(engine, &o, NULL, &change, (struct moment){ 0, 0 }), 0);
    return change;
}

static void the_same_content_is_the_same_number(void **state) {
    (void)state;
    uint32_t one = set_user("a", "password one"), other = set_user("b", "password one"), found;
    assert_int_not_equal(one, other);
    assert_int_equal(set_user("a", "password one"), one);
    assert_int_equal(engine_auth_find(engine, "b", &found), 0);
    assert_int_equal(found, other);
    assert_string_equal(engine_auth_name(engine, one), "a");
    assert_null(engine_auth_name(engine, 0));
    assert_null(engine_auth_name(engine, engine_auth_bound(engine) + 1));
}

static void a_changed_auth_reaches_targets_when_they_are_set_anew(void **state) {
    (void)state;
    uint32_t first = set_user("a", "password one");
    assert_int_equal(set_target(first), FLEET_ADDED);
    assert_int_equal(set_target(set_user("a", "password one")), FLEET_UNCHANGED);
    uint32_t second = set_user("a", "password two");
    assert_int_not_equal(second, first);
    assert_null(engine_auth_name(engine, first));        /* still the target's, but nameless */
    assert_int_equal(set_target(second), FLEET_CHANGED);
    assert_int_equal(set_user("c", "password three"), first);  /* its number is free now */
}

static void a_removed_auth_stays_with_its_targets(void **state) {
    (void)state;
    uint32_t auth = set_user("a", "password one"), found;
    assert_int_equal(set_target(auth), FLEET_ADDED);
    assert_int_equal(engine_auth_remove(engine, auth), 0);
    assert_int_equal(engine_auth_find(engine, "a", &found), FLEET_E_UNKNOWN);
    assert_int_equal(engine_auth_remove(engine, auth), FLEET_E_UNKNOWN);
    assert_int_not_equal(set_user("b", "password two"), auth);
    assert_int_equal(engine_target_remove(engine, 0, (struct moment){ 0, 0 }), 0);
    assert_int_equal(set_user("c", "password three"), auth);
}

static void what_does_not_go_together_is_refused(void **state) {
    (void)state;
    const struct fleet_auth_options plain = { .name = "plain", .community = "x" };
    uint32_t v2c, v3 = set_user("a", "password one");
    const char *why;
    assert_int_equal(engine_auth_set(engine, &plain, &v2c, &why), 0);
    const uint8_t engine_id[6] = { 0x80, 1, 2, 3, 4, 5 };
    const struct fleet_target_options bad[] = {
        { .host = "h", .auth = 77 },
        { .host = "h", .auth = v2c, .version = FLEET_V1 },
        { .host = "h", .auth = v3, .community = "x" },
        { .host = "h", .auth = v2c, .context = "c" },
        { .host = "h", .context = "c" },
        { .host = "h", .auth = v3, .engine_id = engine_id, .engine_id_length = 4 },
        { .host = "h", .version = FLEET_V3 },
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fleet_target_options o = bad[i];
        o.modules = &module;
        o.module_count = 1;
        int error = engine_target_set(engine, &o, NULL, NULL, (struct moment){ 0, 0 });
        assert_int_equal(error, i == 0 ? FLEET_E_UNKNOWN : FLEET_E_INVALID);
    }
    const struct fleet_auth_options nonsense = { .name = "n", .user = "u" };
    assert_int_equal(engine_auth_set(engine, &nonsense, &v2c, &why), FLEET_E_INVALID);
    assert_non_null(why);
}

/* 300,000 devices with a community each: looked for one by one this would take many minutes. */
static void a_community_for_each_target_is_found_at_once(void **state) {
    (void)state;
    enum { TARGETS = 300000 };
    char community[32], host[32];
    struct fleet_target_options o = { .host = host, .community = community, .modules = &module,
                                      .module_count = 1 };
    for (uint32_t i = 0; i < TARGETS; i++) {
        snprintf(community, sizeof(community), "secret-%u", i);
        snprintf(host, sizeof(host), "10.%u.%u.%u", i >> 16, (i >> 8) & 255, i & 255);
        assert_int_equal(engine_target_set(engine, &o, NULL, NULL, (struct moment){ 0, 0 }), 0);
    }
    assert_true(engine_check(engine));
    for (uint32_t i = 0; i < TARGETS; i += 2)
        assert_int_equal(engine_target_remove(engine, i, (struct moment){ 0, 0 }), 0);
}

/* 10,000 names: given, found, and given to another content. */
static void a_name_for_each_target_is_found_at_once(void **state) {
    (void)state;
    enum { NAMES = 10000 };
    char name[32], community[32];
    uint32_t auths[NAMES], found;
    struct fleet_auth_options o = { .name = name, .community = community };
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < NAMES; i++) {
            snprintf(name, sizeof(name), "auth-%u", i);
            snprintf(community, sizeof(community), "secret-%u-%u", i, round);
            assert_int_equal(engine_auth_set(engine, &o, &auths[i], NULL), 0);
        }
    }
    for (uint32_t i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "auth-%u", i);
        assert_int_equal(engine_auth_find(engine, name, &found), 0);
        assert_int_equal(found, auths[i]);
        assert_string_equal(engine_auth_name(engine, found), name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_content_is_the_same_number, setup, teardown),
        cmocka_unit_test_setup_teardown(a_changed_auth_reaches_targets_when_they_are_set_anew,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_removed_auth_stays_with_its_targets, setup, teardown),
        cmocka_unit_test_setup_teardown(a_community_for_each_target_is_found_at_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_name_for_each_target_is_found_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_go_together_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

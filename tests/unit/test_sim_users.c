#include "sim/users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void users_are_read_from_text(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "a,SHA",
        "a,SHA,short",
        "a,XYZ,longenough",
        "a,SHA,longenough,AES",
        "a,SHA,longenough,XYZ,longenough",
        "a,SHA,longenough,AES,short",
        "a,SHA,longenough,AES,longenough,more",
        "a,none,longenough,AES,longenough",
        "123456789012345678901234567890123",
    };
    struct users users = { .count = 0 };
    const char *why;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        why = NULL;
        if (users_add(&users, bad[i], &why) || why == NULL) fail_msg("%s", bad[i]);
    }
    assert_true(users_add(&users, "one", &why));
    assert_true(users_add(&users, "two,sha-256,longenough", &why));
    assert_true(users_add(&users, "three,md5,longenough,aes-256-c,longerstill", &why));
    assert_false(users_add(&users, "two", &why));
    assert_int_equal(users.list[2].priv_protocol, FLEET_PRIV_AES256_REEDER);
    assert_string_equal(users.list[2].priv_passphrase, "longerstill");
    for (char name[8] = "u"; users.count < USERS_GIVEN_MAX;) {
        snprintf(name, sizeof(name), "u%u", users.count);
        assert_true(users_add(&users, name, &why));
    }
    assert_false(users_add(&users, "more", &why));
}

static void there_is_a_user_for_each_pair_of_protocols(void **state) {
    (void)state;
    struct users users = { .count = 0 };
    users_add_all_protocols(&users);
    assert_int_equal(users.count, 1 + 6 * 8);
    assert_string_equal(users.list[0].name, "noauth");
    for (uint32_t i = 0; i < users.count; i++) {
        struct fleet_auth_options o = user_options(&users.list[i]);
        assert_null(fleet_auth_check(&o));
        if (strcmp(o.user, "sha384_aes256c") != 0) continue;
        assert_int_equal(o.auth_protocol, FLEET_AUTH_SHA384);
        assert_int_equal(o.priv_protocol, FLEET_PRIV_AES256_REEDER);
        assert_memory_equal(o.auth_key.bytes, "authpass_sha384", o.auth_key.length);
        assert_memory_equal(o.priv_key.bytes, "privpass_aes256c", o.priv_key.length);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_are_read_from_text),
        cmocka_unit_test(there_is_a_user_for_each_pair_of_protocols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

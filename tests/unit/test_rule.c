/* Rules of values, the table of keys, and words that are like another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"
#include "conf/keys.h"

static void assert_rule(const struct rule *rule, const char *text, enum rule_fault fault,
                        uint64_t number, const char *expected) {
    uint64_t found = UINT64_MAX;
    char shown[RULE_TEXT_MAX];
    assert_int_equal(rule_read(rule, text, &found), fault);
    assert_int_equal(found, fault == RULE_GOOD ? number : UINT64_MAX);
    if (fault != RULE_GOOD) assert_string_equal(rule_expected(rule, fault, shown), expected);
}

static void a_rule_takes_what_is_within_its_limits_and_says_what_would_be_right(void **state) {
    (void)state;
    static const char *const words[] = { "uring", "mmsg", "auto", NULL };
    const struct rule number = { .kind = RULE_NUMBER, .min = 1, .max = 100 };
    const struct rule time = { .kind = RULE_TIME, .min = 100000000 };
    const struct rule size = { .kind = RULE_SIZE, .min = 8 << 20, .max = UINT64_C(1) << 30 };
    const struct rule word = { .kind = RULE_WORDS, .words = words };
    static const char to_100[] = "a number from 1 to 100", sizes[] =
        "a size from 8M to 1G, such as 64M or 1G", times[] =
        "a time such as 500ms, 30s, 5m or 1h, above 0 and at most 366d";
    assert_rule(&number, "1", RULE_GOOD, 1, NULL);
    assert_rule(&number, "100", RULE_GOOD, 100, NULL);
    assert_rule(&number, "0", RULE_LIMIT, 0, to_100);
    assert_rule(&number, "101", RULE_LIMIT, 0, to_100);
    assert_rule(&number, "99999999999999999999999", RULE_LIMIT, 0, to_100);
    assert_rule(&number, "x", RULE_FORM, 0, to_100);
    assert_rule(&number, "", RULE_FORM, 0, to_100);
    assert_rule(&time, "100ms", RULE_GOOD, 100000000, NULL);
    assert_rule(&time, "99ms", RULE_LIMIT, 0, "at least 100ms");
    assert_rule(&time, "soon", RULE_FORM, 0, times);
    const struct rule pause = { .kind = RULE_TIME, .min = 1000000, .may_be_zero = true };
    assert_rule(&pause, "0", RULE_GOOD, 0, NULL);
    assert_rule(&pause, "0s", RULE_GOOD, 0, NULL);
    assert_rule(&pause, "1ms", RULE_GOOD, 1000000, NULL);
    assert_rule(&pause, "1us", RULE_LIMIT, 0, "at least 1ms");
    assert_rule(&pause, "00s", RULE_FORM, 0,
                "a time such as 500ms, 30s, 5m or 1h, at most 366d, or 0");
    assert_rule(&time, "0", RULE_FORM, 0, times);
    assert_rule(&size, "8M", RULE_GOOD, 8 << 20, NULL);
    assert_rule(&size, "7M", RULE_LIMIT, 0, sizes);
    assert_rule(&size, "much", RULE_FORM, 0, sizes);
    assert_rule(&word, "auto", RULE_GOOD, 2, NULL);
    assert_rule(&word, "aut", RULE_FORM, 0, "uring, mmsg or auto");
    assert_string_equal(rule_wrong(&number, RULE_FORM), "not a number");
    assert_string_equal(rule_wrong(&number, RULE_LIMIT), "out of its limits");
}

static void the_table_of_keys_is_whole(void **state) {
    (void)state;
    for (unsigned i = 0; i < TARGET_KEYS; i++) {
        const struct key *key = &target_keys[i];
        assert_non_null(key->name);
        assert_non_null(key->help);
        assert_non_null(key->value);
        assert_true((key->doors & KEY_ON_LINE) != 0);
        assert_int_equal(target_key_find(key->name), i);
        assert_true((key->rule.kind == RULE_WORDS) == (key->rule.words != NULL));
    }
    for (unsigned i = 0; i < LIMIT_KEYS; i++) {
        assert_non_null(limit_keys[i].name);
        assert_non_null(limit_keys[i].help);
        assert_true(limit_keys[i].rule.max >= limit_keys[i].rule.min);
    }
    assert_int_equal(target_key_find("nonsense"), TARGET_KEYS);
}

static void letters_that_changed_places_are_near(void **state) {
    (void)state;
    assert_string_equal(target_key_nearest("naem"), "name");
    assert_string_equal(target_key_nearest("intervall"), "interval");
    assert_string_equal(target_key_nearest("retires"), "retries");
    assert_null(target_key_nearest("zzzz"));
    struct nearest near = NEAREST_INIT("wlak");
    nearest_try(&near, "walk");
    assert_string_equal(near.best, "walk");
    assert_int_equal(near.distance, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_takes_what_is_within_its_limits_and_says_what_would_be_right),
        cmocka_unit_test(the_table_of_keys_is_whole),
        cmocka_unit_test(letters_that_changed_places_are_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

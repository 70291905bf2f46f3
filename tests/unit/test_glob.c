/*
 * test_glob: what patterns match is in test_join; here is what is a pattern, and text as one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "base/glob.h"

static void escaped_text_matches_itself_alone(void **state) {
    (void)state;
    static const char *const texts[] = { "", "plain", "a*b", "?", "\\", "a\\*", "***" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char pattern[32], back[32];
        glob_escape(texts[i], pattern);
        glob_unescape(pattern, back);
        assert_string_equal(back, texts[i]);
        assert_false(glob_is_pattern(pattern));
        assert_true(glob_matches(pattern, texts[i], strlen(texts[i])));
        assert_false(glob_matches(pattern, "axb", 3));
    }
}

static void star_or_question_mark_makes_a_pattern(void **state) {
    (void)state;
    assert_true(glob_is_pattern("a*") && glob_is_pattern("?") && glob_is_pattern("\\\\*"));
    assert_false(glob_is_pattern("") || glob_is_pattern("a\\*") || glob_is_pattern("\\"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escaped_text_matches_itself_alone),
        cmocka_unit_test(star_or_question_mark_makes_a_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * test_config_sources: the part `targets` of a configuration: each form of a source, and what is
 * told of those that are wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "config_reading.h"

static void each_form_of_a_source_is_read(void **state) {
    (void)state;
    struct config *c = read_good("targets:\n"
                                 "  - core.targets\n"
                                 "  - file: '-'\n"
                                 "  - { folder: /etc/t.d, every: 1m }\n"
                                 "  - { file_sd: 'sd/x*.json' }\n"
                                 "  - { command: [inventory, -x, ''], timeout: 5s, every: 1s }\n"
                                 "  - { http_sd: 'https://x.example/sd?key=k', token_file: tok }\n"
                                 "  - { http_sd: 'http://x', user: me, password_env: P }\n");
    size_t count;
    const struct source *s = config_sources(c, &count);
    assert_int_equal(count, 7);
    assert_int_equal(s[0].kind, SOURCE_ANY);
    assert_string_equal(s[0].path, "core.targets");
    assert_int_equal(s[1].kind, SOURCE_FILE);
    assert_int_equal(s[2].every_ns, 60000000000);
    assert_int_equal(s[3].kind, SOURCE_FILE_SD);
    assert_string_equal(s[4].argv[1], "-x");
    assert_string_equal(s[4].argv[2], "");
    assert_null(s[4].argv[3]);
    assert_int_equal(s[4].timeout_ns, 5000000000);
    assert_string_equal(s[4].name, "command inventory (test:6)");
    assert_string_equal(s[5].name, "https://x.example/sd (test:7)");
    assert_string_equal(s[5].token_file, "tok");
    assert_int_equal(s[5].timeout_ns, SOURCE_TIMEOUT_NS);
    assert_int_equal(s[6].password_form, SOURCE_IN_ENVIRONMENT);
    config_free(c);
    c = read_good("targets:\n");
    assert_null(config_sources(c, &count));
    assert_int_equal(count, 0);
    config_free(c);
}

static void what_is_wrong_with_a_source_is_told_with_its_place(void **state) {
    (void)state;
    assert_faults("targets: []\n", "1:10: the list is empty\n");
    assert_faults("targets:\n  - {every: 1m}\n",
                  "2:5: expected a path, or a key file, folder, file_sd, command or http_sd\n");
    assert_faults("targets:\n  - {command: []}\n", "2:15: the list is empty\n");
    assert_faults("targets:\n  - {folder: x, timeout: 1s}\n", "2:17: unknown key 'timeout'\n");
    assert_faults("targets:\n  - {http_sd: 'https:///x'}\n",
                  "2:15: http_sd: expected a URL such as https://inventory.example.com/targets\n");
    assert_faults("targets:\n  - {http_sd: 'https://x', user: 'a:b', password_file: p}\n",
                  "2:34: a name of a user holds no colon\n");
    assert_faults("targets:\n  - {http_sd: 'https://x', password_file: p, password_env: e,"
                  " user: u}\n",
                  "2:46: there are two passwords: only one of them\n");
    assert_faults("targets:\n  - {http_sd: 'https://x', password: " NEVER "}\n",
                  "2:28: unknown key 'password'\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_a_source_is_read),
        cmocka_unit_test(what_is_wrong_with_a_source_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

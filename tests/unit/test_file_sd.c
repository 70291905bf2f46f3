/*
 * test_file_sd: documents of Prometheus' service discovery as targets, and where they are wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "conf/file_sd.h"
#include "conf/secret.h"
#include "conf/targets.h"
#include "fake_fleet.h"

struct told {
    size_t count;
    char all[4096];   /* "line:column: what\n" of each */
};

static void tell(void *context, const char *file, size_t line, size_t column, const char *what) {
    struct told *told = context;
    size_t at = strlen(told->all);
    assert_string_equal(file, "sd");
    (void)snprintf(told->all + at, sizeof(told->all) - at, "%zu:%zu: %s\n", line, column, what);
    told->count++;
}

static struct fleet the_fleet;
static struct told told;
static const uint32_t default_modules[] = { 10 };
static const struct fleet_target_options defaults = { .modules = default_modules,
                                                      .module_count = 1 };
static const struct targets_auth auths[] = { { .name = "core", .number = 7, .version = FLEET_V2C } };
static const struct targets_context context = {
    .fleet = &the_fleet, .defaults = &defaults, .auths = auths, .auth_count = 1,
    .fault = tell, .fault_context = &told,
};

static struct targets *read_document(const char *document, int expected) {
    struct targets *t;
    size_t length = strlen(document);
    char *bytes = secret_realloc(NULL, length + 1);
    assert_int_equal(targets_new(&t), 0);
    assert_non_null(bytes);
    memcpy(bytes, document, length + 1);
    memset(&told, 0, sizeof(told));
    int r = targets_read_text(t, "sd", bytes, length, TARGETS_FILE_SD, &context);
    if (r == 0) r = targets_settle(t, &context);
    if (r != expected) fail_msg("%s\ngave %d:\n%s", document, r, told.all);
    return t;
}

static void assert_fault(const char *document, const char *faults) {
    targets_free(read_document(document, FLEET_E_INVALID));
    assert_string_equal(told.all, faults);
}

static const char *tag(const struct fleet_target_options *o, const char *name) {
    for (size_t i = 0; i < o->tag_count; i++) {
        if (strcmp(o->tags[i].name, name) == 0) return o->tags[i].value;
    }
    return NULL;
}

static void json_gives_targets_with_tags_and_keys(void **state) {
    (void)state;
    struct targets *t = read_document(
        "[{\"targets\": [\"192.0.2.1\", \"[2001:db8::1]:1161\"],\n"
        "  \"labels\": {\"site\": \"ams \\\"one\\\" \\\\\", \"__param_module\": \"interfaces,ip\",\n"
        "    \"__param_auth\": \"core\", \"__snmpfleet_interval\": \"30s\", \"__meta_x\": \"no\",\n"
        "    \"empty\": \"\", \"none\": null}},\n"
        " {\"labels\":{},\"targets\":[\"router.example.com:162\"]},{\"targets\":[]}]\n", 0);
    assert_int_equal(targets_count(t), 3);
    const struct fleet_target_options *o = targets_get(t, 0);
    assert_string_equal(o->host, "192.0.2.1");
    assert_int_equal(o->tag_count, 1);
    assert_string_equal(tag(o, "site"), "ams \"one\" \\");
    assert_int_equal(o->module_count, 2);
    assert_int_equal(o->modules[0], 11);
    assert_int_equal(o->auth, 7);
    assert_int_equal(o->interval_ns, 30000000000);
    o = targets_get(t, 1);
    assert_string_equal(o->name, "[2001:db8::1]:1161");
    assert_string_equal(o->host, "2001:db8::1");
    assert_int_equal(o->port, 1161);
    assert_string_equal(tag(o, "site"), "ams \"one\" \\");
    o = targets_get(t, 2);
    assert_int_equal(o->tag_count, 0);
    assert_int_equal(o->module_count, 1);
    targets_free(t);
}

static void yaml_gives_the_same_and_blocks_too(void **state) {
    (void)state;
    struct targets *t = read_document("\xef\xbb\xbf# made by hand\n"
                                      "- targets:\n    - 192.0.2.1\n    - '198.51.100.0/30'\n"
                                      "  labels: { site: ams, floor: 3, __snmpfleet_community: x }\n"
                                      "- labels:\n  targets: [192.0.2.9]\n", 0);
    assert_int_equal(targets_count(t), 4);
    assert_string_equal(tag(targets_get(t, 0), "floor"), "3");
    assert_string_equal(targets_get(t, 0)->community, "x");
    targets_free(t);
}

static void fault_of_a_label_is_told_once_at_its_place(void **state) {
    (void)state;
    assert_fault("- targets: [192.0.2.1, 192.0.2.2]\n  labels:\n    __param_module: nosuch\n",
                 "3:21: unknown module 'nosuch' (known: system, interfaces, ip)\n");
    assert_fault("- targets: [192.0.2.1, 192.0.2.2]\n  labels:\n    __snmpfleet_intervall: 3s\n",
                 "3:5: unknown key 'intervall' (did you mean 'interval'?)\n");
    assert_fault("- targets: [a]\n  labels: {site: x, __snmpfleet_interval: soon, b: y}\n",
                 "2:43: interval='soon': expected a time such as 500ms, 30s, 5m or 1h, above 0 and at "
                 "most 366d\n");
    assert_fault("- targets: [a]\n  labels: {x: 1, x: 2}\n",
                 "2:18: the label is given twice: 'x'\n");
}

static void fault_of_a_target_is_told_at_its_place_and_others_are_read(void **state) {
    (void)state;
    assert_fault("- targets:\n  - 192.0.2.1 community=secret\n  - 192.0.2.300\n  - ''\n",
                 "2:5: expected HOST or HOST:PORT and nothing else\n"
                 "3:5: '192.0.2.300' is not an IPv4 address, and no host name ends in a number\n"
                 "4:5: expected HOST or HOST:PORT and nothing else\n");
    assert_fault("- targets: [a]\n- targets:\n  - a\n",
                 "3:5: name 'a' is used twice, at line 1 and here\n");
}

static void what_is_no_such_document_is_told_with_its_place(void **state) {
    (void)state;
    assert_fault("192.0.2.1\n", "1:1: expected a list of {targets: [...], labels: {...}}\n");
    assert_fault("[192.0.2.1]", "1:2: expected {targets: [...], labels: {...}}\n");
    assert_fault("[{target: [a]}]", "1:3: unknown key, expected targets or labels: 'target'\n");
    assert_fault("[{targets: a}]", "1:12: targets: expected a list\n");
    assert_fault("[{targets: [[a]]}]", "1:13: expected a target as text, HOST or HOST:PORT\n");
    assert_fault("[{labels: {a: b}}]", "1:2: expected a key 'targets'\n");
    assert_fault("[{targets: [a], labels: {a: [b]}}]",
                 "1:29: expected the value of a label as text\n");
    assert_fault("- targets: [a]\n---\n- targets: [b]\n", "2:1: a second document\n");
    assert_fault("- targets: &x [a]\n", "1:12: anchors, aliases and tags are not taken here; a "
                                        "value that begins with &, * or ! is to be quoted\n");
    assert_fault("[]", "0:0: there is no target in it\n");
    assert_fault("", "0:0: there is no target in it\n");
    targets_free(read_document("[{\"targets\": [\"a\"", FLEET_E_INVALID));
    assert_int_equal(told.count, 1);
    targets_free(read_document("[{\"targets\": [\"\xff\"]}]", FLEET_E_INVALID));
    assert_int_equal(told.count, 1);
}

static void text_of_unknown_form_is_json_when_it_begins_so(void **state) {
    (void)state;
    static const char *const json[] = { "[{", " \n[ {\"targets\"", "[]", "\xef\xbb\xbf[{" };
    static const char *const lines[] = { "", "[", "[2001:db8::1]:161", "192.0.2.1", "# [{" };
    for (size_t i = 0; i < 4; i++) assert_true(file_sd_begins(json[i], strlen(json[i])));
    for (size_t i = 0; i < 5; i++) assert_false(file_sd_begins(lines[i], strlen(lines[i])));
    assert_true(file_sd_has_name("a/b.yml"));
    assert_false(file_sd_has_name("a.yml/b"));
    assert_false(file_sd_has_name(".json"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_gives_targets_with_tags_and_keys),
        cmocka_unit_test(yaml_gives_the_same_and_blocks_too),
        cmocka_unit_test(fault_of_a_label_is_told_once_at_its_place),
        cmocka_unit_test(fault_of_a_target_is_told_at_its_place_and_others_are_read),
        cmocka_unit_test(what_is_no_such_document_is_told_with_its_place),
        cmocka_unit_test(text_of_unknown_form_is_json_when_it_begins_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

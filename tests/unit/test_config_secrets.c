/*
 * test_config_secrets: secrets of a configuration from files and the environment, and that nothing
 * of them is left behind or shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <yaml.h>

#include "conf/secret.h"
#include "secret_files.h"
#include "config_reading.h"

static void secrets_come_from_files_beside_the_configuration(void **state) {
    (void)state;
    struct folder f = folder_make();
    folder_write(&f, "auth", "hunter2hunter2\r\nsecond line\n", 0600);
    folder_write(&f, "key", "0x000102030405060708090a0b0c0d0e0f", 0600);
    folder_write(&f, "public", "hunter2", 0644);
    folder_write(&f, "config", "auths:\n"
                               "  a: {username: u, auth_protocol: MD5, auth_password_file: auth}\n"
                               "  b: {username: u, auth_protocol: MD5, auth_master_key_file: key}\n"
                               "  c: {community_file: public}\n"
                               "  d: {community_file: ./public}\n", 0600);
    struct config *c;
    struct config_context with = context();
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    int r = config_read(c, folder_path(&f, "config"), &with);
    if (r != 0) fail_msg("%s", told.all);
    assert_int_equal(config_auth(c, 0)->auth_key.length, 14);
    assert_memory_equal(config_auth(c, 0)->auth_key.bytes, "hunter2hunter2", 15);
    assert_int_equal(config_auth(c, 1)->auth_key.stage, FLEET_KEY_MASTER);
    assert_int_equal(config_auth(c, 1)->auth_key.length, 16);
    assert_string_equal(config_auth(c, 2)->community, "hunter2");
    assert_string_equal(config_auth(c, 3)->community, "hunter2");
    assert_int_equal(told.warnings, 1);
    assert_string_equal(told.all, "4:23: everybody may read the file of this secret\n");
    config_free(c);
    folder_remove(&f);
}

static void secret_files_that_hold_none_are_told(void **state) {
    (void)state;
    struct folder f = folder_make();
    char *large = malloc(SECRET_FILE_BYTES_MAX + 1);
    memset(large, 'x', SECRET_FILE_BYTES_MAX + 1);
    folder_write_bytes(&f, "large", large, SECRET_FILE_BYTES_MAX + 1, 0600);
    free(large);
    folder_write(&f, "empty", "\nhunter2\n", 0600);
    folder_write_bytes(&f, "nul", "hunt\0er2\n", 9, 0600);
    folder_write(&f, "config", "auths:\n"
                               "  a: {community_file: large}\n  b: {community_file: empty}\n"
                               "  c: {community_file: nul}\n  d: {community_file: .}\n"
                               "  e: {community_file: /dev/zero}\n"
                               "  f: {community_file: /dev/null}\n", 0600);
    struct config *c;
    struct config_context with = context();
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    assert_int_equal(config_read(c, folder_path(&f, "config"), &with), FLEET_E_INVALID);
    assert_string_equal(told.all, "2:23: the file has more than 65536 bytes\n"
                                  "3:23: the first line of the file is empty\n"
                                  "4:23: the file holds a NUL character\n"
                                  "5:23: the file cannot be read: Is a directory\n"
                                  "6:23: the file has more than 65536 bytes\n"
                                  "7:23: the first line of the file is empty\n");
    config_free(c);
    folder_remove(&f);
}

static void secrets_come_from_the_environment(void **state) {
    (void)state;
    assert_int_equal(setenv("SNMPFLEET_TEST_SECRET", "hunter2", 1), 0);
    struct config *c = read_good("auths: {a: {community_env: SNMPFLEET_TEST_SECRET}}\n"
                                 "defaults: {community_env: SNMPFLEET_TEST_SECRET}");
    assert_string_equal(config_auth(c, 0)->community, "hunter2");
    assert_string_equal(config_defaults(c)->community, "hunter2");
    config_free(c);
    assert_int_equal(setenv("SNMPFLEET_TEST_SECRET", "", 1), 0);
    assert_faults("auths: {a: {community_env: SNMPFLEET_TEST_SECRET}}",
                  "1:28: there is no such environment variable, or it is empty\n");
    assert_int_equal(unsetenv("SNMPFLEET_TEST_SECRET"), 0);
}

static void secrets_come_from_the_credentials_of_the_service_manager(void **state) {
    (void)state;
    struct folder f = folder_make();
    folder_write(&f, "snmp", "hunter2\n", 0400);
    folder_write(&f, "auth", "hunter2hunter2", 0400);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", f.path, 1), 0);
    struct config *c = read_good("auths:\n"
                                 "  a: {community_credential: snmp}\n"
                                 "  b: {username: u, auth_protocol: SHA, "
                                 "auth_password_credential: auth}\n"
                                 "defaults: {community_credential: snmp}");
    assert_string_equal(config_auth(c, 0)->community, "hunter2");
    assert_int_equal(config_auth(c, 1)->auth_key.length, 14);
    assert_string_equal(config_defaults(c)->community, "hunter2");
    config_free(c);
    assert_faults("auths: {a: {community_credential: other}}",
                  "1:35: the file cannot be read: No such file or directory\n");
    static const char *const paths[] = { "/etc/passwd", "../snmp", "..", "." };
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "auths: {a: {community_credential: %s}}", paths[i]);
        assert_faults(text, "1:35: expected the name of a credential: no path, no slash\n");
    }
    assert_faults("auths: {a: {community: x, community_credential: snmp}}",
                  "1:27: 'community' and 'community_credential': only one of them\n");
    assert_faults("auths: {a: {community_file: \"${CREDENTIALS_DIRECTORY}/snmp\"}}",
                  "1:29: a variable is not expanded here; 'community_credential: NAME' reads the "
                  "file NAME in $CREDENTIALS_DIRECTORY\n");
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    assert_faults("auths: {a: {community_credential: snmp}}",
                  "1:35: there are no credentials here: the service manager sets "
                  "CREDENTIALS_DIRECTORY where the unit has LoadCredential=\n");
    folder_remove(&f);
}

static void a_fault_of_a_secret_is_told_where_its_form_is(void **state) {
    (void)state;
    struct folder f = folder_make();
    folder_write(&f, "short", "hunter2", 0400);
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", f.path, 1), 0);
    assert_int_equal(setenv("SNMPFLEET_TEST_SECRET", "hunter2", 1), 0);
    assert_faults("auths: {a: {username: u, auth_protocol: SHA, auth_password_credential: short}}",
                  "1:72: the authentication password has less than 8 bytes (RFC 3414, 11.2)\n");
    assert_faults("auths: {a: {username: u, auth_protocol: SHA, "
                  "auth_password_env: SNMPFLEET_TEST_SECRET}}",
                  "1:65: the authentication password has less than 8 bytes (RFC 3414, 11.2)\n");
    assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
    assert_int_equal(unsetenv("SNMPFLEET_TEST_SECRET"), 0);
    folder_remove(&f);
}

static void a_line_break_at_the_end_of_a_variable_is_no_part_of_the_secret(void **state) {
    (void)state;
    static const struct {
        const char *value, *secret;  /* NULL: it is empty */
    } cases[] = {
        { "hunter2\n", "hunter2" },         { "hunter2\r\n", "hunter2" },
        { "hunter2\n\n", "hunter2\n" },     { "hunter2\r", "hunter2\r" },
        { "\nhunter2", "\nhunter2" },       { "hunter2 \n", "hunter2 " },
        { "\xef\xbb\xbfhunter2\n", "hunter2" },
        { "\n", NULL },                     { "\r\n", NULL },
        { "\xef\xbb\xbf\n", NULL },        { "\xef\xbb\xbf", NULL },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(setenv("SNMPFLEET_TEST_SECRET", cases[i].value, 1), 0);
        const char *text = "auths: {a: {community_env: SNMPFLEET_TEST_SECRET}}";
        if (cases[i].secret == NULL) {
            assert_faults(text, "1:28: there is no such environment variable, or it is empty\n");
            continue;
        }
        struct config *c = read_good(text);
        assert_string_equal(config_auth(c, 0)->community, cases[i].secret);
        config_free(c);
    }
    assert_int_equal(setenv("SNMPFLEET_TEST_SECRET", "hunter2hunter2\n", 1), 0);
    struct config *c = read_good("auths: {a: {username: u, auth_protocol: SHA, "
                                 "auth_password_env: SNMPFLEET_TEST_SECRET}}");
    assert_int_equal(config_auth(c, 0)->auth_key.length, 14);
    config_free(c);
    assert_int_equal(unsetenv("SNMPFLEET_TEST_SECRET"), 0);
}

static void a_byte_order_mark_is_no_part_of_a_secret_or_a_configuration(void **state) {
    (void)state;
    struct folder f = folder_make();
    folder_write(&f, "secret", "\xef\xbb\xbfhunter2\r\nsecond\n", 0600);
    folder_write(&f, "mark", "\xef\xbb\xbf\n", 0600);
    folder_write_bytes(&f, "little", "\xff\xfeh\0u\0\n\0", 8, 0600);
    folder_write_bytes(&f, "big", "\xfe\xff\0h\0u\0\n", 8, 0600);
    folder_write(&f, "config", "\xef\xbb\xbf" "auths:\n  a: {community_file: secret}\n", 0600);
    struct config *c;
    struct config_context with = context();
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    if (config_read(c, folder_path(&f, "config"), &with) != 0) fail_msg("%s", told.all);
    assert_string_equal(config_auth(c, 0)->community, "hunter2");
    config_free(c);

    folder_write(&f, "config", "auths:\n  a: {community_file: mark}\n"
                               "  b: {community_file: little}\n  c: {community_file: big}\n", 0600);
    assert_int_equal(config_new(&c), 0);
    assert_int_equal(config_read(c, folder_path(&f, "config"), &with), FLEET_E_INVALID);
    assert_string_equal(told.all, "2:23: the first line of the file is empty\n"
                                  "3:23: the file is UTF-16 text: save it as UTF-8\n"
                                  "4:23: the file is UTF-16 text: save it as UTF-8\n");
    config_free(c);
    folder_remove(&f);

    assert_faults("\xef\xbb\xbfx: 1\n", "1:1: unknown key 'x'\n");
    assert_faults("\xff\xfex", "1:1: this is UTF-16 text: save it as UTF-8\n");
    config_free(read_good("\xef\xbb\xbf"));
}

static void alone_it_reads_no_file_and_no_variable(void **state) {
    (void)state;
    const char *text = "auths: {a: {community_env: HOME}, b: {community_file: /etc/hostname}}";
    struct config *c;
    struct config_context with = context();
    with.is_alone = true;
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    assert_int_equal(config_read_text(c, text, strlen(text), "test", &with), FLEET_E_INVALID);
    assert_string_equal(told.all, "1:28: no other file and no variable is read here\n"
                                  "1:55: no other file and no variable is read here\n");
    config_free(c);
}

extern void yaml_free(void *memory);

/* Some distributions link libyaml so that it keeps its own allocator, whatever we export. */
static bool libyaml_takes_our_memory(struct folder *f) {
    enum { PROBE = 9 };
    char *text;
    size_t length;
    folder_append_secret(f, "probe", PROBE);
    int fd = open(folder_path(f, "probe"), O_RDONLY);
    assert_int_equal(secret_read(fd, 4096, &text, &length), 0);
    (void)close(fd);
    yaml_parser_t parser;
    yaml_document_t document;
    assert_int_equal(yaml_parser_initialize(&parser), 1);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    assert_int_equal(yaml_parser_load(&parser, &document), 1);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    (void)secret_realloc(text, 0);
    return !memory_holds_secret(PROBE);
}

/*
 * All memory of the program is searched for secrets, which stand nowhere as such: they are made
 * from @seed when a file is written, and compared as they are made.
 */
static void nothing_of_a_secret_is_left_in_memory(void **state) {
    (void)state;
    struct folder f = folder_make();
    assert_ptr_equal(dlsym(RTLD_DEFAULT, "yaml_free"), (void *)yaml_free);
    if (!libyaml_takes_our_memory(&f)) {
        folder_remove(&f);
        skip();
    }
    folder_write(&f, "config", "# a file whose secrets are added\nauths:\n", 0600);
    static const char *const keys[] = { ("  a:\n    username: u\n    auth_protocol: SHA\n"
                                         "    auth_password: "),
                                        "    priv_protocol: AES\n    priv_password: \"",
                                        "\"\n  b:\n    community: '", "'\n" };
    for (unsigned i = 0; i < 4; i++) {
        folder_append(&f, "config", keys[i]);
        if (i < 3) folder_append_secret(&f, "config", i);
        if (i == 0) folder_append(&f, "config", "\n");
    }
    folder_write(&f, "secret", "", 0600);
    folder_append_secret(&f, "secret", 3);
    folder_append(&f, "config", "  c:\n    community_file: secret\n");

    struct config *c;
    struct config_context with = context();
    memset(&told, 0, sizeof(told));
    assert_int_equal(config_new(&c), 0);
    int r = config_read(c, folder_path(&f, "config"), &with);
    if (r != 0) fail_msg("%s", told.all);
    for (unsigned i = 0; i < 4; i++) assert_true(memory_holds_secret(i));
    config_free(c);
    for (unsigned i = 0; i < 4; i++) {
        if (memory_holds_secret(i)) fail_msg("secret %u is left in memory", i);
    }

    /* Neither when the file is refused at its end. */
    folder_append(&f, "config", "wrong: [\n");
    assert_int_equal(config_new(&c), 0);
    assert_int_equal(config_read(c, folder_path(&f, "config"), &with), FLEET_E_INVALID);
    config_free(c);
    for (unsigned i = 0; i < 4; i++) {
        if (memory_holds_secret(i)) fail_msg("secret %u is left in memory after a fault", i);
    }
    folder_remove(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_come_from_files_beside_the_configuration),
        cmocka_unit_test(secret_files_that_hold_none_are_told),
        cmocka_unit_test(secrets_come_from_the_environment),
        cmocka_unit_test(secrets_come_from_the_credentials_of_the_service_manager),
        cmocka_unit_test(a_fault_of_a_secret_is_told_where_its_form_is),
        cmocka_unit_test(a_line_break_at_the_end_of_a_variable_is_no_part_of_the_secret),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_a_secret_or_a_configuration),
        cmocka_unit_test(alone_it_reads_no_file_and_no_variable),
        cmocka_unit_test(nothing_of_a_secret_is_left_in_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "conf/snmp_conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "temporary.h"

static struct snmp_conf conf;
static char warnings[4096];
static struct temporary t;

static void warn(void *context, const char *text) {
    (void)context;
    size_t used = strlen(warnings);
    (void)snprintf(warnings + used, sizeof(warnings) - used, "%s\n", text);
}

static int setup(void **state) {
    (void)state;
    conf = SNMP_CONF_NULL;
    warnings[0] = '\0';
    temporary_init(&t);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    snmp_conf_deinit(&conf);
    temporary_deinit(&t);
    return 0;
}

static void read_text(const char *text) {
    char *copy = strdup(text);
    assert_non_null(copy);
    assert_int_equal(snmp_conf_text(&conf, "snmp.conf", copy, warn, NULL), 0);
    free(copy);
}

static void expect_text(enum snmp_conf_text which, const char *text) {
    assert_non_null(conf.texts[which]);
    assert_string_equal(conf.texts[which], text);
}

static void credentials_are_taken(void **state) {
    (void)state;
    read_text("# a comment\n\ndefVersion 3\n  DEFSECURITYNAME  ops \r\ndefSecurityLevel authPriv\n"
              "defPassphrase \"with \\\"quotes\\\" # and more\"\ndefAuthPassphrase two words\n"
              "defAuthType SHA-256\ndefPrivType AES\ndefContext ctx\ndefAuthMasterKey 0x0102\n"
              "defCommunity old\ndefCommunity new\n");
    assert_string_equal(warnings, "");
    assert_int_equal(conf.version, FLEET_V3);
    assert_int_equal(conf.level, FLEET_AUTH_PRIV);
    assert_int_equal(conf.auth_protocol, FLEET_AUTH_SHA256);
    assert_int_equal(conf.priv_protocol, FLEET_PRIV_AES128);
    expect_text(SNMP_CONF_USER, "ops");
    expect_text(SNMP_CONF_PASSPHRASE, "with \"quotes\" # and more");
    expect_text(SNMP_CONF_AUTH_PASSPHRASE, "two words");
    expect_text(SNMP_CONF_CONTEXT, "ctx");
    expect_text(SNMP_CONF_AUTH_MASTER_KEY, "0x0102");
    expect_text(SNMP_CONF_COMMUNITY, "new");
}

static void numbers_and_flags_are_taken(void **state) {
    (void)state;
    read_text("defaultPort 1161\ntimeout 7\nretries 0\nhexOutputLength 8\noidOutputFormat 4\n"
              "printNumericEnums yes\nquickPrinting no\nnoRangeCheck 1\ndontCheckOrdering true\n"
              "dumpPacket 1\noutputPrecision .2\n");
    assert_string_equal(warnings, "");
    assert_int_equal(conf.port, 1161);
    assert_int_equal(conf.timeout_ns, 7000000000u);
    assert_int_equal(conf.retries, 0);
    assert_int_equal(conf.hex_line, 8);
    assert_int_equal(conf.oid_style, FLEET_OID_NUMERIC);
    assert_int_equal(conf.output.set, FLEET_TEXT_NUMERIC_ENUMS | FLEET_TEXT_QUICK);
    assert_int_equal(conf.output.value, FLEET_TEXT_NUMERIC_ENUMS);
    assert_int_equal(conf.names.value, FLEET_NAME_ANY_RANGE);
    assert_int_equal(conf.walk.value, SNMP_CONF_DONT_CHECK_ORDERING);
    assert_true(conf.dumps);
    expect_text(SNMP_CONF_PRECISION, ".2");
}

static void lists_grow_at_either_end(void **state) {
    (void)state;
    read_text("mibs +A\nmibs +B\nmibs -C\nmibdirs /x\nmibdirs +/y\nmibdirs -/w\n");
    expect_text(SNMP_CONF_MIBS, "+C:A:B");
    expect_text(SNMP_CONF_MIBDIRS, "/w:/x:/y");
}

static void lines_count_by_the_word_in_brackets(void **state) {
    (void)state;
    read_text("[snmpd] defVersion 1\n[snmp] defCommunity c\n[snmpapp]\ndefVersion 1\n"
              "[snmp]\ndefaultPort 5\n[x\nretries 2\n");
    assert_int_equal(conf.version, FLEET_VERSION_DEFAULT);
    assert_int_equal(conf.port, 5);
    assert_int_equal(conf.retries, 2);
    expect_text(SNMP_CONF_COMMUNITY, "c");
    assert_string_equal(warnings,
                        "snmp.conf: line 1: Error: No handlers regestered for type snmpd.\n"
                        "snmp.conf: line 7: Error: no matching ']' for type x.\n");
    read_text("[snmpd]\ndefVersion 2c\n");
    assert_int_equal(conf.version, FLEET_V2C);
}

static void mistakes_are_told_and_change_nothing(void **state) {
    (void)state;
    read_text("bogus thing\ndefVersion 7\nprintNumericEnums maybe\ndefCommunity\n"
              "oidOutputFormat zz\ndefSecurityLevel foo\ndefAuthType foo\ndefPrivType foo\n"
              "defaultPort 8x\ndefaultPort 70000\ninclude x\nalias a b\nbad\x01word 1\n");
    assert_string_equal(warnings,
                        "snmp.conf: line 1: Warning: Unknown token: bogus.\n"
                        "snmp.conf: line 2: Error: Unknown version specification\n"
                        "snmp.conf: line 3: Error: Should be yes|no|true|false|0|1\n"
                        "snmp.conf: line 4: Error: Blank line following defCommunity token.\n"
                        "snmp.conf: line 5: Error: Bad integer value\n"
                        "snmp.conf: line 6: Error: Unknown security level: foo\n"
                        "snmp.conf: line 7: Error: Unknown authentication type\n"
                        "snmp.conf: line 8: Error: Unknown privacy type\n"
                        "snmp.conf: line 9: Error: Bad integer value\n"
                        "snmp.conf: line 11: Warning: Ambiguous token 'include' - use "
                        "'includeSearch' (or 'includeFile') instead.\n"
                        "snmp.conf: line 13: Warning: Unknown token: bad?word.\n");
    assert_int_equal(conf.version, FLEET_VERSION_DEFAULT);
    assert_int_equal(conf.output.set, 0);
    assert_int_equal(conf.port, 0);
    assert_int_equal(conf.oid_style, -1);
    warnings[0] = '\0';
    read_text("noTokenWarnings yes\nbogus thing\n");
    assert_string_equal(warnings, "");
}

static void an_option_is_one_setting(void **state) {
    (void)state;
    assert_true(snmp_conf_option(&conf, "defCommunity=a=b", warn, NULL));
    expect_text(SNMP_CONF_COMMUNITY, "a=b");
    assert_true(snmp_conf_option(&conf, "quickPrinting", warn, NULL));
    assert_int_equal(conf.output.value, FLEET_TEXT_QUICK);
    assert_true(snmp_conf_option(&conf, "defaultPort 9", warn, NULL));
    assert_int_equal(conf.port, 9);
    assert_string_equal(warnings, "");
    assert_false(snmp_conf_option(&conf, "defVersion=7", warn, NULL));
    assert_false(snmp_conf_option(&conf, "includeFile=/etc/passwd", warn, NULL));
}

static void files_are_included_and_later_ones_count(void **state) {
    (void)state;
    temporary_text(&t, "other.conf", "defCommunity other\ndefaultPort 2\n");
    temporary_text(&t, "loop.conf", "includeFile loop.conf\nretries 3\n");
    temporary_text(&t, "snmp.conf",
                    "defaultPort 1\nincludeFile other.conf\nincludeFile loop.conf\n"
                    "includeFile nosuch.conf\nincludeSearch other\nincludeDir /nonexistent\n");
    temporary_text(&t, "snmp.local.conf", "defCommunity local\n");
    assert_int_equal(setenv("SNMPCONFPATH", t.folder, 1), 0);
    assert_int_equal(snmp_conf_load(&conf, warn, NULL), 0);
    assert_int_equal(unsetenv("SNMPCONFPATH"), 0);
    assert_int_equal(conf.port, 2);
    assert_int_equal(conf.retries, 3);
    expect_text(SNMP_CONF_COMMUNITY, "local");
    assert_non_null(strstr(warnings, "nosuch.conf' not found."));
    assert_non_null(strstr(warnings, "line 6: Error: Can't open include dir '/nonexistent'."));
    /* The file that includes itself ends somewhere. */
    assert_non_null(strstr(warnings, "loop.conf' not found."));
}

static void files_of_walks_and_of_all_programs_count_too(void **state) {
    (void)state;
    temporary_text(&t, "snmp.conf", "defDomain snmp udp6 udp\ndefDomain other tcp\n"
                    "defTarget snmp udp 127.0.0.1:1161\ndefTarget snmp tcp :1\n"
                    "mibfile /a/B-MIB\nmibfile \"/c/D MIB\"\n");
    temporary_text(&t, "snmpwalk.conf", "printStatistics yes\n");
    temporary_text(&t, "snmpapp.conf", "defVersion 1\n[snmp] defContext here\n");
    temporary_text(&t, "snmpd.conf", "defVersion 2c\n");
    assert_int_equal(setenv("SNMPCONFPATH", t.folder, 1), 0);
    assert_int_equal(snmp_conf_load(&conf, warn, NULL), 0);
    assert_int_equal(unsetenv("SNMPCONFPATH"), 0);
    expect_text(SNMP_CONF_DOMAIN, "udp6 udp");
    expect_text(SNMP_CONF_TARGET, "127.0.0.1:1161");
    expect_text(SNMP_CONF_MIBFILES, "/a/B-MIB:/c/D MIB");
    assert_int_equal(conf.walk.value, SNMP_CONF_PRINT_STATISTICS);
    assert_int_equal(conf.version, FLEET_VERSION_DEFAULT);
    expect_text(SNMP_CONF_CONTEXT, "here");
    assert_string_equal(warnings, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(credentials_are_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_and_flags_are_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_grow_at_either_end, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_count_by_the_word_in_brackets, setup, teardown),
        cmocka_unit_test_setup_teardown(mistakes_are_told_and_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_option_is_one_setting, setup, teardown),
        cmocka_unit_test_setup_teardown(files_are_included_and_later_ones_count, setup, teardown),
        cmocka_unit_test_setup_teardown(files_of_walks_and_of_all_programs_count_too, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("snmp_conf", tests, NULL, NULL);
}

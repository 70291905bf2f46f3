/*
 * Which modules there are: by default, without any file, and by Net-SNMP's rules.
 */
#include "mib/load/state.h"
#include "temporary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* A module that needs no other, as those of SMIv1 do that define their own root. */
#define ROOT_MIB \
    "ROOT-MIB DEFINITIONS ::= BEGIN\n" \
    "org OBJECT IDENTIFIER ::= { iso 3 }\n" \
    "rootHere OBJECT IDENTIFIER ::= { org 7 }\n" \
    "END\n"

/* One that imports from a module without file. */
#define OTHER_MIB \
    "OTHER-MIB DEFINITIONS ::= BEGIN\n" \
    "IMPORTS enterprises FROM SNMPv2-SMI;\n" \
    "otherHere OBJECT IDENTIFIER ::= { enterprises 4711 }\n" \
    "END\n"

static const uint32_t mib_2[] = { 1, 3, 6, 1, 2, 1 };

static struct temporary t;
static struct fleet_mib *mib;
static unsigned warnings;

static void warn(void *context, const char *file, const char *text) {
    (void)context, (void)file, (void)text;
    warnings++;
}

static int setup(void **state) {
    (void)state;
    temporary_init(&t);
    (void)temporary_write(&t, "ROOT-MIB", ROOT_MIB, strlen(ROOT_MIB));
    (void)temporary_write(&t, "OTHER-MIB", OTHER_MIB, strlen(OTHER_MIB));
    (void)setenv("MIBDIRS", "/nowhere", 1);
    warnings = 0;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    fleet_mib_free(mib);
    mib = NULL;
    temporary_deinit(&t);
    return 0;
}

static void load(enum fleet_mib_from from, const char *path, const char *modules) {
    const struct fleet_mib_options options = {
        .from = from, .path = path, .modules = modules, .cache = "", .reader = MIB_READER,
        .warn = warn,
    };
    (void)fleet_mib_new(&mib, &options);
    assert_non_null(mib);
}

static int parse(const char *text) {
    struct fleet_name name;
    char why[FLEET_MIB_WHY_MAX];
    return fleet_mib_parse_name(mib, text, NULL, &name, why);
}

static void expect_text(const uint32_t *oid, size_t length, const char *expected) {
    char text[128];
    (void)fleet_mib_oid_text(mib, oid, length, NULL, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void without_files_only_what_is_built_in_has_names(void **state) {
    (void)state;
    load(FLEET_MIB_BUILT_IN, t.folder, "ROOT-MIB");
    assert_int_equal(parse("sysName.0"), 0);
    assert_int_equal(parse("IF-MIB::ifDescr.1"), 0);
    assert_int_equal(parse("ROOT-MIB::rootHere"), FLEET_E_UNKNOWN);
    assert_int_equal(parse("rootHere"), FLEET_E_UNKNOWN);
    expect_text(mib_2, 6, "SNMPv2-SMI::mib-2");
    assert_int_equal(mib->counts.files_read, 0);
}

static void with_files_alone_nothing_is_built_in(void **state) {
    (void)state;
    load(FLEET_MIB_FILES, t.folder, NULL);
    assert_int_equal(parse("sysName.0"), FLEET_E_UNKNOWN);
    assert_int_equal(parse("rootHere"), FLEET_E_UNKNOWN);
    assert_int_equal(parse("iso.3.6"), 0);
    expect_text(mib_2, 6, "iso.3.6.1.2.1");
    assert_int_equal(parse("ROOT-MIB::rootHere"), 0);
    assert_int_equal(parse("rootHere"), 0);
    expect_text(mib_2, 6, "ROOT-MIB::org.6.1.2.1");
    assert_int_equal(warnings, 0);
}

static void with_files_alone_what_was_asked_for_is_loaded(void **state) {
    (void)state;
    load(FLEET_MIB_FILES, t.folder, "ROOT-MIB");
    assert_int_equal(parse("rootHere"), 0);
    assert_int_equal(parse("sysName.0"), FLEET_E_UNKNOWN);
}

static void with_files_alone_nothing_stands_in_for_a_module_without_file(void **state) {
    (void)state;
    load(FLEET_MIB_FILES, t.folder, "OTHER-MIB");
    assert_int_equal(parse("otherHere"), FLEET_E_UNKNOWN);
    assert_int_equal(parse("enterprises"), FLEET_E_UNKNOWN);
    assert_true(warnings > 0);
}

static void with_files_alone_and_no_folder_there_are_only_the_arcs_at_the_top(void **state) {
    (void)state;
    load(FLEET_MIB_FILES, NULL, NULL);
    assert_int_equal(parse("ROOT-MIB::rootHere"), FLEET_E_UNKNOWN);
    expect_text(mib_2, 6, "iso.3.6.1.2.1");
}

static uint64_t children_with(enum fleet_mib_from from, const char *cache) {
    const struct fleet_mib_options options = {
        .from = from, .path = t.folder, .modules = "OTHER-MIB", .cache = cache,
        .reader = MIB_READER, .warn = warn,
    };
    (void)fleet_mib_new(&mib, &options);
    uint64_t children = mib->counts.children;
    fleet_mib_free(mib);
    mib = NULL;
    return children;
}

/* What others import from is a file here and built in there. */
static void programs_that_take_turns_do_not_take_each_others_place_in_the_cache(void **state) {
    (void)state;
    char cache[128];
    (void)snprintf(cache, sizeof(cache), "%s/cache", t.folder);
    assert_true(children_with(FLEET_MIB_FILES, cache) > 0);
    assert_true(children_with(FLEET_MIB_ANY, cache) > 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(children_with(FLEET_MIB_FILES, cache), 0);
        assert_int_equal(children_with(FLEET_MIB_ANY, cache), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_files_only_what_is_built_in_has_names, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(with_files_alone_nothing_is_built_in, setup, teardown),
        cmocka_unit_test_setup_teardown(with_files_alone_what_was_asked_for_is_loaded, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            with_files_alone_nothing_stands_in_for_a_module_without_file, setup, teardown),
        cmocka_unit_test_setup_teardown(
            with_files_alone_and_no_folder_there_are_only_the_arcs_at_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(
            programs_that_take_turns_do_not_take_each_others_place_in_the_cache, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

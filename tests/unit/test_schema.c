/*
 * test_schema: each name of a row is there once, whatever names a table has; what meets is found,
 * and settled where nobody can refuse it. The modules that are built in have no names that meet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "row/schema.h"

static const struct fleet_syntax integer = { .type = FLEET_INTEGER32 };
static const struct fleet_syntax text = { .type = FLEET_OCTET_STRING, .hint = "255a" };
static const struct fleet_syntax bits = { .type = FLEET_OCTET_STRING, .is_bits = true };
static const struct fleet_syntax address = { .type = FLEET_OCTET_STRING,
                                             .convention = "InetAddress" };

static struct fleet_table table_of(const struct fleet_column *columns, size_t count,
                                   const struct fleet_index *index, size_t index_count) {
    return (struct fleet_table){ .name = "t", .module = "m", .columns = columns,
                                 .column_count = count, .index = index,
                                 .index_count = index_count };
}

static void assert_clash(const struct fleet_table *t, size_t from, size_t at, const char *owner,
                         enum schema_role other) {
    struct schema_clash clash;
    assert_true(schema_find_clash(t, from, &clash));
    assert_int_equal(clash.at, at);
    assert_string_equal(clash.owner, owner);
    assert_int_equal(clash.other, other);
}

static void names_that_meet_are_found_in_their_order(void **state) {
    (void)state;
    const struct fleet_index index[] = { { .name = "port" }, { .name = "time" } };
    const struct fleet_column columns[] = {
        { .object = "a", .syntax = &integer }, { .object = "port", .syntax = &text },
        { .object = "hidden", .is_hidden = true }, { .object = "hidden", .syntax = &text },
        { .object = "a_text", .syntax = &text, .is_tag = true },
    };
    const struct fleet_table t = table_of(columns, 5, index, 2);
    struct schema_clash clash;
    assert_clash(&t, 0, 1, "time", SCHEMA_OWN);
    assert_clash(&t, 2, 1, "port", SCHEMA_INDEX);
    assert_clash(&t, 4, 4, "a", SCHEMA_FIELD);
    assert_false(schema_find_clash(&t, 7, &clash));
}

static void tag_has_no_names_for_other_types(void **state) {
    (void)state;
    const struct fleet_column columns[] = {
        { .object = "a", .syntax = &integer, .is_tag = true },
        { .object = "a_text", .syntax = &text }, { .object = "b" },
        { .object = "b_text", .syntax = &text },
        { .object = "c", .syntax = &integer }, { .object = "c_integer", .syntax = &text },
    };
    const struct fleet_table t = table_of(columns, 6, NULL, 0);
    struct schema_clash clash;
    assert_false(schema_find_clash(&t, 0, &clash));
}

static void names_that_nobody_refused_get_their_role_behind_them(void **state) {
    (void)state;
    const struct fleet_index index[] = { { .name = "target" }, { .name = "index" } };
    const struct fleet_column columns[] = {
        { .object = "target_index", .syntax = &integer },
        { .object = "index", .syntax = &integer, .is_tag = true },
        { .object = "plain", .syntax = &integer },
    };
    const struct fleet_table t = table_of(columns, 3, index, 2);
    struct schema schema;
    assert_int_equal(schema_init(&schema, &t), 0);
    assert_string_equal(schema.index[0], "target_index");
    assert_string_equal(schema.index[1], "index");
    assert_true(schema.names_index);
    assert_string_equal(schema.columns[0].name, "target_index_field");
    assert_string_equal(schema.columns[1].name, "index_tag");
    assert_string_equal(schema.columns[2].name, "plain");
    schema_deinit(&schema);
}

static void tags_of_a_target_meet_names_and_their_suffixes(void **state) {
    (void)state;
    const struct fleet_index index[] = { { .name = "port" } };
    const struct fleet_column columns[] = { { .object = "a", .syntax = &integer },
                                            { .object = "h", .is_hidden = true } };
    const struct fleet_table t = table_of(columns, 2, index, 1);
    struct schema_clash clash;
    assert_true(schema_meets_tag(&t, "a", &clash));
    assert_int_equal(clash.other, SCHEMA_FIELD);
    assert_true(schema_meets_tag(&t, "a_text", &clash));
    assert_true(schema_meets_tag(&t, "port", &clash));
    assert_int_equal(clash.other, SCHEMA_INDEX);
    assert_false(schema_meets_tag(&t, "a_integer", &clash));
    assert_false(schema_meets_tag(&t, "h", &clash));
    assert_false(schema_meets_tag(&t, "site", &clash));
    assert_true(schema_is_own_name("time") && schema_is_own_name("reason"));
    assert_false(schema_is_own_name("site") || schema_is_own_name("table"));
}

static void bits_and_addresses_are_written_alike_whatever_they_hold(void **state) {
    (void)state;
    const struct fleet_column columns[] = { { .object = "b", .syntax = &bits },
                                            { .object = "i", .syntax = &address } };
    const struct fleet_table t = table_of(columns, 2, NULL, 0);
    struct schema schema;
    assert_int_equal(schema_init(&schema, &t), 0);
    assert_int_equal(schema.columns[0].as, FLEET_AS_HEX);
    assert_int_equal(schema.columns[1].as, SCHEMA_IS_TEXT);
    schema_deinit(&schema);
}

static void built_in_modules_have_no_names_that_meet(void **state) {
    (void)state;
    const char *name;
    for (size_t i = 0; (name = fleet_module_builtin_name(i)) != NULL; i++) {
        const struct fleet_module_options *m = fleet_module_builtin(name);
        const struct fleet_table scalars = { .columns = m->scalars, .module = name,
                                             .column_count = m->scalar_count,
                                             .is_scalars = true };
        struct schema_clash clash;
        if (schema_find_clash(&scalars, 0, &clash)) fail_msg("%s: %s", name, clash.name);
        for (size_t k = 0; k < m->table_count; k++) {
            if (schema_find_clash(&m->tables[k], 0, &clash))
                fail_msg("%s.%s: %s", name, m->tables[k].name, clash.name);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_meet_are_found_in_their_order),
        cmocka_unit_test(tag_has_no_names_for_other_types),
        cmocka_unit_test(names_that_nobody_refused_get_their_role_behind_them),
        cmocka_unit_test(tags_of_a_target_meet_names_and_their_suffixes),
        cmocka_unit_test(bits_and_addresses_are_written_alike_whatever_they_hold),
        cmocka_unit_test(built_in_modules_have_no_names_that_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

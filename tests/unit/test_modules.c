/* Modules of a fleet: who has which name and number, contexts, and built-in ones beside the MIB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/engine.h"
#include "snmpfleet/error.h"
#include "snmpfleet/mib.h"
#include "secrets.h"

static struct engine *engine;
static size_t reports;
static char told[1024];

static void take_rows(void *context, const struct fleet_row *rows, size_t count) {
    (void)context, (void)rows, (void)count;
}

static void take_report(void *context, const struct fleet_report *report) {
    (void)context;
    size_t at = strlen(told);
    (void)snprintf(told + at, sizeof(told) - at, "%s@%s ", report->module,
                   report->context != NULL ? report->context : "-");
    reports++;
}

static int setup(void **state) {
    (void)state;
    struct engine_options o = { .sink = { .rows = take_rows, .report = take_report },
                                .window = 8, .secrets = secrets_of(1), .once = true };
    return engine_new(&engine, &o, 0);
}

static int teardown(void **state) {
    (void)state;
    engine_free(engine, (struct moment){ 0, 0 });
    return 0;
}

static struct fleet_column columns[] = { { .object = "a", .oid = "1.3.6.1.0" },
                                         { .object = "b", .oid = "1.3.6.2.0" } };

static uint32_t set_module(const char *name, size_t scalars) {
    const struct fleet_module_options o = { .name = name, .scalars = columns,
                                            .scalar_count = scalars };
    uint32_t number;
    assert_int_equal(engine_module_set(engine, &o, &number), 0);
    return number;
}

static int set_target(const char *name, uint32_t module) {
    const struct fleet_target_options o = { .name = name, .host = "127.0.0.1",
                                            .modules = &module, .module_count = 1 };
    return engine_target_set(engine, &o, NULL, NULL, (struct moment){ 0, 0 });
}

static void same_module_is_the_same_number(void **state) {
    (void)state;
    uint32_t first = set_module("m", 1), found;
    assert_int_equal(set_module("m", 1), first);
    assert_int_not_equal(set_module("n", 1), first);
    assert_int_equal(engine_module_find(engine, "m", &found), 0);
    assert_int_equal(found, first);
    const struct fleet_module_options o = { .name = "m", .scalars = columns, .scalar_count = 2 };
    assert_int_equal(engine_module_add(engine, &o, &found), FLEET_E_DUPLICATE);
}

static void another_takes_the_name_and_may_give_it_back(void **state) {
    (void)state;
    uint32_t first = set_module("m", 1);
    assert_int_equal(set_target("t", first), 0);
    uint32_t second = set_module("m", 2);
    assert_int_not_equal(first, second);
    assert_int_equal(set_target("u", first), FLEET_E_UNKNOWN);  /* it has no name */
    assert_int_equal(set_target("u", second), 0);
    assert_int_equal(set_module("m", 1), first);                /* which t still polls */
    assert_int_equal(engine_module_remove(engine, first), 0);
    assert_int_equal(engine_module_remove(engine, first), FLEET_E_UNKNOWN);
    assert_int_equal(engine_module_find(engine, "m", &first), FLEET_E_UNKNOWN);
}

static void every_way_to_differ_is_another_module(void **state) {
    (void)state;
    static const struct fleet_named_number up[] = { { 1, "up" } };
    static const struct fleet_syntax named = { .base = "INTEGER", .type = FLEET_INTEGER32,
                                               .names = up, .name_count = 1 };
    static const struct fleet_index index[] = { { .name = "i" }, { .name = "k" } };
    static const struct fleet_match one = { .low = 1, .high = 1 }, two = { .low = 1, .high = 2 };
    static const struct fleet_filter filters[] = {
        { .by = "i", .matches = &one, .match_count = 1 },
        { .by = "i", .matches = &two, .match_count = 1 },
        { .by = "i", .matches = &one, .match_count = 1, .is_negated = true },
    };
    static const char *const by[] = { "i" };
    static const struct fleet_column other = { .object = "o", .oid = "1.3.7.1" };
    static const struct fleet_join join = { .index = index, .index_count = 1, .by = by,
                                            .columns = &other, .column_count = 1 };
    static const struct fleet_context contexts[] = { { .name = "c" }, { .name = "d" } };
    struct fleet_column variants[] = {
        { .object = "a", .oid = "1.3.6.1" },
        { .object = "b", .oid = "1.3.6.1" },
        { .object = "a", .oid = "1.3.6.2" },
        { .object = "a", .oid = "1.3.6.1", .as = FLEET_AS_HEX },
        { .object = "a", .oid = "1.3.6.1", .is_tag = true },
        { .object = "a", .oid = "1.3.6.1", .is_hidden = true },
        { .object = "a", .oid = "1.3.6.1", .syntax = &named },
    };
    enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };
    struct fleet_table tables[VARIANTS + 8];
    size_t count = 0;
    for (; count < VARIANTS; count++)
        tables[count] = (struct fleet_table){ .name = "t", .columns = &variants[count],
                                              .column_count = 1, .index = index,
                                              .index_count = 1 };
    for (size_t i = 0; i < 3; i++) {
        tables[count] = tables[0];
        tables[count].filters = &filters[i];
        tables[count++].filter_count = 1;
    }
    tables[count] = tables[0];
    tables[count++].name = "u";
    tables[count] = tables[0];
    tables[count++].index_count = 2;
    tables[count] = tables[0];
    tables[count].joins = &join;
    tables[count++].join_count = 1;
    uint32_t numbers[VARIANTS + 16];
    size_t n = 0;
    for (size_t i = 0; i < count; i++, n++) {
        const struct fleet_module_options o = { .name = "m", .tables = &tables[i],
                                                .table_count = 1 };
        assert_int_equal(engine_module_set(engine, &o, &numbers[n]), 0);
        char name[16];
        (void)snprintf(name, sizeof(name), "t%zu", i);
        assert_int_equal(set_target(name, numbers[n]), 0);  /* so that it is kept */
    }
    struct fleet_module_options o = { .name = "m", .tables = tables, .table_count = 1,
                                      .interval_ns = 1000000000 };
    assert_int_equal(engine_module_set(engine, &o, &numbers[n++]), 0);
    o.interval_ns = 0;
    o.contexts = contexts;
    o.context_count = 1;
    assert_int_equal(engine_module_set(engine, &o, &numbers[n++]), 0);
    for (size_t i = 0; i + 2 < n; i++) {
        for (size_t k = 0; k < i; k++) assert_int_not_equal(numbers[i], numbers[k]);
    }
}

static void numbers_are_used_again_when_nobody_needs_them(void **state) {
    (void)state;
    uint32_t most = 0;
    for (size_t i = 0; i < 4000; i++) {
        uint32_t number = set_module("m", 1 + i % 2);
        if (number > most) most = number;
    }
    assert_true(most < 4);
}

static void each_context_is_a_poll_of_its_own(void **state) {
    (void)state;
    static const struct fleet_context contexts[] = { { .name = "" }, { .name = "10" },
                                                     { .name = "20", .suffix = "@vlan20" } };
    const struct fleet_module_options o = { .name = "m", .scalars = columns, .scalar_count = 1,
                                            .contexts = contexts, .context_count = 3 };
    uint32_t number;
    assert_int_equal(engine_module_set(engine, &o, &number), 0);
    assert_int_equal(set_target("t", number), 0);
    engine_admit(engine, (struct moment){ 0, 0 }, UINT32_MAX);
    static uint8_t bytes[8][SLOT_BYTES];
    struct slot slots[8];
    for (size_t i = 0; i < 8; i++) slots[i].bytes = bytes[i];
    uint32_t count = engine_transmit(engine, slots, 8, 0);
    assert_int_equal(count, 2);  /* the target's window */
    assert_non_null(memmem(bytes[0], slots[0].length, "\x04\x06public\xa0", 9));
    assert_non_null(memmem(bytes[1], slots[1].length, "\x04\x09public@10\xa0", 12));
    reports = 0;
    told[0] = '\0';
    assert_int_equal(engine_target_remove(engine, 0, (struct moment){ 0, 0 }), 0);
    assert_string_equal(told, "m@ m@10 m@20 ");
    struct fleet_module_options twice = o;
    const struct fleet_context same[] = { { .name = "a" }, { .name = "a" } };
    twice.name = "n";
    twice.contexts = same;
    twice.context_count = 2;
    assert_int_equal(engine_module_set(engine, &twice, &number), FLEET_E_DUPLICATE);
}

static void assert_column(struct fleet_mib *mib, const struct fleet_column *c, bool is_scalar) {
    const struct fleet_object *o = fleet_mib_find(mib, c->object);
    if (o == NULL) fail_msg("%s is not in the MIB", c->object);
    char oid[FLEET_OID_TEXT_MAX];
    size_t at = 0;
    for (uint32_t i = 0; i < o->oid_length; i++)
        at += (size_t)snprintf(oid + at, sizeof(oid) - at, "%s%u", i > 0 ? "." : "", o->oid[i]);
    if (is_scalar) (void)snprintf(oid + at, sizeof(oid) - at, ".0");
    assert_string_equal(oid, c->oid);
    assert_int_equal(o->kind, is_scalar ? FLEET_OBJECT_SCALAR : FLEET_OBJECT_COLUMN);
    if (c->syntax == NULL) fail_msg("%s has no type", c->object);
    uint8_t type = o->syntax->type == FLEET_UINTEGER32 ? FLEET_GAUGE32 : o->syntax->type;
    if (type != c->syntax->type) fail_msg("%s: type %d, not %d", c->object, c->syntax->type, type);
    for (uint32_t i = 0; i < c->syntax->name_count; i++) {
        assert_int_equal(o->syntax->names[i].number, c->syntax->names[i].number);
        assert_string_equal(o->syntax->names[i].name, c->syntax->names[i].name);
    }
}

static void assert_index(struct fleet_mib *mib, const struct fleet_column *c,
                         const struct fleet_index *index, size_t count) {
    const struct fleet_object *o = fleet_mib_find(mib, c->object);
    assert_int_equal(o->index_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(o->index[i].name, index[i].name);
        assert_int_equal(o->index[i].kind, index[i].kind);
        assert_int_equal(o->index[i].size, index[i].size);
    }
}

static void built_in_modules_say_what_the_mib_says(void **state) {
    (void)state;
    struct fleet_mib *mib;
    const struct fleet_mib_options options = { .path = "/nonexistent", .cache = "" };
    assert_int_equal(fleet_mib_new(&mib, &options), 0);
    const char *name;
    size_t count = 0;
    for (size_t m = 0; (name = fleet_module_builtin_name(m)) != NULL; m++) {
        const struct fleet_module_options *o = fleet_module_builtin(name);
        uint32_t number;
        assert_int_equal(engine_module_set(engine, o, &number), 0);
        for (size_t i = 0; i < o->scalar_count; i++, count++)
            assert_column(mib, &o->scalars[i], true);
        for (size_t i = 0; i < o->table_count; i++) {
            const struct fleet_table *t = &o->tables[i];
            assert_index(mib, &t->columns[0], t->index, t->index_count);
            for (size_t k = 0; k < t->column_count; k++, count++)
                assert_column(mib, &t->columns[k], false);
            for (size_t j = 0; j < t->join_count; j++) {
                assert_index(mib, &t->joins[j].columns[0], t->joins[j].index,
                             t->joins[j].index_count);
                for (size_t k = 0; k < t->joins[j].column_count; k++, count++)
                    assert_column(mib, &t->joins[j].columns[k], false);
            }
        }
    }
    assert_true(count > 150);
    fleet_mib_free(mib);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(same_module_is_the_same_number, setup, teardown),
        cmocka_unit_test_setup_teardown(another_takes_the_name_and_may_give_it_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_way_to_differ_is_another_module, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_used_again_when_nobody_needs_them, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(each_context_is_a_poll_of_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(built_in_modules_say_what_the_mib_says, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
